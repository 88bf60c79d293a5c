"""What was asked and what came of it, as the page shows it and the store keeps it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from assistant.answer import Status
from assistant.reply import Reply
from assistant.session import Session, Turn
from page.privacy import mask


@dataclass(frozen=True)
class Exchange:
    """A question and the reply to it; with neither reply nor failure it is open, or was cut off."""

    id: int
    question: str
    region: str | None = None
    as_of: date | None = None
    asked: datetime = field(default_factory=datetime.now)
    reply: Reply | None = None
    failure: str = ""
    suggestions: tuple[str, ...] = ()
    liked: bool | None = None


@dataclass(frozen=True)
class Listed:
    """A conversation in its owner's list."""

    id: str
    title: str
    used: datetime


@dataclass(frozen=True)
class Feedback:
    """What a person thought of a reply; numbers of persons are masked."""

    given: datetime
    liked: bool
    reason: str
    reply: Reply


@dataclass(frozen=True)
class Unanswered:
    """A question the library held no rule on; numbers of persons are masked."""

    asked: datetime
    reply: Reply


def session_of(exchanges: Sequence[Exchange], region: str | None, as_of: date | None) -> Session:
    """The session in which the next question stands, as if the process had never ended."""
    turns = [
        Turn(e.question, e.reply.rewritten, e.reply.text)
        for e in exchanges
        if e.reply and e.reply.status is not Status.REFUSED
    ]
    return Session(region=region, as_of=as_of, turns=turns)


def exchange_from(row: Sequence[object]) -> Exchange:
    """An exchange out of the store's columns, in the order of its fields."""
    identity, question, region, as_of, asked, reply, failure, suggestions, liked = row
    return Exchange(
        int(str(identity)),
        str(question),
        str(region) if region else None,
        date.fromisoformat(str(as_of)) if as_of else None,
        datetime.fromisoformat(str(asked)),
        Reply.from_json(str(reply)) if reply else None,
        str(failure),
        tuple(json.loads(str(suggestions))),
        None if liked is None else bool(liked),
    )


def masked(reply: Reply) -> Reply:
    """A reply for others to read: what the person typed is masked."""
    return replace(reply, question=mask(reply.question), rewritten=mask(reply.rewritten))
