"""Rules with figures, applied to the figures of a question, with the working shown.

Bands (300户以下至少配备2人；300户到600户…), amounts each (每个村1-2名), shares of a number (不少于三分之二),
periods from a date (不得超过3年), limits (共4年，可以吗) and averages of two figures of one rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from assistant.citations import Claim, Working
from assistant.figures import Figure, figures, plain
from assistant.query import Query
from assistant.ranking import Candidate, confidence
from assistant.retrieval import Passage

BAND = re.compile(
    r"(?:(?P<low>[\d一二两三四五六七八九十百千万]+)(?P<lunit>户|人|名|个|万元|元|平方米|张|吨|公里|岁|周岁)?"
    r"(?P<lowmark>及?以上|以上的?|至|到|-|—|~)(?:不(?:满|足))?)?"
    r"(?:(?P<high>[\d一二两三四五六七八九十百千万]+)(?P<hunit>户|人|名|个|万元|元|平方米|张|吨|公里|岁|周岁)(?P<highmark>及?以下|以下的?|以内|的)?)?"
)
RANGE = re.compile(
    r"(?P<a>\d+)(?P<u1>户|人|名|个|张|万元|元|岁|周岁)(?:以上)?(?:到|至|-|—|~)(?:不满)?(?P<b>\d+)(?P<u2>户|人|名|个|张|万元|元|岁|周岁)(?:以下)?"
    r"|(?P<under>\d+)(?P<u3>户|人|名|个|张|万元|元|岁|周岁)(?:及)?以下"
    r"|(?P<over>\d+)(?P<u4>户|人|名|个|张|万元|元|岁|周岁)(?:及)?以上"
)
RESULT = re.compile(
    r"(?:至少|最少|不少于|不低于|最多|不超过|不得超过|按|为|是|应当|配备|设置|的)*?"
    r"(?:至少|最少|不少于|不低于|最多|不超过|不得超过)?(?:配备|设置|安排|配)?(?P<n>\d+)(?P<unit>人|名|元|万元|%|个|平方米|张)"
)
EACH = re.compile(
    r"每(?:一)?(?:个)?(?P<thing>[一-龥]{1,4}(?:[（(][一-龥]{1,4}[)）])?)(?:原则上)?(?:至少|应当|可以|可)?"
    r"(?:配备|设置|设立|安排|配|设|不少于|至少)+(?:不少于|至少)?(?P<a>\d+)(?:[-—~至到](?P<b>\d+))?(?P<unit>名|人|个|元)"
)
PERIOD = re.compile(
    r"(?:不得?超过|最长不(?:得)?超过|至少保存|保存期限为?.{0,12}|不少于|不得少于|至少)(?P<n>[\d一二两三四五六七八九十]+)(?P<unit>年|个月|日)"
)
STARTS = re.compile(r"((?:19|20)\d{2})年(\d{1,2})月(?:(\d{1,2})[日号])?")
BEFORE = re.compile(r"(?P<n>[\d一二两三四五六七八九十]+)(?P<unit>日|天)前")
DAY = re.compile(r"(?:((?:19|20)\d{2})年)?(\d{1,2})月(\d{1,2})[日号]")
SHARE = re.compile(
    r"(?:不得少于|不少于|不低于|占|不得低于)[^，。；]{0,8}?(?P<share>[一二三四五]分之[一二三四]|\d+%)(?P<above>以上)?"
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
        measure = m["u1"] or m["u3"] or m["u4"]
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
    """One worked-out part of an answer."""

    text: str
    low: Fraction
    high: Fraction
    unit: str
    passage: Passage
    quote: str
    given: Fraction
    working: tuple[Working, ...] = ()


def calculate(query: Query, candidates: Sequence[Candidate]) -> Claim | None:
    """The claim that applies the best-ranked rule with figures to the question's figures, if there is one."""
    for solve in (_by_bands_and_each, _limit, _period, _deadline, _share, _portion, _average):
        claim = solve(query, candidates)
        if claim:
            return claim
    return None


def _by_bands_and_each(query: Query, candidates: Sequence[Candidate]) -> Claim | None:
    if "amount" not in query.kinds and not re.search(r"配|标准|合计|一共|总共", query.rewritten):
        return None
    parts: list[Part] = []
    for figure in figures(query.focus):
        part = _banded(query, figure, candidates) or _each(figure, candidates, query)
        if part:
            parts.append(part)
    if not parts or any(p.passage.chunk.id != parts[0].passage.chunk.id for p in parts) and len(parts) < 2:
        return None
    first = parts[0].passage
    parts = [p for p in parts if p.passage.chunk.policy_id == first.chunk.policy_id]
    lines = [p.text for p in parts]
    working = [w for p in parts for w in p.working]
    if len(parts) > 1 and len({p.unit.replace("名", "人") for p in parts}) == 1:
        low = sum((p.low for p in parts), Fraction(0))
        working.append(Working("+", tuple(p.low for p in parts), low))
        lines.append(
            f"合计至少{'+'.join(plain(p.low) for p in parts)}={plain(low)}{parts[0].unit.replace('名', '人')}"
        )
    same = [p for p in parts if p.passage.chunk.id == first.chunk.id]
    return Claim(
        "；".join(lines) + "。",
        first,
        tuple(dict.fromkeys(p.quote for p in same)),
        tuple(p.given for p in parts),
        tuple(working),
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
        text = f"{figure.text}恰在两档交界，原文没有写明归哪一档：{stated}"
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


LEVELS = (
    ("县", re.compile(r"县|区(?!域)|市(?!州)|民政局|局")),
    ("乡", re.compile(r"乡|镇|街道|所")),
)


def _subject_score(candidate: Candidate, before: str, whole: str) -> float:
    """How well a table's subject (县局, 乡镇) fits the words nearest before the figure."""
    clause = _sentence(candidate)[:40]
    score = candidate.score / 1000
    for text, weight in ((whole, 1.0), (re.split(r"[,，;；。:：]", before)[-1], 2.0)):
        last = max(((m.end(), name) for name, p in LEVELS for m in p.finditer(text)), default=(0, ""))[1]
        names = [name for name, p in LEVELS if p.search(text)]
        subject = next((name for name, _ in sorted(LEVELS_AT(clause))), "")
        if subject and (subject == last or names == [subject]):
            score += weight
    return score


def LEVELS_AT(text: str) -> list[tuple[str, int]]:
    """Which level a table's own words begin with."""
    found = [(name, m.start()) for name, p in LEVELS if (m := p.search(text))]
    return sorted(found, key=lambda item: item[1])[:1]


def _each(figure: Figure, candidates: Sequence[Candidate], query: Query) -> Part | None:
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
            words = f"{figure.text}{'' if figure.unit else '个'}，每个{said}{m['unit']}，共{span}{m['unit']}（最少{plain(low)}{m['unit']}）"
            return Part(words, low, high, m["unit"], candidate.passage, text, figure.value, tuple(working))
    return None


def _limit(query: Query, candidates: Sequence[Candidate]) -> Claim | None:
    """Is a stated period or amount within the limit? (一共4年，可以吗: 不得超过3年)"""
    if "yes_no" not in query.kinds:
        return None
    for candidate in candidates[:6]:
        for m in re.finditer(
            r"不(?:得)?(?:超过|高于|多于)(?P<n>[\d一二两三四五六七八九十]+)(?P<unit>年|个月|日|天|%|人|万元|元)",
            candidate.statement.text,
        ):
            limit = figures(m["n"] + m["unit"])
            asked = [f for f in figures(query.focus) if limit and f.unit == limit[0].unit]
            if not limit or not asked:
                continue
            largest = max(asked, key=lambda f: f.value)
            verdict = "不可以" if largest.value > limit[0].value else "可以"
            relation = "超过" if largest.value > limit[0].value else "没有超过"
            working = (Working("-", (largest.value, limit[0].value), largest.value - limit[0].value),)
            text = (
                f"{verdict}，{largest.text}{relation}{limit[0].text}的上限：{_tidy(candidate.statement.text)}"
            )
            return Claim(text, candidate.passage, (candidate.statement.text,), (largest.value,), working)
    return None


def _period(query: Query, candidates: Sequence[Candidate]) -> Claim | None:
    """The last day of a period that starts on a date in the question."""
    start = STARTS.search(query.focus)
    if not start or not query.kinds & {"when", "amount"}:
        return None
    for candidate in candidates[:6]:
        m = PERIOD.search(candidate.statement.text)
        found = figures(m["n"] + m["unit"]) if m else []
        if not m or not found:
            continue
        if found[0].unit != "年":
            continue
        years = int(found[0].value)
        year, month = int(start[1]), int(start[2])
        keeps = "保存" in candidate.statement.text
        words = _tidy(candidate.statement.text)
        working = (Working("+", (Fraction(year), Fraction(years)), Fraction(year + years)),)
        given = tuple(f.value for f in figures(start[0]))
        if start[3]:
            first = date(year, month, int(start[3]))
            last = first.replace(year=year + years) - timedelta(days=1)
            text = (
                f"自{start[0]}起算，{m['n']}{m['unit']}到{last.year}年{last.month}月{last.day}日期满：{words}"
            )
            return Claim(text, candidate.passage, (candidate.statement.text,), given, working, (last,))
        text = f"从{start[0]}起算{m['n']}{m['unit']}，到{year + years}年{month}月{'期满，之前不能销毁' if keeps else '期满'}：{words}"
        return Claim(
            text,
            candidate.passage,
            (candidate.statement.text,),
            given,
            working,
            (date(year + years, month, 1),),
        )
    return None


def _deadline(query: Query, candidates: Sequence[Candidate]) -> Claim | None:
    """The last day for something due so many days before a date in the question."""
    day = DAY.search(query.focus)
    if not day or not query.kinds & {"when", "amount"}:
        return None
    for candidate in candidates[:4]:
        m = BEFORE.search(candidate.statement.text)
        found = figures(m["n"] + m["unit"]) if m else []
        if not m or not found:
            continue
        year = int(day[1]) if day[1] else query.as_of.year
        last = date(year, int(day[2]), int(day[3])) - timedelta(days=int(found[0].value))
        shown = f"{last.year}年" if day[1] else ""
        text = f"{day[0]}往前推{m['n']}{m['unit']}，最晚是{shown}{last.month}月{last.day}日：{_tidy(candidate.statement.text)}"
        return Claim(
            text,
            candidate.passage,
            (candidate.statement.text,),
            tuple(f.value for f in figures(day[0])),
            (),
            (last,),
        )
    return None


def _share(query: Query, candidates: Sequence[Candidate]) -> Claim | None:
    """The least whole number that is a given share of a figure in the question (不得少于三分之二)."""
    counts = [f for f in figures(query.focus) if f.unit in ("人", "名", "位", "个") and f.value > 1]
    if not counts or not query.kinds & {"amount"}:
        return None
    for candidate in candidates[:5]:
        m = SHARE.search(candidate.statement.text)
        found = figures(m["share"]) if m else []
        if not m or not found:
            continue
        exact = counts[0].value * found[0].value
        least = Fraction(-(-exact.numerator // exact.denominator))
        working = (Working("×", (counts[0].value, found[0].value), least, "up"),)
        share = f"{found[0].value.numerator}/{found[0].value.denominator}"
        text = f"至少{plain(least)}人：{plain(counts[0].value)}×{share}≈{plain(exact)}，向上取整。{_tidy(candidate.statement.text)}"
        return Claim(
            text,
            candidate.passage,
            (candidate.statement.text,),
            (counts[0].value,),
            (*working, Working("×", (counts[0].value, found[0].value), exact)),
        )
    return None


PORTION = re.compile(
    r"(?:不得?超过|不高于|不低于|不得低于|不少于|不得少于|按|处|以)[^，。；]{0,24}?(?P<share>百分之[一二三四五六七八九十]+|\d+(?:\.\d+)?%|[一二三四五六七八九十\d]+倍)(?:以上(?P<more>百分之[一二三四五六七八九十]+|\d+%|[一二三四五六七八九十\d]+倍)以下)?"
)


def _portion(query: Query, candidates: Sequence[Candidate]) -> Claim | None:
    """A share or a multiple, as a rule sets it, of an amount in the question (不得超过2%, 1倍以上3倍以下)."""
    amounts = [
        f for f in figures(query.focus) if f.unit == "元" or (not f.unit and re.search("[万亿]$", f.text))
    ]
    if len(amounts) != 1 or "amount" not in query.kinds or confidence(candidates[0]) < 0.2:
        return None
    candidate = candidates[0]
    m = PORTION.search(candidate.statement.text)
    if not m:
        return None
    parts, working = [], []
    for share in (m["share"], m["more"]):
        if share:
            by = figures(share)[0].value
            result = amounts[0].value * by
            working.append(Working("×", (amounts[0].value, by), result))
            parts.append(f"{amounts[0].text}×{share}={_money(result)}")
    text = f"{'，'.join(parts)}：{_tidy(candidate.statement.text)}"
    return Claim(text, candidate.passage, (candidate.statement.text,), (amounts[0].value,), tuple(working))


def _money(value: Fraction) -> str:
    return f"{plain(value / 10000)}万元" if value >= 10000 else f"{plain(value)}元"


def _average(query: Query, candidates: Sequence[Candidate]) -> Claim | None:
    """One figure of a rule divided by another, both in the question (平均一个站几个人)."""
    if "平均" not in query.rewritten:
        return None
    asked = [f for f in figures(query.focus) if f.value > 1]
    if len(asked) < 2:
        return None
    above, below = asked[0], asked[1]
    if below.value > above.value:
        above, below = below, above
    for candidate in candidates[:12]:
        values = {f.value for f in figures(candidate.passage.chunk.text)}
        if below.value in values or above.value in values:
            result = above.value / below.value
            shown = plain(result)
            if result >= 10000:
                shown = f"{plain(Fraction(round(result / 100), 100))}万"
            unit = "元" if above.unit == "元" else above.unit
            about = "（原数为约数）" if above.approximate or below.approximate else ""
            text = f"按{above.text}÷{below.text}计算，平均约{shown}{unit}{about}。"
            holding = [c for c in candidates if c.passage.chunk.id == candidate.passage.chunk.id]
            quotes = tuple(
                dict.fromkeys(
                    c.statement.text
                    for c in holding
                    if {f.value for f in figures(c.statement.text)} & {above.value, below.value}
                )
            )
            working = (
                Working("÷", (above.value, below.value), result),
                Working("÷", (above.value, below.value), Fraction(round(result / 100), 100) * 10000, "about"),
            )
            return Claim(text, candidate.passage, quotes, (above.value, below.value), working[:1])
    return None


def _tidy(text: str) -> str:
    return re.sub(r"\s+", "", text).rstrip("；;，,")
