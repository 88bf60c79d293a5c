"""A comparison in, its table out, as HTML that is safe to show; what one cell alone has is underlined."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from urllib.parse import urlencode

from assistant.comparison import Cell, Column, Comparison, Line, Row
from assistant.reply import Cited
from ingest.card import Policy
from page.citing import chips, cited, mark
from page.i18n import both
from page.safety import escape
from page.side_table import marked

KINDS = (("xlsx", "Excel"), ("docx", "Word"))


def table(comparison: Comparison, policies: Collection[Policy], on: date) -> str:
    """The comparison with its legend, its citations and the links that take it along."""
    links = cited(comparison.citations, policies, on)
    heads = "".join(f'<th scope="col">{escape(comparison.name(c))}</th>' for c in comparison.columns)
    rows = "".join(_row(comparison, row, links) for row in comparison.rows)
    title = f'<h2 id="compared-title" tabindex="-1">{escape(comparison.asked)}</h2>'
    return (
        f'<section class="comparison" aria-labelledby="compared-title">{title}'
        f'<p class="legend">{both("compare.legend")}</p>'
        f'<table class="compared"><thead><tr><th scope="col">{both("compare.aspect")}</th>{heads}</tr>'
        f"</thead><tbody>{rows}</tbody></table>{_take_along(comparison)}{chips(list(links.values()))}</section>"
    )


def address(kind: str, comparison: Comparison) -> str:
    """Where the same comparison is had as a file: it is made again from what was asked."""
    query = [("asked", comparison.asked), *(("column", written(c)) for c in comparison.columns)]
    return f"export/comparison.{kind}?{urlencode(query)}"


def written(column: Column) -> str:
    """Example: written(Column("640000", date(2026, 6, 1))) -> "640000@2026-06-01" """
    return f"{column.code}@{column.as_of:%Y-%m-%d}"


def _row(comparison: Comparison, row: Row, links: Mapping[int, Cited]) -> str:
    cells = "".join(
        f'<td data-label="{escape(comparison.name(column))}">{_cell(cell, links)}</td>'
        for column, cell in zip(comparison.columns, row.cells, strict=True)
    )
    standing = f"<small>{escape(row.standing)}</small>"
    return f'<tr><th scope="row">{escape(row.aspect)}{standing}</th>{cells}</tr>'


def _cell(cell: Cell, links: Mapping[int, Cited]) -> str:
    if not cell.lines:
        return f'<p class="silent">{cell.silence}</p>'
    verdict = f'<p class="verdict">{escape(cell.verdict)}</p>' if cell.verdict else ""
    more = f'<p class="silent">{both("compare.more", count=cell.more)}</p>' if cell.more else ""
    return verdict + "".join(_line(line, links) for line in cell.lines) + more


def _line(line: Line, links: Mapping[int, Cited]) -> str:
    words = marked(line.text, line.marks)
    marks = "".join(mark(links[c.number]) for c in line.citations if c.number in links)
    return f"<p>{words}{marks}</p>"


def _take_along(comparison: Comparison) -> str:
    links = [
        f'<a class="take" href="{escape(address(kind, comparison))}" download>'
        f"{both('compare.export', kind=name)}</a>"
        for kind, name in KINDS
    ]
    return f'<p class="along">{"".join(links)}</p>'
