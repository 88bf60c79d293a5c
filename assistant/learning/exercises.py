"""A library in, exercises out, each resting on one sentence of one provision that `verify` has cited.

The wrong choices are of the same type as the right one and come from other provisions. Only rules in force
are asked about. The same library and seed make the same exercises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from random import Random

from assistant.citations import Citation, Claim, verify
from assistant.learning.makers import FALSE, MAKERS, TRUE, Kind, Sources
from assistant.learning.rules import Rule, rules
from assistant.query import Query, understand
from assistant.retrieval import Retriever
from assistant.session import Session
from ingest.card import standing
from ingest.library import Library

MANY_RULES = 900  # rules looked at for one set of exercises
FROM_ONE_POLICY = 60


@dataclass(frozen=True)
class Exercise:
    """A question with choices; options[answer] is right, and `citation` is the sentence it is made of."""

    id: str
    kind: Kind
    prompt: str
    options: tuple[str, ...]
    answer: int
    citation: Citation


def exercises(
    library: Library,
    retriever: Retriever,
    on: date,
    codes: Sequence[str] = (),
    seed: int = 0,
    count: int = 10,
) -> list[Exercise]:
    """At most `count` exercises on the rules in force on a day, the kinds in turn, no sentence twice.

    `codes` are the regions asked about (100000 for the nation's own rules); empty for all.
    """
    query = understand("现行规定", Session(as_of=on), on)
    sources = Sources.of(_rules(library, retriever, query, codes, Random(seed)))
    turns = {kind: _of_kind(kind, sources, query, Random(f"{seed}{kind}")) for kind in MAKERS}
    chosen: dict[tuple[str, int], Exercise] = {}
    while turns and len(chosen) < count:
        for kind in list(turns):
            fresh = (e for e in turns[kind] if (e.citation.policy.id, e.citation.start) not in chosen)
            if (exercise := next(fresh, None)) is None:
                del turns[kind]
            elif len(chosen) < count:
                chosen[exercise.citation.policy.id, exercise.citation.start] = exercise
    return list(chosen.values())


def _rules(
    library: Library, retriever: Retriever, query: Query, codes: Sequence[str], dice: Random
) -> list[Rule]:
    """Sentences of as many policies as it takes, a share of each, in an order of chance."""
    policies = retriever.policies()
    scope = [policies[identity] for identity in sorted(retriever.scope(query, ()))]
    scope = [policy for policy in scope if not codes or policy.region in codes]
    dice.shuffle(scope)
    found: list[Rule] = []
    for policy in scope:
        if len(found) >= MANY_RULES:
            break
        if standing(policy, policies.values(), query.as_of) == "现行":
            own = list(rules(policy, library.provisions(policy.id), library.chunks_of(policy.id)))
            found += dice.sample(own, min(len(own), FROM_ONE_POLICY))
    dice.shuffle(found)
    return found


def _of_kind(kind: Kind, sources: Sources, query: Query, dice: Random) -> Iterator[Exercise]:
    for rule in sources.rules:
        made = MAKERS[kind](rule, sources, dice)
        if made is None:
            continue
        verified, _ = verify([Claim(rule.text, rule.passage, (rule.text,))], query)
        if not verified:
            continue
        right = made.options[0]
        options = [TRUE, FALSE] if kind is Kind.JUDGE else dice.sample(made.options, len(made.options))
        citation = verified[0].citations[0]
        name = f"{kind}{citation.policy.id}{citation.start}{made.prompt}".encode()
        identity = blake2b(name, digest_size=8).hexdigest()
        yield Exercise(identity, kind, made.prompt, tuple(options), options.index(right), citation)
