"""对比: a topic or a question, places and days in, the table of what their rules say out."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import gradio as gr

from assistant.comparison import MOST_COLUMNS, Column, compare, places_in
from ingest.card import Policy
from ingest.regions import NATION
from ingest.storage import LibraryError
from page.compared import table
from page.comparison_files import LONGEST, day_of
from page.desk import Desk, Unavailable
from page.i18n import both, label, language_of, say
from page.limits import question_refused
from page.logs import numbered, request_id

LOG = logging.getLogger(__name__)
WHOLE = ("全国", NATION)
SHOWN_AT_FIRST = 4  # places chosen where nobody has chosen any
FAILED = "对比时出错了。请再试一次；如果还是这样，请把编号 {number} 告诉管理员查看运行日志。"
FOCUS = 'watch("value", () => element.querySelector("h2[tabindex]")?.focus());'


def build(desk: Desk, tab: gr.Tab) -> None:
    """The widgets and what they do."""

    def run(asked: str, places: list[str], days: list[str], request: gr.Request) -> object:
        """The table of what was asked; what is wrong with it is told beside the fields."""
        language = language_of(request)
        asked = (asked or "").strip()[:LONGEST]
        on = [day for text in days or [] if (day := day_of(text))]
        if not asked:
            gr.Warning(say("compare.empty", language))
            return gr.skip()
        if len(on) < len(days or []):
            gr.Warning(say("compare.day.bad", language))
            return gr.skip()
        if refused := question_refused(request):
            gr.Warning(refused)
            return gr.skip()
        codes = places or places_in(asked) or [code for _, code in _places(desk)][:SHOWN_AT_FIRST]
        columns = [Column(code, day) for code in codes for day in sorted(on) or [date.today()]]
        if len(columns) > MOST_COLUMNS:
            gr.Info(say("compare.many", language, count=MOST_COLUMNS))
        try:
            return table(compare(desk.assistant(), asked, columns), desk.policies(), date.today())
        except (Unavailable, LibraryError) as error:
            gr.Warning(str(error))
        except Exception:  # the edge of the page: a person gets a sentence, the log gets the trace
            with numbered(request):
                LOG.exception("a comparison failed")
            gr.Warning(FAILED.format(number=request_id(request)))
        return gr.skip()

    def begin() -> tuple[object, object]:
        """The places and the days on which rules changed, of the policies kept now."""
        return gr.Dropdown(choices=_places(desk)), gr.Dropdown(choices=_days(desk))

    with gr.Column(elem_id="compare"):
        with gr.Row(elem_id="compared-by"):
            asked = gr.Textbox(
                label=label("compare.asked"),
                placeholder=label("compare.hint"),
                max_length=LONGEST,
                lines=1,
                max_lines=3,
                scale=4,
            )
            places = gr.Dropdown([WHOLE], multiselect=True, label=label("compare.places"), scale=4)
            days = gr.Dropdown(
                [], multiselect=True, allow_custom_value=True, label=label("compare.days"), scale=3
            )
            go = gr.Button(label("compare.go"), variant="primary", scale=0)
        with gr.Row(elem_id="compared-in"):
            with gr.Column(elem_id="compared"):
                shown = gr.HTML(
                    f'<p class="empty">{both("compare.welcome")}</p>',
                    js_on_load=FOCUS,
                    apply_default_css=False,
                )
            with gr.Column(elem_id="compared-side"):
                gr.HTML('<div class="reading-place"></div>', js_on_load=None, apply_default_css=False)
    quiet: Any = {"show_progress": "minimal", "api_visibility": "private"}
    gr.on([go.click, asked.submit], run, [asked, places, days], shown, **quiet)
    tab.select(begin, None, [places, days], show_progress="hidden", api_visibility="private")


def _places(desk: Desk) -> list[tuple[str, str]]:
    return [WHOLE, *desk.regions()]


def _days(desk: Desk) -> list[tuple[str, str]]:
    """Today, and the days from which a rule of several versions was in force, the newest first."""
    families: dict[str, list[Policy]] = {}
    for policy in desk.policies():
        families.setdefault(policy.family, []).append(policy)
    today = date.today().isoformat()
    found = {
        policy.version_date.isoformat(): f"{policy.version_date.isoformat()} 《{policy.title}》"
        for versions in families.values()
        if len(versions) > 1
        for policy in versions
        if policy.version_date and policy.version_date <= date.today()
    }
    return [
        (today, today),
        *((name, day) for day, name in sorted(found.items(), reverse=True) if day != today),
    ]
