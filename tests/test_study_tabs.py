"""对比, 自查 and 学习 in a real Chromium: what a person does there, with a mouse and by keyboard."""

from __future__ import annotations

import io
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from test_app import HOSTILE, PATIENCE, PURCHASE, browser, page, pytestmark  # noqa: F401

import app
from ingest.embeddings import Embedder
from ingest.pipeline import ingest_paths
from page.comparison_files import column_of
from page.desk import Desk

SHOWN = ".comparison, .checked, .lesson"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, model: Embedder) -> Iterator[str]:
    """The product on a free port, with two small policies and one that exercises can be made of."""
    folder = tmp_path_factory.mktemp("policies")
    (folder / "采购.md").write_text(PURCHASE, encoding="utf-8")
    (folder / "走访.md").write_text(HOSTILE, encoding="utf-8")
    shutil.copy(Path(__file__).parent / "policies" / "社区服务条例.md", folder)
    library = tmp_path_factory.mktemp("library")
    outcomes = ingest_paths([folder], library, model)
    assert [outcome.status for outcome in outcomes] == ["stored"] * 3
    desk = Desk(library, office_dir=tmp_path_factory.mktemp("office"))
    server = uvicorn.Server(uvicorn.Config(app.serve(desk), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    desk.open()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def open_tab(page: Page, name: str) -> None:  # noqa: F811
    page.get_by_role("tab", name=name).click()


def compare(page: Page, asked: str) -> None:  # noqa: F811
    open_tab(page, "对比")
    page.get_by_label("主题或问题").fill(asked)
    page.get_by_role("button", name="对比").click()
    expect(page.locator(".comparison")).to_be_visible(timeout=PATIENCE)


def test_a_comparison_is_cited_silent_where_it_must_be_and_taken_along(
    page: Page,  # noqa: F811
    site: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The regions named are the columns; the citation opens beside the table; the links give files."""
    caplog.set_level("INFO", "audit")
    compare(page, "宁夏和广东谁是购买主体？")
    expect(page.locator(".compared thead th")).to_contain_text(["事项", "宁夏", "广东"])
    cells = page.locator(".compared td")
    expect(cells.nth(0)).to_contain_text("民政部门")
    expect(cells.nth(1)).to_have_text("现有文件未作规定")
    expect(page.locator("#compared-title")).to_be_focused()
    cells.nth(0).locator("a.cite").first.click()
    expect(page.locator("#compare #reader mark#quote")).to_contain_text("民政部门")
    page.keyboard.press("Escape")
    address = page.get_by_role("link", name="Excel").evaluate("link => link.href")
    book = load_workbook(io.BytesIO(httpx.get(address).raise_for_status().content))
    assert "民政部门" in str(book["对比"]["B4"].value)
    word = httpx.get(address.replace(".xlsx", ".docx")).raise_for_status()
    assert word.content.startswith(b"PK")
    assert httpx.get(f"{site}/export/comparison.xlsx?asked=x&column=1").status_code == 404
    assert [r.getMessage() for r in caplog.records if r.name == "audit"] == ["export"] * 2


def test_nothing_asked_is_told(page: Page) -> None:  # noqa: F811
    open_tab(page, "对比")
    page.get_by_role("button", name="对比").click()
    expect(page.get_by_text("请先写要对比的主题或问题")).to_be_visible()


def test_a_hostile_document_and_question_stay_text_in_the_table(page: Page) -> None:  # noqa: F811
    compare(page, "广东走访困难群众几次<img src=https://evil.example/q.png onerror=window.pwned=1>？")
    expect(page.locator("#compared-title")).to_contain_text("evil.example/q.png")
    for tag in ("script", "svg", "img", "form", "input", "iframe", "[style]", "[onerror]", "[onload]"):
        assert page.locator(SHOWN).locator(tag).count() == 0, tag
    assert page.evaluate("window.pwned") is None


def test_a_check_says_what_the_rule_says_with_its_words(page: Page) -> None:  # noqa: F811
    open_tab(page, "自查")
    page.get_by_label("购买服务（当购买主体）").check()
    page.get_by_label("二、在哪里").click()
    page.get_by_role("option", name="宁夏回族自治区").click()
    who = page.get_by_label("三、您是什么单位")
    who.click()
    expect(page.get_by_role("option", name="公益一类事业单位")).to_be_visible()
    page.get_by_role("option", name="公益一类事业单位").click()
    page.get_by_role("button", name="查一查").click()
    expect(page.locator("#checked-title")).to_contain_text("不可以")
    expect(page.locator(".checked blockquote").first).to_contain_text("公益一类事业单位不得作为购买主体")
    page.locator(".checked a.cite").first.click()
    expect(page.locator("#check #reader mark#quote")).to_contain_text("公益一类事业单位不得")


def test_a_body_no_rule_names_gets_no_verdict(page: Page) -> None:  # noqa: F811
    # In the role that is chosen at first: gradio 6.31 faults where a list gets shorter while open.
    open_tab(page, "自查")
    page.get_by_label("三、您是什么单位").fill("宗教场所<img src=x onerror=window.pwned=1>")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="查一查").click()
    expect(page.locator("#checked-title")).to_contain_text("现有文件没有规定")
    assert page.evaluate("window.pwned") is None
    assert page.locator(SHOWN).locator("img").count() == 0


def test_an_exercise_is_checked_with_its_provision_and_a_round_stays_on_the_server(
    page: Page,  # noqa: F811
    browser: Browser,  # noqa: F811
    site: str,  # noqa: F811
) -> None:
    """A choice shows the sentence it was made of; a reload keeps the round; another browser has none."""
    open_tab(page, "学习")
    page.get_by_role("button", name="开始一轮").click()
    expect(page.locator(".options button").first).to_be_visible(timeout=PATIENCE)
    page.locator(".options button").first.click()
    expect(page.locator(".told blockquote")).to_be_visible()
    expect(page.locator(".told")).to_be_focused()
    expect(page.locator(".option.right .verdict")).to_contain_text("正确答案")
    said = page.locator(".lesson .prompt").inner_text()
    page.reload()
    open_tab(page, "学习")
    expect(page.locator(".lesson .prompt")).to_have_text(said)
    other = browser.new_context().new_page()
    other.goto(site)
    open_tab(other, "学习")
    expect(other.locator("#lesson .empty")).to_be_visible()
    other.context.close()
    for _ in range(60):
        if page.locator("button.go").count() == 0 and page.locator(".options button").count() == 0:
            break
        page.locator("button.go, .options button").first.click()
        page.wait_for_timeout(250)
    expect(page.locator("#lesson-title")).to_contain_text("一次答对")


def test_each_tab_fits_a_phone_and_names_its_controls(page: Page) -> None:  # noqa: F811
    page.set_viewport_size({"width": 390, "height": 844})
    compare(page, "宁夏谁是购买主体？")
    for name in ("对比", "自查", "学习"):
        open_tab(page, name)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("input, textarea, button, a")]
                .filter(e => e.checkVisibility()
                && !(e.ariaLabel || e.innerText?.trim() || e.labels?.length)).map(e => e.outerHTML)"""
        )
        assert nameless == []


def test_a_column_of_an_address_is_read_or_refused() -> None:
    assert [bool(column_of(text)) for text in ("640000@2026-06-01", "640000", "000000@2026-06-01", "x")] == [
        True, False, False, False,
    ]  # fmt: skip
