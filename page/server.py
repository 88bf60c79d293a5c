"""What the server answers beside the page: documents, health, the page's own files; and its headers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from ingest.card import standing
from page.conversations import VisitorCookie
from page.desk import Desk
from page.documents import document, document_page
from page.i18n import LanguageScript
from page.safety import SecurityHeaders

HERE = Path(__file__).parent
GONE = "<main><p>文件库里没有这份文件，可能已被撤下或更新。请重新提问。</p></main>"


def routes(desk: Desk) -> FastAPI:
    """A server with everything but the Gradio page, which app.py mounts at its root."""
    server = FastAPI(title="政策问答", docs_url=None, redoc_url=None, openapi_url=None)

    @server.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @server.get("/readyz")
    def readyz() -> Response:
        return JSONResponse({"status": desk.state}, 200 if desk.state == "ready" else 503)

    @server.get("/document/{policy_id}")
    def whole_document(policy_id: str, start: int = 0, end: int = 0) -> Response:
        found = desk.document(policy_id)
        if found is None:
            return HTMLResponse(GONE, 404)
        policy, text, provisions = found
        state = standing(policy, desk.policies(), date.today())
        body = document(policy, text, provisions, (start, end), state)
        return HTMLResponse(document_page(policy, body))

    @server.post("/gradio_api/upload")
    def upload() -> Response:
        # Gradio would take files from anyone, although the page has no field for them.
        return JSONResponse({"detail": "本页不接收文件。"}, 403)

    server.mount("/page", StaticFiles(directory=HERE / "assets"), name="page")
    server.add_middleware(LanguageScript)
    server.add_middleware(VisitorCookie)
    server.add_middleware(SecurityHeaders)
    return server
