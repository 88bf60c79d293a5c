"""The page: a question and a scope in, an Answer out, as what a person reads. Nothing is decided here.

Run `python app.py [--host HOST] [--port PORT] [--library DIR]`, then open the address it prints.
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr
from fastapi import FastAPI

from assistant.answer import Answer
from assistant.reply import Reply
from ingest.library import DEFAULT_LIBRARY
from ingest.regions import find_regions
from ingest.storage import LibraryError
from page import answers
from page.conversations import COOKIE, Conversation, Conversations, Exchange
from page.desk import Desk, Unavailable, fill
from page.server import routes

HERE = Path(__file__).parent
MAX_QUESTION = 1000
AT_ONCE, WAITING, PATIENCE = 20, 100, 30.0
MASTHEAD = "<header><h1>政策问答</h1><p>只依据文件库里的原文回答，句句可核对。</p></header>"
READER = (
    '<section id="reader" aria-label="文件全文" tabindex="-1" hidden><div class="bar"><span>文件全文</span>'
    '<button type="button" class="close">返回</button></div><div class="body"></div></section>'
)
FAILED = "回答时出错了，问题没有丢。请再问一次；如果还是这样，请把时间告诉管理员查看运行日志。"
Update = tuple[str, object, object]


def build(desk: Desk, conversations: Conversations) -> gr.Blocks:
    """The widgets and what they do."""

    def ask(question: str, place: str, day: str | None, request: gr.Request) -> Iterator[Update]:
        """Answer the question typed, showing each stage as it begins."""
        conversation = conversations.of(request.cookies.get(COOKIE))
        question = (question or "").strip()[:MAX_QUESTION]
        as_of = read_day(day)
        if as_of is None:
            gr.Warning("基准日要写成 2024-05-01 这样的日期；留空则按今天。")
        if not question or as_of is None:
            yield *show(conversation), gr.skip()
            return
        if not conversation.lock.acquire(timeout=PATIENCE):
            gr.Warning("上一个问题还在回答，请等它答完再问。")
            yield *show(conversation), gr.skip()
            return
        try:
            conversation.session.region = place or None
            # Today is the default: a date in the question then counts.
            conversation.session.as_of = as_of if as_of != date.today() else None
            for exchange in exchanges(desk, question, conversation):
                said = [*conversation.exchanges, *([] if exchange in conversation.exchanges else [exchange])]
                yield answers.conversation(said, ()), gr.skip(), ""
        finally:
            conversation.lock.release()
        yield *show(conversation), ""

    def show(conversation: Conversation) -> tuple[str, str]:
        said = conversation.exchanges
        panel = answers.sources(said[-1].reply if said else None, desk.policies())
        return answers.conversation(said, () if said else examples(desk)), panel

    def begin(request: gr.Request) -> tuple[object, str, str, str]:
        """The page as it opens: places of the library, today, and what was said before."""
        places = gr.Dropdown(choices=[("未指定", ""), *desk.regions()])
        conversation = conversations.of(request.cookies.get(COOKIE))
        return places, date.today().isoformat(), *show(conversation)

    def start_anew(request: gr.Request) -> Update:
        conversations.forget(request.cookies.get(COOKIE))
        return *show(Conversation()), ""

    blocks: gr.Blocks = gr.Blocks(title="政策问答", analytics_enabled=False)
    with blocks:
        gr.HTML(MASTHEAD, elem_id="masthead", js_on_load=None)
        with gr.Row(elem_id="columns"):
            with gr.Column(scale=6, elem_id="talk"):
                with gr.Row(elem_id="scope"):
                    place = gr.Dropdown([("未指定", "")], value="", label="地区", elem_id="place", scale=3)
                    day = gr.Textbox(label="基准日", max_lines=1, max_length=10, elem_id="day", scale=3)
                    fresh = gr.Button("新对话", elem_id="fresh", scale=0)
                conversation = gr.HTML(elem_id="conversation", js_on_load=None, apply_default_css=False)
                with gr.Column(elem_id="ask"):
                    question = gr.Textbox(
                        label="问题（回车发送，Shift+回车换行）",
                        placeholder="例如：哪些单位可以购买社工服务？",
                        lines=1,
                        max_lines=5,
                        max_length=MAX_QUESTION,
                        submit_btn="提问",
                        elem_id="question",
                    )
            with gr.Column(scale=5, elem_id="side"):
                panel = gr.HTML(elem_id="sources", js_on_load=None, apply_default_css=False)
                gr.HTML(READER, js_on_load=None, apply_default_css=False)
        outputs = [conversation, panel, question]
        question.submit(
            ask, [question, place, day], outputs, show_progress="hidden", api_visibility="private"
        )
        fresh.click(start_anew, None, outputs, show_progress="hidden", api_visibility="private")
        blocks.load(
            begin, None, [place, day, conversation, panel], show_progress="hidden", api_visibility="private"
        )
    blocks.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE, api_open=False)
    return blocks


def exchanges(desk: Desk, question: str, conversation: Conversation) -> Iterator[Exchange]:
    """A question's exchange as it goes on; the last one is kept in the conversation."""
    yield Exchange(question, stage="正在准备")
    try:
        for step in desk.steps(question, conversation.session):
            if isinstance(step, Answer):
                conversation.add(Exchange(question, Reply.of(step, desk.policies())))
                yield conversation.exchanges[-1]
            else:
                yield Exchange(question, stage=step)
    except (Unavailable, LibraryError) as error:
        conversation.add(Exchange(question, failure=str(error)))
        yield conversation.exchanges[-1]
    except Exception:  # the edge of the page: a person gets a sentence, the log gets the trace
        logging.exception("a question could not be answered")
        conversation.add(Exchange(question, failure=FAILED))
        yield conversation.exchanges[-1]


def examples(desk: Desk) -> list[str]:
    """Example questions whose places the library knows."""
    known = {code for _, code in desk.regions()}
    questions = (HERE / "page" / "examples.txt").read_text(encoding="utf-8").splitlines()
    return [q for q in questions if q and {m.region.code for m in find_regions(q)} <= known][:4]


def read_day(text: str | None) -> date | None:
    """The date typed; today for an empty field; None for what is no date."""
    if not (text or "").strip():
        return date.today()
    try:
        return date.fromisoformat(str(text).strip()[:10])
    except ValueError:
        return None


def serve(desk: Desk) -> FastAPI:
    """The page on a server with its documents, its health and its headers."""
    server = routes(desk)
    gr.mount_gradio_app(
        server,
        build(desk, Conversations()),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1mb",
        ssr_mode=False,
        mcp_server=False,
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
