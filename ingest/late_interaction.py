"""Token vectors in, scores out: ColBERT's MaxSim (Khattab and Zaharia, SIGIR 2020) on packed vectors.

Token vectors are kept in 4 bits a dimension, after a rotation. Re-ordering suffers from fewer dimensions (a
PCA to 128 loses all it gains), not from fewer bits.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
FORMAT = "t4"  # changes when the packing does, so that stored vectors are made anew


def max_sim(query_tokens: Floats, passage_tokens: NDArray[np.int8]) -> float:
    """Score a passage: the mean over the question's tokens of their best cosine among the passage's tokens.

    Example: a passage that holds every token of the question in the same context scores near 1; no tokens, 0.
    """
    return float(max_sims(query_tokens, [passage_tokens])[0])


def max_sims(query_tokens: Floats, passages: Sequence[NDArray[np.int8]]) -> Floats:
    """Score several passages at once; see `max_sim`."""
    scores = np.zeros(len(passages), np.float32)
    filled = [n for n, tokens in enumerate(passages) if len(tokens)]
    if filled and len(query_tokens):
        similarities = token_similarities(query_tokens, np.concatenate([passages[n] for n in filled]))
        starts = np.cumsum([0] + [len(passages[n]) for n in filled[:-1]])
        scores[filled] = np.maximum.reduceat(similarities, starts, axis=1).mean(axis=0)
    return scores


def token_similarities(query_tokens: Floats, passage_tokens: NDArray[np.int8]) -> Floats:
    """Cosine of every token of the question (rows) with every token of the passage (columns)."""
    half = passage_tokens.shape[1]
    low, high = _halves(passage_tokens)
    lengths = np.sqrt(np.einsum("ij,ij->i", low, low) + np.einsum("ij,ij->i", high, high))
    similarities: Floats = (query_tokens[:, :half] @ low.T + query_tokens[:, half:] @ high.T) / lengths
    return similarities


def mean_vector(tokens: NDArray[np.int8]) -> Floats:
    """The direction in which the packed tokens (n, d / 2) of a text point together, (d,), as before their
    rotation; 0 where it has none."""
    rows = np.concatenate(_halves(tokens), axis=1)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    mean: Floats = rows.sum(axis=0) @ rotation(rows.shape[1]).T
    return mean / max(float(np.linalg.norm(mean)), 1e-6)


def met_least(question: Floats, similar: Floats) -> tuple[Floats, Floats]:
    """Where those tokens of a question (m, d) point that a text is far from, each by its distance from its
    nearest in the text, and the token that is farthest; both (d,) of length 1, as before the rotation.

    `similar` (m, n) are the cosines with the text's tokens. A question without tokens points nowhere (0).
    """
    dimension = question.shape[1]
    if not len(question):
        return np.zeros(dimension, np.float32), np.zeros(dimension, np.float32)
    distances = np.maximum(1 - similar.max(axis=1, initial=0.0), 0.0)
    rows = np.stack([distances @ question, question[distances.argmax()]]) @ rotation(dimension).T
    all_far, farthest = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return all_far, farthest


def _halves(tokens: NDArray[np.int8]) -> tuple[Floats, Floats]:
    """The first and the second half of the dimensions of packed tokens, up to their scale."""
    nibbles = tokens.view(np.uint8)
    return (nibbles & 15).astype(np.float32) - 7.5, (nibbles >> 4).astype(np.float32) - 7.5


@cache
def rotation(dimension: int) -> Floats:
    """Make the orthonormal DCT-II: it spreads the few dimensions that are large in every token over all."""
    n = np.arange(dimension)
    cosines = np.cos(np.pi * (2 * n[:, None] + 1) * n / (2 * dimension)) * np.sqrt(2 / dimension)
    cosines[:, 0] /= np.sqrt(2)
    matrix: Floats = cosines.astype(np.float32)
    return matrix


def pack(rows: Floats) -> NDArray[np.int8]:
    """Round to 16 levels of a third of the row's root mean square; cosine does not see the scale."""
    level = 0.335 * np.maximum(np.sqrt((rows**2).mean(axis=1, keepdims=True)), 1e-9)
    nibbles = np.clip(np.floor(rows / level) + 8, 0, 15).astype(np.uint8)
    half = rows.shape[1] // 2
    packed: NDArray[np.int8] = (nibbles[:, :half] | nibbles[:, half:] << 4).view(np.int8)
    return packed
