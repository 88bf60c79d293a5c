"""What a person takes along: an answer or a conversation as a file, a document's text."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from page.audit import Action, note
from page.conversations import owner_of
from page.desk import Desk
from page.export import as_markdown, as_word
from page.safety import visible

KINDS = {"docx": as_word, "md": as_markdown}
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
GONE = "没有这段对话，可能已经删除。请回到页面重新打开。"
NO_ORIGINAL = "原来的文件已不在服务器上，或读入后改过。可以下载文本。"
NO_DOCUMENT = "文件库里没有这份文件，可能已被撤下或更新。"


def downloads(desk: Desk) -> APIRouter:
    """The routes under /export/ and a document's text."""
    routes = APIRouter()

    @routes.get("/export/answer/{exchange}.{kind}", include_in_schema=False)
    def one_answer(exchange: int, kind: str, request: Request) -> Response:
        found = desk.store.exchange(owner_of(request), exchange)
        if found is None or kind not in KINDS:
            return PlainTextResponse(GONE, 404)
        note(request, Action.EXPORTED, exchange=exchange, kind=kind)
        return file(found.question, kind, KINDS[kind](found.question, [found]))

    @routes.get("/export/conversation/{conversation}.{kind}", include_in_schema=False)
    def one_conversation(conversation: str, kind: str, request: Request) -> Response:
        owner = owner_of(request)
        titles = {one.id: one.title for one in desk.store.listed(owner)}
        if conversation not in titles or kind not in KINDS:
            return PlainTextResponse(GONE, 404)
        title = titles[conversation]
        note(request, Action.EXPORTED, conversation=conversation, kind=kind)
        return file(title, kind, KINDS[kind](title, desk.store.exchanges(owner, conversation)))

    @routes.get("/document/{policy_id}/text.txt", include_in_schema=False)
    def clean_text(policy_id: str) -> Response:
        found = desk.document(policy_id)
        if found is None:
            return PlainTextResponse(NO_DOCUMENT, 404)
        policy, text, _ = found
        return file(policy.title, "txt", text.encode())

    @routes.get("/document/{policy_id}/original", include_in_schema=False)
    def original(policy_id: str) -> Response:
        found = desk.original(policy_id)
        if found is None:
            return PlainTextResponse(NO_ORIGINAL, 404)
        # Never shown in the page's own origin, whatever the file holds.
        return FileResponse(found, filename=found.name, media_type="application/octet-stream")

    return routes


def file(name: str, kind: str, content: bytes) -> Response:
    """A file to be saved, under a name that may be Chinese and holds nothing a file system minds."""
    safe = re.sub(r'[\\/:*?"<>|\s.]+', " ", visible(name)).strip()[:60] or "政策问答"
    disposition = f"attachment; filename*=UTF-8''{quote(f'{safe}.{kind}')}"
    return Response(content, media_type=TYPES[kind], headers={"Content-Disposition": disposition})
