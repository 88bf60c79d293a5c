"""How a run of a .docx looks (ECMA-376 part 1, 17.7.2): defaults, styles and its own properties in turn.

Only what decides whether it is seen: hidden, colour, size, and the ground behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from ingest.formats.sight import Colour, colour, is_lost

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF = ("0", "false", "off", "none")
TINY = 6  # half-points
NARROW = 10  # per cent of a letter's width
WHITE_THEMES = ("background1", "light1")
# w:highlight names its colours; those that CSS calls otherwise.
HIGHLIGHTS = {"darkYellow": "olive", "darkGreen": "green", "darkCyan": "teal", "darkMagenta": "purple"}


@dataclass(frozen=True)
class Look:
    """What is said about a run; None where nothing is. A `ground` of "" is one that cannot be known."""

    hidden: bool | None = None
    ink: str | None = None
    ground: str | None = None
    size: int | None = None
    width: int | None = None

    def under(self, other: Look) -> Look:
        """This look where `other`, which is said closer to the run, says nothing."""
        said = {name: value for name, value in vars(other).items() if value is not None}
        return replace(self, **said)


def said(properties: etree._Element | None) -> Look:
    """What one w:rPr says."""
    if properties is None:
        return Look()
    vanish, ink, size, width = (properties.find(f"{W}{name}") for name in ("vanish", "color", "sz", "w"))
    return Look(
        hidden=None if vanish is None else _value(vanish, "1") not in OFF,
        ink=None if ink is None else _ink(ink),
        ground=ground(properties),
        size=_number(size),
        width=_number(width),
    )


def ground(properties: etree._Element) -> str | None:
    """The colour of w:highlight or w:shd, "" for a pattern or a theme's colour; None where there is none."""
    highlight = properties.find(f"{W}highlight")
    if highlight is not None and _value(highlight) != "none":
        name = _value(highlight)
        return HIGHLIGHTS.get(name, name.lower())
    shading = properties.find(f"{W}shd")
    if shading is None:
        return None
    if _value(shading) == "solid":
        return str(shading.get(f"{W}color", ""))
    fill = str(shading.get(f"{W}fill", "auto"))
    if shading.get(f"{W}themeFill") and fill == "auto":
        return ""
    return None if fill == "auto" and _value(shading) in ("clear", "nil", "") else fill.replace("auto", "")


class Looks:
    """The styles of one document, and which runs are not seen."""

    def __init__(self, styles: etree._Element | None) -> None:
        found = [] if styles is None else list(styles.iter(f"{W}style"))
        self._styles = {style.get(f"{W}styleId", ""): style for style in found}
        default = None if styles is None else styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._default = said(default)
        self._normal = next((s.get(f"{W}styleId", "") for s in found if _is_default(s)), "")
        self._known: dict[str, Look] = {}

    def of_style(self, identity: str) -> Look:
        """What a style and those it is based on say."""
        if identity not in self._known:
            chain: list[etree._Element] = []
            style = self._styles.get(identity)
            while style is not None and style not in chain:
                chain.append(style)
                based = style.find(f"{W}basedOn")
                style = None if based is None else self._styles.get(_value(based))
            look = Look()
            for style in reversed(chain):
                look = look.under(said(style.find(f"{W}rPr")))
            self._known[identity] = look
        return self._known[identity]

    def is_hidden(self, run: etree._Element) -> bool:
        """Whether a reader does not see this run."""
        paragraph = next(run.iterancestors(f"{W}p"), None)
        style = None if paragraph is None else paragraph.find(f"{W}pPr/{W}pStyle")
        look = self._default.under(self.of_style(self._normal if style is None else _value(style)))
        properties = run.find(f"{W}rPr")
        if properties is not None:
            named = properties.find(f"{W}rStyle")
            look = look.under(Look() if named is None else self.of_style(_value(named)))
            look = look.under(said(properties))
        if look.hidden or (look.size or 99) <= TINY or (look.width or 100) <= NARROW:
            return True
        ink = colour(look.ink or "")
        return ink is not None and self._is_lost(ink, look.ground, run)

    def _is_lost(self, ink: Colour, own: str | None, run: etree._Element) -> bool:
        behind = own if own is not None else self._behind(run)
        if behind is None:
            return is_lost(ink)
        known = colour(behind)
        return known is not None and is_lost(ink, known)

    def _behind(self, run: etree._Element) -> str | None:
        """The ground of the paragraph, cell or table around, as `ground` says it."""
        for around in run.iterancestors():
            for place in (f"{W}pPr", f"{W}tcPr", f"{W}tblPr"):
                properties = around.find(place)
                found = None if properties is None else ground(properties)
                if found is not None:
                    return found
            if around.tag == f"{W}txbxContent" and _is_filled(around):
                return ""
            style = around.find(f"{W}tblPr/{W}tblStyle")
            if style is not None and self._shades(_value(style)):
                return ""
        return None

    def _shades(self, identity: str) -> bool:
        """Whether a table's style colours some of its cells."""
        style = self._styles.get(identity)
        return style is not None and next(style.iter(f"{W}shd"), None) is not None


def _is_filled(box: etree._Element) -> bool:
    """Whether the shape around a text box has a colour of its own."""
    for shape in box.iterancestors():
        if etree.QName(shape).localname == "r":
            return False
        if shape.get("fillcolor") or next(shape.iter("{*}solidFill", "{*}gradFill"), None) is not None:
            return True
    return False


def _ink(colour_of: etree._Element) -> str:
    value = _value(colour_of)
    return "FFFFFF" if not value and colour_of.get(f"{W}themeColor") in WHITE_THEMES else value


def _is_default(style: etree._Element) -> bool:
    return style.get(f"{W}type") == "paragraph" and style.get(f"{W}default", "0") not in OFF


def _value(element: etree._Element, default: str = "") -> str:
    return str(element.get(f"{W}val", default))


def _number(element: etree._Element | None) -> int | None:
    value = "" if element is None else _value(element).removesuffix("%")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else None
