"""Exchanges in, the conversation and the panel of sources beside it out, as HTML that is safe to show."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assistant.answer import Answer, Status
from assistant.citations import Citation
from assistant.retrieval import Passage
from ingest.card import Policy
from ingest.chunking import Chunk
from page.conversations import Exchange
from page.documents import Span, badges, card, document_link, paragraphs, region_name, standing
from page.safety import escape

BADGE = {Status.ABSTAINED: "未作答", Status.CLARIFY: "请补充", Status.REFUSED: "不能回答"}
MARK = re.compile(r"\[(\d{1,3})\]")
ITEM = re.compile(r"(?:[-·•]\s*|(?=(?:（[一二三四五六七八九十]+）|\d{1,2}[.、])))")
WELCOME = (
    "<h2>想查哪条政策？</h2><p>用平常的话问就行。每句回答都引自文件库里的原文，点开编号即可核对；"
    "库里没有规定的，会直说没有。</p>"
)
NO_SOURCES = "<p class='empty'>回答所依据的原文会显示在这里。</p>"


def conversation(exchanges: Sequence[Exchange], examples: Sequence[str]) -> str:
    """The whole conversation; with nothing said yet, a welcome and example questions."""
    if exchanges:
        inner = "".join(_exchange(e, last=e is exchanges[-1]) for e in exchanges)
    else:
        asked = "".join(
            f'<li><button type="button" class="example">{escape(example)}</button></li>'
            for example in examples
        )
        listed = f'<ul class="examples" aria-label="示例问题">{asked}</ul>' if asked else ""
        inner = f'<section class="welcome">{WELCOME}{listed}</section>'
    return f'<div role="log" aria-live="polite" aria-label="对话" tabindex="0">{inner}</div>'


def sources(answer: Answer | None, policies: Collection[Policy]) -> str:
    """What the newest answer rests on; for an abstention, what was searched and the nearest passages."""
    if answer is None:
        inner = NO_SOURCES
    elif answer.citations:
        inner = "".join(_cited(group, answer, policies) for group in _by_policy(answer.citations))
    else:
        inner = _searched(answer) + "".join(_near(p, answer, policies) for p in answer.nearest[:4])
    return f'<section aria-labelledby="sources-title"><h2 id="sources-title">原文依据</h2>{inner}</section>'


def _exchange(exchange: Exchange, last: bool) -> str:
    anchor = ' id="newest"' if last else ""
    question = f'<h2 class="question"><span class="hidden">问：</span>{escape(exchange.question)}</h2>'
    if exchange.answer:
        reply = _answer(exchange.answer)
    elif exchange.failure:
        reply = f'<div class="answer failure"><p>{escape(exchange.failure)}</p></div>'
    else:
        reply = f'<p class="stage"><span class="dot" aria-hidden="true"></span>{escape(exchange.stage)}…</p>'
    return f'<article class="exchange"{anchor}>{question}{reply}</article>'


def _answer(answer: Answer) -> str:
    badge = f'<p class="status">{BADGE[answer.status]}</p>' if answer.status in BADGE else ""
    warned = "".join(f"<p>{escape(notice)}</p>" for notice in answer.notices)
    notices = f'<div class="notice">{warned}</div>' if warned else ""
    chips = "".join(_chips(group) for group in _by_policy(answer.citations))
    listed = f'<ul class="chips" aria-label="引证">{chips}</ul>' if chips else ""
    kind = answer.status.value
    return f'<div class="answer {kind}">{badge}{_text(answer)}{listed}{notices}</div>'


def _text(answer: Answer) -> str:
    """The answer's paragraphs and lists, its marks [n] as links to what they cite."""
    links = {c.number: _mark(c) for c in answer.citations}

    def linked(line: str) -> str:
        return MARK.sub(lambda m: links.get(int(m[1]), m[0]), escape(line))

    parts: list[str] = []
    items: list[str] = []
    for line in (line.strip() for line in answer.text.split("\n")):
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


def _mark(citation: Citation) -> str:
    return (
        f'<a class="cite" href="{_link(citation)}" aria-label="引证{citation.number}，打开原文">'
        f"{citation.number}</a>"
    )


def _chips(group: Sequence[Citation]) -> str:
    policy = group[0].policy
    name = f"{region_name(policy.region)}《{policy.title.strip('《》')}》"
    links = "".join(
        f'<a class="chip" href="{_link(c)}"><b>{c.number}</b><span>{escape(_place(c.chunk.path))}</span></a>'
        for c in group
    )
    return f'<li><span class="from">{escape(name)}</span>{links}</li>'


def _link(citation: Citation) -> str:
    return escape(document_link(citation.policy, (citation.start, citation.end)))


def _by_policy(citations: Sequence[Citation]) -> list[list[Citation]]:
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.policy.id, []).append(citation)
    return list(groups.values())


def _cited(group: Sequence[Citation], answer: Answer, policies: Collection[Policy]) -> str:
    chunks: dict[str, list[Citation]] = {}
    for citation in group:
        chunks.setdefault(citation.chunk.id, []).append(citation)
    passages = "".join(_passage(quotes) for quotes in chunks.values())
    return f'<article class="source">{_head(group[0].policy, answer, policies)}{passages}</article>'


def _passage(quotes: Sequence[Citation]) -> str:
    """One passage with all that is quoted from it marked."""
    chunk = quotes[0].chunk
    marks = [(c.start - chunk.start, c.end - chunk.start) for c in quotes]
    return (
        f'<div class="passage"><p class="path">{"".join(map(_mark, quotes))}{_path(chunk.path)}</p>'
        f"<blockquote>{_body(chunk, marks)}</blockquote>"
        f'<p class="more"><a class="open" href="{_link(quotes[0])}">在全文中查看</a></p></div>'
    )


def _near(passage: Passage, answer: Answer, policies: Collection[Policy]) -> str:
    chunk = passage.chunk
    link = escape(document_link(passage.policy, (chunk.start, chunk.end)))
    return (
        f'<article class="source near">{_head(passage.policy, answer, policies)}'
        f'<div class="passage"><p class="path"><b class="not">不是答案</b>{_path(chunk.path)}</p>'
        f"<blockquote>{_body(chunk, ())}</blockquote>"
        f'<p class="more"><a class="open" href="{link}">在全文中查看</a></p></div></article>'
    )


def _head(policy: Policy, answer: Answer, policies: Collection[Policy]) -> str:
    state = standing(policy, policies, answer.query.as_of)
    return (
        f"<h3>{escape(policy.title)}</h3>{badges(policy, state)}"
        f"<details><summary>文件信息</summary>{card(policy)}</details>"
    )


def _body(chunk: Chunk, marks: Collection[Span]) -> str:
    lead = f'<p class="lead">{escape(chunk.lead_in)}</p>' if chunk.lead_in else ""
    # Anchors belong to the document; in the panel several quotes stand side by side.
    return lead + paragraphs(chunk.text, marks).replace(' id="quote"', "")


def _searched(answer: Answer) -> str:
    if answer.status is not Status.ABSTAINED:
        return "<p class='empty'>这次没有引用原文。</p>"
    query = answer.query
    where = "、".join(place.name for place in query.regions) or "全部地区"
    day = f"{query.as_of.year}年{query.as_of.month}月{query.as_of.day}日"
    near = "下面是最接近的段落，<b>不是答案</b>，仅供参考。" if answer.nearest else "没有找到接近的段落。"
    return (
        f'<div class="searched"><p>检索范围：{escape(where)}；以 {day} 现行的规定为准。</p>'
        f"<p>检索的问题：{escape(query.rewritten)}</p><p>{near}</p></div>"
    )


def _place(path: Sequence[str]) -> str:
    return path[-1] if path else "原文"


def _path(path: Sequence[str]) -> str:
    return f"<span>{' › '.join(escape(step) for step in path)}</span>" if path else ""
