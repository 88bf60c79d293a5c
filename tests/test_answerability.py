"""A small network corrects what the linear model says of a statement; with foreign vectors it is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant import answerability
from assistant.answerability import Meeting, Network, fitted_to
from assistant.features import FEATURES
from assistant.pipeline import PolicyAssistant
from assistant.query import understand
from assistant.ranking import Candidate, confidence, plausibility, rank
from assistant.session import Session
from assistant.wanted import wanted

INPUTS = np.zeros((11, 2))  # of one feature and five vectors of two dimensions
INPUTS[0] = [1.0, 0.0]
INPUTS[1] = [0.0, 4.0]
INPUTS[8] = [0.0, 0.1]
TINY = Network(
    middle=np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0]),
    spread=np.array([2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5]),
    inner=INPUTS,
    inner_bias=np.array([0.0, 0.5]),
    outer=np.array([1.0, -1.0]),
    bias=np.array(0.25),
    linear=np.array(0.5),
)
ZERO = np.zeros(2)


def ranked(assistant: PolicyAssistant, question: str) -> list[Candidate]:
    query = understand(question, Session(), date(2026, 6, 1))
    encoding = assistant.retriever.encode(query.search_text)
    passages = assistant.retriever.retrieve(query, encoding)
    return rank(query, passages, wanted(query, encoding, assistant.retriever.rarity))


def test_the_network_reads_features_question_what_is_open_and_what_is_common() -> None:
    question, statement = np.array([1.0, 2.0]), np.array([0.5, 0.5])
    met = Meeting(question, statement, unmet=np.array([0.0, -1.0]), farthest=np.array([0.4, 3.0]))
    inputs = TINY.inputs([3.0], met)
    assert inputs[:7] == pytest.approx([1.0, 0.25, 0.5, 0.0, -0.25, 0.1, 0.5])
    assert inputs[7:] == pytest.approx([5.0, 10.0, 0.0, -5.0])
    # hidden: 1 and 4 · 0.25 + 0.1 · 10 + 0.5 = 2.5; told: 0.5 · 2 + 1 − 2.5 + 0.25
    assert TINY.log_odds(2.0, inputs) == pytest.approx(-0.25)


def test_a_feature_far_from_all_that_was_seen_is_cut_off() -> None:
    nothing = Meeting(ZERO, ZERO, ZERO, ZERO)
    assert TINY.inputs([99.0], nothing)[0] == 4.0
    assert TINY.inputs([-99.0], nothing)[0] == -4.0


def test_a_unit_below_zero_is_silent() -> None:
    assert TINY.log_odds(0.0, np.array([-5.0] * 2 + [0.0] * 9)) == 0.25


def test_the_vectors_of_another_model_are_not_read() -> None:
    assert fitted_to("multilingual-e5-small-0123456789ab-t4")
    assert not fitted_to("bge-m3-0123456789ab-t4")


def test_what_is_saved_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answerability, "WEIGHTS", tmp_path / "network.npz")
    answerability.save(TINY)
    read = answerability.network()
    answerability.network.cache_clear()
    inputs = np.array([1.0, 0.25, *[0.0] * 6, 10.0, 0.0, 0.0])
    assert read.log_odds(2.0, inputs) == pytest.approx(-0.25, abs=1e-3)


def test_the_shipped_network_fits_the_features_and_vectors(assistant: PolicyAssistant) -> None:
    network = answerability.network()
    vector = assistant.retriever.encode("谁能买").vector
    assert network.middle.shape == (len(FEATURES) + 3 * len(vector),)
    assert network.inner.shape[0] == len(FEATURES) + 5 * len(vector)


def test_without_the_network_a_statement_is_as_sure_as_the_linear_model_says(
    assistant: PolicyAssistant,
) -> None:
    best = ranked(assistant, "购买主体有哪些")[0]
    assert confidence(best) != plausibility(best)
    assert confidence(replace(best, question=None)) == plausibility(best)
