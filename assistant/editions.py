"""Two versions of one policy in, which provision stands in whose place out, and what is new or gone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.chunking import Chunk

ALIKE = 0.3  # what stands in a provision's place in the other version shares this much with it
NUMERAL = "零〇一二两三四五六七八九十百千"
CHAPTER = re.compile(rf"第[{NUMERAL}]+[编章]\s*(?P<name>.*)$")
# A provision whose number, or the number it refers to, alone is another is not changed.
NUMBERING = re.compile(
    rf"第[{NUMERAL}]+[编章节条](?:之[一二三四五六七八九十])?|(?:本条|前条)?第[{NUMERAL}]+[款项]|[（(][{NUMERAL}]{{1,3}}[)）]|\W"
)
BUCKETS = 4096  # of pairs of characters


@dataclass(frozen=True)
class Compared:
    """How two versions differ: by chunk id, for those that differ alone.

    `partner` is the chunk in whose place one stands in the other version, or "" where there is none;
    `opens` are the first chunks of the chapters that the other version has not.
    """

    partner: dict[str, str]
    opens: Collection[str]

    def beside(self, found: Iterable[str]) -> set[str]:
        """The provisions found, the first ones of new chapters, and what stands in the place of each."""
        known = {*found, *self.opens}
        return (known | {self.partner.get(i, "") for i in known}) - {""}

    def added(self, most: int) -> list[str]:
        """The first of the provisions that only one version has."""
        return [i for i, other in self.partner.items() if not other][:most]

    def kind(self, chunk: str) -> str:
        """What is new or gone with a chunk: 章, 条 or nothing."""
        return "章" if chunk in self.opens else "条" if self.partner.get(chunk) == "" else ""


def bare(text: str) -> str:
    """The words that count when versions are compared: without numbers of provisions and punctuation."""
    return NUMBERING.sub("", text)


def differing(old: Sequence[Chunk], new: Sequence[Chunk]) -> list[Chunk]:
    """The chunks of two versions whose words the other version does not hold, the earlier version's first.

    A provision that only got another number is not changed.
    """
    words_of = [{bare(c.text): c for c in side} for side in (old, new)]
    return [c for side, other in (words_of, words_of[::-1]) for text, c in side.items() if text not in other]


def compared(old: Sequence[Chunk], new: Sequence[Chunk]) -> Compared:
    """Set the provisions of two versions beside each other."""
    # How a law was adopted stands before its provisions.
    sides = [[c for c in side if c.ordinal] for side in (old, new)]
    changed = {c.id for c in differing(*sides)}
    shares = _shares(*sides)
    partner: dict[str, str] = {}
    for side, other, share in ((sides[0], sides[1], shares), (sides[1], sides[0], shares.T)):
        for at, chunk in enumerate(side):
            if chunk.id in changed:
                best = int(share[at].argmax()) if other else 0
                partner[chunk.id] = other[best].id if other and share[at, best] >= ALIKE else ""
    opens = _opens(sides[0], sides[1]) | _opens(sides[1], sides[0])
    return Compared(partner, opens)


def _shares(old: Sequence[Chunk], new: Sequence[Chunk]) -> NDArray[np.float32]:
    """How much each of the one side has in common with each of the other (Dice), (len(old), len(new))."""
    one, other = (np.array([_pairs(c.text) for c in side]).reshape(-1, BUCKETS) for side in (old, new))
    both = one.sum(axis=1)[:, None] + other.sum(axis=1)[None, :]
    shares: NDArray[np.float32] = 2 * (one @ other.T) / np.maximum(both, 1)
    return shares


def _pairs(text: str) -> NDArray[np.float32]:
    found = np.zeros(BUCKETS, dtype=np.float32)
    codes = [ord(c) for c in bare(text)]
    found[[(a * 31 + b) % BUCKETS for a, b in zip(codes, codes[1:], strict=False)]] = 1.0
    return found


def defining(terms: Sequence[str], chunks: Iterable[Chunk]) -> list[str]:
    """The chunks that say what a term is."""
    return [c.id for c in chunks if any(f"{term}，是指" in c.text for term in terms)]


def chapter(chunk: Chunk) -> str:
    """The name of the chapter that a chunk stands in, without its number, or ""."""
    found = [m["name"] for label in chunk.path if (m := CHAPTER.match(label))]
    return re.sub(r"\s", "", found[-1]) if found else ""


def _opens(side: Sequence[Chunk], other: Sequence[Chunk]) -> set[str]:
    """The first chunks of the chapters that the other version has not."""
    known = {chapter(c) for c in other} | {""}
    first: dict[str, str] = {}
    for chunk in side:
        first.setdefault(chapter(chunk), chunk.id)
    return {identity for name, identity in first.items() if name not in known}
