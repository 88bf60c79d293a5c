"""Lines in, the frame of a document out: its title, the notes below it, its contents, its signature."""

import re
from collections.abc import Sequence

from ingest.numbering import HAN_NUMBER, Line, mark

SENTENCE_END = re.compile(r"[。；：！？…;:!?，,、][”’」』）)]*$")
_DAY = rf"[0-9０-９{HAN_NUMBER}]{{1,3}}\s*"
_DATE = rf"(?:[0-9０-９]{{4}}|[〇○零一二三四五六七八九]{{4}})\s*年\s*{_DAY}月(?:\s*{_DAY}日)?"
DATE_LINE = re.compile(rf"{_DATE}$")
_BODY_END = "(?:厅|局|部|委|会|院|府|办公室|中心|署|行|党组)"
BODY_LINE = re.compile(rf".{{1,40}}{_BODY_END}$")
_NUMBER = r"[\u4e00-\u9fff]{1,12}[〔\[（(【［]\d{4}[〕\]）)】］]\s*第?\s*\d+\s*号"
# Maker, number and day in one line, as they stand where a page was copied as text: two of them at least.
_BODIES = rf"[\u4e00-\u9fff]{{2,30}}{_BODY_END}(?:[、\s]+[\u4e00-\u9fff]{{2,30}}{_BODY_END})*"
IMPRINT = re.compile(
    rf"[（(]?(?:{_BODIES}[\s，,]+(?:{_NUMBER}(?:[\s，,]*{_DATE})?|{_DATE})|{_NUMBER}[\s，,]*{_DATE})[）)]?"
)
_PAPER = re.compile(
    r"(?:通知|意见|办法|规定|细则|方案|公告|通告|决定|批复|函|规划|纲要|要点|条例|法)(?:[（(][^（）()]*[）)])?$"
)
CONTENTS = re.compile(r"目\s*[录次]")
# Lines about the document between its title and its text.
_META = re.compile(
    r"(?:发布|发文|成文|印发|时间|来源|日期|作者|索引|文号|浏览|责任编辑|信息来源|有效性|主题分类|公开方式)[^：:]{0,8}[:：]"
    rf"|{_NUMBER}$"
)
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


def title_lines(lines: Sequence[Line]) -> tuple[int, int]:
    """Where the title begins and ends: a # line, or the short lines before the first paragraph."""
    first = 0
    while first < min(len(lines), 6) and (is_note(lines[first]) or lines[first].text.endswith("文件")):
        first += 1
    end = first
    while end < min(len(lines), first + 6):
        line = lines[end]
        if end > first and lines[first].depth or mark(line, 0)[0] or line.text.startswith("|"):
            break
        if not line.depth and (len(line.text) > 60 or SENTENCE_END.search(line.text)):
            break
        if DATE_LINE.match(line.text) or is_note(line) or CONTENTS.fullmatch(line.text):
            break
        end += 1
    if end == len(lines) and not (lines and lines[first:] and lines[first].depth):
        return 0, 0
    if end == first:
        return 0, 0
    # Under the title of an article stands the body that wrote it.
    if (
        end - first > 1
        and BODY_LINE.fullmatch(lines[end - 1].text)
        and not BODY_LINE.fullmatch(lines[end - 2].text)
    ):
        end -= 1
    # A page says its title, then once more in the lines of the original.
    for more in range(1, 6):
        block = lines[end : end + more]
        if len(block) == more and _bare("".join(line.text for line in block)) == _bare(lines[first].text):
            return first, end + more
    return first, end


def join_title(texts: Sequence[str]) -> str:
    """Join the lines of one title; a line that the others repeat is said once."""
    first, others = texts[0], texts[1:]
    if others and _bare("".join(others)) == _bare(first):
        return first
    # An official title is one phrase; a page's two lines are a heading and what it adds.
    return ("" if _PAPER.search(texts[-1]) else " ").join(texts)


def is_note(line: Line) -> bool:
    """Whether a line below the title speaks of the document: adopted, published, from where."""
    text = line.text
    return not line.depth and bool(_NOTE.fullmatch(text) or _META.match(text) or IMPRINT.fullmatch(text))


def broken_note(before: Line, line: Line) -> bool:
    """Whether a line only ends the note that a line break cut in two."""
    unfinished = _DATE_START.match(before.text) and not _EVENT_END.search(before.text)
    return bool(unfinished or before.text.endswith("，")) and not line.text.endswith("。") and not line.depth


def contents_end(lines: Sequence[Line], place: int) -> int:
    """The line after a table of contents: where its first entry comes again, or the text itself begins."""
    end = place + 1
    while end < len(lines) and len(lines[end].text) <= 40 and mark(lines[end], 0)[1] != "条":
        if SENTENCE_END.search(lines[end].text):
            break
        if end > place + 1 and _bare(lines[end].text) == _bare(lines[place + 1].text):
            break
        end += 1
    return end


def signature_start(lines: Sequence[Line], body: int) -> int:
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
            DATE_LINE.fullmatch(text) or closing or dated and BODY_LINE.fullmatch(text)
        ):
            break
        dated = dated or bool(DATE_LINE.fullmatch(text))
        place -= 1
    return place


def _bare(text: str) -> str:
    return re.sub(r"[\s\W]", "", text)
