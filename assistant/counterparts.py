"""Statements of two versions of a policy in, which of them differ and what stands in whose place out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.editions import ALIKE, bare
from assistant.query import Query
from assistant.ranking import ASKS_PENALTY, PENALTY, Candidate
from assistant.retrieval import Passage

RELEVANT = 0.03  # how much of likeness a point of score is worth
NEAR = 3.0  # a definition is preferred where it scores this close to the best
WEIGHED = 8  # of what differs, the best are weighed together with what stands in their place
BESIDE = 0.5  # how much of the other version's score counts
ALONE = 4.0  # what has nothing in its place counts as if that scored so much less than the best there
CALLED = re.compile("名字|名称|说法|叫法|提法|改称|字样|叫什么")
NAMES = re.compile("是指|所称|简称|统称|称为")
SENTENCE = re.compile("[。；;：:]")
SIDES = (False, True)  # the earlier version, the later


@dataclass(frozen=True)
class Side:
    """One version: its name, its statements, best first, and those that the other version has not."""

    name: str
    own: tuple[Candidate, ...]
    changed: tuple[Candidate, ...]

    def of(self, chunk_id: str) -> list[Candidate]:
        """What differs in one of its provisions."""
        return [c for c in self.changed if c.passage.chunk.id == chunk_id]


def both_versions(candidates: Sequence[Candidate]) -> Mapping[bool, Side]:
    """The two versions of the policy asked about, where both are held."""
    about = [c for c in candidates if c.passage.exact] or [c for c in candidates if c.passage.named]
    families = dict.fromkeys(c.passage.policy.family for c in about or candidates)
    for family in families:
        own = {
            new: tuple(
                c
                for c in candidates
                # How a law was adopted stands before its provisions.
                if c.passage.policy.family == family
                and c.passage.in_force is new
                and c.passage.chunk.ordinal
                and SENTENCE.search(c.passage.chunk.text)
            )
            for new in SIDES
        }
        if all(own.values()):
            said = {new: {bare(c.statement.text).rstrip("；;。") for c in own[new]} for new in SIDES}
            return {
                new: Side(
                    edition(own[new][0].passage),
                    own[new],
                    tuple(c for c in own[new] if bare(c.statement.text).rstrip("；;。") not in said[not new]),
                )
                for new in SIDES
            }
        if not about:
            return {}  # the best statement's policy is kept in one version only
    return {}


def edition(passage: Passage) -> str:
    """What the version that a passage stands in is called. Example: 2023年版"""
    dated = passage.policy.version_date
    return f"{dated.year}年版" if dated else "现行版" if passage.in_force else "原版"


def best_change(query: Query, sides: Mapping[bool, Side]) -> Candidate | None:
    """The statement that answers best among those that differ: of a small amendment, of the provision asked
    for by number, and of those that hold what is asked for, where there are such."""
    found: list[Candidate] = [c for side in sides.values() for c in side.changed]
    called = bool(CALLED.search(query.focus))
    top = max((c.score for c in found), default=0.0)
    preferences: tuple[Callable[[Candidate], bool], ...] = (
        lambda c: called and c.score >= top - NEAR and bool(NAMES.search(c.statement.text)),
        lambda c: c.passage.exact,
        lambda c: c.passage.changed,
        lambda c: c.complete,
    )
    for preferred in preferences:
        found = [c for c in found if preferred(c)] or found
    first = sorted(found, key=lambda c: -c.score)[:WEIGHED]
    return max(first, key=lambda c: _fit(query, c, sides), default=None)


def _fit(query: Query, candidate: Candidate, sides: Mapping[bool, Side]) -> float:
    """How well a statement that differs answers, together with its provision and with what stands in its
    place in the other version: what was changed is told by both."""
    own, other = (sides[new] for new in (candidate.passage.in_force, not candidate.passage.in_force))
    partner = None if candidate.passage.added == "条" else counterpart(candidate, other.own)
    beside = other.own[0].score - ALONE
    if partner:
        beside = max(beside, _of_provision(partner, other))
    fine = PENALTY.search(candidate.passage.chunk.text) and not ASKS_PENALTY.search(query.focus)
    return _of_provision(candidate, own) + BESIDE * beside - (NEAR if fine else 0.0)


def _of_provision(candidate: Candidate, side: Side) -> float:
    """A statement's score and that of the best of its provision, whether that differs or not."""
    best = max(c.score for c in side.own if c.passage.chunk.id == candidate.passage.chunk.id)
    return (candidate.score + best) / 2


def counterpart(one: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    """What stands in a statement's place: what is most like it, rather in the provision most like its own,
    and rather what answers the question."""
    statement, provision = _pairs(one.statement.text), _pairs(one.passage.chunk.text)
    chunks = {c.passage.chunk.id: _alike(provision, _pairs(c.passage.chunk.text)) for c in others}
    found: list[tuple[float, Candidate]] = []
    for other in others:
        same, beside = _alike(statement, _pairs(other.statement.text)), chunks[other.passage.chunk.id]
        if same >= ALIKE or beside >= ALIKE:
            near = RELEVANT * (other.score - others[0].score)
            found.append((same + beside / 2 + near, other))
    return max(found, key=lambda pair: pair[0], default=(0.0, None))[1]


def _pairs(text: str) -> set[str]:
    plain = bare(text)
    return {plain[n : n + 2] for n in range(len(plain) - 1)}


def _alike(one: set[str], other: set[str]) -> float:
    """How much of two texts is the same (Dice, of pairs of characters), in 0..1."""
    return 2 * len(one & other) / max(len(one) + len(other), 1)
