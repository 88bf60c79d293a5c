"""Query in, passages out: exact look-up, dense and lexical search, fused, re-ordered, within the scope asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.card import Policy
from ingest.chunking import Chunk


@dataclass(frozen=True)
class Passage:
    """A chunk retrieved for one query, with why it was: its score and its ranks on each side."""

    chunk: Chunk
    policy: Policy
    score: float
    similarity: float = 0.0
    dense_rank: int | None = None
    lexical_rank: int | None = None
    exact: bool = False
    in_force: bool = True
    superseded_shown: bool = False


def fuse(rankings: Sequence[Sequence[str]], weights: Sequence[float] | None = None, k: int = 60) -> list[str]:
    """Order ids by reciprocal rank fusion (Cormack et al., SIGIR 2009): score = Σ weight / (k + rank).

    Example: fuse([["a", "b"], ["b", "c"]]) -> ["b", "a", "c"]
    """
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return sorted(scores, key=lambda item: -scores[item])
