"""Who asks, and which of their questions is being answered now.

What a browser sends back as the conversation is never read; it holds only a random id of ours, in a cookie
that scripts cannot see. A question is answered in a thread of its own, so that it is answered although its
page is left, and what is running can be stopped.
"""

from __future__ import annotations

import contextvars
import logging
import re
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Answer
from assistant.reply import Reply
from assistant.session import Session
from ingest.storage import LibraryError
from page.access import visitor_of
from page.desk import Desk, Unavailable
from page.exchanges import session_of
from page.line import Place
from page.logs import number
from page.store import Store

COOKIE = "visitor"
ID = re.compile(r"[A-Za-z0-9_-]{32}")
FAILED = "回答时出错了，问题没有丢。请再问一次；如果还是这样，请把编号 {number} 告诉管理员查看运行日志。"
STOPPED = "已停止。"
BLINK = 0.15  # seconds; stages that pass faster are not shown one by one


class Busy(Exception):
    """The conversation's last question is still being answered."""


@dataclass
class Job:
    """One question on its way; `stage` says what is being done."""

    exchange: int
    stage: str = "正在准备"
    ended: bool = False
    _told: int = 0
    _news: threading.Condition = field(default_factory=threading.Condition)

    def tell(self, stage: str, ended: bool = False) -> None:
        """Begin another stage, or end."""
        with self._news:
            self.stage, self.ended, self._told = stage, ended, self._told + 1
            self._news.notify_all()

    def news(self) -> Iterator[None]:
        """One item now and each time that there is something new to show, to the end."""
        seen = 0
        while not self.ended:
            yield
            with self._news:
                self._news.wait_for(lambda told=seen: self._told > told)  # type: ignore[misc]
                self._news.wait_for(lambda: self.ended or not self.stage, BLINK)
                seen = self._told


class Asking:
    """The questions being answered, at most one of a conversation."""

    def __init__(self, desk: Desk, store: Store) -> None:
        self._desk = desk
        self._store = store
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._suggesting = threading.Lock()

    def begin(
        self,
        owner: str,
        conversation: str,
        question: str,
        region: str | None = None,
        as_of: date | None = None,
        replacing: int | None = None,
        place: Place | None = None,
    ) -> str:
        """Write a question down and begin to answer it, at its place in the line; its conversation's id."""
        with self._lock:
            if conversation in self._jobs:
                raise Busy
            conversation, exchange = self._store.ask(owner, conversation, question, region, as_of, replacing)
            job = self._jobs[conversation] = Job(exchange)
        before = [e for e in self._store.exchanges(owner, conversation) if e.id < exchange]
        session = session_of(before, region, as_of)
        threading.Thread(
            target=contextvars.copy_context().run,
            args=(self._answer, conversation, job, question, session, place),
            name="answer",
            daemon=True,
        ).start()
        return conversation

    def job(self, conversation: str) -> Job | None:
        """The question of a conversation that is on its way."""
        return self._jobs.get(conversation)

    def stop(self, owner: str, conversation: str) -> None:
        """Give up the question on its way; what is being written of it is not kept."""
        with self._lock:
            job = self._jobs.get(conversation)
            if job and self._store.exchange(owner, job.exchange):
                self._store.finish(job.exchange, failure=STOPPED)
                self._release(conversation, job)
                job.tell("", ended=True)

    def _answer(
        self, conversation: str, job: Job, question: str, session: Session, place: Place | None
    ) -> None:
        reply, failure = None, ""
        try:
            for step in self._desk.steps(question, session, place):
                if job.ended:
                    return
                if isinstance(step, Answer):
                    reply = Reply.of(step, self._desk.policies())
                else:
                    job.tell(step)
        except (Unavailable, LibraryError) as error:
            failure = str(error)
        except Exception:  # a thread's edge: a person gets a sentence, the log gets the trace
            logging.exception("a question could not be answered")
            failure = FAILED.format(number=number())
        self._store.finish(job.exchange, reply, failure)
        with self._lock:
            self._release(conversation, job)
        job.tell("")
        try:
            if reply and not job.ended:
                self._suggest(job.exchange, reply)
        finally:
            job.tell("", ended=True)

    def _suggest(self, exchange: int, reply: Reply) -> None:
        """Find what may be asked next: several searches, so for one at a time and while nobody waits."""
        if not self._jobs and self._desk.line.calm() and self._suggesting.acquire(blocking=False):
            try:
                self._store.suggest(exchange, self._desk.suggestions(reply))
            finally:
                self._suggesting.release()

    def _release(self, conversation: str, job: Job) -> None:
        if self._jobs.get(conversation) is job:
            del self._jobs[conversation]


def owner_of(request: Any) -> str:
    """Whose conversations a request may see: those of the name signed in, else those of its browser."""
    visitor = visitor_of(request)
    if visitor.signed_in:
        return f"name:{visitor.name}"
    browser = request.cookies.get(COOKIE, "")
    # Without an id of ours nothing is shared: whoever asks so gets an answer and no history.
    return f"browser:{browser if ID.fullmatch(browser) else secrets.token_urlsafe(24)}"


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
