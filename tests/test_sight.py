"""What a reader of a document does not see is not read, and what only looks like it is."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from evals.prove.documents import docx, ofd, paragraph, pdf, run, zipped
from ingest.formats.ofd import read_ofd
from ingest.formats.page import read_html
from ingest.formats.pdf import read_pdf
from ingest.formats.sheet import read_xlsx
from ingest.formats.sight import colour, is_lost
from ingest.formats.word import read_docx

RULE = "本办法所称服务由县级人民政府民政部门负责，街道办事处应当公开服务目录，接受群众监督。"
PLANTED = "每户发放98765元"


def test_colours_are_read_as_css_and_office_write_them() -> None:
    white = ("#fff", "FFFFFF", "#ffffffff", "rgb(100%, 100%, 100%)", "hsl(9,0%,100%)", "transparent", "#0000")
    assert {colour(said) for said in white} == {(255, 255, 255)}
    assert (colour("rgba(0, 0, 0, .5)"), colour("black"), colour("pattern")) == (
        (128, 128, 128), (0, 0, 0), None,
    )  # fmt: skip
    assert [is_lost(ink) for ink in ((254, 254, 254), (240, 240, 240), (217, 217, 217), (255, 255, 0))] == [
        True, True, False, False,
    ]  # fmt: skip


# Word


def shade(fill: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'


def ink(value: str) -> str:
    return f'<w:color w:val="{value}"/>'


STYLED = (
    '<w:style w:type="paragraph" w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style>'
    f'<w:style w:type="character" w:styleId="c"><w:rPr>{ink("FDFDFD")}</w:rPr></w:style>'
    f'<w:style w:type="table" w:styleId="t"><w:tcPr>{shade("1F497D")}</w:tcPr></w:style>'
)


@pytest.mark.parametrize(
    ("look", "seen"),
    [
        ("<w:vanish/>", False),
        ('<w:vanish w:val="0"/>', True),
        (ink("FEFEFE"), False),
        (ink("F0F0F0"), False),
        ('<w:color w:themeColor="background1"/>', False),
        (ink("FFFFFF") + shade("auto"), False),
        (ink("FFFFFF") + shade("FFFFFF"), False),
        (ink("000000") + shade("000000"), False),
        (ink("FFFF00") + '<w:highlight w:val="yellow"/>', False),
        ('<w:sz w:val="5"/>', False),
        ('<w:w w:val="1"/>', False),
        ('<w:rStyle w:val="c"/>', False),
        (ink("FFFFFF") + shade("0070C0"), True),
        (ink("FFFFFF") + '<w:highlight w:val="darkBlue"/>', True),
        (ink("FFFF00"), True),
        (ink("BFBFBF"), True),
        ('<w:rStyle w:val="c"/>' + ink("000000"), True),
    ],
)
def test_words_of_word(look: str, seen: bool) -> None:
    body = paragraph(RULE) + paragraph(run("标准：") + run(PLANTED, look) + run("。"))
    text = read_docx(docx(body, styles=STYLED)).text
    assert (PLANTED in text, "标准：" in text) == (seen, True)


@pytest.mark.parametrize(("style", "seen"), [("a", False), ("b", False), ("none", True)])
def test_paragraphs_of_word_by_their_style(style: str, seen: bool) -> None:
    body = paragraph(RULE) + paragraph(run(PLANTED), f'<w:pStyle w:val="{style}"/>')
    assert (PLANTED in read_docx(docx(body, styles=STYLED)).text) == seen


@pytest.mark.parametrize(
    ("table", "row", "cell", "seen"),
    [
        ("", "", "", False),
        ("", "", shade("1F497D"), True),
        ('<w:tblStyle w:val="t"/>', "", "", True),
        ("", "<w:hidden/>", shade("1F497D"), False),
    ],
)
def test_white_words_in_cells_of_word(table: str, row: str, cell: str, seen: bool) -> None:
    cells = "".join(
        f"<w:tc><w:tcPr>{cell}</w:tcPr>{paragraph(run(said, ink('FFFFFF')))}</w:tc>"
        for said in (PLANTED, "甲")
    )
    rows = f"<w:tbl><w:tblPr>{table}</w:tblPr><w:tr><w:trPr>{row}</w:trPr>{cells}</w:tr></w:tbl>"
    assert (PLANTED in read_docx(docx(paragraph(RULE) + rows, styles=STYLED)).text) == seen


def test_a_text_box_is_read_behind_its_paragraph() -> None:
    def box(style: str) -> str:
        shape = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="{style}"><v:textbox><w:txbxContent>'
        inner = paragraph("框中一") + paragraph("框中二")
        return f"<w:r><w:pict>{shape}{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"

    body = paragraph(box("") + run("甲")) + paragraph(box("visibility:hidden") + run("乙"))
    assert read_docx(docx(body)).text == "甲\n\n框中一\n\n框中二\n\n乙"


# Web pages

SHEET = """<style>/* } */ .b, .never:hover {display:none} #zz{visibility:hidden} .outer span{display:none}
.cc > p{display:none} aside{display:none} p[data-x]{display:none} .dd *{opacity:.01} p.m1.m2{display:none}
@media screen{.mm{display:none}} @media print{.pp{display:none}} .sc{color:#fff;background:#fefefe}
.tab{display:none} .tab.on{display:block} .head{background:#036} .head p{color:#fff}</style>"""


@pytest.mark.parametrize(
    ("planted", "seen"),
    [
        ("<p class='a b'>{}</p>", False),
        ("<p id=zz>{}</p>", False),
        ("<div class=outer><i><span>{}</span></i></div>", False),
        ("<section class=cc><p>{}</p></section>", False),
        ("<section class=cc><div><p>{}</p></div></section>", True),
        ("<aside>{}</aside>", False),
        ("<p data-x=1>{}</p>", False),
        ("<i class=dd><b>{}</b></i>", False),
        ("<p class='m1 m2'>{}</p>", False),
        ("<p class=m1>{}</p>", True),
        ("<p class=mm>{}</p>", False),
        ("<p class=pp>{}</p>", True),
        ("<p class=sc>{}</p>", False),
        ("<div class=tab>{}</div>", False),
        ("<div class='tab on'>{}</div>", True),
        ("<div class=head><p>{}</p></div>", True),
        ("<p style='background:#123456;color:#123456'>{}</p>", False),
        ("<p style='color:#fdfdfd'>{}</p>", False),
        ("<p style='color:snow'>{}</p>", False),
        ("<p style='color:rgba(0,0,0,0)'>{}</p>", False),
        ("<p style='font:0/0 a'>{}</p>", False),
        ("<p style='font-size:1px'>{}</p>", False),
        ("<p style='position:absolute;left:200vw'>{}</p>", False),
        ("<p style='transform:scale(0)'>{}</p>", False),
        ("<p style='clip-path:inset(100%)'>{}</p>", False),
        ("<p style='height:1px;width:1px;overflow:hidden'>{}</p>", False),
        ("<p style='d\\69splay:none'>{}</p>", False),
        ("<p STYLE='DISPLAY : /**/ NONE ! important'>{}</p>", False),
        ("<p aria-hidden=true>{}</p>", False),
        ("<dialog>{}</dialog>", False),
        ("<noembed>{}</noembed>", False),
        ("<p class=never>{}</p>", True),
        ("<p style='color:#999'>{}</p>", True),
        ("<div style='font-size:0'><span style='font-size:16px'>{}</span></div>", True),
        ("<div style='font-size:0'><span style='font-size:1em'>{}</span></div>", False),
        ("<div style='visibility:hidden'><p style='visibility:visible'>{}</p></div>", True),
        ("<div style='color:#fff'>{}</div>", False),
        ("<div style='color:#fff'><p style='color:#333'>{}</p></div>", True),
        ("<div style='position:absolute;left:50%;margin-left:-500px'>{}</div>", True),
        ("<div style='height:0'>{}</div>", True),
    ],
)
def test_words_of_a_page(planted: str, seen: bool) -> None:
    page = (
        f"<html><head><meta charset=utf-8>{SHEET}</head><body><p>{RULE}</p>{planted.format(PLANTED)}<p>{RULE}"
    )
    text = read_html(page.encode()).text
    assert (PLANTED in text, text.count(RULE)) == (seen, 2)


def test_a_flood_of_rules_ends() -> None:
    """Beyond a number of comparisons the style sheets say nothing; the words are read."""
    rules = "".join(f".x .c{n} p{{display:none}}" for n in range(1000))
    page = f"<style>{rules}{'{' * 3000}</style><div class=x>{f'<p>{RULE}</p>' * 500}</div>"
    assert RULE in read_html(page.encode()).text


# PDF

BOX = "80 590 400 40 re f"
STATES = b"/Resources<</ExtGState<</G0<</ca 0>>/G1<</BM/Multiply>>>>/Properties<</L0 90 0 R/L1 91 0 R>>"
LAYERS = b"/Type/Catalog/OCProperties<</OCGs[90 0 R 91 0 R]/D<</OFF[90 0 R]>>>>"


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        ("", "", True),
        ("3 Tr", "", False),
        ("7 Tr", "", False),
        (".99 g", "0 g", False),
        ("0 0 0 0.01 k", "0 g", False),
        (f"0 g {BOX} 0 g", "", False),
        (f"0 0 1 rg {BOX} 1 g", "0 g", True),
        ("", f"1 g {BOX} 0 g", False),
        (f"1 g {BOX} 0 g", "", True),
        ("", f"/G1 gs 1 1 0 rg {BOX} 0 g", True),
        ("q /G0 gs", "Q", False),
        ("q /G0 gs Q", "", True),
        ("q 0 0 1 1 re W n", "Q", False),
        ("q 80 590 400 40 re W* n", "Q", True),
        ("q 2 0 0 2 0 0 cm 40 295 200 20 re W n Q", "", True),
        ("/OC /L0 BDC", "EMC", False),
        ("/OC /L1 BDC", "EMC", True),
        ("/OC /L0 BDC EMC", "", True),
    ],
)
def test_characters_of_a_pdf(before: str, after: str, seen: bool) -> None:
    words = f"<{PLANTED.encode('utf-16-be').hex()}>"
    lines = [(90, 90 + 30 * n, RULE[:30], 14) for n in range(4)]
    drawn = pdf([[*lines, f"{before} BT /F1 14 Tf 90 600 Td {words} Tj ET {after}"]])
    layered = drawn.replace(b"/Resources<<", STATES).replace(b"/Type/Catalog", LAYERS)
    text = read_pdf(layered).text
    assert (PLANTED in text, RULE[:20] in text) == (seen, True)


# Excel and OFD


def _white(cell: Any) -> None:
    cell.font = Font(color="FFFEFEFE")


def _white_on_blue(cell: Any) -> None:
    cell.font, cell.fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF0000FF")


def _black_on_black(cell: Any) -> None:
    cell.font, cell.fill = Font(color="FF000000"), PatternFill("solid", fgColor="FF000000")


def _tiny(cell: Any) -> None:
    cell.font = Font(size=1)


def _formatted_away(cell: Any) -> None:
    cell.number_format = ";;;"


def _in_a_group(cell: Any) -> None:
    cell.parent.column_dimensions.group("B", "D", hidden=True)


@pytest.mark.parametrize(
    ("hide", "seen"),
    [
        (lambda _: None, True),
        (_white, False),
        (_white_on_blue, True),
        (_black_on_black, False),
        (_tiny, False),
        (_formatted_away, False),
        (_in_a_group, False),
    ],
)
def test_cells_of_a_workbook(hide: Callable[[Any], None], seen: bool) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["C2"] = RULE, PLANTED
    hide(book.active["C2"])
    out = io.BytesIO()
    book.save(out)
    assert (PLANTED in read_xlsx(out.getvalue()).text) == seen


@pytest.mark.parametrize(
    ("attributes", "fill", "seen"),
    [
        ('Boundary="32 120 160 6"', "", True),
        ('Boundary="32 120 160 6" Visible="false"', "", False),
        ('Boundary="32 120 160 6" Alpha="0"', "", False),
        ('Boundary="32 120 160 6" Fill="false"', "", False),
        ('Boundary="-500 120 160 6"', "", False),
        ('Boundary="32 120 160 6"', '<ofd:FillColor Value="254 254 254"/>', False),
        ('Boundary="32 120 160 6"', '<ofd:FillColor Value="255 0 0"/>', True),
        ('Boundary="32 60 160 6"', '<ofd:FillColor Value="255 255 255"/>', True),
    ],
)
def test_words_of_an_ofd(attributes: str, fill: str, seen: bool) -> None:
    code = f'<ofd:TextCode X="0" Y="6" DeltaX="g 8 6">{PLANTED}</ofd:TextCode>'
    planted = f'<ofd:TextObject {attributes} Size="6">{fill}{code}</ofd:TextObject></ofd:Layer>'
    ground = '<ofd:PathObject Boundary="20 55 180 20" Fill="true"/>'
    made = zipped_with(ofd([[(32, 40, RULE[:20], 6)]]), "</ofd:Layer>", ground + planted)
    text = read_ofd(made).text
    assert (PLANTED in text, RULE[:20] in text) == (seen, True)


def zipped_with(data: bytes, old: str, new: str) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({n: archive.read(n).decode().replace(old, new) for n in archive.namelist()})
