"""Verified statements of several places in, what each says side by side out, and whose figure is greater.

The figures compared are those that stand in the statements told, one of each place and of one unit; nothing
is said where the statements do not settle it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assistant.citations import Verified
from assistant.figures import Figure, figures
from assistant.patterns import compiled
from assistant.several import NEAREST
from ingest.words import words

SILENT = "现有文件未作规定"
UNHELD = "资料库没有收录这里的文件"  # says nothing of whether there are rules
ONE_UNIT = {
    "天": "日",
    "个自然日": "日",
    "个工作日": "工作日",
    "月": "个月",
    "岁": "周岁",
    "名": "人",
    "位": "人",
}
MONTHS = {"年": 12}
UNTELLING = frozenset("条款项类级档章节次") | {""}
LEAST = re.compile(r"(?:不[低少]于|不得[低少]于|(?:至少|最少)[^,，。；;、\d]{0,4})$")
MOST = re.compile(r"(?:不[超高多]过?于?|不得[超高多]过?于?|最[长高多])$")
AFTER = re.compile(r"以上|以下|以内|内|之?前")
MORE, LESS = "高多长久大宽远重晚迟", "低少短小快严近轻紧早先"
MEASURE = re.compile(f"(?<!多)[{MORE}{LESS}](?=(?:松|一些|一点|些|点|呢|啊)*(?:[,，。?？]|$))")
ALIKE = 0.5  # of the words of the shorter statement, where the question does not name what is measured
DATES = "早先晚迟"
DATE = re.compile(r"((?:19|20)\d{2})年(?:(\d{1,2})月)?(?:(\d{1,2})日)?")


@dataclass(frozen=True)
class Point:
    """One statement: its words, and the numbers of its citations."""

    text: str
    numbers: tuple[int, ...]

    @property
    def cited(self) -> str:
        """Its words with the marks of its citations."""
        return self.text.rstrip("。") + marks(self.numbers)


@dataclass(frozen=True)
class Side:
    """What one place, or one version, says; no points: it is silent, or nothing of it is `held`."""

    name: str
    points: tuple[Point, ...] = ()
    held: bool = True

    @property
    def silence(self) -> str:
        """What is said in place of points."""
        return SILENT if self.held else UNHELD

    @property
    def line(self) -> str:
        """Example: 广东：至少配备2人[1]；不得少于1名[2]。"""
        return f"{self.name}：{'；'.join(p.cited for p in self.points) or self.silence}。"


@dataclass(frozen=True)
class Measure:
    """The one figure of a side that is compared: its value in `unit`, its words, whether it is the least or
    the most that is allowed."""

    side: Side
    value: Fraction
    unit: str
    text: str
    bound: str = ""

    @property
    def cited(self) -> str:
        """Example: 广东至少2人[1]"""
        return f"{self.side.name}{self.text}{marks(self.side.points[0].numbers)}"


def sides_of(
    verified: Sequence[Verified], silent: Sequence[str], unheld: Collection[str] = ()
) -> tuple[Side, ...]:
    """The statements by the place that they are of, then the places that are silent or not held."""
    points: dict[str, list[Point]] = {}
    for one in verified:
        point = Point(one.claim.text, tuple(c.number for c in one.citations))
        points.setdefault(one.claim.group, []).append(point)
    told = [Side(name, tuple(own)) for name, own in points.items()]
    return (*told, *(Side(name, held=name not in unheld) for name in silent))


def marks(numbers: Sequence[int]) -> str:
    """Example: marks((1, 2)) -> "[1][2]" """
    return "".join(f"[{number}]" for number in numbers)


def balance(question: str, sides: Sequence[Side]) -> str:
    """Which of the sides' figures is the greater, or whether they are the same, where that is asked.

    Example: balance("谁更多", <至少2人; 至少4人>) -> "广东更多：宁夏至少2人[1]，广东至少4人[2]。"
    """
    told = [side for side in sides if side.points]
    one_each = all(len(side.points) == 1 and not side.points[0].text.startswith(NEAREST) for side in told)
    if len(told) < 2 or not one_each or not compiled("measured").search(question):
        return ""
    asked = MEASURE.search(question)
    if not asked and not _of_one_matter([side.points[0].text for side in told]):
        return ""
    measured = _dates(told) if asked and asked[0] in DATES else _figures(told)
    if not measured or len({m.unit for m in measured}) > 1 or len({m.bound for m in measured}) > 1:
        return ""
    values = {m.value for m in measured}
    listed = "，".join(m.cited for m in measured)
    if len(values) == 1:
        return f"相同：{listed}。"
    if asked:
        best = (max if asked[0] in MORE else min)(values)
        first = "、".join(m.side.name for m in measured if m.value == best)
        return f"{first}{'更' if len(measured) == 2 else '最'}{asked[0]}：{listed}。"
    apart = max(values) - min(values)
    if "差" in question and len(measured) == 2 and apart.denominator == 1:
        return f"相差{apart}{measured[0].unit}：{listed}。"
    return f"不同：{listed}。"


def _of_one_matter(texts: Sequence[str]) -> bool:
    """Whether texts share so many words that their figures measure one thing."""
    held = [{word for word in words(_without_figures(text)) if len(word) > 1} for text in texts]
    return len(set.intersection(*held)) >= ALIKE * min(map(len, held))


def _without_figures(text: str) -> str:
    for figure in reversed(figures(text)):
        text = f"{text[: figure.start]} {text[figure.end :]}"
    return text


def _figures(told: Sequence[Side]) -> list[Measure]:
    """The figures of the one unit in which every side has one figure, and in which they differ if any do."""
    own = [{m.unit: m for m in _single(side)} for side in told]
    shared = [unit for unit in own[0] if all(unit in measures for measures in own)]
    found = [[measures[unit] for measures in own] for unit in shared]
    apart = [row for row in found if len({m.value for m in row}) > 1]
    rows = apart or found
    return rows[0] if len(rows) == 1 else []


def _single(side: Side) -> Iterator[Measure]:
    """Of each unit the figure of a side, if the side has but one."""
    text = side.points[0].text
    by_unit: dict[str, list[Measure]] = {}
    for figure in figures(text):
        unit = ONE_UNIT.get(figure.unit, figure.unit)
        if unit in UNTELLING or (unit == "年" and figure.value >= 1900):
            continue
        value = figure.value * MONTHS.get(unit, 1)
        unit = "个月" if unit in MONTHS else unit
        words, bound = _bounded(text, figure)
        by_unit.setdefault(unit, []).append(Measure(side, value, unit, words, bound))
    return (own[0] for own in by_unit.values() if len({m.value for m in own}) == 1)


def _bounded(text: str, figure: Figure) -> tuple[str, str]:
    """A figure with the words that make it a bound, and which bound it is."""
    start, end = figure.start, figure.end
    before, after = text[:start], AFTER.match(text, end)
    least, most = LEAST.search(before), MOST.search(before)
    if lead := least or most:
        start = lead.start()
    if after:
        end = after.end()
    upper = most or (after and after[0] in ("以下", "以内", "内"))
    lower = least or (after and after[0] == "以上")
    return text[start:end], "least" if lower else "most" if upper else ""


def _dates(told: Sequence[Side]) -> list[Measure]:
    """The dates of the sides, each of which has but one, to the month or the day where all have them."""
    found = [DATE.findall(side.points[0].text) for side in told]
    if any(len(set(dates)) != 1 for dates in found):
        return []
    parts = [tuple(int(p) for p in dates[0] if p) for dates in found]
    years = [p[0] for p in parts]
    if len(set(years)) < len(years) and len({len(p) for p in parts}) > 1:
        return []  # 2018年 and 2018年5月: which is earlier is not settled
    measured = []
    for side, part in zip(told, parts, strict=True):
        match = DATE.search(side.points[0].text)
        assert match is not None
        year, month, day = (*part, 0, 0)[:3]
        measured.append(Measure(side, Fraction(year * 10000 + month * 100 + day), "日期", match[0]))
    return measured
