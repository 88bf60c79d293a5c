"""Fit the ranker's weights: `python -m evals.fit QUESTIONS.jsonl LIBRARY [QUESTIONS.jsonl LIBRARY …]`.

Two linear models over assistant.ranking.FEATURES, on graded questions of any library:
`order` ranks statements (listwise softmax, Cao et al., ICML 2007): a statement counts as right where it
shares 60 % of the character 3-grams of itself or of the evidence; `answerable` (logistic regression) tells
whether the best statement answers at all; evals.fit_confidence fits the network that corrects it. Questions
are put into folds by their group, so that what is reported was not fitted to. Writes
assistant/data/ranking.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.__main__ import session_of
from assistant.composition import GATED
from assistant.features import FEATURES
from assistant.pipeline import PolicyAssistant
from assistant.query import understand
from assistant.ranking import rank
from assistant.wanted import wanted
from assistant.weights import save_models
from evals.metrics import grams

Floats = NDArray[np.float64]
FOLDS = 5
NEGATIVE = ("abstain",)


@dataclass(frozen=True)
class Listed:
    """One question (or one region of it): features (n, f) of its statements, which of them are right (n,) and
    which hold what is asked for by its kind (n,)."""

    group: str
    features: Floats
    right: NDArray[np.bool_]
    complete: NDArray[np.bool_]
    answerable: bool

    def best(self, order: Floats, passed: NDArray[np.bool_] | None = None) -> int | None:
        """The statement that would be said first, of those not passed over; None where a gate leaves none."""
        ranked = np.argsort(-(self.features @ order))
        if not self.complete.all():
            ranked = np.array([n for n in ranked[:GATED] if self.complete[n]], int)
        left = ranked if passed is None else ranked[~passed[ranked]]
        return int(left[0]) if len(left) else None


def collect(questions: Path, library: Path) -> list[Listed]:
    """Run a question file up to the ranker and note which statements hold its evidence."""
    assistant = PolicyAssistant.open(library)
    lists: list[Listed] = []
    for line in questions.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        query = understand(row["question"], session_of(row), date.today())
        if query.refusal or row["expected"] in ("refuse", "redirect"):
            continue
        encoding = assistant.retriever.encode(query.search_text)
        passages = assistant.retriever.retrieve(query, encoding)
        found = rank(query, passages, wanted(query, encoding, assistant.retriever.rarity))
        evidence = [grams(e["quote"]) for e in row.get("evidence", [])]
        codes = {r.code for r in query.regions} if row["expected"] == "compare" else {None}
        for code in codes:
            own = [c for c in found if code is None or c.passage.policy.region == code]
            if own:
                lists.append(
                    Listed(
                        str(row.get("group", row["id"])),
                        np.array([c.features for c in own]),
                        np.array([holds(c.statement.text, evidence) for c in own]),
                        np.array([c.complete for c in own]),
                        row["expected"] not in NEGATIVE,
                    )
                )
    return lists


def holds(text: str, evidence: Sequence[set[str]]) -> bool:
    """Whether a text shares 60 % of the character 3-grams of itself or of one piece of evidence."""
    own = grams(text)
    return any(len(own & e) >= max(4, 0.6 * min(len(own), len(e))) for e in evidence)


def fit_order(lists: Sequence[Listed], l2: float = 3.0, steps: int = 800, rate: float = 0.05) -> Floats:
    """Weights (f,) by Adam on the listwise softmax loss with an L2 penalty on standardised features."""
    lists = [one for one in lists if one.right.any()]
    deviation = np.concatenate([one.features for one in lists]).std(0) + 1e-6
    scaled = [one.features / deviation for one in lists]
    weights, first, second = (np.zeros(len(deviation)) for _ in range(3))
    for step in range(1, steps + 1):
        gradient = -l2 * weights * len(lists) / 100
        for features, one in zip(scaled, lists, strict=True):
            share = np.exp(features @ weights - (features @ weights).max())
            target = share * one.right
            gradient += features.T @ (target / max(target.sum(), 1e-12) - share / share.sum())
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        weights = weights + rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return np.asarray(weights / deviation)


# What tells whether there is an answer at all; each can speak one way only, so that few questions suffice.
FOR_AN_ANSWER = (
    "maxsim", "soft_cover", "soft_weakest", "cover_around", "rarest", "unit", "same_figure", "date", "quoted",
    "enumerates", "edge", "term_cover", "defines", "cover_passage", "weakest_passage", "lift", "lift_weakest",
    "figure_lift",
)  # fmt: skip
AGAINST_AN_ANSWER = ("nouns_unmet", "head_unmet", "figureless", "opposed", "foreign")


def fit_answerable(
    lists: Sequence[Listed], order: Floats, l2: float = 1.0, steps: int = 3000, rate: float = 0.3
) -> tuple[Floats, float]:
    """Weights (f,) of known signs and bias of a logistic regression on each question's best statement.

    Beside the questions without an answer, each answerable one serves as such with its evidence taken out.
    """
    rows, labels, mass = best_rows(lists, order)
    signs = np.array([(n in FOR_AN_ANSWER) - float(n in AGAINST_AN_ANSWER) for n in FEATURES])
    deviation, middle = rows.std(0) + 1e-3, rows.mean(0)
    scaled = (rows - middle) / deviation
    mass = mass * np.where(labels == 1, 0.5 / (mass @ labels), 0.5 / (mass @ (1 - labels)))
    weights, bias = np.zeros(len(FEATURES)), 0.0
    for _ in range(steps):
        error = mass * (labels - 1 / (1 + np.exp(-(scaled @ weights + bias))))
        weights = weights + rate * (scaled.T @ error - l2 * weights / len(labels))
        weights = np.where(weights * signs > 0, weights, 0.0)
        bias += rate * float(error.sum())
    return weights / deviation, float(bias - (weights / deviation) @ middle)


def best_rows(lists: Sequence[Listed], order: Floats) -> tuple[Floats, Floats, Floats]:
    """Features (n, f) of best statements, whether each answers (n,), and how much each counts (n,)."""
    rows, labels, mass = [], [], []
    for one in lists:
        if (first := one.best(order)) is not None:
            rows.append(one.features[first])
            labels.append(float(one.answerable))
            mass.append(1.0 if one.answerable else 2.0)
        if one.answerable and one.right.any() and (second := one.best(order, one.right)) is not None:
            rows.append(one.features[second])
            labels.append(0.0)
            mass.append(0.4)
    return np.array(rows), np.array(labels), np.array(mass)


def report(lists: Sequence[Listed]) -> None:
    """Print what the models reach on questions they were not fitted to."""
    groups = sorted({one.group for one in lists})
    np.random.default_rng(0).shuffle(groups)
    ranks: list[int] = []
    told: list[tuple[float, float]] = []
    for fold in range(FOLDS):
        held = set(groups[fold::FOLDS])
        train, test = [x for x in lists if x.group not in held], [x for x in lists if x.group in held]
        order = fit_order(train)
        weights, bias = fit_answerable(train, order)
        for one in test:
            if one.right.any():
                ranks.append(1 + int(np.flatnonzero(one.right[np.argsort(-(one.features @ order))])[0]))
        rows, labels, mass = best_rows(test, order)
        rows, labels = rows[mass >= 1], labels[mass >= 1]
        told += list(zip(rows @ weights + bias, labels, strict=True))
    place = np.array(ranks)
    first, third, mean = (place == 1).mean(), (place <= 3).mean(), (1 / place).mean()
    print(f"statements, {FOLDS} folds: R@1 {first:.3f}  R@3 {third:.3f}  MRR {mean:.3f}")
    scores, answers = np.array(told).T
    print(
        f"answerable, {FOLDS} folds: AUC {auc(scores, answers):.3f}, {int(answers.sum())} of {len(answers)}"
    )
    for cut in np.quantile(scores[answers == 1], (0.01, 0.03, 0.05, 0.1)):
        lost, kept = (scores[answers == 1] < cut).mean(), (scores[answers == 0] < cut).mean()
        threshold = 1 / (1 + np.exp(-cut))
        print(f"  at {threshold:.2f}: {lost:.0%} of the answerable abstained, {kept:.0%} of the others")


def auc(scores: Floats, answers: Floats) -> float:
    """How often an answerable question (1) scores above one without an answer (0)."""
    above = scores[answers == 1][:, None] > scores[answers == 0][None, :]
    return float(above.mean())


def main(arguments: Sequence[str]) -> int:
    """Fit on pairs of question file and library; save the weights."""
    if not arguments or len(arguments) % 2:
        print(__doc__)
        return 2
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    lists = [one for questions, library in pairs for one in collect(Path(questions), Path(library))]
    report(lists)
    save(lists)
    return 0


def save(lists: Sequence[Listed]) -> None:
    """Fit on everything and write the weights."""
    order = fit_order(lists)
    weights, bias = fit_answerable(lists, order)
    save_models({"order": (FEATURES, order, 0.0), "answerable": (FEATURES, weights, bias)})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
