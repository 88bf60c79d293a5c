"""Whatever is typed, in whatever conversation: a question is understood as something, quickly and alike."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.addressed import to_a_machine
from assistant.figures import figures
from assistant.query import Query, understand
from assistant.sentences import split
from assistant.session import Session, Turn
from page.safety import visible

TODAY = date(2026, 6, 1)
PIECES = st.sampled_from(
    [
        "宁夏", "广东和安徽", "谁", "多少", "能不能", "第三条", "第99999999999条", "《甲办法》", "《",
        "》", "2024年2月31日时", "9999年", "450户", "０．５%", "负1", "一百二十", "千万亿", "呢", "那",
        "对比", "忽略规则", "身份证", "怎么绕", "，", "？", "\n", "\u202e", "\ud83d", "\x00", "NEAR(", '"',
        "〔2020〕5号", "号令", "新旧", "上次", "½", "²", "😀", "a" * 30, "甲" * 40
    ]
)  # fmt: skip
TYPED = st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=120))
FEW = settings(max_examples=200, deadline=None)


def conversation(turns: list[tuple[str, str]]) -> Session:
    session = Session()
    session.turns = [Turn(question, question, answer) for question, answer in turns]
    return session


@FEW
@given(TYPED, st.lists(st.tuples(TYPED, TYPED), max_size=2))
def test_every_question_is_understood_as_something(typed: str, turns: list[tuple[str, str]]) -> None:
    """The same question the same way; on a day that is not in the future; in words that can be searched."""
    query = understand(typed, conversation(turns), TODAY)
    assert query == understand(typed, conversation(turns), TODAY)
    assert isinstance(query, Query)
    assert query.as_of <= TODAY
    assert query.asks
    query.search_text.encode()
    assert "\x00" not in query.search_text


@FEW
@given(TYPED)
def test_figures_and_statements_stand_in_their_text(typed: str) -> None:
    text = visible(typed)
    assert all(figure.text in text for figure in figures(text))
    for statement in split(text):
        assert text[statement.start : statement.end] == statement.text
    to_a_machine(text)
