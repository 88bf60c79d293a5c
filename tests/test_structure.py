"""Structure cases are the text files in fixtures/structure: a text, a line with ".", its provisions.

A provision is written: kind label | heading | path, the parts of the path joined by " > ".
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.numbering import number_of, read_number
from ingest.structure import Provision, parse, title_of

CASES = sorted((Path(__file__).parent / "fixtures" / "structure").glob("*.txt"))
LINES = (
    "# 某某条例",
    "## 第一章 总则",
    "第三章　附则",
    "第一节 一般规定",
    "第一条 为了规范管理，制定本条例。",
    "第二条 有下列情形之一的：",
    "第二条之一 依照第十条的规定。",
    "依照本法第十条办理。第三条 不受此限。",
    "（一）登记；",
    "1．检查。",
    "一、提高认识",
    "(二)建立目录。各地应当公布。",
    "把准政治方向",
    "附件1",
    "附件：名单",
    "| 甲 | 乙 |",
    "|---|---|",
    "各市民政局：",
    "2020年6月12日",
    "　　　某省民政厅",
    "",
    "\t",
    "目录",
    "附 则",
)


def written(provision: Provision) -> str:
    head = f"{provision.kind} {provision.label}".strip()
    return f"{head} | {provision.heading} | {' > '.join(provision.path)}".strip()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_text_has_the_provisions_written_below_it(case: Path) -> None:
    text, _, expected = case.read_text(encoding="utf-8").partition("\n.\n")
    assert [written(provision) for provision in parse(text)] == [
        line.strip() for line in expected.strip().splitlines()
    ]


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=30), max_size=25))
def test_spans_are_exact_ordered_and_nested(lines: list[str]) -> None:
    text = "\n".join(lines)
    provisions = parse(text)
    open_ends: list[int] = []
    for provision in provisions:
        assert provision.text == text[provision.start : provision.end]
        while open_ends and open_ends[-1] <= provision.start:
            open_ends.pop()
        assert not open_ends or provision.end <= open_ends[-1]
        open_ends.append(provision.end)
    assert [p.start for p in provisions] == sorted(p.start for p in provisions)


def test_a_container_spans_its_subtree() -> None:
    text = "第一条 甲：\n\n（一）乙；\n\n（二）丙。\n\n第二条 丁。"
    first = parse(text)[0]
    assert first.text == "第一条 甲：\n\n（一）乙；\n\n（二）丙。"


@pytest.mark.parametrize(
    "line",
    [
        "第十条规定的情形除外。",
        "第十条、第十一条另有规定的，从其规定。",
        "第十条第二款的期限为三十日。",
        "第十条至第十二条不适用。",
        "依照本法第十条办理。",
        "“第十条 国家实行公开制度。”",
    ],
)
def test_a_cross_reference_is_no_article(line: str) -> None:
    kinds = [provision.kind for provision in parse(f"第九条 甲。\n\n{line}")]
    assert kinds.count("条") == 1


def test_a_table_of_contents_is_not_the_chapters() -> None:
    body = "第一章 总则\n\n第一条 甲。\n\n第二章 附则\n\n第二条 乙。"
    text = f"某法\n\n目录\n\n第一章 总则\n\n第二章 附则\n\n{body}"
    assert [p.label for p in parse(text) if p.kind == "章"] == ["第一章", "第二章"]


def test_a_numbered_heading_between_articles_is_a_chapter() -> None:
    text = "某规定\n\n一、管辖\n\n第一条 由法院管辖。\n\n二、受理\n\n第二条 法院受理。"
    assert [p.path for p in parse(text) if p.kind == "条"] == [("一、管辖", "第一条"), ("二、受理", "第二条")]


def test_a_title_said_twice_is_one() -> None:
    text = "某厅关于试点工作的通知\n\n某厅\n\n关于试点工作的通知\n\n各市民政局：\n\n现通知如下，请认真执行。"
    assert title_of(text) == "某厅关于试点工作的通知"
    assert (
        title_of("为做好试点工作，现将有关事项通知如下，请认真执行，不得延误。\n\n各地要高度重视。") is None
    )


@pytest.mark.parametrize(
    ("written_number", "value"),
    [
        ("十", 10),
        ("二十一", 21),
        ("一百零五", 105),
        ("一千二百六十", 1260),
        ("１２", 12),
        ("二〇二〇", 2020),
        ("一万二千", 12000),
    ],
)
def test_numbers_are_read(written_number: str, value: int) -> None:
    assert read_number(written_number) == value


def test_an_article_number_keeps_its_addition() -> None:
    assert number_of("第一百二十条之三") == (120, 3)
    assert number_of("第10条") == (10, 0)
