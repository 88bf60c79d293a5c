"""Hostile PDFs, pictures and zips: bytes by kind, from a source of chance."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from random import Random

from evals.prove.documents import zipped
from evals.prove.files_office import whole_pdf
from evals.prove.hostile import GOOD, Made, Maker

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
# What a PDF says, and what it says instead: loops, absurd numbers, actions.
SWAPS = (
    (b"/Count 1/Kids[7 0 R]", b"/Count 1/Kids[2 0 R]"),
    (b"/Count 1", b"/Count 999999999"),
    (b"/MediaBox[0 0 595 842]", b"/MediaBox[0 0 1e30 nan]"),
    (b"/Contents 6 0 R", b"/Contents 7 0 R"),
    (b"/Parent 2 0 R", b"/Parent 7 0 R"),
    (b"/Root 1 0 R", b"/Root 1 0 R/Prev 9"),
    (b"/Root 1 0 R", b"/Root 9 9 R"),
    (b"/Type/Catalog", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Type/Catalog"),
    (b"/Type/Catalog", b"/AA" + b"[" * 3000 + b"]" * 3000 + b"/Type/Catalog"),
    (b"/Type/Catalog", b"/OpenAction<</S/Launch/F(/bin/sh)>>/Type/Catalog"),
    (b"startxref", b"startxref\n99999999\n%"),
)
DRAWN = (
    (b"q ", 3_000_000), (b"BT /F1 1 Tf (a) Tj ET ", 400_000), (b"0 0 m 1 1 l S ", 500_000), (b"[", 2_000_000),
)  # fmt: skip
ONE_PAGE = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
    b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF"
)
PARTS = {
    "word/document.xml": ".docx", "xl/worksheets/sheet1.xml": ".xlsx", "OFD.xml": ".ofd",
    "a.txt": ".zip", "a.html": ".zip",
}  # fmt: skip


def _odd_pdf(chance: Random) -> Made:
    return Made(".pdf", whole_pdf(chance).replace(*chance.choice(SWAPS)))


def _pdf_bomb(chance: Random) -> Made:
    unit, times = chance.choice(DRAWN)
    packed = zlib.compress(unit * times)
    return Made(".pdf", ONE_PAGE % (len(packed), packed))


def _locked(chance: Random) -> Made:
    from pypdf import PdfReader, PdfWriter

    if chance.random() < 0.5:
        data = bytearray(zipped({"a.txt": GOOD.format(4)}))
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
        return Made(chance.choice((".zip", ".docx")), bytes(data), refused=True)
    writer = PdfWriter(PdfReader(io.BytesIO(whole_pdf(chance))))
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


def _bomb(chance: Random) -> Made:
    part = chance.choice(list(PARTS))
    return Made(PARTS[part], zipped({part: b" " * (chance.choice((30, 120, 300)) * 2**20)}), refused=True)


def _tricky_zip(chance: Random) -> Made:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in chance.sample(TRICKS, 3):
            info = zipfile.ZipInfo("x.txt")
            info.filename = name
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
    lie = struct.pack("<L", chance.choice((0, 10, 2**32 - 1)))
    return Made(".zip", zipped({"a.txt": b"0" * 5000}).replace(struct.pack("<L", 5000), lie), refused=True)


SEALED: dict[str, Maker] = {
    "怪 PDF": _odd_pdf,
    "PDF 炸弹": _pdf_bomb,
    "加密": _locked,
    "怪图片": _picture,
    "压缩炸弹": _bomb,
    "包内路径": _tricky_zip,
    "套包": _nested_zip,
    "条目成堆": _many_zip,
    "谎报大小": _lying_zip,
}
