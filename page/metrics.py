"""What the server counts, for Prometheus: questions, how long each stage takes, the library's generation."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response

from assistant.answer import Answer
from page.access import bearer, is_direct, is_loopback

FAULT = "error"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._read: dict[str, Gauge] = {}
        self.questions = Counter(
            "policy_questions", "Questions by how they ended", ["status"], registry=self.registry
        )
        self.stages = Histogram(
            "policy_stage_seconds", "How long each stage of an answer takes", ["stage"],
            registry=self.registry, buckets=SECONDS,
        )  # fmt: skip
        self.answers = Histogram(
            "policy_answer_seconds", "How long an answer takes", registry=self.registry, buckets=SECONDS
        )
        self.under_way = Gauge(
            "policy_questions_under_way", "Questions being answered", registry=self.registry
        )
        self.sign_ins = Counter("policy_sign_ins", "Tries to sign in", ["outcome"], registry=self.registry)
        self.requests = Counter(
            "policy_requests", "Requests by status class", ["status"], registry=self.registry
        )

    def gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A figure that is read when it is asked for; said again, it is read the new way."""
        if name not in self._read:
            self._read[name] = Gauge(name, about, registry=self.registry)
        self._read[name].set_function(read)

    def watched(self, steps: Iterator[str | Answer]) -> Iterator[str | Answer]:
        """The steps of a question, timed and counted."""
        begun = since = time.perf_counter()
        stage, status = "", FAULT
        try:
            with self.under_way.track_inprogress():
                for step in steps:
                    now = time.perf_counter()
                    if stage:
                        self.stages.labels(stage).observe(now - since)
                    since = now
                    stage = "" if isinstance(step, Answer) else step
                    status = str(step.status) if isinstance(step, Answer) else status
                    yield step
        except GeneratorExit:
            status = status if status != FAULT else "left"
            raise
        finally:
            self.questions.labels(status).inc()
            self.answers.observe(time.perf_counter() - begun)

    def response(self) -> Response:
        """All figures in Prometheus's text format."""
        return Response(generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def may_read(request: Request, token: str) -> bool:
    """The figures are for this machine, unless a token was set and is sent."""
    if token:
        return hmac.compare_digest(bearer(request.headers).encode(), token.encode())
    return is_direct(request.headers) and is_loopback(request.client.host if request.client else "")
