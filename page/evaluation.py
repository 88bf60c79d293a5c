"""How good the answers are: the figures last measured, what people said, what was missing."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from page.access import NOT_ALLOWED, visitor_of
from page.audit import Action, note
from page.desk import Desk
from page.downloads import file
from page.exchanges import Feedback
from page.gaps import Gap, gaps
from page.i18n import both
from page.safety import escape, visible

NO_REPORT = "还没有评测报告。请管理员在程序目录运行：make eval"
SHOWN, LONGEST = 100, 32_000
WORKBOOK = "没有答好的问题"
GAP_HEADS = ("地区", "涉及", "问题", "次数", "最近一次", "原因")
SAID_HEADS = ("时间", "评价", "原因", "问题", "回答")


@dataclass(frozen=True)
class Scores:
    """What was measured on one set of questions, as a person reads it."""

    name: str
    note: str
    questions: int
    passed: str
    wrong: int
    refused: str
    cited: str
    ms: str


@dataclass(frozen=True)
class Report:
    """The last evaluation."""

    settings: tuple[tuple[str, str], ...]
    scores: tuple[Scores, ...]


def report_folder(desk: Desk) -> Path:
    """Where `make eval` leaves its report, beside the library."""
    return desk.library_dir.parent / "evals"


def last_report(folder: Path) -> Report | None:
    """The figures of the last evaluation; None if there is none that can be read."""
    try:
        stored = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        settings = tuple((str(k), str(v)) for k, v in stored["settings"].items())
        return Report(settings, tuple(_scores(r) for r in stored["results"] if r["answers"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _scores(result: dict[str, Any]) -> Scores:
    ours = result["answers"][0]
    share = ours["passed"] / max(ours["questions"], 1)
    return Scores(
        str(result["name"]), str(result["note"]), ours["questions"], f"{share:.1%}", ours["wrong_facts"],
        _percent(ours["refusal_recall"]), _percent(ours["citation_recall"]), f"{ours['ms_median']:.0f}",
    )  # fmt: skip


def figures(report: Report | None) -> str:
    """The figures as a table, with a link to the whole report."""
    if report is None:
        return f'<p class="empty">{both("review.none")} <code>make eval</code></p>'
    keys = ("set", "questions", "passed", "wrong", "refused", "cited", "ms")
    heads = "".join(f'<th scope="col">{both(f"review.{key}")}</th>' for key in keys)
    rows = "".join(
        f"<tr><th scope=row>{escape(s.name)}<small>{escape(s.note)}</small></th><td>{s.questions}</td>"
        f"<td>{s.passed}</td><td>{s.wrong}</td><td>{s.refused}</td><td>{s.cited}</td><td>{s.ms}</td></tr>"
        for s in report.scores
    )
    made = "；".join(f"{k}：{v}" for k, v in report.settings)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="评测数字"><table class="shelf figures">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="more"><a href="evaluation" target="_blank" rel="noopener">{both("review.whole")}</a></p>'
        f'<details class="cleaned"><summary>{both("review.settings")}</summary>'
        f"<p>{escape(made)}</p></details>"
    )


def missing(found: Sequence[Gap]) -> str:
    """The groups, the most asked first, each with its questions."""
    if not found:
        return f'<p class="empty">{both("review.nothing")}</p>'
    return "".join(_gap(gap) for gap in found[:SHOWN])


def _gap(gap: Gap) -> str:
    rows = "".join(
        f"<li>{escape(m.question)}<small>{m.asked:%Y-%m-%d} · {escape('；'.join(m.why))}"
        f"{f' · ×{m.times}' if m.times > 1 else ''}</small></li>"
        for m in gap.questions[:SHOWN]
    )
    return (
        f'<details class="gap"><summary><span class="badge region">{escape(gap.place)}</span> '
        f"<b>{escape(gap.title)}</b> <small>{both('review.times', count=gap.times)}</small></summary>"
        f"<ul>{rows}</ul></details>"
    )


def said(feedback: Sequence[Feedback]) -> str:
    """What people thought of answers, the newest first."""
    if not feedback:
        return f'<p class="empty">{both("review.unsaid")}</p>'
    good = sum(one.liked for one in feedback)
    rows = "".join(
        f"<tr><td>{one.given:%Y-%m-%d %H:%M}</td>"
        f'<td><span class="badge {"standing" if one.liked else "past"}">'
        f"{both('review.good' if one.liked else 'review.bad')}</span></td><td>{escape(one.reply.question)}"
        f"<small>{escape(one.reason)}</small></td></tr>"
        for one in feedback[:SHOWN]
    )
    keys = ("when", "verdict", "question")
    heads = "".join(f'<th scope="col">{both(f"review.{key}")}</th>' for key in keys)
    return (
        f'<p class="count">{both("review.said", good=good, bad=len(feedback) - good)}</p>'
        f'<table class="shelf said"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def workbook(found: Sequence[Gap], feedback: Sequence[Feedback]) -> bytes:
    """Both lists as an Excel workbook; every cell is text, so no question becomes a formula."""
    book = Workbook()
    missed = [
        (gap.place, gap.title, m.question, m.times, m.asked.isoformat(" ", "minutes"), "；".join(m.why))
        for gap in found
        for m in gap.questions
    ]
    verdicts = [
        (
            f.given.isoformat(" ", "minutes"),
            "好" if f.liked else "不好",
            f.reason,
            f.reply.question,
            f.reply.text,
        )
        for f in feedback
    ]
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = WORKBOOK
    _fill(first, GAP_HEADS, missed)
    _fill(book.create_sheet("评价"), SAID_HEADS, verdicts)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, heads: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    for at, row in enumerate([heads, *rows], 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(at, column)
            cell.value = visible(value)[:LONGEST] if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"
                cell.quotePrefix = True
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 60 if cell.value in ("问题", "回答") else 18
    sheet.freeze_panes = "A2"


def evaluation_pages(desk: Desk) -> APIRouter:
    """The whole report, and the workbook for managers."""
    routes = APIRouter()

    @routes.get("/evaluation", include_in_schema=False)
    def whole_report() -> Response:
        page = report_folder(desk) / "report.html"
        if not page.is_file():
            return PlainTextResponse(NO_REPORT, 404)
        return HTMLResponse(page.read_text(encoding="utf-8"))

    @routes.get("/export/missing.xlsx", include_in_schema=False)
    def missing_questions(request: Request) -> Response:
        if not visitor_of(request).manages:
            return PlainTextResponse(NOT_ALLOWED, 403)
        feedback = desk.store.feedback()
        note(request, Action.EXPORTED, feedback=len(feedback), kind="xlsx")
        return file(WORKBOOK, "xlsx", workbook(gaps(desk.store.unanswered(), feedback), feedback))

    return routes


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.0%}"
