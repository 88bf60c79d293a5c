"""The log-in in a real Chromium: in, asking, out; sent away when the session has ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, Route, expect, sync_playwright

import app
from assistant import PolicyAssistant
from page import users
from page.access import Access, Role
from page.desk import Desk

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "一个足够长的密码01"
PATIENCE = 60_000
QUIET = 3_000  # milliseconds after an answer, by when the page asks nothing of its own

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="needs Debian's chromium: apt-get install -y chromium"
)


@pytest.fixture
def office(assistant: PolicyAssistant, policy_library: Path, tmp_path: Path) -> Iterator[tuple[str, Access]]:
    """The product with a manager and a reader."""
    file = tmp_path / "users.yaml"
    users.add(file, "张三", Role.MANAGER, PASSWORD)
    users.add(file, "李四", Role.READER, PASSWORD)
    access = Access.for_start("127.0.0.1", file, False, tmp_path / "office")
    desk = Desk(policy_library, lambda _: assistant, office_dir=tmp_path / "office")
    desk._open()
    config = uvicorn.Config(
        app.serve(desk, access), port=0, log_level="error", ws="none", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", access
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()
    access.sessions.close()


@pytest.fixture
def page(office: tuple[str, Access]) -> Iterator[Page]:
    """A browser that has opened the product's address; it asks nobody else."""
    with sync_playwright() as playwright:
        flags = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = chromium.new_page(viewport={"width": 1280, "height": 860}, locale="zh-CN")
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        outside: list[str] = []
        page.on("request", lambda r: outside.append(r.url) if not r.url.startswith(office[0]) else None)
        page.goto(office[0])
        yield page
        chromium.close()
        assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("姓名").fill(name)
    page.get_by_label("密码").fill(password)
    page.keyboard.press("Enter")


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")


def end_session(page: Page, access: Access) -> None:
    """As another browser's sign-out or the end of the day does."""
    access.sessions.end(next(c for c in page.context.cookies() if c["name"] == "session")["value"])


def told_to_sign_in(page: Page) -> None:
    expect(page.get_by_role("alert").filter(has_text="登录已经结束，请先登录")).to_be_visible()


def test_a_person_signs_in_asks_and_signs_out(page: Page, office: tuple[str, Access]) -> None:
    """First the log-in, by keyboard alone; a wrong password is told; then the page, which names them."""
    expect(page.get_by_label("姓名")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    sign_in(page, "李四", "错的密码错的密码")
    expect(page.get_by_role("alert")).to_have_text("姓名或密码不对，请再试。忘了密码请联系管理员重设。")
    expect(page.get_by_label("姓名")).to_have_value("李四")
    sign_in(page, "李四")
    expect(page.locator("form.account")).to_contain_text("李四")
    ask(page, "社区服务合同最长几年？")
    expect(page.locator("#newest")).to_contain_text("不得超过3年")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("密码")).to_be_visible()
    page.goto(f"{office[0]}/api/policies")
    expect(page.locator("body")).to_contain_text("需要令牌")


def test_a_session_that_ended_is_told_and_the_question_stays(page: Page, office: tuple[str, Access]) -> None:
    """Signed out elsewhere or after a day: the page says that one has to log in again."""
    sign_in(page, "张三")
    expect(page.locator("form.account")).to_contain_text("张三")
    ask(page, "谁主管社区服务？")
    expect(page.locator("#newest")).to_contain_text("民政部门")
    page.wait_for_timeout(QUIET)
    end_session(page, office[1])
    ask(page, "社区服务合同最长几年？")
    told_to_sign_in(page)
    expect(page.locator("#question textarea")).to_have_value("社区服务合同最长几年？")
    page.locator("#newest a.cite").first.click()
    expect(page.locator("#reader")).to_be_hidden()  # not with the log-in's form in it
    page.get_by_role("link", name="重新登录").click()
    expect(page.get_by_label("密码")).to_be_visible()


def test_a_session_that_ends_while_a_question_is_sent_is_told_in_chinese(
    page: Page, office: tuple[str, Access]
) -> None:
    """Gradio alone would say in English that it has lost the server, and go on trying for ever."""
    sign_in(page, "张三")
    expect(page.locator("form.account")).to_contain_text("张三")
    page.wait_for_timeout(QUIET)

    def sent(route: Route) -> None:
        response = route.fetch()
        end_session(page, office[1])
        route.fulfill(response=response)

    page.route("**/queue/join*", sent)
    ask(page, "社区服务合同最长几年？")
    told_to_sign_in(page)
    expect(page.get_by_text("Connection")).to_be_hidden()
    page.unroute_all(behavior="wait")
    page.get_by_role("link", name="重新登录").click()
    sign_in(page, "张三")
    expect(page.locator("#newest")).to_contain_text("不得超过3年")


def test_a_service_that_is_gone_is_told_in_chinese(page: Page) -> None:
    """It says so without a log-in's end, and takes it back with the first answer."""
    sign_in(page, "张三")
    expect(page.locator("form.account")).to_contain_text("张三")
    page.wait_for_timeout(QUIET)
    page.context.set_offline(True)
    page.evaluate("fetch('whoami').catch(() => 0)")
    expect(page.get_by_role("alert")).to_contain_text("连不上服务")
    page.context.set_offline(False)
    page.evaluate("fetch('whoami')")
    expect(page.get_by_role("alert")).to_have_count(0)
