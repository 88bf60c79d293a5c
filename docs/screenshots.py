"""The pictures of the README, made from a page that is running: `python docs/screenshots.py [ADDRESS]`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
QUESTION = "宁夏哪些单位可以购买社会工作服务？"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]
# name, width, height, whether the citation is opened
SHOTS = (
    ("page", 1280, 800, False),
    ("document", 1280, 800, True),
    ("phone", 390, 844, False),
)


def main(address: str) -> None:
    """Ask one question at each size and keep what is seen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, width, height, opened in SHOTS:
            context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
            shoot(context.new_page(), address, opened, HERE / f"{name}.png")
            context.close()
        browser.close()


def shoot(page: Page, address: str, opened: bool, picture: Path) -> None:
    """One picture of an answer, or of the document that its first citation opens."""
    page.goto(address)
    page.get_by_role("log").wait_for()
    page.get_by_role("textbox", name="问题").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#newest .answer").wait_for(timeout=120_000)
    page.wait_for_timeout(1500)
    if opened:
        page.locator("#newest a.cite").first.click()
        page.locator("#reader mark").first.wait_for()
        page.wait_for_timeout(800)
    page.evaluate("document.activeElement?.blur()")
    page.screenshot(path=picture)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860")
