"""自查: who one is, where, and what one wants in; what the rules say of it, step by step, out."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any, cast

import gradio as gr

from assistant.eligibility import Eligibility
from assistant.roles import Role
from ingest.regions import NATION
from ingest.storage import LibraryError
from page.checked import result
from page.desk import Desk, Unavailable
from page.i18n import both, label, language_of, say
from page.limits import question_refused
from page.logs import numbered, request_id

LOG = logging.getLogger(__name__)
LONGEST = 60
WHOLE = ("全国", NATION)
FAILED = "自查时出错了。请再试一次；如果还是这样，请把编号 {number} 告诉管理员查看运行日志。"
FOCUS = 'watch("value", () => element.querySelector("h2[tabindex]")?.focus());'


def build(desk: Desk, tab: gr.Tab) -> None:
    """The widgets and what they do."""

    def rules() -> Eligibility:
        assistant = desk.assistant()
        return Eligibility(assistant.library, assistant.retriever, assistant.today())

    def run(body: str | None, place: str, role: str, service: str, request: gr.Request) -> object:
        """The result; what is missing is told."""
        body = (body or "").strip()[:LONGEST]
        if not body:
            gr.Warning(say("check.who.missing", language_of(request)))
            return gr.skip()
        if refused := question_refused(request):
            gr.Warning(refused)
            return gr.skip()
        try:
            check = rules().check(body, place or WHOLE[1], Role(role), (service or "")[:LONGEST])
            return result(check, desk.policies(), date.today())
        except (Unavailable, LibraryError) as error:
            gr.Warning(str(error))
        except Exception:  # the edge of the page: a person gets a sentence, the log gets the trace
            with numbered(request):
                LOG.exception("a check failed")
            gr.Warning(FAILED.format(number=request_id(request)))
        return gr.skip()

    def kinds(place: str, role: str) -> object:
        """The kinds of bodies that the rules of the place name in the role."""
        try:
            return gr.Dropdown(choices=cast(Any, rules().kinds(place or WHOLE[1], Role(role))))
        except (Unavailable, LibraryError):
            return gr.skip()

    def begin(place: str, role: str) -> tuple[object, object]:
        """The places of the library, and the kinds of bodies."""
        return gr.Dropdown(choices=[WHOLE, *desk.regions()]), kinds(place, role)

    with gr.Row(elem_id="check"):
        with gr.Column(scale=4, elem_id="checked-by"):
            role = gr.Radio(
                [(label("check.buy"), Role.BUYER.value), (label("check.take"), Role.TAKER.value)],
                value=Role.TAKER.value,
                label=label("check.role"),
            )
            place = gr.Dropdown([WHOLE], value=WHOLE[1], label=label("check.place"))
            body = gr.Dropdown([], value=None, allow_custom_value=True, label=label("check.who"))
            service = gr.Textbox(label=label("check.service"), max_length=LONGEST, max_lines=1)
            go = gr.Button(label("check.go"), variant="primary")
        with gr.Column(scale=7, elem_id="checked-in"):
            shown = gr.HTML(
                f'<p class="empty">{both("check.welcome")}</p>',
                js_on_load=FOCUS,
                apply_default_css=False,
                elem_id="checked",
            )
            gr.HTML('<div class="reading-place"></div>', js_on_load=None, apply_default_css=False)
    quiet: Any = {"show_progress": "hidden", "api_visibility": "private"}
    gr.on([go.click, service.submit], run, [body, place, role, service], shown, **quiet)
    gr.on([place.change, role.change], kinds, [place, role], body, **quiet)
    tab.select(begin, [place, role], [place, body], **quiet)
