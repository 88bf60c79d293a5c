"""make prove: the table tells what was met, a suite that dies is told, and calls outside are counted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evals.prove import __main__ as runner
from evals.prove import crash, killed_server
from evals.prove.load import p95
from evals.prove.table import Measure, Scale, Suite, all_of, below, from_json, markdown, none, save, to_json
from ingest.embeddings import Embedder

GUARD = Path(runner.__file__).parent / "guard"


def test_a_bar_is_met_or_missed() -> None:
    assert [m.met for m in (none("甲", 0), none("甲", 1), all_of("乙", 3, 3), all_of("乙", 2, 3))] == [
        True, False, True, False,
    ]  # fmt: skip
    assert (below("丙", 2.0, 2.0, "秒").met, below("丙", 1.99, 2.0, "秒").value) == (False, "1.99 秒")
    assert p95([float(n) for n in range(1, 101)]) == 96.0


def test_a_table_says_it_all(tmp_path: Path) -> None:
    """Faults are shown as they can be repeated, whatever characters they hold; skipped suites say why."""
    suites = [
        Suite("甲", (none("错误", 1), Measure("次数", "3")), ("文件 a|b\n\u202e",), seconds=2),
        Suite("乙", (), skipped="不允许"),
    ]
    assert from_json(to_json(suites[0])) == suites[0]
    assert (suites[0].met, suites[1].met) == (False, True)
    text = save(suites, "种子 1", tmp_path).read_text(encoding="utf-8")
    assert text == markdown(suites, "种子 1")
    for line in ("| 甲（2 秒） | 错误 | 1 | 0 | ✗ |", "|  | 次数 | 3 |  |  |", "跳过：不允许"):
        assert line in text
    assert "- 文件 a\\|b\\u000a\\u202e" in text


def test_a_suite_that_dies_is_a_bar_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(runner.SUITES, "no_such", "没有的")
    monkeypatch.setattr(sys, "argv", ["prove"])
    assert runner.main(["--only", "no_such", "--out", str(tmp_path)]) == 1
    assert "没有跑完" in (tmp_path / "table.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "outside"),
    [
        ("socket.getaddrinfo('192.0.2.7', 80)", True),
        ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.7', 9))", True),
        ("socket.getaddrinfo('localhost', 80)", False),
        ("socket.socket().connect_ex(('127.0.0.1', 9))", False),
        ("socket.socket(socket.AF_UNIX).connect_ex('/nowhere')", False),
    ],
)
def test_the_guard_sees_who_is_called(code: str, outside: bool, tmp_path: Path) -> None:
    """Only other machines count, in any process that Python starts."""
    log = tmp_path / "log"
    program = f"import socket, contextlib\nwith contextlib.suppress(OSError): {code}"
    subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        env=os.environ | {"PYTHONPATH": str(GUARD), "OUTSIDE_LOG": str(log)},
    )
    assert log.exists() == outside


def test_kills_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short form of the crash suite: kills, damages and orders."""
    monkeypatch.setattr(crash, "SHORT", (4, 1, 1))
    monkeypatch.setattr(crash, "MANY", 100)  # make prove fills Chroma's graph
    suite = crash.prove(Scale(3, True, tmp_path))
    assert suite.met, suite.faults


def test_a_killed_page_keeps_what_it_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Embedder
) -> None:
    """One kill of app.py while it stores an upload, and a start after it."""
    monkeypatch.setattr(killed_server, "SHORT", 1)
    monkeypatch.setattr(killed_server, "RECOVERY", 240.0)  # the machine may be busy; make prove holds to 30
    monkeypatch.setattr(killed_server, "load_embedder", lambda: model)
    suite = killed_server.prove(Scale(4, True, tmp_path))
    assert suite.met, suite.faults
