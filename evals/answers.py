"""A system and graded questions in, what it said and how it did out: by kind, by region, wrong facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from assistant import Answer, PolicyAssistant, Session
from evals.grading import NOTHING_SAID, Question, Reply, failures
from evals.metrics import COVER, Operating, Outcome, coverage, quantile, risk_coverage, share, thin


class System(Protocol):
    """Anything that replies: the product, or a baseline."""

    name: str

    def reply(self, question: Question) -> Reply:
        """Reply to one question, in its conversation and on its date."""


class Product:
    """The assistant as the page calls it; keeps every answer by question id, and the time of each stage."""

    def __init__(self, assistant: PolicyAssistant, name: str = "本产品"):
        self.assistant, self.name = assistant, name
        self.answers: dict[str, Answer] = {}
        self.stages: dict[str, list[float]] = {}

    def reply(self, question: Question) -> Reply:
        """Ask the assistant."""
        session = Session.from_history(question.history)
        session.as_of = question.as_of
        started = marked = perf_counter()
        stage = ""
        for step in self.assistant.steps(question.text, session):
            now = perf_counter()
            if stage:
                self.stages.setdefault(stage, []).append(1000 * (now - marked))
            marked = now
            if isinstance(step, Answer):
                answer = step
            else:
                stage = step
        self.answers[question.id] = answer
        return Reply(
            status=answer.status.value,
            text=answer.text,
            cited=tuple(citation.chunk.text for citation in answer.citations),
            ms=1000 * (perf_counter() - started),
            confidence=answer.confidence,
        )


@dataclass(frozen=True)
class Graded:
    """A question, the reply, and why the reply fails (nothing: it passes)."""

    question: Question
    reply: Reply
    reasons: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong with the reply."""
        return not self.reasons

    @property
    def wrong(self) -> bool:
        """Whether the reply asserts something untrue."""
        return any(reason.startswith("说错") for reason in self.reasons)

    @property
    def quiet(self) -> bool:
        """Whether the reply tells no rule."""
        return self.reply.status in NOTHING_SAID


@dataclass(frozen=True)
class Summary:
    """One system on one set. Shares are of 1, None where there was nothing to judge.

    Counts by kind and region are (passed, asked).

    Refusal: silent (abstained, refused, clarify) where the library has no rule or the request is improper;
    `over_refusal` is the share of answerable questions abstained or refused. Citation precision: cited
    passages that hold evidence; citation recall: quotes of the evidence that are cited.
    """

    system: str
    questions: int
    passed: int
    wrong_facts: int
    refusal_precision: float | None
    refusal_recall: float | None
    over_refusal: float | None
    citation_precision: float | None
    citation_recall: float | None
    chars_median: float
    ms_median: float
    ms_p95: float
    by_kind: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    by_region: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    risk_coverage: Sequence[Operating] = ()
    stages: Mapping[str, float] = field(default_factory=dict)


def ask(
    system: System,
    questions: Sequence[Question],
    progress: Callable[[], None] = lambda: None,
) -> list[Graded]:
    """Put every question to the system. The first is asked twice, so that loading is not counted."""
    if questions:
        system.reply(questions[0])
    graded = []
    for question in questions:
        reply = system.reply(question)
        graded.append(Graded(question, reply, tuple(failures(question, reply))))
        progress()
    return graded


def summarise(system: System, graded: Sequence[Graded]) -> Summary:
    """Count what was right, wrong, silent, cited and slow."""
    # A question back where the regions differ is neither an answer nor silence.
    judged = [g for g in graded if not g.quiet or g.question.expected != "per_region_or_clarify"]
    quiet = [g for g in judged if g.quiet]
    silent = [g for g in graded if g.question.silent]
    answerable = [g for g in graded if g.question.expected in ("answer", "compare")]
    told = [g for g in answerable if not g.quiet and g.question.evidence]
    times = [g.reply.ms for g in graded]
    stages: Mapping[str, list[float]] = getattr(system, "stages", {})
    return Summary(
        system=system.name,
        questions=len(graded),
        passed=sum(g.passed for g in graded),
        wrong_facts=sum(g.wrong for g in graded),
        refusal_precision=share(g.question.silent for g in quiet),
        refusal_recall=share(g.quiet for g in silent),
        over_refusal=share(g.reply.status in ("abstained", "refused") for g in answerable),
        citation_precision=share(_holds_evidence(g, p) for g in told for p in g.reply.cited),
        citation_recall=share(coverage(q, g.reply.cited) >= COVER for g in told for q in g.question.evidence),
        chars_median=quantile([len(g.reply.text) for g in graded if not g.quiet], 0.5),
        ms_median=quantile(times, 0.5),
        ms_p95=quantile(times, 0.95),
        by_kind=_tally((g.question.kind, g.passed) for g in graded),
        by_region=_tally((r, g.passed) for g in graded for r in g.question.regions or ("未写地区",)),
        risk_coverage=thin(risk_coverage(map(_outcome, judged))),
        stages={name: quantile(values, 0.5) for name, values in stages.items()},
    )


def _outcome(graded: Graded) -> Outcome:
    confidence = None if graded.quiet else graded.reply.confidence
    return Outcome(confidence, graded.passed, not graded.question.silent)


def _holds_evidence(graded: Graded, passage: str) -> bool:
    return any(coverage(quote, [passage]) >= COVER for quote in graded.question.evidence)


def _tally(results: Iterable[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    for key, passed in results:
        good, asked = counts.get(key, (0, 0))
        counts[key] = good + passed, asked + 1
    return dict(sorted(counts.items()))
