"""What rules give for the figures of a question in, its claims out with what follows: the sum, the difference
between then and now, and what is lacking beyond what there is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from assistant.citations import Claim, Working
from assistant.figures import Figure, figures, plain
from assistant.query import Query
from assistant.retrieval import Passage

# 眼下就2个，还差几个: what there is, and that the rest is asked for.
LACKING = re.compile(
    r"差(?:多少|几|不?够)|还(?:要|得|需|该)?(?:再)?(?:缺|差|招|配|补|添|增加?)|缺(?:多少|几)|够不够|够[^,，。]{0,5}(?:吗|没有|不)|够数|达标"
)
AT_HAND = re.compile(
    r"(?:现有|已有|已经有|眼下|目前|现在|只[有留]|就有|手上|手头|才有?|配了|已经?配|到岗|有)[^\d,，。一二两三四五六七八九十]{0,8}?(?:就|只|才|配了|有)*"
    r"(?P<figure>[\d一二两三四五六七八九十]+(?:名|个|人|位))"
)
# 去年4800户，今年5300户: one body at two times; the two are never added up.
THEN = re.compile("去年|前年|上年|上一年|原来|原先|原本|以前|之前|早先|过去|[由从](?=[^,，。]{0,8}$)")
NOW = re.compile(
    "今年|现在|如今|眼下|明年|后来|目前|(?:涨|增|增加|加|长|升|扩|减|减少|降|少|变|掉|跌)(?:到|成|至|为)|到了?$"
)
# 甲镇比乙镇多配几个: two bodies set against each other.
AGAINST = re.compile(r"相差|差(?:了)?(?:多少|几)|(?<![按占])比(?![例重率])[^,，。]{1,16}?(?:多|少)(?!少)")


@dataclass(frozen=True)
class Part:
    """What a rule gives for a figure: from `low` to `high`, in `unit`.

    So many `for_each` run from the least to the most; else the two differ only on the boundary of two bands.
    """

    text: str
    low: Fraction
    high: Fraction
    unit: str
    passage: Passage
    quote: str
    given: tuple[Figure, ...]
    working: tuple[Working, ...] = ()
    for_each: bool = False

    @property
    def unsettled(self) -> bool:
        """Whether it lies on the boundary of two bands."""
        return self.low != self.high and not self.for_each

    @property
    def counted(self) -> str:
        """Its unit, the same for persons however they are counted."""
        return self.unit.replace("名", "人")


def claims_of(query: Query, parts: Sequence[Part]) -> list[Claim]:
    """A claim for each passage, and what follows from them: their sum, their difference where they are of two
    times or set against each other, or how many are lacking where the question says how many there are."""
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
        tuple(f.value for p in parts for f in p.given),
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
    unsettled = any(p.unsettled for p in parts)
    if unsettled and len(claims) > 1:
        return claims[-1]  # the sum of each end would want both carried over
    unit = parts[0].counted
    said = f"合计至少{'+'.join(plain(p.low) for p in parts)}={plain(low)}{unit}"
    steps = [Working("+", tuple(p.low for p in parts), low)]
    if (unsettled or all(p.for_each for p in parts)) and len(claims) == 1:
        ends = tuple(p.low if unsettled and p.for_each else p.high for p in parts)
        high = sum(ends, Fraction(0))
        # On a boundary the least is not settled; so many for each run from the least to the most.
        said += "（交界归前档）或" if unsettled else "，最多"
        said += f"{'+'.join(plain(end) for end in ends)}={plain(high)}{unit}"
        said += "（交界归后档）" if unsettled else ""
        steps.append(Working("+", ends, high))
    last = _with(claims[-1], said, *steps)
    carried = tuple(p.low for p in parts if p.passage.chunk.id != last.passage.chunk.id)
    return replace(last, carried=carried)


def _differing(query: Query, parts: Sequence[Part]) -> tuple[str, str, str] | None:
    """How to tell that the second of two parts is more, less or the same, where they must not be added."""
    first, second = (p.given[0] for p in parts)
    before, between = query.focus[: first.start], query.focus[first.end : second.start]
    if (THEN.search(before) or "变" in query.focus) and NOW.search(between):
        return "最低数增加", "最低数减少", "最低数不变"
    if AGAINST.search(query.focus[first.end :]):
        return "相差", "相差", "最低数相同"
    return None


def _changed(claim: Claim, parts: Sequence[Part], more: str, less: str, same: str) -> Claim:
    """The claim with the difference between its two parts; not where one of them lies between two bands."""
    first, second = parts
    if first.low != first.high or second.low != second.high or first.counted != second.counted:
        unsettled = any(p.unsettled for p in parts)
        return _with(claim, "差多少要看恰在交界上的归于哪档") if unsettled else claim
    above, below = max(first.low, second.low), min(first.low, second.low)
    if above == below:
        return _with(claim, same)
    gap = above - below
    word = more if second.low > first.low else less
    said = f"{word}{plain(above)}-{plain(below)}={plain(gap)}{first.counted}"
    return _with(claim, said, Working("-", (above, below), gap))


def _at_hand(query: Query, part: Part) -> Figure | None:
    """How many there are already, where it is asked how many are lacking."""
    if not LACKING.search(query.focus):
        return None
    told = [f for m in AT_HAND.finditer(query.focus) for f in figures(m["figure"])]
    found = [f for f in told if f.value not in {g.value for g in part.given}]
    return found[0] if len(found) == 1 else None


def _lacking(claim: Claim, part: Part, have: Figure) -> Claim:
    """The claim with the difference between what is due and what there is."""
    if part.unsettled:
        before, after = (_gap(end, have, part.unit) for end in (part.low, part.high))
        steps = (Working("-", (end, have.value), end - have.value) for end in (part.low, part.high))
        there = f"现有{plain(have.value)}{part.unit}，归前档的{before}，归后档的{after}"
        return _with(claim, there, *steps, given=(have.value,))
    least = part.low - have.value
    step = Working("-", (part.low, have.value), least)
    there = f"现有{plain(have.value)}{part.unit}"
    said = (
        f"{there}，还差{plain(least)}{part.unit}（{plain(part.low)}-{plain(have.value)}={plain(least)}）"
        if least > 0
        else f"{there}，已经达到"
    )
    return _with(claim, said, step, given=(have.value,))


def _gap(due: Fraction, have: Figure, unit: str) -> str:
    gap = due - have.value
    return f"还差{plain(due)}-{plain(have.value)}={plain(gap)}{unit}" if gap > 0 else "已经达到"
