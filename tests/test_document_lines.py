"""Where a document says something of itself, in the ways in which papers, pages and statutes say it."""

from datetime import date

import pytest

from assistant.document_lines import Document
from ingest.card import RANKS, Policy
from ingest.chunking import chunk
from ingest.structure import parse

PAGE = """福建推进养老助餐

近日,经省政府同意,省民政厅、省财政厅联合印发《关于推进养老助餐服务的意见》(以下简称《意见》)。

《意见》明确,助餐点由乡镇设置。

（来源：海峡日报2021.03.05）"""
NOTICE = """关于做好养老助餐工作的通知

闽民发〔2021〕7号

各设区市民政局：

现就有关事项通知如下：

一、总体要求

助餐点由乡镇设置。本通知自印发之日起施行，有效期5年。《关于养老食堂的通知》同时废止。

福建省民政厅

2021年3月5日"""
STATUTE = """养老助餐条例

2001年6月1日 第九届全国人民代表大会常务委员会第二十次会议通过

2001年6月3日 中华人民共和国主席令第12号公布

2019年4月2日 第十三届全国人民代表大会常务委员会第八次会议《关于修改〈养老助餐条例〉的决定》修正

第一条 为了规范助餐，制定本条例。

第二条 本条例自2001年9月1日起施行。"""


def held(text: str, **card: object) -> Document:
    title = text.split("\n")[0]
    policy = Policy(id="p", title=title, **card)  # type: ignore[arg-type]
    return Document.of(policy, chunk("p", title, text, parse(text)))


DOCUMENTS = {
    "page": held(PAGE, rank=RANKS[-1], source_title="关于推进养老助餐服务的意见", issuers=("福建省民政厅",)),
    "notice": held(
        NOTICE,
        rank="规范性文件",
        issuers=("福建省民政厅",),
        document_number="闽民发〔2021〕7号",
        published=date(2021, 3, 5),
    ),
    "statute": held(STATUTE, rank="法律", published=date(2019, 4, 2)),
}


@pytest.mark.parametrize(
    ("document", "fact", "asked", "noun", "lines"),
    [
        ("page", "makers", "谁发的", "意见", ["近日"]),
        ("page", "approved", "谁点的头", "意见", ["近日"]),
        ("page", "name", "全称", "意见", ["近日"]),
        ("page", "name", "标题", "消息", ["福建推进"]),
        ("page", "source", "来源", "消息", ["（来源"]),
        ("page", "addressed", "发给谁", "意见", []),
        ("page", "effective", "从哪天起施行", "意见", []),
        ("notice", "number", "文号", "通知", ["闽民发"]),
        ("notice", "addressed", "发给谁", "通知", ["各设区市"]),
        ("notice", "makers", "谁发的", "通知", ["福建省民政厅"]),
        ("notice", "published", "哪天发的", "通知", ["2021年3月5日"]),
        ("notice", "effective", "哪天起施行", "通知", ["本通知自", "2021年3月5日"]),
        ("notice", "expires", "管到哪天", "通知", ["本通知自"]),
        ("notice", "name", "全称", "通知", ["关于做好"]),
        ("statute", "adopted", "什么时候通过的", "条例", ["2001年6月1日", "2019年4月2日"]),
        ("statute", "adopted", "什么时候修订的", "条例", ["2019年4月2日"]),
        ("statute", "adopted", "谁批准的", "条例", []),
        ("statute", "published", "哪天公布的", "条例", ["2001年6月3日", "2019年4月2日"]),
        ("statute", "makers", "谁公布的", "条例", ["2001年6月3日", "2019年4月2日"]),
        ("statute", "effective", "哪天施行", "条例", ["第二条 本条例自2001年9月1日", "2019年4月2日"]),
    ],
)
def test_the_line_that_holds_a_fact(
    document: str, fact: str, asked: str, noun: str, lines: list[str]
) -> None:
    found = DOCUMENTS[document].told(fact, asked, noun)
    assert len(found) == len(lines)
    assert all(line.text.startswith(begins) for line, begins in zip(found, lines, strict=True))


def test_a_line_is_its_chunk_s_own_words() -> None:
    for document in DOCUMENTS.values():
        assert all(line.text in line.chunk.text for line in document.lines)
