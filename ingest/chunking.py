"""Provisions in, chunks out: what the library stores and searches, each an exact span of the clean text.

A chunk is a 条, a numbered or headed section, or a paragraph, of at most about 450 characters. A longer one
is cut at its 款 and 项, then at sentence ends; a crumb joins a sibling under the same heading.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.structure import Provision

LIMIT = 450
CRUMB = 40
# 章 and 一、 open something of their own; a chunk never runs on into the next one.
_SEPARATE = frozenset(("编", "分编", "章", "节", "条", "部分", "标题", "附件", "附件说明"))
# The lines of a signature, or of a table of contents, share a chunk of their own.
_BLOCKS = {"落款": -2, "目录": -3}
_ITEMS = frozenset(("项", "目", "细目", "分项", "小项"))
_LEAD_IN_LIMIT = 160
_SENTENCE = re.compile(r"[。！？!?；;]+[”’」』）)]*|\n+")
_BRACKETS = {
    "（": "）",
    "(": ")",
    "“": "”",
    "《": "》",
    "〈": "〉",
    "「": "」",
    "『": "』",
    "【": "】",
    "[": "]",
}


@dataclass(frozen=True)
class Chunk:
    """A passage to be stored and searched; text == clean[start:end], neighbours by ordinal.

    lead_in is the sentence ending in ： (or the table's head row) that a chunk starting inside a list needs.
    context is "title > heading > heading", taken from the text: a corrected card costs no embedding.
    """

    id: str
    policy_id: str
    ordinal: int
    path: tuple[str, ...]
    start: int
    end: int
    text: str
    lead_in: str
    context: str

    @property
    def embedding_text(self) -> str:
        """What is embedded: where it stands, what introduces it, what it says."""
        return "\n".join(part for part in (self.context, self.lead_in, self.text) if part)


@dataclass(frozen=True)
class _Unit:
    """A paragraph, item, row or heading line: what a provision says before its first child."""

    start: int
    end: int
    provision: Provision
    group: int  # the start of the nearest separate provision around it
    bare: bool  # a heading or label that says nothing alone
    lead_in: str


def chunk(policy_id: str, title: str, clean: str, provisions: Sequence[Provision]) -> list[Chunk]:
    """Cut a text into chunks, in order; every character but white space is in exactly one of them."""
    units = _units(clean, provisions)
    chunks = []
    for ordinal, (first, start, end) in enumerate(_pieces(clean, units)):
        text, path = clean[start:end], first.provision.path
        lead_in = _lead_in(clean, first, start)
        said = (
            start <= first.start and (first.provision.label or first.provision.heading) or start < first.start
        )
        context = " > ".join(part for part in (title, *(path[:-1] if said else path)) if part)
        digest = hashlib.sha256("\x1f".join((policy_id, str(ordinal), context, lead_in, text)).encode())
        chunks.append(
            Chunk(digest.hexdigest()[:20], policy_id, ordinal, path, start, end, text, lead_in, context)
        )
    return chunks


def _units(clean: str, provisions: Sequence[Provision]) -> list[_Unit]:
    units: list[_Unit] = []
    stack: list[
        tuple[Provision, str]
    ] = []  # open containers, each with the sentence that introduces its list
    heads: dict[int, str] = {}
    for place, provision in enumerate(provisions):
        following = provisions[place + 1] if place + 1 < len(provisions) else None
        while stack and stack[-1][0].end <= provision.start:
            stack.pop()
        holds = following is not None and following.start < provision.end
        end = following.start if holds and following else provision.end
        own = clean[provision.start : end].rstrip()
        said = own[len(provision.label) :].strip()
        bare = (
            holds and (not said or said == provision.heading) or provision.kind in ("附件", "标题") and holds
        )
        separate = _is_separate(provision)
        group = next((above.start for above, _ in reversed(stack) if _is_separate(above)), -1)
        group = _BLOCKS.get(provision.kind, group)
        lead_in = next((sentence for _, sentence in reversed(stack) if sentence), "")
        if provision.kind == "表行":
            previous = units[-1] if units and units[-1].provision.kind == "表行" else None
            heads[provision.start] = (heads[previous.start] or previous.provision.text) if previous else ""
            lead_in = heads[provision.start]
        elif provision.kind not in _ITEMS:
            lead_in = ""
        units.append(
            _Unit(
                provision.start,
                provision.start + len(own),
                provision,
                provision.start if separate else group,
                bare,
                lead_in,
            )
        )
        if holds:
            stack.append((provision, _introduction(own)))
    return units


def _is_separate(provision: Provision) -> bool:
    return provision.kind in _SEPARATE or provision.kind == "分项" and bool(provision.heading)


def _introduction(paragraph: str) -> str:
    """The last sentence of a paragraph if it ends in ： and so introduces a list."""
    if not paragraph.endswith(("：", ":")):
        return ""
    ends = [match.end() for match in _SENTENCE.finditer(paragraph)]
    return paragraph[ends[-1] if ends else 0 :].strip()[-_LEAD_IN_LIMIT:]


def _pieces(clean: str, units: Sequence[_Unit]) -> Iterator[tuple[_Unit, int, int]]:
    """Yield (first unit that says something, start, end) for each chunk."""
    held: list[_Unit] = []  # headings waiting for what they head
    place = 0
    while place < len(units):
        group = units[place].group
        run = [units[place]]
        place += 1
        while place < len(units) and units[place].group == group:
            run.append(units[place])
            place += 1
        while run and run[0].bare:
            held.append(run.pop(0))
        if not run:
            continue
        start = held[0].start if held else run[0].start
        held = []
        yield from _pack(clean, start, run)
    if held:
        yield held[0], held[0].start, held[-1].end


def _pack(clean: str, start: int, run: Sequence[_Unit]) -> Iterator[tuple[_Unit, int, int]]:
    """One section, from its heading on: whole if it fits, else by paragraph, item and sentence."""
    if run[-1].end - start <= LIMIT:
        yield run[0], start, run[-1].end
        return
    pieces: list[tuple[_Unit, int, int]] = []
    for place, unit in enumerate(run):
        begin = start if place == 0 else unit.start
        for cut_start, cut_end in _cut(clean, begin, unit.end):
            if pieces and _joins(pieces[-1], unit, cut_end):
                pieces[-1] = (pieces[-1][0], pieces[-1][1], cut_end)
            else:
                pieces.append((unit, cut_start, cut_end))
    if len(pieces) > 1 and pieces[-1][2] - pieces[-1][1] < CRUMB:
        unit, first, _ = pieces[-2]
        pieces[-2:] = [(unit, first, pieces[-1][2])]
    yield from pieces


def _joins(piece: tuple[_Unit, int, int], unit: _Unit, end: int) -> bool:
    """Items of one list and the paragraphs of one article share a chunk while there is room; so do crumbs."""
    first, start, before = piece
    if end - start > LIMIT:
        return False
    listed = unit.provision.kind in _ITEMS or unit.provision.kind == "表行" or unit.provision.kind == "款"
    return listed or first.bare or before - start < CRUMB or end - unit.start < CRUMB


def _cut(clean: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a long paragraph at sentence ends, never inside brackets or quotes, into parts of even length."""
    if end - start <= LIMIT:
        return [(start, end)]
    stops = _stops(clean, start, end)
    goal = (end - start) / -(-(end - start) // LIMIT)
    out, begin = [], start
    while end - begin > LIMIT:
        first = bisect_right(stops, begin + CRUMB)
        room = [stop for stop in stops[first : bisect_right(stops, begin + LIMIT)] if end - stop >= CRUMB]
        if not room:
            room = stops[bisect_right(stops, begin + LIMIT) :][:1] or [end]
        best = min(room, key=lambda stop: abs(stop - begin - goal))
        out.append((begin, best))
        begin = best
        while begin < end and clean[begin].isspace():
            begin += 1
    if begin < end:
        out.append((begin, end))
    return out


def _stops(clean: str, start: int, end: int) -> list[int]:
    """The places between sentences that are outside every bracket and quote."""
    closing: list[str] = []
    stops = []
    for place in range(start, end):
        char = clean[place]
        if closing and char == closing[-1]:
            closing.pop()
        elif char in _BRACKETS and clean.find(_BRACKETS[char], place, min(end, place + LIMIT)) > 0:
            closing.append(_BRACKETS[char])
        elif not closing and char in "。！？!?；;":
            stops.append(place + 1)
    return stops


def _lead_in(clean: str, first: _Unit, start: int) -> str:
    """What introduces a chunk: its list's first sentence, or the part before ： of a sentence cut in two."""
    if start <= first.start:
        return first.lead_in
    before = clean[first.start : start].rstrip()
    sentence = (
        re.split(r"[。！？!?\n]", before)[-1] if not before.endswith(("。", "！", "？", "!", "?")) else ""
    )
    colon = max(sentence.rfind("："), sentence.rfind(":"))
    return sentence[: colon + 1].strip()[-_LEAD_IN_LIMIT:] or (
        first.lead_in if first.provision.kind in _ITEMS else ""
    )
