"""Which characters of a PDF's page a reader sees: not those without ink, off the page, or painted over."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from ingest.formats.pdf_paint import BARRED, OPAQUE, UNSEEN, painted
from ingest.formats.sight import PAPER, Colour, is_lost

TINY = 2  # points
MOST = 1000
"""So many painted areas are looked at; a drawing of more covers no text on purpose."""
SCAN = 0.5
"""An image of this share of the page is a scan, and text without ink on it is what a program read from it."""


def seen(page: Any) -> Any:
    """The page of pdfplumber without the characters that nobody sees."""
    page._layout = painted(page)  # what page.layout would make without us
    area = page.width * page.height
    scanned = any(image["width"] * image["height"] >= SCAN * area for image in page.images)
    filled = [rect for rect in page.rects if rect["fill"]]
    small = [part for part in (*filled, *page.images) if part["width"] * part["height"] < SCAN * area]
    covers = list(islice((part for part in small if part.get("tag") == OPAQUE), MOST))
    grounds = [*filled[:MOST], *page.images[:MOST]]

    def is_seen(part: Any) -> bool:
        if part["object_type"] != "char":
            return True
        if part["size"] < TINY or part.get("tag") == BARRED or not _touches(part, page):
            return False
        if part.get("tag") == UNSEEN:
            return scanned
        return not (_is_covered(part, covers) or _is_lost(part, grounds))

    return page.filter(is_seen)


def _touches(part: Any, page: Any) -> bool:
    return bool(
        part["x1"] >= 0 and part["x0"] <= page.width and part["bottom"] >= 0 and part["top"] <= page.height
    )


def _is_covered(char: Any, covers: Sequence[Any]) -> bool:
    return any(cover["mcid"] > char["mcid"] and _holds(cover, char) for cover in covers)


def _holds(area: Any, char: Any) -> bool:
    """Whether an area holds the middle of a character and most of its height."""
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    slack = 0.2 * (char["bottom"] - char["top"])
    return bool(area["x0"] <= x <= area["x1"] and area["top"] <= y - slack and area["bottom"] >= y + slack)


def _is_lost(char: Any, grounds: Sequence[Any]) -> bool:
    """Whether a character has the colour of what was painted before it at its place, or of paper."""
    ink = _colour(char["non_stroking_color"])
    if ink is None:
        return False
    under = [g for g in grounds if g.get("mcid", 0) < char["mcid"] and _holds(g, char)]
    if any(g["object_type"] == "image" for g in under):
        return False
    ground = _colour(under[-1]["non_stroking_color"]) if under else PAPER
    return ground is not None and is_lost(ink, ground)


def _colour(said: Any) -> Colour | None:
    """Grey, RGB or CMYK of parts from 0 to 1 as red, green, blue; None for a pattern."""
    parts = said if isinstance(said, tuple | list) else (said,)
    if not all(isinstance(part, int | float) for part in parts):
        return None
    if len(parts) == 4:
        cyan, magenta, yellow, black = parts
        parts = [(1 - part) * (1 - black) for part in (cyan, magenta, yellow)]
    if len(parts) == 1:
        parts = [parts[0]] * 3
    if len(parts) != 3:
        return None
    red, green, blue = (round(255 * min(max(part, 0.0), 1.0)) for part in parts)
    return red, green, blue
