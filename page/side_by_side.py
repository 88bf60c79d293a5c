"""A raw text and its clean text in, both side by side out, with what went and what came marked."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from page.i18n import both
from page.safety import escape

LONGEST = 1500  # characters of a block that are compared one by one
ROWS = 120
LINES = 4000


def side_by_side(raw: str, clean: str) -> str:
    """A table of the blocks that cleaning changed; those it left alone are counted.

    Example: side_by_side("民政bù", "民政") marks "bù" on the left.
    """
    rows = "".join(_rows(_lines(raw), _lines(clean)))
    heads = f'<th scope="col">{both("library.raw")}</th><th scope="col">{both("library.text")}</th>'
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="清理前后对照"><table class="beside">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _rows(before: list[str], after: list[str]) -> Iterator[str]:
    shown = 0
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield f'<tr class="same"><td colspan="2">{both("library.same", count=b - a)}</td></tr>'
            continue
        shown += 1
        if shown > ROWS:
            yield f'<tr class="same"><td colspan="2">{both("library.cut")}</td></tr>'
            return
        left, right = _marked("\n".join(before[a:b]), "\n".join(after[c:d]))
        yield f"<tr><td>{left}</td><td>{right}</td></tr>"


def _marked(before: str, after: str) -> tuple[str, str]:
    if len(before) > LONGEST or len(after) > LONGEST or not before or not after:
        cut = [text[:LONGEST] + ("…" if len(text) > LONGEST else "") for text in (before, after)]
        return _piece("del", cut[0]), _piece("ins", cut[1])
    left, right = [], []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        left.append(_text(before[a:b]) if tag == "equal" else _piece("del", before[a:b]))
        right.append(_text(after[c:d]) if tag == "equal" else _piece("ins", after[c:d]))
    return "".join(left), "".join(right)


def _piece(tag: str, text: str) -> str:
    return f"<{tag}>{_text(text)}</{tag}>" if text else ""


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()][:LINES]
