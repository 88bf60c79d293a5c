"""PDF in, running text and table rows out; pages that are pictures go through OCR where it is installed."""

import io
import re
from collections.abc import Sequence
from typing import Any

from ingest.formats import RawText, UnreadableFile
from ingest.formats.layout import Line, running_text
from ingest.formats.picture import picture_lines
from ingest.formats.tables import row
from ingest.sandbox import more_time

MAX_PAGES = 600
MAX_SCANS = 80
MAX_DRAWN = 5_000_000
"""Bytes of one page's operators; more would take all the time that a file is given."""
PAGES_PER_LIMIT = 40
"""A page costs about a third of a second; after so many the time limits begin anew."""


def read_pdf(data: bytes, name: str = "") -> RawText:
    """Read one PDF; UnreadableFile if it is locked, damaged, too long, or has no text at all."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        document = pdfplumber.open(io.BytesIO(data))
    except (PdfminerException, PDFException) as fault:
        if isinstance(fault, PDFPasswordIncorrect) or any(
            isinstance(a, PDFPasswordIncorrect) for a in fault.args
        ):
            raise UnreadableFile("PDF 已加密，需要密码。请先解除密码另存，再重新导入。") from None
        raise UnreadableFile("PDF 已损坏或不完整。请重新获取文件，或打开后另存一份再试。") from None
    with document:
        if len(document.pages) > MAX_PAGES:
            raise UnreadableFile(f"PDF 超过 {MAX_PAGES} 页。请拆分后再试。")
        if not document.pages:
            raise UnreadableFile("PDF 已损坏或不完整（没有页面）。请重新获取文件，或打开后另存一份再试。")
        pages, pictures = [], []
        for number, page in enumerate(document.pages):
            if number % PAGES_PER_LIMIT == PAGES_PER_LIMIT - 1:
                more_time()
            if _drawn(page) > MAX_DRAWN:
                raise UnreadableFile(
                    f"PDF 第 {number + 1} 页的内容异常庞大。请打开后另存一份，或拆出这一页。"
                )
            pages.append(_lines(page))
            if not pages[-1] and page.images:
                pictures.append(number)
            page.close()
        title = document.metadata.get("Title") if isinstance(document.metadata, dict) else None
    if len(pictures) > MAX_SCANS:
        raise UnreadableFile(f"扫描件超过 {MAX_SCANS} 页。请拆分后再试，或换成带文字层的 PDF。")
    for number in pictures:
        more_time()
        pages[number] = picture_lines(_render(data, number))
    text = running_text(pages)
    if not text.strip():
        raise UnreadableFile("PDF 里没有文字。若是扫描件，请换成图片或带文字层的 PDF 再试。")
    if text.count("(cid:") * 20 > len(text):
        raise UnreadableFile(
            "PDF 的字体没有文字编码，提取出来是乱码。请打开后另存为 .docx，或打印成图片后再试。"
        )
    return RawText(text, "pdf", None, title if isinstance(title, str) and title.strip() else None)


def _drawn(page: Any) -> int:
    """How many bytes of operators a page has."""
    from pdfminer.pdftypes import PDFStream, resolve1

    streams = (resolve1(stream) for stream in page.page_obj.contents)
    return sum(len(stream.get_data()) for stream in streams if isinstance(stream, PDFStream))


def _lines(page: Any) -> list[Line]:
    """The lines of a page in points; what lies in a ruled table becomes one Line with its rows."""
    from ingest.formats.pdf_sight import seen

    drawn = set[tuple[str, int, int]]()
    page = seen(page).filter(lambda part: _is_new(part, drawn))
    tables = [t for t in page.find_tables() if len(t.rows) > 1 and max(len(r.cells) for r in t.rows) > 1]
    lines = []
    for table in tables:
        rows = [[re.sub(r"\s*\n\s*", "", c or "") for c in cells] for cells in table.extract()]
        text = "\n".join(row(c for c in cells if c or len(rows) == 1) for cells in rows if any(cells))
        x0, top, x1, bottom = table.bbox
        lines.append(Line(text, x0, x1, top, bottom, table=True))
    outside = page.filter(lambda part: part["object_type"] != "char" or not _within(part, tables))
    for word in outside.extract_words(keep_blank_chars=True, x_tolerance=8, y_tolerance=3, extra_attrs=[]):
        text = re.sub(r"\s+", " ", word["text"]).strip()
        if text:
            lines.append(Line(text, word["x0"], word["x1"], word["top"], word["bottom"]))
    return lines


def _within(char: Any, tables: Sequence[Any]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return any(t.bbox[0] <= x <= t.bbox[2] and t.bbox[1] <= y <= t.bbox[3] for t in tables)


def _is_new(part: Any, drawn: set[tuple[str, int, int]]) -> bool:
    """Not a character drawn once more in its place to look bold."""
    if part["object_type"] != "char":
        return True
    place = (part["text"], round(part["x0"] / 2), round(part["top"] / 2))
    new = place not in drawn
    drawn.add(place)
    return new


def _render(data: bytes, number: int) -> Any:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return document[number].render(scale=2.5).to_pil()
    finally:
        document.close()
