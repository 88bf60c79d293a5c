"""The files of evals/training in, questions with their evidence out.

The texts of laws and pages are not ours to hold: rows give [start, end] offsets into them and a checksum of
the stretch. A row whose stretch has moved is left out and counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant.session import Session
from evals.grading import load_questions
from evals.metrics import normalise
from ingest.regions import find_regions

TRAINING = Path(__file__).parent / "training"
UNANSWERED = ("abstain", "refuse", "redirect")
MIXED = "mixed"  # pages among laws of other matters: what a question is not about must not answer it there
# The kinds of questions, and the libraries that each is asked of.
LIBRARIES_OF = {
    "documents": ("training",),
    "provisions": ("training",),
    "pages": ("pages", MIXED),
    "messages": ("pages", MIXED),
    "laws": ("laws",),
    "regulations": ("regulations",),
}
ELSEWHERE = 2  # every so many questions on a document are asked of another region, too
ARTICLE = re.compile(
    r"^(?:#+ *)?(第[一二三四五六七八九十百零]+条)[ \u3000]*"
    r"(.+(?:\n(?!第[一二三四五六七八九十百零]+条|#).*)*)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class TrainingQuestion:
    """One question to one library.

    `group` is the document, law or set that is left out as a whole; a statement is right where it holds one
    of `evidence` and stands in `within` (normalised; "" where any will do).
    """

    text: str
    kind: str
    group: str
    answerable: bool
    evidence: tuple[str, ...] = ()
    within: str = ""
    compares: bool = False
    history: tuple[dict[str, str], ...] = ()
    as_of: date | None = None
    library: str = ""

    def session(self) -> Session:
        """The conversation that it stands in, anew."""
        session = Session.from_history(self.history)
        session.as_of = self.as_of
        return session


@dataclass(frozen=True)
class Read:
    """The questions that can be used, and how many cannot, since their text has changed."""

    questions: tuple[TrainingQuestion, ...]
    moved: int = 0


def read_questions(text_of: Callable[[str], str], folder: Path = TRAINING) -> Read:
    """All training questions; `text_of` gives the text of a law or a cleaned page by its path."""
    documents = list(_of_documents(folder))
    found = [
        *documents,
        *elsewhere(documents),
        *_of_provisions(folder / "laws.jsonl", cache(text_of)),
        *_of_sets(folder / "pages.jsonl", cache(lambda name: normalise(text_of(name)))),
        *_messages(folder / "messages.jsonl"),
    ]
    return Read(to_ask(q for q in found if q), found.count(None))


def to_ask(questions: Iterable[TrainingQuestion]) -> tuple[TrainingQuestion, ...]:
    """Each question once for each library that its kind is asked of."""
    return tuple(replace(q, library=name) for q in questions for name in LIBRARIES_OF[q.kind])


def elsewhere(questions: Sequence[TrainingQuestion]) -> Iterator[TrainingQuestion]:
    """Some questions anew, of a region whose documents are on other matters: there nothing answers them."""
    places = {q.group: one.region.short for q in questions for one in find_regions(q.text)[:1]}
    names = sorted(set(places.values()))
    answered = [q for q in questions if q.answerable and places.get(q.group, "-") in q.text]
    for n, question in enumerate(answered[::ELSEWHERE]):
        own = places[question.group]
        other = names[(names.index(own) + 1 + n % (len(names) - 1)) % len(names)]
        text = question.text.replace(own, other)
        yield replace(question, text=text, answerable=False, evidence=(), within="")


def read_set(path: Path, kind: str) -> list[TrainingQuestion]:
    """A set of graded questions that quotes its evidence, such as policy.dev.jsonl."""
    return [
        TrainingQuestion(
            q.text,
            kind,
            path.stem,
            q.expected not in UNANSWERED,
            q.evidence,
            compares=q.expected == "compare",
            history=tuple(dict(turn) for turn in q.history),
            as_of=q.as_of,
        )
        for q in load_questions(path)
    ]


def stretch(text: str, start: int, end: int, checksum: str) -> str | None:
    """Characters of a normalised text; None where they are not those that were meant.

    Example: stretch("甲乙丙", 1, 3, checksum_of("乙丙")) -> "乙丙"
    """
    return text[start:end] if checksum_of(text[start:end]) == checksum else None


def checksum_of(text: str) -> str:
    """Six hexadecimal digits of SHA-256."""
    return sha256(text.encode()).hexdigest()[:6]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _of_documents(folder: Path) -> Iterator[TrainingQuestion]:
    texts = {p.name: p.read_text(encoding="utf-8") for p in (folder / "documents").glob("*.txt")}
    for row in _rows(folder / "documents.jsonl"):
        text, span = texts[row["document"]], row["answer"]
        evidence = (text[slice(*span)],) if span else ()
        yield TrainingQuestion(
            row["question"], "documents", row["document"], bool(span), evidence, normalise(text)
        )


def _messages(path: Path) -> Iterator[TrainingQuestion]:
    """What is no question of policy: whatever is found for it answers nothing."""
    for row in _rows(path):
        yield TrainingQuestion(row["question"], "messages", f"messages-{row['kind']}", answerable=False)


def _of_provisions(path: Path, text_of: Callable[[str], str]) -> Iterator[TrainingQuestion | None]:
    for row in _rows(path):
        article = _article(text_of(row["law"]), row["article"])
        whole = normalise(row["article"]) + article  # its first sentence is found with the number before it
        for question, place in row["questions"]:
            told = stretch(article, *place) if place else ""
            evidence = (told,) if told else ()
            yield (
                None
                if told is None
                else TrainingQuestion(question, "provisions", row["law"], bool(told), evidence, whole)
            )


def _article(text: str, label: str) -> str:
    """The normalised text of an article by its label; "" where there is none."""
    return next((normalise(body) for number, body in ARTICLE.findall(text) if number == label), "")


def _of_sets(path: Path, text_of: Callable[[str], str]) -> Iterator[TrainingQuestion | None]:
    for row in _rows(path):
        told = [stretch(text_of(document), *place) for document, *place in row["evidence"]]
        yield (
            None
            if None in told
            else TrainingQuestion(
                row["question"],
                row["group"].split("-")[0],
                row["group"],
                row["expected"] not in UNANSWERED,
                tuple(quote for quote in told if quote),
                compares=row["expected"] == "compare",
                history=tuple(row.get("history", ())),
                as_of=date.fromisoformat(row["as_of"]) if "as_of" in row else None,
            )
        )
