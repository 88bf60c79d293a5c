"""Lines in, their marks out: the numbers of 立法法 (2023) art. 65 and of 公文 (GB/T 9704), as a table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

HAN_NUMBER = "〇零一二三四五六七八九十百千万两"
_N = rf"[ \t\u3000]*(?:[{HAN_NUMBER}]+|[0-9０-９]+)"
GAP = r"[ \t\u2002\u2003\u3000\xa0]"
# What a line begins with, the level it opens and the kind it makes; the first match counts.
# 编 to 条 by 立法法 65; 一、（一）1.（1） by GB/T 9704. Inside a 条 the latter are 项 and 目.
GRAMMAR = tuple(
    (re.compile(pattern), level, kind)
    for pattern, level, kind in (
        (rf"第{_N}\s*编(?=\s|$)", 10, "编"),
        (rf"第{_N}\s*分编(?=\s|$)", 15, "分编"),
        (rf"第{_N}\s*章(?=\s|$)|第{_N}\s*章(?=[^，。；、]{{1,30}}$)", 20, "章"),
        (rf"第{_N}\s*节(?=\s|$)|第{_N}\s*节(?=[^，。；、]{{1,30}}$)", 30, "节"),
        (rf"[第笫]{_N}\s*条(?:之{_N})?", 50, "条"),
        (rf"[{HAN_NUMBER}]{{1,4}}、(?![{HAN_NUMBER}]+[、级等类线档期])", 60, "部分"),
        (rf"[（(][ \t]*[{HAN_NUMBER}]{{1,4}}[ \t]*[）)][、.．]?", 70, "项"),
        (r"[0-9０-９]{1,3}(?:[、．]|\.(?![0-9０-９]))", 80, "目"),
        (r"[0-9０-９]{1,2}(?:\.[0-9]{1,2}){1,4}(?=\s)", 81, "目"),
        (r"[（(][ \t]*[0-9０-９]{1,3}[ \t]*[）)]|[0-9]{1,2}[）)]", 85, "细目"),
        (r"[①-⑳]|[⑴-⒇]", 90, "细目"),
    )
)
_MARKS = frozenset(
    f"第笫{HAN_NUMBER}（(0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
)
ARTICLE, PART, HEADING = 50, 60, 45
_INNER_ARTICLE = re.compile(rf"(?<=[。；])\s*([第笫]{_N}\s*条)")
# A line that begins with 第十条 and goes on like this speaks of that article.
_REFERENCE = re.compile(
    r"第|、|，|,|；|。|）|和|或|及|与|至|到|所|中|的|之|以|内|外|前|后|有关|作|修改|改为|款|项|规定"
    rf"|{GAP}+(?:规定的|规定，|的规定|、|，|第[^条]{{1,4}}[款项])"
)


@dataclass(frozen=True)
class Line:
    """One paragraph, without its white space and #: text == clean[start:end]."""

    start: int  # of the first character that is not a mark or white space
    end: int
    text: str
    depth: int  # number of Markdown #


def read_lines(clean: str) -> list[Line]:
    """The lines of a text that say something; rules and HTML comments do not."""
    lines = []
    for match in re.finditer(r"[^\n]+", clean):
        raw = match[0]
        mark = re.match(r"\s*(#{1,6})(?=\s)|\s*", raw)
        text = raw[mark.end() :] if mark else raw
        start = match.start() + len(raw) - len(text.lstrip())
        if re.search(r"\w", text) and not re.fullmatch(r"\s*<!--.*-->\s*", text):
            lines.append(
                Line(start, start + len(text.strip()), text.strip(), len(mark[1] or "") if mark else 0)
            )
    return lines


def split_articles(lines: Sequence[Line]) -> list[Line]:
    """Begin a line where the next article begins inside one (。第十四条): pages lose line breaks."""
    out: list[Line] = []
    last = 0
    for line in lines:
        start = line.start
        if mark(line, last)[1] == "条":
            last = number_of(mark(line, last)[0])[0]
        for match in _INNER_ARTICLE.finditer(line.text):
            if number_of(match[1]) != (last + 1, 0) or not last or _REFERENCE.match(line.text, match.end()):
                continue
            begin = line.start + match.start(1)
            out.append(_cut(line, start, begin))
            start, last = begin, last + 1
        out.append(_cut(line, start, line.end) if start > line.start else line)
    return out


def _cut(line: Line, start: int, end: int) -> Line:
    text = line.text[start - line.start : end - line.start].rstrip()
    return Line(start, start + len(text), text, line.depth if start == line.start else 0)


def mark(line: Line, last_number: int) -> tuple[str, str, int]:
    """The label a line opens with, its kind and level; ("", "", 0) for none."""
    if line.text[0] not in _MARKS:
        return "", "", 0
    for pattern, level, kind in GRAMMAR:
        match = pattern.match(line.text)
        if not match:
            continue
        rest = line.text[match.end() :]
        if kind == "条":
            spaced = not rest or re.match(GAP, rest) or rest[0] in "【[（(:："
            follows = number_of(match[0])[0] in (last_number, last_number + 1)
            if _REFERENCE.match(rest) or not (spaced or follows):
                return "", "", 0
        return match[0].strip(), kind, level
    return "", "", 0


def number_of(label: str) -> tuple[int, int]:
    """Article number and 之 number: "第一百二十条之三" -> (120, 3), "第十条" -> (10, 0)."""
    first, _, second = label.lstrip("第笫").partition("条")
    return read_number(first), read_number(second.removeprefix("之")) if second else 0


@lru_cache(maxsize=4096)
def read_number(text: str) -> int:
    """Read a Chinese or Arabic number below 100 million: "一千二百六十" -> 1260, "１２" -> 12."""
    text = re.sub(r"\s", "", text)
    if re.fullmatch(r"[0-9０-９]+", text):
        return int(text)
    digits = {**dict(zip("零一二三四五六七八九", range(10), strict=True)), "〇": 0, "两": 2}
    units = {"十": 10, "百": 100, "千": 1000}
    if not any(char in units or char == "万" for char in text):
        return int("".join(str(digits[char]) for char in text) or 0)
    total = section = digit = 0
    for char in text:
        if char == "万":
            total, section, digit = (section + digit) * 10000, 0, 0
        elif char in units:
            section, digit = section + (digit or 1) * units[char], 0
        else:
            digit = digits[char]
    return total + section + digit
