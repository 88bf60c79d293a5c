"""Too much and too often is refused before it is read, each visitor for themselves, in Chinese."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from page.access import ANYONE, LOCAL, Role, Visitor
from page.limits import MAX_BODY, Limited, Limits, Rate, question_refused


def test_a_bucket_lets_a_burst_through_and_then_so_many_a_minute() -> None:
    now = 0.0
    rate = Rate(per_minute=6, burst=2, clock=lambda: now)
    assert [rate.take("a"), rate.take("a"), rate.take("a")] == [0, 0, pytest.approx(10)]
    assert rate.take("b") == 0
    now = 9.0
    assert rate.take("a") == pytest.approx(1)
    now = 10.0
    assert rate.take("a") == 0
    now = 1000.0
    assert [rate.take("a"), rate.take("a"), rate.take("a") > 0] == [0, 0, True]


class As:
    """The server as it is behind the gate, for a given visitor."""

    def __init__(self, limits: Limits, visitor: Visitor) -> None:
        async def length(request: Request) -> PlainTextResponse:
            return PlainTextResponse(str(len(await request.body())))

        async def question(request: Request) -> PlainTextResponse:
            return PlainTextResponse(question_refused(request))

        paths = (
            "/api/ask",
            "/export/comparison.xlsx",
            "/gradio_api/upload",
            "/gradio_api/queue/join",
            "/other",
        )
        routes = [Route(path, length, methods=["POST"]) for path in paths]
        self.visitor = visitor
        self.app = Limited(Starlette(routes=[*routes, Route("/question", question)]), limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["visitor"] = self.visitor
        await self.app(scope, receive, send)


def site(visitor: Visitor = ANYONE, upload_megabytes: int = 2) -> TestClient:
    limits = Limits(Rate(1, 2, lambda: 0), Rate(1, 3, lambda: 0), upload_megabytes)
    return TestClient(As(limits, visitor))


def test_questions_that_come_too_fast_are_told_when_to_come_again() -> None:
    """The page, the API and what is made again to be taken along draw on one allowance; the refusal says
    how long to wait."""
    client = site()
    assert client.post("/export/comparison.xlsx").status_code == 200
    assert client.get("/question").text == ""
    refused = client.post("/api/ask")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert refused.json()["detail"] == client.get("/question").text == "您问得有点快，请等 60 秒再试。"
    assert client.post("/other").status_code == 200
    assert [client.post("/gradio_api/queue/join").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_each_visitor_has_an_allowance_and_this_machine_has_no_end() -> None:
    limits = Limits(Rate(1, 1, lambda: 0))
    first, second = (TestClient(As(limits, Visitor(name, Role.READER, True))) for name in ("a", "b"))
    assert [first.post("/api/ask").status_code for _ in range(2)] == [200, 429]
    assert second.post("/api/ask").status_code == 200
    local = TestClient(As(limits, LOCAL))
    assert {local.post("/api/ask").status_code for _ in range(5)} == {200}


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_has_a_limit_whatever_its_length_says(declared: bool) -> None:
    """A megabyte in general, more for an upload; counted while it comes where no length is declared."""

    def body(size: int) -> Iterator[bytes]:
        for _ in range(size // 65536):
            yield b"x" * 65536
        yield b"x" * (size % 65536)

    def send(path: str, size: int) -> int:
        content = b"x" * size if declared else body(size)
        response = site(upload_megabytes=2).post(path, content=content)
        if response.status_code == 413:
            assert "请分开再发" in response.json()["detail"]
        return response.status_code

    assert send("/other", MAX_BODY) == 200
    assert send("/other", MAX_BODY + 1) == 413
    assert send("/gradio_api/upload", 2 * MAX_BODY) == 200
    assert send("/gradio_api/upload", 2 * MAX_BODY + 1) == 413
