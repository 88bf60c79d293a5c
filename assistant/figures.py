"""Figures in Chinese text: 3000户, 一万二千户, 2.8亿多元, 30%, 三分之二, 1-2名, as values with units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SCALES = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}
UNITS = (
    "个工作日|工作日|个自然日|个月|周岁|平方米|人次|口人|口|小时|万元|亿元|公里|块钱|块|户|人|名|位|个|家|年|月|日|天|岁|元|"
    "倍|次|项|条|份|所|周|季度|级|档|类|种|册|件|张|米"
)
ARABIC = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
HAN = r"[零〇一二两三四五六七八九十百千万亿]+"
FIGURE = re.compile(
    rf"(?P<halves>{HAN}|\d+)(?P<of_halves>个半月)|(?<![上下前后每大过一])半(?P<half_a>年|个月)"
    rf"|(?P<percent>百分之(?:{HAN}(?:点{HAN})?|{ARABIC}))"
    rf"|(?P<permille>千分之(?:{HAN}(?:点{HAN})?|{ARABIC}))"
    rf"|(?P<fraction>(?:{HAN})分之(?:{HAN}))"
    rf"|(?P<ratio>\d+/\d+)"
    rf"|(?P<arabic>{ARABIC})(?P<more>[多余]?)(?P<scale>[十百千]?[万亿]?)(?P<after>[多余]?)"
    rf"(?P<sign>%|％|‰)?(?P<unit>{UNITS})?(?P<half>(?<=[年天])半(?![年天月]))?"
    rf"|(?P<han>{HAN}(?:点{HAN})?)(?P<hmore>[多余]?)(?P<hunit>{UNITS})(?P<hhalf>(?<=[年天])半(?![年天月]))?"
    rf"|(?P<big>[一二两三四五六七八九][十百千万亿][零〇一二两三四五六七八九十百千万亿]*)"
)
# 第三方, 一门受理, 两委: the numeral is part of a name, not a quantity.
ORDINAL = re.compile(r"第$")


@dataclass(frozen=True)
class Figure:
    """One figure: its exact value, its unit ("" if none; "%" for shares), and where it stands."""

    value: Fraction
    unit: str
    start: int
    end: int
    text: str

    @property
    def approximate(self) -> bool:
        """Whether the text says 多 or 余 (4000多名)."""
        return bool(re.search("[多余]", self.text))


def han_value(numeral: str) -> int:
    """The value of a Chinese numeral.

    Example: han_value("一万二千") -> 12000; han_value("一百二十五") -> 125; han_value("二〇二〇") -> 2020
    """
    if not set(numeral) & (SCALES.keys() | MYRIADS.keys()):
        return int("".join(str(DIGITS[c]) for c in numeral))
    total = section = digit = 0
    previous_scale = 1
    for c in numeral:
        if c in DIGITS:
            digit = DIGITS[c]
            if c in "零〇":
                previous_scale = 10
        elif c in SCALES:
            section += (digit or 1) * SCALES[c]
            digit, previous_scale = 0, SCALES[c]
        else:
            total = (total + section + digit or 1) * MYRIADS[c]  # 万分之五
            section, digit, previous_scale = 0, 0, MYRIADS[c]
    # 一万二 is 12000, 三百五 is 350: a bare last digit takes the next lower scale.
    if digit and previous_scale >= 100 and numeral[-1] in DIGITS and len(numeral) > 2:
        digit *= previous_scale // 10
    return total + section + digit


def _han(numeral: str) -> Fraction:
    """Its value, with decimals after 点 (二点五)."""
    whole, _, decimals = numeral.partition("点")
    part = (
        Fraction(int("".join(str(DIGITS.get(c, 0)) for c in decimals)), 10 ** len(decimals))
        if decimals
        else 0
    )
    return han_value(whole) + Fraction(part)


def numeral_value(numeral: str) -> int:
    """The value of an Arabic or Chinese whole number. Example: numeral_value("十九") -> 19"""
    return int(numeral) if numeral.isdigit() else han_value(numeral)


def figures(text: str) -> list[Figure]:
    """All figures of `text`, in order.

    Example: figures("辖区300户到600户的至少配备4人") -> values 300 户, 600 户, 4 人
    """
    found = []
    for m in FIGURE.finditer(text):
        if ORDINAL.search(text[: m.start()]) and not m["arabic"]:
            continue
        value, unit = _value(m)
        found.append(Figure(value, unit, m.start(), m.end(), m.group()))
    return found


def _value(m: re.Match[str]) -> tuple[Fraction, str]:
    """A figure's value and unit; 一年半 is 1.5 年, 半年 0.5."""
    value, unit = _whole(m)
    return value + (Fraction(1, 2) if m["half"] or m["hhalf"] else 0), unit


def _whole(m: re.Match[str]) -> tuple[Fraction, str]:
    if m["half_a"]:
        return Fraction(1, 2), m["half_a"]
    if m["halves"]:
        return numeral_value(m["halves"]) + Fraction(1, 2), "个月"
    if m["percent"] or m["permille"]:
        share = (m["percent"] or m["permille"])[3:]
        number = Fraction(share) if share[0].isdigit() else _han(share)
        return number / (100 if m["percent"] else 1000), "%"
    if m["fraction"]:
        below, above = m["fraction"].split("分之")
        return Fraction(han_value(above), max(han_value(below), 1)), "%"
    if m["ratio"]:
        above, below = m["ratio"].split("/")
        return (Fraction(int(above), int(below)) if int(below) else Fraction(int(above))), "%"
    if m["arabic"]:
        value = Fraction(m["arabic"].replace(",", ""))
        for c in m["scale"] or "":
            value *= SCALES.get(c) or MYRIADS[c]
        unit = m["unit"] or ""
        if m["sign"]:
            return value / (1000 if m["sign"] == "‰" else 100), "%"
    elif m["han"]:
        value, unit = _han(m["han"]), m["hunit"]
    else:
        return Fraction(han_value(m["big"])), ""
    if unit in ("块", "块钱"):
        return value, "元"
    if unit in ("万元", "亿元"):
        return value * MYRIADS[unit[0]], "元"
    return value, unit


def plain(value: Fraction) -> str:
    """A value as people write it. Example: plain(Fraction(29, 2)) -> "14.5" """
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.2f}".rstrip("0").rstrip(".")
