"""学习: rounds of exercises made from the provisions in force; kept on the server, one of each visitor."""

from __future__ import annotations

import logging
import secrets
from datetime import date
from typing import Any

import gradio as gr

from assistant.learning.exercises import exercises
from assistant.learning.rounds import Round, Rounds
from ingest.regions import NATION
from ingest.storage import LibraryError
from page.conversations import owner_of
from page.desk import Desk, Unavailable
from page.i18n import label
from page.lesson import ACTS, empty, lesson, welcome
from page.limits import question_refused
from page.logs import numbered, request_id

LOG = logging.getLogger(__name__)
WHOLE = ("全国", NATION)
COUNTS = (5, 10, 20)
FAILED = "出题时出错了。请再试一次；如果还是这样，请把编号 {number} 告诉管理员查看运行日志。"


def build(desk: Desk, tab: gr.Tab) -> None:
    """The widgets and what they do."""
    rounds = Rounds()

    def start(places: list[str], count: int, request: gr.Request) -> object:
        """Begin a round."""
        if refused := question_refused(request):
            gr.Warning(refused)
            return gr.skip()
        try:
            assistant = desk.assistant()
            made = exercises(
                assistant.library,
                assistant.retriever,
                assistant.today(),
                places or (),
                secrets.randbelow(1 << 32),
                count if count in COUNTS else COUNTS[0],
            )
        except (Unavailable, LibraryError) as error:
            gr.Warning(str(error))
            return gr.skip()
        except Exception:  # the edge of the page: a person gets a sentence, the log gets the trace
            with numbered(request):
                LOG.exception("no exercises could be made")
            gr.Warning(FAILED.format(number=request_id(request)))
            return gr.skip()
        if not made:
            return empty()
        return show(rounds.keep(owner_of(request), Round.of(made)))

    def act(event: gr.EventData, request: gr.Request) -> object:
        """A choice, or the next exercise; what is sent names its exercise, so a second press does nothing."""
        sent = event._data if isinstance(event._data, dict) else {}
        identity, _, choice = str(sent.get("id", "")).partition(":")
        round_ = rounds.of(owner_of(request))
        if round_ is None:
            return welcome()
        with round_.lock:
            exercise = round_.current
            if exercise is not None and exercise.id == identity:
                if sent.get("act") == "choose" and choice in {str(n) for n in range(len(exercise.options))}:
                    round_.check(int(choice))
                elif sent.get("act") == "next":
                    round_.advance()
            return show(round_)

    def show(round_: Round) -> str:
        return lesson(round_, desk.policies(), date.today())

    def begin(request: gr.Request) -> tuple[object, object]:
        """The places of the library, and the round that was left."""
        round_ = rounds.of(owner_of(request))
        return gr.Dropdown(choices=[WHOLE, *desk.regions()]), show(round_) if round_ else welcome()

    with gr.Row(elem_id="learn"):
        with gr.Column(scale=4, elem_id="learnt-by"):
            places = gr.Dropdown([WHOLE], multiselect=True, label=label("learn.places"))
            count = gr.Radio(list(COUNTS), value=COUNTS[1], label=label("learn.count"))
            go = gr.Button(label("learn.go"), variant="primary")
        with gr.Column(scale=7, elem_id="learnt-in"):
            shown = gr.HTML(welcome(), js_on_load=ACTS, apply_default_css=False, elem_id="lesson")
            gr.HTML('<div class="reading-place"></div>', js_on_load=None, apply_default_css=False)
    quiet: Any = {"show_progress": "hidden", "api_visibility": "private"}
    go.click(start, [places, count], shown, **quiet)
    shown.click(act, None, shown, **quiet)
    tab.select(begin, None, [places, shown], **quiet)
