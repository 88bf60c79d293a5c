"""What the program tells whoever runs it: JSON lines with the request's number, without private data.

Questions and answers are never logged. A person reads the request's number in the page when something failed.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import time
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any, TextIO

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.privacy import mask

LOG = logging.getLogger(__name__)
AUDIT = "audit"
GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{7,63}")
# Asked every few seconds by machines, or a part of a page that is logged itself.
QUIET = ("/healthz", "/readyz", "/metrics", "/page/", "/assets/", "/gradio_api/heartbeat", "/theme.css")


def set_up(audit: Path, stream: TextIO | None = None) -> None:
    """Write all logs to stderr (or a stream) as JSON, and what people did to the file `audit` as well."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _masked,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    shown = logging.StreamHandler(stream)
    shown.setFormatter(formatter)
    logging.basicConfig(handlers=[shown], level=logging.INFO, force=True)
    for noisy in ("httpx", "httpx2", "chromadb", "mcp", "uvicorn.access", "sentence_transformers"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logger = logging.getLogger(AUDIT)
    for former in logger.handlers[:]:
        logger.removeHandler(former)
        former.close()
    audit.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(audit, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    kept = WatchedFileHandler(audit, encoding="utf-8", delay=True)
    kept.setFormatter(formatter)
    logger.addHandler(kept)


def request_id(request: Any) -> str:
    """The number of a request, Gradio's or FastAPI's; "" where it has none."""
    inner = getattr(request, "request", request)
    return str(getattr(inner, "scope", {}).get("request_id", ""))


def numbered(request: Any) -> AbstractContextManager[None]:
    """Within it, logs carry the request's number: Gradio runs its handlers in a context of their own."""
    return structlog.contextvars.bound_contextvars(request_id=request_id(request))


def number() -> str:
    """The number of the request that is being dealt with here; "" outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


class RequestLog:
    """ASGI middleware: gives each request a number, tells it in X-Request-ID, and logs how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request with its number."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        told = given if GIVEN.fullmatch(given) else f"r{secrets.token_hex(6)}"
        scope["request_id"] = told
        started, status = time.perf_counter(), 500

        async def with_number(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(raw=message.setdefault("headers", []))["X-Request-ID"] = told
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=told):
            try:
                await self.app(scope, receive, with_number)
            finally:
                if status == 500 or not scope["path"].startswith(QUIET):
                    _log(scope, status, (time.perf_counter() - started) * 1000)


def _log(scope: Scope, status: int, ms: float) -> None:
    visitor, client = scope.get("visitor"), scope.get("client")
    LOG.log(
        logging.ERROR if status >= 500 else logging.INFO,
        "request",
        extra={
            "method": scope["method"],
            "path": scope["path"][:200],
            "status": status,
            "ms": round(ms, 1),
            "visitor": visitor.name if visitor else None,
            "address": client[0] if client else None,
        },
    )


def _masked(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str) and key not in ("request_id", "timestamp"):
            event[key] = mask(value)
    return event
