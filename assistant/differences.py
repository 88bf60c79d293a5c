"""Texts side by side in, the words out that stand in one and not in the others.

Texts that are mostly alike (versions of one rule) are compared word by word, each with the one most like it;
of others only what tells rules apart is compared: figures, dates, modals, and the items of lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.figures import figures
from ingest.words import fold, segmenter

ALIKE = 0.6  # word for word, from this share of common words on
SHORTEST = 2  # characters of an item
FEWEST = 3  # items of a list
UNTELLING = frozenset("类级档")  # 公益一类, 两级: names, not measures
BINDING = re.compile(r"不得|不能|不可以|禁止|可以|允许|有权|应当|必须|至少|最多|不[超少低高].|原则上")
DATE = re.compile(r"(?:19|20)\d{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日")
RUN = re.compile(r"[^。；：:，,（）()\n]*(?:、[^。；：:，,（）()\n]*)+")
ITEM = re.compile(r"[^、]+")
# Of the first item what introduces the list, of the last what goes on after it.
INTRODUCES = re.compile(r"^.*(?:包括|以及|用于|[是有如])(?![效关的])(?=..)")
TRAILS = re.compile(r"(?:等|的).*$|(?<=[一-龥]{2})(?:[和与及].*)$")
LONGEST = 10  # characters of a first or last item: a longer one is not only an item
Span = tuple[int, int]


@dataclass(frozen=True)
class _Unit:
    """A figure, date, modal or item, with what it is compared by."""

    kind: str
    key: str
    start: int
    end: int


def differences(texts: Sequence[str]) -> list[tuple[Span, ...]]:
    """For each text the spans that set it apart; an empty text says nothing, and nothing is compared with it.

    Example: differences(["不超过3年", "不超过1年"]) -> [((3, 5),), ((3, 5),)]
    """
    told = [text for text in texts if text.strip()]
    return [
        _apart(text, [o for at, o in enumerate(texts) if at != n and o.strip()])
        if text.strip() and len(told) > 1
        else ()
        for n, text in enumerate(texts)
    ]


def by_line(texts: Sequence[Sequence[str]]) -> list[list[tuple[Span, ...]]]:
    """The same for texts of several lines each: for every line of every text its own spans."""
    found: list[list[tuple[Span, ...]]] = []
    for lines, spans in zip(texts, differences(["\n".join(lines) for lines in texts]), strict=True):
        start = 0
        marks: list[tuple[Span, ...]] = []
        for line in lines:
            end = start + len(line)
            inside = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and start < b]
            marks.append(tuple(inside))
            start = end + 1
        found.append(marks)
    return found


def _apart(text: str, others: Sequence[str]) -> tuple[Span, ...]:
    own = _words(text)
    keys = [word for word, _ in own]
    matched = [SequenceMatcher(None, keys, [w for w, _ in _words(o)], autojunk=False) for o in others]
    nearest = max(matched, key=lambda m: m.ratio())
    if nearest.ratio() >= ALIKE:
        changed = [(a, b) for tag, a, b, _, _ in nearest.get_opcodes() if tag != "equal" and b > a]
        return _joined(text, [(own[a][1][0], own[b - 1][1][1]) for a, b in changed])
    held = [{(u.kind, u.key) for u in _units(other)} for other in others]
    folded = [fold(other) for other in others]
    spans = [
        (unit.start, unit.end)
        for unit in _units(text)
        if not any((unit.kind, unit.key) in units for units in held)
        and not (unit.kind == "item" and any(unit.key in other for other in folded))
    ]
    return _joined(text, spans)


def _words(text: str) -> list[tuple[str, Span]]:
    """The words of a text as they are compared, and where they stand; marks are left out."""
    found: list[tuple[str, Span]] = []
    at = 0
    for start, end in [*((f.start, f.end) for f in figures(text)), (len(text), len(text))]:
        for word in segmenter().cut(text[at:start]):
            if re.search(r"\w", word):
                found.append((fold(word), (at, at + len(word))))
            at += len(word)
        if end > start:  # 40小时 is one word, not two
            found.append((fold(text[start:end]), (start, end)))
        at = end
    return found


def _units(text: str) -> Iterator[_Unit]:
    dates = [m.span() for m in DATE.finditer(text)]
    for start, end in dates:
        yield _Unit("date", text[start:end], start, end)
    for f in figures(text):
        inside = any(start < f.end and f.start < end for start, end in dates)
        if f.unit and f.unit not in UNTELLING and not inside:
            yield _Unit("figure", f"{f.value}{f.unit}", f.start, f.end)
    for m in BINDING.finditer(text):
        yield _Unit("modal", m.group(), *m.span())
    for run in RUN.finditer(text):
        items = list(ITEM.finditer(run.group()))
        if len(items) >= FEWEST:
            for n, m in enumerate(items):
                yield from _item(text, run.start() + m.start(), run.start() + m.end(), n, len(items))


def _item(text: str, start: int, end: int, n: int, count: int) -> Iterator[_Unit]:
    """One item of a list, without what introduces the first and what follows the last."""
    if n == 0 and (before := INTRODUCES.match(text[start:end])):
        start += before.end()
    if n == count - 1:
        end = start + len(TRAILS.sub("", text[start:end]))
    said = text[start:end].strip()
    edge = n in (0, count - 1)
    if len(said) >= SHORTEST and not (edge and len(said) > LONGEST):
        yield _Unit("item", fold(said.rsplit("的", 1)[-1]), start, end)


def _joined(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch or lie within one another as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and not re.search(r"\w", text[found[-1][1] : start]) and start - found[-1][1] < 1:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif not found or end > found[-1][1]:
            found.append((max(start, found[-1][1]) if found else start, end))
    return tuple(found)
