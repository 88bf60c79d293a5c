"""How much one visitor may send and how many may ask at a time; who must wait is told in Chinese, at once."""

from __future__ import annotations

import json
import math
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.access import LOCAL, visitor_in
from page.line import BUSY, Line, Place
from page.problems import problem

MEGABYTE = 1024 * 1024
MAX_BODY = MEGABYTE
ASK, JOIN = "/api/ask", "/gradio_api/queue/join"
UPLOADS = ("/gradio_api/upload", "/upload")
TOO_LARGE = "发来的内容太大，没有接收。一次最多 {megabytes} MB，请分开再发。"
TOO_MANY = "您问得有点快，请等 {seconds} 秒再试。"
RETRY = {"Retry-After": "5"}
REMEMBERED = 10_000


class Rate:
    """A token bucket for each visitor: `burst` at once, then `per_minute`."""

    def __init__(self, per_minute: int, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._burst, self._clock = per_minute / 60, burst, clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Seconds to wait; 0 where this one may go on (and is counted)."""
        with self._lock:
            now = self._clock()
            tokens, last = self._kept.pop(key, (float(self._burst), now))
            tokens = min(self._burst, tokens + (now - last) * self._per_second)
            allowed = tokens >= 1
            self._kept[key] = (tokens - allowed, now)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
            return 0.0 if allowed else (1 - tokens) / self._per_second


@dataclass
class Limits:
    """The limits of a server."""

    questions: Rate = field(default_factory=lambda: Rate(30, 10))
    requests: Rate = field(default_factory=lambda: Rate(600, 120))
    upload_megabytes: int = 100

    @classmethod
    def from_environment(cls) -> Limits:
        """QUESTIONS_PER_MINUTE (30) and UPLOAD_MB (100)."""
        questions = int(os.environ.get("QUESTIONS_PER_MINUTE") or 30)
        megabytes = int(os.environ.get("UPLOAD_MB") or 100)
        return cls(Rate(questions, max(1, questions // 3)), upload_megabytes=megabytes)

    def rate_of(self, path: str) -> Rate | None:
        """Which rate a request to this path counts for; None for what costs nothing."""
        table = (
            ((ASK, "/api/search", "/export/comparison."), self.questions),
            ((JOIN, "/document/", "/api/", "/mcp", "/login", *UPLOADS), self.requests),
        )
        return next((rate for prefixes, rate in table if path.startswith(prefixes)), None)


def question_refused(request: Any) -> str:
    """Why a question in the page or over MCP has to wait; "" where it may be asked (and counts)."""
    return _too_many(getattr(getattr(request, "request", request), "scope", {}))


def _too_many(scope: Scope) -> str:
    limits = scope.get("limits")
    if limits is None or "place" in scope or _free(scope):  # who has a place was counted when it was given
        return ""
    wait = limits.questions.take(_key(scope))
    return TOO_MANY.format(seconds=math.ceil(wait)) if wait else ""


def place_in_line(request: Any) -> Place | None:
    """The place in the line that a question was given when its request came."""
    place = getattr(getattr(request, "request", request), "scope", {}).get("place")
    return place if isinstance(place, Place) else None


class Limited:
    """ASGI middleware: refuses what is too large or comes too often, or is asked where too many wait.

    `asks` are the numbers of the page's functions that answer a question.
    """

    def __init__(
        self, app: ASGIApp, limits: Limits, line: Line | None = None, asks: Collection[int] = ()
    ) -> None:
        self.app = app
        self.limits = limits
        self.line = line
        self.asks = asks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request within the limits."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["limits"] = self.limits
        rate = self.limits.rate_of(scope["path"])
        wait = rate.take(_key(scope)) if rate and not _free(scope) else 0.0
        if wait:
            seconds = math.ceil(wait)
            refusal = problem(429, TOO_MANY.format(seconds=seconds), {"Retry-After": str(seconds)})
            await refusal(scope, receive, send)
            return
        upload = scope["path"].startswith(UPLOADS)
        await _Bounded(self.limits.upload_megabytes * MEGABYTE if upload else MAX_BODY).run(
            self._in_line, scope, receive, send
        )

    async def _in_line(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a question with its place in the line, or tell that there are too many."""
        if self.line is None or scope["method"] != "POST" or scope["path"] not in (ASK, JOIN):
            await self.app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        if scope["path"] == ASK or _function(messages) in self.asks:
            refused = _too_many(scope) if scope["path"] == JOIN else ""
            place = None if refused else self.line.place()
            if place is None:
                await problem(429, refused or BUSY, RETRY)(scope, receive, send)
                return
            scope["place"] = place

        async def again() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, again, send)


class _Bounded:
    """One request whose body may have so many bytes, whatever its Content-Length says."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._read = 0
        self._begun = False
        self._refused = False

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app read and answer, until there is too much to read."""
        refusal = problem(413, TOO_LARGE.format(megabytes=self._limit // MEGABYTE), {"Connection": "close"})
        if _declared(scope) > self._limit:
            await refusal(scope, receive, send)
            return

        async def counted() -> Message:
            if self._refused:
                return {"type": "http.disconnect"}
            message = await receive()
            self._read += len(message.get("body", b""))
            if self._read > self._limit:
                self._refused = True
                if not self._begun:
                    await refusal(scope, receive, send)
                return {"type": "http.disconnect"}
            return message

        async def passed(message: Message) -> None:
            if not self._refused:
                self._begun = True
                await send(message)

        try:
            await app(scope, counted, passed)
        except ClientDisconnect:
            if not self._refused:
                raise


def address_of(scope: Scope) -> str:
    """The address a request comes from; "" where it is not known."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _function(messages: Collection[Message]) -> int:
    """The number of the page's function that a request joins the queue for; -1 where it names none."""
    try:
        sent = json.loads(b"".join(message.get("body", b"") for message in messages))
        return int(sent["fn_index"])
    except (ValueError, KeyError, TypeError):
        return -1


def _declared(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _free(scope: Scope) -> bool:
    return visitor_in(scope) is LOCAL


def _key(scope: Scope) -> str:
    visitor = visitor_in(scope)
    return f"name {visitor.name}" if visitor.signed_in else f"address {address_of(scope)}"
