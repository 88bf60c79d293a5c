"""Statements of a passage: each an exact span, a list item with its lead, a clause with its sentence."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.sentences import block, split

LIST = "第五条　机构应当具备下列条件：\n（一）依法登记；\n（二）有三名以上社工。\n本条自发布之日起施行。"


def test_sentences_and_clauses_are_told_apart() -> None:
    text = "甲负责登记；乙负责审核。丙监督！"
    found = split(text)
    assert [s.text for s in found] == ["甲负责登记；", "乙负责审核。", "丙监督！"]
    assert [text[slice(*s.sentence)] for s in found] == ["甲负责登记；乙负责审核。"] * 2 + ["丙监督！"]


def test_a_list_item_knows_the_sentence_that_introduces_it() -> None:
    found = split(LIST)
    assert [s.text.strip() for s in found] == LIST.split("\n")
    assert [s.is_lead for s in found] == [True, False, False, False]
    leads = [LIST[slice(*s.lead)] if s.lead else None for s in found]
    assert leads == [None, "第五条　机构应当具备下列条件：", "第五条　机构应当具备下列条件：", None]


def test_a_block_is_the_whole_list_from_any_of_its_lines() -> None:
    found = split(LIST)
    whole = "\n".join(LIST.split("\n")[:3])
    assert [LIST[slice(*block(found, at))] for at in range(3)] == [whole] * 3
    assert LIST[slice(*block(found, 3))] == "本条自发布之日起施行。"


def test_marks_within_brackets_and_quotations_end_nothing() -> None:
    text = "所称“三社（社区；社会组织；社工）”联动，是指合作机制；由民政部门牵头。"
    assert [s.text for s in split(text)] == [
        "所称“三社（社区；社会组织；社工）”联动，是指合作机制；",
        "由民政部门牵头。",
    ]


def test_a_line_without_marks_is_a_heading_for_what_follows() -> None:
    assert [s.heading for s in split("经费来源\n由财政承担。\n另行拨付。")] == ["经费来源"] * 3


def test_a_number_with_a_point_is_no_list_item() -> None:
    assert split("下列标准：\n（一）登记免收；\n1.5元以下免收。")[2].lead is None
    assert split("下列标准：\n（一）登记免收；\n1.年检免收。")[2].lead is not None


@given(st.text(alphabet="甲乙。；！？：、，（）“”一二三1.\n\t 　第条", max_size=80))
def test_every_statement_is_an_exact_span_in_order_and_nothing_is_lost(text: str) -> None:
    found = split(text)
    assert [text[s.start : s.end] for s in found] == [s.text for s in found]
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    assert "".join("".join(s.text for s in found).split()) == "".join(text.split())
    for at, statement in enumerate(found):
        start, end = statement.sentence
        assert start <= statement.start
        assert statement.end <= end <= len(text)
        first, last = block(found, at)
        assert first <= statement.start
        assert statement.end <= last
