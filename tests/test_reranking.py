"""A cross-encoder (a real one, tiny and random, made here) has its say in the order, or stays out of it."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from passages import asked, candidates, passage

from assistant.pipeline import PolicyAssistant
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.reranking import READ, Reranker
from assistant.settings import SettingsError

QUESTION = "购买服务的合同期限是几年"
CHARACTERS = dict.fromkeys("购买服务的合同期限是几年不超过三主体由县级审核吗甲乙丙丁戊己庚辛")
RULES = "".join(f"{c}购买服务合同。" for c in "甲乙丙丁戊己庚辛")


def build(directory: Path, outputs: int = 1, head: bool = True, characters: str = "".join(CHARACTERS)) -> str:
    """A cross-encoder of one small layer, its weights drawn at random, as an office would copy it in."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    torch.manual_seed(7)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = BertTokenizerFast(vocab={w: n for n, w in enumerate((*special, *characters))})
    config = BertConfig(
        vocab_size=len(special) + len(CHARACTERS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=128,
        num_labels=outputs,
        initializer_range=0.5,
    )
    model = (BertForSequenceClassification if head else BertModel)(config)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return str(directory)


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return build(tmp_path_factory.mktemp("cross-encoder"))


@pytest.fixture(scope="module")
def reranker(cross_encoder: str) -> Reranker:
    return Reranker(cross_encoder)


def order(candidates: list[Candidate]) -> str:
    return "".join(c.statement.text[0] for c in candidates)


def scores_of(cross_encoder: str, query: Query, candidates: list[Candidate]) -> list[float]:
    """What the library itself says of each statement, its document before it."""
    from sentence_transformers import CrossEncoder

    pairs = [(query.rewritten, f"社区服务条例\n{c.statement.text}") for c in candidates]
    return [
        float(s) for s in CrossEncoder(cross_encoder, device="cpu").predict(pairs, show_progress_bar=False)
    ]


def test_the_order_is_of_both_ranks_and_the_scores_stay_at_their_places(
    cross_encoder: str, reranker: Reranker
) -> None:
    query, before = asked(QUESTION), candidates(passage(RULES))
    scores = scores_of(cross_encoder, query, before)
    assert len(set(scores)) == len(before) == 8
    theirs = sorted(range(8), key=lambda n: -scores[n])
    fused = sorted(range(8), key=lambda n: -(1 / (61 + n) + 1 / (61 + theirs.index(n))))
    after = reranker.reorder(query, before)
    assert order(after) == "".join("甲乙丙丁戊己庚辛"[n] for n in fused)
    assert order(after) != order(before)
    assert [c.score for c in after] == [c.score for c in before]


def test_only_the_best_are_read(reranker: Reranker) -> None:
    before = candidates(passage(RULES * 3))
    after = reranker.reorder(asked(QUESTION), before)
    assert len(after) == len(before) > READ
    assert after[READ:] == before[READ:]
    assert after[:READ] != before[:READ]
    assert reranker.reorder(asked(QUESTION), []) == []


def test_a_text_longer_than_the_model_reads_is_cut(reranker: Reranker) -> None:
    long = candidates(passage(f"{'购买' * 400}。服务。"))
    assert len(reranker.reorder(asked(QUESTION), long)) == 2


def failing(pairs: object, show_progress_bar: bool) -> list[float]:
    raise RuntimeError("out of memory")


def not_a_number(pairs: list[object], show_progress_bar: bool) -> list[float]:
    return [math.nan for _ in pairs]


@pytest.mark.parametrize("predict", [failing, not_a_number])
def test_a_model_that_fails_leaves_the_usual_order(
    cross_encoder: str, predict: Callable[..., list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    reranker, before = Reranker(cross_encoder), candidates(passage(RULES))
    monkeypatch.setattr(reranker._model, "predict", predict)
    assert reranker.reorder(asked(QUESTION), before) == before


def test_the_answer_comes_in_the_new_order(
    assistant: PolicyAssistant, cross_encoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the whole way: what the model puts first is said first, and said as the rule says it."""
    question = "社区服务条例规定了什么"
    reranker = Reranker(cross_encoder)
    with_it = PolicyAssistant.__new__(PolicyAssistant)
    with_it.__dict__ = assistant.__dict__ | {"reranker": reranker}
    seen: list[tuple[str, str]] = []

    def likes(pairs: list[tuple[str, str]], show_progress_bar: bool) -> list[float]:
        seen.extend(pairs)
        return [-1.0, 1.0, *[0.0] * (len(pairs) - 2)]  # the second is the best, the first the worst

    monkeypatch.setattr(reranker._model, "predict", likes)
    answer = with_it.answer(question)
    assert len(seen) == READ
    assert {asked_for for asked_for, _ in seen} == {question}
    usual = assistant.answer(question)
    assert answer.citations[0].quote in [c.quote for c in usual.citations]
    assert answer.citations[0].quote != usual.citations[0].quote
    assert all(c.quote in c.chunk.text for c in answer.citations)


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "nowhere": (lambda path: None, "打不开"),
    "empty": (lambda path: path.mkdir(), "打不开"),
    "no JSON": (lambda path: (build(path), (path / "config.json").write_text("{")), "打不开"),
    "cut off": (lambda path: (build(path), (path / "model.safetensors").write_bytes(b"x")), "打不开"),
    "an embedding model": (lambda path: build(path, head=False), "不是重排模型"),
    "a classifier": (lambda path: build(path, outputs=3), "3 个分数"),
    "no Chinese": (lambda path: build(path, characters=""), "读不出中文"),
}


@pytest.mark.parametrize(("made", "why"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_cross_encoder_is_named_at_the_start(
    made: Callable[[Path], object], why: str, tmp_path: Path
) -> None:
    made(tmp_path / "model")
    with pytest.raises(SettingsError, match="RERANKER_MODEL") as error:
        Reranker.from_environment({"RERANKER_MODEL": f"{tmp_path}/model"})
    assert why in str(error.value)


def test_without_the_setting_nothing_is_imported() -> None:
    program = (
        "import sys, assistant; from assistant.reranking import Reranker;"
        "assert Reranker.from_environment({}) is None;"
        "print([name for name in ('sentence_transformers', 'torch', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.strip() == "[]"
