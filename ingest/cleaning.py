"""Raw text in, clean text out, with everything that was removed or repaired and why.

The steps are general: no page is known to them. A text without dirt comes out as it went in, but for
white space, and cleaning twice equals cleaning once.
"""

import re
from dataclasses import dataclass, replace

from ingest.dirt import characters, shifted
from ingest.dirt.furniture import strip_furniture
from ingest.dirt.page_facts import PageFacts
from ingest.dirt.repairs import Repair, substitute
from ingest.dirt.wrapping import paragraphs

__all__ = ["CleanText", "PageFacts", "Repair", "clean"]

STEPS = (
    shifted.restore_misread,  # first: to the others, half of these bytes are invisible controls
    characters.normalise,
    shifted.restore_cut,
    characters.strip_readings,
    characters.mend_punctuation,
)
# A space beside a full-width mark says nothing; one between two characters may part a title in two.
SPACE_AT_MARK = re.compile(
    "(?<=[，。、；：？！）》”】]) +(?=[\u4e00-\u9fff“《（【])"
    "|(?<=[\u4e00-\u9fff”》）]) +(?=[，。、；：？！）》”】])"
)
MAX_ROUNDS = 5


@dataclass(frozen=True)
class CleanText:
    """One paragraph a line, blank lines between; Markdown's # and | are kept.

    `meta` holds what the removed furniture of a web page said of the document: date, source, title.
    """

    text: str
    repairs: tuple[Repair, ...]
    meta: PageFacts = PageFacts()


def clean(raw: str) -> CleanText:
    """Clean a document's raw text.

    Example: clean("時(shí)間:2020-01-02  來(lái)源:民政部\\n\\n實(shí)施,,發(fā)展。").text -> "实施,发展。"
    """
    # Halves of surrogate pairs, which PDFs hold, can be neither encoded nor stored; two that belong join.
    raw = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    done = _once(raw)
    if not done.repairs and _bare_lines(raw) == _bare_lines(done.text):
        return done
    for _ in range(MAX_ROUNDS):  # what goes may lay bare a new edge, so until nothing changes
        again = _once(done.text)
        if again.text == done.text:
            break
        done = CleanText(again.text, done.repairs + again.repairs, _merge(done.meta, again.meta))
    return done


def _bare_lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _once(text: str) -> CleanText:
    repairs: list[Repair] = []
    for step in STEPS:
        text, done = step(text)
        repairs += done
    had_readings = any("拼音" in r.reason for r in repairs)
    lines, done, facts = strip_furniture(text.split("\n"))
    repairs += done
    body = "\n".join(lines)
    if characters.is_converted(body, had_readings):
        body, done = characters.simplify(body)
        repairs += done
    body, done = substitute("标点旁的空格", SPACE_AT_MARK, "", body)
    body, joined = paragraphs(body.split("\n"))
    return CleanText(body, tuple(repairs + done + joined), facts)


def _merge(first: PageFacts, second: PageFacts) -> PageFacts:
    return replace(
        first,
        published=first.published or second.published,
        source=first.source or second.source,
        title=second.title or first.title,
        breadcrumbs=first.breadcrumbs or second.breadcrumbs,
    )
