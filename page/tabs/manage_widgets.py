"""The widgets with which managers change the library: above the list, and below the policy chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from page.i18n import both, label
from page.shelf import PICK
from page.tabs.card_form import card_fields


@dataclass(frozen=True)
class Section:
    """The widgets above the list."""

    whole: gr.Accordion
    upload: gr.File
    status: gr.HTML
    drafts: gr.HTML
    number: gr.State
    form: gr.Column
    fields: list[Any]
    cleaned: gr.HTML
    keep: gr.Button
    leave: gr.Button
    close: gr.Button
    deciding: gr.Row
    store: gr.Button
    discard: gr.Button
    index: gr.Button
    back: gr.Button
    sure: gr.Column
    yes: gr.Button
    no: gr.Button


@dataclass(frozen=True)
class Actions:
    """The widgets below the policy chosen."""

    buttons: gr.Row
    correct: gr.Button
    withdraw: gr.Button
    form: gr.Column
    fields: list[Any]
    save: gr.Button
    cancel: gr.Button
    sure: gr.Column
    yes: gr.Button
    no: gr.Button


def section() -> Section:
    """Adding files, and what concerns the library as a whole."""
    with gr.Accordion(label("library.manage"), open=False, visible=False, elem_id="manage") as whole:
        upload = gr.File(label=label("library.add"), file_count="multiple", elem_id="upload")
        status = gr.HTML(elem_id="progress", js_on_load=None, apply_default_css=False)
        drafts = gr.HTML(elem_id="drafts", js_on_load=PICK, apply_default_css=False)
        number = gr.State(-1)
        with gr.Column(visible=False, elem_classes="card-form") as form:
            fields = card_fields("draft")
            cleaned = gr.HTML(js_on_load=None, apply_default_css=False)
            with gr.Row():
                keep = gr.Button(label("library.keep"), variant="primary")
                leave = gr.Button(label("library.leave"))
                close = gr.Button(label("library.close"))
        with gr.Row(visible=False) as deciding:
            store = gr.Button(label("library.store"), variant="primary")
            discard = gr.Button(label("library.discard"))
        with gr.Row(elem_id="upkeep"):
            index = gr.Button(label("library.index"))
            back = gr.Button(label("library.back"))
        sure, yes, no = _sure("library.back.sure", "library.back.yes")
    return Section(
        whole, upload, status, drafts, number, form, fields, cleaned, keep, leave, close, deciding, store,
        discard, index, back, sure, yes, no,
    )  # fmt: skip


def actions() -> Actions:
    """Correcting and withdrawing one policy."""
    with gr.Row(visible=False, elem_id="actions") as buttons:
        correct = gr.Button(label("library.correct"))
        withdraw = gr.Button(label("library.withdraw"))
    with gr.Column(visible=False, elem_classes="card-form") as form:
        fields = card_fields("card")
        with gr.Row():
            save = gr.Button(label("library.keep"), variant="primary")
            cancel = gr.Button(label("library.close"))
    sure, yes, no = _sure("library.withdraw.sure", "library.withdraw.yes")
    return Actions(buttons, correct, withdraw, form, fields, save, cancel, sure, yes, no)


def _sure(question: str, answer: str) -> tuple[gr.Column, gr.Button, gr.Button]:
    """A question before something is done, hidden until it is asked."""
    with gr.Column(visible=False, elem_classes="sure") as asked:
        gr.HTML(f"<p>{both(question)}</p>", js_on_load=None, apply_default_css=False)
        with gr.Row():
            yes = gr.Button(label(answer), variant="stop")
            no = gr.Button(label("library.no"))
    return asked, yes, no
