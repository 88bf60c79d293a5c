"""Who would wait too long is told at once; the others are served in the order they came."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from fakes import FakeEmbedder, statute
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.session import Session
from ingest.library import Library
from page.access import ANYONE, LOCAL
from page.desk import Desk, Unavailable
from page.limits import Limited, Limits, Rate, place_in_line, question_refused
from page.line import BUSY, LAPSE, Line
from tests.stand_in_page import desk as stand_in


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_as_can_be_begun_in_time_have_a_place() -> None:
    """Two at once, 0.3 s each as a first guess: within 0.5 s the third begins at 0.15, the fifth at 0.45."""
    line = Line(at_once=2, patience=0.5, handful=0)
    assert [line.place() is not None for _ in range(6)] == [True] * 5 + [False]


def test_a_slower_machine_lets_fewer_in() -> None:
    """What answers took while others waited counts, and only then."""
    line = Line(at_once=1, patience=1.0, handful=0)
    places = [line.place() for _ in range(3)]
    for place in places:
        assert place
        line.enter(place)
    for _ in range(3):
        line.leave(20.0)
    assert [line.place() is not None for _ in range(2)] == [True, False]


def test_a_handful_may_always_wait() -> None:
    """On a machine that takes a minute for an answer the second person is not a crowd."""
    line = Line(at_once=1, patience=0.0, handful=2)
    assert [line.place() is not None for _ in range(4)] == [True] * 3 + [False]


def test_a_place_that_nobody_comes_for_lapses() -> None:
    clock = Clock()
    line = Line(at_once=1, patience=0.0, handful=0, clock=clock)
    assert line.place()
    assert line.place() is None
    clock.now = LAPSE
    assert line.place()


def test_turns_come_in_order_and_no_two_at_once() -> None:
    line, served, inside = Line(at_once=1, patience=60, handful=0), [], []
    held = line.place()
    assert held
    with held:
        threads = []
        for n in range(5):
            place = line.place()
            assert place

            def serve(n: int = n, place: object = place) -> None:
                with place:  # type: ignore[attr-defined]
                    inside.append(n)
                    assert len(inside) == 1
                    served.append(n)
                    inside.remove(n)

            threads.append(threading.Thread(target=serve))
            threads[-1].start()
            while len(line._waiting) <= n:
                pass
    for thread in threads:
        thread.join(5)
    assert served == [0, 1, 2, 3, 4]
    assert len(line) == 0


def test_there_is_calm_until_several_ask_within_seconds() -> None:
    clock = Clock()
    line = Line(clock=clock)
    for _ in range(4):
        with line.place() or pytest.fail("no place"):
            assert not line.calm()
    assert not line.calm()
    clock.now = 3.0
    assert line.calm()


def test_the_desk_answers_in_line_and_says_when_too_many_wait(tmp_path: Path) -> None:
    """A place given at the door is the one that is used; without one the desk takes one."""
    desk: Desk = stand_in(tmp_path, lambda: False)
    desk.open()
    desk.assistant()
    desk.line = Line(at_once=1, patience=0.0, handful=0)
    place = desk.line.place()
    assert len(list(desk.steps("问", Session(), place))) == 2
    assert len(list(desk.steps("问", Session()))) == 2
    held = desk.line.place()
    with pytest.raises(Unavailable, match=BUSY):
        list(desk.steps("问", Session()))
    assert held


def test_a_question_in_excess_is_told_at_the_door_and_nothing_else_is() -> None:
    """Of the page's functions only those that answer count; the body is passed on whole."""

    async def echo(request: Request) -> PlainTextResponse:
        place = place_in_line(request)
        if place:
            with place:
                pass
        return PlainTextResponse((await request.body()).decode())

    paths = ("/gradio_api/queue/join", "/api/ask", "/api/search")
    app = Starlette(routes=[Route(path, echo, methods=["POST"]) for path in paths])
    line = Line(at_once=1, patience=0.0, handful=0)

    async def local(scope, receive, send):  # type: ignore[no-untyped-def]
        scope["visitor"] = LOCAL
        await Limited(app, Limits(), line, (7,))(scope, receive, send)

    client = TestClient(local)
    ask, other = '{"fn_index": 7, "data": ["问"]}', '{"fn_index": 3}'
    assert client.post(paths[0], content=ask).text == ask
    kept = line.place()
    assert kept
    for path, content in ((paths[0], ask), (paths[1], "{}")):
        refused = client.post(path, content=content)
        assert (refused.status_code, refused.json()["detail"]) == (429, BUSY)
        assert refused.headers["Retry-After"]
    for path, content in ((paths[0], other), (paths[0], "[]"), (paths[0], "{"), (paths[2], "甲")):
        assert client.post(path, content=content.encode()).text == content


def test_the_cards_are_read_once_a_generation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer shows them, and a library may hold hundreds."""
    desk, read = stand_in(tmp_path, lambda: False), []
    of_library = Library.policies
    monkeypatch.setattr(Library, "policies", lambda self: read.append(1) or of_library(self))
    assert desk.policies() == desk.policies() == []
    with Library.create_or_open(desk.library_dir) as library:
        statute("办法", ["一条规定。"]).store(library, FakeEmbedder())
    assert [policy.title for policy in desk.policies()] == ["办法"]
    desk.policies().clear()
    assert len(desk.policies()) == 1
    assert len(read) == 2


def test_new_examples_are_looked_for_in_a_calm_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a publication those of before are good enough while people ask."""
    desk, clock = stand_in(tmp_path, lambda: False), Clock()
    desk.line, sought = Line(clock=clock), []
    monkeypatch.setattr("page.desk.examples", lambda _: sought.append(1) or [f"问{len(sought)}"])
    desk.open()
    assert desk.examples(10) == ["问1"]
    for _ in range(4):
        with desk.line.place() or pytest.fail("no place"):
            pass
    with Library.create_or_open(desk.library_dir) as library:
        statute("办法", ["一条规定。"]).store(library, FakeEmbedder())
    assert desk.examples() == ["问1"]
    clock.now = 60.0
    desk.examples()
    deadline = time.monotonic() + 10
    while desk.examples() != ["问2"]:
        assert time.monotonic() < deadline
    assert len(sought) == 2


def test_who_asks_too_often_takes_no_place() -> None:
    """It is told at the door, and counts once; a place that is given up is free at once."""

    async def count(request: Request) -> PlainTextResponse:
        place = place_in_line(request)
        assert place
        place.give_up()
        return PlainTextResponse(question_refused(request))

    app = Starlette(routes=[Route("/gradio_api/queue/join", count, methods=["POST"])])
    line, limits = Line(at_once=1, patience=0.0, handful=0), Limits(questions=Rate(1, 2, lambda: 0))

    async def anyone(scope, receive, send):  # type: ignore[no-untyped-def]
        scope["visitor"] = ANYONE
        await Limited(app, limits, line, (7,))(scope, receive, send)

    client = TestClient(anyone)
    told = [client.post("/gradio_api/queue/join", content='{"fn_index": 7}') for _ in range(3)]
    assert [(one.status_code, one.text) for one in told[:2]] == [(200, ""), (200, "")]
    assert (told[2].status_code, "有点快" in told[2].json()["detail"]) == (429, True)
    assert line.place()
