"""An .xlsx workbook in, its visible sheets as rows out, each sheet under its name."""

import io
import warnings
from datetime import date, datetime
from typing import Any

from ingest.formats import RawText, UnreadableFile
from ingest.formats.archive import open_zip
from ingest.formats.tables import row

MAX_CELLS = 300_000


def read_xlsx(data: bytes, name: str = "") -> RawText:
    """Read one workbook: stored values of formulas, merged cells repeated downwards, hidden parts out."""
    import openpyxl

    archive = open_zip(data)
    if "xl/workbook.xml" not in archive.namelist():
        raise UnreadableFile(
            "这不是 Excel 工作簿（内部没有 xl/workbook.xml）。请用 Excel 或 WPS 另存为 .xlsx 后再试。"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of every extension it does not know
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    blocks: list[str] = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            lines = _rows(sheet)
            if lines:
                blocks += ([f"## {sheet.title}"] if len(book.worksheets) > 1 else []) + lines
    title = (book.properties.title or "").strip() or None
    return RawText("\n".join(blocks), "xlsx", None, title)


def _rows(sheet: Any) -> list[str]:
    from openpyxl.utils import get_column_letter

    if sheet.max_row * sheet.max_column > MAX_CELLS:
        raise UnreadableFile(f"表格过大（超过 {MAX_CELLS} 个单元格）。请删去无关的行列或拆分后再试。")
    repeated: dict[tuple[int, int], Any] = {}
    covered: set[tuple[int, int]] = set()
    for area in sheet.merged_cells.ranges:
        first = sheet.cell(area.min_row, area.min_col)
        for r, c in area.cells:
            covered.add((r, c))
            if c == area.min_col:
                repeated[r, c] = first
    lines: list[str] = []
    for cells in sheet.iter_rows():
        if not cells or sheet.row_dimensions[cells[0].row].hidden:
            continue
        texts = []
        for cell in cells:
            at = (cell.row, cell.column)
            if at in covered and at not in repeated:
                continue  # said once by the first cell of its row
            if not sheet.column_dimensions[get_column_letter(cell.column)].hidden:
                texts.append(_text(repeated.get(at, cell)))
        while texts and not texts[-1]:
            texts.pop()
        if sum(map(bool, texts)) == 1 and (texts[0] or len(lines) == 0):
            lines += ["", next(filter(None, texts)), ""]  # a caption or a note across the sheet
        elif any(texts):
            lines.append(row(texts))
    return lines


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        if "%" in (cell.number_format or ""):
            return f"{value * 100:.10g}%"
        return f"{value:.10g}"
    if isinstance(value, int) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return f"{value * 100}%"
    return str(value)
