"""Candidates of a plain search in, their order out: a linear model over what speaks for a whole passage.

A question without a region and a date, put to a large library, is often lay speech ("老板不给钱怎么办").
Beside what the two searches and late interaction say, it helps to know what kind of rule a passage stands in:
statutes and comprehensive codes answer such questions far more often than a special regulation does.
Weights are fitted by `python -m evals.fit_passages`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.weights import linear_model
from ingest.words import fold

if TYPE_CHECKING:
    from assistant.retrieval import Passage
    from assistant.wanted import Floats

SIGNALS = (
    "cosine", "late_interaction", "strongest_third", "lexical", "pairs", "statute", "regulation",
    "interpretation", "length", "size",
)  # fmt: skip
RANK_CONSTANT = 60  # of reciprocal rank fusion: how fast the worth of a lexical rank falls
UNFOUND = 600  # the lexical rank of what only the dense side found
# What a rule is by the last word of its name (立法技术规范: 法, 条例, 解释 end a title).
KINDS = tuple(
    re.compile(rf"(?:{end})(?:[（(][^（）()]*[）)])?$")
    for end in ("法|法典", "条例|细则", ".*最高人民.*|解释")
)


def signals(question: str, passages: Sequence[Passage], sizes: Mapping[str, int]) -> Floats:
    """What speaks for each passage, (n, len(SIGNALS)); `sizes` are the numbers of chunks by policy id."""
    rows = []
    shares = _pair_shares(question, [fold(f"{p.chunk.context} {p.chunk.text}") for p in passages])
    for passage, share in zip(passages, shares, strict=True):
        assert passage.similar is not None
        best = np.sort(passage.similar.max(axis=1, initial=0.0))
        title = passage.policy.title
        rows.append(
            (
                passage.cosine,
                passage.score,
                float(best[-max(1, len(best) // 3) :].mean()) if len(best) else 0.0,
                RANK_CONSTANT / (RANK_CONSTANT + (passage.lexical_rank or UNFOUND)),
                share,
                *(float(bool(kind.search(title))) for kind in KINDS),
                math.log(max(len(passage.chunk.text), 1)),
                math.log(max(sizes.get(passage.policy.id, 1), 1)),
            )
        )
    return np.array(rows).reshape(len(passages), len(SIGNALS))


def in_order(question: str, passages: Sequence[Passage], sizes: Mapping[str, int]) -> list[Passage]:
    """The passages, the most probable answer first."""
    if not passages:
        return []
    weights, _ = linear_model("passages", SIGNALS)
    scores = signals(question, passages, sizes) @ weights
    return [passages[n] for n in np.argsort(-scores, kind="stable")]


def _pair_shares(question: str, texts: Sequence[str]) -> list[float]:
    """The share of the question's pairs of characters that each text holds, the rarer among them weighing
    more (inverse document frequency over these texts alone)."""
    plain = re.sub(r"\W", "", fold(question))
    pairs = {plain[n : n + 2] for n in range(len(plain) - 1)}
    held = {pair: sum(pair in text for text in texts) for pair in pairs}
    weights = {pair: math.log((len(texts) + 1) / (n + 0.5)) for pair, n in held.items() if n}
    total = sum(weights.values()) or 1.0
    return [sum(w for pair, w in weights.items() if pair in text) / total for text in texts]
