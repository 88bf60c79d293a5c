"""A reply in, its answer and the panel of sources beside it out, as HTML that is safe to show."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from assistant.answer import Status
from assistant.reply import Cited, Reply, Span
from ingest.card import Policy
from page.citing import chip, mark
from page.documents import badges, card, document_link, paragraphs
from page.i18n import Language, both, say
from page.safety import escape
from page.side_table import side_table

MARK = re.compile(r"\[(\d{1,3})\]")
ITEM = re.compile(r"(?:[-·•]\s*|(?=(?:（[一二三四五六七八九十]+）|\d{1,2}[.、])))")
GONE = "<p class='empty'>这份文件已不在文件库里，下面是回答时的原文。</p>"


def sources(reply: Reply | None, policies: Collection[Policy], language: Language = "zh") -> str:
    """What the newest reply rests on; for an abstention, what was searched and the nearest passages."""
    cards = {policy.id: policy for policy in policies}
    if reply is None:
        inner = f"<p class='empty'>{say('ask.sources.none', language)}</p>"
    elif reply.citations:
        inner = "".join(_cited(group, cards) for group in _by_policy(reply.citations))
    else:
        inner = _searched(reply) + "".join(_near(cited, cards) for cited in reply.nearest)
    title = f'<h2 id="sources-title">{say("ask.sources", language)}</h2>'
    return f'<section aria-labelledby="sources-title">{title}{inner}</section>'


def answer(reply: Reply) -> str:
    """A reply's words, its marks as links, its citations as chips, its notices."""
    ended = "" if reply.status is Status.ANSWERED else both(f"ask.{reply.status}")
    badge = f'<p class="status">{ended}</p>' if ended else ""
    warned = "".join(f"<p>{escape(notice)}</p>" for notice in reply.notices)
    notices = f'<div class="notice">{warned}</div>' if warned else ""
    # The table says beside each line what it rests on.
    told = _side_by_side(reply) or _text(reply, reply.text) + _listed(reply)
    return f'<div class="answer {reply.status}">{badge}{told}{notices}</div>'


def _side_by_side(reply: Reply) -> str:
    """The places or versions compared as a table, with what the text says before and after their lines."""
    if not reply.sides:
        return ""
    before, lines, after = reply.text.partition("\n".join(side.line for side in reply.sides))
    if not lines:
        return ""
    return _text(reply, before) + side_table(reply) + _text(reply, after)


def _listed(reply: Reply) -> str:
    chips = "".join(_chips(group) for group in _by_policy(reply.citations))
    return f'<ul class="chips" aria-label="引证">{chips}</ul>' if chips else ""


def _text(reply: Reply, text: str) -> str:
    """An answer's paragraphs and lists, its marks [n] as links to what they cite."""
    links = {c.number: mark(c) for c in reply.citations}

    def linked(line: str) -> str:
        return MARK.sub(lambda m: links.get(int(m[1]), m[0]), escape(line))

    parts: list[str] = []
    items: list[str] = []
    for line in (line.strip() for line in text.split("\n")):
        bullet = ITEM.match(line)
        if bullet and line:
            own = "" if bullet[0] else ' class="numbered"'
            items.append(f"<li{own}>{linked(line[bullet.end() :])}</li>")
            continue
        if items:
            parts.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if line:
            parts.append(f"<p>{linked(line)}</p>")
    return "".join(parts) + (f"<ul>{''.join(items)}</ul>" if items else "")


def _chips(group: Sequence[Cited]) -> str:
    first = group[0]
    past = "" if first.standing == "现行" else f' <span class="badge past">{escape(first.standing)}</span>'
    links = "".join(map(chip, group))
    name = f"{first.region}《{first.title.strip('《》')}》"
    return f'<li><span class="from">{escape(name)}{past}</span>{links}</li>'


def _link(cited: Cited) -> str:
    return escape(document_link(cited))


def _by_policy(citations: Sequence[Cited]) -> list[list[Cited]]:
    groups: dict[str, list[Cited]] = {}
    for cited in citations:
        groups.setdefault(cited.policy_id, []).append(cited)
    return list(groups.values())


def _cited(group: Sequence[Cited], cards: Mapping[str, Policy]) -> str:
    passages: dict[Span, list[Cited]] = {}
    for cited in group:
        passages.setdefault((cited.passage_start, len(cited.text)), []).append(cited)
    shown = "".join(_passage(quotes) for quotes in passages.values())
    return f'<article class="source">{_head(group[0], cards)}{shown}</article>'


def _passage(quotes: Sequence[Cited]) -> str:
    """One passage with all that is quoted from it marked."""
    first = quotes[0]
    return (
        f'<div class="passage"><p class="path">{"".join(map(mark, quotes))}{_path(first.path)}</p>'
        f"<blockquote>{_body(first, [c.mark for c in quotes])}</blockquote>"
        f'<p class="more"><a class="open" href="{_link(first)}">{both("ask.whole")}</a></p></div>'
    )


def _near(cited: Cited, cards: Mapping[str, Policy]) -> str:
    return (
        f'<article class="source near">{_head(cited, cards)}'
        f'<div class="passage"><p class="path"><b class="not">{both("ask.not")}</b>{_path(cited.path)}</p>'
        f"<blockquote>{_body(cited, ())}</blockquote>"
        f'<p class="more"><a class="open" href="{_link(cited)}">{both("ask.whole")}</a></p></div></article>'
    )


def _head(cited: Cited, cards: Mapping[str, Policy]) -> str:
    kept = cards.get(cited.policy_id)
    about = f"<details><summary>{both('ask.card')}</summary>{card(kept)}</details>" if kept else GONE
    return f"<h3>{escape(cited.title)}</h3>{badges(cited.region, cited.standing, cited.digest)}{about}"


def _body(cited: Cited, marks: Collection[Span]) -> str:
    lead = f'<p class="lead">{escape(cited.lead_in)}</p>' if cited.lead_in else ""
    # Anchors belong to the document; in the panel several quotes stand side by side.
    return lead + paragraphs(cited.text, marks).replace(' id="quote"', "")


def _searched(reply: Reply) -> str:
    if reply.status is not Status.ABSTAINED:
        return "<p class='empty'>这次没有引用原文。</p>"
    where = "、".join(reply.regions) or "全部地区"
    day = f"{reply.as_of.year}年{reply.as_of.month}月{reply.as_of.day}日"
    near = "下面是最接近的段落，<b>不是答案</b>，仅供参考。" if reply.nearest else "没有找到接近的段落。"
    return (
        f'<div class="searched"><p>检索范围：{escape(where)}；以 {day} 现行的规定为准。</p>'
        f'<p class="asked">检索的问题：{escape(reply.rewritten)}</p><p>{near}</p></div>'
    )


def _path(path: Sequence[str]) -> str:
    return f"<span>{' › '.join(escape(step) for step in path)}</span>" if path else ""
