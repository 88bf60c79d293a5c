"""What is wanted of an answer: the words of a question that carry content, weighed, and how many things."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from assistant.answerability import fitted_to
from assistant.asks import Ask
from assistant.figures import numeral_value
from assistant.parts import shares
from assistant.patterns import compiled, terms_for
from assistant.query import Query
from ingest.embeddings import QueryEncoding
from ingest.regions import find_regions
from ingest.words import fold, words

Floats = NDArray[np.floating]
Places = NDArray[np.intp]
# “六个规范”是哪六个, “三聚焦”分别指什么, 6个部门是哪6个: as many things as the number says are wanted.
NUMERAL = "(?<![-—~～至到\\d.])([一二三四五六七八九十两]|\\d{1,2})"
# 5年 is compared as a figure; as a word it would stand in 15年, too.
SMALL_FIGURE = re.compile(r"\d{1,2}[^\d号]{0,3}")
OFTEN_ENOUGH = 3  # times that a word repeated in a question counts
WHICH = r"哪(?:几|[一二三四五六七八九十两\d])"
SLOGAN = re.compile(
    rf"[“\"][^”\"]{{0,2}}{NUMERAL}(?![月日年号])[^”\"]{{1,6}}[”\"]"
    rf"(?=[^,，。?？]{{0,14}}(?:{WHICH}|分别|各?指|具体|一条|是(?:啥|什么)))"
    rf"|{NUMERAL}(?:个|项|条|大|类|种)[“\"]?[^“”\",，。？?]{{1,8}}[”\"]?"
    rf"(?=[^,，。]{{0,4}}(?:是{WHICH}|是(?:啥|什么)|分别(?:是|指)|指))"
    rf"|{NUMERAL}(?:个|项|条|类|种)[^“”\",，。？?]{{1,8}}?(?=[^,，。]{{0,6}}(?:列(?:全|出|一下)|逐[一条项个]))"
)
# 什么叫“五化民政”, 哪三样: such a list is likely, but the rule may say it otherwise.
NAMED = re.compile(
    rf"(?:什么叫|啥叫|何谓|什么是|啥是)[“\"][^”\"]{{0,2}}{NUMERAL}[^”\"]{{1,6}}[”\"]"
    rf"|[“\"][^”\"]{{0,2}}{NUMERAL}[^”\"]{{1,6}}[”\"](?:是什么意思|怎么讲|是怎么回事|指什么|包括)"
    rf"|哪{NUMERAL}(?![月日年号天家])"
)


@dataclass(frozen=True)
class Wanted:
    """The words of a question that carry content, each with its weight (rarity in the library).

    `encoding` is the question's own where assistant.answerability knows vectors of that model.
    """

    weights: Mapping[str, float]
    token_weights: Floats
    focus: Floats
    quoted: tuple[str, ...]
    word_tokens: tuple[tuple[str, float, Places], ...]
    enumerated: int  # so many things are wanted, or 0
    named: int  # so many are likely: the number in a slogan whose meaning is asked
    asks: tuple[Floats, ...]
    ask_terms: tuple[frozenset[str], ...]
    terms: tuple[str, ...]
    term_tokens: tuple[Places, ...]
    encoding: QueryEncoding | None = None

    def cover(self, text: str) -> float:
        """The share of the weight whose words stand in `text` (folded). In 0..1."""
        total = sum(self.weights.values())
        return sum(w for word, w in self.weights.items() if word in text) / total if total else 0.0


def wanted(
    query: Query, encoding: QueryEncoding, rarity: Callable[[Sequence[str]], Mapping[str, float]]
) -> Wanted:
    """Weigh a question's words and tokens by rarity; names of regions weigh nothing, scope holds them."""
    text = query.rewritten
    starts, ends = encoding.spans[:, 0].astype(int), encoding.spans[:, 1].astype(int)
    plain = list(text)
    for mention in find_regions(text):
        plain[mention.start : mention.end] = " " * (mention.end - mention.start)
    if query.compares:
        for m in compiled("comparing").finditer("".join(plain)):
            plain[m.start() : m.end()] = " " * (m.end() - m.start())
    bare = "".join(plain)
    content = [
        w
        for w in dict.fromkeys(words(bare, question=True))
        if (len(w) > 1 or w.isdigit()) and not SMALL_FIGURE.fullmatch(w)
    ]
    rare = rarity(content)
    weights = {w: rare[w] for w in content}
    by_character = np.full(len(text) + 1, 0.15)
    for word, weight in weights.items():
        for m in re.finditer(re.escape(word), text):
            by_character[m.start() : m.end()] = np.maximum(by_character[m.start() : m.end()], weight)
    for i, c in enumerate(bare):
        if c == " " and text[i] != " ":
            by_character[i] = 0.0
    if query.aside is not None:
        share = shares(query, len(by_character))
        by_character *= share
        weights = {word: weight * _most(share, word, bare) for word, weight in weights.items()}
    token_weights = np.array([by_character[s:e].max(initial=0.0) for s, e in zip(starts, ends, strict=True)])
    token_weights *= starts < len(text)  # the rules' terms for the words asked count by themselves
    from_focus = len(text) - len(query.focus)
    focus = token_weights * (starts >= from_focus)
    quoted = tuple(fold(q) for q in re.findall(r"[“\"「‘]([^”\"」’]{2,30})[”\"」’]", text))
    ask_terms = tuple(terms_of(ask) for ask in query.asks)
    terms = [
        (m.group(), m.start(), m.end())
        for m in re.finditer(r"\S+", query.search_text)
        if m.start() > len(text) and (query.aside is None or m.group() in ask_terms[0])
    ]
    word_tokens = tuple(
        (word, weight, np.flatnonzero((starts < m.end()) & (ends > m.start())))
        for word, weight in weights.items()
        for m in islice(re.finditer(re.escape(word), bare), OFTEN_ENOUGH)
    )
    slogan = SLOGAN.search("".join(plain[from_focus:]))
    term = NAMED.search("".join(plain[from_focus:]))
    return Wanted(
        weights,
        token_weights,
        focus,
        quoted,
        tuple(one for one in word_tokens if len(one[2])),
        numeral_value(slogan[1] or slogan[2] or slogan[3]) if slogan else 0,
        numeral_value(term[1] or term[2] or term[3]) if term else 0,
        tuple(
            token_weights
            * (starts >= from_focus + ask.start)
            * (starts < from_focus + ask.start + len(ask.text))
            for ask in query.asks
        ),
        ask_terms,
        tuple(fold(term) for term, _, _ in terms),
        tuple(np.flatnonzero((starts < end) & (ends > start)) for _, start, end in terms),
        encoding if fitted_to(encoding.model) else None,
    )


def terms_of(ask: Ask) -> frozenset[str]:
    """The rules' own words for the everyday ones of an ask."""
    return frozenset(" ".join(terms_for(ask.text)).split())


def _most(share: Floats, word: str, text: str) -> float:
    """The most that a word counts where it stands."""
    return max(float(share[m.start() : m.end()].max()) for m in re.finditer(re.escape(word), text))
