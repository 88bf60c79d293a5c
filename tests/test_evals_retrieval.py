"""Any collection is indexed once, searched by the product's own code, and measured."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder

from evals.retrieval import (
    Document,
    Lookup,
    collection,
    figures,
    load_corpus,
    load_lookups,
    measure,
    sample,
    write_run,
)
from evals.vector_cache import CachedEmbedder
from ingest.embeddings import Encoding, QueryEncoding
from ingest.late_interaction import pack

CORPUS = [
    Document("a", "婚姻", "夫妻一方死亡的，另一方有权继承遗产。"),
    Document("b", "劳动", "用人单位应当按月支付劳动者工资。"),
    Document("c", "道路", "机动车驾驶人应当随身携带驾驶证。"),
]


class Fake(FakeEmbedder):
    def encode_query(self, text: str) -> QueryEncoding:
        spans = np.array([(n, n + 1) for n in range(len(text))], np.uint16)
        return QueryEncoding(self.vector(text), self.characters(text), spans)

    def encode_passages(
        self, contexts_and_texts: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> Iterator[Encoding]:
        for (_, text), e in zip(contexts_and_texts, super().encode_passages(contexts_and_texts), strict=True):
            spans = np.array([(n, n + 1) for n in range(len(text))], np.uint16)
            yield Encoding(e.vector, pack(self.characters(text)), spans)

    def characters(self, text: str) -> np.ndarray:
        return np.stack([self.vector(character, 32) for character in text])


@pytest.fixture
def embedder() -> Fake:
    return Fake()


def test_a_collection_is_embedded_once_and_every_stage_finds(tmp_path: Path, embedder: Fake) -> None:
    lookups = [Lookup("q", "单位按月支付工资", frozenset({"b"}))]
    for _ in range(2):
        with collection(CORPUS, embedder, tmp_path) as indexed:
            assert list(indexed.searches) == ["向量", "词语", "融合", "重排"]
            for name, search in indexed.searches.items():
                measured, found = measure(name, search, lookups, len(CORPUS))
                assert measured.recall_10 == 1, name
                assert {i for i, _ in found["q"]} <= {"a", "b", "c"}
            assert found["q"][0][0] == "b"
    assert len(embedder.encoded) == len(CORPUS), "the second run embeds nothing"


def test_a_changed_collection_is_another_one(tmp_path: Path, embedder: Fake) -> None:
    with collection(CORPUS, embedder, tmp_path):
        pass
    with collection([*CORPUS[:2], Document("c", "道路", "另一句话。")], embedder, tmp_path) as indexed:
        library = indexed.library
        assert [c.text for c in library.chunks_of(library.policies()[0].id)][2] == "另一句话。"


def test_figures_are_means_over_queries() -> None:
    pairs = [(["a", "b"], frozenset({"b"})), (["a"], frozenset({"c"}))]
    measured = figures("x", pairs, 3, [5.0, 7.0, 90.0])
    assert (measured.recall_10, measured.mrr_10, measured.ms) == (0.5, 0.25, 7.0)


def test_a_sample_keeps_the_gold_documents_and_is_the_same_each_time() -> None:
    corpus = [Document(str(n), "", f"文本{n}") for n in range(50)]
    lookups = [Lookup(f"q{n}", "问", frozenset({str(n)})) for n in range(10)]
    documents, queries = sample(corpus, lookups, documents=20, queries=4)
    assert len(documents) == 20
    assert {i for q in queries for i in q.gold} <= {d.id for d in documents}
    assert (documents, queries) == sample(corpus, lookups, documents=20, queries=4)


def test_files_in_and_a_run_out(tmp_path: Path) -> None:
    corpus, queries, run = tmp_path / "c.jsonl.gz", tmp_path / "q.jsonl", tmp_path / "out" / "run.tsv"
    with gzip.open(corpus, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "a", "title": "题", "text": "文"}, ensure_ascii=False) + "\n")
    queries.write_text('{"qid": "1", "question": "问", "gold": ["a"]}\n', encoding="utf-8")
    assert load_corpus(corpus) == [Document("a", "题", "文")]
    assert load_lookups(queries) == [Lookup("1", "问", frozenset({"a"}))]
    write_run(run, {"1": [("a", 0.5), ("b", 0.25)]})
    assert run.read_text(encoding="utf-8") == "1\ta\t1\t0.500000\n1\tb\t2\t0.250000\n"


def encode(embedder: CachedEmbedder, pairs: Sequence[tuple[str, str]]) -> list[Encoding]:
    found: Iterator[Encoding] = embedder.encode_passages(pairs)
    return list(found)


def test_the_cache_encodes_each_text_once_in_order_and_by_model(tmp_path: Path, embedder: Fake) -> None:
    pairs = [("题", "甲的文字"), ("", "乙的文字"), ("题", "甲的文字")]
    cached = CachedEmbedder(embedder, tmp_path / "v.sqlite3")  # type: ignore[arg-type]
    first = encode(cached, pairs)
    assert embedder.encoded == ["甲的文字", "乙的文字"]
    cached.close()

    again = CachedEmbedder(embedder, tmp_path / "v.sqlite3")  # type: ignore[arg-type]
    second = encode(again, pairs)
    assert len(embedder.encoded) == 2
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one.vector, other.vector)
        assert np.array_equal(one.tokens, other.tokens)
        assert np.array_equal(one.spans, other.spans)
    again.close()

    other_model = Fake(model_id="fake-2")
    third = CachedEmbedder(other_model, tmp_path / "v.sqlite3")  # type: ignore[arg-type]
    encode(third, pairs[:1])
    assert len(other_model.encoded) == 1
    third.close()
