"""OFD (GB/T 33190-2016, the format of official documents) in, running text out.

A package of XML: OFD.xml names the documents, Document.xml the pages, Content.xml holds TextObjects whose
TextCodes are placed within the object's Boundary. Millimetres become points. Template pages (their headers)
and annotations (seals) are not the document's text.
"""

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from ingest.formats import RawText, UnreadableFile
from ingest.formats.archive import open_zip, read_xml
from ingest.formats.layout import Line, running_text
from ingest.formats.sight import Colour, is_lost

POINTS = 72 / 25.4
LARGEST = [0.0, 0.0, 2000.0, 2000.0]
"""The box of a page that gives none."""


def read_ofd(data: bytes, name: str = "") -> RawText:
    """Read one .ofd; UnreadableFile if it is damaged or holds no text (a scan)."""
    archive = open_zip(data)
    root = read_xml(archive, "OFD.xml")
    if root is None:
        raise UnreadableFile(
            "这不是 OFD 文档（内部没有 OFD.xml）。请用 OFD 阅读器打开确认，或转换为 PDF 后再试。"
        )
    title = next((e.text.strip() for e in root.iter("{*}Title") if e.text and e.text.strip()), None)
    pages = []
    for entry in root.iter("{*}DocRoot"):
        path = (entry.text or "").strip().lstrip("/")
        document = read_xml(archive, path)
        area = "{*}CommonData/{*}PageArea/{*}PhysicalBox"
        box = _numbers(document.findtext(area)) if document is not None else []
        for page in document.findall("{*}Pages/{*}Page") if document is not None else ():
            content = read_xml(archive, _beside(path, page.get("BaseLoc", "")))
            pages.append(list(_lines(content, box)) if content is not None else [])
    text = running_text(pages)
    if not text.strip():
        raise UnreadableFile("OFD 里没有文字（可能是扫描件）。请转换为 PDF 或图片后再试。")
    return RawText(text, "ofd", None, title)


def _beside(path: str, location: str) -> str:
    if location.startswith("/"):
        return location.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), location))


def _numbers(text: str | None) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d*\.?\d+(?:e-?\d+)?", text or "")]


def _lines(content: etree._Element, box: list[float]) -> Iterator[Line]:
    """Text pieces on one page (its own box, or the document's), gathered into lines by their base line."""
    own = _numbers(content.findtext("{*}Area/{*}PhysicalBox"))
    box = next((known for known in (own, box) if len(known) == 4), LARGEST)
    on_page = (piece for piece in _pieces(content) if _touches(piece, box))
    pieces = sorted(on_page, key=lambda p: (round(p.bottom, 1), p.x0))
    line: list[Line] = []
    for piece in pieces:
        size = piece.bottom - piece.top
        if line and abs(piece.bottom - line[-1].bottom) > 0.4 * size:
            yield _joined(line)
            line = []
        line.append(piece)
    if line:
        yield _joined(line)


def _joined(pieces: list[Line]) -> Line:
    pieces.sort(key=lambda p: p.x0)
    text = pieces[0].text
    for before, piece in zip(pieces, pieces[1:], strict=False):
        text += (" " if piece.x0 - before.x1 > 0.8 * (piece.bottom - piece.top) else "") + piece.text
    return Line(
        re.sub(r"\s+", " ", text).strip(),
        pieces[0].x0,
        max(p.x1 for p in pieces),
        pieces[0].top,
        pieces[0].bottom,
    )


def _touches(piece: Line, box: list[float]) -> bool:
    x, y, width, height = (POINTS * number for number in box)
    across = piece.x1 > x and piece.x0 < x + width
    return across and piece.bottom > y and piece.top < y + height


def _is_unseen(text: etree._Element, content: etree._Element) -> bool:
    """Whether words are drawn without ink, or in white where nothing coloured lies."""
    ink = text.find("{*}FillColor")
    alphas = [part.get("Alpha", "255") for part in (text, ink) if part is not None]
    if "0" in alphas or (text.get("Fill") == "false" and text.get("Stroke") != "true"):
        return True
    parts = _numbers(ink.get("Value")) if ink is not None else []
    if len(parts) not in (1, 3) or not is_lost(_rgb(parts)):
        return False
    filled = (path for path in content.iter("{*}PathObject") if path.get("Fill") == "true")
    grounds = (*filled, *content.iter("{*}ImageObject"))
    return not any(_holds(_numbers(o.get("Boundary")), _numbers(text.get("Boundary"))) for o in grounds)


def _rgb(parts: list[float]) -> Colour:
    red, green, blue = (round(part) for part in (parts if len(parts) == 3 else parts * 3))
    return red, green, blue


def _holds(around: list[float], inner: list[float]) -> bool:
    if len(around) != 4 or len(inner) != 4:
        return False
    x, y = inner[0] + inner[2] / 2, inner[1] + inner[3] / 2
    return around[0] <= x <= around[0] + around[2] and around[1] <= y <= around[1] + around[3]


def _pieces(content: etree._Element) -> Iterator[Line]:
    for thing in content.iter("{*}TextObject"):
        if any(part.get("Visible") == "false" for part in (thing, *thing.iterancestors())):
            continue
        if _is_unseen(thing, content):
            continue
        boundary = _numbers(thing.get("Boundary"))
        matrix = (
            (_numbers(thing.get("CTM")) + [1, 0, 0, 1, 0, 0])[:6] if thing.get("CTM") else [1, 0, 0, 1, 0, 0]
        )
        size = float(thing.get("Size", "3.5")) * abs(matrix[3] or 1)
        x = y = 0.0
        for code in thing.iterfind("{*}TextCode"):
            x, y = float(code.get("X", x)), float(code.get("Y", y))  # left out: as before (GB/T 33190, 11.3)
            text = code.text or ""
            if len(boundary) < 4 or not text.strip() or size < 0.5:
                continue
            left = boundary[0] + matrix[0] * x + matrix[2] * y + matrix[4]
            base = boundary[1] + matrix[1] * x + matrix[3] * y + matrix[5]
            steps = _steps(code.get("DeltaX", ""))
            width = (sum(steps[: len(text) - 1]) + size) if steps else size * len(text)
            yield Line(text, left * POINTS, (left + width) * POINTS, (base - size) * POINTS, base * POINTS)


def _steps(delta: str) -> list[float]:
    """DeltaX with its shorthand: "g 3 5.2 4" -> [5.2, 5.2, 5.2, 4]."""
    result: list[float] = []
    parts = delta.split()
    while parts:
        if parts[0] == "g" and len(parts) >= 3:
            result += [float(parts[2])] * min(int(parts[1]), 10_000)
            parts = parts[3:]
        else:
            result.append(float(parts.pop(0)))
    return result
