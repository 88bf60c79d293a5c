"""A topic and the documents of several places in, the aspects out that their own headings part it into."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.patterns import terms_for
from assistant.provisions import Said, sentences_of
from assistant.retrieval import Passage
from ingest.card import Policy
from ingest.chunking import Chunk
from ingest.library import Library
from ingest.structure import Provision
from ingest.words import fold, words

CONTAINERS = frozenset(("编", "分编", "章", "节", "部分", "标题", "分项"))
PARTS = re.compile(r"[（）()、，,：:；;“”\s]|(?<=[一-龥]{2})[和与及](?=[一-龥]{2})|以及")
# Headings of every document, and those in everyday words, which stand beside the term they explain.
COMMON = re.compile(
    r"总则|附则|法律责任|背景|由来|出处|总体|目的|意义|谁|什么|怎么|为什么|哪|总结|提高认识|指导思想|基本原则|其他"
)
SHORTEST, LONGEST = 2, 12
MOST = 8
ABOUT = 0.6  # of a topic's words a heading holds at least so many, or its document's title does


@dataclass(frozen=True)
class Section:
    """What stands under one heading of a policy; `terms` are the parts of the heading."""

    policy: Policy
    heading: str
    terms: tuple[str, ...]
    chunks: tuple[Chunk, ...]
    start: int
    end: int
    in_force: bool = True

    def on(self, aspect: str) -> Iterator[Said]:
        """Its sentences; where the heading has several parts, those that speak of this one."""
        found = [
            said
            for chunk in self.chunks
            for said in sentences_of(Passage(chunk, self.policy, 0.0, in_force=self.in_force))
            if self.start <= chunk.start + chunk.text.find(said.text) < self.end
        ]
        close = [said for said in found if aspect in said.text]
        yield from close if len(self.terms) > 1 and close else found


def sections(library: Library, policy: Policy, in_force: bool = True) -> list[Section]:
    """The sections of a policy that have a heading and no other section within them."""
    provisions = library.provisions(policy.id)
    chunks = library.chunks_of(policy.id)
    held = [p for p in provisions if p.kind in CONTAINERS and p.heading]
    return [
        Section(policy, p.heading, terms(p.heading), _within(p, chunks), p.start, p.end, in_force)
        for p in held
        if not any(o is not p and p.start <= o.start and o.end <= p.end for o in held)
    ]


def terms(heading: str) -> tuple[str, ...]:
    """The parts of a heading, everyday words as the rules' own (data/lexicon.yaml).

    Example: terms("谁来接（承接主体）") -> ("承接主体",)
    """
    parts = [part.strip() for part in PARTS.split(heading)]
    own = [meant for part in parts if COMMON.search(part) for meant in terms_for(part)[:1]]
    plain = [p for p in parts if SHORTEST <= len(p) <= LONGEST and not COMMON.search(p)]
    return tuple(dict.fromkeys((*own, *plain)))


def aspects(topic: str, held: Sequence[Sequence[Section]]) -> list[str]:
    """The terms of headings that the topic is about, those that most columns have first, at most MOST.

    A topic that a document's title holds (政府购买服务) is about all its headings.
    """
    told = frozenset(w for w in words(topic, question=True) if len(w) > 1)
    ranked: dict[str, tuple[int, float, int]] = {}
    for column, own in enumerate(held):
        for place, section in enumerate(own):
            of_title = about(topic, section.policy)
            for term in section.terms:
                share = _share(told, term)
                if share >= ABOUT or of_title:
                    columns = sum(any(_same(term, t) for s in other for t in s.terms) for other in held)
                    ranked.setdefault(term, (-columns, -share, place + 100 * column))
    chosen: list[str] = []
    for term in sorted(ranked, key=lambda t: ranked[t]):
        if not any(_same(term, other) for other in chosen):
            chosen.append(term)
    return chosen[:MOST]


def about(topic: str, policy: Policy) -> bool:
    """Whether a policy's title holds the topic, so that all its headings are about it."""
    told = frozenset(w for w in words(topic, question=True) if len(w) > 1)
    return _share(told, policy.title) >= ABOUT


def matching(aspect: str, held: Sequence[Section]) -> list[Section]:
    """The sections whose heading has this aspect among its parts."""
    return [section for section in held if any(_same(aspect, term) for term in section.terms)]


def _same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= 3 and short in long)


def _share(told: frozenset[str], text: str) -> float:
    folded = fold(text)
    return sum(word in folded for word in told) / len(told) if told else 0.0


def _within(provision: Provision, chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
    return tuple(c for c in chunks if c.start < provision.end and provision.start < c.end)
