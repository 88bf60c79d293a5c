"""Can a reader tell this ink from its ground? Colours as (red, green, blue), 0 to 255, for every format."""

from __future__ import annotations

import colorsys
import re

Colour = tuple[int, int, int]
PAPER: Colour = (255, 255, 255)
NEAR = 20
"""Where no channel differs by more, nobody sees the words; light grey print (#D9D9D9) differs by 38."""
NAMES = dict(
    re.findall(
        r"(\w+):(\w+)",
        """
        white:ffffff snow:fffafa ivory:fffff0 floralwhite:fffaf0 ghostwhite:f8f8ff azure:f0ffff
        mintcream:f5fffa whitesmoke:f5f5f5 seashell:fff5ee aliceblue:f0f8ff honeydew:f0fff0 linen:faf0e6
        lavenderblush:fff0f5 oldlace:fdf5e6 black:000000 red:ff0000 green:008000 blue:0000ff yellow:ffff00
        cyan:00ffff aqua:00ffff magenta:ff00ff fuchsia:ff00ff gray:808080 grey:808080 silver:c0c0c0
        navy:000080 maroon:800000 purple:800080 olive:808000 teal:008080 lime:00ff00 orange:ffa500
        darkblue:00008b darkred:8b0000 darkgray:a9a9a9 lightgray:d3d3d3 transparent:0000
        """,
    )
)
FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)")


def is_lost(ink: Colour, ground: Colour = PAPER) -> bool:
    """Whether words in this ink vanish in this ground. Example: is_lost((254, 254, 254)) -> True"""
    return all(abs(a - b) <= NEAR for a, b in zip(ink, ground, strict=True))


def colour(said: str) -> Colour | None:
    """A colour as CSS or Office writes it, laid on paper as far as it is transparent; None if unknown.

    Example: colour("#fff") == colour("FFFFFF") == colour("rgb(100%, 100%, 100%)") == (255, 255, 255)
    """
    said = said.strip().lower()
    digits = NAMES.get(said, said).removeprefix("#")
    if re.fullmatch(r"[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8}", digits):
        if len(digits) < 5:
            digits = "".join(d * 2 for d in digits)
        red, green, blue, *alpha = (int(digits[n : n + 2], 16) for n in range(0, len(digits), 2))
        return _laid((red, green, blue), alpha[0] / 255 if alpha else 1.0)
    function = FUNCTION.fullmatch(said)
    return _called(function[1], re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)%?", function[2])) if function else None


def _called(name: str, values: list[str]) -> Colour | None:
    if len(values) not in (3, 4):
        return None
    numbers = [float(v.rstrip("%")) for v in values]
    opacity = _share(values[3]) if len(values) == 4 else 1.0
    if name == "hsl":
        hue, saturation, light = numbers[0] / 360 % 1, min(numbers[1], 100) / 100, min(numbers[2], 100) / 100
        parts = [255 * part for part in colorsys.hls_to_rgb(hue, light, saturation)]
    else:
        parts = [2.55 * n if v.endswith("%") else n for n, v in zip(numbers, values, strict=True)]
    red, green, blue = (round(min(max(part, 0), 255)) for part in parts[:3])
    return _laid((red, green, blue), opacity)


def _share(value: str) -> float:
    """Example: _share("50%") == _share(".5") == 0.5"""
    number = float(value.rstrip("%"))
    return min(max(number / 100 if value.endswith("%") else number, 0.0), 1.0)


def _laid(ink: Colour, opacity: float) -> Colour:
    red, green, blue = (round(p + (i - p) * opacity) for i, p in zip(ink, PAPER, strict=True))
    return red, green, blue
