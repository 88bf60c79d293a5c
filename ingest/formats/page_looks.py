"""What a reader of a web page does not see: taken out of its tree, with what inherits it.

White, tiny and hidden words may have seen ones among them; what is not displayed has none.
"""

from __future__ import annotations

import re

from lxml import html

from ingest.formats.css import Declared, Sheets
from ingest.formats.sight import PAPER, colour, is_lost

WHOLE = {
    name: re.compile(pattern)
    for name, pattern in {
        "display": r"none",
        "content-visibility": r"hidden",
        "opacity": r"0*(?:\.0\d*)?|[0-9]%",
        "filter": r".*opacity\((?:0*(?:\.0\d*)?|[0-9]%)\).*",
        "transform": r".*scale[xy]?\(0*(?:\.0\d*)?[,)].*|.*translate(?:[xy]|3d)?\(-\d{3,}(?:px|r?em|vw).*",
        "clip": r"rect\((?:[01](?:px)?,?){4}\)",
        "clip-path": r"inset\((?:[5-9]\d|100)%.*|circle\(0.*|polygon\((?:0(?:px|%)?,?)+\)",
    }.items()
}
UNSEEN = ("hidden", "collapse")
LENGTH = re.compile(r"(-?\d*\.?\d+)(px|pt|em|rem|vw|vh|%)?")
PIXELS = {"pt": 4 / 3, "em": 16.0, "rem": 16.0, "vw": 12.0, "vh": 8.0, "%": 10.0}
# Further than this to the left or upwards nothing of a page is; margins also centre what is wide.
AWAY = {"text-indent": 400, "left": 800, "top": 800, "right": 800, "margin-left": 2000, "margin-top": 2000}
BEYOND = 20_000.0
ACROSS = 120.0  # in hundredths of the window, to the right of it
TINY = {"": 2.0, "px": 2.0, "pt": 2.0, "em": 0.2, "rem": 0.2, "%": 20.0}
FONT_SIZE = re.compile(r"(?:^| )(\d*\.?\d+(?:px|pt|r?em|%)?)(?=[/ ])")
NOTHING = re.compile(r"[01](?:px|pt)?|0\.\d+(?:px|pt)?")
CUT = ("hidden", "clip", "auto", "scroll")
GROUNDS = ("background-image", "background", "background-color")
NO_GROUND = ("", "none", "transparent", "inherit", "initial", "unset")
Inherited = frozenset[str]  # of "color", "font-size" and "visibility", those that hide
MOST_LABELLED = 200


def drop_unseen(tree: html.HtmlElement) -> None:
    """Take out elements and words that are not seen."""
    sheets = Sheets("\n".join(element.text or "" for element in tree.iter("style")), _may_hide)
    states: dict[html.HtmlElement, Inherited | None] = {}
    for element in list(tree.iter()):
        parent = element.getparent()
        around = states.get(parent, frozenset()) if parent is not None else frozenset()
        if around is None or not isinstance(element.tag, str):
            states[element] = None
            continue
        state = _state(element, around, sheets)
        states[element] = state
        if state is None:
            remove(element)
        elif state:
            _silence(element)
    _drop_labelled(tree)


def remove(element: html.HtmlElement) -> None:
    """Take an element out; the words behind it stay."""
    parent = element.getparent()
    if parent is None or element.tag == "body":
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _silence(element: html.HtmlElement) -> None:
    """Take out an element's own words, not its children's."""
    element.text = None
    for child in element:
        child.tail = None


def _state(element: html.HtmlElement, around: Inherited, sheets: Sheets) -> Inherited | None:
    """What hides an element's own words; None where nothing in it is seen."""
    if "hidden" in element.attrib or (element.tag == "dialog" and "open" not in element.attrib):
        return None
    own = _own_style(element)
    if not own and not around and not sheets.interesting(element):
        return around
    said = sheets.declared(element, own)
    if _is_away(said) or _is_nothing(said) or any(p.fullmatch(said.get(n, "x")) for n, p in WHOLE.items()):
        return None
    hiding = set(around)
    for name, found in (
        ("visibility", _is_in(said.get("visibility"), UNSEEN)),
        ("font-size", _is_tiny(said, "font-size" in around)),
        ("color", _is_lost(said, element, sheets)),
    ):
        if found is not None:
            hiding = hiding | {name} if found else hiding - {name}
    return frozenset(hiding)


def _may_hide(said: Declared) -> bool:
    """Whether a rule may hide what it chooses."""
    ink = colour(said.get("color", ""))
    grounds = [colour(said[name]) for name in GROUNDS if name in said]
    lost = ink is not None and any(is_lost(ink, ground) for ground in (PAPER, *grounds) if ground)
    whole = any(pattern.fullmatch(said.get(name, "x")) for name, pattern in WHOLE.items())
    unseen = _is_in(said.get("visibility"), UNSEEN) or _is_tiny(said, False)
    return bool(lost or whole or unseen or _is_away(said) or _is_nothing(said))


def _is_in(value: str | None, several: tuple[str, ...]) -> bool | None:
    return None if value is None or value == "inherit" else value in several


def _is_lost(said: Declared, element: html.HtmlElement, sheets: Sheets) -> bool | None:
    ink = colour(said.get("color", ""))
    if ink is None:
        return False if said.get("color", "inherit") != "inherit" else None
    for around in (element, *element.iterancestors()):
        of = sheets.declared(around, _own_style(around))
        for value in (*(of.get(name, "") for name in GROUNDS), around.get("bgcolor", "")):
            if value not in NO_GROUND:
                ground = colour(value)
                return ground is not None and is_lost(ink, ground)
    return is_lost(ink)


def _is_tiny(said: Declared, in_tiny: bool) -> bool | None:
    sizes = [said["font-size"]] if "font-size" in said else FONT_SIZE.findall(said.get("font", ""))
    lengths = [found for found in map(LENGTH.fullmatch, sizes) if found]
    if not lengths:
        return None
    if in_tiny and all(length[2] in ("em", "%") for length in lengths):
        return True
    return any(float(length[1]) <= TINY.get(length[2] or "", 0.0) for length in lengths)


def _is_away(said: Declared) -> bool:
    for name, limit in AWAY.items():
        length = LENGTH.fullmatch(said.get(name, ""))
        if length is None:
            continue
        pixels = float(length[1]) * PIXELS.get(length[2] or "", 1.0)
        far = pixels >= BEYOND or (name == "left" and length[2] == "vw" and float(length[1]) >= ACROSS)
        if pixels <= -limit or (far and said.get("position") in ("absolute", "fixed")):
            return True
    return False


def _is_nothing(said: Declared) -> bool:
    """No area to be seen in."""
    sides = ("height", "max-height", "width", "max-width")
    return said.get("overflow") in CUT and any(NOTHING.fullmatch(said.get(side, "")) for side in sides)


def _own_style(element: html.HtmlElement) -> str:
    style = str(element.get("style", ""))
    if element.tag == "font" and (element.get("color") or element.get("size")):
        size = ";font-size:0" if element.get("size") == "0" else ""
        style = f"color:{element.get('color', 'inherit')}{size};{style}"
    return style


def _drop_labelled(tree: html.HtmlElement) -> None:
    """What is not to be read aloud is decoration, unless it is most of the page (behind a dialog)."""
    marked = [e for e in tree.iter() if isinstance(e.tag, str) and e.get("aria-hidden") == "true"]
    whole = len(tree.text_content()) if marked else 0
    for element in marked[:MOST_LABELLED]:
        if 2 * len(element.text_content()) < whole:
            remove(element)
