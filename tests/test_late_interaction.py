import numpy as np
import pytest

from ingest.late_interaction import (
    max_sim,
    max_sims,
    mean_vector,
    met_least,
    pack,
    rotation,
    token_similarities,
)


def test_max_sim_is_the_mean_of_each_question_tokens_best_cosine() -> None:
    query = np.array([[1, 0], [0, 1]], np.float32)
    passage = pack(np.array([[1, 0], [1, 1]], np.float32))
    expected = (1 + 1 / np.sqrt(2)) / 2
    assert max_sim(query, passage) == pytest.approx(expected, abs=0.02)
    nothing = np.zeros((0, 1), np.int8)
    assert max_sims(query, [nothing, passage, nothing]) == pytest.approx([0, expected, 0], abs=0.02)
    assert max_sim(query[:0], passage) == 0


def test_packed_tokens_keep_their_cosines() -> None:
    tokens = np.random.default_rng(0).normal(size=(50, 384)).astype(np.float32)
    tokens[:, 7] += 9  # one dimension is large in every token of such models
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    turned = rotation(384)
    kept = token_similarities(tokens @ turned, pack(tokens @ turned))
    assert np.abs(kept - tokens @ tokens.T).max() < 0.03
    assert np.allclose(turned @ turned.T, np.eye(384), atol=1e-5)


def test_the_mean_of_packed_tokens_points_where_the_tokens_did_before_their_rotation() -> None:
    shared, own = np.random.default_rng(1).normal(size=(2, 20, 384)).astype(np.float32)
    tokens = shared[:1] + own
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    mean = tokens.sum(axis=0)
    told = mean_vector(pack(tokens @ rotation(384)))
    assert np.linalg.norm(told) == pytest.approx(1)
    assert told @ mean / np.linalg.norm(mean) > 0.99
    assert not mean_vector(np.zeros((0, 192), np.int8)).any()


def test_what_a_text_is_far_from_is_told_by_the_tokens_that_it_does_not_hold() -> None:
    near, far, farther = np.eye(384, dtype=np.float32)[:3]
    cosines = np.array([[1.0, 0.2], [0.1, 0.4], [0.2, 0.1]], np.float32)
    unmet, farthest = met_least(np.array([near, far, farther]) @ rotation(384), cosines)
    assert unmet == pytest.approx((0.6 * far + 0.8 * farther), abs=1e-5)
    assert farthest == pytest.approx(farther, abs=1e-5)
    for nowhere in met_least(np.zeros((0, 384), np.float32), cosines[:0]):
        assert not nowhere.any()
