"""Rules with figures, applied to the figures of a question, with the working shown.

Each kind of sum has a module of its own; here stands only which are tried, in which order, on which rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress

from assistant.allowance import difference
from assistant.arithmetic import of_named
from assistant.citations import Claim
from assistant.days import deadline, period, waiting, within
from assistant.matters import MEANING
from assistant.multiples import for_each, over_time
from assistant.query import Query
from assistant.ranking import Candidate, confidence
from assistant.rates import daily, rated, stacked
from assistant.remainders import left_of_share
from assistant.shares import bound, portion, share
from assistant.staffing import by_figure
from assistant.terms import lasted, limit, remaining
from ingest.regions import NATION

Solver = Callable[[Query, Candidate], Claim | None]

OF_THE_NATION = re.compile(r"国家(?:的)?(?:条例|规定|标准|法律|办法|要求)|全国|国务院")
BEGINS = re.compile("生效|施行|实施了|起效")
NEAR = 4.0  # a rule is applied where its statement scores this close to the best
MANY = 60  # statements among which a rule is looked for that only one kind of sum has
FEW = 6
SURE = 0.12  # and where it speaks of what is asked, at this confidence
FIRM = 0.5  # the same where a sum could be done with many rules

# Sums whose rule and figures leave no doubt about each other: the rule is looked for far down.
UNMISTAKABLE: tuple[Solver, ...] = (difference, rated, stacked, over_time)
NEAREST: tuple[Solver, ...] = (
    lasted, limit, within, waiting, deadline, period, share, bound, portion,
)  # fmt: skip
CERTAIN: tuple[Solver, ...] = (
    remaining,
    daily,
    for_each,
)  # of what many rules set only one that surely answers


def calculate(query: Query, candidates: Sequence[Candidate]) -> list[Claim]:
    """The claims that apply the best-ranked rules to the question's figures, or that do with the figures of
    a rule what the question says, if there are any."""
    if BEGINS.search(query.focus) or MEANING.search(query.focus):
        return []  # whether a rule holds yet, or two mean the same, is no sum
    national: list[Candidate] = []
    if not query.regions:
        # A region's figure is not the nation's, and where none is named not everybody's.
        national = [c for c in candidates if c.passage.policy.region in (None, NATION)]
        candidates = national if national and OF_THE_NATION.search(query.focus) else candidates
    claims = by_figure(query, candidates) if query.figures else []
    if not claims and (claim := _applied(query, candidates, national)):
        claims = [claim]
    return claims or of_named(query, candidates)


def _applied(query: Query, candidates: Sequence[Candidate], national: Sequence[Candidate]) -> Claim | None:
    """What one rule comes to for the question's figures."""
    if claim := _first(query, (*national, *candidates[:MANY]), UNMISTAKABLE):
        return claim
    if not query.figures:
        return None
    pool = (*national[:FEW], *candidates[:FEW])
    near = [c for c in pool if c.score >= candidates[0].score - NEAR and confidence(c) >= SURE]
    firm = [c for c in near if confidence(c) >= FIRM]
    return (
        _first(query, firm, CERTAIN)
        or _first(query, candidates[:1], (left_of_share,))
        or _first(query, near, NEAREST)
    )


def _first(query: Query, candidates: Sequence[Candidate], solvers: Sequence[Solver]) -> Claim | None:
    """What the first solver makes of the first rule that it can be applied to."""
    for candidate in candidates:
        for solve in solvers:
            with suppress(ValueError, OverflowError):  # no day is counted from 4月31日
                if claim := solve(query, candidate):
                    return claim
    return None
