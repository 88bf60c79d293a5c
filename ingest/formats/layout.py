"""Lines with places on pages in, running text out: what PDF, OFD and OCR have in common.

Columns are read one after the other, headers, footers and page numbers go, and a line that reaches the right
margin goes on in the next one, also across pages.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from ingest.dirt.wrapping import ENDING, OPENING

PAGE_NUMBER = re.compile(
    r"[-—–－·第\s]*\d{1,4}\s*(?:[/／]\s*\d{1,4}|页)?(?:[,，]?\s*共\s*\d{1,4}\s*页)?[-—–－·\s]*"
)
EDGE_LINES = 2
"""So many lines at the head and foot of a page may be its header and footer."""


@dataclass(frozen=True)
class Line:
    """One line or table of a page; y grows downwards, all in points."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    table: bool = False


def running_text(pages: Sequence[Sequence[Line]]) -> str:
    """Paragraphs, blank lines between.

    Example: two lines of one sentence, the first reaching the right margin -> one paragraph
    """
    ordered = [columns(page) for page in pages]
    furniture = _repeated(ordered)
    paragraphs: list[str] = []
    open_end = False
    for page in ordered:
        kept = [
            line
            for at, line in enumerate(page)
            if not (_at_edge(at, page) and (_plain(line) in furniture or PAGE_NUMBER.fullmatch(line.text)))
        ]
        plain = [line for line in kept if not line.table]
        if not plain:
            paragraphs += [line.text for line in kept]
            continue
        size = median(line.bottom - line.top for line in plain)
        indents = sum(line.x0 > _margins(line, plain, size)[0] + 1.2 * size for line in plain) >= 2
        for line, before in zip(kept, [None, *kept], strict=False):
            left, right = _margins(line, plain, size)
            indented = line.x0 > left + 1.2 * size
            gap = before is not None and 0 < before.bottom < line.top - 1.8 * size
            # 依照本条例 / 第十九条的规定: what opens at the margin in mid-sentence is no heading
            inside = indents and bool(paragraphs) and not ENDING.search(paragraphs[-1])
            fresh = line.table or indented or gap or (OPENING.match(line.text) is not None and not inside)
            if paragraphs and open_end and not fresh:
                paragraphs[-1] = _glue(paragraphs[-1], line.text)
            else:
                paragraphs.append(line.text)
            ended = ENDING.search(line.text) is not None
            slack = 4 if not ended else 1.6 if indents else 0.6  # a word or 《 may not have fitted
            open_end = not line.table and line.x1 >= right - slack * size and line.x1 - line.x0 > 6 * size
    return "\n\n".join(paragraphs)


def columns(lines: Iterable[Line]) -> list[Line]:
    """Reading order: from the top, but within a part set in two columns the left one first."""
    rows = sorted(lines, key=lambda line: (line.top, line.x0))
    if len(rows) < 8:
        return _merge_rows(rows)
    left_edge, right_edge = min(line.x0 for line in rows), max(line.x1 for line in rows)
    middle = (left_edge + right_edge) / 2
    slack = 0.08 * (right_edge - left_edge)
    crossing = [
        line for line in rows if line.table or (line.x0 < middle - slack and line.x1 > middle + slack)
    ]
    left = [line for line in rows if line not in crossing and line.x1 <= middle + slack]
    right = [line for line in rows if line not in crossing and line.x0 >= middle - slack]
    wide = sum(line.x1 - line.x0 > 0.35 * (right_edge - left_edge) for line in left + right)
    if min(len(left), len(right)) < 4 or wide < 0.6 * len(left + right):
        return _merge_rows(rows)
    result: list[Line] = []
    bounds = [float("-inf"), *(line.top for line in crossing), float("inf")]
    for number, (above, below) in enumerate(zip(bounds, bounds[1:], strict=False)):
        if number:
            result.append(crossing[number - 1])
        for side in (left, right):
            result += [line for line in side if above <= line.top < below]
    return result


def _merge_rows(rows: Sequence[Line]) -> list[Line]:
    """Pieces on one base line are one line."""
    merged: list[Line] = []
    for line in rows:
        last = merged[-1] if merged else None
        if (
            last
            and not line.table
            and not last.table
            and abs(line.top - last.top) < 0.5 * (line.bottom - line.top)
        ):
            first, second = sorted((last, line), key=lambda part: part.x0)
            text = f"{first.text} {second.text}"
            merged[-1] = replace(
                first, text=text, x1=max(first.x1, second.x1), bottom=max(first.bottom, second.bottom)
            )
        else:
            merged.append(line)
    return merged


def _margins(line: Line, lines: Sequence[Line], size: float) -> tuple[float, float]:
    """Left and right edge of the column that the line is in."""
    near = [other for other in lines if other.x0 < line.x1 and other.x1 > line.x0]
    starts = Counter(round(other.x0 / size) for other in near)
    often = [start for start, count in starts.items() if count >= max(2, 0.2 * len(near))]
    left = min(often) * size if often else min(other.x0 for other in near or [line])
    return left, max(other.x1 for other in near or [line])


def _at_edge(at: int, page: Sequence[Line]) -> bool:
    return at < EDGE_LINES or at >= len(page) - EDGE_LINES


def _plain(line: Line) -> str:
    """A header's text without the numbers that differ from page to page."""
    return re.sub(r"\d+|\s", "", line.text)


def _repeated(pages: Sequence[Sequence[Line]]) -> set[str]:
    """Texts that stand at the edge of many pages: three at least, since odd and even pages may differ."""
    seen = Counter(
        text
        for page in pages
        for text in {_plain(line) for at, line in enumerate(page) if _at_edge(at, page)}
    )
    return {
        text
        for text, count in seen.items()
        if text and not text.endswith(("。", "；")) and count >= max(3, 0.4 * len(pages))
    }


def _glue(left: str, right: str) -> str:
    return left + (" " if re.search(r"[A-Za-z,.]$", left) and re.match(r"[A-Za-z\d]", right) else "") + right
