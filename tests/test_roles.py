"""Who may buy and who may take on, read from the sentences of rules by their grammar."""

from __future__ import annotations

import pytest

from assistant.roles import readings


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("购买主体是国家机关，承接主体是企业。", ["国家机关 可以 购买主体", "企业 可以 承接主体"]),
        ("公益一类事业单位，以及群团组织，既不作为购买主体，也不作为承接主体。",
         ["公益一类事业单位 不得 购买主体", "公益一类事业单位 不得 承接主体",
          "群团组织 不得 购买主体", "群团组织 不得 承接主体"]),
        ("有两类单位不得作为购买主体：一类是公益一类事业单位，另一类是群团组织。",
         ["公益一类事业单位 不得 购买主体", "群团组织 不得 购买主体"]),
        ("民主党派机关，使用财政性资金购买服务的，参照本办法执行。", ["民主党派机关 参照执行 购买主体"]),
        ("社区服务由事业单位承担，不得委托企业承接。", ["事业单位 可以 承接主体", "企业 不得 承接主体"]),
        ("向个人购买服务，应当限于由个人承接的情形。", ["个人 可以 承接主体"]),
        ("县级人民政府可以把具体事项通过委托等方式，向社会力量购买服务。",
         ["县级人民政府 可以 购买主体", "社会力量 可以 承接主体"]),
        ("财政部门、购买主体及其工作人员违反本办法的，追究责任。", []),
        ("购买主体应当接受财政部门的监督。", []),
        ("经费由财政部门承担。", []),
    ],
)  # fmt: skip
def test_a_body_has_a_role_where_the_grammar_gives_it_one(sentence: str, expected: list[str]) -> None:
    """Subject, complement, agent or member of a list; a body that is only mentioned has none."""
    found = [f"{r.body.said} {r.force.value} {r.role.value}" for r in readings(sentence)]
    assert found == expected


def test_a_condition_right_after_a_name_belongs_to_it() -> None:
    found = {r.body.said: r.condition for r in readings("承接主体有：社会组织，要求依法登记；企业。")}
    assert found == {"社会组织": "要求依法登记", "企业": ""}


def test_a_heading_in_everyday_words_gives_the_role() -> None:
    """谁来买 above, 主要实施 below: the rule's own term is not needed."""
    found = list(readings("县级民政部门主要实施这些购买：公共服务。", headings=["五、谁来买"]))
    assert [(r.body.said, r.role.value) for r in found] == [("县级民政部门", "购买主体")]
    assert not list(readings("县级民政部门主要实施这些工作：公共服务。", headings=["五、监督"]))
