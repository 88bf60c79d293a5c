"""评测: the last evaluation; for managers also what people said and what the library could not answer."""

from __future__ import annotations

from typing import Any

import gradio as gr

from page.access import visitor_of
from page.desk import Desk
from page.evaluation import figures, last_report, missing, report_folder, said
from page.gaps import gaps
from page.i18n import both

EXPORT = '<p class="more"><a href="export/missing.xlsx" download>{}</a></p>'


def build(desk: Desk, tab: gr.Tab) -> None:
    """The widgets and what they do."""

    def begin(request: gr.Request) -> tuple[object, ...]:
        """What this person may see, as it is now."""
        report = _part("review.report", figures(last_report(report_folder(desk))))
        if not visitor_of(request).manages:
            return report, "", ""
        feedback = desk.store.feedback()
        lacking = missing(gaps(desk.store.unanswered(), feedback)) + EXPORT.format(both("review.export"))
        return report, _part("review.missing", lacking), _part("review.feedback", said(feedback))

    with gr.Column(elem_id="review"):
        parts = [gr.HTML(js_on_load=None, apply_default_css=False) for _ in range(3)]
    quiet: Any = {"show_progress": "hidden", "api_visibility": "private"}
    tab.select(begin, None, parts, **quiet)


def _part(key: str, content: str) -> str:
    return f'<section class="part"><h2>{both(key)}</h2>{content}</section>'
