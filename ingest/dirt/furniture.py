"""Lines that belong to the web page and not to the document: navigation, share bars, footers, link farms.

A line is judged by what it looks like and where it stands. The body reaches from the first to the last
line with a full stop; what only looks like furniture is taken only outside of it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import takewhile

from ingest.dirt.characters import is_traditional, to_simplified
from ingest.dirt.page_facts import PageFacts, crumbs, fields
from ingest.dirt.page_words import WORDS, any_of
from ingest.dirt.repairs import Repair

NAVIGATION = frozenset(WORDS["navigation"])
WHOLE = re.compile(any_of("lines"))
RELATED = re.compile(rf"[■◆●▶►>|【\[]*({any_of('related')})[】\]|:>]*(更多)?[>+]*")
DATED = re.compile(
    r"^[-·•\[(\s]*(?:\d{4}[-./])?\d{1,2}[-./]\d{1,2}[\])\s-]*\S|[\[(\s]?(?:\d{4}[-./])?\d{1,2}[-./]\d{1,2}[\])]?\s*-?$"
)
RIGHTS = re.compile(any_of("rights"), re.IGNORECASE)
IMPRINT = re.compile(any_of("imprint"), re.IGNORECASE)
CONTACT = re.compile("联系人|联系电话|咨询|监督|举报")
OPERATOR = re.compile(any_of("operator"), re.IGNORECASE)
RIGHTS_REASON = "版权与网站信息"
SPAM = re.compile("|".join(map(re.escape, WORDS["spam"])))
SENTENCE = re.compile("[。；;]|[!?！？](?!$)|[：:]$")
SPLIT = re.compile(r"[|｜,，、_/\s·]+")


def _fold(line: str, traditional: bool) -> str:
    """The line as the patterns are written: half width, simplified, trimmed."""
    line = unicodedata.normalize("NFKC", line).strip()
    return to_simplified(line) if traditional else line


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


def _is_spam(key: str, page: Callable[[], set[str]], edge: bool) -> bool:
    """Spam by several signs: vice words, a list of scraps, no sentence, strange to the page, at its edge."""
    words = len(set(SPAM.findall(key)))
    bars = _barred(key)
    if words == 0 and not (bars and edge):
        return False
    scraps = [s for s in SPLIT.split(key) if s]
    listed = len(scraps) >= 4 and len(key) / len(scraps) <= 16
    if words == 0 and (not listed or SENTENCE.search(key)):
        return False
    own = _grams(key)
    strange = len(own & page()) <= 0.2 * len(own)
    return (
        min(words, 3) + (len(scraps) >= 3) + listed + bars + (not SENTENCE.search(key)) + strange + edge >= 5
    )


def _barred(key: str) -> bool:
    return key.count("|") >= 4 and not key.startswith("|")


def _imprint(keys: Sequence[str], open_lines: Sequence[int], reasons: Mapping[int, str]) -> list[int]:
    """The footer's other lines: all behind the line of rights, and before it from the site's operator on.

    A telephone number alone before it may be the notice's own: 联系人：张三　电话：…
    """
    rights = [i for i, reason in reasons.items() if reason == RIGHTS_REASON]
    if not rights:
        return []
    found = [i for i in open_lines if i > rights[0] and IMPRINT.search(keys[i])]
    before = [i for i in open_lines if i < rights[0]][::-1]
    run = list(takewhile(lambda i: IMPRINT.search(keys[i]) and not CONTACT.search(keys[i]), before))
    while run and not OPERATOR.search(keys[run[-1]]):
        run.pop()
    return found + run


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

    @cache
    def page() -> set[str]:
        return _grams("\n".join(k for k in keys if not SPAM.search(k) and not _barred(k)))

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
        elif (path := crumbs(key)) is not None and i < first:
            reasons[i], facts = "当前位置导航", replace(facts, breadcrumbs=facts.breadcrumbs or path)
        elif (said := fields(key, edge)) is not None:
            reasons[i] = "网页信息栏"
            facts = replace(
                facts, published=facts.published or said.published, source=facts.source or said.source
            )
        elif edge and WHOLE.fullmatch(key):
            reasons[i] = "网页按钮或提示"
        elif edge and (_navigation(key) or key in NAVIGATION):
            reasons[i] = "导航栏"
        elif i > last and RIGHTS.search(key):
            reasons[i] = RIGHTS_REASON
        elif len(key) >= 8 and _is_spam(key, page, edge):
            reasons[i] = "垃圾广告或链接列表"

    reasons |= dict.fromkeys(
        _imprint(keys, [i for i in filled if i > last and i not in reasons], reasons), RIGHTS_REASON
    )
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
