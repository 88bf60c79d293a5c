"""What is said, and what else was found: the rules that say otherwise are named, never left out in silence.

Which rule prevails is not decided here: a person is told rank and date (立法法 2023, arts. 98-106) and asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.citations import Claim
from assistant.figures import figures
from assistant.query import Query
from assistant.ranking import Candidate, confidence, same_kind
from assistant.retrieval import Passage
from assistant.verdicts import NEGATIVE, POSITIVE
from ingest.card import Policy
from ingest.regions import NATION, region
from ingest.words import words

SURE = 0.5  # another rule is held against what is said where it may well answer the question too
WITHIN = 5.0  # and its statement scores this close to the best
ALIKE = 0.4  # and shares this much of its words, or of those of the shorter of the two
SHOWN = 90  # characters of it that are quoted


def conflicts(query: Query, claims: Sequence[Claim], candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Notices of rules that speak of the same and differ in a modal verb or a figure.

    Example: 广东 says 不得超过1年, the nation's rule 不得超过3年 -> one notice, with rank and date
    """
    if not claims or query.version or len(query.regions) > 1 or not candidates:
        return ()
    said = claims[0]
    found: dict[str, str] = {}
    for candidate in candidates:
        other = candidate.passage
        if other.policy.family in {claim.passage.policy.family for claim in claims} | found.keys():
            continue
        if (
            candidate.score < candidates[0].score - WITHIN
            or confidence(candidate) < SURE
            or not other.in_force
        ):
            continue
        if _applies_beside(said.passage, other) and _differ(query, said.text, candidate.statement.text):
            found[other.policy.family] = _notice(other.policy, candidate.statement.text)
    return tuple(found.values())


def _applies_beside(one: Passage, other: Passage) -> bool:
    """Whether both rules hold in one place: the nation's and a region's, not those of two regions."""
    return NATION in (one.policy.region, other.policy.region) or one.policy.region == other.policy.region


def _differ(query: Query, one: str, other: str) -> bool:
    """Whether two statements are of one matter, and differ in their modal verb or in the figure asked for."""
    mine, theirs = set(words(one)), set(words(other))
    if len(mine & theirs) < ALIKE * min(len(mine), len(theirs)):
        return False
    if "yes_no" in query.kinds and _verb(one) and _verb(other) and _verb(one) != _verb(other):
        return True
    if not query.units:
        return False
    my_figures, their_figures = (
        {f.value for f in figures(text) if same_kind(query.units, f)} for text in (one, other)
    )
    return bool(my_figures and their_figures) and not my_figures & their_figures


def _verb(text: str) -> str:
    """可 or 不可, where the statement's modal verbs say one of them alone."""
    forbids, allows = bool(NEGATIVE.search(text)), bool(POSITIVE.search(text))
    return "" if forbids == allows else "不可" if forbids else "可"


def _notice(policy: Policy, text: str) -> str:
    day = policy.effective or policy.published
    dated = f"{day.year}年{day.month}月{day.day}日{'施行' if policy.effective else '发布'}" if day else ""
    place = region(policy.region).short if policy.region else ""
    about = "，".join(part for part in (place, policy.rank or "", dated) if part)
    quote = re.sub(r"\s+", "", text)
    shown = quote if len(quote) <= SHOWN else f"{quote[:SHOWN]}…"
    title = policy.title.strip("《》")
    return f"规定不一致：《{title}》（{about}）写的是“{shown}”。请核对哪一份适用。"
