"""A share that a rule allows in, what is left of it out once some of it is used: 200万, 已经补签12万."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from assistant.citations import Claim, Working, worked_out
from assistant.figures import Figure, figures
from assistant.matters import content, of_the_case
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.shares import BOUND, money, sums
from assistant.terms import LEFT, PLANNED, USED


def left_of_share(query: Query, candidate: Candidate) -> Claim | None:
    """What is left of the share of a sum that a rule allows, once some of it is used."""
    found = [m for m in BOUND.finditer(candidate.statement.text) if not m["side"].endswith(("低于", "少于"))]
    of = sums(query)
    if len(found) != 1 or len(of) < 2 or not LEFT.search(query.focus) or not _used_up(query.focus, of):
        return None
    whole, *used = of
    rate = figures(found[0]["share"])[0].value
    if not of_the_case({*content(query.focus), *query.terms}, candidate.statement.text):
        return None
    limit, gone = whole.value * rate, sum((f.value for f in used), Fraction(0))
    steps = [Working("×", (whole.value, rate), limit)]
    said = f"{whole.text}×{found[0]['share']}={money(limit)}，"
    if len(used) > 1:
        steps.append(Working("+", tuple(f.value for f in used), gone))
        said += f"已用{'+'.join(f.text for f in used)}={money(gone)}，"
    if gone >= limit:
        said += "已经用完" if gone == limit else f"已经超过（{money(gone)}）"
    else:
        steps.append(Working("-", (limit, gone), limit - gone))
        said += f"还剩{money(limit)}-{money(gone)}={money(limit - gone)}"
    given = [f.value for f in of]
    return worked_out(candidate.passage, candidate.statement.text, said, given, steps)


def _used_up(question: str, of: Sequence[Figure]) -> bool:
    """Whether all sums but the first, which is larger, are said to be used, and none to be planned."""
    whole, *used = of
    told = question[whole.end : used[0].start]
    between = [question[a.end : b.start] for a, b in pairwise(used)]
    return (
        (USED.search(told) is not None or "了" in told)
        and USED.search(question[: whole.start]) is None
        and all(f.value < whole.value for f in used)
        and not any(PLANNED.search(text) for text in (told, *between))
    )
