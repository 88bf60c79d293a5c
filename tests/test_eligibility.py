"""A check of eligibility over a library of a national rule, a province's and an expired one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeEmbedder, Parsed, statute

from assistant.eligibility import Check, Eligibility, Verdict
from assistant.retrieval import Retriever
from assistant.roles import Role
from ingest.library import Library

ON = date(2026, 6, 1)
NATIONAL = statute(
    "购买服务办法",
    [
        "购买主体是各级国家机关。",
        "可以作为承接主体的有：依法成立的企业、社会组织（不含由财政拨款保障的群团组织），公益二类事业单位。",
        "承接主体应当具备下列条件：\n（一）依法登记；\n（二）有三名以上专职人员。",
        "公益一类事业单位，既不作为购买主体，也不作为承接主体。",
        "不得纳入购买服务范围的事项：\n（一）融资行为；\n（二）货物和工程。",
    ],
    region="100000",
)
PROVINCE = statute(
    "宁夏购买服务意见",
    [
        "宁夏购买服务的内容包括：养老服务、心理疏导、儿童福利。",
        "宁夏的公益一类事业单位可以作为承接主体。",
        "宁夏的购买主体是县级民政部门。",
    ],
    region="640000",
)
EXPIRED = statute("旧购买服务办法", ["个人可以作为承接主体。"], region="100000")


def expired(parsed: Parsed) -> Parsed:
    return replace(parsed, policy=replace(parsed.policy, expires=date(2021, 1, 1)))


@pytest.fixture
def eligibility(tmp_path: Path) -> Iterator[Eligibility]:
    embedder = FakeEmbedder()
    with Library.create_or_open(tmp_path / "library") as library:
        for policy in (NATIONAL, PROVINCE, expired(EXPIRED)):
            policy.store(library, embedder)
        library.end_run()
        yield Eligibility(library, Retriever(library, None, None), ON)  # type: ignore[arg-type]


def told(check: Check) -> list[tuple[str, str, str]]:
    return [(f.verdict.value, f.condition, f.citation.policy.title) for f in check.findings]


def test_the_kinds_are_those_the_rules_name(eligibility: Eligibility) -> None:
    """Of the place and the nation; 个人 stands only in a rule that has expired."""
    kinds = eligibility.kinds("640000", Role.TAKER)
    assert {"依法成立的企业", "社会组织", "公益一类事业单位", "公益二类事业单位"} <= set(kinds)
    assert "个人" not in kinds
    assert "县级民政部门" not in eligibility.kinds("100000", Role.BUYER)


def test_a_body_the_rule_names_may_and_its_conditions_are_told(eligibility: Eligibility) -> None:
    check = eligibility.check("社会组织", "100000", Role.TAKER)
    assert (check.verdict, told(check)) == (Verdict.MAY, [("可以", "", "购买服务办法")])
    assert [c.quote.split("\n")[0] for c in check.conditions] == ["承接主体应当具备下列条件："]


def test_a_qualified_body_may_only_as_it_is_qualified(eligibility: Eligibility) -> None:
    assert told(eligibility.check("企业", "100000", Role.TAKER)) == [
        ("有条件", "依法成立的，可以", "购买服务办法")
    ]
    check = eligibility.check("妇联", "100000", Role.TAKER)
    assert (check.verdict, check.read_as) == (Verdict.DEPENDS, ("群团组织",))
    assert told(check) == [("有条件", "由财政拨款保障的，不可以", "购买服务办法")]


def test_rules_that_conflict_are_both_shown(eligibility: Eligibility) -> None:
    """The nation bars what the province permits: neither is left out, the place's own rule first."""
    check = eligibility.check("公益一类事业单位", "640000", Role.TAKER)
    assert check.verdict is Verdict.CONFLICT
    assert told(check) == [("可以", "", "宁夏购买服务意见"), ("不可以", "", "购买服务办法")]
    alone = eligibility.check("公益一类事业单位", "100000", Role.TAKER)
    assert alone.verdict is Verdict.MAY_NOT


def test_a_body_nobody_names_gets_no_verdict_but_the_rules_that_say_who(eligibility: Eligibility) -> None:
    check = eligibility.check("个人", "100000", Role.TAKER)
    assert (check.verdict, check.findings) == (Verdict.SILENT, ())
    assert any("可以作为承接主体的有" in c.quote for c in check.defining)


@pytest.mark.parametrize(
    ("service", "allowed", "barred", "items"),
    [
        ("心理疏导", True, False, ["心理疏导"]),
        ("融资", False, True, ["融资行为"]),
        ("食品加工", False, False, []),
    ],
)
def test_a_service_is_looked_up_in_the_lists_of_the_rules(
    eligibility: Eligibility, service: str, allowed: bool, barred: bool, items: list[str]
) -> None:
    found = eligibility.check("社会组织", "640000", Role.TAKER, service).service
    assert found is not None
    assert (found.allowed, found.barred) == (allowed, barred)
    assert [item for one in found.lists for item in one.items] == items


def test_every_conclusion_carries_the_words_of_its_source(eligibility: Eligibility) -> None:
    check = eligibility.check("企业", "640000", Role.TAKER, "养老服务")
    texts = {p.policy.id: p.clean.text for p in (NATIONAL, PROVINCE)}
    assert [c.number for c in check.citations] == list(range(1, len(check.citations) + 1))
    for citation in check.citations:
        assert texts[citation.policy.id][citation.start : citation.end] == citation.quote
