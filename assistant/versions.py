"""Two versions of one policy in, what each says where they differ out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from assistant.citations import Claim
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.retrieval import Passage
from assistant.selection import CLOSE_EACH, choose, tidy

ALIKE = 0.3  # what stands in a statement's place in the other version shares this much with it
VERSION = 220  # characters said of each of the two


def versions(query: Query, candidates: Sequence[Candidate]) -> tuple[list[Claim], tuple[str, ...]]:
    """What the two versions of one policy say where they differ, the earlier first, and which is silent.

    The statement that answers best and differs, and what stands in its place in the other version; of an
    amendment of few provisions all of them.
    """
    if not candidates:
        return [], ()
    family = next((c for c in candidates if c.passage.named), candidates[0]).passage.policy.family
    sides = {
        new: [
            c
            for c in candidates
            # How a law was adopted stands before its provisions.
            if c.passage.policy.family == family and c.passage.in_force is new and c.passage.chunk.ordinal
        ]
        for new in (False, True)
    }
    if not all(sides.values()):
        return [], ()
    names = {new: _edition(own[0].passage) for new, own in sides.items()}
    said = {new: {tidy(c.statement.text) for c in own} for new, own in sides.items()}
    changed = {
        new: [c for c in own if tidy(c.statement.text) not in said[not new]] for new, own in sides.items()
    }
    few = {new: [c for c in own if c.passage.changed] for new, own in changed.items()}
    if all(few.values()):
        changed = few
    best = max((own[0] for own in changed.values() if own), key=lambda c: c.score, default=None)
    if best is None:
        return [], ()
    other = changed[not best.passage.in_force]
    partner = max(other, key=lambda c: _alike(c, best), default=None)
    claims: list[Claim] = []
    silent: list[str] = []
    for new in (False, True):
        one = best if best.passage.in_force is new else partner
        if one is None or (one is partner and _alike(one, best) < ALIKE):
            silent.append(names[new])
            continue
        own = [c for c in changed[new] if c is one or c.passage.chunk.id == one.passage.chunk.id]
        own.sort(key=lambda c: c is not one)
        claims += [replace(c, group=names[new]) for c in choose(query, own, VERSION, CLOSE_EACH)]
    return claims, tuple(silent)


def _edition(passage: Passage) -> str:
    dated = passage.policy.version_date
    return f"{dated.year}年版" if dated else "现行版" if passage.in_force else "原版"


def _alike(one: Candidate, other: Candidate) -> float:
    """How much of two statements is the same, in 0..1; of the same provision by number a little more."""
    same = SequenceMatcher(None, one.statement.text, other.statement.text, autojunk=False).ratio()
    return same + 0.1 * (one.passage.chunk.path == other.passage.chunk.path)
