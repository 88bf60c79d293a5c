"""Whether a statement answers its question at all: a small network beside the linear model of ranking.json.

Two questions may share all their words with one rule, and one of them asks what no rule lays down: a
telephone number, a list of names, who pays for the electricity. What is asked stands in the question's
vector, how the statement meets it in the product of that vector with the statement's, and what it leaves
open in the direction of those of the question's tokens that it is far from; so the network reads these, with
the features of assistant.features, and corrects the linear model's log-odds. Fitted by
`python -m evals.fit_confidence`. Its vectors are those of one embedding model; with any other the linear
model speaks alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
WEIGHTS = Path(__file__).parent / "data" / "answerability.npz"
EMBEDDING_MODEL = "multilingual-e5-small"  # whose vectors the network was fitted to
FAR = 4.0  # deviations from the mean at which a feature is cut off
VECTOR_SCALE = 0.25  # brings a standardised vector to about the weight of the features
PRODUCT_SCALE = 10.0  # the same for the product of two unit vectors


@dataclass(frozen=True)
class Meeting:
    """How a question meets a statement, in directions (d,): the question's own, the statement's, that of the
    question's tokens by how far each is from the statement (`unmet`), and that of the farthest of them."""

    question: Floats
    statement: Floats
    unmet: Floats
    farthest: Floats


@dataclass(frozen=True)
class Network:
    """One hidden layer of h rectified units over f features and five vectors of d dimensions.

    `middle` and `spread` (f + 3d,) standardise features, question, unmet and farthest; `inner` (f + 5d, h)
    with `inner_bias` (h,) and `outer` (h,) with `bias` () are the layers; `linear` () weighs the linear
    model's log-odds.
    """

    middle: Floats
    spread: Floats
    inner: Floats
    inner_bias: Floats
    outer: Floats
    bias: Floats
    linear: Floats

    def log_odds(self, linear: float, inputs: Floats) -> float:
        """Log-odds that a statement answers, from the linear model's and from `inputs` (f + 5d,)."""
        hidden = np.maximum(inputs @ self.inner + self.inner_bias, 0.0)
        return float(self.linear * linear + hidden @ self.outer + self.bias)

    def inputs(self, features: Sequence[float], met: Meeting) -> Floats:
        """What the network reads, (f + 5d,): features and vectors, and what the statement has in common with
        the question and with what it leaves open."""
        known = (
            np.concatenate([features, met.question, met.unmet, met.farthest]) - self.middle
        ) / self.spread
        known[: len(features)] = known[: len(features)].clip(-FAR, FAR)
        known[len(features) :] *= VECTOR_SCALE
        common = PRODUCT_SCALE * met.statement
        return np.concatenate([known, common * met.question, common * met.unmet])


def fitted_to(model_id: str) -> bool:
    """Whether the network knows the vectors of an embedding model."""
    return model_id.startswith(EMBEDDING_MODEL)


@cache
def network() -> Network:
    """The network as it was saved."""
    with np.load(WEIGHTS) as saved:
        return Network(**{name: saved[name].astype(np.float64) for name in saved.files})


def save(fitted: Network) -> None:
    """Write the network, in half precision."""
    halves: dict[str, NDArray[np.float16]] = {
        name: np.asarray(values, np.float16) for name, values in asdict(fitted).items()
    }
    np.savez_compressed(WEIGHTS, **halves)  # type: ignore[arg-type]
    network.cache_clear()
