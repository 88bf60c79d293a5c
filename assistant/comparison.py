"""A topic or a question, places and days in, a table out: each cell the verified words of its rules.

A question makes one row. A topic makes a row of each aspect that the documents' own headings part it into;
where a place has no such heading it is asked like a question. What is silent is said to be silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from assistant.aspects import Section, about, aspects, matching, sections
from assistant.citations import Citation, Claim, verify
from assistant.composition import compose
from assistant.differences import Span, by_line
from assistant.lookup import Searching
from assistant.provisions import sentences_on
from assistant.query import Query, understand
from assistant.session import Session
from assistant.sides import Side
from assistant.verdicts import verdict
from ingest.regions import NATION, ancestors, cut_out, find_regions, region
from ingest.words import fold, words

MOST_COLUMNS = 8
CELL = 360  # characters of a section told in a cell; the rest is only counted
SURE = 0.55  # an answer told is at least so probable beside the most probable one of its row
MENTIONS = 2  # sentences told of an aspect that no heading has
NOTICE = re.compile("非官方原文|^整理的是")  # a digest's own notice is no rule
JOINED = re.compile(r"^[和与及跟、，,的在比]+|[和与及跟、，,比]+(?=的)")


@dataclass(frozen=True)
class Column:
    """A place (100000: the nation) and the day its rules are to hold on."""

    code: str
    as_of: date

    @property
    def place(self) -> str:
        """Example: Column("640000", …).place -> "宁夏" """
        return region(self.code).short


@dataclass(frozen=True)
class Line:
    """One statement of a cell; `marks` are the spans of its text that the other cells do not have."""

    text: str
    citations: tuple[Citation, ...]
    marks: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Cell:
    """What one column says in a row; no lines: its documents are silent, or none is `held`. `verdict` is
    可以, 不可以 or ""; `more` statements are left out."""

    lines: tuple[Line, ...] = ()
    verdict: str = ""
    more: int = 0
    confidence: float = 1.0
    held: bool = True

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(line.text for line in self.lines)

    @property
    def silence(self) -> str:
        """What is said in place of lines."""
        return Side("", held=self.held).silence


@dataclass(frozen=True)
class Row:
    """One aspect, or the question, across the columns."""

    aspect: str
    cells: tuple[Cell, ...]

    @property
    def standing(self) -> str:
        """Whether the columns differ, in words."""
        told = [cell for cell in self.cells if cell.lines]
        unheld = sum(not cell.held for cell in self.cells)
        silent = len(self.cells) - len(told) - unheld
        if silent == len(self.cells):
            return "均未作规定"
        said = "有差别" if any(line.marks for cell in told for line in cell.lines) else "未见差别"
        counts = ((silent, "未作规定"), (unheld, "没有收录文件"))
        parts = [*([said] if len(told) > 1 else []), *(f"{n} 处{what}" for n, what in counts if n)]
        return "，".join(parts) or "只有一处可比"


@dataclass(frozen=True)
class Comparison:
    """The table, its citations numbered through."""

    asked: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, by number."""
        every = (c for row in self.rows for cell in row.cells for line in cell.lines for c in line.citations)
        return tuple(sorted({c.number: c for c in every}.values(), key=lambda c: c.number))

    def name(self, column: Column) -> str:
        """What stands above a column: its place, and its day where the days differ."""
        days = {other.as_of for other in self.columns}
        return f"{column.place}（{column.as_of:%Y-%m-%d}）" if len(days) > 1 else column.place


def compare(assistant: Searching, asked: str, columns: Sequence[Column]) -> Comparison:
    """Compare; the names of places in `asked` are left to the columns."""
    text = without_places(asked)
    chosen = tuple(dict.fromkeys(columns))[:MOST_COLUMNS]
    is_question = bool(understand(text, Session(), assistant.today()).kinds)
    desks = [_Desk(assistant, column, "" if is_question else text) for column in chosen]
    found = [] if is_question else aspects(text, [desk.sections for desk in desks])
    rows = [[desk.on(aspect) for desk in desks] for aspect in found]
    rows = rows or [_sure([desk.answer(text) for desk in desks])]
    numbers: dict[tuple[str, int, int], int] = {}
    return Comparison(
        asked.strip(),
        chosen,
        tuple(
            Row(name, tuple(_marked([_numbered(cell, numbers) for cell in cells])))
            for name, cells in zip(found or [text], rows, strict=True)
        ),
    )


def places_in(asked: str) -> list[str]:
    """The codes of the places a question names."""
    return list(dict.fromkeys(m.region.code for m in find_regions(asked)))


def without_places(asked: str) -> str:
    """Example: without_places("宁夏和安徽的购买主体分别是谁") -> "购买主体分别是谁" """
    text = asked.strip()
    return JOINED.sub("", cut_out(text, find_regions(text))) or text


class _Desk:
    """What one column's documents say; on a topic, those whose titles hold it, if there are any."""

    def __init__(self, assistant: Searching, column: Column, topic: str) -> None:
        self._assistant = assistant
        self._column = column
        self._places = {column.code, *(c for c in ancestors(column.code) if c != NATION)}
        scope = assistant.retriever.scope(self._query("现行规定"), [column.code])
        policies = assistant.retriever.policies()
        self._held = any((p.region or NATION) in self._places for p in policies.values())
        self._scope = {
            i: force for i, force in scope.items() if (policies[i].region or NATION) in self._places
        }
        near = {i: force for i, force in self._scope.items() if topic and about(topic, policies[i])}
        self._scope = near or self._scope
        self.sections: list[Section] = [
            section
            for identity, force in self._scope.items()
            for section in sections(assistant.library, policies[identity], force)
        ]

    def on(self, aspect: str) -> Cell:
        """What stands under the headings that have this aspect, or else where it is mentioned."""
        held = [said.claim for section in matching(aspect, self.sections) for said in section.on(aspect)]
        told: list[Claim] = []
        for claim in dict.fromkeys(held):
            if told and sum(len(c.text) for c in told) + len(claim.text) > CELL:
                break
            told.append(claim)
        if not told:
            told = list(self._mentions(aspect))
        more = max(len(dict.fromkeys(held)) - len(told), 0)
        return replace(_cell(told, self._query(aspect)), more=more, held=self._held)

    def _mentions(self, aspect: str) -> Iterator[Claim]:
        """Where no heading has the aspect: the sentences that hold all its words, the best first."""
        wanted = [w for w in words(aspect, question=True) if len(w) > 1]
        assistant = self._assistant
        for said in islice(
            (
                said
                for said in sentences_on(assistant.library, assistant.retriever, self._scope, aspect)
                if all(w in fold(said.text) for w in wanted) and not NOTICE.search(said.text)
            ),
            MENTIONS,
        ):
            yield said.claim

    def answer(self, question: str) -> Cell:
        """The answer of this column's own documents, composed and verified as every answer is.

        It is asked as one of two places: then only what answers about as well as the best is told.
        """
        query = self._query(question)
        retriever = self._assistant.retriever
        encoding = retriever.encode(query.search_text)
        passages = [p for p in retriever.retrieve(query, encoding) if p.policy.id in self._scope]
        other = region(NATION if self._column.code != NATION else "110000")
        draft = compose(replace(query, regions=(*query.regions, other)), encoding, passages, retriever.rarity)
        claims = [claim for claim in draft.claims if not NOTICE.search(claim.text)]
        cell = _cell(claims, query)
        told = verdict(query, claims) if cell.lines else ""
        return replace(cell, verdict=told, confidence=draft.confidence, held=self._held)

    def _query(self, question: str) -> Query:
        session = Session(as_of=self._column.as_of)
        query = understand(question, session, self._assistant.today())
        kinds = query.kinds - {"compare", "region"}
        place = region(self._column.code)
        return replace(
            query, regions=(place,), as_of=self._column.as_of, kinds=kinds, every_region=False, version=""
        )


def _cell(claims: Sequence[Claim], query: Query) -> Cell:
    verified, _ = verify(claims, query)
    return Cell(tuple(Line(v.claim.text, v.citations) for v in verified))


def _sure(cells: Sequence[Cell]) -> list[Cell]:
    """The cells of a question, without those that answer far less surely than the best one does."""
    best = max((cell.confidence for cell in cells if cell.lines), default=0.0)
    return [cell if cell.confidence >= SURE * best else replace(cell, lines=(), verdict="") for cell in cells]


def _numbered(cell: Cell, numbers: dict[tuple[str, int, int], int]) -> Cell:
    """The citations of a cell, numbered on through the table."""

    def on(citation: Citation) -> Citation:
        key = (citation.policy.id, citation.start, citation.end)
        return replace(citation, number=numbers.setdefault(key, len(numbers) + 1))

    lines = tuple(replace(line, citations=tuple(map(on, line.citations))) for line in cell.lines)
    return replace(cell, lines=lines)


def _marked(cells: Sequence[Cell]) -> Iterator[Cell]:
    """The cells of a row with what sets each apart marked."""
    marks = by_line([[line.text for line in cell.lines] for cell in cells])
    for cell, of_cell in zip(cells, marks, strict=True):
        lines = (replace(line, marks=of_line) for line, of_line in zip(cell.lines, of_cell, strict=True))
        yield replace(cell, lines=tuple(lines))
