"""A comparison as a file: the address names what was asked and the columns; it is made again from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse

from assistant.comparison import MOST_COLUMNS, Column, Comparison, compare
from ingest.card import Policy
from ingest.regions import region
from ingest.storage import LibraryError
from page.audit import Action, note
from page.desk import Desk, Unavailable
from page.downloads import file
from page.sheets import as_document, as_sheet

LONGEST = 200
COLUMN = re.compile(r"(\d{6})@(\d{4}-\d\d-\d\d)")
WRITERS: dict[str, Callable[[Comparison, Collection[Policy], date], bytes]] = {
    "xlsx": as_sheet,
    "docx": as_document,
}
NOTHING = "没有可以导出的对比。请回到页面重新对比。"


def comparison_files(desk: Desk) -> APIRouter:
    """/export/comparison.xlsx?asked=…&column=640000@2026-06-01&column=…, and the same as .docx."""
    routes = APIRouter()

    @routes.get("/export/comparison.{kind}", include_in_schema=False)
    def comparison(
        kind: str, request: Request, asked: str = "", column: Sequence[str] = Query(())
    ) -> Response:
        columns = [found for text in column[:MOST_COLUMNS] if (found := column_of(text))]
        if kind not in WRITERS or not asked.strip() or not columns:
            return PlainTextResponse(NOTHING, 404)
        try:
            made = compare(desk.assistant(), asked[:LONGEST], columns)
        except (Unavailable, LibraryError) as error:
            return PlainTextResponse(str(error), 503)
        note(request, Action.EXPORTED, columns=len(columns), kind=kind)
        return file(f"对比 {made.asked}", kind, WRITERS[kind](made, desk.policies(), date.today()))

    return routes


def column_of(text: str) -> Column | None:
    """Example: column_of("640000@2026-06-01") -> Column("640000", date(2026, 6, 1)); None for others."""
    m = COLUMN.fullmatch(text)
    day = day_of(m[2]) if m else None
    try:
        return Column(region(m[1]).code, day) if m and day else None
    except KeyError:
        return None


def day_of(text: str) -> date | None:
    """The date that a text begins with, or None."""
    try:
        return date.fromisoformat(str(text).strip()[:10])
    except ValueError:
        return None
