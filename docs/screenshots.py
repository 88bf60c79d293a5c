"""The pictures of the README, made from a page that is running: `python docs/screenshots.py [ADDRESS]`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
QUESTION = "宁夏哪些单位可以购买社会工作服务？"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]
COMPARED = "宁夏、广东和安徽的绩效评价"


def ask(page: Page) -> None:
    """An answer with its sources."""
    page.get_by_role("textbox", name="问题").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#newest .answer").wait_for(timeout=120_000)
    page.locator("#newest .follow").wait_for()


def read(page: Page) -> None:
    """The document that the first citation opens."""
    ask(page)
    page.locator("#newest a.cite").first.click()
    page.locator("#reader mark").first.wait_for()


def compare(page: Page) -> None:
    """Three provinces beside one another."""
    page.get_by_role("tab", name="对比").click()
    page.get_by_label("主题或问题").fill(COMPARED)
    page.get_by_role("button", name="对比").click()
    page.locator(".comparison").wait_for(timeout=120_000)


def learn(page: Page) -> None:
    """The first exercise of a round, answered."""
    page.get_by_role("tab", name="学习").click()
    page.get_by_role("button", name="开始一轮").click()
    page.locator("#lesson [data-id]").first.click(timeout=120_000)
    page.locator("#lesson .verdict, #lesson blockquote").first.wait_for()


# name, width, height, what is done before
SHOTS: tuple[tuple[str, int, int, Callable[[Page], None]], ...] = (
    ("page", 1280, 800, ask),
    ("document", 1280, 800, read),
    ("compare", 1280, 800, compare),
    ("learn", 1280, 800, learn),
    ("phone", 390, 844, ask),
)


def main(address: str) -> None:
    """Do what each picture shows in a browser of its own, and keep what is seen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, width, height, act in SHOTS:
            context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
            page = context.new_page()
            page.goto(address)
            page.get_by_role("log").wait_for()
            act(page)
            page.wait_for_timeout(1500)
            page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
            page.screenshot(path=HERE / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860")
