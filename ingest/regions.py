"""Text in, the places it names out, as codes of GB/T 2260 (data/regions.csv says where its facts come from).

A full name counts wherever it begins a word; a short name (固原, 义乌) only as a word of its own; a
province's one-character name (皖, 粤) only where the sentence leaves no other reading.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.words import segmenter

NATION = "100000"
# One-character names of provinces: hardly ever another word, a word of their own as well, always a word.
_DISTINCT = (
    "皖34 渝50 湘43 粤44 鄂42 赣36 闽35 豫41 冀13 鲁37 晋14 沪31 浙33 陕61 琼46 黔52 滇53 陇62 津12 辽21"
)
_COMMON = "宁64 川51 藏54 桂45 苏32 京11 吉22 蒙15 蜀51 秦61"
_ORDINARY = "新65 云53 青63 贵52 甘62 黑23"
ABBREVIATIONS = {item[0]: f"{item[1:]}0000" for item in f"{_DISTINCT} {_COMMON} {_ORDINARY}".split()}
_CHAR = f"[{''.join(ABBREVIATIONS)}]"
_AND = r"(?:[、,，/与和跟及同]|以及|还有)"
_RUN = re.compile(rf"{_CHAR}(?:{_AND}?{_CHAR})*")
# Said in one breath although each character is a common word; and a common word that looks so.
_TOGETHER = re.compile("云贵|川贵|川藏|青藏|甘宁|甘青|川甘|川青|川云|宁甘|青甘")
_NOT_PLACES = ("新晋",)
_SPLIT_WORDS = frozenset(("河北", "江西"))  # provinces that other words make where they meet: 淮河北岸
_TOWN_PARTS = frozenset(
    ("和县", "新市区", "新城区", "古城区", "城中区", "城东区", "城西区", "城北区", "城关区")
)
_BEFORE = re.compile(r"(?:^|[^\u4e00-\u9fff]|[在从和与跟比那按问对除是])$")
_AFTER = re.compile(
    r"$|[^\u4e00-\u9fff]|[省这那呢的两三四五各等在对都哪谁有比购和与跟]|地区|以及|还有|乡镇|街道|社工|民政|低保"
    r"|港澳|财政|怎么|咋|规定|要求|办法|[一二三四五六七八九十百]+[条项点]"
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

    A name several places share (朝阳区), or any town (新市区), counts only beside one that settles which.
    Example: [m.region.short for m in find_regions("川渝和广州的社工站")] -> ["四川", "重庆", "广州"]
    """
    found = [(start, end, codes) for start, end, codes in _names(text)]
    taken = {place for start, end, _ in found for place in range(start, end)}
    for start, char in _abbreviations(text):
        if start not in taken:
            taken.add(start)
            found.append((start, start + 1, (ABBREVIATIONS[char],)))
    clear = {start for start, end, codes in found if len(codes) == 1 and text[start:end] not in _TOWN_PARTS}
    sure = {codes[0] for start, _, codes in found if start in clear}
    mentions = []
    for start, end, codes in sorted(found):
        inside = codes if start in clear else tuple(c for c in codes if sure & set(ancestors(c)[1:-1]))
        if len(inside) == 1:
            mentions.append(Mention(region(inside[0]), start, end))
    return mentions


def cut_out(text: str, mentions: Sequence[Mention], instead: str = "") -> str:
    """A text with something else, or nothing, where it names places; `mentions` in their order.

    Example: cut_out("广东的社工站", find_regions("广东的社工站")) -> "的社工站"
    """
    for mention in reversed(mentions):
        text = text[: mention.start] + instead + text[mention.end :]
    return text


def similar_regions(text: str) -> list[Mention]:
    """Provinces misspelt by sound, with one character right and no word of its own: 宁厦, 广冻, 湖喃.

    For a question in which find_regions() finds nothing.
    """
    from pypinyin import Style, pinyin

    def sounds(word: str) -> list[frozenset[str]]:
        return [frozenset(one) for one in pinyin(word, style=Style.NORMAL, heteronym=True)]

    starts, ends = _word_edges(text)
    mentions = []
    for start in range(len(text) - 1):
        pair = text[start : start + 2]
        if start not in starts or start + 2 not in ends or start + 1 not in starts:
            continue
        near = [
            place
            for place in _provinces()
            if pair != place.short and any(a == b for a, b in zip(pair, place.short, strict=False))
        ]
        heard = sounds(pair) if near else []
        alike = [
            place
            for place in near
            if pair + place.short == "安微安徽"
            or all(a & b for a, b in zip(heard, sounds(place.short), strict=True))
        ]
        if len(alike) == 1:
            mentions.append(Mention(alike[0], start, start + 2))
    return mentions


@lru_cache(maxsize=1)
def _provinces() -> tuple[Region, ...]:
    every = _gazetteer().places.values()
    return tuple(p for p in every if p.code.endswith("0000") and p.code != NATION and len(p.short) == 2)


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
        if self_governed := re.search("自治([州县旗])$", row["name"]):
            full.setdefault(row["short"] + self_governed[1], []).append(row["code"])
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
        frozenset(sought - provinces | _SPLIT_WORDS),
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
                whole = len(name) > 2 and name[-1] in "省市区县州盟旗域"
                if start not in edges[0] or not (whole or end in edges[1]):
                    continue
            yield start, end, gazetteer.any_name[name]
            start = end - 1
            break
        start += 1


def _word_edges(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """Where jieba's words begin and end; 人, 市 and 省 may follow a place inside one word (广州市)."""
    starts: set[int] = set()
    ends: set[int] = set()
    place = 0
    for word in segmenter().cut(text, HMM=False):
        starts.add(place)
        place += len(word)
        ends.update((place, place - 1) if word[-1] in "人市省县区州" else (place,))
    return frozenset(starts), frozenset(ends)


def _abbreviations(text: str) -> Iterator[tuple[int, str]]:
    """粤的乡镇, 川渝, 宁、皖两省: characters that can only mean provinces where they stand."""
    for match in _RUN.finditer(text):
        run = match[0]
        chars = [char for char in run if char in ABBREVIATIONS]
        framed = bool(
            _BEFORE.search(text[max(0, match.start() - 1) : match.start()])
            and _AFTER.match(text, match.end())
        )
        framed = framed or len(chars) == len(run) > 2 and any(char in _DISTINCT for char in chars)
        if not framed or run in _NOT_PLACES or len(chars) == 1 and chars[0] in _ORDINARY:
            continue
        clear = any(char in _DISTINCT for char in chars) or _TOGETHER.search(run)
        if len(chars) == 1 or clear or len(run) > len(chars) + 1:
            yield from ((match.start() + at, char) for at, char in enumerate(run) if char in ABBREVIATIONS)
