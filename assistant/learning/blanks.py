"""A sentence in, the words of it out that can be left blank or changed: figures, bodies, terms, modals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.figures import Figure, figures
from ingest.regions import find_regions

# Units that measure something; a count of things listed beside it (两类：…) is no question.
_UNITS = "年 月 个月 周 日 天 个工作日 工作日 小时 周岁 岁 人 名 位 户 元 % 倍 次 家 个 平方米 公里 人次 米"
MEASURES = frozenset(_UNITS.split())
SINGLE = re.compile(r"一[个人家名次位日天户]")
BEFORE_FIGURE = re.compile(r"(?:第|每|上|下|近|当|同|至|到|〔|\[|[每逐前后本次翌]|\d|“|[^，。]“[^”]*)$")
DATE = re.compile(r"(?:19|20)\d{2}年|\d{1,2}月\d{1,2}日|《[^》]*》|〔\d+〕\d*号?|“[^”]*”")
LISTS = re.compile(r"[：:].*[、；]")
BODY = (
    r"(?:人民政府|民政部门|[一-龥]{2,8}部门|[一-龥]{2,6}机关|[一-龥]{2,6}机构|[一-龥]{2,8}委员会|采购人|供应商"
    r"|[一-龥]{2,6}主体|[一-龥]{2,6}组织|国务院|慈善组织|监护人|[一-龥]{2,5}单位|投标人|招标人|受托人|捐赠人)"
)
LEVEL = (
    r"(?:国务院|省级|市级|县级|乡级|各级|设区的市级|县级以上(?:地方)?(?:各级)?|乡镇"
    r"|省、自治区、直辖市|地方各级)?"
)
DOES = (
    r"(?:负责(?![、]|[^，。；]{1,14}的(?:机构|部门|组织|单位|人))|应当|可以|不得|必须|主管|审批|审核|批准|登记|备案|制定|公布|规定|会同|责令|牵头|组织实施"
    r"|承担|处)"
)
SUBJECT = re.compile(rf"^({LEVEL}{BODY})(?={DOES})")
AGENT = re.compile(rf"(?<=[，；由向经报])({LEVEL}{BODY})(?={DOES})")
NOT_IN_A_BODY = re.compile(
    r"[由向经的和与及并或等对在把将被未有无除报]|应当|可以|不得|任何|有关|其他|违反|依法|要求|制定|处理|受理"
)
DEFINED = re.compile(
    r"^(?:本[法条例办规定]{1,2}所称的?)?([一-龥]{3,12}?)[，,]?(?:是指|指(?![导定标明])|，是)(?=[^，。]{4,})"
)
QUOTED = re.compile(r"“([^”“，。、]{3,9})”")
# What a rule orders, permits or bounds → what would be false in its place.
OPPOSITES = (
    ("不得超过", "不得少于"),
    ("不得低于", "不得高于"),
    ("不得少于", "不得超过"),
    ("不得高于", "不得低于"),
    ("不超过", "不少于"),
    ("不低于", "不高于"),
    ("不少于", "不超过"),
    ("不得", "可以"),
    ("可以", "不得"),
    ("应当", "不必"),
    ("必须", "不必"),
    ("以上", "以下"),
    ("以下", "以上"),
    ("至少", "至多"),
    ("有权", "无权"),
    ("禁止", "允许"),
)
MODAL = re.compile("|".join(f"(?:{old})" for old, _ in OPPOSITES))
NOT_A_MODAL = re.compile(
    r"(?:应当|必须|可以)[^，。；]{1,16}(?:而不|而未)|可以(?:预见|根据|结合|适当|用于)|以上(?:主管|各级|地方|人民|民政|财政)|以下(?:简称|内容)"
)


@dataclass(frozen=True)
class Blank:
    """Words of a sentence: text == sentence[start:end]; `shape` says which other words could stand there."""

    text: str
    start: int
    end: int
    shape: str = ""


def blanked(text: str, blank: Blank, words: str = "＿＿＿＿") -> str:
    """The sentence with other words in the place of the blank."""
    return text[: blank.start] + words + text[blank.end :]


def figure_blanks(text: str) -> Iterator[Blank]:
    """The figures that a rule sets: amounts, periods, shares; no date, no ordinal, no count of a list."""
    taken = [m.span() for m in DATE.finditer(text)]
    for figure in figures(text):
        if any(start < figure.end and figure.start < end for start, end in taken):
            continue
        if figure.unit not in MEASURES or figure.approximate or SINGLE.fullmatch(figure.text):
            continue
        if BEFORE_FIGURE.search(text[: figure.start]) or text.count(figure.text) > 1:
            continue
        if figure.unit in ("个", "家", "次") and LISTS.search(text[figure.end :]):
            continue
        yield Blank(figure.text, figure.start, figure.end, _shape(figure))


def _shape(figure: Figure) -> str:
    """How a figure is written: 15日 is "N日", 十五日 is "H日", 三分之二 is "H分之H"."""
    digits = re.sub(r"\d[\d,.]*", "N", figure.text)
    return re.sub(r"[零〇一二两三四五六七八九十百千万亿]+", "H", digits)


def bodies(text: str) -> Iterator[Blank]:
    """Those who act: the subject of a rule, or the one after 由 and 向."""
    for pattern in (SUBJECT, AGENT):
        for m in pattern.finditer(text):
            if not NOT_IN_A_BODY.search(m[1]) and text.count(m[1]) == 1 and not find_regions(m[1]):
                yield Blank(m[1], *m.span(1))


def terms(text: str) -> Iterator[Blank]:
    """What a rule defines: 公开募捐 of 公开募捐，是指…"""
    m = DEFINED.match(text)
    if m and not NOT_IN_A_BODY.search(m[1]) and text.count(m[1]) == 1 and not find_regions(m[1]):
        yield Blank(m[1], *m.span(1))


def quoted(text: str) -> Iterator[Blank]:
    """The slogans of a document, in quotation marks, once in their sentence."""
    for m in QUOTED.finditer(text):
        if text.count(m[1]) == 1:
            yield Blank(m[1], *m.span(1))


def modals(text: str) -> Iterator[tuple[Blank, str]]:
    """The modals and bounds of a rule, each with what would make it false."""
    barred = [m.span() for m in NOT_A_MODAL.finditer(text)]
    for m in MODAL.finditer(text):
        if text.count(m.group()) == 1 and not any(a < m.end() and m.start() < b for a, b in barred):
            yield Blank(m.group(), *m.span()), dict(OPPOSITES)[m.group()]


def bank(find: Callable[[str], Iterator[Blank]], texts: Iterable[str]) -> tuple[str, ...]:
    """All that can be left blank in some texts, each once."""
    return tuple(dict.fromkeys(blank.text for text in texts for blank in find(text)))


def figure_bank(texts: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The figures of some texts by shape, each once."""
    found: dict[str, dict[str, None]] = {}
    for text in texts:
        for blank in figure_blanks(text):
            found.setdefault(blank.shape, {})[blank.text] = None
    return {shape: tuple(held) for shape, held in found.items()}
