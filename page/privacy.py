"""Text in, the same text out without the numbers that name a person: 身份证号, telephone, bank card."""

from __future__ import annotations

import re
from functools import partial

# People write numbers in groups, and copy invisible characters along.
GAP = r"[\s\-‐-―－.·\u200b-\u200f\ufeff]{0,2}"
BEFORE, AFTER = r"(?<![0-9A-Za-z０-９])", r"(?![0-9A-Za-z０-９])"


def _grouped(*digits: str) -> str:
    return GAP.join(digits)


MONTH, DAY = rf"(?:0{GAP}[1-9]|1{GAP}[0-2])", rf"(?:0{GAP}[1-9]|[12]{GAP}\d|3{GAP}[01])"
REGION = _grouped("[1-9]", *[r"\d"] * 5)
YEAR = rf"(?:1{GAP}[89]|2{GAP}0){GAP}\d{GAP}\d"
# A pattern, whether its last digit must be Luhn's, and what stands in its place; in this order.
PRIVATE: tuple[tuple[re.Pattern[str], bool, str], ...] = tuple(
    (re.compile(BEFORE + pattern + AFTER), luhn, name)
    for pattern, luhn, name in (
        (_grouped(REGION, YEAR, MONTH, DAY, r"\d", r"\d", r"\d", r"[\dXxＸｘ]"), False, "〔身份证号〕"),
        (_grouped(REGION, r"\d", r"\d", MONTH, DAY, r"\d", r"\d", r"\d"), False, "〔身份证号〕"),
        (_grouped(*[r"\d"] * 15) + rf"(?:{GAP}\d){{1,4}}", True, "〔银行卡号〕"),
        (rf"(?:[+＋]?86{GAP})?" + _grouped("1", "[3-9]", *[r"\d"] * 9), False, "〔电话〕"),
        (r"0\d{2,3}[-－—\s]\d{7,8}(?:[-－转]\d{1,6})?", False, "〔电话〕"),
    )
)
NARROW = str.maketrans("０１２３４５６７８９", "0123456789")


def mask(text: str) -> str:
    """Numbers of persons replaced by what they are; amounts, dates, 文号 and hotlines stay.

    Example: mask("我的电话13800138000") -> "我的电话〔电话〕"
    """
    narrow = text.translate(NARROW)
    masked = narrow
    for pattern, luhn, name in PRIVATE:
        masked = pattern.sub(partial(_replaced, name, luhn), masked)
    return text if masked == narrow else masked


def _replaced(name: str, luhn: bool, found: re.Match[str]) -> str:
    return name if not luhn or _luhn(found[0]) else found[0]


def _luhn(number: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812)."""
    digits = [int(c) for c in number if c.isdecimal()][::-1]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
