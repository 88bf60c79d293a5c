"""The short form of the hostile questions: none ends in an error, none is repeated as a rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.pipeline import PolicyAssistant
from evals.prove import hostile_questions
from evals.prove.questions import KINDS, generate
from evals.prove.table import Scale


def test_the_same_seed_asks_the_same() -> None:
    assert list(generate(7, 40)) == list(generate(7, 40))
    assert list(generate(7, 40)) != list(generate(8, 40))
    assert {question.kind for question in generate(7, len(KINDS))} == set(KINDS)


def test_hostile_questions_end_in_a_status(
    tmp_path: Path, assistant: PolicyAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hostile_questions, "opened", lambda: assistant)
    monkeypatch.setattr(hostile_questions, "SHORT", 2 * len(KINDS))
    monkeypatch.setattr(hostile_questions, "SLOWEST", 30.0)  # the machine may be busy; make prove holds to 2
    suite = hostile_questions.prove(Scale(1, True, tmp_path))
    assert suite.met, suite.faults


def test_a_repeated_lure_is_seen(assistant: PolicyAssistant) -> None:
    """The check can fail: an answer that holds the question's own word is strange."""
    answer = assistant.answer("社区服务的经费从哪里来")
    token = answer.citations[0].quote.split()[-1][:6]
    assert hostile_questions.strange(assistant, hostile_questions.Hostile("注入", "", token), answer)
    assert not hostile_questions.strange(assistant, hostile_questions.Hostile("注入", "", "98765"), answer)
