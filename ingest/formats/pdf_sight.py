"""Which characters of a PDF's page a reader sees: not those without ink, off the page, or painted over.

pdfminer tells neither how text is rendered (ISO 32000-1, 9.3.6) nor how opaque it is (11.6.4), so the page is
interpreted here, and every object keeps its number in the order of painting and whether it is opaque.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter, PDFStackT
from pdfminer.pdftypes import dict_value, resolve1
from pdfminer.psparser import literal_name
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from ingest.formats.sight import PAPER, Colour, is_lost

NO_INK = (3, 7)  # modes of rendering: invisible, and only a path to clip
FAINT = 0.1
TINY = 2  # points
MOST = 1000
"""So many painted areas are looked at; a drawing of more covers no text on purpose."""
SCAN = 0.5
"""An image of this share of the page is a scan, and text without ink on it is what a program read from it."""
OPAQUE, THIN, UNSEEN = "opaque", "thin", "unseen"  # in the place of pdfplumber's tags of marked content


class _Device(PDFPageAggregatorWithMarkedContent):
    """Numbers what is painted, and tags it as opaque, thin or unseen."""

    mode = painted = 0
    opacity = 1.0
    blended = False

    def render_string(self, textstate: Any, *rest: Any) -> None:
        self.mode = textstate.render
        super().render_string(textstate, *rest)
        self.mode = 0

    def tag_cur_item(self) -> None:
        if self.cur_item._objs:
            self.painted += 1
            item: Any = self.cur_item._objs[-1]
            item.mcid = self.painted
            unseen = self.mode in NO_INK or self.opacity <= FAINT
            item.tag = UNSEEN if unseen else THIN if self.opacity < 1 or self.blended else OPAQUE


class _Interpreter(PDFPageInterpreter):
    """Keeps the opacity of what is filled."""

    device: _Device

    def init_state(self, ctm: Any) -> None:
        super().init_state(ctm)
        self._opacities: list[tuple[float, bool]] = []

    def do_q(self) -> None:
        super().do_q()
        self._opacities.append((self.device.opacity, self.device.blended))

    def do_Q(self) -> None:  # noqa: N802 (the operator's name)
        super().do_Q()
        if self._opacities:
            self.device.opacity, self.device.blended = self._opacities.pop()

    def do_Do(self, name: PDFStackT) -> None:  # noqa: N802
        """A form begins with the state around it, and what it sets ends with it."""
        before = self.device.opacity, self.device.blended
        super().do_Do(name)
        self.device.opacity, self.device.blended = before

    def do_gs(self, name: PDFStackT) -> None:
        states = dict_value(self.resources.get("ExtGState"))
        state = dict_value(states.get(literal_name(name)))
        opacity = resolve1(state.get("ca"))
        if isinstance(opacity, int | float):
            self.device.opacity = float(opacity)
        if "BM" in state:
            mode = resolve1(state["BM"])
            self.device.blended = literal_name(mode) not in ("Normal", "Compatible")


def seen(page: Any) -> Any:
    """The page of pdfplumber without the characters that nobody sees."""
    device = _Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    _Interpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()  # what page.layout would make without us
    area = page.width * page.height
    scanned = any(image["width"] * image["height"] >= SCAN * area for image in page.images)
    filled = [rect for rect in page.rects if rect["fill"]]
    painted = [part for part in (*filled, *page.images) if part["width"] * part["height"] < SCAN * area]
    covers = list(islice((part for part in painted if part.get("tag") == OPAQUE), MOST))
    grounds = [*filled[:MOST], *page.images[:MOST]]

    def is_seen(part: Any) -> bool:
        if part["object_type"] != "char":
            return True
        if part["size"] < TINY or not _touches(part, page):
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
