"""The weights of the linear models, as `python -m evals.fit` and `evals.fit_passages` write them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "data" / "ranking.json"


@cache
def linear_model(name: str, features: tuple[str, ...]) -> tuple[NDArray[np.float64], float]:
    """Weights (f,) in the order of `features`, 0 for one the model does not use, and the bias.

    Example: linear_model("order", FEATURES)[0].shape -> (31,)
    """
    model = json.loads(WEIGHTS.read_text(encoding="utf-8"))[name]
    return np.array([model["weights"].get(feature, 0.0) for feature in features]), float(model["bias"])


def save_models(models: dict[str, tuple[Sequence[str], NDArray[np.float64], float]]) -> None:
    """Write models by name as (features, weights (f,), bias); the others in the file stay."""
    kept = json.loads(WEIGHTS.read_text(encoding="utf-8")) if WEIGHTS.exists() else {}
    for name, (features, weights, bias) in models.items():
        named = {feature: round(float(w), 4) for feature, w in zip(features, weights, strict=True)}
        kept[name] = {"bias": round(bias, 4), "weights": named}
    WEIGHTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    linear_model.cache_clear()
