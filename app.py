"""The page: its tabs on a server of their own. Nothing is decided here.

Run `python app.py` (--help names the options), then open the address it prints.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
# Gradio makes statistics of its last 10,000 events anew after each event; ours are at /metrics.
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**12))

import gradio as gr
from fastapi import FastAPI

from page import i18n, start
from page.access import Access
from page.desk import Desk
from page.limits import Limits
from page.server import routes
from page.tabs import ask, check, compare, learn, library, review

HERE = Path(__file__).parent
# Handlers mostly wait, for their turn in page.line's line; what comes on top of these is told at once.
AT_ONCE, WAITING = 100, 400
# Open pages that Gradio keeps the widgets of, at 0.3 MB each; whoever comes after loses none of the talk.
PAGES = 1000
LOOK = 0.01  # seconds between two looks for a new event; Gradio takes a thousand a second, asked or not
# Uploads that nobody took over are looked for every hour and go after two.
UPLOADS = (3600, 7200)
STYLES = ("page.css", "library.css", "account.css", "study.css")
SCRIPTS = ("lost.js", "page.js", "account.js")
# The key of a tab's label in page/data/texts.yaml, and what builds it; the first one is open.
TABS: tuple[tuple[str, Callable[[Desk, gr.Tab], None]], ...] = (
    ("tab.ask", ask.build),
    ("tab.library", library.build),
    ("tab.compare", compare.build),
    ("tab.check", check.build),
    ("tab.learn", learn.build),
    ("tab.review", review.build),
)


class Page(gr.Blocks):
    """Blocks in which an output that a handler does not name costs nothing, where Gradio makes it anew."""

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        """Prepare the outputs that are named; the others stay as they are."""
        named = predictions if isinstance(predictions, dict) else {}
        if not named or not named.keys() <= set(block_fn.outputs):
            return await super().postprocess_data(block_fn, predictions, state)
        given = copy(block_fn)
        given.outputs = [output for output in block_fn.outputs if output in named]
        values = [named[output] for output in given.outputs]
        made = iter(await super().postprocess_data(given, values if len(values) > 1 else values[0], state))
        kept = {True: None, False: gr.skip()}
        return [next(made) if output in named else kept[output.stateful] for output in block_fn.outputs]


def build(desk: Desk) -> gr.Blocks:
    """The masthead and the tabs below it."""
    blocks: gr.Blocks = Page(title="政策问答", analytics_enabled=False, delete_cache=UPLOADS)
    blocks.max_threads, blocks.state_session_capacity = AT_ONCE, PAGES
    with blocks:
        gr.HTML(i18n.masthead(), elem_id="masthead", js_on_load=None)
        with gr.Tabs(elem_id="tabs"):
            for key, fill_tab in TABS:
                with gr.Tab(i18n.label(key), id=key) as tab:
                    fill_tab(desk, tab)
    blocks.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE, api_open=False)
    blocks._queue.sleep_when_free = LOOK
    desk.metrics.gauge("policy_queue_waiting", "Events of the page that wait", lambda: len(blocks._queue))
    return blocks


def serve(desk: Desk, access: Access | None = None, limits: Limits | None = None) -> FastAPI:
    """The page on a server with its documents, its login, its API; without `access` for this machine only."""
    limits = limits or Limits.from_environment()
    page = build(desk)
    server = routes(desk, access, limits, [n for n, fn in page.fns.items() if fn.name == ask.HANDLER])
    gr.mount_gradio_app(
        server,
        page,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=f"{limits.upload_megabytes}mb",
        ssr_mode=False,
        mcp_server=False,
        i18n=i18n.translations(),
        theme=gr.themes.Default(
            font=["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"],
            font_mono=["monospace"],
        ),
        # Twice: the first is scoped by Gradio and outweighs its rules; the second reaches what lies around.
        css_paths=[HERE / "page" / "assets" / name for name in STYLES],
        head="".join(f'<link rel="stylesheet" href="page/{name}">' for name in STYLES)
        + "".join(f'<script src="page/{name}" defer></script>' for name in SCRIPTS),
    )
    return server


def main(arguments: list[str] | None = None) -> int:
    """Open the page; the exit code is not 0 where it cannot be opened."""
    return start.main(serve, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
