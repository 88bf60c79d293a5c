"""问答: a question and a scope in, the conversation and the sources beside it out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import gradio as gr
from gradio.context import Context

from page.answers import sources
from page.conversations import Asking, Busy, owner_of
from page.desk import Desk
from page.i18n import both, label, language_of, say
from page.limits import place_in_line, question_refused
from page.logs import numbered
from page.tabs.events import Leaf, Said, Update
from page.talk import View, drawer, talk

MAX_QUESTION = 1000
PATIENCE = 30.0
HANDLER = "ask"  # the function of build() that answers a question typed
READER = (
    '<section id="reader" aria-label="{0}" tabindex="-1" hidden>'
    '<div class="bar"><span class="place">{0}</span>'
    '<button type="button" class="quiet back">{1}</button><button type="button" class="quiet on">{2}</button>'
    '<button type="button" class="quiet close">{3}</button></div><div class="body"></div></section>'
)
# A button with data-act says what is wanted, of what, and what was typed beside it.
ACTS = """element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const typed = button.closest("li, .reasons")?.querySelector("input")?.value ?? "";
  trigger("click", { act: button.dataset.act, id: button.dataset.id, text: button.dataset.value ?? typed });
});"""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "multiple"}


def build(desk: Desk, tab: gr.Tab) -> None:
    """The widgets and what they do."""
    asking = Asking(desk, desk.store)
    reader = READER.format(say("reader"), both("reader.back"), both("reader.on"), both("reader.close"))

    def ask(
        typed: str,
        region: str,
        as_of: str | None,
        here: str,
        replacing: int | None,
        leaf: Leaf,
        request: gr.Request,
    ) -> Iterator[Update]:
        """Answer the question typed, showing each stage as it begins."""
        text = (typed or "").strip()[:MAX_QUESTION]
        on = read_day(as_of)
        if on is None:
            gr.Warning(say("ask.day.bad", language_of(request)))
        if text and on:
            # Today is the default: a date in the question then counts.
            dated = on if on != date.today() else None
            yield from leaf.while_open(begin(here, text, region or None, dated, replacing, request))
        else:
            yield {current: here}  # a handler that says nothing would empty all that it may fill

    def begin(
        here: str, text: str, region: str | None, on: date | None, replacing: int | None, request: gr.Request
    ) -> Iterator[Update]:
        owner = owner_of(request)
        if refused := question_refused(request):
            gr.Warning(refused)
            yield {current: here}
            return
        place = place_in_line(request)
        try:
            with numbered(request):
                here = asking.begin(owner, here, text, region, on, replacing, place)
        except Busy:
            if place:
                place.give_up()
            gr.Warning(say("ask.busy", language_of(request)))
            yield {current: here}
            return
        yield {question: "", editing: None, current: here, history: past(here, request)}
        yield from follow(here, request)

    def follow(here: str, request: gr.Request) -> Iterator[Update]:
        """The conversation, again and again until the question on its way is answered."""
        if job := asking.job(here):
            for _ in job.news():
                yield {conversation: view(here, request)}
        yield shown(here, request)

    def view(here: str, request: gr.Request, edited: int | None = None, disliked: int | None = None) -> str:
        said = desk.store.exchanges(owner_of(request), here)
        job = asking.job(here)
        running = (job.exchange, job.stage) if job else None
        return talk(
            View(said, language_of(request), () if said else desk.examples(), running, edited, disliked)
        )

    def shown(here: str, request: gr.Request) -> Update:
        said = desk.store.exchanges(owner_of(request), here)
        newest = next((e.reply for e in reversed(said) if e.reply), None)
        return {
            conversation: view(here, request),
            panel: sources(newest, desk.policies(), language_of(request)),
            current: here,
        }

    def past(here: str, request: gr.Request) -> str:
        return drawer(desk.store.listed(owner_of(request)), here, language_of(request))

    def opened(here: str, leaf: Leaf, request: gr.Request) -> Iterator[Update]:
        """A conversation as it was left, in the scope of its last question."""
        leaf.turn()
        yield from leaf.while_open(reopened(here, request))

    def reopened(here: str, request: gr.Request) -> Iterator[Update]:
        said = desk.store.exchanges(owner_of(request), here)
        region, on = (said[-1].region, said[-1].as_of) if said else (None, None)
        anywhere = say("ask.anywhere", language_of(request))
        choices = [(anywhere, ""), *desk.regions()]
        kept = region if region in {code for _, code in choices} else ""
        yield {
            place: gr.Dropdown(choices=choices, value=kept),
            day: (on or date.today()).isoformat(),
            history: past(here, request),
            editing: None,
            # Not translated in the browser, as labels are.
            question: gr.Textbox(value="", submit_btn=say("ask.send", language_of(request))),
        } | shown(here, request)
        yield from follow(here, request)

    def load(leaf: Leaf, request: gr.Request) -> Iterator[Update]:
        listed = desk.store.listed(owner_of(request))
        yield from opened(listed[0].id if listed else "", leaf, request)

    def welcome(request: gr.Request) -> Any:
        """The examples, which are still being looked for just after the start."""
        ready = desk.examples() or desk.examples(PATIENCE)
        return gr.skip() if desk.store.listed(owner_of(request)) or not ready else view("", request)

    def act(here: str, leaf: Leaf, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """What a button of the conversation wants."""
        yield from leaf.while_open(acted(here, Said(event), request))

    def acted(here: str, said: Said, request: gr.Request) -> Iterator[Update]:
        owner = owner_of(request)
        exchange = desk.store.exchange(owner, said.exchange)
        yield {current: here}
        if exchange is None:
            return
        if said.act == "stop":
            asking.stop(owner, here)
            yield shown(here, request)
        elif said.act == "retry":
            yield from begin(here, exchange.question, exchange.region, exchange.as_of, exchange.id, request)
        elif said.act == "edit":
            yield {
                conversation: view(here, request, edited=exchange.id),
                question: exchange.question,
                editing: exchange.id,
            }
        elif said.act == "keep":
            yield {conversation: view(here, request), question: "", editing: None}
        elif said.act in ("like", "dislike", "reason"):
            desk.store.rate(owner, exchange.id, said.act == "like", said.text)
            if said.act != "dislike":
                gr.Info(say("ask.thanks", language_of(request)))
            asked = exchange.id if said.act == "dislike" else None
            yield {conversation: view(here, request, disliked=asked)}

    def manage(here: str, leaf: Leaf, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """What a button of the drawer wants."""
        owner, said = owner_of(request), Said(event)
        yield {current: here}
        if said.act == "open":
            yield from opened(said.id, leaf, request)
        elif said.act == "rename":
            desk.store.rename(owner, said.id, said.text)
            yield {history: past(here, request)}
        elif said.act == "delete":
            desk.store.delete(owner, said.id)
            if said.id == here:
                yield from opened("", leaf, request)
            yield {history: past("" if said.id == here else here, request)}

    def start_anew(leaf: Leaf, request: gr.Request) -> Iterator[Update]:
        yield from opened("", leaf, request)

    with gr.Row(elem_id="columns"):
        with gr.Column(scale=6, elem_id="talk"):
            with gr.Row(elem_id="scope"):
                place = gr.Dropdown([("", "")], value="", label=label("ask.place"), elem_id="place", scale=3)
                day = gr.Textbox(label=label("ask.day"), max_lines=1, max_length=10, elem_id="day", scale=3)
                gr.Button(label("ask.history"), elem_id="past", scale=0)
                fresh = gr.Button(label("ask.fresh"), elem_id="fresh", scale=0)
            conversation = gr.HTML(elem_id="conversation", js_on_load=ACTS, apply_default_css=False)
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
            gr.HTML(reader, js_on_load=None, apply_default_css=False)
    history = gr.HTML(elem_id="history", js_on_load=ACTS, apply_default_css=False)
    # In the page, so that it knows after a restart of the server which conversation it shows; the owner's
    # cookie, not this, opens one.
    current = gr.Textbox(visible="hidden", elem_id="current")
    editing, leaf = gr.State(None), gr.State(Leaf())

    outputs = [conversation, panel, question, current, editing, history, place, day]
    question.submit(ask, [question, place, day, current, editing, leaf], outputs, **QUIET)
    conversation.click(act, [current, leaf], outputs, **QUIET)
    history.click(manage, [current, leaf], outputs, **QUIET)
    fresh.click(start_anew, [leaf], outputs, **QUIET)
    assert Context.root_block is not None
    for opening, needs, shows in ((load, [leaf], outputs), (welcome, [], [conversation])):
        Context.root_block.load(opening, needs, shows, show_progress="hidden", api_visibility="private")


def read_day(text: str | None) -> date | None:
    """The date typed; today for an empty field; None for what is no date."""
    if not (text or "").strip():
        return date.today()
    try:
        return date.fromisoformat(str(text).strip()[:10])
    except ValueError:
        return None
