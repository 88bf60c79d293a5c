"""Word's .docx in, text out as Word shows it with all changes accepted.

The XML is read directly (ECMA-376 part 1, chapter 17), since python-docx loses tracked insertions and keeps
hidden text. Insertions in, deletions out; automatic numbers written out; tables as rows; a footnote as a
line of its own behind its paragraph; hidden, white and tiny text, comments, tables of contents out.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.formats import RawText, UnreadableFile
from ingest.formats.archive import open_zip, read_xml
from ingest.formats.numbering import Numbering
from ingest.formats.tables import row
from ingest.formats.word_looks import Looks

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
GONE = {f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rt", "pPr", "rPr")} | {FALLBACK}
UNSEEN = re.compile(r"visibility:\s*hidden")  # a shape of VML
BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": " ", f"{W}noBreakHyphen": "-"}


@dataclass
class _Document:
    """The parts of one package that a paragraph's text depends on."""

    numbering: Numbering
    looks: Looks
    headings: dict[str, int]
    style_numbers: dict[str, etree._Element]
    notes: dict[str, etree._Element]
    pending: list[str] = field(default_factory=list)  # notes and boxes that follow the paragraph being read


def read_docx(data: bytes, name: str = "") -> RawText:
    """Read one .docx; UnreadableFile if it is damaged, locked or no Word file."""
    archive = open_zip(data)
    root = read_xml(archive, "word/document.xml")
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise UnreadableFile(
            "这不是 Word 文档（内部没有 word/document.xml）。请用 Word 或 WPS 另存为 .docx 后再试。"
        )
    title = None
    core = read_xml(archive, "docProps/core.xml")
    if core is not None:
        title = (core.findtext("{http://purl.org/dc/elements/1.1/}title") or "").strip() or None
    return RawText("\n\n".join(_blocks(body, _document(archive))), "docx", None, title)


def _document(archive: zipfile.ZipFile) -> _Document:
    headings, numbers = {}, {}
    styles = read_xml(archive, "word/styles.xml")
    for style in styles.iter(f"{W}style") if styles is not None else ():
        identity = style.get(f"{W}styleId", "")
        named = style.find(f"{W}name")
        level = re.fullmatch(
            r"(?:heading|标题) (\d)", "" if named is None else named.get(f"{W}val", ""), re.IGNORECASE
        )
        if level:
            headings[identity] = int(level[1])
        number = style.find(f"{W}pPr/{W}numPr")
        if number is not None:
            numbers[identity] = number
    notes = {}
    for part, kind in (("footnotes", "footnote"), ("endnotes", "endnote")):
        xml = read_xml(archive, f"word/{part}.xml")
        for note in xml.iter(f"{W}{kind}") if xml is not None else ():
            if note.get(f"{W}type") is None:  # the others are separator lines
                notes[kind + note.get(f"{W}id", "")] = note
    numbering = Numbering(read_xml(archive, "word/numbering.xml"))
    return _Document(numbering, Looks(styles), headings, numbers, notes)


def _blocks(parent: etree._Element, document: _Document) -> Iterator[str]:
    """Paragraphs and tables in order; a paragraph whose mark was deleted runs into the next."""
    carried = ""
    for child in parent:
        if child.tag == f"{W}p":
            text = carried + _paragraph(child, document)
            carried = text if child.find(f"{W}pPr/{W}rPr/{W}del") is not None else ""
            if not carried:
                yield from filter(None, (text.strip("\n"), *document.pending))
                document.pending.clear()
        elif child.tag == f"{W}tbl":
            yield from _table(child, document)
        elif child.tag not in GONE:  # content controls, insertions, custom XML around blocks
            yield from _blocks(child, document)
    if carried:
        yield carried


def _paragraph(paragraph: etree._Element, document: _Document) -> str:
    properties = paragraph.find(f"{W}pPr")
    style, number = "", None
    if properties is not None:
        named = properties.find(f"{W}pStyle")
        style = "" if named is None else named.get(f"{W}val", "")
        number = properties.find(f"{W}numPr")
    if style.upper().startswith("TOC"):
        return ""
    text = "".join(_runs(paragraph, document))
    if not text.strip():
        return ""
    number = document.style_numbers.get(style) if number is None else number
    heading = document.headings.get(style, 0)
    return "#" * heading + " " * bool(heading) + document.numbering.label(number) + text.lstrip()


def _runs(node: etree._Element, document: _Document) -> Iterator[str]:
    for child in node:
        if child.tag in GONE or not isinstance(child.tag, str) or UNSEEN.search(child.get("style", "")):
            continue
        if child.tag in (f"{W}t", MATH_TEXT):
            yield child.text or ""
        elif child.tag in BREAKS:
            yield BREAKS[child.tag]
        elif child.tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            note = document.notes.get(
                etree.QName(child).localname.removesuffix("Reference") + child.get(f"{W}id", "")
            )
            if note is not None:
                said = "".join(t for p in note.iter(f"{W}p") for t in _runs(p, document)).strip()
                document.pending.append(f"注：{said}")
        elif child.tag == f"{W}txbxContent":
            before, document.pending = document.pending, []  # the box ends its own paragraphs
            boxed = list(_blocks(child, document))
            document.pending = [*before, *boxed]
        elif child.tag != f"{W}r" or not document.looks.is_hidden(child):
            yield from _runs(child, document)


def _table(table: etree._Element, document: _Document) -> Iterator[str]:
    """Rows of a table; a cell merged downwards is repeated, a table of one cell is a box of paragraphs."""
    gone = (f"{W}trPr/{W}del", f"{W}trPr/{W}hidden")
    rows = [r for r in table.iter(f"{W}tr") if _owner(r) is table and all(r.find(g) is None for g in gone)]
    cells = [[c for c in r.iter(f"{W}tc") if _owner(c) is table] for r in rows]
    if max(map(len, cells), default=0) <= 1:
        for cell in (c for line in cells for c in line):
            yield from _blocks(cell, document)
        return
    above: dict[int, str] = {}
    lines = []
    for line in cells:
        column, texts = 0, []
        for cell in line:
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            text = " ".join(_blocks(cell, document))
            if merge is not None and merge.get(f"{W}val") != "restart":
                text = above.get(column, "")
            above[column] = text
            texts.append(text)
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            column += int(span.get(f"{W}val", "1")) if span is not None else 1
        if any(texts):
            lines.append(row(texts))
    yield "\n".join(lines)


def _owner(part: etree._Element) -> etree._Element | None:
    return next(part.iterancestors(f"{W}tbl"), None)
