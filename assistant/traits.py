"""What a text holds whatever is asked: its folded words, figures, clauses; kept from question to question.

Reading a text costs more than comparing it with a question, and an office asks of the same documents all day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.figures import Figure, figures
from assistant.sentences import Statement, split
from ingest.words import fold

# About 3 KB each at the most: the statements and passages of some two thousand articles.
STATEMENTS, PASSAGES = 8192, 2048
CLAUSE = re.compile(r"[^,，;；。、:：\n]+")
STOPS = re.compile(r"[。；;，,：:、]")
DATE = re.compile(r"\d{1,2}月\d{1,2}日|(?:19|20)\d{2}年|(?:19|20)\d{2}[-.]\d{1,2}[-.]\d{1,2}|每年\d+月")


@dataclass(frozen=True)
class Clause:
    """A clause that holds a figure: where it stands in its statement, its folded words, the units."""

    start: int
    end: int
    text: str
    units: frozenset[str]


@dataclass(frozen=True)
class Traits:
    """A statement's words with its lead (`text`), its heading, both (`whole`), all folded; its figures."""

    text: str
    heading: str
    whole: str
    figures: tuple[Figure, ...]
    clauses: tuple[Clause, ...]
    dated: bool
    bare: bool


@lru_cache(STATEMENTS)
def traits(text: str, lead: str, heading: str) -> Traits:
    """Read a statement."""
    numbers = tuple(figures(text))
    return Traits(
        text=fold(text + lead),
        heading=fold(heading),
        whole=fold(f"{text} {lead} {heading}"),
        figures=numbers,
        clauses=tuple(_clauses(text)),
        dated=bool(DATE.search(text)),
        bare=not STOPS.search(text),
    )


@lru_cache(PASSAGES)
def statements(text: str) -> tuple[Statement, ...]:
    """Cut a passage into its statements."""
    return tuple(split(text))


@lru_cache(PASSAGES)
def folded(text: str) -> str:
    """Fold a passage's words or what stands around them."""
    return fold(text)


def _clauses(text: str) -> list[Clause]:
    found = []
    for m in CLAUSE.finditer(text):
        if units := frozenset(f.unit for f in figures(m.group())):
            found.append(Clause(m.start(), m.end(), fold(m.group()), units))
    return found
