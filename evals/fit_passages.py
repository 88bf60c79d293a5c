"""Fit the order of a plain search: `python -m evals.fit_passages CORPUS QUERIES`.

A linear model over assistant.passages.SIGNALS with a listwise softmax loss (evals.fit), on a test collection;
what is reported was not fitted to (5 folds). Saved beside the other weights.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.passages import SIGNALS, signals
from assistant.retrieval import DEEP
from assistant.weights import save_models
from evals.fit import FOLDS, Listed, fit_order
from evals.metrics import mean, recall_at_k
from evals.retrieval import Lookup, collection, load_corpus, load_lookups
from evals.suites import CACHE
from ingest.embeddings import load_embedder

Found = tuple[Lookup, list[str], Listed]


def collect(corpus: Path, queries: Path) -> list[Found]:
    """Each query with the ids of its candidates and their signals (n, s)."""
    with collection(load_corpus(corpus), load_embedder(), CACHE / "retrieval") as indexed:
        retriever, found = indexed.retriever, []
        for lookup in load_lookups(queries):
            passages = retriever.found(lookup.question, retriever.encode(lookup.question), DEEP)
            ids = [indexed.names[p.chunk.id] for p in passages]
            right = np.array([i in lookup.gold for i in ids])
            rows = np.array(signals(lookup.question, passages, retriever.sizes()), np.float64)
            found.append((lookup, ids, Listed(lookup.id, rows, right, np.ones(len(ids), bool), True)))
    return found


def report(found: Sequence[Found]) -> None:
    """Print Recall@10 and Recall@100 on queries that were not fitted to."""
    folds = np.random.default_rng(0).permutation(len(found)) % FOLDS
    recalls = []
    for fold in range(FOLDS):
        weights = fit_order([one for (_, _, one), n in zip(found, folds, strict=True) if n != fold])
        for (lookup, ids, one), n in zip(found, folds, strict=True):
            if n == fold:
                ranking = [ids[i] for i in np.argsort(-(one.features @ weights))]
                recalls.append([recall_at_k(ranking, lookup.gold, k) for k in (10, 100)])
    ten, hundred = (mean(column) for column in zip(*recalls, strict=True))
    print(f"{len(found)} queries, {FOLDS} folds: Recall@10 {ten:.3f}  Recall@100 {hundred:.3f}")


def main(arguments: Sequence[str]) -> int:
    """Fit on a corpus and its queries; save the weights."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    found = collect(*map(Path, arguments))
    report(found)
    weights = fit_order([one for _, _, one in found])
    save_models({"passages": (SIGNALS, weights, 0.0)})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
