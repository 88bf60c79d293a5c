"""An .xlsx workbook in, what is visible of its sheets as rows out, each sheet under its name."""

import io
import re
import warnings
from datetime import date, datetime
from typing import Any

from ingest.formats import RawText, UnreadableFile
from ingest.formats.archive import open_zip
from ingest.formats.sight import PAPER, Colour, colour, is_lost
from ingest.formats.tables import row

MAX_CELLS = 300_000
TINY = 3  # points
NOTHING = re.compile(r'[;"\s]*;[;"\s]*')  # a number format that shows nothing
THEMES = {0: PAPER, 1: (0, 0, 0)}
WHITES = (1, 9)  # in the old palette of 64


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
    looks: dict[int, bool] = {}
    columns = [range(c.min, c.max + 1) for c in sheet.column_dimensions.values() if c.hidden or c.width == 0]
    tables = [table.ref for table in sheet.tables.values()]
    for cells in sheet.iter_rows():
        row_look = sheet.row_dimensions[cells[0].row] if cells else None
        if row_look is None or row_look.hidden or row_look.height == 0:
            continue
        texts = []
        for cell in cells:
            at = (cell.row, cell.column)
            if at in covered and at not in repeated:
                continue  # said once by the first cell of its row
            if any(cell.column in hidden for hidden in columns):
                continue
            said = repeated.get(at, cell)
            if said.has_style and said.style_id not in looks:
                looks[said.style_id] = _is_unseen(said)
            unseen = said.has_style and looks[said.style_id] and not _within(said, tables)
            texts.append("" if unseen else _text(said))
        while texts and not texts[-1]:
            texts.pop()
        if sum(map(bool, texts)) == 1 and (texts[0] or len(lines) == 0):
            lines += ["", next(filter(None, texts)), ""]  # a caption or a note across the sheet
        elif any(texts):
            lines.append(row(texts))
    return lines


def _is_unseen(cell: Any) -> bool:
    """Whether nobody sees what stands in the cell: tiny, formatted away, or in the colour of its ground."""
    font, fill = cell.font, cell.fill
    if (font.sz or 11) <= TINY or NOTHING.fullmatch(cell.number_format or ""):
        return True
    ink = _colour(font.color)
    ground = PAPER if fill.fill_type is None else _colour(fill.fgColor) if fill.fill_type == "solid" else None
    return ink is not None and ground is not None and is_lost(ink, ground)


def _colour(of: Any) -> Colour | None:
    if of is None:
        return None
    if of.type == "rgb":
        return colour(str(of.rgb)[-6:])
    if of.type == "theme":
        return THEMES.get(of.theme) if not of.tint else None
    return PAPER if of.indexed in WHITES else None


def _within(cell: Any, tables: list[str]) -> bool:
    """A table has colours of its own behind its cells."""
    from openpyxl.utils import range_boundaries

    bounds = (range_boundaries(table) for table in tables)
    return any(x0 <= cell.column <= x1 and y0 <= cell.row <= y1 for x0, y0, x1, y1 in bounds)


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
