"""政策库: the policies held, found by words and filters, one of them beside the list; managers change it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr

from ingest.card import RANKS
from ingest.documents import ARCHIVE, body_and_card
from ingest.library import Library
from ingest.readers import UnreadableFile, read
from ingest.regions import NATION
from page import shelf
from page.desk import Desk
from page.holdings import STANDINGS, Filter, Held, day_of, holdings, relatives, standings
from page.i18n import both, label, language_of, say
from page.side_by_side import side_by_side
from page.tabs import manage
from page.tabs.manage_widgets import actions, section

LONGEST = 100
BAD_DAY = "日期要写成 2024-05-01，或只写年份 2024；不限就留空。"
NO_RAW = "原来的文件已经不在，只能列出清理记录。"


def build(desk: Desk, tab: gr.Tab) -> None:
    """The widgets and what they do."""

    def find(text: str, place: str, rank: str, state: str, since: str, until: str, chosen: str) -> object:
        """The list under the filters."""
        try:
            first, last = day_of(since), day_of(until)
        except ValueError:
            gr.Warning(BAD_DAY)
            return gr.skip()
        if last and len(until.strip()) == 4:
            last = last.replace(month=12, day=31)
        wanted = Filter((text or "")[:LONGEST], place or "", rank or "", state or "", first, last)
        with Library.open(desk.library_dir) as library:
            held = holdings(library, wanted, date.today())
            return shelf.listing(held, len(library.policies()), chosen)

    def choose(event: gr.EventData) -> tuple[object, object]:
        """The policy whose button was pressed; or the present one with its raw text beside it."""
        if comparing := str(event.compare):
            return show(comparing, compare=True), comparing
        return show(str(event.pick)), str(event.pick)

    def show(policy_id: str, compare: bool = False) -> str:
        if not policy_id:
            return f'<p class="empty">{both("library.choose")}</p>'
        with Library.open(desk.library_dir) as library:
            policy = library.find(policy_id)
            if policy is None:
                return f'<p class="empty">{both("library.gone")}</p>'
            policies, repairs = library.policies(), library.repairs(policy_id)
            beside = _compared(library, policy_id) if compare else ""
        held = Held(policy, standings(policies, date.today())[policy_id])
        return shelf.detail(held, relatives(policy, policies, date.today()), repairs, beside, compare)

    def begin(request: gr.Request) -> object:
        """The regions of the policies kept now."""
        whole, anywhere = ("全国", NATION), (say("library.any", language_of(request)), "")
        return gr.Dropdown(choices=[anywhere, whole, *desk.regions()])

    with gr.Column(elem_id="library"):
        managing = section()
        with gr.Row(elem_id="filters"):
            anything = (label("library.any"), "")
            text = gr.Textbox(label=label("library.search"), max_length=LONGEST, elem_id="find", scale=4)
            place = gr.Dropdown([anything], value="", label=label("library.region"), scale=2)
            rank = gr.Dropdown([anything, *RANKS], value="", label=label("library.rank"), scale=2)
            state = gr.Dropdown([anything, *STANDINGS], value="", label=label("library.standing"), scale=2)
            since = gr.Textbox(label=label("library.since"), placeholder="2020", max_length=10, scale=1)
            until = gr.Textbox(label=label("library.until"), placeholder="2024", max_length=10, scale=1)
        chosen = gr.State("")
        with gr.Row(elem_id="holdings"):
            with gr.Column(scale=6):
                listing = gr.HTML(elem_id="listing", js_on_load=shelf.PICK, apply_default_css=False)
            with gr.Column(scale=5, elem_id="held"):
                detail = gr.HTML(show(""), elem_id="detail", js_on_load=shelf.PICK, apply_default_css=False)
                gr.HTML('<div class="reading-place"></div>', js_on_load=None, apply_default_css=False)
                acting = actions()
    filters: list[gr.Textbox | gr.Dropdown] = [text, place, rank, state, since, until]
    quiet: Any = {"show_progress": "hidden", "api_visibility": "private"}
    look = (find, [*filters, chosen], listing)
    gr.on(
        [text.change, text.submit, since.submit, since.blur, until.submit, until.blur],
        *look, trigger_mode="always_last", **quiet,
    )  # fmt: skip
    gr.on([place.change, rank.change, state.change], *look, trigger_mode="always_last", **quiet)
    for list_ in (listing, detail):
        list_.click(choose, None, [detail, chosen], **quiet)
    tab.select(begin, None, place, **quiet).then(*look, **quiet)
    manage.connect(desk, tab, managing, acting, manage.Shelf(filters, chosen, listing, detail, find, show))


def _compared(library: Library, policy_id: str) -> str:
    """What was read and what was kept, side by side, as long as the file is there."""
    for path in map(Path, library.sources(policy_id)):
        if path.suffix.lower() == ARCHIVE or not path.is_file():
            continue
        try:
            raw, _ = body_and_card(path, read(path))
        except UnreadableFile:
            continue
        return side_by_side(raw, library.text(policy_id))
    return f'<p class="empty">{NO_RAW}</p>'
