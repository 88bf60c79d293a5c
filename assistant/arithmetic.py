"""A question that does sums with figures which it names by words in, the sum of a rule's own figures out.

三项加起来, A比B多多少, A占B的百分之几, A是B的几倍, 平均每个B多少A: each of the figures must be identified by
words of the question (assistant.operands), or nothing is worked out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from assistant.citations import Claim, Working, worked_out
from assistant.figures import Figure, figures, numeral_value, plain
from assistant.operands import Operand, named, operands
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.when import YEAR

N = "[两二三四五六七八九十\\d]"
TOGETHER = (
    r"(?:加起来|加一块|加一起|加在一起|加总|相加|之和|总和|合起来|合在一起|合计|凑一块|凑一起|一共|总共|拢共)"
)
HOW_MUCH = r"(?:大概|大约|约)?(?:是|有)?(?:多少|几)"
OF_SO_MANY = re.compile(
    rf"(?:这|那|上述|以上)?(?P<n>{N}+)(?:个|项|样|类|种|笔|块|者|组|数)[^,，。、]{{0,6}}$"
)
SUM = re.compile(rf"(?P<list>[^。；;？?]+?)(?:都|全)?{TOGETHER}")
# 湖南两笔钱，每年投入的和每年奖补的: how many they are, told before them.
COUNTED_FIRST = re.compile(rf"^[^,，、]{{0,6}}?{N}(?:个|项|样|类|种|笔|块|组)[^,，、]{{0,4}}[,，:：]")
AND = re.compile("[、和与跟及加,，]|以及")
A, B = "(?P<a>[^,，。；]+?)", "(?P<b>[^,，。；]+?)"
ABOUT = "(?:大概|大约|约)?"
SHARE = (
    r"的?(?:百分之(?:几|多少)|几成|几分之几|(?:比例|比重|百分比|份额)(?:是|有|为)?(?:多少|多大)"
    r"|(?:多少|多大)(?:的)?(?:比例|比重|百分比|份额))"
)
EVEN = r"[,，]?平均(?:下来|算下来|到|分到|摊到)?[,，]?(?:每|一)(?:一)?(?:个|名|家|户|所|人)?"
DONE = r"(?:能|要|有|配|分|摊|服务|培育|投入|花|建)?(?:到|了|有)?"
# What is asked, as a table: the operation, and where its two operands stand in the question.
ASKED = tuple(
    (operation, re.compile(pattern))
    for operation, pattern in (
        ("-", rf"{A}比{B}(?:要|会)?(?:多|少|高|低)(?:出来?|了|着)?{HOW_MUCH}"),
        ("-", rf"{A}[和与跟同]{B}(?:之间)?(?:相差|差了?|的差(?:额|距)?){HOW_MUCH}"),
        ("-", rf"{A}减(?:去|掉)?{B}[,，]?(?:还剩|剩下|剩|等于|得|是){HOW_MUCH}"),
        ("%", rf"{A}{ABOUT}(?:占了?|相当于|合|是){B}{SHARE}"),
        ("倍", rf"{A}{ABOUT}(?:是|相当于|为){B}的?(?:几|多少)倍"),
        ("÷", rf"(?P<a>[^,，。；]*?){EVEN}(?P<b>[一-龥]{{1,8}}?)(?P<c>{DONE}{ABOUT}(?:多少|几).*)"),
    )
)
LEFT_OUT = re.compile("的$")  # 比配备的: of what the other operand is
FEW = 6  # statements of which one must hold a figure that the question gives
QUOTED = 160  # characters of a statement quoted whole; of a longer one the clause with the figure


def of_named(query: Query, candidates: Sequence[Candidate]) -> list[Claim]:
    """The claims of a sum, a difference, a share or an average of figures that the question names."""
    if not candidates or len(query.regions) > 1:
        return []
    if claim := _average(query, candidates):
        return [claim]
    pool = operands(candidates)
    for operation, pattern in ASKED:
        if m := pattern.search(query.focus):
            found = _pair(m, pool)
            return _told(query, found, operation) if found else []
    if m := SUM.search(query.focus):
        return _told(query, _listed(m["list"], pool) or _all_of(query, candidates), "+")
    return []


def _pair(m: re.Match[str], pool: Sequence[Operand]) -> list[Operand]:
    """The two operands of what is asked, if both are named."""
    first, second = m["a"], m["b"]
    if LEFT_OUT.search(second) and "的" in first:
        second += first.rsplit("的", 1)[-1]
    if "c" in m.groupdict():
        first += m["c"]
    found = [named(first, pool), named(second, pool)]
    one, other = found
    if one is None or other is None or one.figure == other.figure:
        return []
    return [one, other]


def _listed(text: str, pool: Sequence[Operand]) -> list[Operand]:
    """The operands of a list (接待来访、摸排对象、入户探访三个数), if every one is named."""
    text = COUNTED_FIRST.sub("", text)
    counted = OF_SO_MANY.search(text)
    items = [item for item in AND.split(text[: counted.start()] if counted else text) if item]
    found = [operand for item in items if (operand := named(item, pool))]
    if len(found) != len(items) or len(items) < 2 or len({o.figure.start for o in found}) != len(found):
        return []
    return found if not counted or numeral_value(counted["n"]) == len(found) else []


def _all_of(query: Query, candidates: Sequence[Candidate]) -> list[Operand]:
    """The figures of the best statement, where they are as many of one unit as the question says (三个数)."""
    m = SUM.search(query.focus)
    counted = OF_SO_MANY.search(m["list"]) if m else None
    own = operands(candidates[:1])
    for unit in dict.fromkeys(o.figure.unit for o in own):
        found = [o for o in own if o.figure.unit == unit]
        if counted and unit and len(found) == numeral_value(counted["n"]):
            return found
    return []


def _told(query: Query, found: Sequence[Operand], operation: str) -> list[Claim]:
    """The claims of an operation on figures of one kind, of the years that the question names."""
    kinds = {_kind(o.figure) for o in found}
    if not found or (len(kinds) > 1 and operation in ("+", "-", "%")) or "%" in kinds:
        return []
    if any(year not in o.passage.chunk.text for o in found for year in YEAR.findall(query.focus)):
        return []
    step, said = _worked([o.figure for o in found], operation)
    if any(o.figure.approximate for o in found):
        said += "（原数为约数）"
    last = found[-1].passage
    own = [o for o in found if o.passage.chunk.id == last.chunk.id]
    others = [o for o in found if o.passage.chunk.id != last.chunk.id]
    quotes = tuple(dict.fromkeys(_quote(o) for o in own))
    told = worked_out(last, "；".join(quotes), said, (), (step,))
    carried = tuple(o.figure.value for o in others)
    before = [
        Claim(f"{''.join(_quote(o).split()).rstrip('；;，,。')}。", o.passage, (_quote(o),)) for o in others
    ]
    return [*before, replace(told, quotes=quotes, carried=carried)]


def _kind(figure: Figure) -> str:
    """Its unit, the same for all that count persons."""
    return "名" if figure.unit in ("人", "名", "位") else figure.unit


def _quote(operand: Operand) -> str:
    text = operand.candidate.statement.text
    return text if len(text) <= QUOTED else operand.beside


def _worked(of: Sequence[Figure], operation: str) -> tuple[Working, str]:
    """The step of an operation, and its words."""
    values = tuple(f.value for f in of)
    about = "≈" if any(f.approximate for f in of) else "="
    if operation == "+":
        total = sum(values, Fraction(0))
        shown = "+".join(f.text.removesuffix(f.unit) for f in of)
        return Working("+", values, total), f"{shown}{about}{_shown(total, of[0].unit)}"
    if operation == "-":
        above, below = sorted(of, key=lambda f: -f.value)
        gap = above.value - below.value
        step = Working("-", (above.value, below.value), gap)
        return step, f"{above.text}-{below.text}{about}{_shown(gap, above.unit)}"
    above, below = of
    result = above.value / below.value
    if operation == "%":
        shown = f"{plain(result * 100)}%"
    else:
        shown = f"{plain(result)}倍" if operation == "倍" else _shown(result, above.unit)
    about = "=" if about == "=" and (result * 100).denominator == 1 else "≈"
    return Working("÷", (above.value, below.value), result), f"{above.text}÷{below.text}{about}{shown}"


def _shown(value: Fraction, unit: str) -> str:
    """A result as people write it: 317.51万人次, 2300名."""
    if value >= 10**8:
        return f"{plain(value / 10**8)}亿{unit}"
    return f"{plain(value / 10**4)}万{unit}" if value >= 10**4 else f"{plain(value)}{unit}"


def _average(query: Query, candidates: Sequence[Candidate]) -> Claim | None:
    """One figure of a rule divided by another, both in the question (平均一个站几个人)."""
    told = sorted((f for f in figures(query.focus) if f.value > 1), key=lambda f: -f.value)
    if "平均" not in query.rewritten or len(told) < 2:
        return None
    above, below = told[:2]
    for candidate in candidates[:FEW]:
        units = {f.value: f.unit for f in figures(candidate.statement.text)}
        if {above.value, below.value} & units.keys():
            result = above.value / below.value
            about = "，原数为约数" if above.approximate or below.approximate else ""
            shown = _shown(result, above.unit or units.get(above.value, ""))
            said = f"按{above.text}÷{below.text}计算，平均约{shown}{about}"
            step = Working("÷", (above.value, below.value), result)
            given = (above.value, below.value)
            return worked_out(candidate.passage, candidate.statement.text, said, given, (step,))
    return None
