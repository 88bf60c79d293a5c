"""A card as fields that a person can correct, and back to a card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import gradio as gr

from assistant.reply import region_name
from ingest.card import RANKS, CardError, Policy, apply_card
from page.i18n import label, texts

# The field of a card, the key of its label, and whether it holds several lines.
FIELDS = (
    ("title", "card.title", False),
    ("document_number", "card.number", False),
    ("issuers", "card.issuers", True),
    ("region", "card.region", False),
    ("rank", "card.rank", False),
    ("published", "card.published", False),
    ("effective", "card.effective", False),
    ("expires", "card.expires", False),
    ("supersedes", "card.supersedes", True),
    ("digest", "card.digest", False),
)
LONGEST = 300


def card_fields(name: str) -> list[gr.Textbox | gr.Dropdown | gr.Checkbox]:
    """The widgets, in the order of FIELDS."""
    fields: list[gr.Textbox | gr.Dropdown | gr.Checkbox] = []
    for field, key, several in FIELDS:
        shown: Any = {"label": label(key), "elem_id": f"{name}-{field}"}
        if field == "rank":
            fields.append(gr.Dropdown([(label("library.unknown"), ""), *[(r, r) for r in RANKS]], **shown))
        elif field == "digest":
            fields.append(gr.Checkbox(**shown))
        else:
            most = LONGEST * (10 if several else 1)
            fields.append(gr.Textbox(lines=2 if several else 1, max_lines=6, max_length=most, **shown))
    return fields


def values_of(policy: Policy) -> list[str | bool]:
    """What the fields show of a card."""
    shown: list[str | bool] = []
    for field, _, several in FIELDS:
        value = getattr(policy, field)
        if field == "region":
            value = region_name(value)
        elif isinstance(value, date):
            value = value.isoformat()
        shown.append("\n".join(value) if several else value if field == "digest" else value or "")
    return shown


def card_of(policy: Policy, values: Sequence[str | bool | None]) -> Policy:
    """The card with what the fields say; CardError names the field that cannot be read."""
    for (field, key, several), value in zip(FIELDS, values, strict=True):
        typed: object = value
        if isinstance(value, str):
            typed = [line.strip() for line in value.split("\n") if line.strip()] if several else value.strip()
        if field == "rank" and typed and typed not in RANKS:
            raise CardError("效力层级：请从列表里选一项。")
        try:
            policy = apply_card(policy, {field: typed or (False if field == "digest" else None)})
        except CardError as fault:
            raise CardError(f"{texts()[key]['zh'].partition('（')[0]}：{fault}") from fault
    return policy
