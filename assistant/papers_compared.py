"""A question about the papers of several regions in, what each says of itself out: its name, makers, day.

Each region's paper is asked for by itself (assistant.document_facts); where one region's is not certain,
nothing is told here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.citations import Claim
from assistant.composition import Draft
from assistant.document_asks import KINDS, PAGES, PAPERS, WHEN
from assistant.document_facts import told
from assistant.patterns import compiled
from assistant.query import Query
from assistant.retrieval import Passage, Retriever
from assistant.selection import tidy
from assistant.traits import statements
from ingest.library import Library
from ingest.regions import cut_out, find_regions
from ingest.words import words

ISSUED = "(?:发布|印发|下发|公布|出台|发|出)"
BODIES = "(?:单位|部门|机关|机构)"
WHEN_ISSUED = "什么时候发的"
TELLS = re.compile(f"(?:联合|部门|[厅局委办府])[^,，。；;《]{{0,6}}{ISSUED}了?《")
# How a fact of several papers is asked for, and how it is asked for of one.
ASKED = (
    (re.compile("(?:全称|全名|名称|名字|标题)"), "全称是什么"),
    (
        re.compile(
            rf"(?:拉了?|是|由)?(?:好几|多|几)个{BODIES}(?:一起|一块儿?|共同|联合)*(?:联名|署名|{ISSUED})的?"
            rf"|(?:发文|印发|发布|联合|落款)的?{BODIES}|{ISSUED}文件的?{BODIES}"
            rf"|(?:谁|(?:哪|什么|啥)[几些一]?个?{BODIES})(?:联合)?{ISSUED}[文布]?的?"
        ),
        "是谁发的",
    ),
    (re.compile(rf"(?:谁|哪(?:个|家|边|份)?)的?(?:文件|意见|通知)?{ISSUED}得?(?:更|最)?[早晚]"), WHEN_ISSUED),
    (re.compile(rf"{WHEN}(?:联合)?{ISSUED}的?|{ISSUED}(?:的)?(?:日期|时间)"), WHEN_ISSUED),
)
PAPER = re.compile(f"发文|出文|{PAPERS}|{PAGES}|{KINDS}")
QUOTED = re.compile("“[^”]*”")
SIDE_BY_SIDE = re.compile(
    "[谁哪]个?(?:更|最|发得|出得)*[早晚先]|对比|对照|比较|列一?下|列出来|差在哪里?|分别|不一样|不同|各自?|[是都为叫有]|哪[些几]个?|什么|啥|两|[份个篇]|^[的和与跟及、,，那这几]+|[的和与跟及、,，]+$"
)


def told_of_each(
    query: Query, passages: Sequence[Passage], library: Library, retriever: Retriever
) -> Draft | None:
    """What each region's paper says of itself, or None where the question is not of that kind.

    Example: "广东和湖南的文件,名称和发文单位差在哪" -> 广东's line of its issuing, 湖南's line
    """
    if len(query.regions) < 2 or not (asked := _asked(query.focus)):
        return None
    claims: list[Claim] = []
    for place in query.regions:
        one = told(
            replace(query, focus=f"{place.short}的{asked}", regions=(place,)), passages, library, retriever
        )
        held = {p.family for p in retriever.policies().values() if p.region == place.code}
        found = one.claims if one else ()
        if not found and len(held) == 1 and WHEN_ISSUED not in asked:
            found = _reported([p for p in passages if p.policy.region == place.code])
        if not found:
            return None
        claims += [replace(claim, group=place.short) for claim in found]
    return Draft(tuple(claims), 1.0, grouped=True)


def _asked(focus: str) -> str:
    """What is asked of each paper, as one asks it of one paper; "" where anything else is asked, too.

    Example: "广东和湖南的文件,名称和发文单位差在哪" -> "文件全称是什么,是谁发的"
    """
    rest = QUOTED.sub("", cut_out(focus, find_regions(focus)))
    found = []
    for pattern, asked in ASKED:
        if pattern.search(rest):
            found.append(asked)
            rest = pattern.sub("", rest)
    if not found or not PAPER.search(focus):
        return ""
    noun = PAPER.search(rest)
    one = noun is not None and set(PAPER.findall(rest)) == {noun.group()}  # not 广东的通知和安徽的意见
    about, left = (rest[: noun.start()], rest[noun.end() :]) if noun and one else ("", rest)
    if any(len(word) > 1 for word in words(_bare(PAPER.sub("", left)), question=True)):
        return ""
    return f"{_bare(about)}{noun.group() if noun and one else '文件'}{','.join(found)}"


def _bare(text: str) -> str:
    """A text without what only sets things side by side."""
    return SIDE_BY_SIDE.sub("", compiled("comparing").sub("", text))


def _reported(passages: Sequence[Passage]) -> tuple[Claim, ...]:
    """The one sentence in which a region's only text tells that a paper was issued, and by whom."""
    found: dict[str, Passage] = {}
    for passage in passages:
        sentences = {passage.chunk.text[slice(*s.sentence)].strip() for s in statements(passage.chunk.text)}
        found.update(dict.fromkeys(filter(TELLS.search, sentences), passage))
    if len(found) != 1:
        return ()
    ((text, passage),) = found.items()
    return (Claim(tidy(text), passage, (text,)),)
