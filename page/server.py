"""What the server answers beside the page: documents, health, the API, MCP; and what every request passes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from assistant.tools import server as tool_server
from ingest.card import standing
from page.access import Access, Gate
from page.api import api
from page.comparison_files import comparison_files
from page.conversations import VisitorCookie
from page.desk import Desk, Unavailable
from page.documents import document, document_page
from page.downloads import downloads
from page.evaluation import evaluation_pages
from page.i18n import LanguageScript
from page.limits import Limited, Limits, question_refused
from page.logs import RequestLog
from page.mcp_mount import McpMount
from page.metrics import may_read
from page.problems import problem
from page.safety import SecurityHeaders
from page.sign_in import sign_in_routes

HERE = Path(__file__).parent
GONE = "<main><p>文件库里没有这份文件，可能已被撤下或更新。请重新提问。</p></main>"
FIGURES = "运行数据只给本机看；别处要看，请设 METRICS_TOKEN，并在请求头写 Authorization: Bearer 令牌。"


def routes(
    desk: Desk, access: Access | None = None, limits: Limits | None = None, asks: Collection[int] = ()
) -> FastAPI:
    """A server with everything but the Gradio page, which app.py mounts at its root.

    `asks` are the numbers of the page's functions that answer a question.
    """
    access, limits = access or Access.single_user(), limits or Limits.from_environment()
    tools = McpMount(lambda: tool_server(desk.steps, desk.assistant, question_refused, (Unavailable,)))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tools.running():
            yield

    server = FastAPI(title="政策问答", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @server.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @server.get("/readyz")
    def readyz() -> Response:
        return JSONResponse({"status": desk.state}, 200 if desk.state == "ready" else 503)

    @server.get("/metrics")
    def metrics(request: Request) -> Response:
        if not may_read(request, os.environ.get("METRICS_TOKEN", "")):
            return problem(403, FIGURES)
        return desk.metrics.response()

    @server.get("/document/{policy_id}")
    def whole_document(policy_id: str, start: int = 0, end: int = 0) -> Response:
        found = desk.document(policy_id)
        if found is None:
            return HTMLResponse(GONE, 404)
        policy, text, provisions = found
        state = standing(policy, desk.policies(), date.today())
        body = document(policy, text, provisions, (start, end), state, desk.original(policy_id) is not None)
        return HTMLResponse(document_page(policy, body))

    server.include_router(downloads(desk))
    server.include_router(comparison_files(desk))
    server.include_router(evaluation_pages(desk))
    server.include_router(sign_in_routes(access, desk.metrics))
    server.mount("/api", api(desk))
    server.mount("/mcp", tools)
    server.mount("/page", StaticFiles(directory=HERE / "assets"), name="page")
    # The last one added is the first that a request passes.
    server.add_middleware(LanguageScript)
    server.add_middleware(VisitorCookie)
    server.add_middleware(Limited, limits=limits, line=desk.line, asks=asks)
    server.add_middleware(Gate, access=access)
    server.add_middleware(SecurityHeaders)
    server.add_middleware(RequestLog)
    return server
