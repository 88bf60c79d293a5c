"""Exercises made from provisions: sensible, unique, the same for the same seed; and a round of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeEmbedder, statute

from assistant.learning.blanks import blanked, bodies, figure_blanks, modals, terms
from assistant.learning.exercises import Exercise, exercises
from assistant.learning.makers import Kind, mask
from assistant.learning.rounds import SPACING, Round, Rounds
from assistant.learning.rules import stands_alone
from assistant.retrieval import Retriever
from ingest.library import Library

ON = date(2026, 6, 1)
NATIONAL = statute(
    "社区服务条例",
    [
        "公开募捐，是指慈善组织面向社会公众募集财产的活动。",
        "社区服务合同的履行期限最长不得超过3年。",
        "社区服务档案自合同终止之日起至少保存15年。",
        "民政部门应当自受理申请之日起20年内作出决定。",
        "承接主体应当建立项目台账，并向购买主体提供资料。",
        "社会救助，是指国家对生活困难的公民给予物质帮助的制度。",
        "志愿服务，是指自愿无偿向社会提供的公益服务。",
        "财政部门应当会同审计机关对资金使用情况进行检查。",
        "登记管理机关负责社会服务机构的登记管理工作。",
    ],
    region="100000",
)
PLACES = [
    statute(f"{name}办法", [f"{name}{rule}"], region=code)
    for name, code, rule in (
        ("广东", "440000", "的社区服务经费由省级财政承担，每年不少于70万元，用于人员、场地、设备。"),
        ("安徽", "340000", "探索把绩效评价结果与合同资金支付挂钩，建立“三项清单”制度。"),
        ("宁夏", "640000", "要求公开这些信息：项目内容、服务标准、预算安排，以提高购买工作的透明度。"),
        ("湖南", "430000", "建成乡镇“禾计划”社会工作服务站，为老人、儿童、残疾人上门走访。"),
    )
]
EXPIRED = statute("旧条例", ["社区服务合同的履行期限最长不得超过1年。"], region="100000")


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Library, Retriever]]:
    embedder = FakeEmbedder()
    old = replace(EXPIRED, policy=replace(EXPIRED.policy, expires=date(2021, 1, 1)))
    with Library.create_or_open(tmp_path / "library") as library:
        for policy in (NATIONAL, old, *PLACES):
            policy.store(library, embedder)
        library.end_run()
        yield library, Retriever(library, None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("社区服务合同的履行期限最长不得超过3年。", True),
        ("该办法由省级民政部门会同财政部门制定并公布。", False),
        ("违反前款规定的，由民政部门责令限期改正。", False),
        ("本条例自2021年3月1日起施行，由民政部门负责解释。", False),
        ("要点整理，非官方原文。", False),
        ("有下列情形之一的，应当终止合同的履行。", False),
        ("购买主体（各级国家机关应当公开信息。", False),
    ],
)
def test_only_a_sentence_that_needs_nothing_around_it_is_asked_about(text: str, alone: bool) -> None:
    assert stands_alone(text) is alone


def test_what_can_be_left_blank() -> None:
    """Measures but no dates, ordinals or counts of a list; who acts; what is defined; modals that bind."""
    text = "自2021年3月1日起，第三方应当在15日内做到三项：核对、公示、归档，“一门受理”保存3年。"
    assert [b.text for b in figure_blanks(text)] == ["15日", "3年"]
    assert [b.text for b in bodies("县级民政部门负责审核，由财政部门拨付；由有关部门处理。")] == [
        "县级民政部门"
    ]
    assert [b.text for b in terms("公开募捐，是指面向公众募集财产。")] == ["公开募捐"]
    assert [b.text for b in terms("家庭教育指导服务应当纳入体系。")] == []
    assert [(b.text, other) for b, other in modals("合同期限不得超过3年，经费可以预见的除外。")] == [
        ("不得超过", "不得少于")
    ]


def test_a_place_is_masked_wherever_it_stands() -> None:
    assert mask("广东的乡镇按广东省标准配4人。") == "（某地）的乡镇按（某地）标准配4人。"


def test_exercises_are_answered_by_their_citation_alone(held: tuple[Library, Retriever]) -> None:
    """The right choice completes the cited sentence; no other does; nothing is asked of an expired rule."""
    made = exercises(*held, ON, seed=3, count=40)
    assert {e.kind for e in made} == set(Kind)
    for e in made:
        assert e.citation.policy.title != "旧条例"
        right = e.options[e.answer]
        assert len(set(e.options)) == len(e.options)
        if e.kind in (Kind.FIGURE, Kind.BODY, Kind.TERM):
            assert e.prompt.replace("＿＿＿＿", right) == e.citation.quote
            assert not any(option in e.citation.quote for option in e.options if option != right)
        if e.kind is Kind.JUDGE:
            assert (right == "正确") == (e.prompt == e.citation.quote)
        if e.kind is Kind.REGION:
            assert right in e.citation.quote
            assert right not in e.prompt


def test_the_seed_decides(held: tuple[Library, Retriever]) -> None:
    assert exercises(*held, ON, seed=5) == exercises(*held, ON, seed=5)
    assert exercises(*held, ON, seed=5) != exercises(*held, ON, seed=6)


def test_a_chosen_place_is_the_only_one_asked_about(held: tuple[Library, Retriever]) -> None:
    made = exercises(*held, ON, codes=["100000"], count=40)
    assert {e.citation.policy.title for e in made} == {"社区服务条例"}


def test_a_mistake_comes_back_after_others_and_does_not_raise_the_score(
    held: tuple[Library, Retriever],
) -> None:
    made = exercises(*held, ON, seed=3, count=6)
    round_ = Round.of(made)
    wrong = (made[0].answer + 1) % len(made[0].options)
    assert round_.check(wrong) is False
    assert round_.check(made[0].answer) is False  # a second click changes nothing
    asked: list[Exercise] = []
    round_.advance()
    while round_.current:
        asked.append(round_.current)
        round_.check(round_.current.answer)
        round_.advance()
    assert asked[SPACING] == made[0]
    assert (round_.score, round_.total, list(round_.missed.values())) == (5, 6, [made[0]])


def test_a_round_goes_on_only_after_an_answer(held: tuple[Library, Retriever]) -> None:
    round_ = Round.of(exercises(*held, ON, seed=3, count=4))
    first = round_.current
    round_.advance()
    assert round_.current == first


def test_rounds_of_visitors_are_apart_and_bounded() -> None:
    rounds = Rounds(limit=1)
    mine = rounds.keep("a", Round.of([]))
    assert rounds.of("a") is mine
    rounds.keep("b", Round.of([]))
    assert rounds.of("a") is None


def test_blanked_puts_words_in_the_place() -> None:
    (blank,) = figure_blanks("至少保存15年。")
    assert blanked("至少保存15年。", blank, "20年") == "至少保存20年。"
