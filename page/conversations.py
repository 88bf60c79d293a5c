"""Who asks, and what was said: conversations kept on the server under a random id of our own.

What a browser sends back as the conversation is never read; it holds only the id, in a cookie that scripts
cannot see. Conversations live in memory and go with the process.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.reply import Reply
from assistant.session import Session

COOKIE = "conversation"
ID = re.compile(r"[A-Za-z0-9_-]{32}")
MAX_CONVERSATIONS = 2000
MAX_EXCHANGES = 50


@dataclass(frozen=True)
class Exchange:
    """A question and the reply to it; `reply` is None while `stage` says what is being done."""

    question: str
    reply: Reply | None = None
    stage: str = ""
    failure: str = ""


@dataclass
class Conversation:
    """The exchanges of one browser, oldest first; `lock` lets one question through at a time."""

    session: Session = field(default_factory=Session)
    exchanges: list[Exchange] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange, and only the newest MAX_EXCHANGES."""
        self.exchanges.append(exchange)
        del self.exchanges[:-MAX_EXCHANGES]
        del self.session.turns[:-MAX_EXCHANGES]


class Conversations:
    """Conversations by id; the one longest unused gives way to a new one."""

    def __init__(self, limit: int = MAX_CONVERSATIONS) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, Conversation] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, visitor: str | None) -> Conversation:
        """The conversation of an id that we gave out; a passing one for anything else."""
        if not visitor or not ID.fullmatch(visitor):
            return Conversation()
        with self._lock:
            conversation = self._kept.setdefault(visitor, Conversation())
            self._kept.move_to_end(visitor)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
            return conversation

    def forget(self, visitor: str | None) -> None:
        """Begin anew."""
        with self._lock:
            self._kept.pop(visitor or "", None)


class VisitorCookie:
    """ASGI middleware: gives a browser without an id a new one when it opens a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request; add the cookie to a page for a browser that has none."""
        if scope["type"] != "http" or _visitor(scope):
            await self.app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                if headers.get("content-type", "").startswith("text/html"):
                    value = f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Strict"
                    headers.append("Set-Cookie", value)
            await send(message)

        await self.app(scope, receive, marked)


def _visitor(scope: Scope) -> str | None:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return None
    morsel = jar.get(COOKIE)
    return morsel.value if morsel and ID.fullmatch(morsel.value) else None
