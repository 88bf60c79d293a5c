"""A day in the question and a period in a rule in, the day that follows from them out, with its working."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

from assistant.citations import Claim, Working, worked_out
from assistant.figures import Figure, figures
from assistant.query import Query
from assistant.ranking import Candidate

NUMBER = r"[\d一二两三四五六七八九十]+"
PERIOD = re.compile(
    r"(?:不得?超过|最长不(?:得)?超过|至少保存|保存期限为?.{0,12}|不少于|不得少于|至少)"
    rf"(?P<figure>{NUMBER}(?:年|日|天)(?!内))"
)
STARTS = re.compile(r"(?:((?:19|20)\d{2})年)?(\d{1,2})月(?:(\d{1,2})[日号])?")
COUNTED = re.compile("起|从|开始|结束|签|算|之?后|履行|成立|登记")
BEFORE = re.compile(rf"(?<![月\d一二三四五六七八九十])(?P<figure>{NUMBER}(?:日|天))前")
FULL = re.compile(rf"自?(?P<from>[一-龥]{{0,8}})之日起[，,]?满(?P<figure>{NUMBER}(?:日|天|个月|年))")
SOONEST = re.compile(
    "最早|什么时候(?:才)?(?:能|可以|算)|哪(?:一)?天(?:才)?(?:能|可以|算|起)|何时(?:才)?(?:能|可以)|期满|满期"
)
KEPT = re.compile("保存|保管|留存|存档")
AFTER = re.compile(rf"满{NUMBER}(?:日|天|个月|年)|之?后第?{NUMBER}(?:日|天)")
WITHIN = re.compile(rf"之日起(?P<figure>{NUMBER}(?:日|天|个月|年))(?:之?内|以内)")
LAST_DAY = re.compile("最迟|最晚|截止|之前|到(?:哪|几|什么时候)|哪(?:一)?天(?:之?前|以前|给|要|必须|该)")


def period(query: Query, candidate: Candidate) -> Claim | None:
    """The end of a period that starts on a date in the question."""
    start = STARTS.search(query.focus)
    m = PERIOD.search(candidate.statement.text)
    if not start or not m or not query.kinds & {"when", "amount"}:
        return None
    if not COUNTED.search(query.focus) and not KEPT.search(m[0]):
        return None
    length = figures(m["figure"])[0]
    given = [f.value for f in figures(start[0])]
    year, month = int(start[1] or query.as_of.year), int(start[2])
    if length.unit == "年" and not start[3]:
        end = year + int(length.value)
        step = Working("+", (Fraction(year), length.value), Fraction(end))
        said = f"从{start[0]}起算{length.text}，到{end}年{month}月期满"
        return worked_out(
            candidate.passage, candidate.statement.text, said, given, (step,), (date(end, month, 1),)
        )
    if not start[3]:
        return None
    first = date(year, month, int(start[3]))
    if length.unit == "年":
        counted = date(year, 3, 1) if (month, first.day) == (2, 29) else first
        last = counted.replace(year=year + int(length.value)) - timedelta(days=1)
    else:
        last = first + timedelta(days=int(length.value) - 1)
    shown = f"{last.year}年" if start[1] else ""
    said = f"自{start[0]}起算，{length.text}到{shown}{last.month}月{last.day}日期满"
    return worked_out(candidate.passage, candidate.statement.text, said, given, (), (last,))


def within(query: Query, candidate: Candidate) -> Claim | None:
    """The last day of what is due within so many days from a date in the question."""
    return _counted(query, candidate, WITHIN, LAST_DAY, "从{day}的次日起算{length}，最迟{last}")


def waiting(query: Query, candidate: Candidate) -> Claim | None:
    """The day on which so many days from a date in the question are full (自公告之日起满60日)."""
    return _counted(query, candidate, FULL, SOONEST, "从{day}的次日起算，满{length}是{last}")


def _counted(
    query: Query, candidate: Candidate, rule: re.Pattern[str], asks: re.Pattern[str], says: str
) -> Claim | None:
    """The day to which a rule's period runs from a date in the question, if that is what it asks.

    The day itself does not count, the period begins with the next (民法典 201); months and years end on the
    day of the same number (202).
    """
    day = STARTS.search(query.focus)
    m = rule.search(candidate.statement.text)
    if not day or not day[3] or not m or not asks.search(query.focus):
        return None
    length = figures(m["figure"])[0]
    others = [f for f in figures(query.focus) if not day.start() <= f.start < day.end()]
    if any(f.unit == length.unit and f.value != length.value for f in others):
        return None  # the question tells of another period
    start = date(int(day[1] or query.as_of.year), int(day[2]), int(day[3]))
    last = _later(start, length)
    shown = f"{last.year}年" if day[1] or last.year != start.year else ""
    said = says.format(day=day[0], length=length.text, last=f"{shown}{last.month}月{last.day}日")
    given = [f.value for f in figures(day[0])]
    return worked_out(candidate.passage, candidate.statement.text, said, given, (), (last,))


def _later(start: date, length: Figure) -> date:
    """The day so many days, months or years later; the month's last where it has no such day."""
    if length.unit in ("日", "天"):
        return start + timedelta(days=int(length.value))
    months = start.month - 1 + int(length.value) * (12 if length.unit == "年" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def deadline(query: Query, candidate: Candidate) -> Claim | None:
    """The last day for what is due so many days before a date in the question."""
    day = STARTS.search(query.focus)
    m = BEFORE.search(candidate.statement.text)
    if not day or not day[3] or not m or not query.kinds & {"when", "amount"} or AFTER.search(query.focus):
        return None
    length = figures(m["figure"])[0]
    due = date(int(day[1] or query.as_of.year), int(day[2]), int(day[3]))
    last = due - timedelta(days=int(length.value))
    shown = f"{last.year}年" if day[1] else ""
    said = f"{day[0]}往前推{length.text}，最晚是{shown}{last.month}月{last.day}日"
    return worked_out(
        candidate.passage, candidate.statement.text, said, [f.value for f in figures(day[0])], (), (last,)
    )
