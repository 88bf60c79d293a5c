"""A rule's sum for each year, month, person or square metre in, that of the question's number of them out.

每年投入4000万元 (3 years), 每人1000元以上5000元以下 (8 persons).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from assistant.citations import MONTHS_A_YEAR, Claim, Working, worked_out
from assistant.figures import MYRIADS, Figure, figures, plain
from assistant.matters import content, graver, named, of_the_case
from assistant.query import Query
from assistant.ranking import Candidate

MONEY = r"\d+(?:\.\d+)?[多余]?[万亿]?[多余]?元|[一二三四五六七八九十百千万]+元"
OVER_TIME = re.compile(
    rf"每(?:一|个)*(?P<per>年|季度|月|日|天)(?P<verb>[一-龥]{{0,8}}?)(?P<sum>{MONEY})(?P<of>[^，。；,;]*)"
)
FOR_EACH = re.compile(
    rf"每(?:一|1|个)?(?P<per>人|名|户|平方米|件|次)(?:处|按|处以|并处)*(?P<sum>{MONEY})"
    rf"(?:以上(?P<more>{MONEY})以下)?"
)
BOUNDED = re.compile("不超|不得超|不高|不低|不少|至少|最高|最多|左右|以上|以下|以内|上限|均")
# Which units of a question count what a rule says 每 of, and how many of the rule's each is.
ONCE = Fraction(1)
TIMES: dict[str, dict[str, Fraction]] = {
    "年": {"年": ONCE},
    "季度": {"季度": ONCE},
    "月": {"个月": ONCE, "年": MONTHS_A_YEAR},
    "日": {"天": ONCE, "日": ONCE},
    "天": {"天": ONCE, "日": ONCE},
    "人": dict.fromkeys(("人", "名", "位", "个"), ONCE),
    "名": dict.fromkeys(("人", "名", "位", "个"), ONCE),
}
TOTAL = re.compile("共|总|合计|加起来|加一起|下来|多少|几[个百千万亿]|算|[是要得]不?是|对吗|对不对|罚")
# What is asked is no product; or of a time that the rule may not be of.
OTHERWISE = re.compile(
    "差|相比|比[^,，。]{1,12}[多少]|增长|增加|减少|平均|占|几倍|20[0-9]{2}|剩|还[能可]|每.[^,，。]{0,4}[多几]"
)
CALENDAR = 100  # so many years are a year of the calendar
SPENT_ON = 0.5  # of the words for what a sum is spent on so many must be the question's


def over_time(query: Query, candidate: Candidate) -> Claim | None:
    """A yearly, quarterly, monthly or daily sum for so many years, quarters, months or days."""
    text = candidate.statement.text
    m = OVER_TIME.search(text)
    if not m or text.count("每") != 1 or BOUNDED.search(m[0]) or not _asked(query.focus):
        return None
    each = figures(m["sum"])[0]
    told = _told(query.focus)
    quoted = [f for f in told if f.unit in ("元", "") and f.value == each.value]
    periods = [f for f in told if f not in quoted]
    if not (quoted or named(query.focus, m["of"], SPENT_ON)):
        return None
    return _multiplied(candidate, text, m["per"], periods, (each,))


def for_each(query: Query, candidate: Candidate) -> Claim | None:
    """A sum, or the two ends of a fine, for each of so many (8人: 每人1000元以上5000元以下)."""
    text = candidate.statement.text
    m = FOR_EACH.search(text)
    if not m or text.count("每") != 1 or not _asked(query.focus) or graver(query.focus, text):
        return None
    if not m["more"] and BOUNDED.search(text[m.start() :][: len(m[0]) + 2]):
        return None
    if not of_the_case(content(query.focus), text):
        return None
    ends = tuple(figures(end)[0] for end in (m["sum"], m["more"]) if end)
    return _multiplied(candidate, text, m["per"], _told(query.focus), ends)


def _asked(question: str) -> bool:
    return bool(TOTAL.search(question)) and not OTHERWISE.search(question)


def _told(question: str) -> list[Figure]:
    """The figures of a question; 一年4000万 and 一家单位 tell of how many there are nothing."""
    return [f for f in figures(question) if f.value != 1]


def _multiplied(
    candidate: Candidate, text: str, per: str, counts: Sequence[Figure], ends: Sequence[Figure]
) -> Claim | None:
    """The product of each end and the one count of the question; None where there is another figure."""
    times = {TIMES.get(per, {per: ONCE}).get(f.unit) for f in counts}
    if len({f.value for f in counts}) != 1 or len(times) != 1 or counts[0].value >= CALENDAR and per == "年":
        return None
    count, factor = counts[0], times.pop()
    if factor is None:
        return None
    number = count.value * factor
    steps = [] if factor == ONCE else [Working("×", (count.value, factor), number)]
    shown = plain(number) if factor == ONCE else f"{plain(count.value)}×{plain(factor)}"
    steps += [Working("×", (end.value, number), end.value * number) for end in ends]
    said = "，".join(f"{end.text}×{shown}{_result(end, end.value * number)}" for end in ends)
    if any(end.approximate for end in ends):
        said += "（原数为约数）"
    return worked_out(candidate.passage, text, said, (count.value,), steps)


def _result(each: Figure, value: Fraction) -> str:
    """The product in the unit of what is multiplied, and as people say it (12000万元，即1.2亿元)."""
    scale = next((MYRIADS[c] for c in each.text if c in MYRIADS and each.text[0].isdigit()), 1)
    name = {1: "元", **{n: f"{c}元" for c, n in MYRIADS.items()}}
    told = f"{'≈' if each.approximate else '='}{plain(value / scale)}{name[scale]}"
    larger = next((n for n in sorted(MYRIADS.values(), reverse=True) if value >= n), 1)
    return f"{told}，即{plain(value / larger)}{name[larger]}" if larger > scale else told
