"""Tables of any format as rows that can be quoted: | 项目 | 标准 |."""

import re
from collections.abc import Iterable, Sequence

Cell = tuple[str, int, int]
"""Text, rows spanned, columns spanned."""


def row(cells: Iterable[str]) -> str:
    """One table row in Markdown.

    Example: row(["300户以下", "2人"]) -> "| 300户以下 | 2人 |"
    """
    return "| " + " | ".join(re.sub(r"\s+", " ", c).strip().replace("|", "｜") for c in cells) + " |"


def spread(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Repeat what a merged cell says in every row it spans, so that each row can be read alone.

    Within one row a merged cell is said once. Empty rows are left out.
    Example: spread([[("县", 2, 1), ("2人", 1, 1)], [("4人", 1, 1)]]) -> [["县", "2人"], ["县", "4人"]]
    """
    pending: dict[int, tuple[str, int]] = {}  # column -> text, rows still to go
    result = []
    for cells in rows:
        line: list[str] = []
        column = 0
        queue = list(cells)
        while queue or column in pending:
            if column in pending:
                text, left = pending.pop(column)
                if left > 1:
                    pending[column] = (text, left - 1)
                line.append(text)
                column += 1
                continue
            text, down, across = queue.pop(0)
            line.append(text)
            if down > 1:
                pending[column] = (text, down - 1)
            column += across
        if any(line):
            result.append(line)
    return result
