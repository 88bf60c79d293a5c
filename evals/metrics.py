"""Rankings, overlaps and timings in, figures out. Every measure shows its arithmetic."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log2, sqrt
from typing import TypeVar

T = TypeVar("T")
COVER = 0.6  # share of a quote's 3-grams that passages must hold to count as its evidence


def recall_at_k(ranking: Sequence[str], gold: Collection[str], k: int) -> float:
    """The share of the gold ids among the first k.

    Example: recall_at_k(["a", "x", "b"], {"a", "b"}, k=2) -> 1/2
    """
    return len(set(ranking[:k]) & set(gold)) / len(set(gold))


def reciprocal_rank(ranking: Sequence[str], gold: Collection[str], k: int = 10) -> float:
    """1 / rank of the first gold id among the first k, 0 where there is none; its mean is MRR@k.

    Example: reciprocal_rank(["x", "a"], {"a"}) -> 1/2
    """
    return next((1 / rank for rank, item in enumerate(ranking[:k], start=1) if item in gold), 0.0)


def ndcg_at_k(ranking: Sequence[str], gold: Collection[str], k: int = 10) -> float:
    """Binary nDCG (Järvelin & Kekäläinen 2002): Σ 1 / log2(rank + 1) over hits, divided by the ideal sum.

    Example: ndcg_at_k(["x", "a"], {"a"}, k=2) -> (1 / log2(3)) / (1 / log2(2)) = 0.63
    """
    gained = sum(1 / log2(rank + 1) for rank, item in enumerate(ranking[:k], start=1) if item in gold)
    return gained / sum(1 / log2(rank + 1) for rank in range(1, min(k, len(set(gold))) + 1))


def normalise(text: str) -> str:
    """NFKC, without white space, in lower case. Example: normalise("（1） A") -> "(1)a" """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def grams(text: str, n: int = 3) -> set[str]:
    """The character n-grams of the letters, digits and ideographs of `text`.

    Example: grams("甲乙、丙丁") -> {"甲乙丙", "乙丙丁"}
    """
    kept = re.sub(r"\W", "", normalise(text))
    return {kept[i : i + n] for i in range(max(1, len(kept) - n + 1))}


def coverage(quote: str, passages: Iterable[str]) -> float:
    """The share of the quote's character 3-grams that stand in the passages taken together.

    Example: coverage("甲乙丙丁", ["甲乙丙"]) -> 1/2
    """
    wanted = grams(quote)
    held = {gram for passage in passages for gram in grams(passage)}
    return len(wanted & held) / len(wanted)


def evidence_ranking(quotes: Sequence[str], passages: Sequence[str]) -> list[str]:
    """Passages as a ranking over quotes: at each place the first quote newly covered there, else "".

    A quote counts where the passage alone covers it, so that recall, MRR and nDCG apply to evidence given
    as words. Example: evidence_ranking(["甲乙丙"], ["丁", "甲乙丙"]) -> ["", "甲乙丙"]
    """
    left = list(dict.fromkeys(quotes))
    ranking = []
    for passage in passages:
        found = next((quote for quote in left if coverage(quote, [passage]) >= COVER), "")
        if found:
            left.remove(found)
        ranking.append(found)
    return ranking


def overlap_f1(answer: str, reference: str) -> float:
    """F1 of character 3-grams shared by an answer and a reference: 2PR / (P + R).

    Example: overlap_f1("甲乙丙丁", "甲乙丙") -> P 1/2, R 1 -> 2/3
    """
    ours, theirs = grams(answer), grams(reference)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


def quantile(values: Iterable[float], q: float) -> float:
    """The value at index ⌊q (n − 1)⌋ of the sorted values; 0 for none.

    Example: quantile([3, 1, 2], 0.5) -> 2
    """
    ordered = sorted(values)
    return ordered[int(q * (len(ordered) - 1))] if ordered else 0.0


def wilson(passed: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson 1927): what a small sample can and cannot say.

    Example: wilson(5, 10) -> (0.24, 0.76)
    """
    if not total:
        return 0.0, 1.0
    share, square = passed / total, z * z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Outcome:
    """How one question ended: `confidence` of the answer, None where none was given; `right` answer or not;
    `answerable` or one on which nothing is to be said, so that any answer to it is wrong."""

    confidence: float | None
    right: bool
    answerable: bool = True


@dataclass(frozen=True)
class Operating:
    """What answering only from some confidence on comes to, as shares of 1.

    `coverage`: answered, of all questions; `risk`: wrong, of the answered. `precision`: unanswerable, of
    those kept silent on; `recall`: kept silent on, of the unanswerable; None where there are none.
    """

    coverage: float
    risk: float
    precision: float | None
    recall: float | None


def risk_coverage(outcomes: Iterable[Outcome]) -> list[Operating]:
    """One point for each threshold on confidence, the highest first; the last is what was really answered.

    Example: risk_coverage([Outcome(0.9, True), Outcome(0.5, False, answerable=False)])
    -> [Operating(1/2, 0, 1, 1), Operating(1, 1/2, None, 0)]
    """
    asked = list(outcomes)
    told = sorted(((o.confidence, o) for o in asked if o.confidence is not None), key=lambda pair: -pair[0])
    points, wrong, let_in, nothing = [], 0, 0, sum(not o.answerable for o in asked)
    for n, (confidence, outcome) in enumerate(told, start=1):
        wrong += not (outcome.right and outcome.answerable)
        let_in += not outcome.answerable
        if n == len(told) or told[n][0] < confidence:  # equal confidences are taken together
            kept, silent = nothing - let_in, len(asked) - n
            precision, recall = kept / silent if silent else None, kept / nothing if nothing else None
            points.append(Operating(n / len(asked), wrong / n, precision, recall))
    return points


def mean(values: Iterable[float]) -> float:
    """The arithmetic mean; 0 for none."""
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0


def share(values: Iterable[float]) -> float | None:
    """The mean, or None where there is nothing to judge. Example: share([True, False]) -> 1/2"""
    kept = list(values)
    return sum(kept) / len(kept) if kept else None


def percent(value: float | None) -> str:
    """A share as people read it. Example: percent(0.256) -> "26%", percent(None) -> "—" """
    return "—" if value is None else f"{value:.0%}"


def thin(points: Sequence[T], most: int = 60) -> list[T]:
    """At most about `most` of the points, evenly, with the last one: enough for a plot."""
    step = max(1, ceil(len(points) / most))
    return [*points[::step], *([points[-1]] if points and (len(points) - 1) % step else [])]
