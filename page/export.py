"""Exchanges as a person takes them along: plain text, Markdown, Word; each sentence with its source."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from assistant.reply import Cited, Reply
from page.exchanges import Exchange
from page.safety import visible

FOOT = "由政策问答依据文件库原文生成，基准日 {day}。办理时以官方原文为准。"
SPECIAL = re.compile(r"([\\`*_\[\]<>#|!~])")


def as_text(exchanges: Sequence[Exchange]) -> str:
    """Plain text, to be pasted anywhere."""
    parts = []
    for exchange in exchanges:
        parts += [f"问：{exchange.question}", f"答：{_said(exchange)}"]
        if exchange.reply:
            parts += [f"注意：{notice}" for notice in exchange.reply.notices]
            parts += [f"[{c.number}] {source(c)}：“{c.quote}”" for c in exchange.reply.citations]
            parts.append(_foot(exchange.reply))
    return visible("\n".join(parts))


def as_markdown(title: str, exchanges: Sequence[Exchange]) -> bytes:
    """Markdown in which no text of a document or a person is markup."""
    parts = [f"# {_plain(title)}"]
    for exchange in exchanges:
        parts += [f"## {_plain(exchange.question)}", _plain(_said(exchange)).replace("\n", "\n\n")]
        if exchange.reply:
            parts += [f"> {_plain(notice)}" for notice in exchange.reply.notices]
            parts += [
                f"- **{c.number}** {_plain(source(c))}\n\n  > {_plain(' '.join(c.quote.split()))}"
                for c in exchange.reply.citations
            ]
            parts.append(f"_{_plain(_foot(exchange.reply))}_")
    return ("\n\n".join(parts) + "\n").encode()


def as_word(title: str, exchanges: Sequence[Exchange]) -> bytes:
    """A Word document in the fonts of official documents."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "仿宋", Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    document.core_properties.title = visible(title)
    document.core_properties.author = "政策问答"
    document.add_heading(visible(title), 0)
    for exchange in exchanges:
        document.add_heading(visible(exchange.question), 1)
        for line in _said(exchange).split("\n"):
            document.add_paragraph(visible(line))
        if exchange.reply is None:
            continue
        for notice in exchange.reply.notices:
            document.add_paragraph(visible(f"注意：{notice}"))
        for cited in exchange.reply.citations:
            document.add_paragraph(visible(f"[{cited.number}] {source(cited)}"))
            document.add_paragraph(visible(cited.quote), style="Intense Quote")
        document.add_paragraph(_foot(exchange.reply)).runs[0].italic = True
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def source(cited: Cited) -> str:
    """Example: source(cited) -> "宁夏回族自治区《…办法》（宁民发〔2020〕1号，现行）第二条"."""
    about = "，".join(part for part in (cited.document_number, cited.standing) if part)
    digest = "（要点整理，非官方原文）" if cited.digest else ""
    where = " ".join(cited.path)
    return f"{cited.region}《{cited.title.strip('《》')}》（{about}）{where}{digest}"


def _said(exchange: Exchange) -> str:
    return exchange.reply.text if exchange.reply else exchange.failure or "（没有答完）"


def _foot(reply: Reply) -> str:
    return FOOT.format(day=f"{reply.as_of:%Y-%m-%d}")


def _plain(text: str) -> str:
    return SPECIAL.sub(r"\\\1", visible(text))
