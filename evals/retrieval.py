"""A corpus and queries in, rankings and Recall, MRR, nDCG at every stage out, by the product's own code."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.retrieval import Retriever, fuse
from evals.metrics import mean, ndcg_at_k, quantile, recall_at_k, reciprocal_rank
from ingest.card import Policy
from ingest.chunking import Chunk
from ingest.cleaning import CleanText
from ingest.embeddings import Embedder
from ingest.index import Index
from ingest.library import Library
from ingest.vectors import publish
from ingest.words import words

VOLUME = 500  # documents of no rule stored in one transaction: what a kill can cost
DEPTH = 100
# 民法典第十条: the end of a title that says which provision of a rule a document is.
PROVISION = re.compile(r"第[零〇一二两三四五六七八九十百千万\d]+条(?:之[一二三四五六七八九十]+)?$")
Ranking = Sequence[tuple[str, float]]
Search = Callable[[str, int], Ranking]


@dataclass(frozen=True)
class Document:
    """One document of a test collection."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Lookup:
    """One query of a test collection and the ids of the documents that answer it."""

    id: str
    question: str
    gold: frozenset[str]
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """How one way of searching did; shares of 1, milliseconds a query (median)."""

    search: str
    queries: int
    documents: int
    recall_5: float
    recall_10: float
    recall_100: float
    mrr_10: float
    ndcg_10: float
    ms: float


def load_corpus(path: Path) -> list[Document]:
    """Read documents, one JSON object (id, title, text) a line, gzipped or not."""
    return [Document(row["id"], row.get("title") or "", row["text"]) for row in _rows(path)]


def load_lookups(path: Path) -> list[Lookup]:
    """Read queries, one JSON object (qid, question, gold) a line."""
    return [
        Lookup(r["qid"], r["question"], frozenset(r["gold"]), tuple(r.get("answers") or ()))
        for r in _rows(path)
    ]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with (
        gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as f
    ):
        yield from (json.loads(line) for line in f if line.strip())


def sample(
    corpus: Sequence[Document], lookups: Sequence[Lookup], documents: int, queries: int, seed: int = 20
) -> tuple[list[Document], list[Lookup]]:
    """A smaller collection: some queries, their gold documents, and others at random up to `documents`."""
    rng = random.Random(seed)
    chosen = rng.sample(list(lookups), min(queries, len(lookups)))
    gold = {identity for lookup in chosen for identity in lookup.gold}
    others = [d.id for d in corpus if d.id not in gold]
    kept = gold | set(rng.sample(others, max(0, min(documents - len(gold), len(others)))))
    return [d for d in corpus if d.id in kept], chosen


@dataclass(frozen=True)
class Indexed:
    """A test collection in a library: document ids by chunk id, and ways to search it by name."""

    library: Library
    retriever: Retriever
    names: Mapping[str, str]
    searches: Mapping[str, Search]


@contextmanager
def collection(
    corpus: Sequence[Document],
    embedder: Embedder,
    cache: Path,
    progress: Callable[[int], None] = lambda n: None,
) -> Iterator[Indexed]:
    """Index a collection, one chunk a document, the provisions of a rule as one policy.

    The library stays in `cache` under a digest of the content and the model: a second run embeds nothing,
    and a run that was stopped goes on where it was.
    """
    digest = sha256(f"{embedder.model_id} by rule".encode())
    for document in corpus:
        digest.update("\0".join((document.id, document.title, document.text)).encode())
    directory = cache / digest.hexdigest()[:16]
    with Library.create_or_open(directory) as library:
        library.use_model(embedder.model_id)
        stored = {policy.id for policy in library.policies()}
        for title, volume in _volumes(corpus):
            policy, clean, chunks = _volume(f"{directory.name}-{_digest(title)}", title, volume)
            if policy.id not in stored:
                pairs = [(chunk.context, chunk.text) for chunk in chunks]
                encodings = embedder.encode_passages(pairs)
                library.replace(
                    policy, clean, (), chunks, {c.id: e for c, e in zip(chunks, encodings, strict=True)}
                )
            progress(len(volume))
        publish(library, embedder)
    with Library.open(directory) as library:
        index = Index(directory, embedder)
        try:
            names = {_chunk_id(document): document.id for document in corpus}
            retriever = Retriever(library, index, embedder)
            yield Indexed(library, retriever, names, _searches(retriever, library, index, names))
        finally:
            index.close()


def _volumes(corpus: Sequence[Document]) -> Iterator[tuple[str, list[Document]]]:
    """The documents by the rule whose provisions they are (民法典第十条 is of 民法典), and those that are
    none, VOLUME by VOLUME."""
    rules: dict[str, list[Document]] = {}
    others: list[Document] = []
    for document in corpus:
        rule, found = PROVISION.subn("", document.title)
        (rules.setdefault(rule, []) if found and rule else others).append(document)
    yield from rules.items()
    for start in range(0, len(others), VOLUME):
        yield f"{start:06}", others[start : start + VOLUME]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _chunk_id(document: Document) -> str:
    return sha256(document.id.encode()).hexdigest()[:20]


def _volume(
    identity: str, title: str, documents: Sequence[Document]
) -> tuple[Policy, CleanText, list[Chunk]]:
    """Documents as the chunks of one policy, each with its title as context."""
    chunks: list[Chunk] = []
    at = 0
    for ordinal, d in enumerate(documents):
        end = at + len(d.text)
        chunks.append(Chunk(_chunk_id(d), identity, ordinal, (d.title,), at, end, d.text, "", d.title))
        at = end + 2
    policy = Policy(id=identity, title=title, file_name=identity, family=identity)
    return policy, CleanText("\n\n".join(d.text for d in documents), ()), chunks


def _searches(
    retriever: Retriever, library: Library, index: Index, names: Mapping[str, str]
) -> dict[str, Search]:
    """The stages of retrieval as searches that give document ids; `names` are those by chunk id."""

    def dense(text: str, k: int) -> Ranking:
        return index.search(retriever.encode(text).vector, k)

    def lexical(text: str, k: int) -> Ranking:
        return library.search_words(words(text, question=True), k)

    def fused(text: str, k: int) -> Ranking:
        ranked = fuse([[i for i, _ in dense(text, k)], [i for i, _ in lexical(text, k)]])
        return [(identity, 1 / rank) for rank, identity in enumerate(ranked[:k], start=1)]

    def reranked(text: str, k: int) -> Ranking:
        return [(p.chunk.id, 1 / n) for n, p in enumerate(retriever.search(text, k), start=1)]

    def named(search: Search) -> Search:
        return lambda text, k: [(names[i], score) for i, score in search(text, k)]

    stages = {"向量": dense, "词语": lexical, "融合": fused, "重排": reranked}
    return {stage: named(search) for stage, search in stages.items()}


def measure(
    name: str,
    search: Search,
    lookups: Sequence[Lookup],
    documents: int,
    progress: Callable[[], None] = lambda: None,
) -> tuple[Figures, dict[str, Ranking]]:
    """Run every query once; the figures, and what was found for each query id."""
    found, times = {}, []
    search(lookups[0].question, DEPTH)  # loading is not counted
    for lookup in lookups:
        started = perf_counter()
        found[lookup.id] = search(lookup.question, DEPTH)
        times.append(1000 * (perf_counter() - started))
        progress()
    pairs = [([identity for identity, _ in found[lookup.id]], lookup.gold) for lookup in lookups]
    return figures(name, pairs, documents, times), found


def figures(
    name: str, pairs: Sequence[tuple[Sequence[str], frozenset[str]]], documents: int, times: Sequence[float]
) -> Figures:
    """Means over (ranking, gold) pairs."""
    return Figures(
        name,
        len(pairs),
        documents,
        recall_5=mean(recall_at_k(ranking, gold, 5) for ranking, gold in pairs),
        recall_10=mean(recall_at_k(ranking, gold, 10) for ranking, gold in pairs),
        recall_100=mean(recall_at_k(ranking, gold, DEPTH) for ranking, gold in pairs),
        mrr_10=mean(reciprocal_rank(ranking, gold) for ranking, gold in pairs),
        ndcg_10=mean(ndcg_at_k(ranking, gold) for ranking, gold in pairs),
        ms=quantile(times, 0.5),
    )


def write_run(path: Path, found: Mapping[str, Ranking]) -> None:
    """Write query id, document id, rank and score, tab-separated, a line each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for query_id, ranking in found.items():
            for rank, (identity, score) in enumerate(ranking, start=1):
                file.write(f"{query_id}\t{identity}\t{rank}\t{score:.6f}\n")
