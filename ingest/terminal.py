"""What the commands print: tables, cards and single lines, safe for a terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from ingest.card import Policy
    from ingest.pipeline import Outcome

STATUSES = {
    "stored": "已存入",
    "replaced": "已替换",
    "unchanged": "未变化",
    "skipped": "已跳过",
    "rejected": "未入库",
}
# Lines of the closing table for what went well; what did not is always listed.
LISTED = 40


def print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Print the closing table of an ingestion, and the counts."""
    counts = Counter(outcome.status for outcome in outcomes)
    listing = table("结果", "文件", "标题或原因")
    listed = 0
    for status in STATUSES:
        for outcome in outcomes:
            bad = status in ("rejected", "skipped")
            if outcome.status != status or (not bad and listed >= LISTED):
                continue
            listed += not bad
            title = outcome.policy.title if outcome.policy else ""
            said = f"{title}（{outcome.reason}）" if title and outcome.reason else title or outcome.reason
            row(listing, STATUSES[status], str(outcome.path), said)
    if listing.row_count:
        console().print(listing)
    print("，".join(f"{name} {counts[status]} 份" for status, name in STATUSES.items()) + "。")


def print_card(policy: Policy) -> None:
    """Print a card as YAML."""
    from ingest.card import dump_card

    print(dump_card(policy), end="")


def table(*columns: str) -> Table:
    """A table without walls; what is copied or read at a glance keeps its line, titles may wrap."""
    made = Table(box=SIMPLE_HEAD)
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column not in ("标题", "文件", "标题或原因"))
    return made


def row(listing: Table, *cells: str) -> None:
    """Add a row; Text, because what files are called is not markup."""
    listing.add_row(*(Text(shown(cell, 300)) for cell in cells))


def console(stderr: bool = False) -> Console:
    """The terminal at its width, a file or pipe at a width for reading."""
    terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, width=None if terminal else 120)


def shown(text: str, limit: int = 60) -> str:
    """One line without control characters, which a terminal would obey."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= limit else line[: limit - 1] + "…"
