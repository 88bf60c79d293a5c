"""Lines that belong to the web page and not to the document: navigation, share bars, footers, link farms.

A line is judged by what it looks like and where it stands. The body reaches from the first to the last
line with a full stop; what only looks like furniture is taken only outside of it.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.dirt.characters import is_traditional, to_simplified
from ingest.dirt.repairs import Repair


@dataclass(frozen=True)
class PageFacts:
    """What the removed furniture said of the document; None where it said nothing."""

    published: str | None = None  # ISO date
    source: str | None = None
    title: str | None = None
    breadcrumbs: str | None = None


_WORDS = tomllib.loads(Path(__file__).with_name("page_words.toml").read_text(encoding="utf-8"))


def _any(kind: str) -> str:
    """The patterns of one kind in page_words.toml as one alternation, the longest first."""
    return "|".join(sorted(_WORDS[kind], key=len, reverse=True))


DATE = re.compile(
    r"((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?"
)
FIELD = re.compile(rf"(?<![\u4e00-\u9fff])({_any('times')}|{_any('sources')}|{_any('counts')})\s*:\s*")
TOOLS = re.compile(rf"(?:[\[\]【】（）()|:\s+\-A·/]|{_any('buttons')})*")
CRUMB_LABEL = re.compile("(您|你)?(现在|目前|当前)?(的|所在|所处)?(位置|栏目)(是|为)?:")
NAVIGATION = frozenset(_WORDS["navigation"])
WHOLE = re.compile(_any("lines"))
RELATED = re.compile(rf"[■◆●▶►>|【\[]*({_any('related')})[】\]|:>]*(更多)?[>+]*")
DATED = re.compile(
    r"^[-·•\[(\s]*(?:\d{4}[-./])?\d{1,2}[-./]\d{1,2}[\])\s-]*\S|[\[(\s]?(?:\d{4}[-./])?\d{1,2}[-./]\d{1,2}[\])]?\s*-?$"
)
RIGHTS = re.compile(_any("rights"), re.IGNORECASE)
IMPRINT = re.compile(_any("imprint"), re.IGNORECASE)
SPAM = re.compile("|".join(map(re.escape, _WORDS["spam"])))
SENTENCE = re.compile("[。；;]|[!?！？](?!$)|[：:]$")
SPLIT = re.compile(r"[|｜,，、_/\s·]+")


def _fold(line: str, traditional: bool) -> str:
    """The line as the patterns are written: half width, simplified, trimmed."""
    line = unicodedata.normalize("NFKC", line).strip()
    return to_simplified(line) if traditional else line


def _iso(text: str) -> str | None:
    found = DATE.search(text)
    if found is None or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31):
        return None
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


def _fields(key: str, edge: bool) -> PageFacts | None:
    """The facts of a line made of nothing but labelled fields and buttons; None for any other line."""
    if len(key) > 120 or "。" in key or re.fullmatch(r"\(.*\)", key):  # （来源：…）is the article's own line
        return None
    first, *rest = FIELD.split(key)
    if not rest:
        bare = DATE.sub("", key)
        if edge and bare != key and "年" not in key and TOOLS.fullmatch(bare):
            return PageFacts(published=_iso(key))
        return (
            PageFacts() if len(key) > 1 and TOOLS.fullmatch(key) and re.search(_any("buttons"), key) else None
        )
    if first and not TOOLS.fullmatch(DATE.sub("", first)):
        return None
    facts = PageFacts(published=_iso(first))
    for label, value in zip(rest[::2], rest[1::2], strict=True):
        value = value.strip(" |【】[]")
        if label in _WORDS["times"]:
            if not TOOLS.fullmatch(DATE.sub("", value)):
                return None
            facts = replace(facts, published=facts.published or _iso(value))
        elif len(value) > 30 or "," in value:
            return None
        elif label in _WORDS["sources"]:
            facts = replace(facts, published=facts.published or _iso(value))
            name = re.sub(rf"\s+(?:{_any('buttons')}|[\[【(]).*$", "", DATE.sub("", value)).strip()
            facts = replace(facts, source=facts.source or name or None)
    return facts


def _crumbs(key: str) -> str | None:
    """首页 > 政务公开 > 社会救助 as it stands, or None."""
    label = CRUMB_LABEL.match(key)
    path = key[label.end() :].strip() if label else key
    steps = [s.strip() for s in re.split(r">+|»|›|→|/|-(?=\s)|\\", path)]
    if "。" in path or any(len(s) > 24 for s in steps) or key.startswith(("#", "|", "-", "<")):
        return None
    if label or (len(steps) >= 3 and ">" in path) or (len(steps) >= 2 and steps[0] in ("首页", "网站首页")):
        return " > ".join(s for s in steps if s)
    return None


def _navigation(key: str) -> bool:
    parts = [p for p in re.split(r"[|\s·/]+", key) if p]
    return (
        len(parts) >= 2
        and all(len(p) <= 8 for p in parts)
        and 2 * sum(p in NAVIGATION for p in parts) >= len(parts)
    )


def _grams(text: str) -> set[str]:
    return {
        a + b
        for a, b in zip(text, text[1:], strict=False)
        if "\u4e00" <= a <= "\u9fff" and "\u4e00" <= b <= "\u9fff"
    }


def _is_spam(at: int, keys: Sequence[str], reasons: Mapping[int, str], edge: bool) -> bool:
    """Spam by several signs: vice words, a list of scraps, no sentence, strange to the page, at its edge."""
    key = keys[at]
    words = len(set(SPAM.findall(key)))
    bars = key.count("|") >= 4 and not key.startswith("|")
    if words == 0 and not (bars and edge):
        return False
    scraps = [s for s in SPLIT.split(key) if s]
    listed = len(scraps) >= 4 and len(key) / len(scraps) <= 16
    if words == 0 and (not listed or SENTENCE.search(key)):
        return False
    own = _grams(key)
    others = _grams("\n".join(k for i, k in enumerate(keys) if i != at and i not in reasons))
    strange = len(own & others) <= 0.2 * len(own)
    return (
        min(words, 3) + (len(scraps) >= 3) + listed + bars + (not SENTENCE.search(key)) + strange + edge >= 5
    )


def _title_again(keys: Sequence[str], kept: Sequence[int]) -> tuple[int, ...]:
    """The lines that say the page's first line once more, where furniture stood in between."""
    squeezed = [re.sub(r"[\s#]", "", keys[i]) for i in kept[:10]]
    if not squeezed or len(squeezed[0]) < 8:
        return ()
    for start in range(1, len(squeezed)):
        for end in range(start + 1, min(start + 5, len(squeezed)) + 1):
            furniture = any(keys[i] for i in range(kept[0] + 1, kept[start]) if i not in kept)
            if furniture and "".join(squeezed[start:end]) == squeezed[0]:
                return tuple(kept[start:end])
    return ()


def strip_furniture(lines: Sequence[str]) -> tuple[list[str], list[Repair], PageFacts]:
    """Split a page's lines into the document's own and the page's; blank lines stay where they are."""
    traditional = is_traditional("\n".join(lines))
    keys = [_fold(line, traditional) for line in lines]
    full = [i for i, key in enumerate(keys) if "。" in key and not SPAM.search(key)]
    first, last = (full[0], full[-1]) if full else (len(lines), -1)
    reasons: dict[int, str] = {}
    facts = PageFacts()

    in_related = False
    filled = [i for i, key in enumerate(keys) if key]
    for i in filled:
        key, edge = keys[i], not first <= i <= last
        if in_related and (len(key) < 60 and "。" not in key) and not key.startswith(("附件", "#", "|")):
            reasons[i] = "相关新闻列表"
            continue
        in_related = False
        if edge and RELATED.fullmatch(key):
            in_related, reasons[i] = True, "相关新闻列表"
        elif (crumbs := _crumbs(key)) is not None and i < first:
            reasons[i], facts = "当前位置导航", replace(facts, breadcrumbs=facts.breadcrumbs or crumbs)
        elif (said := _fields(key, edge)) is not None:
            reasons[i] = "网页信息栏"
            facts = replace(
                facts, published=facts.published or said.published, source=facts.source or said.source
            )
        elif edge and WHOLE.fullmatch(key):
            reasons[i] = "网页按钮或提示"
        elif edge and (_navigation(key) or key in NAVIGATION):
            reasons[i] = "导航栏"
        elif i > last and RIGHTS.search(key):
            reasons[i] = "版权与网站信息"
        elif len(key) >= 8 and _is_spam(i, keys, reasons, edge):
            reasons[i] = "垃圾广告或链接列表"

    rights = [i for i, reason in reasons.items() if reason == "版权与网站信息"]
    if rights:
        reasons |= {
            i: "版权与网站信息"
            for i in filled
            if i > last and i not in reasons and IMPRINT.search(keys[i]) and i >= rights[0] - 8
        }
    dated = [
        i for i in filled if i > last and i not in reasons and len(keys[i]) > 12 and DATED.search(keys[i])
    ]
    if len(dated) >= 3:
        reasons |= dict.fromkeys(dated, "相关新闻列表")
    kept = [i for i in filled if i not in reasons]
    for ends in (kept, kept[::-1]):
        for i in ends:
            if re.search(r"[\w§]|^\||^[-*_=]{3,}$", keys[i]):  # Markdown's tables and rules stay
                break
            reasons[i] = "无内容的符号行"
    kept = [i for i in kept if i not in reasons]
    reasons |= dict.fromkeys(_title_again(keys, kept), "重复的标题")
    if kept and kept[0] < first:
        facts = replace(facts, title=keys[kept[0]].lstrip("# "))
    repairs = [Repair(reason, lines[i].strip(), "") for i, reason in sorted(reasons.items())]
    return ["" if i in reasons else line for i, line in enumerate(lines)], repairs, facts
