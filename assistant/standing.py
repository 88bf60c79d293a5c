"""Statements found in, which of them say whether the body asked about may buy or provide services out."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.bodies import Body, Relation, excludes, relation
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.roles import Force, Reading, Role, readings
from assistant.verdicts import NO, YES

POOL = 100  # statements looked at
SAYS = {Force.MAY: YES, Force.MAY_NOT: NO}


def of_the_body(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The statements that give the body asked about the role asked about, or deny it; [] where none does, or
    no such question is asked.

    Example: "镇政府能不能当购买主体" -> 购买主体是各级国家机关, but not 不得纳入购买服务范围的事项
    """
    asked = query.role
    if asked is None or len(query.asks) > 1:
        return []
    return [c for c in candidates[:POOL] if _readings(asked, c)]


def standing(query: Query, said: Sequence[Candidate]) -> str:
    """可以 or 不可以, where every statement told says it of the body without a further condition; else ""."""
    asked = query.role
    if asked is None:
        return ""
    body = asked[1]
    told = {
        reading.force
        if relation(body, reading.body) == (Relation.NAMED, "") and not reading.condition
        else Force.BY_ANALOGY
        for candidate in said
        for reading in _readings(asked, candidate)
    }
    return SAYS.get(told.pop(), "") if len(told) == 1 else ""


def _readings(asked: tuple[str, Body], candidate: Candidate) -> list[Reading]:
    role, body = asked
    statement, text = candidate.statement, candidate.passage.chunk.text
    lead = text[slice(*statement.lead)] if statement.lead else ""
    listed = lead or statement.is_lead  # of a list each item gives the role to bodies of its own
    sentence = statement.text if listed else text[slice(*statement.sentence)]
    return [
        reading
        for reading in readings(sentence, lead, candidate.passage.chunk.path)
        if reading.role is Role(role) and relation(body, reading.body)
        if not excludes(body, reading.condition)
    ]
