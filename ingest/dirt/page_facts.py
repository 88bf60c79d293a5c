"""What a page's information bar and its breadcrumbs say of the document: date, source, place on the site."""

import re
from dataclasses import dataclass, replace

from ingest.dirt.page_words import WORDS, any_of


@dataclass(frozen=True)
class PageFacts:
    """What the removed furniture said of the document; None where it said nothing."""

    published: str | None = None  # ISO date
    source: str | None = None
    title: str | None = None
    breadcrumbs: str | None = None


DATE = re.compile(
    r"((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?"
)
FIELD = re.compile(rf"(?<![\u4e00-\u9fff])({any_of('times')}|{any_of('sources')}|{any_of('counts')})\s*:\s*")
TOOLS = re.compile(rf"(?:[\[\]【】（）()|:\s+\-A·/]|{any_of('buttons')})*")
CRUMB_LABEL = re.compile("(您|你)?(现在|目前|当前)?(的|所在|所处)?(位置|栏目)(是|为)?:")


def _iso(text: str) -> str | None:
    found = DATE.search(text)
    if found is None or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31):
        return None
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


def fields(key: str, edge: bool) -> PageFacts | None:
    """The facts of a line made of nothing but labelled fields and buttons; None for any other line."""
    if len(key) > 120 or "。" in key or re.fullmatch(r"\(.*\)", key):  # （来源：…）is the article's own line
        return None
    first, *rest = FIELD.split(key)
    if not rest:
        bare = DATE.sub("", key)
        if edge and bare != key and "年" not in key and TOOLS.fullmatch(bare):
            return PageFacts(published=_iso(key))
        return (
            PageFacts()
            if len(key) > 1 and TOOLS.fullmatch(key) and re.search(any_of("buttons"), key)
            else None
        )
    if first and not TOOLS.fullmatch(DATE.sub("", first)):
        return None
    facts = PageFacts(published=_iso(first))
    for label, value in zip(rest[::2], rest[1::2], strict=True):
        value = value.strip(" |【】[]")
        if label in WORDS["times"]:
            if not TOOLS.fullmatch(DATE.sub("", value)):
                return None
            facts = replace(facts, published=facts.published or _iso(value))
        elif len(value) > 30 or "," in value:
            return None
        elif label in WORDS["sources"]:
            facts = replace(facts, published=facts.published or _iso(value))
            name = re.sub(rf"\s+(?:{any_of('buttons')}|[\[【(]).*$", "", DATE.sub("", value)).strip()
            facts = replace(facts, source=facts.source or name or None)
    return facts


def crumbs(key: str) -> str | None:
    """首页 > 政务公开 > 社会救助 as it stands, or None."""
    label = CRUMB_LABEL.match(key)
    path = key[label.end() :].strip() if label else key
    steps = [s.strip() for s in re.split(r">+|»|›|→|/|-(?=\s)|\\", path)]
    if "。" in path or any(len(s) > 24 for s in steps) or key.startswith(("#", "|", "-", "<")):
        return None
    if label or (len(steps) >= 3 and ">" in path) or (len(steps) >= 2 and steps[0] in ("首页", "网站首页")):
        return " > ".join(s for s in steps if s)
    return None
