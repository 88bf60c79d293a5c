"""Citations in, their marks and chips out, as HTML that is safe to show: what several tabs show of a rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from assistant.answer import Answer, Status
from assistant.citations import Citation
from assistant.query import understand
from assistant.reply import Cited, Reply
from assistant.session import Session
from ingest.card import Policy
from page.documents import document_link
from page.safety import escape


def cited(citations: Sequence[Citation], policies: Collection[Policy], on: date) -> dict[int, Cited]:
    """Citations as they are shown, by number; `on` is the day that says what is in force."""
    query = understand("现行规定", Session(as_of=on), on)
    reply = Reply.of(Answer(Status.ANSWERED, "", query, tuple(citations)), policies)
    return {one.number: one for one in reply.citations}


def mark(one: Cited) -> str:
    """A citation's number, as a link to its words."""
    link = escape(document_link(one))
    return f'<a class="cite" href="{link}" aria-label="引证{one.number}，打开原文">{one.number}</a>'


def chip(one: Cited) -> str:
    """A citation's number and its place in the document, as a link to its words."""
    place = one.path[-1] if one.path else "原文"
    link = escape(document_link(one))
    return f'<a class="chip" href="{link}"><b>{one.number}</b><span>{escape(place)}</span></a>'


def chips(shown: Sequence[Cited]) -> str:
    """A list of the documents cited, each with its rank, whether it is in force, and its chips."""
    groups: dict[str, list[Cited]] = {}
    for one in shown:
        groups.setdefault(one.policy_id, []).append(one)
    items = "".join(
        f'<li><span class="from">{document_name(group[0])}</span>{"".join(map(chip, group))}</li>'
        for group in groups.values()
    )
    return f'<ul class="chips" aria-label="引证">{items}</ul>' if items else ""


def document_name(one: Cited) -> str:
    """Example: 宁夏回族自治区《…意见》 规范性文件 (and, if so, 已失效, 要点整理)."""
    name = escape(f"{one.region}《{one.title.strip('《》')}》")
    rank = f' <span class="badge">{escape(one.rank)}</span>' if one.rank else ""
    past = "" if one.standing == "现行" else f' <span class="badge past">{escape(one.standing)}</span>'
    digest = ' <span class="badge digest">要点整理，非官方原文</span>' if one.digest else ""
    return f"{name}{rank}{past}{digest}"
