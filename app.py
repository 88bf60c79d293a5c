"""The page: its tabs on a server of their own. Nothing is decided here.

Run `python app.py [--host HOST] [--port PORT] [--library DIR]`, then open the address it prints.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr
from fastapi import FastAPI

from ingest.library import DEFAULT_LIBRARY
from ingest.storage import LibraryError
from page import i18n
from page.desk import Desk, fill
from page.server import routes
from page.tabs import ask

HERE = Path(__file__).parent
AT_ONCE, WAITING = 20, 100
# The key of a tab's label in page/data/texts.yaml, and what builds it; the first one is open.
TABS: tuple[tuple[str, Callable[[Desk, gr.Tab], None]], ...] = (("tab.ask", ask.build),)


def build(desk: Desk) -> gr.Blocks:
    """The masthead and the tabs below it."""
    blocks: gr.Blocks = gr.Blocks(title="政策问答", analytics_enabled=False)
    with blocks:
        gr.HTML(i18n.masthead(), elem_id="masthead", js_on_load=None)
        with gr.Tabs(elem_id="tabs"):
            for key, fill_tab in TABS:
                with gr.Tab(i18n.label(key), id=key) as tab:
                    fill_tab(desk, tab)
    blocks.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE, api_open=False)
    return blocks


def serve(desk: Desk) -> FastAPI:
    """The page on a server with its documents, its health and its headers."""
    server = routes(desk)
    gr.mount_gradio_app(
        server,
        build(desk),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1mb",
        ssr_mode=False,
        mcp_server=False,
        i18n=i18n.translations(),
        theme=gr.themes.Default(
            font=["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"],
            font_mono=["monospace"],
        ),
        # Twice: the first is scoped by Gradio and outweighs its rules; the second reaches what lies around.
        css_paths=HERE / "page" / "assets" / "page.css",
        head='<link rel="stylesheet" href="page/page.css"><script src="page/page.js" defer></script>',
    )
    return server


def main(arguments: list[str] | None = None) -> int:
    """Open the page; the exit code is not 0 where it cannot be opened."""
    import uvicorn

    parser = argparse.ArgumentParser(description="打开政策问答的网页。")
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="默认只允许本机访问")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT", "7860"))
    parser.add_argument("--library", type=Path, default=DEFAULT_LIBRARY)
    options = parser.parse_args(arguments)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError:
            print(
                f"端口 {options.port} 打不开，可能已有程序在用。换一个：python app.py --port 7861",
                file=sys.stderr,
            )
            return 1
    desk = Desk(options.library)
    try:
        if not (options.library / "vectors" / "CURRENT").exists():
            fill(options.library, HERE / "corpus")
        desk.policies()
    except LibraryError as error:
        print(error, file=sys.stderr)
        return 1
    server = serve(desk)
    desk.open()
    print(f"请在浏览器打开：http://{options.host}:{options.port}", flush=True)
    uvicorn.run(server, host=options.host, port=options.port, log_level="warning")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
