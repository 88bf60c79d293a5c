"""A text in, its bands out: 300户以下至少配备2人；300户到600户的至少配备4人；… (a number for a number)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

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


def subject_fit(head: str, before: str, question: str) -> float:
    """How well a table's subject (县局, 乡镇) fits the question, and the words nearest before its figure."""
    subject, fit = _first_level(head), 0.0
    for text, weight in ((question, 1.0), (re.split(r"[,，;；。:：]", before)[-1], 2.0)):
        named = [(m.end(), level) for level, pattern in LEVELS for m in pattern.finditer(text)]
        only = {level for _, level in named} == {subject}
        if subject and (only or subject == max(named, default=(0, ""))[1]):
            fit += weight
    return fit


def _first_level(text: str) -> str:
    found = [(m.start(), level) for level, pattern in LEVELS if (m := pattern.search(text))]
    return min(found, default=(0, ""))[1]
