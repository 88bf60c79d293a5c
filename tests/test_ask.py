"""问答 in a real Chromium: conversations that last, and what can be done with an answer."""

# ruff: noqa: F811 (fixtures are named by what they give)

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from docx import Document
from fakes import RELIEF, FakeEmbedder
from playwright.sync_api import Browser, Page, expect
from stand_in_page import desk as stand_in_desk
from test_app import CHROMIUM, PATIENCE, PURCHASE, ask, browser, page, site  # noqa: F401

import app
from ingest.documents import digest
from ingest.library import Library, Source
from page.store import Store

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="needs Debian's chromium: apt-get install -y chromium"
)
expect.set_options(timeout=30_000)  # two cores may be busy
HERE = Path(__file__).parent
QUESTION = "宁夏谁是购买社会工作服务的购买主体？"


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Answers wait while it is not set."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def slow(gate: threading.Event, tmp_path: Path) -> Iterator[str]:
    """The page on an assistant that waits for the gate; its office lies in tmp_path."""
    desk = stand_in_desk(tmp_path, lambda: not gate.is_set())
    server = uvicorn.Server(uvicorn.Config(app.serve(desk), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    desk.open()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    gate.set()
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """A browser of another person."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def begin(page: Page, question: str) -> None:
    """Send a question without waiting for its answer."""
    page.get_by_label("问题（回车发送").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#newest .question")).to_contain_text(question)


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.get_by_role("log").wait_for()
    return page


def drawer(page: Page) -> None:
    page.get_by_role("button", name="对话记录").click()
    expect(page.get_by_role("dialog", name="对话记录")).to_be_visible()


def turn_to(page: Page, question: str) -> None:
    """Open a conversation from the drawer."""
    drawer(page)
    page.locator("#history button.open", has_text=question).click()
    expect(page.locator("#newest .question")).to_contain_text(question)


def owner(page: Page) -> str:
    """Whose conversations a browser's are."""
    return f"browser:{next(c['value'] for c in page.context.cookies() if c['name'] == 'visitor')}"


def test_conversations_are_listed_renamed_continued_and_deleted(page: Page) -> None:
    """The drawer takes the focus, gives it back, and asks once more before it deletes."""
    ask(page, QUESTION)
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, "广东乡镇每季度走访困难群众几次？")
    drawer(page)
    expect(page.locator("#history li")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="对话记录")).to_be_focused()
    drawer(page)
    row = page.locator("#history li").nth(1)
    row.locator("summary").click()
    row.get_by_label("名称").fill("购买主体<b>")
    row.get_by_role("button", name="保存").click()
    expect(row.locator("button.open")).to_contain_text("购买主体<b>")
    row.locator("button.open").click()
    expect(page.locator("#history")).to_be_hidden()
    expect(page.locator(".question")).to_contain_text(QUESTION)
    ask(page, "资金呢？")
    expect(page.locator(".exchange")).to_have_count(2)
    expect(page.locator("#newest .answer")).to_contain_text("财政预算")
    drawer(page)
    row = page.locator("#history li").first
    expect(row.locator("button.open")).to_contain_text("购买主体<b>")
    row.locator("summary").click()
    row.get_by_role("button", name="删除").click()
    expect(page.locator("#history li")).to_have_count(2)
    row.get_by_role("button", name="确定删除？").click()
    expect(page.locator("#history li")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".welcome")).to_be_visible()


def test_nothing_of_a_conversation_is_kept_in_the_browser(page: Page) -> None:
    """One cookie that scripts cannot read, and no storage with a word of it."""
    ask(page, QUESTION)
    assert page.evaluate("document.cookie") == ""
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "购买主体" not in stored


def test_another_person_opens_exports_and_continues_nothing(page: Page, other: Page, site: str) -> None:
    """Whoever sends the id of another's conversation begins one of their own."""
    ask(page, QUESTION)
    mine = page.locator("#current textarea").input_value()
    link = page.locator("#newest a", has_text="Word").evaluate("link => link.href")
    whole = f"{site}/export/conversation/{mine}.docx"
    assert page.request.get(whole).ok
    opened(other, site)
    assert [other.request.get(url).status for url in (link, whole)] == [404, 404]
    other.locator("#current textarea").evaluate(
        "(box, id) => { box.value = id; box.dispatchEvent(new Event('input', {bubbles: true})); }", mine
    )
    ask(other, "广东乡镇每季度走访困难群众几次？")
    expect(other.locator(".exchange")).to_have_count(1)
    assert other.locator("#current textarea").input_value() != mine
    page.reload()
    expect(page.locator(".exchange")).to_have_count(1)
    expect(page.locator("#newest .question")).to_contain_text(QUESTION)


def test_an_answer_is_copied_and_exported_with_its_sources(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    """The files say where from; who took one along is on record."""
    caplog.set_level("INFO", "audit")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    expect(page.locator("#newest .follow")).to_be_visible()  # drawn for the last time
    page.locator("#newest button.copy").click()
    expect(page.locator("#newest button.copy")).to_have_text("已复制")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(f"问：{QUESTION}\n答：")
    source = "宁夏回族自治区《宁夏回族自治区社会工作服务采购办法》（现行）第一章 购买主体 第二条"
    assert f"[1] {source}（要点整理，非官方原文）：“" in text
    with page.expect_download() as waiting:
        page.locator("#newest a", has_text="Word").click()
    assert waiting.value.suggested_filename == "宁夏谁是购买社会工作服务的购买主体？.docx"
    said = [p.text for p in Document(io.BytesIO(waiting.value.path().read_bytes())).paragraphs]
    assert f"[1] {source}（要点整理，非官方原文）" in said
    with page.expect_download() as waiting:
        page.locator("#newest a", has_text="Markdown").click()
    assert f"- **1** {source}" in waiting.value.path().read_text(encoding="utf-8")
    assert [r.getMessage() for r in caplog.records if r.name == "audit"] == ["export"] * 2


def test_feedback_is_stored_with_its_reason(page: Page) -> None:
    ask(page, QUESTION)
    page.locator("#newest").get_by_role("button", name="没用").click()
    page.get_by_label("其他原因").fill("打13800138000问的不一样")
    page.get_by_role("group", name="哪里不好").get_by_role("button", name="提交").click()
    expect(page.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".reasons")).to_be_hidden()
    page.get_by_role("button", name="有用", exact=True).click()
    expect(page.get_by_role("button", name="有用", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="有用", exact=True)).to_be_focused()


def test_what_may_be_asked_next_is_answered(page: Page) -> None:
    """Examples and suggestions come from the library's own words."""
    page.locator(".welcome button.example").first.click()
    expect(page.locator("#newest .answer.answered")).to_be_visible()
    follow = page.locator("#newest .follow button").first
    question = follow.inner_text()
    follow.click()
    expect(page.locator("#newest .question")).to_contain_text(question)
    expect(page.locator("#newest .answer.answered")).to_be_visible()


def test_an_answer_comes_into_view_with_its_question(page: Page) -> None:
    """While it was only a question, there was no room to scroll it up; a pasted page hides no answer."""
    page.set_viewport_size({"width": 1280, "height": 480})
    for question in (QUESTION, "宁夏购买社会工作服务的资金从哪里来？", "我们想问一下，" * 120 + QUESTION):
        ask(page, question)
        expect(page.locator("#newest .question")).to_contain_text(question)
        expect(page.locator("#newest .follow, #newest .tools").last).to_be_visible()
        page.wait_for_timeout(1000)  # the page scrolls smoothly
        assert page.locator("#newest").evaluate("e => e.getBoundingClientRect().top") < 120
        assert page.locator("#newest .answer").evaluate("e => e.getBoundingClientRect().top") < 300


def test_the_reader_goes_from_provision_to_provision(page: Page) -> None:
    """It begins at the quote, tells the path, and offers the text to keep."""
    ask(page, QUESTION)
    page.locator("#newest a.cite").first.click()
    place = page.locator("#reader .place")
    expect(place).to_have_text("第一章 购买主体 › 第二条")
    page.get_by_role("button", name="下一条").click()
    expect(place).to_have_text("第二章 资金来源 › 第三条")
    expect(page.locator("#reader .here")).to_contain_text("同级财政预算")
    expect(page.get_by_role("button", name="下一条")).to_be_disabled()
    for _ in range(2):
        page.get_by_role("button", name="上一条").click()
    expect(place).to_have_text("第一章 购买主体 › 第一条")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载文本").click()
    assert "第三条" in waiting.value.path().read_text(encoding="utf-8")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载原文件").click()
    assert waiting.value.suggested_filename == "采购.md"
    assert waiting.value.path().read_text(encoding="utf-8") == PURCHASE


def test_a_file_that_was_changed_is_no_original(tmp_path: Path) -> None:
    """What is offered as the original is what was read, or nothing."""
    path = tmp_path / "办法.txt"
    path.write_text("办法", encoding="utf-8")
    with Library.create_or_open(tmp_path / "library") as library:
        RELIEF.store(library, FakeEmbedder(), Source(str(path), digest(path)))
    desk = stand_in_desk(tmp_path, lambda: False)
    assert desk.original(RELIEF.policy.id) == path
    path.write_text("改过的办法", encoding="utf-8")
    assert desk.original(RELIEF.policy.id) is None
    path.unlink()
    assert desk.original(RELIEF.policy.id) is None
    assert desk.original("none") is None


def test_a_word_that_is_being_composed_is_not_sent(page: Page) -> None:
    """As the input method itself does it: Enter takes the word, the next Enter sends."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/queue/join" in request.url else None)
    page.get_by_label("问题（回车发送").click()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.imeSetComposition", {"text": "宁夏谁是", "selectionStart": 4, "selectionEnd": 4})
    page.keyboard.press("Enter")
    page.wait_for_timeout(600)
    assert sent == []
    devtools.send("Input.insertText", {"text": QUESTION})
    page.keyboard.press("Enter")
    expect(page.locator("#newest .question")).to_contain_text(QUESTION)


def test_stop_edit_and_retry(slow: str, gate: threading.Event, other: Page, tmp_path: Path) -> None:
    """What was stopped stays so; an edited question takes its place; a second question waits its turn."""
    page = opened(other, slow)
    begin(page, "第一个问题")
    expect(page.locator(".stage")).to_contain_text("正在查找条款")
    page.get_by_label("问题（回车发送").fill("另一个问题")
    page.keyboard.press("Enter")
    expect(page.get_by_text("上一个问题还在回答")).to_be_visible()
    expect(page.get_by_label("问题（回车发送")).to_have_value("另一个问题")
    page.get_by_role("button", name="停止").click()
    expect(page.locator("#newest .failure")).to_contain_text("已停止")
    gate.set()
    page.get_by_role("button", name="修改问题").click()
    expect(page.get_by_label("问题（回车发送")).to_have_value("第一个问题")
    page.get_by_role("button", name="不改了").click()
    expect(page.get_by_label("问题（回车发送")).to_have_value("")
    page.get_by_role("button", name="修改问题").click()
    expect(page.get_by_label("问题（回车发送")).to_have_value("第一个问题")
    begin(page, "改过的问题")
    expect(page.locator("#newest .answer")).to_contain_text("记得前面0问")
    expect(page.locator(".exchange")).to_have_count(1)
    page.get_by_role("button", name="重新回答").click()
    expect(page.locator("#newest .answer")).to_contain_text("记得前面0问")
    expect(page.locator(".exchange")).to_have_count(1)


def test_a_page_that_is_left_finds_its_answer(slow: str, gate: threading.Event, other: Page) -> None:
    """The question goes on without the page; loaded again, it shows the stage and then the answer."""
    page = opened(other, slow)
    begin(page, "慢的问题")
    page.reload()
    expect(page.locator(".stage")).to_contain_text("正在查找条款")
    gate.set()
    expect(page.locator("#newest .answer")).to_contain_text("记得前面0问")


@pytest.mark.parametrize("way", ["asked", "opened", "loaded"])
def test_an_answer_never_brings_back_the_conversation_that_was_left(
    way: str, slow: str, gate: threading.Event, other: Page, tmp_path: Path
) -> None:
    """Another one opened from the drawer stays, however the page came to follow the running answer."""
    page = opened(other, slow)
    gate.set()
    begin(page, "甲的问题")
    expect(page.locator("#newest .answer")).to_be_visible()
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".welcome")).to_be_visible()
    gate.clear()
    begin(page, "乙的问题")
    if way == "loaded":
        page.reload()
        expect(page.locator("#newest .question")).to_contain_text("乙的问题")
    if way == "opened":
        turn_to(page, "甲的问题")
        turn_to(page, "乙的问题")
    expect(page.locator(".stage")).to_contain_text("正在查找条款")
    turn_to(page, "甲的问题")
    gate.set()
    store, mine = Store(tmp_path / "office"), owner(other)
    while not all(e.reply for one in store.listed(mine) for e in store.exchanges(mine, one.id)):
        time.sleep(0.05)
    page.wait_for_timeout(1000)  # by when the answer would have shown itself
    expect(page.locator(".question")).to_have_text("问：甲的问题")
    begin(page, "甲的追问")
    expect(page.locator("#newest .answer")).to_contain_text("记得前面1问")


def test_two_at_once_get_their_own_answers(slow: str, gate: threading.Event, browser: Browser) -> None:
    pages = [opened(browser.new_context(locale="zh-CN").new_page(), slow) for _ in range(2)]
    for n, one in enumerate(pages):
        begin(one, f"第{n}人的问题")
    gate.set()
    for n, one in enumerate(pages):
        expect(one.locator("#newest .answer")).to_be_visible()
        assert re.findall("第.人", one.locator(".question").inner_text()) == [f"第{n}人"]
        one.context.close()


def test_a_kill_in_the_middle_of_an_answer_loses_nothing(other: Page, tmp_path: Path) -> None:
    """kill -9: the page goes on with the same conversation; the question cut off can be answered again, and
    what was said before is remembered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    hold, address = tmp_path / "hold", f"http://127.0.0.1:{port}"

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(HERE / "stand_in_page.py"), str(port), str(tmp_path)]
        server = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": f"{HERE.parent}"})
        for _ in range(600):
            try:
                if httpx.get(f"{address}/readyz").status_code == 200:
                    return server
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError

    server = start()
    try:
        page = opened(other, address)
        begin(page, "第一问")
        expect(page.locator("#newest .answer")).to_contain_text("记得前面0问")
        hold.touch()
        begin(page, "第二问")
        expect(page.locator(".stage")).to_contain_text("正在查找条款")
        server.send_signal(signal.SIGKILL)
        server.wait()
        hold.unlink()
        server = start()
        page.reload()
        expect(page.locator(".exchange")).to_have_count(2)
        expect(page.locator("#newest .failure")).to_contain_text("没有答完")
        page.get_by_role("button", name="重新回答").click()
        expect(page.locator("#newest .answer")).to_contain_text("记得前面1问")
        server.send_signal(signal.SIGKILL)
        server.wait()
        server = start()
        begin(page, "第三问")  # in the page as it was, not loaded again
        expect(page.locator("#newest .answer")).to_contain_text("记得前面2问")
        expect(page.locator(".exchange")).to_have_count(3)
    finally:
        server.kill()
        server.wait()
    store, mine = Store(tmp_path / "office"), owner(other)
    (listed,) = store.listed(mine)
    assert [e.question for e in store.exchanges(mine, listed.id)] == ["第一问", "第二问", "第三问"]
