"""Whatever text comes in: cleaning, structure and chunking end, and what they cut stands in the text."""

from __future__ import annotations

import html
import itertools
import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from evals.prove.documents import docx, ofd, paragraph, pdf
from ingest import sandbox
from ingest.chunking import chunk
from ingest.cleaning import clean
from ingest.formats import UnreadableFile
from ingest.formats.page import read_html
from ingest.structure import parse

SAID = "本办法所称服务由县级人民政府民政部门负责。"
WHOLE = (
    ("ingest.formats.word:read_docx", docx(paragraph(SAID))),
    ("ingest.formats.ofd:read_ofd", ofd([[(32, 40, SAID, 6)]])),
    ("ingest.formats.pdf:read_pdf", pdf([[(90, 90, SAID, 14)]])),
)

# What documents are made of, and what breaks readers of documents.
PIECES = st.sampled_from(
    [
        "第一条", "第二条 ", "第十章　总则", "（一）", "一、", "1.", "甲", "民政部门", "：", "。", "；",
        "\n", "\n\n", "　", "|", "# ", "《办法》", "〔2020〕5号", "2020年1月2日", "来源：某网", "(shí)",
        "實施", "\u200b", "\u202e", "\x00", "\ufffd", "“", "”", "((", "<b>", "&nbsp;", "———", "……",
        "9999元", "30%", "附件：", "发布时间：2020-01-02", "\ud800", "🀄", "é"
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=200))
FEW = settings(max_examples=150, deadline=None)


@FEW
@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    cleaned = clean(raw).text
    assert clean(cleaned).text == cleaned
    assert not set(cleaned) & set("\x00\u200b\u202e")


@FEW
@given(TEXTS)
def test_provisions_stand_in_the_text(raw: str) -> None:
    """Each is the text's own characters, in order of where it begins."""
    text = clean(raw).text
    provisions = parse(text)
    assert [p.text for p in provisions] == [text[p.start : p.end] for p in provisions]
    assert [p.start for p in provisions] == sorted(p.start for p in provisions)


@FEW
@given(TEXTS)
def test_chunks_stand_in_the_text_and_lose_nothing(raw: str) -> None:
    """Every Chinese character is in some chunk."""
    text = clean(raw).text
    chunks = chunk("0" * 16, "办法", text, parse(text))
    assert [c.text for c in chunks] == [text[c.start : c.end] for c in chunks]
    assert len({c.id for c in chunks}) == len(chunks)
    held = {at for c in chunks for at in range(c.start, c.end)}
    lost = [text[at] for at in range(len(text)) if at not in held and "一" <= text[at] <= "龥"]
    assert "".join(lost) == ""


UNSEEN = st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u202e\u202a\u2066\u2069\xad\u180e\U000e0041\x07")
SENTENCES = st.lists(
    st.sampled_from(
        [
            "县级人民政府民政部门负责组织实施", "街道办事处应当公开服务目录", "服务期限一般不超过一年",
            "经费列入同级财政预算", "每户每月不低于三百元", "接受群众监督",
        ]
    ),
    min_size=1, max_size=3,
).map("，".join)  # fmt: skip
ARTICLES = st.lists(SENTENCES, min_size=2, max_size=12)
HAN = "零一二三四五六七八九"


def numeral(n: int) -> str:
    """1 to 99 as laws write them."""
    tens, ones = divmod(n, 10)
    return ("" if not tens else "十" if tens == 1 else f"{HAN[tens]}十") + (HAN[ones] if ones else "")


def law(sentences: list[str]) -> str:
    return "\n\n".join(["社区服务办法", *(f"第{numeral(n)}条　{s}。" for n, s in enumerate(sentences, 1))])


@FEW
@given(ARTICLES)
def test_a_clean_text_is_left_alone(sentences: list[str]) -> None:
    assert clean(law(sentences)).text == law(sentences)


@FEW
@given(ARTICLES, st.lists(st.tuples(st.integers(0, 400), UNSEEN), max_size=30))
def test_what_nobody_sees_changes_nothing(sentences: list[str], marks: list[tuple[int, str]]) -> None:
    """Wherever unseen characters stand, the text comes out as it would without them."""
    text = law(sentences)
    for at, mark in marks:
        at %= len(text) + 1
        text = text[:at] + mark + text[at:]
    assert clean(text).text == law(sentences)


@FEW
@given(TEXTS)
def test_what_goes_is_accounted_for(raw: str) -> None:
    """Every Chinese character that is not in the clean text stands in a repair."""
    cleaned = clean(raw)
    repairs = "".join(repair.before for repair in cleaned.repairs)
    gone = Counter(c for c in raw if "一" <= c <= "龥") - Counter(cleaned.text)
    assert set(gone) <= set(repairs)


@FEW
@given(ARTICLES)
def test_every_article_is_a_provision_with_its_words(sentences: list[str]) -> None:
    articles = [p for p in parse(law(sentences)) if p.kind == "条"]
    assert [p.label for p in articles] == [f"第{numeral(n)}条" for n in range(1, len(sentences) + 1)]
    assert all(sentence in p.text for sentence, p in zip(sentences, articles, strict=True))


@FEW
@given(TEXTS)
def test_provisions_hold_one_another_or_stand_apart(raw: str) -> None:
    provisions = parse(clean(raw).text)
    for before, after in itertools.combinations(provisions, 2):
        assert after.start >= before.end or after.end <= before.end


@FEW
@given(st.text(max_size=300), st.text(max_size=120))
def test_a_page_of_anything_is_read_or_refused(body: str, sheet: str) -> None:
    """Whatever the markup and the styles, no word comes out that did not go in."""
    page = f"<html><head><style>{sheet}</style></head><body><p>县级人民政府民政部门</p>{body}</body></html>"
    try:
        text = read_html(page.encode("utf-8", "replace")).text
    except UnreadableFile:
        return
    assert set("".join(text.split())) <= set(html.unescape(page)) | set("|#—-0123456789?\ufffd")


CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=20)


@settings(FEW, max_examples=40)  # a parser that fails is started anew
@given(st.sampled_from(WHOLE), CHANGES, st.floats(0.3, 1))
def test_a_damaged_file_is_read_or_refused_in_chinese(
    whole: tuple[str, bytes], changes: list[tuple[float, int]], kept: float
) -> None:
    reader, sound = whole
    damaged = bytearray(sound[: int(len(sound) * kept)])
    for at, value in changes:
        damaged[int(at * (len(damaged) - 1))] = value
    assert re.search("[一-龥]{4}", read_or_refused(reader, bytes(damaged)))


def read_or_refused(reader: str, data: bytes) -> str:
    """The reason, or 读出来了."""
    try:
        sandbox.run(reader, "a", data)
    except UnreadableFile as fault:
        return str(fault)
    return "读出来了"
