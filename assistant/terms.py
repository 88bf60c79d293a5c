"""Limits of a rule and what the question says there is: whether it is within, and what of it remains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from assistant.citations import MONTHS_A_YEAR, Claim, Working, worked_out
from assistant.days import NUMBER
from assistant.figures import Figure, figures, plain
from assistant.matters import QUOTED
from assistant.query import Query
from assistant.ranking import Candidate
from ingest.words import words

LIMIT = re.compile(rf"不(?:得)?(?:超过|高于|多于)(?P<figure>{NUMBER}(?:年|个月|日|天|%|人|万元|元))")
# 满二年的，可以: what must have lasted before something may be done.
LASTED = re.compile(
    rf"(?P<what>[一-龥]{{2,4}})(?:已|须|应当)?满(?P<figure>{NUMBER}(?:年|个月|周岁))(?!以|之日|前)(?:[^，。；]{{0,30}}，)?"
    r"[^。；]{0,24}(?:可以|方可|可)"
)
MONTHS = {"年": 12, "个月": 1}
MEASURED = {"年", "个月", "日", "天", "个工作日", "小时", "次", "元", "学时", "人", "名"}
AMOUNT = rf"(?:{NUMBER}|\d+(?:\.\d+)?)(?:年|个月|日|天|个工作日|小时|次|万元|元|学时|人|名)"
MOST = re.compile(
    rf"(?:不(?:得|能|应)?(?:超过|多于|高于)|最长(?:为|是|不超过)?|最多(?:为|是)?|至多)(?P<figure>{AMOUNT})"
)
LEAST = re.compile(rf"(?:不(?:得)?(?:少于|低于)|至少|应当满|须满|缴费满)[一-龥]{{0,4}}?(?P<figure>{AMOUNT})")
LEFT = re.compile(
    r"(?:还|再)[^,，。]{0,10}(?:几|多少|多久|多长)|剩(?:下|余)?[^,，。]{0,4}(?:几|多少|多久|多长)|余下"
)
LACKS = re.compile(
    "(?:还|离|距)?(?:差|缺|少|欠)[^,，。]{0,6}(?:几|多少|多久)|还(?:要|得|需)[^,，。]{0,6}(?:几|多少|多久)"
)
USED = re.compile("已|签|续|延|履行|执行|干|做|用|过去|过了|住|休|领|拿|花|合作|服务|聘")
DONE = re.compile("已|参加|学|培训|做|办|缴|交|服务|完成|去过|满")
# 缴了11年, 工作满12年: on what a limit depends, and no part of it.
CONDITION = re.compile("缴|交|工龄|工作|参保")
ADDED = re.compile("又|再|加|接着|后来|续")
WHOLE = re.compile("(?:共|总计|合计|加起来|总的)[^,，。]{0,6}$")
PLANNED = re.compile("再|还能|还可|还想|打算|准备|计划|想|要是|最长|最多|上限|不超过|至少|最少|每")
COMMON = frozenset(
    {"可以", "应当", "不得", "超过", "不得超过", "期限", "时间", "最长", "最多", "至少", "不少于", "少于"}
)


def lasted(query: Query, candidate: Candidate) -> Claim | None:
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
    if had.value * MONTHS.get(had.unit, 1) >= least.value * MONTHS.get(least.unit, 1):
        return None
    said = f"不可以，{had.text}不满{least.text}"
    return worked_out(candidate.passage, candidate.statement.text, said, (had.value,))


def limit(query: Query, candidate: Candidate) -> Claim | None:
    """Is a period or an amount within the limit? (一共4年，可以吗: 不得超过3年)"""
    several = len(query.regions) > 1  # 安徽3年和湖南三年是一回事吗
    if "yes_no" not in query.kinds or several or QUOTED.search(query.focus):
        return None
    for m in LIMIT.finditer(candidate.statement.text):
        top = figures(m["figure"])[0]
        if asked := [
            f for f in figures(query.focus) if f.unit == top.unit or {f.unit, top.unit} <= MONTHS.keys()
        ]:
            return _within(query.focus, candidate, asked, top)
    return None


def _within(question: str, candidate: Candidate, asked: Sequence[Figure], top: Figure) -> Claim | None:
    """Whether the longest is within the limit; what was added to it (签了两年，又延一年半) together."""
    asked = [f for f in asked if f.value != top.value or f.unit != top.unit] or asked[:1]
    most = max(asked, key=lambda f: _measure(f, top))
    whole = sum((_measure(f, top) for f in asked), Fraction(0))
    ends = [_measure(most, top), _measure(top, most)]
    if len(asked) == 1 or ends[0] > ends[1] or WHOLE.search(question[: most.start]):
        return _compared(candidate, most, top)
    alike = {f.unit for f in asked} == {top.unit}
    if alike and whole <= top.value:
        return _compared(candidate, most, top)
    if not alike or not ADDED.search(question):
        return None
    parts = tuple(f.value for f in asked)
    step = Working("+", parts, whole)
    said = f"不可以，{'+'.join(plain(p) for p in parts)}={plain(whole)}{top.unit}，超过{top.text}的上限"
    return worked_out(candidate.passage, candidate.statement.text, said, parts, (step,))


def _measure(figure: Figure, other: Figure) -> Fraction:
    """Its value, in months where the other one has another unit."""
    return figure.value * (MONTHS[figure.unit] if figure.unit != other.unit else 1)


def _compared(candidate: Candidate, most: Figure, top: Figure) -> Claim:
    """Whether what there is exceeds the top."""
    steps: tuple[Working, ...] = ()
    said_top, ends = top.text, [_measure(most, top), _measure(top, most)]
    for figure, value in zip((most, top), ends, strict=True):
        if figure.value != value:
            steps = (Working("×", (figure.value, MONTHS_A_YEAR), value),)
            said_top = f"{top.text}（{plain(ends[1])}个月）"
    over = ends[0] > ends[1]
    verdict, relation = ("不可以", "超过") if over else ("可以", "没有超过")
    steps += (Working("-", (ends[0], ends[1]), ends[0] - ends[1]),)
    said = f"{verdict}，{most.text}{relation}{said_top}的上限"
    return worked_out(candidate.passage, candidate.statement.text, said, (most.value,), steps)


def remaining(query: Query, candidate: Candidate) -> Claim | None:
    """What is left of the most that a rule allows, or lacks to the least, once some of it is used or done
    (最长3年，已签1年，还能再延几年)."""
    for rule, asks, counts, says in ((MOST, LEFT, USED, "还剩"), (LEAST, LACKS, DONE, "还差")):
        if not asks.search(query.focus):
            continue
        ends = [figures(m["figure"])[0] for m in rule.finditer(candidate.statement.text)]
        used = _used(query.focus, counts, ends)
        if len(ends) != 1 or not used or any(not _alike(f, ends[0]) for f in used):
            continue
        if not _shares_a_word(query.focus, candidate.statement.text):
            continue
        return _left(candidate, ends[0], used, says)
    return None


def _used(question: str, counts: re.Pattern[str], ends: Sequence[Figure]) -> list[Figure]:
    """The figures of the question that are said to be used or done; none where one is not.

    A first figure that only repeats the rule's end (3年合同，已经过去14个月) is neither.
    """
    told = [f for f in figures(question) if f.unit in MEASURED and f.value]
    if len(told) > 1 and any((told[0].value, told[0].unit) == (end.value, end.unit) for end in ends):
        own = re.split("[，,。；;]", question[: told[0].start])[-1] + question[told[0].end :][:2]
        told = told if counts.search(own) else told[1:]
    for n, figure in enumerate(told):
        before = re.split("[，,。；;、？?]", question[: figure.start])[-1]
        after = re.split("[，,。；;？?]", question[figure.end :])[0]
        if PLANNED.search(before) or after.startswith(("多", "以", "来", "内", "后", "前")):
            return []
        if counts is USED and CONDITION.search(before):
            return []
        if not counts.search(before) and not re.match(
            "(?:已经?)?(?:用|做|干|过|签|履行)(?:了|过|完|掉)", after
        ):
            return []
        between = question[told[n - 1].end : figure.start] if n else "又"
        if between.strip("零") and not ADDED.search(between):
            return []
    return told


def _alike(figure: Figure, other: Figure) -> bool:
    """Whether two figures may be taken from each other."""
    days = {"日", "天"}
    return any({figure.unit, other.unit} <= kind for kind in (days, MONTHS.keys(), {other.unit}))


def _shares_a_word(question: str, rule: str) -> bool:
    """Whether the question has a word of the rule's own (合同, 试用, 培训)."""
    told = set(words(rule)) - COMMON
    return any(len(word) > 1 and word in told for word in words(question, question=True))


def _left(candidate: Candidate, end: Figure, used: Sequence[Figure], says: str) -> Claim:
    mixed = len({f.unit for f in (end, *used)} & MONTHS.keys()) > 1
    steps: list[Working] = []

    def value(figure: Figure) -> Fraction:
        if not mixed or figure.unit != "年":
            return figure.value
        months = figure.value * MONTHS_A_YEAR
        steps.append(Working("×", (figure.value, MONTHS_A_YEAR), months))
        return months

    whole, parts = value(end), [value(f) for f in used]
    unit = "个月" if mixed else used[0].unit
    shown = f"{end.text}即{plain(whole)}个月，" if mixed and end.unit == "年" else ""
    gone = sum(parts, Fraction(0))
    if len(parts) > 1:
        steps.append(Working("+", tuple(parts), gone))
        shown += f"{'+'.join(plain(p) for p in parts)}={plain(gone)}{unit}，"
    if gone >= whole:
        said = f"{shown}已经达到{end.text}" if gone == whole else f"{shown}已经超过{end.text}"
    else:
        steps.append(Working("-", (whole, gone), whole - gone))
        sign = "最多" if says.startswith("还剩") else ""
        said = f"{shown}{sign}{says}{plain(whole)}-{plain(gone)}={plain(whole - gone)}{unit}"
    given = tuple(f.value for f in used)
    return worked_out(candidate.passage, candidate.statement.text, said, given, steps)
