"""Training questions in, what the ranker finds for each out, with which statements hold the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answerability import Meeting
from assistant.pipeline import PolicyAssistant
from assistant.query import understand
from assistant.ranking import Candidate, log_odds, meeting, rank
from assistant.wanted import wanted
from evals.fit import holds
from evals.metrics import grams, normalise
from evals.training_questions import TrainingQuestion

Floats = NDArray[np.floating]
BEST = 10  # statements of a question that are learned from, beside those further down that are right
JOB = 400  # questions that a process takes at once
PROCESSES = 2
BEGINNING = 30  # characters by which a statement is known to stand in its text


@dataclass(frozen=True)
class Judged:
    """One question (or one region of it), and of its n statements, in their order, features (n, f), how the
    question meets each, the linear model's log-odds (n,) and which are right (n,)."""

    kind: str
    group: str
    answerable: bool
    features: Floats
    meetings: tuple[Meeting, ...]
    linear: Floats
    right: NDArray[np.bool_]

    @property
    def teaches(self) -> bool:
        """Whether it is known what is to be chosen: nothing, or one of the statements."""
        return not self.answerable or bool(self.right.any())


def collect(questions: Sequence[TrainingQuestion], libraries: Mapping[str, Path]) -> list[Judged]:
    """Run questions up to the ranker, in two processes, and note which statements hold the evidence."""
    ordered = sorted(questions, key=lambda q: q.library)
    jobs = [
        (libraries[name], job)
        for name, own in groupby(ordered, key=lambda q: q.library)
        for job in _batches(own, JOB)
    ]
    judged: list[Judged] = []
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for n, found in enumerate(pool.map(_collect, jobs), 1):
            judged += found
            print(f"{n}/{len(jobs)}：{len(judged)} 题", flush=True)
    return judged


def _batches(items: Iterator[TrainingQuestion], size: int) -> Iterator[list[TrainingQuestion]]:
    while batch := list(islice(items, size)):
        yield batch


@cache
def _assistant(library: Path) -> PolicyAssistant:
    return PolicyAssistant.open(library)


def _collect(job: tuple[Path, Sequence[TrainingQuestion]]) -> list[Judged]:
    assistant = _assistant(job[0])
    return [judged for question in job[1] for judged in judge(assistant, question)]


def judge(assistant: PolicyAssistant, asked: TrainingQuestion) -> Iterator[Judged]:
    """What the ranker finds for a question, for each of its regions where it compares some."""
    query = understand(asked.text, asked.session(), assistant.today())
    if query.refusal:
        return
    encoding = assistant.retriever.encode(query.search_text)
    passages = assistant.retriever.retrieve(query, encoding)
    found = rank(query, passages, wanted(query, encoding, assistant.retriever.rarity))
    evidence = [grams(quote) for quote in asked.evidence]
    regions = dict.fromkeys(r.code for r in query.regions if asked.compares)
    for code in regions or (None,):
        own = [c for c in found if code is None or c.passage.policy.region == code]
        right = [_right(c, asked.within, evidence) for c in own]
        kept = [n for n, is_right in enumerate(right) if n < BEST or is_right]
        if kept:
            yield Judged(
                asked.kind,
                asked.group,
                asked.answerable,
                np.array([own[n].features for n in kept]),
                tuple(meeting(own[n], encoding) for n in kept),
                np.array([log_odds(own[n]) for n in kept]),
                np.array([right[n] for n in kept]),
            )


def _right(candidate: Candidate, within: str, evidence: Sequence[set[str]]) -> bool:
    text = candidate.statement.text
    return normalise(text)[:BEGINNING] in (within or normalise(text)) and holds(text, evidence)
