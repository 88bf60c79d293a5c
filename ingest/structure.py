"""Clean text in, provisions out, by the numbering of 立法法 (2023) art. 65 and of 公文 (GB/T 9704).

A line is a paragraph. Its mark (第十条, 一、, （一）, #) gives it a level; whatever has a deeper level
belongs to it until a line of the same or a higher level closes it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.frame import (
    BODY_LINE,
    CONTENTS,
    DATE_LINE,
    SENTENCE_END,
    broken_note,
    contents_end,
    is_note,
    join_title,
    signature_start,
    title_lines,
)
from ingest.numbering import (
    ARTICLE,
    HAN_NUMBER,
    HEADING,
    PART,
    Line,
    mark,
    number_of,
    read_lines,
    split_articles,
)

_ANNEX = re.compile(
    rf"(?:附件|附录|附表|附(?=\s*[:：]))\s*(?:[0-9０-９]+|[{HAN_NUMBER}]+)?(?:[:：\s]\s*(.*))?$"
)
# Chapters that stand without a number in many a text.
_NAMED_CHAPTER = re.compile(r"(?:总|分|附|罚)\s*则")
_RULE_ROW = re.compile(r"\|?[\s:|-]+\|?$")
_LEAF = ("题注", "目录", "段", "款", "表行", "落款", "附件说明")


@dataclass(frozen=True)
class Provision:
    """One unit of a text with its place in it; a container spans all it holds.

    Example: Provision("项", "（五）", "", ("第二章 当事人", "第二十二条", "（五）"), 1200, 1230, "（五）…")
    A bare paragraph (款 of a 条, 段 elsewhere) has no label and the path of what it stands in.
    """

    kind: str
    label: str
    heading: str
    path: tuple[str, ...]
    start: int
    end: int
    text: str


def parse(clean: str) -> list[Provision]:
    """Split a text into provisions in document order, containers before their content."""
    return _close(clean, _classify(split_articles(read_lines(clean))))


def title_of(clean: str) -> str | None:
    """The title a text begins with, its lines joined, or None if it begins with a paragraph."""
    return next((provision.heading for provision in parse(clean[:4000]) if provision.kind == "题名"), None)


@dataclass(frozen=True)
class _Opening:
    """A provision that begins at a line; it ends where a level <= its own begins."""

    kind: str
    level: int
    label: str
    heading: str
    start: int
    end: int


def _classify(lines: Sequence[Line]) -> Iterator[_Opening]:
    """Give each line its kind and level, in order."""
    first, body = title_lines(lines)
    for line in lines[:first]:
        yield _Opening("题注", 0, "", "", line.start, line.end)
    if body > first:
        title = join_title([line.text for line in lines[first:body]])
        yield _Opening("题名", 0, "", title, lines[first].start, lines[body - 1].end)
    tail = signature_start(lines, body)
    statute = any(mark(line, 0)[1] == "条" for line in lines)
    parts = _next_parts(lines)
    article, last_number, noted, listed = False, 0, body > 0, 0
    for place in range(body, len(lines)):
        line = lines[place]
        following = lines[place + 1] if place + 1 < len(lines) else None
        by_line = noted and place == body and bool(BODY_LINE.fullmatch(line.text)) and len(line.text) <= 20
        noted = noted and (by_line or is_note(line) or place > body and broken_note(lines[place - 1], line))
        if noted:
            yield _Opening("题注", 0, "", "", line.start, line.end)
            continue
        listed = contents_end(lines, place) if not article and CONTENTS.fullmatch(line.text) else listed
        if place < listed:
            yield _Opening("目录", 0, "", "", line.start, line.end)
            continue
        if place >= tail:
            yield _Opening("落款", 0, "", "", line.start, line.end)
            continue
        if line.text.startswith("|"):
            if not _RULE_ROW.fullmatch(line.text):
                yield _Opening("表行", 99, "", "", line.start, line.end)
            continue
        annex = _ANNEX.fullmatch(line.text)
        if annex and len(line.text) <= 60:
            inside = _is_annex(annex, lines[place + 1 : min(place + 13, tail)])
            article, last_number = (False, 0) if inside else (article, last_number)
            yield _Opening(
                "附件" if inside else "附件说明", 1 if inside else 2, line.text, "", line.start, line.end
            )
            continue
        label, kind, level = mark(line, last_number)
        rest = line.text[len(label) :].strip(" \t\u2002\u2003\u3000\xa0")
        if not label:
            chapter = statute and bool(_NAMED_CHAPTER.fullmatch(line.text))
            if line.depth or chapter or _is_heading(line, following, statute and article):
                level = 20 if chapter else _heading_level(line, parts[place], article)
                article = article and level > ARTICLE
                yield _Opening("标题", level, "", line.text, line.start, line.end)
            else:
                yield _Opening(
                    "款" if article else "段", 95 if not article else 65, "", "", line.start, line.end
                )
            continue
        heading = ""
        if kind == "条":
            article, last_number = True, number_of(label)[0]
            named = re.match(r"[【\[（(]([^】\]）)。；]{2,20})[】\]）)]\s*\S", rest)
            heading = named[1] if named else ""
            yield _Opening(kind, level, label, heading, line.start, line.end)
            if rest and following and _continues(following):
                # 款不编序号 (立法法 65), so the rest of the line is the first of several.
                yield _Opening("款", 65, "", "", line.end - len(rest), line.end)
            continue
        elif level < ARTICLE:
            article, heading = False, rest
        elif article and _opens_chapter(line, rest, following):
            article, level, kind, heading = False, HEADING - 5, "部分", rest
        elif not article or level == PART and line.depth:
            article = False
            heading = _run_in_heading(rest)
            level = min(level, HEADING - 5) if statute and kind == "部分" else level
            kind = {"项": "分项", "目": "小项"}.get(kind, kind)
        elif kind == "部分":
            kind, level = "项", 68
        yield _Opening(kind, level, label.strip(), heading, line.start, line.end)


def _continues(following: Line) -> bool:
    """Whether a line still belongs to the article above it."""
    return not following.depth and not 0 < mark(following, 0)[2] <= ARTICLE


def _is_annex(annex: re.Match[str], following: Sequence[Line]) -> bool:
    """附件1 alone, or with a title and its text below, holds provisions; a mere list of annexes does not."""
    below = "".join(line.text for line in following[:12] if not _ANNEX.fullmatch(line.text))
    return len(below) > (150 if annex[1] else 0)


def _is_heading(line: Line, following: Line | None, in_article: bool) -> bool:
    """A short line without a full stop, with a paragraph below it."""
    if in_article or following is None or following.text.startswith("|"):
        return bool(
            following and not in_article and len(line.text) <= 40 and not SENTENCE_END.search(line.text)
        )
    short = 2 <= len(line.text) <= 40 and not SENTENCE_END.search(line.text)
    opens = len(following.text) > 40 or mark(following, 0)[0] or SENTENCE_END.search(following.text)
    return bool(
        short and opens and not DATE_LINE.search(line.text) and not line.text.startswith(("“", "（", "("))
    )


def _next_parts(lines: Sequence[Line]) -> list[str]:
    """For each line the next 一、 after it, or ""."""
    out, label = [], ""
    for line in reversed(lines):
        out.append(label)
        if mark(line, 0)[1] == "部分":
            label = mark(line, 0)[0]
    return out[::-1]


def _heading_level(line: Line, part: str, article: bool) -> int:
    """Above 一、 unless the numbering goes on after it: then it divides the section it stands in."""
    if line.depth:
        return min(20 + 5 * (line.depth - 2), HEADING) if line.depth > 1 else 5
    return HEADING - 1 if part in ("", "一、") or article else 94


def _opens_chapter(line: Line, rest: str, following: Line | None) -> bool:
    """一、关于管辖 above 第五条 is a chapter, although it stands after an article."""
    return bool(
        line.text[0] in HAN_NUMBER
        and (line.depth or following and mark(following, 0)[1] == "条" and not SENTENCE_END.search(rest))
        and len(rest) <= 40
    )


def _run_in_heading(rest: str) -> str:
    """The heading in a numbered line: the line if short and unpunctuated, or its first short sentence."""
    if not SENTENCE_END.search(rest):
        return rest if len(rest) <= 60 else ""
    first, stop, more = rest.partition("。")
    return first if stop and more and len(first) <= 25 and not re.search("[，；：]", first) else ""


def _close(clean: str, openings: Iterator[_Opening]) -> list[Provision]:
    """Nest the openings: a container ends with the last line before one of its own level or above."""
    out: list[Provision] = []
    stack: list[tuple[int, int]] = []  # (level, place in out)

    def close(level: int) -> None:
        while stack and stack[-1][0] >= level:
            place = stack.pop()[1]
            end = out[-1].end
            if end > out[place].end:
                out[place] = replace(out[place], end=end, text=clean[out[place].start : end])

    for opening in openings:
        close(opening.level)
        space = " " if opening.label[-1:] in ("编", "章", "节", "条") and opening.heading else ""
        own = f"{opening.label}{space}{opening.heading}"
        above = out[stack[-1][1]].path if stack else ()
        path = above + ((own,) if own and opening.kind not in _LEAF and opening.kind != "题名" else ())
        text = clean[opening.start : opening.end]
        label = "" if opening.kind in _LEAF else opening.label
        out.append(Provision(opening.kind, label, opening.heading, path, opening.start, opening.end, text))
        if opening.level and opening.kind not in ("题名", "题注", "落款", "附件说明"):
            stack.append((opening.level, len(out) - 1))
    close(0)
    return out
