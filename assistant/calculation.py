"""Rules with figures, applied to the figures of a question, with the working shown.

Beside bands (assistant.bands) and days (assistant.days): limits (共4年，可以吗), shares of a number
(不少于三分之二), portions of a sum (不得超过2%), averages and sums of figures of one rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction

from assistant.bands import by_bands
from assistant.citations import Claim, Working, worked_out
from assistant.days import NUMBER, deadline, period, within
from assistant.figures import Figure, figures, numeral_value, plain
from assistant.query import Query
from assistant.ranking import Candidate, confidence

LIMIT = re.compile(rf"不(?:得)?(?:超过|高于|多于)(?P<figure>{NUMBER}(?:年|个月|日|天|%|人|万元|元))")
ADDED_UP = re.compile(
    rf"(?P<n>{NUMBER})(?:个|项|样)?(?:数|数字|指标)?[^,，。]{{0,4}}(?:加起来|相加|之和|总和|合起来)"
)
RATE = (
    r"百分之[零一二三四五六七八九十百]+(?:点[零一二三四五六七八九]+)?|[二三四五六七八九十]分之[一二三四五六七八九]"
    r"|\d+(?:\.\d+)?%|[一二三四五六七八九十\d]+倍"
)
SHARE = re.compile(rf"(?:不得少于|不少于|不低于|占|不得低于)[^，。；]{{0,20}}?(?P<share>{RATE})")
BOUND = re.compile(
    rf"(?P<side>不得?超过|不高于|不得高于|不低于|不得低于|不少于|不得少于)[^，。；]{{0,24}}?(?P<share>{RATE})"
)
PORTION = re.compile(
    r"(?:不得?超过|不高于|不低于|不得低于|不少于|不得少于|按|处|以)[^，。；]{0,24}?"
    rf"(?P<share>{RATE})(?:以上(?P<more>{RATE})以下)?"
)
NEAR = 4.0  # a rule is applied where its statement scores this close to the best
SURE = 0.12  # and where it speaks of what is asked, at this confidence


def calculate(query: Query, candidates: Sequence[Candidate]) -> list[Claim]:
    """The claims that apply the best-ranked rules to the question's figures, if there are any."""
    if claims := by_bands(query, candidates):
        return claims
    near = [c for c in candidates[:6] if c.score >= candidates[0].score - NEAR and confidence(c) >= SURE]
    for candidate in near:
        for solve in (_limit, within, deadline, period, _share, _bound, _portion, _average, _total):
            with suppress(ValueError, OverflowError):  # no day is counted from 4月31日
                if claim := solve(query, candidate):
                    return [claim]
    return []


def _limit(query: Query, candidate: Candidate) -> Claim | None:
    """Is a period or an amount within the limit? (一共4年，可以吗: 不得超过3年)"""
    if "yes_no" not in query.kinds:
        return None
    for m in LIMIT.finditer(candidate.statement.text):
        limit = figures(m["figure"])[0]
        asked = [f for f in figures(query.focus) if f.unit == limit.unit]
        if asked:
            most = max(asked, key=lambda f: f.value)
            over = most.value > limit.value
            verdict, relation = ("不可以", "超过") if over else ("可以", "没有超过")
            said = f"{verdict}，{most.text}{relation}{limit.text}的上限"
            step = Working("-", (most.value, limit.value), most.value - limit.value)
            return worked_out(candidate.passage, candidate.statement.text, said, (most.value,), (step,))
    return None


def _share(query: Query, candidate: Candidate) -> Claim | None:
    """The least whole number that is a share of a number in the question (不得少于三分之二)."""
    counts = [f for f in figures(query.focus) if f.unit in ("人", "名", "位", "个") and f.value > 1]
    m = SHARE.search(candidate.statement.text)
    if not counts or not m or "amount" not in query.kinds:
        return None
    whole, share = counts[0].value, figures(m["share"])[0].value
    exact = whole * share
    least = Fraction(-(-exact.numerator // exact.denominator))
    working = (Working("×", (whole, share), exact), Working("×", (whole, share), least, "up"))
    said = f"至少{plain(least)}人（{plain(whole)}×{share}≈{plain(exact)}，向上取整）"
    return worked_out(candidate.passage, candidate.statement.text, said, (whole,), working)


def _bound(query: Query, candidate: Candidate) -> Claim | None:
    """Whether one sum of the question is within the share of the other that a rule sets (不低于30%)."""
    sums = sorted(_sums(query), key=lambda f: -f.value)
    m = BOUND.search(candidate.statement.text)
    if len(sums) != 2 or not m or "yes_no" not in query.kinds:
        return None
    whole, part = sums
    share = figures(m["share"])[0].value
    bound = whole.value * share
    least = m["side"].endswith(("低于", "少于"))
    kept = part.value >= bound if least else part.value <= bound
    relation = "等于" if part.value == bound else "高于" if part.value > bound else "低于"
    said = (
        f"{'符合' if kept else '不符合'}：{whole.text}×{m['share']}={_money(bound)}，{part.text}{relation}它"
    )
    step = Working("×", (whole.value, share), bound)
    return worked_out(candidate.passage, candidate.statement.text, said, (whole.value, part.value), (step,))


def _sums(query: Query) -> list[Figure]:
    """The sums of money of a question; 160万 is one without a unit."""
    return [
        f for f in figures(query.focus) if f.unit == "元" or (not f.unit and re.search("[万亿]$", f.text))
    ]


def _portion(query: Query, candidate: Candidate) -> Claim | None:
    """A share or a multiple, as a rule sets it, of the one sum in the question (不得超过2%, 3倍以下)."""
    sums = _sums(query)
    found = list(PORTION.finditer(candidate.statement.text))
    if len(sums) != 1 or not found or "amount" not in query.kinds:
        return None
    m = max(found, key=lambda m: _shared(_clause(candidate.statement.text, m), query.focus))
    shares = [(text, figures(text)[0].value) for text in (m["share"], m["more"]) if text]
    working = [Working("×", (sums[0].value, share), sums[0].value * share) for _, share in shares]
    said = "，".join(
        f"{sums[0].text}×{text}={_money(step.result)}"
        for (text, _), step in zip(shares, working, strict=True)
    )
    return worked_out(candidate.passage, candidate.statement.text, said, (sums[0].value,), working)


def _clause(text: str, m: re.Match[str]) -> str:
    """The clause that a match stands in."""
    return re.split(r"[，,；;。]", text[: m.start()])[-1] + m.group()


def _shared(clause: str, question: str) -> int:
    """How many pairs of characters of a clause the question has."""
    return sum(clause[n : n + 2] in question for n in range(len(clause) - 1))


def _average(query: Query, candidate: Candidate) -> Claim | None:
    """One figure of a rule divided by another, both in the question (平均一个站几个人)."""
    asked = sorted((f for f in figures(query.focus) if f.value > 1), key=lambda f: -f.value)
    if "平均" not in query.rewritten or len(asked) < 2:
        return None
    above, below = asked[:2]
    if not {above.value, below.value} & {f.value for f in figures(candidate.statement.text)}:
        return None
    result = above.value / below.value
    shown = f"{plain(Fraction(round(result / 100), 100))}万" if result >= 10000 else plain(result)
    about = "，原数为约数" if above.approximate or below.approximate else ""
    said = f"按{above.text}÷{below.text}计算，平均约{shown}{above.unit}{about}"
    step = Working("÷", (above.value, below.value), result)
    return worked_out(candidate.passage, candidate.statement.text, said, (above.value, below.value), (step,))


def _total(query: Query, candidate: Candidate) -> Claim | None:
    """The sum of as many figures of a rule as the question says, all of one unit (这三个数加起来)."""
    m = ADDED_UP.search(query.focus)
    if not m:
        return None
    by_unit: dict[str, list[Figure]] = {}
    for figure in figures(candidate.statement.text):
        by_unit.setdefault(figure.unit, []).append(figure)
    for unit, found in by_unit.items():
        if unit and len(found) == numeral_value(m["n"]):
            values = tuple(f.value for f in found)
            total = sum(values, Fraction(0))
            shown = f"{plain(total / 10000)}万" if total >= 10000 else plain(total)
            said = f"{'+'.join(f.text.removesuffix(unit) for f in found)}={shown}{unit}"
            return worked_out(
                candidate.passage, candidate.statement.text, said, (), (Working("+", values, total),)
            )
    return None


def _money(value: Fraction) -> str:
    return f"{plain(value / 10000)}万元" if value >= 10000 else f"{plain(value)}元"
