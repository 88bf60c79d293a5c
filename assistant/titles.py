"""The names of rules as people say them (政采法, 那版慈善法, 上海救助条例) and the policies they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.patterns import patterns
from ingest.card import Policy
from ingest.regions import cut_out, find_regions, region
from ingest.words import words

BEFORE_TITLE = re.compile(
    r"^(?:请问|按照?|根据|依据|依照|中华人民共和国|(?:国家|国务院|全国)的|现行的?|现在的?|最新的?|修[订改正][前后]的?|[那这]个?版?的?|"
    r"[新旧老]版?的?|[那这两]部|(?:\d{4})?年?版的?|\d{4}年?的?)+"
)
# 上海现行条例, 新旧两版办法: the rules of a place or an age on the matter, and no title.
AGE = re.compile(
    r"现行|现在|目前|最新|如今|修[订改正]|当时|之?[前后]|(?:19|20)\d{2}年?|[新旧老原两各这那部版的]"
)
SHORTEST_TITLE = 3
KIND = re.compile(r"(?:实施)?(?:条例|办法|细则|规定|法)$")
PLACE = re.compile(r"^([一-龥]{2,3}?)(?:省|市|(?:壮族|回族|维吾尔)?自治区)")
APPLIES = re.compile(r"关于适用《([^《》]+)》的解释$")
ABBREVIATED = re.compile(r"(?=([一-龥]{2,6}?)(法|条例)(?:的?(?:司法)?(解释))?)")
DROPPED = 1  # characters of a title between the last one of its short form and 法 (环保法: 环境保护法)


def bare_title(name: str) -> str:
    """The name of a rule alone, in full. Example: bare_title("按2014年版的政采法") -> "政府采购法" """
    name = BEFORE_TITLE.sub("", name).rsplit("的", 1)[-1]
    aliases = patterns()["aliases"].items()
    return next((str(full) for alias, full in aliases if re.fullmatch(alias, name)), name)


def plain_number(number: str) -> str:
    """A 文号 as it compares: plain_number("粤民发〔2022〕8号") == plain_number("粤民发[2022]第8号")"""
    return re.sub(r"[〔〕\[\]()（）第\s]", "", number)


def named(name: str, question: str, policies: Sequence[Policy]) -> list[Policy]:
    """The policies that a name means: of those whose title ends so, the one the question speaks of most,
    then the shortest (政府采购法 is not 政府采购法实施条例); versions of one policy stay together.

    Example: "实施条例" asked with "政府采购的" -> 政府采购法实施条例
    """
    if not name:
        return []
    name = bare_title(name)
    ending = [p for p in policies if p.title.strip("《》").endswith(name)]
    found = (
        ending
        or [p for p in policies if name in p.title]
        or [p for p in policies if stands_for(name, p) or _loosely(name, p)]
    )
    if not found:
        return []

    def fit(policy: Policy) -> tuple[float, int]:
        rest = policy.title.removeprefix("中华人民共和国").replace(name, "")
        pairs = [rest[i : i + 2] for i in range(len(rest) - 1)]
        spoken = sum(pair in question for pair in pairs) / len(pairs) if pairs else 0.5
        return spoken, -len(policy.title)

    best = max(found, key=fit)
    return [p for p in found if p.family == best.family]


def mentioned(question: str, policies: Sequence[Policy]) -> set[str]:
    """Ids of the policies whose whole title stands in a question, whatever stands around it; of titles
    inside one another the longest.

    Example: mentioned("未成年人保护法2024年改了哪里", …) -> all versions of 中华人民共和国未成年人保护法
    """
    found: dict[str, set[str]] = {}
    short = abbreviations(question)
    for policy in policies:
        place, whole, local = _forms(policy.title, policy.source_title or "", policy.region)
        for form in (*whole, *(local if place in question else ())):
            if form in question:
                found.setdefault(form, set()).add(policy.id)
        for name in short:
            if stands_for(name, policy):
                found.setdefault(name, set()).add(policy.id)
    longest = [t for t in found if not any(t != other and t in other for other in found)]
    return {identity for title in longest for identity in found[title]}


@lru_cache(maxsize=16384)
def _forms(title: str, source_title: str, code: str | None) -> tuple[str, frozenset[str], frozenset[str]]:
    """A rule's place, how its whole title is said, and how where the place is said elsewhere.

    Example: 上海, {上海市殡葬管理条例, 上海殡葬管理条例}, {殡葬管理条例}
    """
    whole = {_plain(name) for name in (title, source_title)}
    whole |= {PLACE.sub(r"\1", name) for name in whole}
    local = {bare for name in whole if len(bare := PLACE.sub("", name)) > len("管理条例")} if code else set()
    kept = frozenset(name for name in whole if len(name) >= SHORTEST_TITLE)
    return region(code).short if code else "", kept, frozenset(local)


def _plain(title: str) -> str:
    """Example: _plain("《中华人民共和国水法》") -> "水法" """
    return title.strip("《》").replace("中华人民共和国", "")


def abbreviations(question: str) -> set[str]:
    """What in a question may be the short form of a title, or of one that the interpretation applies.

    Example: abbreviations("按保密法") -> {"保密法", "按保密法"}
    """
    return {"".join(part or "" for part in m.groups()) for m in ABBREVIATED.finditer(question)}


def stands_for(name: str, policy: Policy) -> bool:
    """Whether a name is a title's short form: the first characters of its words (保密法: 保守国家秘密法).

    What only leaves words out is another rule's name: 劳动法 is not 劳动合同法.
    """
    title = _plain(policy.title)
    if name.endswith("解释"):
        applied = APPLIES.search(title)
        name, title = name.removesuffix("解释"), applied[1] if applied else ""
        if title and name == title:
            return True
    kind = next((kind for kind in ("条例", "法") if name.endswith(kind) and title.endswith(kind)), "")
    stem, whole = name.removesuffix(kind), PLACE.sub("", title).removesuffix(kind)
    if not kind or len(stem) < 2 or not whole.startswith(stem[0]) or stem in whole:
        return False
    places, at = [], -1
    for character in stem:
        at = whole.find(character, at + 1)
        if at < 0:
            return False
        places.append(at)
    alone = any(p - 1 not in places and p + 1 not in places for p in places)
    return alone and len(whole) - at - 1 <= DROPPED


def missing(names: Sequence[str], policies: Sequence[Policy]) -> str | None:
    """A rule that is named and that none of the policies is, if there is one."""
    for name in names:
        bare = bare_title(name)
        if _names_none(bare) or re.search("[里叫说怎]", bare):
            continue
        if not any(
            bare in p.title + (p.source_title or "")
            or _ends(bare, p)
            or _loosely(bare, p)
            or any(stands_for(short, p) for short in abbreviations(bare))
            for p in policies
        ):
            return bare
    return None


def _names_none(name: str) -> bool:
    """Whether nothing but a place, an age and a kind of rule is said."""
    return len(KIND.sub("", AGE.sub("", cut_out(name, find_regions(name))))) < 2


def _ends(name: str, policy: Policy) -> bool:
    """Whether what was taken for a name only ends in a title (新旧农产品质量安全法)."""
    title = policy.title.strip("《》").removeprefix("中华人民共和国")
    return len(title) >= SHORTEST_TITLE and name.endswith(title)


def _loosely(name: str, policy: Policy) -> bool:
    """Whether every word of a name stands in a title (上海救助条例: 上海市社会救助条例)."""
    parts = words(name)
    return len(parts) > 1 and all(part in policy.title for part in parts)
