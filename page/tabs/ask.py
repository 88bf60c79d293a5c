"""问答: a question and a scope in, the conversation and the sources beside it out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import gradio as gr
from gradio.context import Context

from assistant.answer import Answer
from assistant.reply import Reply
from ingest.regions import find_regions
from ingest.storage import LibraryError
from page import answers
from page.conversations import COOKIE, Conversation, Conversations, Exchange
from page.desk import Desk, Unavailable
from page.i18n import label, language_of, say

EXAMPLES = Path(__file__).parent.parent / "examples.txt"
MAX_QUESTION = 1000
PATIENCE = 30.0
READER = (
    '<section id="reader" aria-label="文件全文" tabindex="-1" hidden><div class="bar"><span>文件全文</span>'
    '<button type="button" class="close">返回</button></div><div class="body"></div></section>'
)
FAILED = "回答时出错了，问题没有丢。请再问一次；如果还是这样，请把时间告诉管理员查看运行日志。"
Update = tuple[str, object, object]


def build(desk: Desk, tab: gr.Tab) -> None:
    """The widgets and what they do."""
    conversations = Conversations()

    def ask(question: str, place: str, day: str | None, request: gr.Request) -> Iterator[Update]:
        """Answer the question typed, showing each stage as it begins."""
        conversation = conversations.of(request.cookies.get(COOKIE))
        question = (question or "").strip()[:MAX_QUESTION]
        as_of = read_day(day)
        if as_of is None:
            gr.Warning(say("ask.day.bad", language_of(request)))
        if not question or as_of is None:
            yield *show(conversation), gr.skip()
            return
        if not conversation.lock.acquire(timeout=PATIENCE):
            gr.Warning(say("ask.busy", language_of(request)))
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
        anywhere = say("ask.anywhere", language_of(request))
        conversation = conversations.of(request.cookies.get(COOKIE))
        places = gr.Dropdown(choices=[(anywhere, ""), *desk.regions()])
        return places, date.today().isoformat(), *show(conversation)

    def start_anew(request: gr.Request) -> Update:
        conversations.forget(request.cookies.get(COOKIE))
        return *show(Conversation()), ""

    with gr.Row(elem_id="columns"):
        with gr.Column(scale=6, elem_id="talk"):
            with gr.Row(elem_id="scope"):
                place = gr.Dropdown([("", "")], value="", label=label("ask.place"), elem_id="place", scale=3)
                day = gr.Textbox(label=label("ask.day"), max_lines=1, max_length=10, elem_id="day", scale=3)
                fresh = gr.Button(label("ask.fresh"), elem_id="fresh", scale=0)
            conversation = gr.HTML(elem_id="conversation", js_on_load=None, apply_default_css=False)
            with gr.Column(elem_id="ask"):
                question = gr.Textbox(
                    label=label("ask.question"),
                    placeholder=label("ask.hint"),
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
    question.submit(ask, [question, place, day], outputs, show_progress="hidden", api_visibility="private")
    fresh.click(start_anew, None, outputs, show_progress="hidden", api_visibility="private")
    opened = [place, day, conversation, panel]
    assert Context.root_block is not None
    Context.root_block.load(begin, None, opened, show_progress="hidden", api_visibility="private")


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
    questions = EXAMPLES.read_text(encoding="utf-8").splitlines()
    return [q for q in questions if q and {m.region.code for m in find_regions(q)} <= known][:4]


def read_day(text: str | None) -> date | None:
    """The date typed; today for an empty field; None for what is no date."""
    if not (text or "").strip():
        return date.today()
    try:
        return date.fromisoformat(str(text).strip()[:10])
    except ValueError:
        return None
