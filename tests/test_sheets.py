"""A comparison as HTML, Excel and Word: its words, marks and citations; and no formula, whatever is in it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from openpyxl import load_workbook
from passages import passage

from assistant.citations import Citation
from assistant.comparison import Cell, Column, Comparison, Line, Row
from page.compared import address, table
from page.sheets import as_document, as_sheet

ON = date(2026, 6, 1)
FORMULA = '=HYPERLINK("http://evil.example","点我")'
HOSTILE = "<img src=x onerror=pwned=1>\u202e"
WORDS = f"合同期限不超过3年。{FORMULA}{HOSTILE}"


def compared(words: str = WORDS, asked: str = "+合同期限") -> Comparison:
    held = passage(words, "640000", title=f"{FORMULA}办法{HOSTILE}")
    policy = replace(held.policy, document_number="@民发〔2020〕1号")
    citation = Citation(1, policy, held.chunk, words, 0, len(words))
    line = Line(words, (citation,), ((4, 9),))
    columns = (Column("640000", ON), Column("440000", ON))
    return Comparison(asked, columns, (Row("=1+1", (Cell((line,), "可以"), Cell())),))


def test_the_workbook_holds_the_table_and_its_citations() -> None:
    book = load_workbook(io.BytesIO(as_sheet(compared("合同期限不超过3年。"), [], ON)), rich_text=True)
    rows = [[str(cell.value or "") for cell in row] for row in book["对比"].iter_rows(min_row=3, max_row=4)]
    assert rows[0] == ["事项", "宁夏", "广东"]
    assert rows[1][1:] == ["可以。合同期限不超过3年。[1]", "现有文件未作规定"]
    marked = [part for part in book["对比"]["B4"].value if not isinstance(part, str)]  # type: ignore[union-attr]
    assert [(part.text, part.font.b, part.font.u) for part in marked] == [("不超过3年", True, "single")]
    assert [cell.value for cell in book["引证"][2]][-1] == "合同期限不超过3年。"


def test_no_cell_is_a_formula_whatever_stands_in_it() -> None:
    """Questions, titles, numbers and quotes that begin with = + @ are text, and marked as quoted."""
    content = as_sheet(compared(FORMULA, "=1+1"), [], ON)
    book = load_workbook(io.BytesIO(content), rich_text=True)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    parts = zipfile.ZipFile(io.BytesIO(content))
    sheets = [parts.read(n).decode() for n in parts.namelist() if re.match(r"xl/worksheets/sheet\d", n)]
    assert len(sheets) == 2
    assert not any("<f>" in sheet for sheet in sheets)


def test_the_word_document_marks_and_cites() -> None:
    document = Document(io.BytesIO(as_document(compared("合同期限不超过3年。"), [], ON)))
    cells = document.tables[0].rows[1].cells
    assert [cell.text for cell in cells[1:]] == ["可以。合同期限不超过3年。[1]", "现有文件未作规定"]
    assert [run.text for run in cells[1].paragraphs[0].runs if run.underline] == ["不超过3年"]
    assert any("合同期限不超过3年。" in p.text for p in document.paragraphs)


@pytest.mark.parametrize("write", [as_sheet, as_document])
def test_what_cannot_be_seen_is_left_out_of_files(write) -> None:  # type: ignore[no-untyped-def]
    parts = zipfile.ZipFile(io.BytesIO(write(compared(WORDS + "\x07\u200b"), [], ON)))
    text = "".join(
        parts.read(name).decode("utf-8", "ignore") for name in parts.namelist() if name.endswith("xml")
    )
    assert not re.search("[\u202e\u200b\x07]", text)


def test_a_hostile_document_stays_text_on_the_page() -> None:
    shown = table(compared(asked=HOSTILE), [], ON)
    assert re.findall(r"<(?:img|script|svg|form)", shown) == []
    assert "&lt;img" in shown
    assert "<ins>" in shown


def test_a_file_is_asked_for_by_what_was_compared() -> None:
    assert address("xlsx", compared(asked="经费")) == (
        "export/comparison.xlsx?asked=%E7%BB%8F%E8%B4%B9"
        "&column=640000%402026-06-01&column=440000%402026-06-01"
    )
