"""Small documents of each format for the reader tests, written byte by byte."""

import io
import zipfile
from collections.abc import Mapping, Sequence

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
Text = tuple[float, float, str, float]
"""x, y from the top, text, font size."""


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            # Without today's date: the same parts make the same bytes.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    """One run of a Word paragraph."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(content: str, properties: str = "") -> str:
    """One Word paragraph; text without markup becomes a run."""
    content = content if content.startswith("<") or not content else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def docx(body: str, **parts: str) -> bytes:
    """A .docx with this body; numbering=, styles=, footnotes= are the contents of those parts."""
    files = {"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"}
    files |= {f"word/{name}.xml": f"<w:{name} {W}>{content}</w:{name}>" for name, content in parts.items()}
    return zipped(files)


def ofd(pages: Sequence[Sequence[Text]]) -> bytes:
    """An OFD of these pages, in millimetres."""
    parts = {
        "OFD.xml": f"<ofd:OFD {OFD}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>"
    }
    names = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    parts["Doc_0/Document.xml"] = f"<ofd:Document {OFD}><ofd:Pages>{names}</ofd:Pages></ofd:Document>"
    for n, page in enumerate(pages):
        objects = "".join(
            f'<ofd:TextObject Boundary="{x} {y} 160 {s}" Size="{s}"><ofd:TextCode X="0" Y="{s}" '
            f'DeltaX="g {max(len(t) - 1, 1)} {s}">{t}</ofd:TextCode></ofd:TextObject>'
            for x, y, t, s in page
        )
        parts[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
            f"<ofd:Page {OFD}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return zipped(parts)


def pdf(pages: Sequence[Sequence[Text | str]], width: int = 595, height: int = 842) -> bytes:
    """A PDF of these pages in points; a bare string is a drawing operator."""
    font = "/BaseFont/STSong-Light"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "",
        f"<</Type/Font/Subtype/Type0{font}/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        f"<</Type/Font/Subtype/CIDFontType0{font}/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        "/Supplement 4>>/DW 1000/FontDescriptor 5 0 R>>",
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        "/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    ]
    kids = []
    for page in pages:
        drawn = "\n".join(
            item
            if isinstance(item, str)
            else f"BT /F1 {item[3]} Tf {item[0]} {height - item[1]} Td <{_hex(item[2])}> Tj ET"
            for item in page
        )
        objects.append(f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {len(objects)} 0 R>>"
        )
        kids.append(len(objects))
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{k} 0 R' for k in kids)}]>>"
    out, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\n"
    return f"{out}{end}startxref\n{len(out)}\n%%EOF".encode("latin-1")


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex()


def ruled(xs: Sequence[float], ys: Sequence[float], height: int = 842) -> list[str]:
    """The lines of a table's grid."""
    across = [f"{xs[0]} {height - y} m {xs[-1]} {height - y} l S" for y in ys]
    return across + [f"{x} {height - ys[0]} m {x} {height - ys[-1]} l S" for x in xs]
