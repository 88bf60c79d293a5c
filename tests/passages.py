"""Passages, claims and questions made by hand, for what comes after the search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from assistant.citations import Claim, verify
from assistant.query import Query, understand
from assistant.ranking import Candidate
from assistant.retrieval import Passage
from assistant.sentences import split
from assistant.session import Session
from ingest.card import Policy
from ingest.chunking import Chunk

TODAY = date(2026, 6, 1)


def asked(question: str) -> Query:
    """A question, understood on the fixed day."""
    return understand(question, Session(), TODAY)


def passage(
    text: str,
    region: str | None = "100000",
    in_force: bool = True,
    title: str = "社区服务条例",
    start: int = 0,
) -> Passage:
    """A passage whose chunk begins at `start` of its document."""
    policy = Policy(id=f"{title}@{region}", title=title, region=region, file_name=f"{title}.md")
    chunk = Chunk(f"{title}{start}", policy.id, 0, ("第一条",), start, start + len(text), text, "", title)
    return Passage(chunk, policy, 1.0, in_force=in_force)


def candidates(*passages: Passage) -> list[Candidate]:
    """Every statement of the passages, in their order, as if they had been ranked so."""
    found = []
    for one in passages:
        statements = tuple(split(one.chunk.text))
        for at in range(len(statements)):
            found.append(Candidate(one, statements, at, (), -float(len(found)), (0.0,)))
    return found


def solved(question: str, rule: str, *solvers: Callable[[Query, Candidate], Claim | None]) -> str:
    """What the first solver that can works out, before the rule's own words, verified; "" for nothing."""
    query = asked(question)
    one = candidates(passage(rule))[0]
    claim = next((claim for solve in solvers if (claim := solve(query, one))), None)
    assert verify([claim] if claim else [], query)[1] == []
    return claim.text.split("：")[0] if claim else ""
