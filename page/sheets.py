"""A comparison as a person takes it along: an Excel workbook or a Word document, with its citations.

No text of a document or a question becomes a formula: every cell is stored as text and marked as quoted, so
that a spreadsheet does not read it as one when it is edited or saved in another form.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from assistant.comparison import Cell, Comparison
from assistant.reply import Cited
from ingest.card import Policy
from page.citing import cited
from page.export import source
from page.safety import visible
from page.side_table import pieces

LEGEND = "加粗并加下划线的，是只有这一栏有的数字、日期、情态词和列举项。"
FOOT = "由政策问答依据文件库原文生成。办理时以官方原文为准。"
MOST = 32_000  # characters that a cell of Excel holds
MARKED = InlineFont(b=True, u="single")
Piece = tuple[str, bool]


def as_sheet(comparison: Comparison, policies: Collection[Policy], on: date) -> bytes:
    """A workbook: the table on one sheet, the citations on another."""
    book = Workbook()
    table = book.active
    assert isinstance(table, Worksheet)
    table.title = "对比"
    _put(table, 1, 1, [(comparison.asked, False)], bold=True)
    for n, head in enumerate(_heads(comparison), 1):
        _put(table, 3, n, [(head, False)], bold=True)
    for row_number, row in enumerate(comparison.rows, 4):
        _put(table, row_number, 1, [(f"{row.aspect}\n（{row.standing}）", False)], bold=True)
        for n, cell in enumerate(row.cells, 2):
            _put(table, row_number, n, list(_pieces(cell)))
    last = 5 + len(comparison.rows)
    for n, note in enumerate((LEGEND, FOOT)):
        _put(table, last + n, 1, [(note, False)], wrap=False)
    table.column_dimensions["A"].width = 16
    for n in range(2, len(comparison.columns) + 2):
        table.column_dimensions[table.cell(3, n).column_letter].width = 44
    table.freeze_panes = "B4"
    _list(book.create_sheet("引证"), cited(comparison.citations, policies, on).values())
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_document(comparison: Comparison, policies: Collection[Policy], on: date) -> bytes:
    """A Word document: the table on landscape pages, then the citations."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "仿宋", Pt(10.5)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.core_properties.author = "政策问答"
    document.core_properties.title = visible(comparison.asked)
    document.add_heading(visible(comparison.asked), 0)
    heads = _heads(comparison)
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(visible(head)).bold = True
    for row in comparison.rows:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(visible(f"{row.aspect}\n（{row.standing}）")).bold = True
        for target, said in zip(cells[1:], row.cells, strict=True):
            for text, marked in _pieces(said):
                run = target.paragraphs[0].add_run(visible(text))
                run.bold = run.underline = marked
    document.add_paragraph(LEGEND)
    document.add_heading("引证", 1)
    for one in cited(comparison.citations, policies, on).values():
        document.add_paragraph(visible(f"[{one.number}] {source(one)}"))
        document.add_paragraph(visible(one.quote), style="Intense Quote")
    document.add_paragraph(FOOT)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _heads(comparison: Comparison) -> list[str]:
    return ["事项", *(comparison.name(column) for column in comparison.columns)]


def _pieces(cell: Cell) -> Iterator[Piece]:
    """A cell in pieces, and whether each is marked; after each line the numbers of its citations."""
    if not cell.lines:
        yield cell.silence, False
        return
    if cell.verdict:
        yield f"{cell.verdict}。", False
    for n, line in enumerate(cell.lines):
        yield from pieces(line.text, line.marks)
        numbers = "".join(f"[{c.number}]" for c in line.citations)
        yield numbers + ("\n" if n + 1 < len(cell.lines) else ""), False
    if cell.more:
        yield f"\n（另有 {cell.more} 句，见原文）", False


def _put(
    sheet: Worksheet, row: int, column: int, pieces: Sequence[Piece], bold: bool = False, wrap: bool = True
) -> None:
    cell = sheet.cell(row, column)
    assert isinstance(cell, SheetCell)
    shown = [(visible(text)[:MOST], marked) for text, marked in pieces if visible(text)]
    if any(marked for _, marked in shown):
        cell.value = CellRichText(*(TextBlock(MARKED, t) if marked else t for t, marked in shown))
    else:
        cell.value = "".join(text for text, _ in shown)[:MOST]
        cell.data_type = "s"  # openpyxl takes what begins with = for a formula
        cell.font = Font(bold=bold)
    cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=wrap, vertical="top")


def _list(sheet: Worksheet, shown: Collection[Cited]) -> None:
    """The citations, one a line."""
    heads = ("编号", "文件", "文号", "适用地区", "效力层级", "状态", "位置", "原文")
    for n, head in enumerate(heads, 1):
        _put(sheet, 1, n, [(head, False)], bold=True)
    for row, one in enumerate(shown, 2):
        title = f"{one.title}{'（要点整理，非官方原文）' if one.digest else ''}"
        values = (
            str(one.number), title, one.document_number, one.region, one.rank, one.standing,
            " ".join(one.path), one.quote,
        )  # fmt: skip
        for n, value in enumerate(values, 1):
            _put(sheet, row, n, [(value, False)])
    for letter, width in zip("ABCDEFGH", (6, 40, 18, 14, 12, 10, 24, 80), strict=True):
        sheet.column_dimensions[letter].width = width
