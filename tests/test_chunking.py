"""Chunks are exact spans that answer by themselves: an article, a section, a list with its lead-in."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ingest.chunking import CRUMB, LIMIT, Chunk, chunk
from ingest.structure import parse

LONG_ITEM = "在开展社会工作服务过程中弄虚作假、骗取财政资金，情节严重并造成恶劣社会影响的；"
LAW = "\n\n".join(
    (
        "# 某某条例",
        "## 第一章 总则",
        "第一条 为了规范管理，制定本条例。",
        "第二条 下列人员不得承接服务：",
        *(f"（{number}）{LONG_ITEM}" for number in "一二三四五六七八九十"),
        "前款所称服务，按照目录执行。",
        "## 第二章 附则",
        "第三条 本条例自2021年1月1日起施行。",
    )
)


def chunks_of(text: str, title: str = "某某条例") -> list[Chunk]:
    return chunk("p1", title, text, parse(text))


def test_an_article_is_a_chunk_with_its_headings() -> None:
    first = chunks_of(LAW)[1]
    assert first.text == "## 第一章 总则\n\n第一条 为了规范管理，制定本条例。".removeprefix("## ")
    assert first.path == ("第一章 总则", "第一条")
    assert first.context == "某某条例 > 第一章 总则"
    assert first.lead_in == ""


def test_a_list_cut_in_two_keeps_its_lead_in() -> None:
    second = [piece for piece in chunks_of(LAW) if "第二条" in piece.path]
    assert len(second) == 2
    assert second[0].text.startswith("第二条 下列人员不得承接服务：\n\n（一）")
    assert second[0].lead_in == ""
    assert second[1].text.startswith("（")
    assert second[1].lead_in == "下列人员不得承接服务："
    assert second[1].embedding_text.startswith("某某条例 > 第一章 总则 > 第二条")


def test_two_articles_never_share_a_chunk() -> None:
    for piece in chunks_of(LAW):
        assert len(re.findall(r"(?m)^第.+?条 ", piece.text)) <= 1


def test_a_heading_stands_with_what_it_heads() -> None:
    section = "把准政治方向\n\n一是坚持党的领导。二是坚持科学推进。"
    text = f"某报告标题\n\n为做好工作，现将有关情况报告如下，请审阅。\n\n{section}"
    assert chunks_of(text, "某报告标题")[-1].text == section


def test_bracket_tables_in_a_sentence_stay_whole() -> None:
    bands = "具体配备比例如下：300户以下的至少配备2人，300户到600户的至少配备4人，600户以上的至少配备6人。"
    text = "某省实施意见\n\n" + "各地要合理确定经办服务所需人员，确保事有人管、责有人负。" * 15 + bands
    assert any(bands in piece.text for piece in chunks_of(text))


def test_a_long_paragraph_is_cut_between_sentences_outside_brackets() -> None:
    sentence = "各地要加强领导（包括资金保障。组织保障；人员保障）并落实“谁主管。谁负责”的要求，按期完成。"
    pieces = [piece.text for piece in chunks_of("某通知标题\n\n" + sentence * 20)]
    assert all(len(piece) <= LIMIT for piece in pieces)
    assert all(piece.endswith("按期完成。") for piece in pieces)


def test_a_short_paragraph_joins_its_neighbour_under_the_same_heading() -> None:
    text = "某通知标题\n\n一、要求\n\n" + "各地要高度重视试点工作，加强组织领导。" * 25 + "\n\n请遵照执行。"
    assert chunks_of(text)[-1].text.endswith("\n\n请遵照执行。")
    assert len(chunks_of(text)[-1].text) > CRUMB


def test_a_table_row_apart_from_its_head_keeps_it() -> None:
    rows = "\n".join(f"| {number} | {'某县民政局试点工作经费' * 4} | {number}万元 |" for number in range(20))
    last = chunks_of(
        f"某通知标题\n\n经费见下表，请各地遵照执行。\n\n| 序号 | 单位 | 金额 |\n|---|---|---|\n{rows}"
    )[-1]
    assert last.lead_in == "| 序号 | 单位 | 金额 |"


def test_ids_tell_texts_apart_and_stay_the_same() -> None:
    ids = [piece.id for piece in chunks_of(LAW)]
    assert len(set(ids)) == len(ids)
    assert ids == [piece.id for piece in chunks_of(LAW)]


@given(
    st.lists(
        st.sampled_from(
            (
                "第一章 总则",
                "第一条 甲。",
                "第二条 下列：",
                "（一）乙；",
                "一、丙",
                "（二）丁。戊己。",
                "把准方向",
                LONG_ITEM * 12,
            )
        )
        | st.text(max_size=20),
        max_size=15,
    )
)
def test_chunks_cover_every_provision_exactly_once(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    provisions = parse(text)
    pieces = chunk("p", "题", text, provisions)
    assert [piece.text for piece in pieces] == [text[piece.start : piece.end] for piece in pieces]
    assert [piece.ordinal for piece in pieces] == list(range(len(pieces)))
    assert all(before.end <= after.start for before, after in zip(pieces, pieces[1:], strict=False))
    covered = {place for piece in pieces for place in range(piece.start, piece.end)}
    for provision in provisions:
        for place in range(provision.start, provision.end):
            assert place in covered or not re.match(r"\w", text[place])
