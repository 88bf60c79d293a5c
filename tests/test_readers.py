"""Every reader on documents made here, hostile ones too: the text comes out, or a Chinese reason does."""

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from evals.prove.documents import docx, ofd, paragraph, pdf, ruled, run, zipped
from evals.prove.stand_in import StandIn
from ingest import documents, sandbox
from ingest.embeddings import Embedder
from ingest.formats import numbering, office, picture
from ingest.names import untaken
from ingest.pipeline import ingest_paths
from ingest.readers import MAX_BYTES, RawText, UnreadableFile, read, read_all

NOTICE = "关于做好社会救助工作的通知\n\n各市民政局：\n\n请认真贯彻执行。"
LONG = (
    "为贯彻落实社会救助暂行办法进一步做好低保对象特困人员临时救助对象的认定"
    "和服务工作切实保障困难群众的基本生活"
)


@pytest.fixture(autouse=True, scope="module")
def _no_child_is_left() -> Iterator[None]:
    yield
    sandbox._worker.stop()


@pytest.fixture
def put(tmp_path: Path):  # type: ignore[no-untyped-def]
    def put(name: str, data: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return put


def text_of(path: Path) -> str:
    return read(path).text


def reason(path: Path) -> str:
    with pytest.raises(UnreadableFile) as fault:
        read(path)
    return str(fault.value)


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_simplified_text_in_any_encoding(put, encoding: str) -> None:
    assert text_of(put("a.txt", NOTICE.encode(encoding))) == NOTICE


@pytest.mark.parametrize("encoding", ["utf-7", "hz"])
def test_chinese_in_seven_bits(put, encoding: str) -> None:
    assert text_of(put("a.txt", NOTICE.encode(encoding))) == NOTICE
    for said in ("A+B-C, 1+1, x+abcd-", "see ~{top} and ~user"):
        assert text_of(put("b.txt", said)) == said


def test_traditional_text_in_big5(put) -> None:
    assert text_of(put("a.txt", "關於做好社會救助工作的通知，請認真貫徹執行。".encode("big5"))).startswith(
        "關於做好"
    )


def test_a_few_damaged_bytes_do_not_make_utf8_something_else(put) -> None:
    data = bytearray((NOTICE * 20).encode())
    data[300] = 0xFF
    raw = read(put("a.txt", bytes(data)))
    assert raw.encoding == "utf-8"
    assert raw.text.count("\ufffd") <= 3


def test_ascii_in_utf16_is_text(put) -> None:
    assert text_of(put("a.txt", "Article 1".encode("utf-16-le"))) == "Article 1"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("空.txt", b"", "空的"),
        ("空白.md", b" \n\n", "空的"),
        ("图片.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "内容却是图片"),
        ("程序.txt", bytes(range(256)) * 200, "不是文本"),
        ("大.txt", b"a" * (MAX_BYTES + 1), "文件过大"),
        ("其他.xyz", b"abc", "不支持 .xyz"),
        ("假.pdf", "不是 PDF".encode(), "内容却是文本"),
        ("假.docx", b"%PDF-1.4", "内容却是PDF"),
        ("加密.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "已加密"),
        ("坏.docx", b"PK\x03\x04" + bytes(200), "已损坏"),
        ("别的.docx", zipped({"a.txt": "x"}), "不是 Word 文档"),
        ("别的.xlsx", zipped({"a.txt": "x"}), "不是 Excel"),
        ("别的.ofd", zipped({"a.txt": "x"}), "不是 OFD"),
        ("断.pdf", pdf([[(90, 90, "正文", 14)]])[:200], "已损坏"),
        ("空.pdf", pdf([[]]), "没有文字"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(put, name: str, data: bytes, says: str) -> None:
    assert says in reason(put(name, data))


def test_links_pipes_and_folders_are_skipped(put, tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(put("a.txt", NOTICE))
    os.mkfifo(tmp_path / "pipe.txt")
    assert "链接" in reason(tmp_path / "link.txt")
    assert "管道" in reason(tmp_path / "pipe.txt")
    assert "目录" in reason(tmp_path)
    assert "无法打开" in reason(tmp_path / "没有.txt")


# HTML


def page(body: str, head: str = "") -> str:
    return f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def test_the_article_comes_out_of_a_page(put) -> None:
    menu = "".join(f"<li><a href='#'>栏目{n}</a></li>" for n in range(30))
    source = page(
        f"<ul>{menu}</ul><div><h1>关于救助工作的通知</h1><div id=zoom><p>各市民政局：</p>"
        "<p>请认真贯彻执行，确保<b>资金</b>到位。</p><p>附件：<a href=a.doc>申请表</a></p></div></div>"
        f"<div><ul>{menu}</ul></div>",
        "<title>关于救助工作的通知_某省民政厅</title><meta name=PubDate content='2020-01-02'>",
    )
    raw = read(put("a.html", source.encode("gb18030")))  # declared utf-8, is not
    assert raw.title == "关于救助工作的通知"
    assert [line for line in raw.text.split("\n") if line] == [
        "关于救助工作的通知",
        "发布时间：2020-01-02",
        "各市民政局：",
        "请认真贯彻执行，确保资金到位。",
        "附件：申请表",
    ]


@pytest.mark.parametrize(
    "planted",
    [
        "<span style='display: none'>9999元</span>",
        "<p style='visibility:hidden'>9999元</p>",
        "<span style='color:#FFF'>9999元</span>",
        "<span style='font-size:0px'>9999元</span>",
        "<span style='opacity:0'>9999元</span>",
        "<p style='position:absolute;left:-9999px'>9999元</p>",
        "<font color=white>9999元</font>",
        "<p hidden>9999元</p>",
        "<p class='a secret'>9999元</p>",
        "<p id=gone>9999元</p>",
        "<!-- 9999元 -->",
        "<template>9999元</template>",
        "<script>document.write('9999元')</script>",
    ],
)
def test_hidden_text_never_enters(put, planted: str) -> None:
    style = "<style>.b,.secret{display:none} #gone{visibility:hidden} @media print{.c{display:none}}</style>"
    text = text_of(put("a.html", page(f"<p class=c>补助标准为500元{planted}。</p><p>请执行。</p>", style)))
    assert "9999" not in text
    assert "补助标准为500元。" in text.replace("\n", "")


def test_white_words_on_a_dark_ground_are_read(put) -> None:
    heading = "<tr style='background:#036;color:#fff'><th>档次</th><th style='color:#fff'>标准</th></tr>"
    text = text_of(put("a.html", page(f"<table>{heading}<tr><td>一</td><td>500元</td></tr></table>")))
    assert text.split("\n")[:2] == ["| 档次 | 标准 |", "| 一 | 500元 |"]


def test_a_merged_cell_is_said_in_every_row(put) -> None:
    rows = "<tr><td rowspan=2>甲县</td><td>500元</td></tr><tr><td>400元</td></tr>"
    table = f"<table><tr><td>地区</td><td>标准</td></tr>{rows}</table>"
    text = text_of(put("a.html", page(f"<p>标准如下：</p>{table}")))
    assert "| 甲县 | 500元 |\n| 甲县 | 400元 |" in text


def test_a_layout_table_is_no_data(put) -> None:
    paragraphs = "".join(f"<p>{LONG}第{n}段。</p>" for n in range(9))
    text = text_of(put("a.html", page(f"<table><tr><td>左栏</td><td>{paragraphs}</td></tr></table>")))
    assert "|" not in text
    assert f"{LONG}第8段。" in text


def test_big_input_with_little_output_is_an_error(put) -> None:
    assert "提取不到正文" in reason(put("a.html", page("<div>" * 3000 + LONG * 100 + "</div>" * 3000)))


def test_what_would_take_all_the_time_is_refused_at_once(put) -> None:
    """A thousand attributes, not an embedded picture; millions of operators on a page of a PDF."""
    flood = " ".join(f"a{n}={n}" for n in range(2000))
    assert "上千个属性" in reason(put("a.html", page(f"<div {flood}><p>{LONG}</p></div>")))
    picture = f"<img src='data:image/png;base64,{'A=' * 5000}'>"
    assert LONG in text_of(put("b.html", page(f"{picture}<p>{LONG}</p>")))
    drawn = pdf([[(90, 90, "正文", 14), "q Q " * 1_300_000]])
    assert "第 1 页的内容异常庞大" in reason(put("a.pdf", drawn))


# Word


def test_changes_are_accepted_and_hidden_text_stays_out(put) -> None:
    changed = (
        run("补助标准为")
        + f"<w:del>{run('300').replace('w:t>', 'w:delText>')}</w:del><w:ins>{run('500')}</w:ins>"
        + run("元")
        + run("9999", "<w:vanish/>")
        + run("8888", '<w:color w:val="FFFFFF"/>')
        + run("7777", '<w:sz w:val="2"/>')
        + "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>。</w:t></w:r></w:moveTo>"
    )
    assert text_of(put("a.docx", docx(paragraph(changed)))) == "补助标准为500元。"


def test_a_deleted_paragraph_mark_joins(put) -> None:
    body = paragraph("前半", "<w:rPr><w:del/></w:rPr>") + paragraph("后半。")
    assert text_of(put("a.docx", docx(body))) == "前半后半。"


def test_automatic_numbers_are_written_out(put) -> None:
    def item(level: int, text: str) -> str:
        return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')

    levels = (("chineseCountingThousand", "第%1条"), ("chineseCounting", "（%2）"))
    numbers = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{f}"/><w:lvlText w:val="{t}"/></w:lvl>'
        for n, (f, t) in enumerate(levels)
    )
    part = f'<w:abstractNum w:abstractNumId="7">{numbers}</w:abstractNum>'
    part += '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    body = item(0, "总则。") + item(1, "甲；") + item(1, "乙。") + item(0, "附则。") + item(1, "丙。")
    assert text_of(put("a.docx", docx(body, numbering=part))).split("\n\n") == [
        "第一条 总则。", "（一）甲；", "（二）乙。", "第二条 附则。", "（一）丙。",
    ]  # fmt: skip


def test_numbers_are_counted_as_articles_are() -> None:
    said = [numbering.chinese(n) for n in (1, 10, 11, 20, 100, 105, 110, 1001)]
    assert said == ["一", "十", "十一", "二十", "一百", "一百零五", "一百一十", "一千零一"]


def test_word_tables_footnotes_headings_and_boxes(put) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    restart = '<w:vMerge w:val="restart"/>'
    table = (
        f"<w:tbl><w:tr>{cell('户数')}{cell('人数')}</w:tr>"
        f"<w:tr>{cell('甲', restart)}{cell('2人')}</w:tr>"
        f"<w:tr>{cell('', '<w:vMerge/>')}{cell('4人')}</w:tr>"
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell('删')}{cell('删')}</w:tr></w:tbl>"
    )
    body = (
        paragraph("关于救助的通知", '<w:pStyle w:val="a1"/>')
        + paragraph(run("按月发放") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run("。"))
        + table
    )
    parts = {
        "styles": '<w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style>',
        "footnotes": f'<w:footnote w:id="2">{paragraph("节假日提前。")}</w:footnote>',
    }
    assert text_of(put("a.docx", docx(body, **parts))) == (
        "# 关于救助的通知\n\n按月发放。\n\n注：节假日提前。\n\n| 户数 | 人数 |\n| 甲 | 2人 |\n| 甲 | 4人 |"
    )


def test_old_word_files_need_libreoffice(put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "PROGRAMS", ())
    for name in ("a.doc", "a.wps"):
        assert "LibreOffice" in reason(put(name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))


# Sheets, OFD, PDF, pictures


def test_sheets_as_rows(put) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["补助标准表"])
    sheet.merge_cells("A1:C1")
    for cells in (["地区", "档次", "比例"], ["甲县", "一", 0.3], [None, "二", 500.0], ["藏", "三", 9999]):
        sheet.append(cells)
    sheet["C3"].number_format = "0%"
    sheet.merge_cells("A3:A4")
    sheet.row_dimensions[5].hidden = True
    hidden = book.create_sheet("秘密")
    hidden.append(["9999元"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    lines = [line for line in text_of(put("a.xlsx", out.getvalue())).split("\n") if line]
    assert lines == [
        "## Sheet",
        "补助标准表",
        "| 地区 | 档次 | 比例 |",
        "| 甲县 | 一 | 30% |",
        "| 甲县 | 二 | 500 |",
    ]


def test_ofd_in_reading_order(put) -> None:
    lines = [
        (32, 60, "第二条正文。", 6),
        (25, 50, "象特困人员的认定。", 6),
        (34, 40, LONG[:21], 6),
        (80, 20, "通知", 6),
    ]
    assert text_of(put("a.ofd", ofd([lines]))).split("\n\n") == [
        "通知",
        LONG[:21] + "象特困人员的认定。",
        "第二条正文。",
    ]


def body_lines(top: float, size: float = 14, word: str = "就业") -> list[tuple[float, float, str, float]]:
    """A paragraph of three lines, the first indented, the last short."""
    parts = (word + LONG[:24], LONG[24:50] + "教育", "住房。")
    return [(90 + 28 * (n == 0), top + 24 * n, part, size) for n, part in enumerate(parts)]


def test_pdf_lines_are_joined_and_page_furniture_goes(put) -> None:
    pages = [
        [(200, 40, "某省民政厅文件", 10), *body_lines(120, word=word), (290, 800, f"— {n} —", 10)]
        for n, word in enumerate(("就业", "教育", "医疗", "住房"), 1)
    ]
    paragraphs = [f"{word}{LONG[:50]}教育住房。" for word in ("就业", "教育", "医疗", "住房")]
    assert text_of(put("a.pdf", pdf(pages))).split("\n\n") == paragraphs


def test_a_sentence_goes_on_across_pages(put) -> None:
    first, second, third = body_lines(120)
    pages = [[(200, 60, "关于救助的通知", 20), first, second], [(90, 100, third[2], 14)]]
    assert text_of(put("a.pdf", pdf(pages))).split("\n\n")[1] == f"就业{LONG[:50]}教育住房。"


def test_pdf_tables_are_rows(put) -> None:
    cells = [
        (100, 420, "户数", 12),
        (250, 420, "人数", 12),
        (100, 450, "300户以下", 12),
        (250, 450, "2人", 12),
    ]
    text = text_of(put("a.pdf", pdf([[*body_lines(120), *ruled([90, 240, 400], [400, 430, 460]), *cells]])))
    assert text.endswith("\n\n| 户数 | 人数 |\n| 300户以下 | 2人 |")


def test_pdf_columns_are_read_one_after_the_other(put) -> None:
    left = [(60, 100 + 20 * n, f"左{n:02}" + LONG[:13], 14) for n in range(10)]
    right = [(310, 100 + 20 * n, f"右{n:02}" + LONG[:13], 14) for n in range(10)]
    text = text_of(put("a.pdf", pdf([[(100, 60, "关于救助工作的通知", 20), *left, *right]])))
    assert text.index("左09") < text.index("右00")
    assert text.index("左00") < text.index("左01")


def test_white_and_tiny_text_in_pdf_is_not_read(put) -> None:
    planted = ["1 g", (90, 300, "9999元", 14), "0 g", (90, 330, "8888元", 1)]
    text = text_of(put("a.pdf", pdf([[*body_lines(120), *planted]])))
    assert "9999" not in text
    assert "8888" not in text


def test_a_locked_pdf_says_so(put) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(pdf([[(90, 90, "正文", 14)]]))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert "需要密码" in reason(put("a.pdf", out.getvalue()))


def test_a_picture_without_ocr_says_what_to_install(put) -> None:
    from PIL import Image

    try:
        import rapidocr_onnxruntime  # noqa: F401  # the answer differs where the extra is installed
    except ImportError:
        expected = "rapidocr-onnxruntime"
    else:
        expected = "没有识别出文字"
    out = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(out, "PNG")
    assert expected in reason(put("a.png", out.getvalue()))
    assert "图片已损坏" in reason(put("b.png", out.getvalue()[:50]))
    assert picture.SURE < 1


# Zips and limits


def test_a_zip_is_read_member_by_member(put) -> None:
    data = zipped(
        {
            "通知/甲.txt": NOTICE,
            "乙.docx": docx(paragraph("正文。")),
            "坏.pdf": "x",
            "里.zip": zipped({"a.txt": "a"}),
            "../外.txt": "x",
            "__MACOSX/._甲.txt": "x",
        }
    )
    found = dict(read_all(put("a.zip", data)))
    assert list(found) == ["通知/甲.txt", "乙.docx", "坏.pdf", "里.zip", "../外.txt"]
    assert found["通知/甲.txt"] == RawText(NOTICE, "text", "utf-8")
    assert found["乙.docx"] == RawText("正文。", "docx")
    for name, says in (("坏.pdf", "内容却是文本"), ("里.zip", "不再展开"), ("../外.txt", "指向包外")):
        assert says in str(found[name])
    assert "read_all" in reason(put("b.zip", data))


def test_other_files_are_read_alone_and_never_raise(put) -> None:
    assert read_all(put("a.txt", NOTICE)) == [("a.txt", RawText(NOTICE, "text", "utf-8"))]
    assert "空的" in str(read_all(put("b.txt", ""))[0][1])


def test_an_entry_without_a_name_is_no_fault(put) -> None:
    found = read_all(put("a.zip", zipped({"./": "", ".": "x", "": "y", "甲.txt": NOTICE})))
    assert found.pop() == ("甲.txt", RawText(NOTICE, "text", "utf-8"))
    assert ["不支持" in str(fault) for _, fault in found] == [True, True]


def test_names_of_chinese_windows(put) -> None:
    data = zipped({"abcd.txt": NOTICE}).replace(b"abcd", "通知".encode("gbk"))
    assert read_all(put("a.zip", data))[0][0] == "通知.txt"


def test_bombs_are_refused_before_they_unfold(put) -> None:
    bomb = zipped({f"{n}.txt": b"0" * 20_000_000 for n in range(10)})
    assert "压缩炸弹" in str(read_all(put("a.zip", bomb))[0][1])
    assert "压缩炸弹" in reason(put("a.docx", zipped({"word/document.xml": b" " * 40_000_000})))
    many = zipped({f"{n}.txt": "" for n in range(3_001)})
    assert "条目过多" in str(read_all(put("b.zip", many))[0][1])


def test_a_size_that_lies_is_caught(put) -> None:
    data = bytearray(zipped({"a.txt": b"0" * 5000}))
    real, small = struct.pack("<L", 5000), struct.pack("<L", 10)
    assert "损坏" in str(read_all(put("a.zip", bytes(data).replace(real, small)))[0][1])


def test_a_locked_zip_says_so(put) -> None:
    data = bytearray(zipped({"a.txt": NOTICE}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "需要密码" in str(read_all(put("a.zip", bytes(data)))[0][1])


def test_entities_do_not_unfold(put) -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    document = zipped({"word/document.xml": lol + docx_xml("<w:p><w:r><w:t>正文&b;</w:t></w:r></w:p>")})
    assert "aaaa" not in text_of(put("a.docx", document))


def docx_xml(body: str) -> str:
    with zipfile.ZipFile(io.BytesIO(docx(body))) as archive:
        return archive.read("word/document.xml").decode()


HOSTILE = """
import os, time
from ingest.formats import RawText
def spin(data, name):
    while True: pass
def sleep(data, name): time.sleep(60)
def eat(data, name): return RawText("x" * (3 * 2**30), "x")
def die(data, name): os.abort()
def chatter(data, name):
    print("noise"); os.write(1, b"more noise")
    return RawText("正文", "x")
def deep(data, name): return deep(data, name)
"""


@pytest.mark.parametrize(
    ("function", "says"),
    [("spin", "超时"), ("sleep", "超时"), ("eat", "内存"), ("die", "中断"), ("deep", "已损坏")],
)
def test_a_parser_that_fails_costs_its_file_only(
    put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, says: str
) -> None:
    put("hostile.py", HOSTILE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sandbox, "CPU_SECONDS", 1)
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 4)
    worker = sandbox._Worker()
    try:
        with pytest.raises(UnreadableFile, match=says):
            worker.run(f"hostile:{function}", "a", b"")
        assert worker.run("hostile:chatter", "a", b"").text == "正文"
    finally:
        worker.stop()


def test_members_of_one_name_are_two_files(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("通知.txt", NOTICE)
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("通知.txt", NOTICE + "又。")
    assert [name for name, _ in read_all(archive)] == ["通知.txt", "通知（2）.txt"]
    taken: dict[str, int] = {}
    assert [untaken(name, taken) for name in ("a", "a（2）", "a", "a")] == ["a", "a（2）", "a（3）", "a（4）"]


def test_names_from_old_systems_and_long_ones_are_read(tmp_path: Path) -> None:
    """A GBK name is spelled out; a name with no room for a card's beside it has none."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / os.fsdecode("低保.txt".encode("gbk"))).write_text("甲。第一条　说明。", encoding="utf-8")
    (folder / f"{'a' * 250}.txt").write_text("乙。第一条　说明。", encoding="utf-8")
    stored = ingest_paths([folder], tmp_path / "library", cast(Embedder, StandIn()))
    assert [outcome.status for outcome in stored] == ["stored", "stored"]
    assert {o.policy.file_name for o in stored if o.policy} == {"低保.txt", f"{'a' * 250}.txt"}
    again = ingest_paths([folder], tmp_path / "library", cast(Embedder, StandIn()))
    assert [outcome.status for outcome in again] == ["unchanged", "unchanged"]


def test_a_text_that_is_no_document_is_refused(put) -> None:
    """Before it holds up everybody for an hour."""
    with pytest.raises(UnreadableFile, match="拆分"):
        documents.load(put("a.txt", "啊" * 3_100_000))
    with pytest.raises(UnreadableFile, match="拆分"):
        documents.load(put("b.txt", "".join(f"第{n}条 甲乙丙丁{n}。\n" for n in range(1, 30_000))))
