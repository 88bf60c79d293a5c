"""Topics and questions across places and versions, over the library of tests/policies."""

from __future__ import annotations

from datetime import date

import pytest

from assistant import PolicyAssistant
from assistant.aspects import terms
from assistant.comparison import Column, Comparison, compare, places_in, without_places

NATION, ANHUI, GUANGDONG, TIBET = "100000", "340000", "440000", "540000"
NOW, THEN = date(2026, 6, 1), date(2015, 6, 1)


def at(*codes: str) -> list[Column]:
    return [Column(code, NOW) for code in codes]


def texts(comparison: Comparison, row: int = 0) -> list[str]:
    return [cell.text for cell in comparison.rows[row].cells]


def marks(comparison: Comparison, row: int = 0) -> list[list[str]]:
    cells = comparison.rows[row].cells
    return [[line.text[a:b] for line in cell.lines for a, b in line.marks] for cell in cells]


def test_a_topic_is_parted_by_the_headings_and_each_cell_holds_its_section(
    assistant: PolicyAssistant,
) -> None:
    """Both notices have a section 经费来源; what one has and the other has not is marked."""
    found = compare(assistant, "经费来源", at(GUANGDONG, ANHUI))
    assert [row.aspect for row in found.rows] == ["经费来源"]
    assert texts(found) == [
        "社区服务经费由省级财政补助70%，其余由县级财政承担。",
        "社区服务经费由市、县两级财政各承担一半，福利彩票公益金给予适当补助。",
    ]
    assert "70%" in marks(found)[0]
    assert found.rows[0].standing == "有差别"


def test_a_question_is_one_row_and_silence_is_said(assistant: PolicyAssistant) -> None:
    found = compare(assistant, "社区服务站每周开放多少小时？", at(GUANGDONG, ANHUI, NATION))
    told = texts(found)
    assert ("40小时" in told[0], "35小时" in told[1], told[2]) == (True, True, "")
    assert marks(found)[:2] == [["40小时"], ["35小时"]]
    assert found.rows[0].standing == "有差别，1 处未作规定"


def test_a_place_of_which_nothing_is_held_is_not_said_to_have_no_rule(assistant: PolicyAssistant) -> None:
    """Only a document that was read can be silent; neither a topic nor a question hides the difference."""
    for asked in ("经费来源", "社区服务站每周开放多少小时？"):
        row = compare(assistant, asked, at(GUANGDONG, ANHUI, TIBET)).rows[0]
        assert row.cells[2].silence == "资料库没有收录这里的文件"
        assert row.standing == "有差别，1 处没有收录文件"
    row = compare(assistant, "社区服务站每周开放多少小时？", at(GUANGDONG, NATION, TIBET)).rows[0]
    assert [cell.silence for cell in row.cells[1:]] == ["现有文件未作规定", "资料库没有收录这里的文件"]
    assert row.standing == "1 处未作规定，1 处没有收录文件"
    assert compare(assistant, "经费来源", at(TIBET)).rows[0].standing == "1 处没有收录文件"


def test_versions_stand_side_by_side(assistant: PolicyAssistant) -> None:
    """The same question on two days: each cell quotes the version then in force."""
    days = [Column(NATION, THEN), Column(NATION, NOW)]
    found = compare(assistant, "社区服务合同的履行期限最长是几年？", days)
    assert [found.name(column) for column in found.columns] == ["全国（2015-06-01）", "全国（2026-06-01）"]
    assert ["1年" in texts(found)[0], "3年" in texts(found)[1]] == [True, True]
    assert marks(found) == [["1年"], ["3年"]]
    years = [c.policy.effective.year for c in found.citations if c.policy.effective]
    assert years == [2008, 2021]


def test_a_column_quotes_only_its_own_documents(assistant: PolicyAssistant) -> None:
    """A province's cell is not filled with the nation's rule, and citations are numbered through."""
    found = compare(assistant, "社区服务合同的履行期限最长是几年？", at(GUANGDONG, NATION))
    assert [bool(text) for text in texts(found)] == [False, True]
    wide = compare(assistant, "经费来源", at(GUANGDONG, ANHUI, NATION))
    assert [c.number for c in wide.citations] == list(range(1, len(wide.citations) + 1))
    for row in wide.rows:
        for column, cell in zip(wide.columns, row.cells, strict=True):
            places = {c.policy.region for line in cell.lines for c in line.citations}
            assert places <= {column.code}


def test_every_cell_quotes_its_document(assistant: PolicyAssistant) -> None:
    for citation in compare(assistant, "人员配备", at(GUANGDONG, ANHUI)).citations:
        text = assistant.library.text(citation.policy.id)
        assert text[citation.start : citation.end] == citation.quote


def test_a_verdict_stands_only_where_the_rule_says_it(assistant: PolicyAssistant) -> None:
    found = compare(assistant, "企业能不能承接社区服务？", [Column(NATION, THEN), Column(NATION, NOW)])
    assert [cell.verdict for cell in found.rows[0].cells][0] == "不可以"


@pytest.mark.parametrize(
    ("asked", "left", "places"),
    [
        ("宁夏和安徽的购买主体分别是谁", "购买主体分别是谁", ["640000", "340000"]),
        ("经费来源", "经费来源", []),
        ("广东", "广东", ["440000"]),
    ],
)
def test_places_of_a_question_are_columns(asked: str, left: str, places: list[str]) -> None:
    assert (without_places(asked), places_in(asked)) == (left, places)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("谁来接（承接主体）", ("承接主体",)),
        ("谁来买（分级实施）", ("购买主体", "分级实施")),
        ("购买主体、承接主体和购买方式", ("购买主体", "承接主体", "购买方式")),
        ("总则", ()),
    ],
)
def test_a_heading_is_parted_into_its_terms(heading: str, expected: tuple[str, ...]) -> None:
    assert terms(heading) == expected
