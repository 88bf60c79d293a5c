"""Rules that set so much for each of two things, by the day, or on top of each other: the product, the sum.

每使用一名每月5000元 (2 persons, 3 months), 每日利率万分之五 (a sum, 30 days), 难产的增加产假15天.
"""

from __future__ import annotations

import re
from fractions import Fraction

from assistant.citations import Claim, Working, worked_out
from assistant.figures import Figure, figures, plain
from assistant.matters import graver
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.shares import RATE, money, sums
from ingest.words import words

ONE = (
    r"每(?P<verb{n}>[一-龥]{{0,4}}?)(?:一|1)?"
    r"(?P<per{n}>名|人|个月|月|日|天|年|次|件|户|台|辆|平方米|小时)(?P<of{n}>[一-龥]{{0,4}}?)"
)
PER_TWO = re.compile(
    ONE.format(n=1)
    + ONE.format(n=2)
    + r"(?:处|按|补助|补贴|给予|发放|发给|奖励|支付)*(?P<sum>\d+(?:\.\d+)?万?元)"
)
# Which units of a question count what a rule says 每 of.
COUNTS = {
    "名": {"名", "人", "个", "位"}, "人": {"名", "人", "个", "位"}, "月": {"个月"}, "个月": {"个月"},
    "日": {"天", "日"}, "天": {"天", "日"},
}  # fmt: skip
AGE = {"岁", "周岁"}
PENALTY = re.compile("罚|赔|补")
SEVERELY = re.compile("从重|加倍|加一倍")
DAILY = re.compile(
    rf"(?:每日|按日|日利率|每天)[^，。；]{{0,10}}?(?P<rate>万分之[一二三四五六七八九十]+|{RATE})"
)
DAILY_ASKED = re.compile("利息|滞纳金|逾期|违约金|加收|加处")
BESIDES = frozenset(
    {"合同", "按日", "滞纳", "支付", "约定", "规定", "未按时", "多少", "一天", "每天", "拖欠"}
)
# 难产的，增加产假15天；每多生育1个婴儿，增加产假15天: what is added to the first figure, and when.
ADDED = re.compile(
    r"(?P<when>[^，。；]{2,24})，(?:再|另)?(?:增加|增发|加发|加)(?P<what>[一-龥]{0,6})(?P<figure>\d+(?:天|日|个月|元|%))"
)
MORE = re.compile(r"每多[一-龥]{0,4}(?:一|1)(?:个|名|人|胎|孩)")
CHILDREN = {"双胞胎": 1, "双胎": 1, "龙凤胎": 1, "三胞胎": 2, "四胞胎": 3}
HARD_TO_SAY = re.compile("剖|流产|晚育|奖励假|陪产|护理假|生育假|比|相差")


def rated(query: Query, candidate: Candidate) -> Claim | None:
    """So much for each of one thing and each of another (2个人, 3个月: 每使用一名每月处5000元)."""
    text = candidate.statement.text
    told = [f for f in figures(query.focus) if f.unit not in AGE]
    if len(told) > 2:
        told = [f for f in told if f.text not in ("一个", "一家")]  # 一个厂
    m = PER_TWO.search(text)
    if (
        not m
        or len(told) != 2
        or graver(query.focus, text)
        or not ("amount" in query.kinds or PENALTY.search(query.focus))
    ):
        return None
    of_that = m["of1"] and m["of1"] in query.focus  # 童工
    ordered = [_counted(told, m[f"per{n}"]) for n in (1, 2)]
    first, second = ordered
    if first is None or second is None or first == second:
        return None
    if not (of_that or not m["verb1"] or set(m["verb1"]) & set(query.focus)) or SEVERELY.search(
        text[m.end() :].split("；")[0]
    ):
        return None
    each = figures(m["sum"])[0].value
    both = first.value * second.value
    steps = (
        Working("×", (first.value, second.value), both),
        Working("×", (both, each), both * each),
    )
    said = f"{first.text}×{second.text}×{m['sum']}={plain(both * each)}元"
    # The whole sentence: what is punished more severely stands in its other clauses.
    sentence = candidate.passage.chunk.text[slice(*candidate.statement.sentence)]
    return worked_out(candidate.passage, sentence, said, (first.value, second.value), steps)


def _counted(told: list[Figure], unit: str) -> Figure | None:
    """The one figure of the question that counts what a rule says 每 of."""
    found = [f for f in told if f.unit in COUNTS.get(unit, {unit})]
    return found[0] if len(found) == 1 else None


def daily(query: Query, candidate: Candidate) -> Claim | None:
    """A rate by the day, of a sum, for so many days (100万, 30天: 每日利率万分之五)."""
    text = candidate.statement.text
    days = [f for f in figures(query.focus) if f.unit in ("天", "日")]
    if not _names_the_matter(query.focus, candidate.passage.chunk.text):
        return None
    of, m = sums(query), DAILY.search(text)
    if len(of) != 1 or len(days) != 1 or not m or not DAILY_ASKED.search(query.focus):
        return None
    rate = figures(m["rate"])[0].value
    a_day = of[0].value * rate
    due = a_day * days[0].value
    steps = (Working("×", (of[0].value, rate), a_day), Working("×", (a_day, days[0].value), due))
    said = f"{of[0].text}×{m['rate']}×{days[0].text}={money(due)}"
    return worked_out(candidate.passage, text, said, (of[0].value, days[0].value), steps)


def _names_the_matter(question: str, rule: str) -> bool:
    """Whether the question names what the rule is of (税款, 事业单位), not only that it is late."""
    told = [w for w in words(question, question=True) if len(w) > 1 and not DAILY_ASKED.search(w)]
    return any(word in rule for word in told if not any(c.isdigit() for c in word) and word not in BESIDES)


def stacked(query: Query, candidate: Candidate) -> Claim | None:
    """The figure that a sentence sets first, with what it adds in the cases that the question names."""
    text = candidate.passage.chunk.text[slice(*candidate.statement.sentence)]
    found = list(ADDED.finditer(text))
    if not found or "amount" not in query.kinds or HARD_TO_SAY.search(query.focus):
        return None
    unit = figures(found[0]["figure"])[0].unit
    base = next((f for f in figures(text) if f.unit == unit), None)
    what = next((m["what"] for m in found if m["what"]), "")
    if base is None or base.start > found[0].start() or not what or what not in query.focus:
        return None
    added = [figures(m["figure"])[0].value for m in found for _ in range(_times(query.focus, m["when"]))]
    if not added or any(figures(m["figure"])[0].unit != unit for m in found):
        return None
    parts = (base.value, *added)
    total = sum(parts, Fraction(0))
    said = f"{'+'.join(plain(p) for p in parts)}={plain(total)}{unit}{what}"
    return worked_out(candidate.passage, text, said, (), (Working("+", parts, total),))


def _times(question: str, when: str) -> int:
    """How often a case of a rule is given in the question (双胞胎: one more child; 难产的: once)."""
    if MORE.search(when):
        return next((n for word, n in CHILDREN.items() if word in question), 0)
    case = re.sub("的$", "", re.split("[；，。]", when)[-1])
    case_in = re.escape(case)
    denied = re.search(
        rf"(?:不是|没有|没|非|未){case_in}|{case_in}(?:没有|没|倒没|不算|不是)(?![一-龥]*[吗么])", question
    )
    return int(case in question and not denied)
