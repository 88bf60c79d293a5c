"""A passage in, statements out: the sentences, clauses and list items that can stand as an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

END = re.compile(r"[。！？!?；;][”’」』）)\]]*|\n+")
ITEM = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十百]+[)）]|[（(]\d{1,3}[)）]|\d{1,3}[.．、](?!\d)"
    r"|[一二三四五六七八九十]+、|[-*•]\s)"
)
LEAD = re.compile(r"[：:]\s*$")
OPEN, CLOSE = "“‘「『（([【《", "”’」』）)]】》"


@dataclass(frozen=True)
class Statement:
    """text == the passage's text[start:end].

    `lead` is the span of the sentence that introduces a list item, `sentence` the span of the whole sentence
    (up to 。) that a clause is part of, `heading` a bare line above.
    """

    text: str
    start: int
    end: int
    sentence: tuple[int, int]
    lead: tuple[int, int] | None = None
    heading: str = ""

    @property
    def is_lead(self) -> bool:
        """Whether this introduces a list (ends in a colon)."""
        return bool(LEAD.search(self.text))


def split(text: str) -> list[Statement]:
    """Cut a passage into statements, in order.

    A clause ends at 。！？； or the line's end, outside brackets and quotation marks; a line without any end
    mark is a heading for what follows.

    Example: split("可以购买：\\n（一）甲；\\n（二）乙。") -> the lead, and two items that know it
    """
    found: list[Statement] = []
    lead: tuple[int, int] | None = None
    heading = ""
    for line_start, line in _lines(text):
        is_item = bool(ITEM.match(line))
        if not is_item and lead is not None and found and not found[-1].is_lead:
            lead = None
        clauses = _clauses(line, line_start)
        if not is_item and len(clauses) == 1 and not re.search(r"[。！？!?；;：:，,]", line):
            heading = line.strip()
        sentence_start = line_start
        for start, end in clauses:
            words = text[start:end]
            ends_sentence = bool(re.search(r"[。！？!?][”’」』）)\]]*\s*$", words)) or end == clauses[-1][1]
            sentence_end = end if ends_sentence else _sentence_end(text, end, line_start + len(line))
            found.append(Statement(words, start, end, (sentence_start, sentence_end), lead, heading))
            if ends_sentence:
                sentence_start = end
        if clauses and found[-1].is_lead:
            lead = (found[-1].start, found[-1].end)
    return found


def block(statements: list[Statement], at: int) -> tuple[int, int]:
    """The span of the list that statements[at] leads or belongs to, lead included; else of itself."""
    statement = statements[at]
    lead = (statement.start, statement.end) if statement.is_lead else statement.lead
    if lead is None:
        return statement.start, statement.end
    members = [s for s in statements if s.lead == lead]
    return lead[0], max([s.end for s in members], default=statement.end)


def _lines(text: str) -> list[tuple[int, str]]:
    return [(m.start(), m.group()) for m in re.finditer(r"[^\n]+", text) if m.group().strip()]


def _clauses(line: str, offset: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = depth = 0
    i = 0
    while i < len(line):
        c = line[i]
        if c in OPEN:
            depth += 1
        elif c in CLOSE:
            depth = max(0, depth - 1)
        elif (m := END.match(line, i)) and (depth == 0 or c == "。"):
            spans.append((offset + start, offset + m.end()))
            start, i, depth = m.end(), m.end(), 0
            continue
        i += 1
    if line[start:].strip():
        spans.append((offset + start, offset + len(line)))
    return spans


def _sentence_end(text: str, start: int, limit: int) -> int:
    m = re.compile(r"[。！？!?][”’」』）)\]]*").search(text, start, limit)
    return m.end() if m else limit
