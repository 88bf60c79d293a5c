"""Fit the network of assistant.answerability: `BENCH_DIR=FOLDER python -m evals.fit_confidence`.

All training questions (evals/training, and the graded sets of BENCH_DIR) are run up to the ranker. Which of
a question's best statements holds its evidence, or that none does, is learned with a listwise softmax (Cao
et al., ICML 2007) over the statements and a null option of log-odds 0. Documents, laws and sets are put into
folds as wholes, so that what is reported was not fitted to. Writes assistant/data/answerability.npz.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import dropout, log_softmax, pad
from torch.nn.utils.rnn import pad_sequence

from assistant.answerability import Network, save
from evals.fit import auc
from evals.judged import Judged, collect
from evals.suites import CACHE
from evals.training_libraries import build, unpack
from evals.training_questions import read_questions, read_set, to_ask
from ingest.embeddings import load_embedder
from ingest.storage import LibraryError

Floats = NDArray[np.floating]
FOLDS = 5
MEMBERS = 3  # networks, each from another start, whose log-odds are averaged
REFUSED = 0.9  # share of the questions without an answer at which coverage is told
HIDDEN, DROPOUT, EPOCHS, BATCH, RATE, LAST_RATE, DECAY = 48, 0.2, 12, 64, 2e-3, 1e-4, 0.02


class Judge(nn.Module):
    """The network in training: log-odds of statements from inputs (n, i) and linear log-odds (n,)."""

    def __init__(self, inputs: int):
        super().__init__()
        self.inner, self.outer = nn.Linear(inputs, HIDDEN), nn.Linear(HIDDEN, 1)
        self.linear = nn.Parameter(torch.tensor(0.5))

    def forward(self, inputs: Tensor, linear: Tensor) -> Tensor:
        """The log-odds, (n,)."""
        dropped = dropout(inputs, DROPOUT, self.training)
        hidden = dropout(self.inner(dropped).relu(), DROPOUT, self.training)
        told: Tensor = self.outer(hidden).squeeze(1) + self.linear * linear
        return told

    def network(self, blank: Network) -> Network:
        """As the product reads it, with the standardisation of `blank`."""

        def numbers(tensor: Tensor) -> Floats:
            return tensor.detach().numpy().astype(np.float64)

        return replace(
            blank,
            inner=numbers(self.inner.weight).T,
            inner_bias=numbers(self.inner.bias),
            outer=numbers(self.outer.weight)[0],
            bias=numbers(self.outer.bias)[0],
            linear=numbers(self.linear),
        )


def standardised(judged: Sequence[Judged]) -> Network:
    """A network that says what the linear model does, with means and deviations over all statements."""
    features = np.concatenate([one.features for one in judged])
    met = [meeting for one in judged for meeting in one.meetings]
    parts = [
        features,
        *(
            np.array(vectors)
            for vectors in zip(*((m.question, m.unmet, m.farthest) for m in met), strict=True)
        ),
    ]
    middle = np.concatenate([part.mean(0) for part in parts])
    spread = np.concatenate([part.std(0) for part in parts]) + 1e-3
    nothing = np.zeros(HIDDEN)
    inner = np.zeros((len(middle) + 2 * len(met[0].statement), HIDDEN))
    return Network(middle, spread, inner, nothing, nothing, np.array(0.0), np.array(1.0))


def train(judged: Sequence[Judged], seed: int = 0) -> Network:
    """Learn from the questions that teach."""
    torch.manual_seed(seed)
    blank = standardised(judged)
    lists = [_tensors(blank, one) for one in judged if one.teaches]
    judge = Judge(lists[0][0].shape[1])
    optimiser = torch.optim.AdamW(judge.parameters(), RATE, weight_decay=DECAY)
    order = random.Random(seed)
    for epoch in range(EPOCHS):
        order.shuffle(lists)
        for group in optimiser.param_groups:
            group["lr"] = RATE * (1 - epoch / EPOCHS) + LAST_RATE
        for start in range(0, len(lists), BATCH):
            optimiser.zero_grad()
            inputs, linear, right = zip(*lists[start : start + BATCH], strict=True)
            told = judge(torch.cat(inputs), torch.cat(linear)).split([len(one) for one in right])
            loss(told, right).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    return judge.network(blank)


def train_several(judged: Sequence[Judged]) -> Network:
    """The mean of MEMBERS networks as one: their hidden units side by side."""
    members = [train(judged, seed) for seed in range(MEMBERS)]
    return replace(
        members[0],
        inner=np.hstack([m.inner for m in members]),
        inner_bias=np.concatenate([m.inner_bias for m in members]),
        outer=np.concatenate([m.outer for m in members]) / MEMBERS,
        bias=np.mean([m.bias for m in members], axis=0),
        linear=np.mean([m.linear for m in members], axis=0),
    )


Listed = tuple[Tensor, Tensor, Tensor]  # inputs (n, i), linear log-odds (n,), right (n,) of one question


def _tensors(network: Network, one: Judged) -> Listed:
    inputs = [network.inputs(features, met) for features, met in zip(one.features, one.meetings, strict=True)]
    return (
        torch.tensor(np.array(inputs, np.float32)),
        torch.tensor(one.linear).float(),
        torch.tensor(one.right),
    )


def loss(told: Sequence[Tensor], right: Sequence[Tensor]) -> Tensor:
    """Mean over questions of −log of the share that softmax gives to what is right, or to nothing.

    `told`: log-odds of each question's statements; `right`: which of them are.
    """
    scores = pad_sequence(list(told), batch_first=True, padding_value=-torch.inf)
    holding = pad_sequence(list(right), batch_first=True)
    shares = log_softmax(pad(scores, (1, 0)), dim=1)
    chosen = torch.cat([~holding.any(1, keepdim=True), holding], 1)
    return -shares.masked_fill(~chosen, -torch.inf).logsumexp(1).mean()


def told_by(network: Network, one: Judged) -> float:
    """The network's log-odds of the statement that is ranked first."""
    inputs = network.inputs(one.features[0], one.meetings[0])
    return network.log_odds(float(one.linear[0]), inputs)


def report(judged: Sequence[Judged]) -> None:
    """Print what the linear model and the network reach on groups that they were not fitted to."""
    groups = sorted({one.group for one in judged})
    random.Random(0).shuffle(groups)
    told: dict[str, list[tuple[float, float, bool]]] = {}
    for fold in range(FOLDS):
        held = set(groups[fold::FOLDS])
        network = train_several([one for one in judged if one.group not in held])
        for one in judged:
            if one.group in held:
                scored = (float(one.linear[0]), told_by(network, one), one.answerable)
                told.setdefault(one.kind, []).append(scored)
    print(f"{FOLDS} 折，各组未参加拟合：AUC；拒答 {REFUSED:.0%} 时答出的")
    for kind, rows in told.items():
        linear, ours, answerable = np.array(rows).T
        if answerable.all():
            continue  # nothing to be told apart
        figures = [f"{auc(s, answerable):.3f}，{covered(s, answerable):.0%}" for s in (linear, ours)]
        print(f"{kind}，{len(rows)} 题：线性 {figures[0]}；网络 {figures[1]}")


def covered(scores: Floats, answerable: Floats, refused: float = REFUSED) -> float:
    """The share of the answerable that score above `refused` of the others.

    Example: covered(np.array([3, 2, 1, 0]), np.array([1, 0, 1, 0]), refused=1.0) -> 1/2
    """
    return float((scores[answerable == 1] > np.quantile(scores[answerable == 0], refused)).mean())


def main() -> int:
    """Collect, report, fit on everything and save."""
    bench, kept = Path(os.environ.get("BENCH_DIR") or "../shared"), CACHE / "training"
    try:
        material = unpack(bench, kept)
    except LibraryError as fault:
        print(fault, file=sys.stderr)
        return 1
    read = read_questions(material.text_of)
    questions = [*read.questions]
    for name, kind in (("policy.dev.jsonl", "pages"), ("law.dev.jsonl", "laws")):
        questions += to_ask(read_set(bench / "evals" / name, kind))
    print(f"{len(questions)} 题；{read.moved} 题所指的原文已变，跳过")
    judged = collect(questions, build(material, kept, load_embedder(), print))
    taught = sum(one.teaches for one in judged)
    print(f"找到论断的 {len(judged)} 题（比较的逐地区计），可学的 {taught} 题")
    report(judged)
    save(train_several(judged))
    return 0


if __name__ == "__main__":
    sys.exit(main())
