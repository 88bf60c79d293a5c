"""A provision asked for by its number in, its own words out, whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.citations import Claim
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.retrieval import HOW_MANY
from assistant.selection import tidy

HEADINGS = re.compile(r"^\s*(?:#* *第[零一二三四五六七八九十百]+[编章节][^\n]{0,40}\n\s*)+")
RECITED = 560  # characters of a provision recited by its number
RECITE = re.compile(
    r"(?:说|讲|写|规定|内容|原文|全文)(?:了|的)?(?:什么|啥|是|呢|[?？]|$)|怎么(?:说|写|规定)|^.{0,30}条[?？]?$"
)


def asks_for_the_words(query: Query) -> bool:
    """Whether a question asks what a provision says, or how many of them a rule has."""
    return bool(RECITE.search(query.focus) or HOW_MANY.search(query.focus))


def recite(query: Query, candidates: Sequence[Candidate]) -> list[Claim]:
    """The provision asked for by its number, in its own words and whole."""
    passages = sorted(
        {c.passage.chunk.id: c.passage for c in candidates}.values(), key=lambda p: p.chunk.ordinal
    )
    claims: list[Claim] = []
    for passage in passages:
        quote = HEADINGS.sub("", passage.chunk.text).strip()
        if HOW_MANY.search(query.focus):
            return [Claim(f"最后一条是：{tidy(quote)}", passage, (quote,))]
        if claims and sum(len(c.text) for c in claims) + len(quote) > RECITED:
            break
        claims.append(Claim(tidy(quote), passage, (quote,)))
    return claims
