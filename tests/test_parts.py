"""A question of several asks: each of them weighed by itself, and answered."""

import pytest
from passages import asked

from assistant import PolicyAssistant, Status
from assistant.parts import BACKGROUND, BESIDE, parts, shares


def test_each_ask_of_several_is_a_question_of_the_same_words() -> None:
    query = asked("谁主管社区服务，服务费最高多少元？")
    found = parts(query)
    assert [part.asks[0].text for part in found] == ["谁主管社区服务", "服务费最高多少元"]
    assert all(part.rewritten == query.rewritten for part in found)


@pytest.mark.parametrize(
    "question",
    [
        "谁主管社区服务？",
        "北京和广东谁主管社区服务，收不收费？",  # told region by region
        "谁管、谁办、谁批、谁查、谁罚、谁改？",  # too many to be answered each by itself
    ],
)
def test_a_question_that_is_not_taken_apart(question: str) -> None:
    assert parts(asked(question)) == ()


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("市级民政、县级民政、村委会三家各担什么责？", ["市级民政", "县级民政", "村委会"]),
        ("每年的总钱数和奖补的钱数，分别是多少？", ["每年的总钱数", "奖补的钱数"]),
    ],
)
def test_each_of_several_things_is_asked_about(question: str, things: list[str]) -> None:
    """The words of the others count for nothing, or for less."""
    query = asked(question)
    for thing, part in zip(things, parts(query), strict=True):
        counts = shares(part, len(query.rewritten))
        at = query.rewritten.index(thing)
        others = [query.rewritten.index(other) for other in things if other != thing]
        assert counts[at : at + len(thing)].min() == 1
        assert all(counts[other] < 1 for other in others)


def test_the_other_asks_count_where_the_question_tells_nothing_else() -> None:
    """专家占多少 is of the group that the first ask names."""
    short = asked("评审小组最少几个人，专家占多少？")
    _, part = parts(short)
    assert shares(part, len(short.rewritten))[0] == BESIDE
    story = asked("我们是一个刚成立的社工机构，想承接街道的项目。谁批准，收多少费？")
    _, part = parts(story)
    counts = shares(part, len(story.rewritten))
    assert counts[0] == BACKGROUND
    assert counts[story.rewritten.index("谁批准")] == 0


def test_each_ask_brings_the_statement_that_answers_it(assistant: PolicyAssistant) -> None:
    answer = assistant.answer("社区服务由谁主管，合同最长签几年，档案要保存多少年？")
    assert answer.status is Status.ANSWERED
    assert all(told in answer.text for told in ("民政部门", "3年", "15年"))
