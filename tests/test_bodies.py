"""Bodies as rules name them, and how one that is asked about stands to them."""

from __future__ import annotations

import re

import pytest

from assistant.bodies import Relation, asked_body, bodies, excludes, relation, spoken_of, wider


def named(text: str) -> list[str]:
    return [f"{'非' if body.excepted else ''}{body.said}" for body in bodies(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("可以承接的有：依法成立的企业、社会组织（不含由财政拨款保障的群团组织）",
         ["依法成立的企业", "社会组织", "非由财政拨款保障的群团组织"]),
        ("公益二类和从事生产经营活动的事业单位，具备条件的个人",
         ["公益二类事业单位", "从事生产经营活动的事业单位", "具备条件的个人"]),
        ("一是社会组织，要求依法在民政部门登记；二是企业、机构等社会力量", ["社会组织", "企业", "机构"]),
        ("党的机关、使用行政编制的群团组织机关", ["党的机关", "使用行政编制的群团组织机关"]),
        ("具体的组织实施工作由民政部门负责", ["民政部门"]),
        ("按事业单位分类改革推进，加强组织领导", []),
    ],
)  # fmt: skip
def test_names_end_their_piece_and_lists_are_parted(text: str, expected: list[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("asked", "said", "expected"),
    [
        ("企业", "企业", (Relation.NAMED, "")),
        ("企业", "依法成立的企业", (Relation.PARTLY, "依法成立")),
        ("某某服务有限公司", "企业", (Relation.NAMED, "")),
        ("居委会", "基层群众性自治组织", (Relation.NAMED, "")),
        ("公益一类事业单位", "事业单位", (Relation.NAMED, "")),
        ("事业单位", "公益一类事业单位", (Relation.PARTLY, "公益一类")),
        ("公益一类事业单位", "公益二类事业单位", None),
        ("妇联", "使用事业编制的群团组织", (Relation.PARTLY, "使用事业编制")),
        ("企业", "社会组织", None),
    ],
)
def test_a_wider_name_holds_and_a_narrower_one_only_in_part(
    asked: str, said: str, expected: tuple[Relation, str] | None
) -> None:
    assert relation(asked_body(asked), asked_body(said)) == expected


def test_what_speaks_of_the_other_of_a_pair_is_excluded() -> None:
    assert excludes(asked_body("公益一类事业单位"), "应划入公益二类")
    assert not excludes(asked_body("公益二类事业单位"), "应划入公益二类")


def test_a_body_nobody_knows_keeps_its_own_name_only() -> None:
    assert wider(asked_body("宗教场所")) == ("宗教场所",)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("居委会能不能当承接主体", "基层群众性自治组织"),
        ("我们公司能来接活吗", "企业"),
        ("镇政府可不可以当甲方", "人民政府"),
        ("街道办的项目，个人允许承接吗", "个人"),
    ],
)
def test_a_question_on_a_role_is_answered_by_rules_that_speak_of_the_body(question: str, name: str) -> None:
    assert re.fullmatch(spoken_of(question), name)


@pytest.mark.parametrize(
    "question",
    [
        "哪些企业在承接服务",  # not whether
        "企业能不能领补贴",  # no role
        "它能不能承接",  # which body is not said
        "购买主体能不能也当承接主体",
    ],
)
def test_other_questions_ask_for_no_body(question: str) -> None:
    assert spoken_of(question) == ""
