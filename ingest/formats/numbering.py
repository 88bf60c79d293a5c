"""Word's automatic numbers written out: 第一条, （一）, 1. (ECMA-376 part 1, 17.9)."""

import re
from collections.abc import Callable

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DIGITS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """A number below 10,000 as articles are counted.

    Example: chinese(10) -> "十", chinese(105) -> "一百零五", chinese(110) -> "一百一十"
    """
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += DIGITS[digit] + name
        elif text and not text.endswith("零") and number % unit:
            text += "零"
    return text[1:] if text.startswith("一十") else text


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    pairs = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    text = ""
    for value, sign in pairs:
        text += sign * (number // value)
        number %= value
    return text


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02}",
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": lambda n: "".join(DIGITS[int(d)] for d in str(n)),
    "lowerLetter": _letters,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "decimalEnclosedCircle": lambda n: chr(0x2460 + n - 1) if n <= 20 else f"({n})",
    "decimalEnclosedCircleChinese": lambda n: chr(0x2460 + n - 1) if n <= 20 else f"({n})",
    "decimalEnclosedParen": lambda n: f"（{n}）",
    "ideographEnclosedCircle": lambda n: f"（{chinese(n)}）",
    "decimalFullWidth": str,
    "none": lambda n: "",
}
_Level = tuple[str, str, int]
"""Number format, text such as 第%1条, first number."""


class Numbering:
    """The counters of one document's lists, advanced paragraph by paragraph."""

    def __init__(self, part: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._list_of: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if part is None:
            return
        for abstract in part.iter(f"{W}abstractNum"):
            levels = {_number(lvl, "ilvl"): _level(lvl) for lvl in abstract.findall(f"{W}lvl")}
            self._levels[abstract.get(f"{W}abstractNumId", "")] = levels
        for num in part.iter(f"{W}num"):
            identity = num.get(f"{W}numId", "")
            abstract_id = num.find(f"{W}abstractNumId")
            self._list_of[identity] = "" if abstract_id is None else abstract_id.get(f"{W}val", "")
            for override in num.findall(f"{W}lvlOverride"):
                start = override.find(f"{W}startOverride")
                if start is not None:
                    self._starts[identity, _number(override, "ilvl")] = _number(start, "val")

    def label(self, properties: etree._Element | None) -> str:
        """The number in front of a paragraph with this numPr, "" if it has none or only a bullet."""
        if properties is None:
            return ""
        number, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
        identity = "" if number is None else number.get(f"{W}val", "")
        depth = 0 if level is None else _number(level, "val")
        name = self._list_of.get(identity, "")
        levels = self._levels.get(name, {})
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(name, {})
        if (identity, depth) in self._starts:  # a list that begins anew does so once
            counts[depth] = self._starts.pop((identity, depth))
        else:
            counts[depth] = counts.get(depth, levels[depth][2] - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]

        def said(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            kind, _, start = levels.get(at, ("decimal", "", 1))
            return FORMATS.get(kind, str)(counts.get(at, start))

        kind, text, _ = levels[depth]
        label = "" if kind == "bullet" else re.sub(r"%(\d)", said, text)
        return label + " " if label and label[-1] not in "、）)．.，　 " else label


def _number(element: etree._Element, name: str) -> int:
    value = element.get(f"{W}{name}", "0")
    return int(value) if value.isdigit() else 0


def _level(level: etree._Element) -> _Level:
    def value(name: str, default: str) -> str:
        found = level.find(f"{W}{name}")
        return default if found is None else found.get(f"{W}val", default)

    start = value("start", "1")
    return value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1
