"""Lines in, paragraphs out: what was broken at the edge of a page or a screen is joined again."""

import re
from collections.abc import Sequence

from ingest.dirt.repairs import Repair

# Where a new paragraph begins, whatever the line before looks like.
OPENING = re.compile(
    r"\s*(?:[#|>〔【]|[-*•·●■◆]\s|第[一二三四五六七八九十百千零〇\d]+[编分章节条款项部]|[一二三四五六七八九十]+[、.．]|"
    r"[（(][一二三四五六七八九十\d]+[)）]|\d+[、.．)）]|[①-⑳]|附[件则录表]|目\s*录)"
)
ENDING = re.compile("[。！？；：!?;:…》】]$|[。！？…][”’）)]$")
COMMA = re.compile("[，,、]$")
WORD_END, WORD = re.compile(r"[A-Za-z\d,.]$"), re.compile("[A-Za-z]")
TABLE = re.compile(r"\|.*\|$", re.DOTALL)


def _width(line: str) -> int:
    return len(line.encode("gb18030", "replace"))


def _wrapped_at(lines: Sequence[str]) -> int | None:
    """The width at which this text was broken, or None if its lines are its paragraphs."""
    if max(map(len, lines), default=0) > 130:
        return None
    widths = sorted(_width(line) for line in lines if line and not TABLE.match(line))
    if len(widths) < 6 or not 40 <= widths[-1] <= 130:
        return None
    edge = widths[-1] - 4  # punctuation may hang over the edge or be drawn in
    full = [line for line in lines if _width(line) >= edge]
    open_ends = [line for line in full if not ENDING.search(line)]
    return edge if len(full) >= 0.4 * len(widths) and 2 * len(open_ends) > len(full) else None


def paragraphs(lines: Sequence[str]) -> tuple[str, list[Repair]]:
    """Join soft line breaks; one paragraph a line, a blank line between, the rows of a table together."""
    wrap = _wrapped_at([line.rstrip() for line in lines])
    indented = sum(line.startswith(("\u3000", "  ")) for line in lines) >= 2
    text: list[list[str]] = []  # each paragraph in the pieces it was broken into
    joined = 0
    end = ""  # of the last paragraph: as much as tells how it ends, since a hostile one has no end
    after_full = blank = False
    for line in lines:
        bare = re.sub("[ \t\xa0\u2000-\u200a\u202f\u205f\u3000]+", _space, line.strip())
        if not bare:
            blank = True
            continue
        first = text[-1][0] if text else ""
        ended = ENDING.search(end) is not None
        at_margin = indented and not line.startswith(("\u3000", "  "))  # in an indented text: goes on
        # 依照本条例 / 第十九条的规定: what opens at the margin in mid-sentence is no heading
        opens = OPENING.match(bare) and (bare[0] in "#|" or not (at_margin and after_full and not ended))
        soft = after_full and not blank and (at_margin or not ended)
        comma = COMMA.search(end) and not first.startswith("#")
        in_table = first.startswith("|") and end.endswith("|")
        if first and not opens and not in_table and (soft or comma):
            text[-1].append(" " * (WORD_END.search(end) is not None and WORD.match(bare) is not None) + bare)
            joined += 1
        elif TABLE.match(bare) and in_table and not blank:
            text[-1].append("\n" + bare)
        else:
            text.append([bare])
            end = ""
        end = (end + bare)[-2:]
        after_full, blank = wrap is not None and _width(line.rstrip()) >= wrap, False
    repairs = [Repair("段内换行合并", "\n", "", joined)] if joined else []
    return "\n\n".join("".join(pieces) for pieces in text), repairs


def _space(run: re.Match[str]) -> str:
    return "\u3000" if "\u3000" in run[0] else " "
