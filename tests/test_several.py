"""Each region is told on the one matter that is asked about, or said to be silent; in short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from passages import asked, candidates, passage

from assistant import regional_matter, several
from assistant.features import FEATURES
from assistant.ranking import Candidate
from assistant.several import NEAREST, Told, by_region, tell

GUANGDONG, ANHUI, NINGXIA = "440000", "340000", "640000"
MODEL = "服务合同的期限不得超过三年。"


@dataclass(frozen=True)
class Has:
    """A statement of a region, how sure it is, and the features that are not 0."""

    region: str
    text: str
    sure: float
    score: float = 0.0
    features: tuple[tuple[str, float], ...] = ()


def told(monkeypatch: pytest.MonkeyPatch, question: str, *statements: Has) -> Told:
    """What is told of statements that are as sure as they are said to be."""
    sure = {s.text: s.sure for s in statements}
    for module in (several, regional_matter):
        monkeypatch.setattr(module, "plausibility", lambda c: sure[c.statement.text])
    query = asked(question)
    groups = by_region(query, [_candidate(s) for s in statements], 0.2)
    return tell(query, groups) if len(groups) > 1 else Told((), 0.0, (), False)


def _candidate(statement: Has) -> Candidate:
    own = dict(statement.features)
    [found] = candidates(passage(statement.text, statement.region, title=f"{statement.text[:6]}意见"))
    return replace(found, features=tuple(own.get(f, 0.0) for f in FEATURES), score=statement.score)


def lines(found: Told) -> Sequence[tuple[str, str]]:
    return [(claim.group, claim.text) for claim in found.claims]


def test_a_region_is_told_on_the_matter_of_the_surest_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """安徽's first statement scores higher, but it is the second that speaks of what 广东's speaks of."""
    found = told(
        monkeypatch,
        "广东和安徽的服务有什么不同",
        Has(GUANGDONG, MODEL, 0.9, 5.0),
        Has(ANHUI, "鼓励居民参与志愿活动。", 0.5, 4.0),
        Has(ANHUI, "服务合同的期限不得超过一年。", 0.5, 2.0),
    )
    assert lines(found)[:2] == [("广东", MODEL), ("安徽", "服务合同的期限不得超过一年。")]


def test_a_region_that_has_only_something_else_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = (Has(GUANGDONG, MODEL, 0.9, 5.0), Has(ANHUI, "鼓励居民参与志愿活动。", 0.15, 4.0))
    found = told(monkeypatch, "广东和安徽的合同期限有什么不同", *statements)
    assert lines(found) == [("广东", MODEL)]
    assert found.silent == ("安徽",)


def test_what_is_only_near_the_matter_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    held = (("cover_around", 1.0),)
    statements = (Has(GUANGDONG, MODEL, 0.9, 5.0, held), Has(ANHUI, "鼓励居民参与志愿活动。", 0.3, 4.0))
    found = told(monkeypatch, "广东和安徽的合同期限有什么不同", *statements)
    assert lines(found)[1] == ("安徽", f"{NEAREST}鼓励居民参与志愿活动。")


def test_a_statement_on_the_other_of_a_pair_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    opposed = (("opposed", 1.0),)
    found = told(
        monkeypatch,
        "广东和安徽的购买主体有什么不同",
        Has(GUANGDONG, "购买主体是各级政府。", 0.9, 5.0),
        Has(ANHUI, "承接主体是社会组织。", 0.6, 4.0, opposed),
    )
    assert found.silent == ("安徽",)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("广东和安徽的合同期限谁更长", "服务合同的期限不得超过一年。"),
        ("广东和安徽对合同期限的规定有什么不同", "合同期限届满的应当公告。"),
    ],
)
def test_where_figures_are_compared_a_statement_has_one(
    monkeypatch: pytest.MonkeyPatch, question: str, first: str
) -> None:
    """Where only the rules are compared, the surer statement is told first; it has no figure."""
    figure = asked(question)
    assert bool(figure.units)  # 期限
    found = told(
        monkeypatch,
        question,
        Has(GUANGDONG, "合同一次签三年为限。", 0.9, 5.0),
        Has(ANHUI, "合同期限届满的应当公告。", 0.6, 4.0 if "更" in question else 20.0),
        Has(ANHUI, "服务合同的期限不得超过一年。", 0.5, 4.0),
    )
    assert next(text for group, text in lines(found) if group == "安徽") == first


def test_one_statement_of_each_is_told_where_one_figure_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = (
        Has(GUANGDONG, MODEL, 0.9, 5.0),
        Has(ANHUI, "服务合同的期限不得超过一年。", 0.9, 5.0),
        Has(ANHUI, "服务合同的期限不得超过两年。", 0.9, 5.0),
    )
    one = told(monkeypatch, "广东和安徽的合同期限谁更长", *statements)
    both = told(monkeypatch, "广东和安徽的合同期限各是怎么规定的", *statements)
    assert [len(found.claims) for found in (one, both)] == [2, 3]


def test_what_is_beside_the_matter_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule for emergencies, or for a breach, is not the rule; where it is asked for, it is."""
    statements = (
        Has(GUANGDONG, "募捐方案应当提前备案。", 0.9, 5.0),
        Has(ANHUI, "发生突发事件的，募捐方案可以补办备案。", 0.8, 5.0),
        Has(ANHUI, "募捐方案应当在活动前备案。", 0.8, 3.5),
    )
    plain = told(monkeypatch, "广东和安徽的募捐方案怎么备案", *statements)
    urgent = told(monkeypatch, "突发事件时广东和安徽的募捐方案怎么备案", *statements)
    assert "突发事件" not in next(t for g, t in lines(plain) if g == "安徽")
    assert "突发事件" in "".join(t for g, t in lines(urgent) if g == "安徽")


def test_a_region_not_asked_about_is_told_only_if_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """哪些地方: who is near is not told, and nobody is said to be silent."""
    held = (("cover_around", 1.0),)
    found = told(
        monkeypatch,
        "哪些省规定了合同期限",
        Has(GUANGDONG, MODEL, 0.9, 5.0, held),
        Has(ANHUI, "服务合同的期限不得超过一年。", 0.8, 4.0, held),
        Has(NINGXIA, "鼓励居民参与志愿活动。", 0.3, 4.0),
    )
    assert [group for group, _ in lines(found)] == ["广东", "安徽"]
    assert (found.silent, found.clarify) == ((), False)


def test_a_region_that_names_less_is_told_if_it_is_about_as_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    held = (("cover_around", 1.0),)
    less = (*held, ("nouns_unmet", 0.5))
    found = told(
        monkeypatch,
        "哪些省规定了合同期限",
        Has(GUANGDONG, MODEL, 0.9, 5.0, held),
        Has(ANHUI, "服务合同的期限不得超过一年。", 0.8, 4.0, less),
        Has(NINGXIA, "服务期限不得超过两年。", 0.6, 4.0, less),
    )
    assert [group for group, _ in lines(found)] == ["广东", "安徽"]


@pytest.mark.parametrize(
    ("question", "regions"), [("哪些省规定了合同期限", ["广东", "安徽"]), ("合同期限是多久", [])]
)
def test_who_says_it_at_all_is_told_where_all_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, question: str, regions: list[str]
) -> None:
    held = (("cover_around", 1.0),)
    found = told(
        monkeypatch,
        question,
        Has(GUANGDONG, MODEL, 0.9, 12.0, held),
        Has(ANHUI, "服务合同的期限不得超过一年。", 0.8, 5.0, held),
    )
    assert [group for group, _ in lines(found)] == regions


def test_nothing_is_told_where_nothing_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(
        monkeypatch,
        "广东和安徽的合同期限有什么不同",
        Has(GUANGDONG, MODEL, 0.05, 5.0),
        Has(ANHUI, "鼓励居民参与志愿活动。", 0.01, 4.0),
    )
    assert (found.claims, found.confidence) == ((), 0.0)


def test_a_region_without_the_figure_asked_for_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """宁夏有没有这个规定 asks nothing else: what is no period does not answer it."""
    found = told(
        monkeypatch,
        "广东的合同最长几年?宁夏有没有这个规定",
        Has(GUANGDONG, MODEL, 0.9, 5.0),
        Has(NINGXIA, "情节严重的在一定期限内禁止参与。", 0.6, 4.0),
    )
    assert lines(found) == [("广东", MODEL)]
    assert found.silent == ("宁夏",)


def test_what_says_it_without_the_figure_is_only_near(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(
        monkeypatch,
        "服务合同最长几年,广东和宁夏谁更长",
        Has(GUANGDONG, MODEL, 0.9, 5.0),
        Has(NINGXIA, "服务合同的期限不得超过双方约定。", 0.6, 4.0),
    )
    assert lines(found) == [("广东", MODEL), ("宁夏", f"{NEAREST}服务合同的期限不得超过双方约定。")]


def test_a_penalty_gives_way_where_none_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(
        monkeypatch,
        "广东和宁夏的服务记录由谁出",
        Has(GUANGDONG, "服务记录由社区出具。", 0.9, 5.0),
        Has(NINGXIA, "伪造服务记录的，由民政部门责令改正。", 0.6, 9.0),
        Has(NINGXIA, "服务站应当出具服务记录。", 0.5, 4.0),
    )
    assert ("宁夏", "服务站应当出具服务记录。") in lines(found)
    assert "责令改正" not in lines(found)[1][1]
