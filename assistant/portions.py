"""So many for each in, so many for all out: 每个村1-2名 for 18 villages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from assistant.citations import Working
from assistant.figures import Figure, figures, plain

COUNT = r"(?P<a>\d+)(?:[-—~～至到](?P<b>\d+))?"
EACH = re.compile(
    r"每(?:一)?(?:个)?(?P<thing>[一-龥]{1,4}(?:[（(][一-龥]{1,4}[)）])?)(?:原则上)?(?:至少|应当|可以|可)?"
    rf"(?:配备|设置|设立|安排|配|设|不少于|至少)+{COUNT}(?P<unit>名|人|个|元)"
)
# 试点县民政局要选择1-2个乡镇: each of them does, where the question asks so (每个县).
CHOSEN = re.compile(
    rf"(?:选择|选取|选定|确定|明确|遴选|推荐|设立|建立|建设|打造|培育|安排){COUNT}(?P<unit>个|名|家|所)(?P<what>[一-龥]{{2,8}})"
)
HOLDER = re.compile("市州|市|州|县|区|乡镇|乡|镇|街道|社区|村|站|中心|机构")
COUNTED = ("个", "家", "所")
NEXT = 6  # characters after a figure in which what it counts is named
BEFORE = 4  # and before it, where nothing follows
BREAK = re.compile("[，,、；;。：:？?和与跟]")


@dataclass(frozen=True)
class Due:
    """What is due for so many: from `low` to `high`, in `unit`, with the words and the working."""

    text: str
    low: Fraction
    high: Fraction
    unit: str
    working: tuple[Working, ...]


def for_each(question: str, told: Sequence[Figure], text: str) -> Due | None:
    """What a rule's text gives for figures of the question together, if it gives so many for each of them."""
    found = [_rule(question, figure, text) for figure in told]
    rule = found[0] if found else None
    if rule is None or any(other is None or other.span() != rule.span() for other in found):
        return None
    return _due(told, rule, _what(rule) if rule.re is CHOSEN else "")


def _rule(question: str, figure: Figure, text: str) -> re.Match[str] | None:
    """Where a rule's text gives so many for each of what a figure counts."""
    if figure.value == 1:
        return None  # the rule says it as it is asked
    following = [f.start for f in figures(question) if f.start >= figure.end]
    after = question[figure.end : min([figure.end + NEXT, *following])]
    named = BREAK.split(after)[0]
    counted = figure.text + (named or BREAK.split(question[: figure.start])[-1][-BEFORE:])  # 村10个
    for m in EACH.finditer(text):
        things = set(re.findall(r"[一-龥]+", m["thing"]))
        if any(thing[-2:] in counted or thing in counted for thing in things):
            return m
    for m in CHOSEN.finditer(text) if figure.unit in COUNTED else ():
        holders = set(HOLDER.findall(re.split("[;；。]", text[: m.start()])[-1]))
        if _what(m) in question and any(_is_each(question, counted, holder) for holder in holders):
            return m
    return None


def _what(m: re.Match[str]) -> str:
    """What is chosen, without what is done with it (乡镇 of 乡镇抓好试点)."""
    found = HOLDER.match(m["what"])
    return found[0] if found else m["what"][:2]


def _is_each(question: str, counted: str, holder: str) -> bool:
    """Whether so many holders are counted, each for itself: 21个县每个…, 21个市州各定一个县."""
    if not re.search("每|各", question):
        return False
    one = re.search(rf"(?:每|各)[^,，。]{{0,8}}(?:一个|1个)(?:[一-龥]{{0,2}}){holder}", question)
    return bool(one and HOLDER.search(counted)) or holder in counted


def _due(of: Sequence[Figure], m: re.Match[str], what: str) -> Due:
    least, most, unit = Fraction(m["a"]), Fraction(m["b"] or m["a"]), m["unit"]
    parts = tuple(f.value for f in of)
    count = sum(parts, Fraction(0))
    low, high = count * least, count * most
    added = (Working("+", parts, count),) if len(of) > 1 else ()
    working = (*added, *(Working("×", (count, n), n * count) for n in dict.fromkeys((least, most))))
    counted = f"{'+'.join(plain(p) for p in parts)}={plain(count)}{of[0].unit}" if added else of[0].text
    said = m["a"] if least == most else f"{m['a']}-{m['b']}"
    if low == high:
        all_of_them = f"共{plain(low)}{unit}（最少{plain(low)}{unit}）"
    else:
        all_of_them = (
            f"共{plain(low)}到{plain(high)}{unit}（最少{plain(low)}{unit}，最多{plain(high)}{unit}）"
        )
    return Due(f"{counted}，每个{said}{unit}{what}，{all_of_them}", low, high, unit, working)
