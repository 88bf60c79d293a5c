"""What a family is paid where a rule pays the difference between a standard and its income per head."""

from __future__ import annotations

import re
from fractions import Fraction

from assistant.citations import Claim, Working, worked_out
from assistant.days import NUMBER
from assistant.figures import numeral_value, plain
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.shares import sums

MEMBERS = re.compile(rf"(?:一家|全家|家里?|共|有|我们)?(?P<n>{NUMBER})(?:口人?|个?人(?!均))")
PER_HEAD = re.compile("人均|每人|一个人")
INCOME = re.compile(r"收入|挣|赚|工资")
STANDARD = re.compile(r"标准|低保线|保障线")
DIFFERENCE = re.compile(r"人均(?:月|年)?(?:可支配)?收入低于[^，。；]{0,20}标准的差额")
CHECKED = "收入、财产以核对认定的为准"


def difference(query: Query, candidate: Candidate) -> Claim | None:
    """What a family is paid where the rule pays the difference between a standard and its income per head:
    of its members, their income and the standard in the question (3口人, 一共1500元, 标准每人800元)."""
    if not DIFFERENCE.search(candidate.statement.text) or "amount" not in query.kinds:
        return None
    members = {numeral_value(m["n"]) for m in MEMBERS.finditer(query.focus)}
    told_sums = sums(query)
    told = [(f, re.split(r"[，,。；;：:]", query.focus[: f.start])[-1]) for f in told_sums]
    standard = [f for f, before in told if STANDARD.search(before)]
    income = [(f, before) for f, before in told if INCOME.search(before) and not STANDARD.search(before)]
    if len(members) != 1 or len(told_sums) != 2 or len(standard) != 1 or len(income) != 1:
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
