"""Figures for Prometheus: counted where questions pass, shown to this machine or to who has the token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.answer import Answer, Status
from assistant.query import understand
from assistant.session import Session
from ingest.library import Library
from page.access import Access
from page.desk import Desk
from page.metrics import Metrics
from page.server import routes


def steps(fail: bool = False) -> Iterator[str | Answer]:
    from datetime import date

    yield "正在理解问题"
    yield "正在查找条款"
    if fail:
        raise RuntimeError
    yield Answer(Status.ABSTAINED, "没有", understand("问", Session(), date(2026, 11, 22)))


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0.0


def test_questions_are_counted_by_how_they_ended_and_stages_timed() -> None:
    """An answer by its status; a fault and a page that was left are told apart."""
    metrics = Metrics()
    assert len(list(metrics.watched(steps()))) == 3
    with pytest.raises(RuntimeError):
        list(metrics.watched(steps(fail=True)))
    left = metrics.watched(steps())
    next(left)
    assert value(metrics, "policy_questions_under_way") == 1
    left.close()  # type: ignore[attr-defined]
    for status in ("abstained", "error", "left"):
        assert value(metrics, "policy_questions_total", status=status) == 1
    assert value(metrics, "policy_stage_seconds_count", stage="正在理解问题") == 2
    assert value(metrics, "policy_stage_seconds_count", stage="正在查找条款") == 1
    assert value(metrics, "policy_questions_under_way") == 0
    assert value(metrics, "policy_answer_seconds_count") == 3


def test_figures_are_for_this_machine_or_for_the_token(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = routes(Desk(library.directory), Access.for_start("0.0.0.0", None, True, tmp_path))
    here = TestClient(server, base_url="http://127.0.0.1", client=("127.0.0.1", 1))
    there = TestClient(server, base_url="http://office.example", client=("10.0.0.9", 1))
    proxied = TestClient(server, base_url="http://office.example", client=("127.0.0.1", 1))
    shown = here.get("/metrics")
    assert f"policy_library_generation {float(library.generation)}" in shown.text
    assert shown.headers["Content-Type"].startswith("text/plain; version=")
    assert (there.get("/metrics").status_code, proxied.get("/metrics").status_code) == (403, 403)
    assert here.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403
    monkeypatch.setenv("METRICS_TOKEN", "t0ken")
    assert here.get("/metrics").status_code == 403
    assert there.get("/metrics", headers={"Authorization": "Bearer t0ken"}).status_code == 200
