"""What a newcomer would build in an afternoon, on the same documents: is our work worth it?

`Tutorial` is LangChain's own: RecursiveCharacterTextSplitter(1000, 200), Chroma, the 4 nearest passages, with
our embedding model. `WordsAlone` is BM25 over jieba words on the same passages. Neither has a chat model, as
the product by default has none; each cites its 4 passages and says the one sentence of them that shares most
with the question (BM25's own weights, the sentences taken as the documents). Times are of the search alone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log
from time import perf_counter
from uuid import uuid4

import numpy as np
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from evals.grading import Question, Reply
from ingest.words import words

CITED = 4
SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]?")


def split(documents: Mapping[str, str]) -> list[tuple[str, str]]:
    """Cut documents as the tutorial does; pairs of document id and passage."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    return [(name, piece) for name, text in documents.items() for piece in splitter.split_text(text)]


def sentences(passage: str) -> list[str]:
    """The sentences of a passage. Example: sentences("甲。乙；丙") -> ["甲。", "乙；", "丙"]"""
    return [s.strip() for s in SENTENCE.findall(passage) if s.strip()] or [passage]


def likeliest(question: str, passages: Sequence[str]) -> str:
    """The sentence of the passages whose words tell most of the question's, rare words counting more.

    Example: likeliest("合同期限", ["合同要公开。合同期限一年。"]) -> "合同期限一年。"
    """
    options = [s for passage in passages for s in sentences(passage)]
    held = [set(words(option)) for option in options]
    often = Counter(word for some in held for word in some)
    asked = set(words(question, question=True))
    weights = {word: log(1 + len(options) / often[word]) for word in asked & often.keys()}
    scores = [sum(weights[word] for word in some & weights.keys()) for some in held]
    return options[scores.index(max(scores))]


class Tutorial:
    """LangChain's retrieval tutorial, with our embedding model."""

    name = "LangChain 教程"

    def __init__(self, documents: Mapping[str, str], embedder: Embeddings):
        # The one use outside ingest.vectors: what is measured here is this library as its makers teach it.
        from langchain_chroma import Chroma

        self._store = Chroma(collection_name=f"baseline-{uuid4().hex}", embedding_function=embedder)
        passages = split(documents)
        for start in range(0, len(passages), 1000):
            batch = passages[start : start + 1000]
            self._store.add_texts([p for _, p in batch], metadatas=[{"document": name} for name, _ in batch])

    def search(self, question: str, k: int) -> list[tuple[str, float]]:
        """Document ids by their nearest passage, best first."""
        found = self._store.similarity_search_with_score(question, k=2 * k)
        return _best_of_each([(str(d.metadata["document"]), -distance) for d, distance in found])[:k]

    def reply(self, question: Question) -> Reply:
        """The likeliest sentence of the nearest passages."""
        started = perf_counter()
        passages = [d.page_content for d in self._store.similarity_search(question.text, k=CITED)]
        ms = 1000 * (perf_counter() - started)
        return Reply("answered", likeliest(question.text, passages), tuple(passages), ms)


class WordsAlone:
    """Okapi BM25 (Robertson and Zaragoza 2009; k1 1.2, b 0.75) over jieba words."""

    name = "仅 BM25"

    def __init__(self, documents: Mapping[str, str], k1: float = 1.2, b: float = 0.75):
        self._passages = split(documents)
        counts = [Counter(words(passage)) for _, passage in self._passages]
        lengths = np.array([count.total() for count in counts], float)
        saturation = k1 * (1 - b + b * lengths / max(lengths.mean(), 1.0))
        found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for n, count in enumerate(counts):
            for word, often in count.items():
                found[word].append((n, often))
        self._postings = {}
        for word, pairs in found.items():
            at, times = np.array([n for n, _ in pairs]), np.array([t for _, t in pairs], float)
            idf = log(1 + (len(counts) - len(pairs) + 0.5) / (len(pairs) + 0.5))
            self._postings[word] = at, idf * times * (k1 + 1) / (times + saturation[at])

    def search(self, question: str, k: int) -> list[tuple[str, float]]:
        """Document ids by their best passage, best first."""
        return _best_of_each([(self._passages[n][0], score) for n, score in self._rank(question, 2 * k)])[:k]

    def reply(self, question: Question) -> Reply:
        """The likeliest sentence of the best passages."""
        started = perf_counter()
        passages = [self._passages[n][1] for n, _ in self._rank(question.text, CITED)]
        ms = 1000 * (perf_counter() - started)
        if not passages:
            return Reply("abstained", "", (), ms)
        return Reply("answered", likeliest(question.text, passages), tuple(passages), ms)

    def _rank(self, question: str, k: int) -> list[tuple[int, float]]:
        scores = np.zeros(len(self._passages))
        for word in words(question, question=True):
            if word in self._postings:
                at, gains = self._postings[word]
                scores[at] += gains
        best = np.argsort(-scores, kind="stable")[:k]
        return [(int(n), float(scores[n])) for n in best if scores[n] > 0]


def _best_of_each(ranked: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    best: dict[str, float] = {}
    for name, score in ranked:
        best.setdefault(name, score)
    return list(best.items())
