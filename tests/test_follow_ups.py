"""What a question takes from the one before it, and what it leaves there."""

from __future__ import annotations

from datetime import date

import pytest

from assistant import PolicyAssistant, Status
from assistant.follow_ups import read, says_nothing
from assistant.query import Query, understand
from assistant.ranking import meets
from assistant.session import Session, Turn

TODAY = date(2026, 6, 1)
TERM = "安徽社区服务合同最长几年？"


def after(before: str, answer: str = "") -> Session:
    """A conversation of one turn."""
    return Session(turns=[Turn(before, before, answer)])


def understood(before: str, question: str, answer: str = "") -> Query:
    return understand(question, after(before, answer), TODAY)


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("社会组织多的街道也这么办吗", True),
        ("办过登记的那家什么时候退", True),
        ("居委会也在里头吗", True),
        ("嗯，文件有没有提到这块", True),
        ("广东也是三年封顶吗", True),
        ("广东那边是怎么分的", True),
        ("广东那边谁是购买主体啊", False),  # 那边 is only where
        ("广东为什么要买社会救助服务", False),
        ("除了到现场，网上有没有办法查看", False),
    ],
)
def test_a_question_leans_on_the_one_before_by_its_words(question: str, leans: bool) -> None:
    reading = read(question, after(TERM))
    assert reading.follow_up is leans
    assert ("合同最长几年" in reading.rewritten) is leans


@pytest.mark.parametrize(
    ("question", "may"),
    [
        ("除了到现场，网上有没有办法查看", True),
        ("广东除了到现场，网上有没有办法查看", False),  # names its place
        ("《社区服务条例》第三条是什么", False),
        ("居民投诉以后由哪个部门在多少天之内把处理结果告诉他", False),  # says enough
        ("那广东呢", False),  # leans already
    ],
)
def test_a_short_question_without_a_place_may_lean_on_the_one_before(question: str, may: bool) -> None:
    assert read(question, after(TERM)).may_lean is may
    assert not read(question, Session()).may_lean


def test_what_only_says_that_places_are_swapped_is_not_searched_for() -> None:
    query = understood(TERM, "要是换成广东，最长几年")
    assert (query.focus, query.rewritten) == ("广东,最长几年", "社区服务合同最长几年？广东,最长几年")
    assert [r.short for r in query.regions] == ["广东"]


@pytest.mark.parametrize(
    ("answer", "brought"),
    [
        ("安徽《关于合同的意见》：通过公开招标确定。[1]", "通过公开招标确定"),
        ("安徽通过公开招标确定。", "通过公开招标确定"),
        ("不得超过3年。", ""),  # a figure of its own place
        ("通过公开招标" * 8, ""),  # too much
    ],
)
def test_who_points_to_the_answer_brings_it_along(answer: str, brought: str) -> None:
    before = "安徽怎么定承接机构？"
    assert understood(before, "广东也只有这一条路吗", answer).rewritten == (
        f"怎么定承接机构？{brought}？广东也只有这一条路吗"
        if brought
        else "怎么定承接机构？广东也只有这一条路吗"
    )
    assert "招标" not in understood(before, "广东呢", answer).rewritten


@pytest.mark.parametrize("question", ["广东也是三年吧", "广东也是三年封顶吗", "广东同样要三年吗"])
def test_a_figure_of_another_place_is_confirmed_only_by_a_rule_on_the_matter(question: str) -> None:
    (ask,) = understood(TERM, question).asks
    assert meets(ask, "合同期限不得超过三年")
    assert not meets(ask, "开展“三年行动”")
    (alone,) = understand(question, Session(), TODAY).asks
    assert meets(alone, "开展“三年行动”")


def test_this_one_way_is_no_figure_to_confirm() -> None:
    (ask,) = understood("安徽怎么定承接机构？", "广东也只有这一条路吗").asks
    assert not ask.confirms


@pytest.mark.parametrize(
    ("question", "regions"),
    [
        ("八闽大地的购买主体是谁", ["福建"]),
        ("塞上江南和齐鲁的经费从哪来", ["宁夏", "山东"]),
        ("川渝的试点怎么办", ["四川", "重庆"]),
        ("皖/川/宁三地谁来付钱买", ["安徽", "四川", "宁夏"]),
    ],
)
def test_a_place_is_known_by_its_byname_and_beside_another(question: str, regions: list[str]) -> None:
    assert [r.short for r in understand(question, Session(), TODAY).regions] == regions


@pytest.mark.parametrize(
    ("question", "every"),
    [
        ("哪几个地方的材料里写了合同期限", True),
        ("哪些省提到了审计", True),
        ("哪些地方政府部门负责审计", False),
    ],
)
def test_a_question_for_places_asks_for_all_of_them(question: str, every: bool) -> None:
    query = understand(question, Session(), TODAY)
    assert query.every_region is every
    assert "amount" not in query.kinds


def test_what_nothing_answers_alone_is_read_with_the_question_before(assistant: PolicyAssistant) -> None:
    session = Session()
    assistant.answer("社区服务评审小组怎么组成？", session)
    question = "外请的懂行人有没有比例"
    assert assistant.answer(question).status is Status.ABSTAINED
    answer = assistant.answer(question, session)
    assert (answer.status, answer.query.follow_up) == (Status.ANSWERED, True)
    assert "三分之二" in answer.text
    assert session.turns[-1].rewritten == f"社区服务评审小组怎么组成？{question}"


@pytest.mark.parametrize("question", ["食堂几点开门", "工会会费怎么收", "停车位的尺寸有什么讲究"])
def test_another_matter_is_not_answered_with_the_one_before(
    assistant: PolicyAssistant, question: str
) -> None:
    session = Session()
    assistant.answer("广东社区服务经费从哪里来？", session)
    assert assistant.answer(question, session).status is Status.ABSTAINED


@pytest.mark.parametrize(
    ("question", "nothing"), [("那安徽呢", True), ("广东？", True), ("安徽谁能买", False), ("怎么买", False)]
)
def test_a_question_that_only_names_a_place_asks_nothing(question: str, nothing: bool) -> None:
    assert says_nothing(question) is nothing
