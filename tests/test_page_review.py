"""评测: what was missing is grouped by place and words; what people wrote is inert and masked."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import httpx
import openpyxl
import pytest
from playwright.sync_api import Page, expect
from test_app import CHROMIUM, PATIENCE, ask, browser, page, site  # noqa: F401

from assistant.answer import Status
from assistant.reply import Reply
from page.evaluation import figures, last_report, missing, said, workbook
from page.exchanges import Feedback, Unanswered
from page.gaps import Gap, gaps

REPLY = Reply(Status.ABSTAINED, "没有找到。", "问", "问", (), date(2026, 6, 1))


def lacking(*asked: tuple[str, str]) -> list[Unanswered]:
    """Questions, each of a place, asked one minute after the other."""
    return [
        Unanswered(datetime(2026, 6, 1, 9, n), replace(REPLY, question=q, rewritten=q, regions=(place,)))
        for n, (place, q) in enumerate(asked)
    ]


def test_questions_alike_make_one_gap_and_places_are_apart() -> None:
    found = gaps(
        lacking(
            ("海南省", "海南养老补贴每月多少钱？"),
            ("海南省", "海南的养老补贴怎么领？"),
            ("海南省", "海南残疾人证怎么办理？"),
            ("广东省", "广东养老补贴每月多少钱？"),
        ),
        [],
    )
    assert [(g.place, g.title, g.times) for g in found] == [
        ("海南省", "养老 补贴", 2),
        ("广东省", "养老 补贴 每月", 1),
        ("海南省", "残疾人 办理", 1),
    ]


def test_the_same_question_is_counted_and_its_reasons_told() -> None:
    """Asked twice in vain, and once disliked with a reason; what was liked is not missing."""
    unanswered = lacking(("海南省", "海南养老补贴？"), ("海南省", "海南养老补贴？"))
    verdicts = [
        Feedback(datetime(2026, 6, 2), False, "答非所问", unanswered[0].reply),
        Feedback(datetime(2026, 6, 2), True, "", replace(REPLY, question="好", rewritten="好")),
    ]
    (gap,) = gaps(unanswered, verdicts)
    (missed,) = gap.questions
    assert (missed.times, missed.asked, missed.why) == (
        2,
        datetime(2026, 6, 2),
        ("不满意：答非所问", "库里没有规定"),
    )


def test_the_workbook_holds_no_formula() -> None:
    evil = '=HYPERLINK("http://evil.example")'
    verdict = Feedback(datetime(2026, 6, 2), False, evil, replace(REPLY, question=evil, rewritten=evil))
    book = openpyxl.load_workbook(io.BytesIO(workbook(gaps([], [verdict]), [verdict])))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert [cell.data_type for cell in cells if evil in str(cell.value)] == ["s"] * 4
    assert book.sheetnames == ["没有答好的问题", "评价"]


def test_what_people_wrote_is_inert() -> None:
    evil = "<img src=x onerror=alert(1)>"
    verdict = Feedback(datetime(2026, 6, 2), False, evil, replace(REPLY, question=evil, rewritten=evil))
    for shown in (missing(gaps([], [verdict])), said([verdict]), missing([Gap(evil, evil, ())])):
        assert "<img" not in shown
        assert "&lt;img" in shown


@pytest.mark.parametrize("stored", [None, "", "[]", "{}", '{"settings": {}, "results": [{"answers": [{}]}]}'])
def test_without_a_report_the_page_says_how_to_make_one(tmp_path: Path, stored: str | None) -> None:
    if stored is not None:
        (tmp_path / "report.json").write_text(stored, encoding="utf-8")
    assert last_report(tmp_path) is None
    assert "make eval" in figures(None)


def test_the_figures_of_a_report_are_shown(tmp_path: Path) -> None:
    ours = {
        "questions": 40, "passed": 37, "wrong_facts": 1, "refusal_recall": None, "citation_recall": 0.9,
        "ms_median": 28.4,
    }  # fmt: skip
    stored = {
        "settings": {"时间": "2026-06-01"},
        "results": [{"name": "自拟题", "note": "", "answers": [ours]}, {"name": "检索", "answers": []}],
    }
    (tmp_path / "report.json").write_text(json.dumps(stored), encoding="utf-8")
    shown = figures(last_report(tmp_path))
    for cell in ("自拟题", "92.5%", "<td>1</td>", "<td>—</td>", "90%", "<td>28</td>", "2026-06-01"):
        assert cell in shown


@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium")
def test_a_question_without_an_answer_is_listed_and_exported(page: Page, site: str) -> None:  # noqa: F811
    """With the number of a person masked; without a report the page says how to make one."""
    expect.set_options(timeout=PATIENCE)
    ask(page, "海南公租房13800138000的租金标准是多少？")
    page.get_by_role("tab", name="评测").click()
    gap = page.locator("#review .gap", has_text="租金")
    expect(gap).to_have_count(1)
    gap.locator("summary").click()
    expect(gap).to_contain_text("公租房")
    expect(gap).not_to_contain_text("13800138000")
    expect(page.locator("#review")).to_contain_text("make eval")
    exported = httpx.get(f"{site}/export/missing.xlsx")
    assert exported.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(exported.content))
    questions = [str(cell.value) for cell in book["没有答好的问题"]["C"]]
    assert any("公租房" in question for question in questions)
    assert not any("13800138000" in question for question in questions)
    assert httpx.get(f"{site}/evaluation").status_code == 404
