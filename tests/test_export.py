"""What a person takes along says what the page says, and is nothing but text."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import pytest
from docx import Document

from assistant.answer import Status
from assistant.reply import Cited, Reply
from page.downloads import file
from page.exchanges import Exchange
from page.export import as_markdown, as_text, as_word, source

HOSTILE = "<img src=x onerror=alert(1)> [点](javascript:x) `|` **粗**\u202e\x07"
CITED = Cited(
    1, "p", "关于购买服务的意见", "民发〔2020〕1号", "宁夏回族自治区", "规范性文件", "已被取代", False,
    ("三、", "（一）"), 0, 4, "引用的话", "引用的话。", "", 0,
)  # fmt: skip
REPLY = Reply(
    Status.ANSWERED,
    "可以。[1]",
    "能买吗",
    "能买吗",
    (),
    date(2026, 6, 1),
    notices=("不是现行版本",),
    citations=(CITED,),
)
EXCHANGE = Exchange(1, "能买吗", reply=REPLY)


def test_text_holds_question_answer_notice_source_quote_and_day() -> None:
    assert as_text([EXCHANGE]).split("\n") == [
        "问：能买吗",
        "答：可以。[1]",
        "注意：不是现行版本",
        "[1] 宁夏回族自治区《关于购买服务的意见》（民发〔2020〕1号，已被取代）三、 （一）：“引用的话”",
        "由政策问答依据文件库原文生成，基准日 2026-06-01。办理时以官方原文为准。",
    ]


def test_word_holds_the_same() -> None:
    said = [p.text for p in Document(io.BytesIO(as_word("对话", [EXCHANGE]))).paragraphs]
    foot = "由政策问答依据文件库原文生成，基准日 2026-06-01。办理时以官方原文为准。"
    assert said == [
        "对话", "能买吗", "可以。[1]", "注意：不是现行版本", f"[1] {source(CITED)}", "引用的话", foot,
    ]  # fmt: skip


def test_hostile_text_stays_text() -> None:
    """In Markdown every mark is escaped; in Word, what XML does not hold is left out."""
    cited = replace(CITED, title=HOSTILE, quote=HOSTILE, path=(HOSTILE,))
    reply = replace(REPLY, text=HOSTILE, notices=(HOSTILE,), citations=(cited,))
    said = [Exchange(1, HOSTILE, reply=reply), Exchange(2, HOSTILE, failure=HOSTILE)]
    markdown = as_markdown(HOSTILE, said).decode()
    assert "\\<img" in markdown
    for mark in ("<img", "[点]", "**粗", "`|"):
        assert mark not in markdown.replace(f"\\{mark[0]}", "")
    assert not {"\u202e", "\x07"} & set(markdown)
    assert "<img" in Document(io.BytesIO(as_word(HOSTILE, said))).paragraphs[0].text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("低保怎么办？", "低保怎么办？.md"),
        ("../../etc/passwd\n", "etc passwd.md"),
        ("\u202e", "政策问答.md"),
        ('a"b\r\nX: y', "a b X y.md"),
    ],
)
def test_a_file_has_a_name_that_harms_no_one(title: str, name: str) -> None:
    header = file(title, "md", b"").headers["Content-Disposition"]
    assert unquote(header.removeprefix("attachment; filename*=UTF-8''")) == name
