"""A question of two asks of which one is a sum loses neither."""

import math
from dataclasses import replace

import pytest
from passages import asked, candidates, passage

from assistant.beside import beside
from assistant.ranking import Candidate
from assistant.staffing import by_figure

EACH = "每个村（社区）配备1-2名协理员，负责代办申请。"
PAID = "所需经费列入财政预算。"
QUESTION = "一个镇26个村，协理员最少几名，经费由谁保障？"


@pytest.fixture(autouse=True)
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """As sure as the score says: these statements have no features."""
    monkeypatch.setattr("assistant.beside.confidence", lambda c: 1 / (1 + math.exp(-c.score)))


def scored(found: list[Candidate], *scores: float) -> list[Candidate]:
    """The candidates with these scores, the best first; the first asks of a question are so ranked."""
    given = [replace(c, score=s) for c, s in zip(found, scores, strict=True)]
    return sorted(given, key=lambda c: -c.score)


def said(question: str, *scores: tuple[float, float]) -> list[str]:
    """What is said beside the sum, where the two statements score so for each ask."""
    query, found = asked(question), candidates(passage(EACH), passage(PAID, start=100))
    worked = by_figure(query, found)
    assert worked
    assert len(query.asks) == len(scores)
    return [claim.text for claim in beside(query, worked, [scored(found, *s) for s in scores])]


def test_the_ask_that_is_no_sum_is_answered_by_its_own_statement() -> None:
    assert said(QUESTION, (9.0, -9.0), (1.0, 4.0)) == [PAID]


def test_what_answers_the_other_ask_better_is_not_said() -> None:
    assert said(QUESTION, (9.0, 9.0), (-9.0, 4.0)) == []


def test_of_the_sum_s_own_rule_the_rest_is_told() -> None:
    asks = "一个镇26个村，协理员最少几名，他们干什么？"
    assert said(asks, (9.0, -9.0), (4.0, -9.0)) == [EACH]


def test_nothing_is_said_where_nothing_is_sure() -> None:
    assert said(QUESTION, (9.0, -30.0), (-40.0, -20.0)) == []


def test_a_question_of_one_ask_gets_its_sum_alone() -> None:
    query, found = asked("26个村要配几名协理员？"), candidates(passage(EACH))
    assert beside(query, by_figure(query, found), []) == []
