"""Rules that give a number for a number: bands in prose (300户以下至少配备2人；…), and 每个村1-2名."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from assistant.citations import Claim, Working
from assistant.figures import Figure, figures, plain
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.retrieval import Passage

MEASURE = "户|人|名|个|张|万元|元|周岁|岁"
MONEY = ("元", "万元")
RANGE = re.compile(
    rf"(?P<a>\d+)(?P<u1>{MEASURE})(?:以上)?(?:到|至|-|—|~)(?:不满)?(?P<b>\d+)(?:{MEASURE})(?:以下)?"
    rf"|(?P<under>\d+)(?P<u2>{MEASURE})(?:及)?以下"
    rf"|(?P<over>\d+)(?P<u3>{MEASURE})(?:及)?以上"
)
RESULT = re.compile(
    r"(?:至少|最少|不少于|不低于|最多|不超过|不得超过|按|为|是|应当|配备|设置|安排|配|的)*"
    r"(?P<n>\d+)(?P<unit>人|名|元|万元|%|个|平方米|张)"
)
EACH = re.compile(
    r"每(?:一)?(?:个)?(?P<thing>[一-龥]{1,4}(?:[（(][一-龥]{1,4}[)）])?)(?:原则上)?(?:至少|应当|可以|可)?"
    r"(?:配备|设置|设立|安排|配|设|不少于|至少)+(?P<a>\d+)(?:[-—~至到](?P<b>\d+))?(?P<unit>名|人|个|元)"
)
# 眼下就2个，还差几个: what there is, and that the rest is asked for.
LACKING = re.compile(
    r"差(?:多少|几|不?够)|还(?:要|得|需|该)?(?:再)?(?:缺|差|招|配|补|添|增加?)|缺(?:多少|几)|够不够|够吗"
)
AT_HAND = re.compile(
    r"(?:现有|已有|已经有|眼下|目前|现在|只有|就有|手上|才有?|有)[^\d,，。一二两三四五六七八九十]{0,8}?(?:就|只|才|配了|有)*(?P<figure>[\d一二两三四五六七八九十]+(?:名|个|人|位))"
)
# Which level of government a table, or a figure of the question, is about.
LEVELS = (
    ("县", re.compile(r"县|(?<![辖社园小片])区(?!域)|市(?!州)|民政局|局")),
    ("乡", re.compile(r"乡|镇|街道|所")),
)


@dataclass(frozen=True)
class Band:
    """One band of a table in prose: low ≤ figure < high (None: open) gives `result` in `unit`."""

    low: Fraction | None
    high: Fraction | None
    measure: str
    result: Fraction
    unit: str
    words: str

    def holds(self, value: Fraction) -> bool:
        """Whether the figure lies in the band, both ends included: the text settles its boundaries or not."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def bands(text: str) -> list[Band]:
    """The bands stated in a clause.

    Example: bands("300户以下的至少配备2人,300户到600户的至少配备4人") -> two bands of 户, giving 2 and 4 人
    """
    found: list[Band] = []
    for m in RANGE.finditer(text):
        result = RESULT.match(text, m.end())
        if not result:
            continue
        measure = m["u1"] or m["u2"] or m["u3"]
        if measure in MONEY and result["unit"] in MONEY and text[m.end()].isdigit():
            continue  # 2000元以上2万元以下: the two ends of one range
        low = m["a"] or m["over"]
        high = m["b"] or m["under"]
        found.append(
            Band(
                Fraction(low) if low else None,
                Fraction(high) if high else None,
                measure,
                Fraction(result["n"]),
                result["unit"],
                text[m.start() : result.end()],
            )
        )
    return found if len(found) > 1 else []


@dataclass(frozen=True)
class Part:
    """What a rule gives for one figure: from `low` to `high`, in `unit`."""

    text: str
    low: Fraction
    high: Fraction
    unit: str
    passage: Passage
    quote: str
    given: Fraction
    working: tuple[Working, ...] = ()


def by_bands(query: Query, candidates: Sequence[Candidate]) -> list[Claim]:
    """What the rules give for each figure of the question, a claim for each passage, and their sum where
    there are several, or how many are lacking where the question says how many there are."""
    if "amount" not in query.kinds and not re.search(r"配|标准|合计|一共|总共", query.rewritten):
        return []
    parts: list[Part] = []
    for figure in figures(query.focus):
        if part := _banded(query, figure, candidates) or _each(query, figure, candidates):
            parts.append(part)
    parts = [p for p in parts if p.passage.chunk.policy_id == parts[0].passage.chunk.policy_id]
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.passage.chunk.id, []).append(part)
    claims = [_claim(group) for group in groups.values()]
    if len(parts) > 1 and len({_counted(p) for p in parts}) == 1:
        claims[-1] = _summed(claims, parts)
    elif len(parts) == 1 and (have := _at_hand(query, parts[0])):
        claims = [_lacking(claims[0], parts[0], have)]
    return claims


def _claim(parts: Sequence[Part]) -> Claim:
    return Claim(
        "；".join(p.text for p in parts) + "。",
        parts[0].passage,
        tuple(dict.fromkeys(p.quote for p in parts)),
        tuple(p.given for p in parts),
        tuple(w for p in parts for w in p.working),
    )


def _counted(part: Part) -> str:
    return part.unit.replace("名", "人")


def _summed(claims: Sequence[Claim], parts: Sequence[Part]) -> Claim:
    """The last claim with the sum of all parts, those of other passages carried over."""
    last = claims[-1]
    low = sum((p.low for p in parts), Fraction(0))
    said = f"合计至少{'+'.join(plain(p.low) for p in parts)}={plain(low)}{_counted(parts[0])}"
    return replace(
        last,
        text=f"{last.text.removesuffix('。')}；{said}。",
        working=(*last.working, Working("+", tuple(p.low for p in parts), low)),
        carried=tuple(p.low for p in parts if p.passage.chunk.id != last.passage.chunk.id),
    )


def _at_hand(query: Query, part: Part) -> Figure | None:
    """How many there are already, where it is asked how many are lacking."""
    m = LACKING.search(query.focus) and AT_HAND.search(query.focus)
    found = [f for f in figures(m["figure"]) if f.value != part.given] if m else []
    return found[0] if found else None


def _lacking(claim: Claim, part: Part, have: Figure) -> Claim:
    """The claim with the difference between what is due and what there is."""
    least = part.low - have.value
    unit = part.unit
    said = (
        f"现有{plain(have.value)}{unit}，还差{plain(least)}{unit}（{plain(part.low)}-{plain(have.value)}={plain(least)}）"
        if least > 0
        else f"现有{plain(have.value)}{unit}，已经达到"
    )
    step = Working("-", (part.low, have.value), least)
    return replace(
        claim,
        text=f"{claim.text.removesuffix('。')}；{said}。",
        given=(*claim.given, have.value),
        working=(*claim.working, step),
    )


def _banded(query: Query, figure: Figure, candidates: Sequence[Candidate]) -> Part | None:
    """The band of the figure, in the table whose subject the words before the figure name best."""
    tables = [(c, bands(_sentence(c))) for c in candidates[:60]]
    fitting = [(c, t) for c, t in tables if t and t[0].measure == figure.unit]
    if not fitting:
        return None
    before = query.focus[: figure.start]
    candidate, table = max(fitting, key=lambda ct: _subject_score(ct[0], before, query.focus))
    held = [b for b in table if b.holds(figure.value)]
    if not held:
        return None
    stated = "，".join(b.words for b in held)
    if len(held) > 1:
        text = f"{figure.text}恰在档次的交界上，原文没有写明归于哪边：{stated}"
    else:
        text = f"{figure.text}属于“{held[0].words}”，至少{plain(held[0].result)}{held[0].unit}"
    results = sorted(b.result for b in held)
    return Part(
        text, results[0], results[-1], held[0].unit, candidate.passage, _sentence(candidate), figure.value
    )


def _sentence(candidate: Candidate) -> str:
    """The clause, or the whole sentence where the clause holds one band of a table only."""
    if len(bands(candidate.statement.text)) > 1:
        return candidate.statement.text
    return candidate.passage.chunk.text[slice(*candidate.statement.sentence)]


def _subject_score(candidate: Candidate, before: str, whole: str) -> float:
    """How well a table's subject (县局, 乡镇) fits the question, and the words nearest before the figure."""
    subject = _first_level(_sentence(candidate)[:40])
    score = candidate.score / 1000  # the better-ranked table, where both fit alike
    for text, weight in ((whole, 1.0), (re.split(r"[,，;；。:：]", before)[-1], 2.0)):
        named = [(m.end(), level) for level, pattern in LEVELS for m in pattern.finditer(text)]
        if subject and (
            subject == max(named, default=(0, ""))[1] or {level for _, level in named} == {subject}
        ):
            score += weight
    return score


def _first_level(text: str) -> str:
    found = [(m.start(), level) for level, pattern in LEVELS if (m := pattern.search(text))]
    return min(found, default=(0, ""))[1]


def _each(query: Query, figure: Figure, candidates: Sequence[Candidate]) -> Part | None:
    """So many for each: 每个村1-2名, for a question about 18 villages."""
    for candidate in candidates[:40]:
        text = candidate.statement.text
        for m in EACH.finditer(text):
            things = set(re.findall(r"[一-龥]+", m["thing"]))
            after = query.focus[figure.start : figure.end + 6]
            if not any(thing[-2:] in after or thing in after for thing in things):
                continue
            low = figure.value * Fraction(m["a"])
            high = figure.value * Fraction(m["b"] or m["a"])
            working = [Working("×", (figure.value, Fraction(m["a"])), low)]
            if m["b"]:
                working.append(Working("×", (figure.value, Fraction(m["b"])), high))
            span = plain(low) if low == high else f"{plain(low)}到{plain(high)}"
            said = f"{m['a']}-{m['b']}" if m["b"] else m["a"]
            unit = m["unit"]
            words = f"{figure.text}，每个{said}{unit}，共{span}{unit}（最少{plain(low)}{unit}）"
            return Part(words, low, high, m["unit"], candidate.passage, text, figure.value, tuple(working))
    return None
