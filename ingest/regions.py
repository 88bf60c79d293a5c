"""Text in, the places it names out, as codes of GB/T 2260 (data/regions.csv says where its facts come from).

A full name counts wherever it begins a word; a short name (固原, 义乌) only as a word of its own; a
province's one-character name (皖, 粤) only where the sentence leaves no other reading.
"""

import csv
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

NATION = "100000"
# One-character names of provinces. The first group hardly ever is another word by itself; the second is.
_DISTINCT = (
    "皖34 渝50 湘43 粤44 鄂42 赣36 闽35 豫41 冀13 鲁37 晋14 沪31 浙33 陕61 琼46 黔52 滇53 陇62 津12 辽21"
)
_COMMON = "新65 云53 青63 吉22 贵52 甘62 宁64 川51 藏54 桂45 苏32 京11 黑23 蒙15 蜀51 秦61"
ABBREVIATIONS = {item[0]: f"{item[1:]}0000" for item in f"{_DISTINCT} {_COMMON}".split()}
_D = "".join(item[0] for item in _DISTINCT.split())
_A = "".join(ABBREVIATIONS)
# Two provinces said in one breath, although both characters are common words: 云贵川, 甘宁青.
_PAIRS = "云贵川|川云贵|甘宁青|甘青宁|青甘宁|川青藏|云贵|川贵|川藏|青藏|甘宁|甘青|川甘|川青|苏京|京苏"
# What stands before an abbreviation used as a name, and what follows it.
_BEFORE = r"(?:^|(?<=[\s,，。、；;：:（(“\"《/?？!！]))"
_AFTER = (
    r"(?=$|[\s,，。、；;：:）)”\"?？/]|省|这|那|呢|乡镇|社工|民政|低保|财政厅|怎么|咋|有没有|规定|要求|办法)"
)
_LIST = r"(?:[、,，/与和跟及同]|以及|还有)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # 川渝, 皖浙苏: a run with at least one character that is hardly ever another word
        rf"(?<![一-鿿])[{_A}]*[{_D}][{_A}]+(?=[^一-鿿]|两|三|四|五|各|等|的|地区|省|是|在|对|都|哪|谁|有|比|乡|社|购|$)",
        rf"(?<![一-鿿])[{_A}]+[{_D}][{_A}]*(?=[^一-鿿]|两|三|四|五|各|等|的|地区|省|是|在|对|都|哪|谁|有|比|乡|社|购|$)",
        rf"{_PAIRS}",
        # 宁、粤、皖 and 湘和川, three forms of one list
        rf"(?<![一-鿿])[{_A}](?:{_LIST}[{_A}])+(?![一-鿿])|(?<![一-鿿])[{_A}](?:{_LIST}[{_A}])+(?=两|三|四|五|各|等|的|地区|省|是|在|对|都|哪|谁|有|比|乡|社|购)",
        # 粤的乡镇, 川省, 宁 这边
        rf"{_BEFORE}[{_A}]{_AFTER}",
        rf"(?:(?<=^那)|(?<=在)|(?<=和)|(?<=与)|(?<=跟)|(?<=比))[{_A}](?=$|[\s，。？?]|省|这边|那边|呢)",
        rf"{_BEFORE}[{_D}宁川苏吉](?=的)",
        rf"(?<=[“\"「『])[{_D}][一二三四五六七八九十百\d]+[条项点招策]",
    )
)


@dataclass(frozen=True)
class Region:
    """A place of GB/T 2260, for example Region("440000", "广东省", "广东"); 100000 is the nation."""

    code: str
    name: str
    short: str


@dataclass(frozen=True)
class Mention:
    """A place as a text names it: text[start:end]."""

    region: Region
    start: int
    end: int


def region(code: str) -> Region:
    """The place with this code; KeyError if there is none."""
    return _gazetteer().places[code]


def region_named(name: str) -> Region | None:
    """The one place meant by a full name, a short name or a province's abbreviation, or None.

    Example: region_named("广东") == region_named("粤") == region("440000")
    """
    name = name.strip()
    if name in ABBREVIATIONS:
        return region(ABBREVIATIONS[name])
    codes = _gazetteer().any_name.get(name, ())
    return region(codes[0]) if len(codes) == 1 else None


def ancestors(code: str) -> tuple[str, ...]:
    """A place, what contains it, and last the nation: "640402" -> 640402, 640400, 640000, 100000."""
    chain = [code, code[:4] + "00", code[:2] + "0000", NATION]
    places = _gazetteer().places
    return tuple(dict.fromkeys(part for part in chain if part == code or part in places))


def find_regions(text: str) -> list[Mention]:
    """The places a text names, in order.

    A name several places share (朝阳区) counts only beside one that settles which.
    Example: [m.region.short for m in find_regions("川渝和广州的社工站")] -> ["四川", "重庆", "广州"]
    """
    found = [(start, end, codes) for start, end, codes in _names(text)]
    taken = {place for start, end, _ in found for place in range(start, end)}
    for start, char in _abbreviations(text):
        if start not in taken:
            taken.add(start)
            found.append((start, start + 1, (ABBREVIATIONS[char],)))
    sure = {codes[0] for _, _, codes in found if len(codes) == 1}
    mentions = []
    for start, end, codes in sorted(found):
        inside = codes if len(codes) == 1 else tuple(c for c in codes if sure & set(ancestors(c)[1:-1]))
        if len(inside) == 1:
            mentions.append(Mention(region(inside[0]), start, end))
    return mentions


@dataclass(frozen=True)
class _Gazetteer:
    places: dict[str, Region]
    any_name: dict[str, tuple[str, ...]]  # full and short names, the highest level of each
    by_first: dict[str, tuple[str, ...]]  # names to look for, longest first
    words: frozenset[str]  # names that must be words of their own


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    with (Path(__file__).parent / "data" / "regions.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    places = {NATION: Region(NATION, "全国", "全国")}
    full: dict[str, list[str]] = {"全国": [NATION]}
    short: dict[str, list[str]] = {}
    alone = set()
    for row in rows:
        places[row["code"]] = Region(row["code"], row["name"], row["short"] or row["name"])
        full.setdefault(row["name"], []).append(row["code"])
        short.setdefault(row["short"], []).append(row["code"])
        if row["alone"] == "1":
            alone.add(row["short"])
    any_name = {name: _highest(codes) for name, codes in short.items()}
    any_name.update({name: _highest(codes) for name, codes in full.items()})
    # 城区, 郊区 and 矿区 are words before they are districts.
    sought = {name for name in full if len(name) > 2 or name[-1] in "县国"} | alone
    provinces = {name for name in sought for code in any_name[name] if code.endswith("0000")}
    traditional = _traditional(sorted(sought))
    any_name.update({new: any_name[old] for new, old in traditional.items()})
    by_first: dict[str, list[str]] = {}
    for name in sorted(sought | set(traditional), key=len, reverse=True):
        by_first.setdefault(name[0], []).append(name)
    return _Gazetteer(
        places,
        any_name,
        {first: tuple(names) for first, names in by_first.items()},
        frozenset(sought - provinces),
    )


def _highest(codes: Sequence[str]) -> tuple[str, ...]:
    """吉林 is the province before it is the city."""
    for zeros in ("0000", "00", ""):
        level = tuple(code for code in codes if code.endswith(zeros))
        if level:
            return level
    return ()


def _traditional(names: Sequence[str]) -> dict[str, str]:
    import opencc

    converted = opencc.OpenCC("s2t").convert("\n".join(names)).split("\n")
    return {new: old for new, old in zip(converted, names, strict=True) if new != old}


def _names(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    gazetteer = _gazetteer()
    edges: tuple[frozenset[int], frozenset[int]] | None = None
    start = 0
    while start < len(text):
        for name in gazetteer.by_first.get(text[start], ()):
            if not text.startswith(name, start):
                continue
            end = start + len(name)
            if name in gazetteer.words:
                edges = edges or _word_edges(text)
                whole = len(name) > 2 and name == gazetteer.places[gazetteer.any_name[name][0]].name
                if start not in edges[0] or not (whole or end in edges[1]):
                    continue
            yield start, end, gazetteer.any_name[name]
            start = end - 1
            break
        start += 1


def _word_edges(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """Where jieba's words begin and end; 人, 市 and 省 may follow a place inside one word (广州市)."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    starts: set[int] = set()
    ends: set[int] = set()
    place = 0
    for word in jieba.cut(text):
        starts.add(place)
        place += len(word)
        ends.update((place, place - 1) if word[-1] in "人市省县区州" else (place,))
    return frozenset(starts), frozenset(ends)


def _abbreviations(text: str) -> Iterator[tuple[int, str]]:
    for form in _FORMS:
        for match in form.finditer(text):
            for place in range(match.start(), match.end()):
                if text[place] in ABBREVIATIONS:
                    yield place, text[place]
