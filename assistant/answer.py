"""What a person gets: a status, a few plain sentences with numbered citations, and what was not said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.citations import Citation, Rejection
from assistant.query import Query
from assistant.retrieval import Passage


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"
    CLARIFY = "clarify"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """A verified answer.

    `text` carries the marks [1] [2] of its `citations`; `nearest` are passages that were looked at and are
    not an answer (shown, marked as such, when the status is ABSTAINED); `notices` are warnings beside the
    answer (a superseded rule, a digest, a conflict); `rejected` are claims that did not pass verification.
    """

    status: Status
    text: str
    query: Query
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Passage, ...] = ()
    notices: tuple[str, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    ms: float = 0.0
