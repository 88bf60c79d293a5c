"""A body, a place and what it wants in, what the rules say of that out: each conclusion with its quote.

Nothing is known here of any document: the provisions that define 购买主体 and 承接主体 are searched, read by
`assistant.roles`, and what is concluded goes through `assistant.citations.verify` like every answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from assistant.bodies import Body, Relation, asked_body, excludes, relation, vague, wider
from assistant.citations import Citation, Claim, verify
from assistant.provisions import Said, sentences_on
from assistant.query import Query, understand
from assistant.requirements import Service, requirements, service_rules
from assistant.retrieval import Retriever
from assistant.roles import Force, Reading, Role, readings
from assistant.session import Session
from ingest.card import Policy
from ingest.library import Library
from ingest.regions import NATION, region

SEARCHED = "购买主体 承接主体 采购人 供应商 承接 购买服务"
NAMED_LIMIT = 4  # rules shown that define a role where none names the body


class Verdict(StrEnum):
    """What follows for the body that asks."""

    MAY = "可以"
    MAY_NOT = "不可以"
    DEPENDS = "有条件"
    CONFLICT = "各文件规定不一致"
    SILENT = "现有文件没有规定"


@dataclass(frozen=True)
class Finding:
    """What one sentence says of the body: `named` is the body as the rule names it, `condition` what it asks
    of it ("" for nothing further)."""

    verdict: Verdict
    named: str
    condition: str
    citation: Citation


@dataclass(frozen=True)
class Check:
    """A whole check. `defining` are the rules that say who may, where none names the body."""

    body: str
    read_as: tuple[str, ...]
    role: Role
    place: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    defining: tuple[Citation, ...]
    conditions: tuple[Citation, ...]
    service: Service | None = None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All that is cited, by number."""
        found = [*(f.citation for f in self.findings), *self.defining, *self.conditions]
        found += self.service.citations if self.service else ()
        return tuple(sorted({c.number: c for c in found}.values(), key=lambda c: c.number))


class Eligibility:
    """Checks against one library, on a day."""

    def __init__(self, library: Library, retriever: Retriever, on: date) -> None:
        self._library = library
        self._retriever = retriever
        self._on = on

    def kinds(self, code: str, role: Role | None = None) -> list[str]:
        """The kinds of bodies that the rules of a place and of the nation name, the most named first."""
        counted: dict[str, int] = {}
        for _, reading in self._readings(code):
            body = reading.body
            if not vague(body) and (role is None or reading.role is role):
                counted[body.said] = counted.get(body.said, 0) + 1
        return sorted(counted, key=lambda said: (-counted[said], said))

    def check(self, body: str, code: str, role: Role, service: str = "") -> Check:
        """What the rules say. `code` is a region's (100000: the nation's rules alone)."""
        query, scope = self._query(code), self._scope(code)
        asked = asked_body(body)
        of_role = [(said, r) for said, r in self._readings(code) if r.role is role]
        drawn = _nearest([d for said, reading in of_role if (d := _draw(asked, said, reading))])
        defining = [] if drawn else list(dict.fromkeys(said.claim for said, _ in of_role))[:NAMED_LIMIT]
        needed = [said.claim for said in requirements(self._library, self._retriever, scope, role)]
        bought = service_rules(self._library, self._retriever, scope, service) if service.strip() else None
        claims = [*(d.claim for d in drawn), *defining, *needed, *(bought.claims if bought else ())]
        verified, _ = verify(list(dict.fromkeys(claims)), query)
        cited = {v.claim: v.citations[0] for v in verified}
        findings = tuple(
            Finding(d.verdict, d.named, d.condition, cited[d.claim]) for d in drawn if d.claim in cited
        )
        return Check(
            body=body.strip(),
            read_as=tuple(n for n in wider(asked)[1:] if any(f.named.endswith(n) for f in findings)),
            role=role,
            place=region(code).name,
            verdict=_together(findings),
            findings=findings,
            defining=tuple(cited[c] for c in defining if c in cited),
            conditions=tuple(cited[c] for c in needed if c in cited),
            service=bought.cited(cited) if bought else None,
        )

    def _query(self, code: str) -> Query:
        query = understand("现行规定", Session(as_of=self._on), self._on)
        return replace(query, regions=() if code == NATION else (region(code),))

    def _scope(self, code: str) -> dict[str, bool]:
        return self._retriever.scope(self._query(code), [code])

    def _readings(self, code: str) -> list[tuple[Said, Reading]]:
        """Every reading of the rules of a place, those of the place itself before those above it.

        采购人 and 供应商 are of the law of procurement at large: they speak where nothing nearer does.
        """
        held = sentences_on(self._library, self._retriever, self._scope(code), SEARCHED)
        found = [
            (said, reading)
            for said in sorted(held, key=lambda s: s.passage.policy.region != code)
            for reading in readings(said.text, said.lead, said.passage.chunk.path)
        ]
        return [(s, r) for s, r in found if r.near] or found


@dataclass(frozen=True)
class _Drawn:
    """A finding before its claim is verified."""

    verdict: Verdict
    named: str
    condition: str
    claim: Claim
    exact: bool  # the rule names the body itself and not a wider kind


def _draw(asked: Body, said: Said, reading: Reading) -> _Drawn | None:
    stands = relation(asked, reading.body)
    if stands is None or excludes(asked, reading.condition):
        return None
    verdict, condition = _verdict(reading, *stands)
    exact = verdict is not Verdict.DEPENDS and reading.body.name == asked.name
    return _Drawn(verdict, reading.body.said, condition, said.claim, exact)


def _nearest(drawn: Sequence[_Drawn]) -> list[_Drawn]:
    """Of what one policy says the nearest: where it names the body itself, what it says of wider kinds under
    further conditions (事业单位 that carry on business, asked for 公益一类) is beside the point."""
    exact = {d.claim.passage.policy.id for d in drawn if d.exact}
    sure = {d.claim for d in drawn if d.verdict in (Verdict.MAY, Verdict.MAY_NOT)}
    return [
        d
        for d in dict.fromkeys(drawn)
        if d.exact
        or d.verdict is not Verdict.DEPENDS
        or (d.claim.passage.policy.id not in exact and d.claim not in sure)
    ]


def _verdict(reading: Reading, stands: Relation, lacking: str) -> tuple[Verdict, str]:
    may = reading.force is Force.MAY
    if reading.force is Force.BY_ANALOGY:
        return Verdict.DEPENDS, "，".join(part for part in (lacking, "参照执行") if part)
    if stands is Relation.PARTLY:
        return Verdict.DEPENDS, f"{lacking}的，{'可以' if may else '不可以'}"
    if reading.condition:
        return Verdict.DEPENDS, reading.condition
    return (Verdict.MAY if may else Verdict.MAY_NOT), ""


def _together(findings: Sequence[Finding]) -> Verdict:
    """One verdict of several; a rule that permits and one that forbids are never weighed, both are shown."""
    told = {finding.verdict for finding in findings}
    if not told:
        return Verdict.SILENT
    if {Verdict.MAY, Verdict.MAY_NOT} <= told:
        return Verdict.CONFLICT
    if Verdict.MAY_NOT in told:
        return Verdict.MAY_NOT
    return Verdict.DEPENDS if Verdict.DEPENDS in told else Verdict.MAY


def present(policy: Policy) -> str:
    """What tells two rules apart: rank, and the day it counts from."""
    day = policy.version_date
    dated = f"{day.year}年{day.month}月{day.day}日起" if day else "日期不详"
    return f"{policy.rank or '效力层级不详'}，{dated}"
