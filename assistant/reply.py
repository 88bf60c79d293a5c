"""An Answer as every surface shows it: plain values that can be stored, sent and read back unchanged."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from assistant.answer import Answer, Status
from assistant.sides import Point, Side
from ingest.card import Policy, standing
from ingest.chunking import Chunk
from ingest.regions import region

Span = tuple[int, int]


@dataclass(frozen=True)
class Cited:
    """Words of a document: quoted and verified (`number` is the mark [n]), or only nearest (`number` 0).

    `quote` == the document's clean text[start:end], within `text`, the passage, which begins at
    `passage_start`; `lead_in` introduces a passage that begins inside a list. `standing` is 现行, 尚未施行,
    已失效 or 已被取代, on the reply's as_of date. `region` is a name, "" where unknown.
    """

    number: int
    policy_id: str
    title: str
    document_number: str
    region: str
    rank: str
    standing: str
    digest: bool
    path: tuple[str, ...]
    start: int
    end: int
    quote: str
    text: str
    lead_in: str
    passage_start: int
    file_name: str = ""

    @property
    def span(self) -> Span:
        """Where the quote stands in the document."""
        return self.start, self.end

    @property
    def mark(self) -> Span:
        """Where the quote stands in the passage."""
        return self.start - self.passage_start, self.end - self.passage_start


@dataclass(frozen=True)
class Reply:
    """What a person, a store, an export or a machine gets of an answer.

    `sides` are what `text` says of each place or version, a line each, where the question compares them.

    Example: Reply.from_json(reply.to_json()) == reply
    """

    status: Status
    text: str
    question: str
    rewritten: str
    regions: tuple[str, ...]
    as_of: date
    confidence: float = 0.0
    notices: tuple[str, ...] = ()
    citations: tuple[Cited, ...] = ()
    nearest: tuple[Cited, ...] = ()
    ms: float = 0.0
    sides: tuple[Side, ...] = ()

    @classmethod
    def of(cls, answer: Answer, policies: Collection[Policy]) -> Reply:
        """The reply to an answer; `policies` are those of the library, to tell what has been superseded."""
        query = answer.query

        def cited(number: int, policy: Policy, chunk: Chunk, span: Span) -> Cited:
            words = chunk.text[span[0] - chunk.start : span[1] - chunk.start]
            state = standing(policy, policies, query.as_of)
            return Cited(
                number, policy.id, policy.title, policy.document_number or "", region_name(policy.region),
                policy.rank or "", state, policy.digest, chunk.path, *span, words, chunk.text, chunk.lead_in,
                chunk.start, policy.file_name,
            )  # fmt: skip

        return cls(
            answer.status,
            answer.text,
            query.question,
            query.rewritten,
            tuple(place.name for place in query.regions),
            query.as_of,
            round(answer.confidence, 4),
            answer.notices,
            tuple(cited(c.number, c.policy, c.chunk, (c.start, c.end)) for c in answer.citations),
            tuple(cited(0, p.policy, p.chunk, (p.chunk.start, p.chunk.end)) for p in answer.nearest),
            round(answer.ms, 1),
            answer.sides,
        )

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, default=date.isoformat)

    @classmethod
    def from_json(cls, stored: str) -> Reply:
        """The reply that to_json() wrote, whichever version of the product wrote it."""
        values = _known(cls, json.loads(stored))
        values["status"] = Status(values["status"])
        values["as_of"] = date.fromisoformat(values["as_of"])
        for field in ("regions", "notices"):
            values[field] = tuple(values[field])
        for field in ("citations", "nearest"):
            values[field] = tuple(_cited(row) for row in values[field])
        values["sides"] = tuple(_side(row) for row in values.get("sides", ()))
        return cls(**values)


def region_name(code: str | None) -> str:
    """Example: region_name("440000") -> "广东省"; "" for an unknown one."""
    return region(code).name if code else ""


def _cited(row: Mapping[str, Any]) -> Cited:
    return Cited(**{**_known(Cited, row), "path": tuple(row["path"])})


def _side(row: Mapping[str, Any]) -> Side:
    points = tuple(Point(p["text"], tuple(p["numbers"])) for p in row["points"])
    return Side(row["name"], points, row.get("held", True))


def _known(kind: type, row: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: row[field.name] for field in fields(kind) if field.name in row}
