"""What happened can be followed from the page to the log, and no log holds what a person asked or is."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from page import logs
from page.audit import Action, note
from page.logs import RequestLog, request_id


@dataclass(frozen=True)
class Logs:
    """What is shown, and the file of what people did."""

    stream: StringIO
    audit: Path

    def lines(self) -> list[dict[str, object]]:
        return written(self.stream.getvalue())


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Logs]:
    """Logs as the product sets them up, and as they were before afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    made = Logs(StringIO(), tmp_path / "office" / "audit.jsonl")
    logs.set_up(made.audit, made.stream)
    yield made
    for handler in logging.getLogger(logs.AUDIT).handlers[:]:
        logging.getLogger(logs.AUDIT).removeHandler(handler)
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def site() -> TestClient:
    async def number(request: Request) -> PlainTextResponse:
        logging.getLogger("within").warning("电话13800138000")
        return PlainTextResponse(request_id(request))

    async def fault(_: Request) -> PlainTextResponse:
        raise RuntimeError("secret of 11010519491231002X")

    app = RequestLog(
        Starlette(routes=[Route("/number", number), Route("/fault", fault), Route("/healthz", number)])
    )
    return TestClient(app, raise_server_exceptions=False)


def written(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_request_has_one_number_in_the_page_the_answer_and_every_log_line(kept: Logs) -> None:
    answer = site().get("/number?question=秘密")
    lines = kept.lines()
    assert answer.text == answer.headers["X-Request-ID"]
    assert [line["request_id"] for line in lines] == [answer.text] * 2
    assert [line["event"] for line in lines] == ["电话〔电话〕", "request"]
    assert (lines[1]["path"], lines[1]["status"]) == ("/number", 200)
    assert "秘密" not in json.dumps(lines, ensure_ascii=False)


@pytest.mark.parametrize(
    ("given", "taken"), [("proxy-0123456789", True), ("x\n", False), ("a" * 65, False), ("短", False)]
)
def test_a_number_given_by_the_proxy_is_kept_if_it_is_one(kept: Logs, given: str, taken: bool) -> None:
    answer = site().get("/number", headers={"X-Request-ID": given.encode()})
    assert (answer.text == given) is taken


def test_a_fault_is_logged_with_its_trace_and_without_private_data(kept: Logs) -> None:
    logging.getLogger("x").error("failed", exc_info=ValueError("11010519491231002X"))
    site().get("/fault")
    site().get("/healthz")
    trace, ended, within = kept.lines()
    assert within["event"] != "request"
    assert "ValueError" in str(trace["exception"])
    assert "11010519491231002X" not in str(trace)
    assert (ended["level"], ended["path"], ended["status"]) == ("error", "/fault", 500)


def test_what_people_did_is_on_record(kept: Logs) -> None:
    """Who, when, what, from where; in a private file that outlives the log."""
    scope = {"type": "http", "client": ("10.0.0.9", 1), "request_id": "r0123456789ab"}
    note(Request(scope), Action.WITHDREW, name="张三", policy="0123456789abcdef")
    (line,) = written(kept.audit.read_text(encoding="utf-8"))
    assert line.pop("timestamp")
    assert line == {
        "event": "withdraw", "level": "info", "logger": "audit", "who": "张三", "address": "10.0.0.9",
        "request_id": "r0123456789ab", "about_policy": "0123456789abcdef",
    }  # fmt: skip
    assert kept.audit.stat().st_mode & 0o077 == 0
    assert "withdraw" in kept.stream.getvalue()
