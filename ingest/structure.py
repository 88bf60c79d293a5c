"""Clean text in, provisions out, by the numbering of 立法法 (2023) art. 65 and of 公文 (GB/T 9704).

A line is a paragraph. Its mark (第十条, 一、, （一）, #) gives it a level; whatever has a deeper level
belongs to it until a line of the same or a higher level closes it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

HAN_NUMBER = "〇零一二三四五六七八九十百千万两"
_N = rf"[ \t\u3000]*(?:[{HAN_NUMBER}]+|[0-9０-９]+)"
_GAP = r"[ \t\u2002\u2003\u3000\xa0]"

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
        (rf"[{HAN_NUMBER}]{{1,4}}、", 60, "部分"),
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
    rf"|{_GAP}+(?:规定的|规定，|的规定|、|，|第[^条]{{1,4}}[款项])"
)
_SENTENCE_END = re.compile(r"[。；：！？…;:!?，,、][”’」』）)]*$")
_DATE_LINE = re.compile(
    rf"(?:[0-9０-９]{{4}}|[〇○零一二三四五六七八九]{{4}})\s*年\s*[0-9０-９{HAN_NUMBER}]{{1,3}}\s*月(?:\s*[0-9０-９{HAN_NUMBER}]{{1,3}}\s*日)?$"
)
_BODY = re.compile(r".{1,40}(?:厅|局|部|委|会|院|府|办公室|中心|署|行|党组)$")
_ANNEX = re.compile(
    rf"(?:附件|附录|附表|附(?=\s*[:：]))\s*(?:[0-9０-９]+|[{HAN_NUMBER}]+)?(?:[:：\s]\s*(.*))?$"
)
_CONTENTS = re.compile(r"目\s*[录次]")
_PAPER = re.compile(
    r"(?:通知|意见|办法|规定|细则|方案|公告|通告|决定|批复|函|规划|纲要|要点|条例|法)(?:[（(][^（）()]*[）)])?$"
)
# Chapters that stand without a number in many a text.
_NAMED_CHAPTER = re.compile(r"(?:总|分|附|罚)\s*则")
_RULE_ROW = re.compile(r"\|?[\s:|-]+\|?$")
# Lines about the document between its title and its text.
_META = re.compile(
    r"(?:发布|发文|成文|印发|时间|来源|日期|作者|索引|文号|浏览|责任编辑|信息来源|有效性|主题分类|公开方式)[^：:]{0,8}[:：]"
    r"|[\u4e00-\u9fff]{1,12}[〔\[（(【［]\d{4}[〕\]）)】］]\s*第?\s*\d+\s*号$"
)
_LEAF = ("题注", "目录", "段", "款", "表行", "落款", "附件说明")
_DATE_START = re.compile(r"[（(]?(?:根据|自|于|经)?\s*[0-9０-９]{4}\s*年")
_EVENT_END = re.compile(
    r"(?:通过|公布|发布|施行|修正|修订|批准|印发|修改|废止|实施|生效|颁布|制定|根据|号|[）)])[\s　]*$"
)
# A line like this under the title says when and by whom it was made; a sentence of the text ends in 。
_NOTE = re.compile(
    r"[（(]?(?:根据|自|于|经)?\s*(?:[0-9０-９]{4}|[〇○零一二三四五六七八九]{4})\s*年.{1,3}月.{1,3}(?:日|$)"
    r"(?:.*(?:通过|公布|发布|施行|修正|修订|批准|印发|修改|废止|实施|生效|颁布|制定|根据|公告|令|号).*(?<!。)|.*[）)]|\s*[\u4e00-\u9fff]{0,12})"
    r"|[（(].{0,30}(?:19|20)[0-9]{2}年.*(?:通过|公布|发布|修正|修订|批准|施行).*[）)]"
    r"|[〈<《].{2,80}[〉>》](?:的?(?:决定|决议)》?第?.{0,3}次?(?:修正|修订|修改)?)?[）)]?"
    r"|[\u4e00-\u9fff、\s]{2,40}(?:令|公告)\s*[（(]?第?.{1,12}号[）)]?"
)
# Lines about the document between its title and its text.
_META = re.compile(
    r"(?:发布|发文|成文|印发|时间|来源|日期|作者|索引|文号|浏览|责任编辑|信息来源|有效性|主题分类|公开方式)[^：:]{0,8}[:：]"
    r"|[\u4e00-\u9fff]{1,12}[〔\[（(【［]\d{4}[〕\]）)】］]\s*第?\s*\d+\s*号$"
)
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
    return _close(clean, _classify(_split_articles(_read_lines(clean))))


def title_of(clean: str) -> str | None:
    """The title a text begins with, its lines joined, or None if it begins with a paragraph."""
    return next((provision.heading for provision in parse(clean[:4000]) if provision.kind == "题名"), None)


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


@dataclass(frozen=True)
class _Line:
    start: int  # of the first character that is not a mark or white space
    end: int
    text: str
    depth: int  # number of Markdown #


@dataclass(frozen=True)
class _Opening:
    """A provision that begins at a line; it ends where a level <= its own begins."""

    kind: str
    level: int
    label: str
    heading: str
    start: int
    end: int


def _read_lines(clean: str) -> list[_Line]:
    lines = []
    for match in re.finditer(r"[^\n]+", clean):
        raw = match[0]
        mark = re.match(r"\s*(#{1,6})(?=\s)|\s*", raw)
        text = raw[mark.end() :] if mark else raw
        start = match.start() + len(raw) - len(text.lstrip())
        if re.search(r"\w", text) and not re.fullmatch(r"\s*<!--.*-->\s*", text):
            lines.append(
                _Line(start, start + len(text.strip()), text.strip(), len(mark[1] or "") if mark else 0)
            )
    return lines


def _split_articles(lines: Sequence[_Line]) -> list[_Line]:
    """Begin a line where the next article begins inside one (。第十四条): pages lose line breaks."""
    out: list[_Line] = []
    last = 0
    for line in lines:
        start = line.start
        if _mark(line, last)[1] == "条":
            last = number_of(_mark(line, last)[0])[0]
        for match in _INNER_ARTICLE.finditer(line.text):
            if number_of(match[1]) != (last + 1, 0) or not last or _REFERENCE.match(line.text, match.end()):
                continue
            begin = line.start + match.start(1)
            out.append(_cut(line, start, begin))
            start, last = begin, last + 1
        out.append(_cut(line, start, line.end) if start > line.start else line)
    return out


def _cut(line: _Line, start: int, end: int) -> _Line:
    text = line.text[start - line.start : end - line.start].rstrip()
    return _Line(start, start + len(text), text, line.depth if start == line.start else 0)


def _classify(lines: Sequence[_Line]) -> Iterator[_Opening]:
    """Give each line its kind and level, in order."""
    first, body = _title_lines(lines)
    for line in lines[:first]:
        yield _Opening("题注", 0, "", "", line.start, line.end)
    if body > first:
        title = _join_title([line.text for line in lines[first:body]])
        yield _Opening("题名", 0, "", title, lines[first].start, lines[body - 1].end)
    tail = _signature_start(lines, body)
    statute = any(_mark(line, 0)[1] == "条" for line in lines)
    article, last_number, noted, listed = False, 0, body > 0, 0
    for place in range(body, len(lines)):
        line = lines[place]
        following = lines[place + 1] if place + 1 < len(lines) else None
        by_line = noted and place == body and bool(_BODY.fullmatch(line.text)) and len(line.text) <= 20
        noted = noted and (by_line or _is_note(line) or place > body and _broken_note(lines[place - 1], line))
        if noted:
            yield _Opening("题注", 0, "", "", line.start, line.end)
            continue
        listed = _contents_end(lines, place) if not article and _CONTENTS.fullmatch(line.text) else listed
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
            inside = _is_annex(annex, lines[place + 1 : tail])
            article, last_number = (False, 0) if inside else (article, last_number)
            yield _Opening(
                "附件" if inside else "附件说明", 1 if inside else 2, line.text, "", line.start, line.end
            )
            continue
        label, kind, level = _mark(line, last_number)
        rest = line.text[len(label) :].strip(" \t\u2002\u2003\u3000\xa0")
        if not label:
            chapter = statute and bool(_NAMED_CHAPTER.fullmatch(line.text))
            if line.depth or chapter or _is_heading(line, following, statute and article):
                level = 20 if chapter else _heading_level(line, lines[place + 1 :], article)
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


def _mark(line: _Line, last_number: int) -> tuple[str, str, int]:
    """The label a line opens with, its kind and level; ("", "", 0) for none."""
    if line.text[0] not in _MARKS:
        return "", "", 0
    for pattern, level, kind in GRAMMAR:
        match = pattern.match(line.text)
        if not match:
            continue
        rest = line.text[match.end() :]
        if kind == "条":
            spaced = not rest or re.match(_GAP, rest) or rest[0] in "【[（(:："
            follows = number_of(match[0])[0] in (last_number, last_number + 1)
            if _REFERENCE.match(rest) or not (spaced or follows):
                return "", "", 0
        return match[0].strip(), kind, level
    return "", "", 0


def _title_lines(lines: Sequence[_Line]) -> tuple[int, int]:
    """Where the title begins and ends: a # line, or the short lines before the first paragraph."""
    first = 0
    while first < min(len(lines), 6) and (_is_note(lines[first]) or lines[first].text.endswith("文件")):
        first += 1
    end = first
    while end < min(len(lines), first + 6):
        line = lines[end]
        if end > first and lines[first].depth or _mark(line, 0)[0] or line.text.startswith("|"):
            break
        if not line.depth and (len(line.text) > 60 or _SENTENCE_END.search(line.text)):
            break
        if _DATE_LINE.match(line.text) or _is_note(line) or _CONTENTS.fullmatch(line.text):
            break
        end += 1
    if end == len(lines) and not (lines and lines[first:] and lines[first].depth):
        return 0, 0
    if end == first:
        return 0, 0
    # Under the title of an article stands the body that wrote it.
    if end - first > 1 and _BODY.fullmatch(lines[end - 1].text) and not _BODY.fullmatch(lines[end - 2].text):
        end -= 1
    # A page says its title, then once more in the lines of the original.
    for more in range(1, 6):
        block = lines[end : end + more]
        if len(block) == more and _bare("".join(line.text for line in block)) == _bare(lines[first].text):
            return first, end + more
    return first, end


def _is_note(line: _Line) -> bool:
    return not line.depth and bool(_NOTE.fullmatch(line.text) or _META.match(line.text))


def _broken_note(before: _Line, line: _Line) -> bool:
    """Whether a line only ends the note that a line break cut in two."""
    unfinished = _DATE_START.match(before.text) and not _EVENT_END.search(before.text)
    return bool(unfinished or before.text.endswith("，")) and not line.text.endswith("。") and not line.depth


def _contents_end(lines: Sequence[_Line], place: int) -> int:
    """The line after a table of contents: where its first entry comes again, or the text itself begins."""
    end = place + 1
    while end < len(lines) and len(lines[end].text) <= 40 and _mark(lines[end], 0)[1] != "条":
        if _SENTENCE_END.search(lines[end].text):
            break
        if end > place + 1 and _bare(lines[end].text) == _bare(lines[place + 1].text):
            break
        end += 1
    return end


def _continues(following: _Line) -> bool:
    """Whether a line still belongs to the article above it."""
    return not following.depth and not 0 < _mark(following, 0)[2] <= ARTICLE


def _join_title(texts: Sequence[str]) -> str:
    """Join the lines of one title; a line that the others repeat is said once."""
    first, others = texts[0], texts[1:]
    if others and _bare("".join(others)) == _bare(first):
        return first
    # An official title is one phrase; a page's two lines are a heading and what it adds.
    return ("" if _PAPER.search(texts[-1]) else " ").join(texts)


def _bare(text: str) -> str:
    return re.sub(r"[\s\W]", "", text)


def _signature_start(lines: Sequence[_Line], body: int) -> int:
    """Where the closing lines begin: who signs, the date, （此件公开发布）."""
    place = len(lines)
    dated = False
    while place > body + 1:
        text = lines[place - 1].text
        closing = re.fullmatch(
            r"[（(].{0,12}(?:公开|印发|来源|联系).{0,30}[）)]|抄送.{0,200}|[^。；]{2,30}\d{4}年\d{1,2}月\d{1,2}日印发",
            text,
        )
        if lines[place - 1].depth or not (
            _DATE_LINE.fullmatch(text) or closing or dated and _BODY.fullmatch(text)
        ):
            break
        dated = dated or bool(_DATE_LINE.fullmatch(text))
        place -= 1
    return place


def _is_annex(annex: re.Match[str], following: Sequence[_Line]) -> bool:
    """附件1 alone, or with a title and its text below, holds provisions; a mere list of annexes does not."""
    below = sum(len(line.text) for line in following if not _ANNEX.fullmatch(line.text))
    return below > (150 if annex[1] else 0)


def _is_heading(line: _Line, following: _Line | None, in_article: bool) -> bool:
    """A short line without a full stop, with a paragraph below it."""
    if in_article or following is None or following.text.startswith("|"):
        return bool(
            following and not in_article and len(line.text) <= 40 and not _SENTENCE_END.search(line.text)
        )
    short = 2 <= len(line.text) <= 40 and not _SENTENCE_END.search(line.text)
    opens = len(following.text) > 40 or _mark(following, 0)[0] or _SENTENCE_END.search(following.text)
    return bool(
        short and opens and not _DATE_LINE.search(line.text) and not line.text.startswith(("“", "（", "("))
    )


def _heading_level(line: _Line, following: Sequence[_Line], article: bool) -> int:
    """Above 一、 unless the numbering goes on after it: then it divides the section it stands in."""
    if line.depth:
        return min(20 + 5 * (line.depth - 2), HEADING) if line.depth > 1 else 5
    part = next(
        (label for label, kind, _ in (_mark(item, 0) for item in following) if kind == "部分"), "一、"
    )
    return HEADING - 1 if part == "一、" or article else 94


def _opens_chapter(line: _Line, rest: str, following: _Line | None) -> bool:
    """一、关于管辖 above 第五条 is a chapter, although it stands after an article."""
    return bool(
        line.text[0] in HAN_NUMBER
        and (line.depth or following and _mark(following, 0)[1] == "条" and not _SENTENCE_END.search(rest))
        and len(rest) <= 40
    )


def _run_in_heading(rest: str) -> str:
    """The heading in a numbered line: the line if short and unpunctuated, or its first short sentence."""
    if not _SENTENCE_END.search(rest):
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
