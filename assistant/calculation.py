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
from assistant.days import NUMBER, deadline, period, waiting, within
from assistant.figures import Figure, figures, numeral_value, plain
from assistant.query import Query
from assistant.ranking import Candidate, confidence
from assistant.retrieval import NATIONAL

LIMIT = re.compile(rf"不(?:得)?(?:超过|高于|多于)(?P<figure>{NUMBER}(?:年|个月|日|天|%|人|万元|元))")
ADDED_UP = re.compile(
    rf"(?P<n>{NUMBER})(?:个|项|样)?(?:数|数字|指标)?[^,，。]{{0,4}}(?:加起来|相加|之和|总和|合起来)"
)
RATE = (
    r"[百千]分之[零一二三四五六七八九十百]+(?:点[零一二三四五六七八九]+)?|[二三四五六七八九十]分之[一二三四五六七八九]"
    r"|\d+(?:\.\d+)?%|[一二三四五六七八九十\d]+倍"
)
SHARE = re.compile(rf"(?:不得少于|不少于|不低于|占|不得低于)[^，。；]{{0,20}}?(?P<share>{RATE})")
BOUND = re.compile(
    rf"(?P<side>不得?超过|不高于|不得高于|不低于|不得低于|不少于|不得少于)[^，。；]{{0,24}}?(?P<share>{RATE})"
)
PORTION = re.compile(
    r"(?:不得?超过|不高于|不低于|不得低于|不少于|不得少于|按|处|以)(?P<base>[^，。；]{0,24}?)"
    rf"(?P<share>{RATE})(?:以上(?P<more>{RATE})以下)?"
)
# 满二年的，可以: what must have lasted before something may be done.
LASTED = re.compile(
    rf"(?P<what>[一-龥]{{2,4}})(?:已|须|应当)?满(?P<figure>{NUMBER}(?:年|个月|周岁))(?!以|之日|前)(?:[^，。；]{{0,30}}，)?"
    r"[^。；]{0,24}(?:可以|方可|可)"
)
MEMBERS = re.compile(rf"(?:一家|全家|家里?|共|有|我们)?(?P<n>{NUMBER})(?:口人?|个?人(?!均))")
MONTHS = {"年": 12, "个月": 1}
PER_HEAD = re.compile("人均|每人|一个人")
INCOME = re.compile(r"收入|挣|赚|工资")
STANDARD = re.compile(r"标准|低保线|保障线")
DIFFERENCE = re.compile(r"人均(?:月|年)?(?:可支配)?收入低于[^，。；]{0,20}标准的差额")
CHECKED = "收入、财产以核对认定的为准"
NATION = re.compile(r"国家(?:的)?(?:条例|规定|标准|法律|办法|要求)|全国|国务院")
BEGINS = re.compile("生效|施行|实施了|起效")
NEAR = 4.0  # a rule is applied where its statement scores this close to the best
MOST = 60  # statements among which a rule is looked for that only one kind of sum has
SURE = 0.12  # and where it speaks of what is asked, at this confidence


def calculate(query: Query, candidates: Sequence[Candidate]) -> list[Claim]:
    """The claims that apply the best-ranked rules to the question's figures, if there are any."""
    if BEGINS.search(query.focus):
        return []  # whether a rule holds yet is no sum
    if not query.regions:
        # A region's figure is not the nation's, and where none is named not everybody's.
        national = [c for c in candidates if c.passage.policy.region in (None, NATIONAL)]
        candidates = national if national and NATION.search(query.focus) else candidates
    else:
        national = []
    if claims := by_bands(query, candidates):
        return claims
    for candidate in (*national, *candidates[:MOST]):
        if claim := _difference(query, candidate):
            return [claim]
    pool = (*national[:6], *candidates[:6])
    near = [c for c in pool if c.score >= candidates[0].score - NEAR and confidence(c) >= SURE]
    for candidate in near:
        for solve in (
            _lasted,
            _limit,
            within,
            waiting,
            deadline,
            period,
            _share,
            _bound,
            _portion,
            _average,
            _total,
        ):
            with suppress(ValueError, OverflowError):  # no day is counted from 4月31日
                if claim := solve(query, candidate):
                    return [claim]
    return []


def _difference(query: Query, candidate: Candidate) -> Claim | None:
    """What a family is paid where the rule pays the difference between a standard and its income per head:
    of its members, their income and the standard in the question (3口人, 一共1500元, 标准每人800元)."""
    if not DIFFERENCE.search(candidate.statement.text) or "amount" not in query.kinds:
        return None
    members = {numeral_value(m["n"]) for m in MEMBERS.finditer(query.focus)}
    sums = _sums(query)
    told = [(f, re.split(r"[，,。；;：:]", query.focus[: f.start])[-1]) for f in sums]
    standard = [f for f, before in told if STANDARD.search(before)]
    income = [(f, before) for f, before in told if INCOME.search(before) and not STANDARD.search(before)]
    if len(members) != 1 or len(sums) != 2 or len(standard) != 1 or len(income) != 1:
        return None
    heads, line = Fraction(members.pop()), standard[0].value
    (earned, before), steps = income[0], []
    each = earned.value
    said = ""
    if not PER_HEAD.search(before):
        each = earned.value / heads
        if each.denominator != 1 and each < line:
            return _by_household(candidate, heads, earned.value, line)
        steps.append(Working("÷", (earned.value, heads), each))
        said = f"人均收入{plain(earned.value)}÷{plain(heads)}={plain(each)}元，"
    given = (heads, earned.value, line)
    if each >= line:
        said += f"人均收入不低于标准{plain(line)}元，没有差额"
    else:
        gap = line - each
        steps += [Working("-", (line, each), gap), Working("×", (gap, heads), gap * heads)]
        said += (
            f"每人差额{plain(line)}-{plain(each)}={plain(gap)}元，{plain(heads)}人合计"
            f"{plain(gap)}×{plain(heads)}={plain(gap * heads)}元（{CHECKED}）"
        )
    return worked_out(candidate.passage, candidate.statement.text, said, given, steps)


def _by_household(candidate: Candidate, heads: Fraction, earned: Fraction, line: Fraction) -> Claim:
    """The same for the whole household, where its income per head is no whole number."""
    whole = line * heads
    steps = (Working("×", (line, heads), whole), Working("-", (whole, earned), whole - earned))
    said = (
        f"{plain(heads)}人的标准合计{plain(line)}×{plain(heads)}={plain(whole)}元，与家庭收入的差额"
        f"{plain(whole)}-{plain(earned)}={plain(whole - earned)}元（{CHECKED}）"
    )
    return worked_out(candidate.passage, candidate.statement.text, said, (heads, earned, line), steps)


def _lasted(query: Query, candidate: Candidate) -> Claim | None:
    """Whether what must have lasted so long has (登记了1年: 满二年的，可以)."""
    m = LASTED.search(candidate.statement.text)
    if (
        not m
        or "yes_no" not in query.kinds
        or not any(c in query.focus for c in (m["what"][-2:], m["what"][:2]))
    ):
        return None
    least = figures(m["figure"])[0]
    asked = [f for f in figures(query.focus) if f.unit in MONTHS and least.unit in MONTHS and f.value < 100]
    asked = asked or [f for f in figures(query.focus) if f.unit == least.unit]
    if len(asked) != 1 or query.focus[asked[0].end :].startswith(("以上", "多")):
        return None
    had = asked[0]
    half = "半" if had.unit == "年" and query.focus[had.end :].startswith("半") else ""
    lasted = (had.value + Fraction(len(half), 2)) * MONTHS.get(had.unit, 1)
    if lasted >= least.value * MONTHS.get(least.unit, 1):
        return None
    said = f"不可以，{had.text}{half}不满{least.text}"
    return worked_out(candidate.passage, candidate.statement.text, said, (had.value,))


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
    rate = m["share"] if m["share"].startswith(("百分之", "千分之")) or "%" in m["share"] else str(share)
    shown = f"={plain(exact)}" if least == exact else f"≈{plain(exact)}，向上取整"
    said = f"至少{plain(least)}人（{plain(whole)}×{rate}{shown}）"
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
    found = [m for m in PORTION.finditer(candidate.statement.text) if "罚款" not in m["base"]]  # of a fine
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
