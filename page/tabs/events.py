"""What a button of the page sent, and which of a page's events may still show something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from page.talk import MAX_REASON

Update = dict[Any, Any]


class Said:
    """What a button sent; whatever a browser may send, it has these three."""

    def __init__(self, event: gr.EventData) -> None:
        sent = event._data if isinstance(event._data, dict) else {}
        self.act = str(sent.get("act", ""))
        self.id = str(sent.get("id", ""))
        self.text = str(sent.get("text", "")).strip()[:MAX_REASON]

    @property
    def exchange(self) -> int:
        """The exchange it is about; 0 for none."""
        return int(self.id) if self.id.isascii() and self.id.isdigit() and len(self.id) < 16 else 0


@dataclass
class Leaf:
    """One open page, which shows one conversation after another.

    An answer on its way shows itself again and again. Gradio's `cancels` knows only the last event of each
    listener, and one listener opens, renames and deletes; so the page counts what it has opened.
    """

    opened: int = 0

    def turn(self) -> None:
        """Open another conversation: what showed the one before shows no more."""
        self.opened += 1

    def while_open(self, updates: Iterator[Update]) -> Iterator[Update]:
        """The updates, until another conversation is opened."""
        began = self.opened
        for update in updates:
            # Looked at after the update was made, which is what takes the time.
            if self.opened != began:
                # Not nothing: a handler that says nothing would empty all that it may fill.
                yield dict.fromkeys(update, gr.skip())
                return
            yield update
