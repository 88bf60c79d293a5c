"""A conversation: the turns so far, and the region and date a person has set for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4


@dataclass(frozen=True)
class Turn:
    """One question, as it was understood (`rewritten`), and the answer a person read."""

    question: str
    rewritten: str
    answer: str


@dataclass
class Session:
    """One person's conversation. `region` (a GB/T 2260 code) and `as_of` hold where a question names none."""

    id: str = field(default_factory=lambda: uuid4().hex)
    region: str | None = None
    as_of: date | None = None
    turns: list[Turn] = field(default_factory=list)

    @classmethod
    def from_history(cls, history: Sequence[Mapping[str, str]]) -> Session:
        """Rebuild a session from messages of the form {"role": "user" | "assistant", "content": …}."""
        session = cls()
        asked: str | None = None
        for message in history:
            if message["role"] == "user":
                asked = message["content"]
            elif asked is not None:
                session.turns.append(Turn(asked, asked, message["content"]))
                asked = None
        if asked is not None:
            session.turns.append(Turn(asked, asked, ""))
        return session
