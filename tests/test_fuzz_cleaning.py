"""Whatever text comes in: cleaning, structure and chunking end, and what they cut stands in the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking import chunk
from ingest.cleaning import clean
from ingest.structure import parse

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
