"""What rules give for each number of a question, by bands (assistant.bands) or so many for each: together,
between then and now, and beyond what there is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from assistant.bands import Band, bands, subject_fit
from assistant.citations import Claim, Working
from assistant.figures import Figure, figures, plain
from assistant.portions import for_each
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.retrieval import Passage

COUNTED = re.compile("配|标准|合计|一共|总共|总数|区间|人手|底线|下限|[几多少](?:个|人|名)")
# 眼下就2个，还差几个: what there is, and that the rest is asked for.
LACKING = re.compile(
    r"差(?:多少|几|不?够)|还(?:要|得|需|该)?(?:再)?(?:缺|差|招|配|补|添|增加?)|缺(?:多少|几)|够不够|够[^,，。]{0,5}(?:吗|没有|不)|够数|达标"
)
AT_HAND = re.compile(
    r"(?:现有|已有|已经有|眼下|目前|现在|只[有留]|就有|手上|手头|才有?|有)[^\d,，。一二两三四五六七八九十]{0,8}?(?:就|只|才|配了|有)*"
    r"(?P<figure>[\d一二两三四五六七八九十]+(?:名|个|人|位))"
)
# 去年4800户，今年5300户: one body at two times; the two are never added up.
THEN = re.compile("去年|前年|上年|上一年|原来|原先|原本|以前|之前|早先|过去|[由从](?=[^,，。]{0,8}$)")
NOW = re.compile(
    "今年|现在|如今|眼下|明年|后来|目前|(?:涨|增|增加|加|长|升|扩|减|减少|降|少|变|掉|跌)(?:到|成|至|为)|到了?$"
)
# 甲镇比乙镇多配几个: two bodies set against each other.
AGAINST = re.compile(r"相差|差(?:了)?(?:多少|几)|比[^,，。]{1,12}(?:多|少)")
TABLES = 60  # statements among which a table is looked for


@dataclass(frozen=True)
class Part:
    """What a rule gives for one figure: from `low` to `high`, in `unit`."""

    text: str
    low: Fraction
    high: Fraction
    unit: str
    passage: Passage
    quote: str
    given: Figure
    working: tuple[Working, ...] = ()

    @property
    def counted(self) -> str:
        """Its unit, the same for persons however they are counted."""
        return self.unit.replace("名", "人")


def by_figure(query: Query, candidates: Sequence[Candidate]) -> list[Claim]:
    """What the rules give for each figure of the question, a claim for each passage, and what follows from
    them: their sum, their difference where they are of two times or set against each other, or how many are
    lacking where the question says how many there are."""
    if (
        "amount" not in query.kinds
        and not COUNTED.search(query.rewritten)
        and not LACKING.search(query.focus)
    ):
        return []
    parts: list[Part] = []
    told = figures(query.focus)
    for figure in [f for f in told if f.value > 1] or told:  # 一个镇 beside other figures counts nothing
        if part := _banded(query, figure, candidates) or _each(query, figure, candidates):
            parts.append(part)
    parts = [p for p in parts if p.passage.chunk.policy_id == parts[0].passage.chunk.policy_id]
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.passage.chunk.id, []).append(part)
    claims = [_claim(group) for group in groups.values()]
    if len(parts) == 2 and (differ := _differing(query, parts)):
        claims = [_changed(claims[0], parts, *differ)] if len(claims) == 1 else claims
    elif len(parts) > 1 and len({p.counted for p in parts}) == 1:
        claims[-1] = _summed(claims, parts)
    elif len(parts) == 1 and (have := _at_hand(query, parts[0])):
        claims = [_lacking(claims[0], parts[0], have)]
    return claims


def _claim(parts: Sequence[Part]) -> Claim:
    return Claim(
        "；".join(p.text for p in parts) + "。",
        parts[0].passage,
        tuple(dict.fromkeys(p.quote for p in parts)),
        tuple(p.given.value for p in parts),
        tuple(w for p in parts for w in p.working),
    )


def _with(claim: Claim, said: str, *steps: Working, given: tuple[Fraction, ...] = ()) -> Claim:
    """The claim, and what follows from it."""
    return replace(
        claim,
        text=f"{claim.text.removesuffix('。')}；{said}。",
        given=(*claim.given, *given),
        working=(*claim.working, *steps),
    )


def _summed(claims: Sequence[Claim], parts: Sequence[Part]) -> Claim:
    """The last claim with the sum of all parts, those of other passages carried over."""
    low = sum((p.low for p in parts), Fraction(0))
    unit = parts[0].counted
    said = f"合计至少{'+'.join(plain(p.low) for p in parts)}={plain(low)}{unit}"
    steps = [Working("+", tuple(p.low for p in parts), low)]
    if all(p.working for p in parts) and len(claims) == 1:  # so many for each: from the least to the most
        high = sum((p.high for p in parts), Fraction(0))
        said += f"，最多{'+'.join(plain(p.high) for p in parts)}={plain(high)}{unit}"
        steps.append(Working("+", tuple(p.high for p in parts), high))
    last = _with(claims[-1], said, *steps)
    carried = tuple(p.low for p in parts if p.passage.chunk.id != last.passage.chunk.id)
    return replace(last, carried=carried)


def _differing(query: Query, parts: Sequence[Part]) -> tuple[str, str, str] | None:
    """How to tell that the second of two parts is more, less or the same, where they must not be added."""
    first, second = (p.given for p in parts)
    before, between = query.focus[: first.start], query.focus[first.end : second.start]
    if (THEN.search(before) or "变" in query.focus) and NOW.search(between):
        return "最低数增加", "最低数减少", "最低数不变"
    if AGAINST.search(query.focus[second.end :]):
        return "相差", "相差", "最低数相同"
    return None


def _changed(claim: Claim, parts: Sequence[Part], more: str, less: str, same: str) -> Claim:
    """The claim with the difference between its two parts; not where one of them lies between two bands."""
    first, second = parts
    if first.low != first.high or second.low != second.high or first.counted != second.counted:
        return claim
    above, below = max(first.low, second.low), min(first.low, second.low)
    if above == below:
        return _with(claim, same)
    gap = above - below
    word = more if second.low > first.low else less
    said = f"{word}{plain(above)}-{plain(below)}={plain(gap)}{first.counted}"
    return _with(claim, said, Working("-", (above, below), gap))


def _at_hand(query: Query, part: Part) -> Figure | None:
    """How many there are already, where it is asked how many are lacking."""
    m = LACKING.search(query.focus) and AT_HAND.search(query.focus)
    found = [f for f in figures(m["figure"]) if f.value != part.given.value] if m else []
    return found[0] if found else None


def _lacking(claim: Claim, part: Part, have: Figure) -> Claim:
    """The claim with the difference between what is due and what there is."""
    least = part.low - have.value
    step = Working("-", (part.low, have.value), least)
    there = f"现有{plain(have.value)}{part.unit}"
    said = (
        f"{there}，还差{plain(least)}{part.unit}（{plain(part.low)}-{plain(have.value)}={plain(least)}）"
        if least > 0
        else f"{there}，已经达到"
    )
    return _with(claim, said, step, given=(have.value,))


def _banded(query: Query, figure: Figure, candidates: Sequence[Candidate]) -> Part | None:
    """The band of the figure, in the table whose subject the words before the figure name best."""
    tables = [(c, bands(_sentence(c))) for c in candidates[:TABLES]]
    fitting = [(c, t) for c, t in tables if t and t[0].measure == figure.unit]
    if not fitting:
        return None
    before = query.focus[: figure.start]
    # The better-ranked table, where both fit alike.
    candidate, table = max(
        fitting,
        key=lambda ct: ct[0].score / 1000 + subject_fit(_sentence(ct[0])[:40], before, query.focus),
    )
    held = [b for b in table if b.holds(figure.value)]
    if not held:
        return None
    results = sorted(b.result for b in held)
    text, sentence = _in_band(figure, held), _sentence(candidate)
    return Part(text, results[0], results[-1], held[0].unit, candidate.passage, sentence, figure)


def _in_band(figure: Figure, held: Sequence[Band]) -> str:
    if len(held) > 1:
        stated = "，".join(b.words for b in held)
        return f"{figure.text}恰在档次的交界上，原文没有写明归于哪边：{stated}"
    return f"{figure.text}属于“{held[0].words}”，至少{plain(held[0].result)}{held[0].unit}"


def _sentence(candidate: Candidate) -> str:
    """The clause, or the whole sentence where the clause holds one band of a table only."""
    if len(bands(candidate.statement.text)) > 1:
        return candidate.statement.text
    return candidate.passage.chunk.text[slice(*candidate.statement.sentence)]


def _each(query: Query, figure: Figure, candidates: Sequence[Candidate]) -> Part | None:
    """So many for each: 每个村1-2名, for a question about 18 villages."""
    for candidate in candidates[:TABLES]:
        text = candidate.statement.text
        if due := for_each(query.focus, figure, text):
            return Part(due.text, due.low, due.high, due.unit, candidate.passage, text, figure, due.working)
    return None
