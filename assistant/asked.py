"""A question in, what every statement found for it is compared with out: looked up once a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import nlargest

import numpy as np

from assistant.patterns import opposites
from assistant.query import Query
from assistant.retrieval import Passage
from assistant.traits import folded
from assistant.wanted import Floats, Places, Wanted
from ingest.words import uncommon

NEAREST = 10  # passages that a question's words are measured against: a larger library has more that are far


@dataclass(frozen=True)
class Asked:
    """What of a question every statement found for it is compared with, looked up once.

    `mean` has for each of its words the mean of the best similarity that the nearest passages have with it
    (1 where the word itself stands there).
    """

    query: Query
    want: Wanted
    words: Groups
    terms: Groups
    units: frozenset[str]
    figures: frozenset[Fraction]
    rarest: str
    wants_date: bool
    subjects: tuple[str, ...]
    nouns: tuple[Mapping[str, float], ...]
    pairs: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    mean: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Query, want: Wanted, passages: Sequence[Passage]) -> Asked:
        """Look it up, and measure the question's words against the nearest passages found for it."""
        asked = cls(
            query,
            want,
            Groups.of([at for _, _, at in want.word_tokens]),
            Groups.of([at for at in want.term_tokens if len(at)]),
            query.units,
            frozenset(f.value for f in query.figures),
            max(want.weights.items(), key=lambda kv: kv[1], default=("", 0.0))[0],
            any(ask.wants_date for ask in query.asks),
            (*want.quoted, *(word for word, weight in want.weights.items() if weight > 0.3)),
            tuple({noun: uncommon(noun) for noun in ask.nouns} for ask in query.asks),
            tuple(_pairs(query)),
        )
        values: dict[str, list[float]] = {word: [] for word, _, _ in want.word_tokens}
        for passage in nlargest(NEAREST, passages, key=lambda p: p.score):
            if passage.similar is not None and passage.similar.size:
                text = folded(f"{passage.chunk.context} {passage.chunk.lead_in} {passage.chunk.text}")
                for word, _, near in asked.held(text, passage.similar.max(axis=1)):
                    values[word].append(near)
        asked.mean.update({word: sum(found) / max(len(found), 1) for word, found in values.items()})
        return asked

    def held(self, text: str, best: Floats) -> list[tuple[str, float, float]]:
        """Each word, its weight, and how near a text comes to it: 1 where the word itself stands there."""
        return [
            (word, weight, 1.0 if word in text else mean)
            for (word, weight, _), mean in zip(self.want.word_tokens, self.words.means(best), strict=True)
        ]

    def lift(self, word: str, value: float) -> float:
        """How far a word's similarity stands above what any passage has, as a share of what it could."""
        floor = self.mean[word]
        return max((value - floor) / max(1 - floor, 0.02), -0.5)


@dataclass(frozen=True)
class Groups:
    """Groups of places, none of them empty, in one array."""

    places: Places
    starts: Places
    lengths: Places

    @classmethod
    def of(cls, groups: Sequence[Places]) -> Groups:
        """Lay them one after the other."""
        lengths = np.array([len(group) for group in groups], np.intp)
        places = np.concatenate(groups) if groups else lengths
        return cls(places, np.cumsum(lengths) - lengths, lengths)

    def means(self, values: Floats) -> list[float]:
        """The mean of the values at each group's places."""
        if not len(self.places):
            return []
        sums = np.add.reduceat(values[self.places], self.starts)
        return [float(mean) for mean in sums / self.lengths.astype(sums.dtype)]


def _pairs(query: Query) -> Iterator[tuple[re.Pattern[str], re.Pattern[str]]]:
    """The sides of pairs that a question names one of: the one asked about, and the other.

    那当购买主体呢, after a question about 承接主体, asks about the one that it names.
    """
    for one, other in opposites():
        named = bool(one.search(query.focus)) != bool(other.search(query.focus))
        question = query.focus if named else query.rewritten
        for asked, wrong in ((one, other), (other, one)):
            if asked.search(question) and not wrong.search(question):
                yield asked, wrong
