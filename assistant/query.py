"""A typed question and its conversation in, a Query out: what is asked, where, as of when, and in which words.

All patterns live in data/questions.yaml and data/lexicon.yaml, which an office can extend.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.figures import Figure, figures, numeral_value
from assistant.session import Session
from ingest.regions import Mention, Region, find_regions, region, similar_regions
from ingest.words import fold as fold_characters

DATA = Path(__file__).parent / "data"
MAX_QUESTION = 1000
ARTICLE = re.compile(r"第?([零〇一二两三四五六七八九十百千\d]+)条(?:之([一二三四五六七八九十]))?")
DOCUMENT_NUMBER = re.compile(r"[一-龥]{1,8}[〔\[(（](?:19|20)\d{2}[〕\])）](?:第)?\d+号|第?\d+号令")
TITLE = re.compile(
    r"《([^《》]{2,60})》|([一-龥]{2,30}?(?:法|条例|办法|规定|细则|意见|通知))(?=第|的?[第一二三四五六七八九十百零\d]+条)"
)
YEAR_MONTH_DAY = re.compile(r"((?:19|20)\d{2})年(?:(\d{1,2})月)?(?:(\d{1,2})[日号])?")
EDITION = re.compile(
    r"((?:19|20)\d{2})年?(?:的|那|这|版|修订|修正|修改|施行|实施|发布|出台|通过|旧|老|.{0,12}(?:条例|法|办法)(?:怎么|是|里))"
)
# 市级民政、县级民政、村两委三家各担什么责: each of them is asked about.
EACH_OF = re.compile(r"((?:[^、,，。？?]{2,10}、)+[^、,，。？?]{2,8}?)(?:[两三四五]家|[两三四五]个|[两三四五]方)?(?:各|分别|都)(?=[^,，]*(?:什么|啥|哪|怎|谁|多少))")
CLAUSE = re.compile(r"[^,，。;；?？!！、\s]+")


@dataclass(frozen=True)
class ArticleReference:
    """A provision asked for by its number: 政府采购法第二十六条. `title` is "" where only a number is named."""

    title: str
    number: int


@dataclass(frozen=True)
class Ask:
    """One thing asked: its words, its kinds (data/questions.yaml), and the units its figure may have."""

    text: str
    kinds: frozenset[str]
    units: frozenset[str] = frozenset()
    wants_date: bool = False
    start: int = 0  # where it begins in Query.focus


@dataclass(frozen=True)
class Query:
    """A question understood.

    `rewritten` stands alone (the conversation's missing words are in it, in simplified characters); `focus` is
    the part typed now; `terms` are the rules' own words for everyday ones; `regions` is empty where none is
    named; `refusal` names the sentence to refuse with; `version` is "", "current", "previous" or "change".
    """

    question: str
    rewritten: str
    focus: str
    asks: tuple[Ask, ...]
    terms: tuple[str, ...]
    regions: tuple[Region, ...]
    as_of: date
    kinds: frozenset[str] = frozenset()
    every_region: bool = False
    version: str = ""
    articles: tuple[ArticleReference, ...] = ()
    titles: tuple[str, ...] = ()
    document_numbers: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    refusal: str | None = None
    follow_up: bool = False
    another: bool = False
    same_region: bool = False
    previous_answer: str = ""

    @property
    def units(self) -> frozenset[str]:
        """All units a figure in the answer may have."""
        return frozenset(unit for ask in self.asks for unit in ask.units)

    @property
    def search_text(self) -> str:
        """The words to search with: the question and the rules' terms for it."""
        return " ".join((self.rewritten, *self.terms))


@cache
def patterns() -> dict[str, Any]:
    """The tables of data/questions.yaml."""
    return dict(yaml.safe_load((DATA / "questions.yaml").read_text(encoding="utf-8")))


@cache
def lexicon() -> list[tuple[re.Pattern[str], str]]:
    """Everyday words and the rules' terms for them."""
    rows = yaml.safe_load((DATA / "lexicon.yaml").read_text(encoding="utf-8"))
    return [(re.compile(everyday), terms) for everyday, terms in rows]


@cache
def opposites() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """Pairs of terms that are never meant together, each as a pattern."""
    return [(re.compile(one), re.compile(other)) for one, other in patterns()["opposites"]]


def terms_for(text: str) -> tuple[str, ...]:
    """The rules' terms for the everyday words of a text. Example: terms_for("甲方是谁") -> ("购买主体",)"""
    return tuple(terms for everyday, terms in lexicon() if everyday.search(text))


@cache
def _compiled(*path: str) -> re.Pattern[str]:
    table: object = patterns()
    for key in path:
        assert isinstance(table, dict)
        table = table[key]
    return re.compile(str(table), re.IGNORECASE)


def fold(text: str) -> str:
    """Simplified, half-width (except the brackets and marks of titles), no control or format characters."""
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cn") or c in "\n\t")
    return fold_characters(text).strip()


def understand(question: str, session: Session, today: date) -> Query:
    """Read a question in its conversation.

    Example: after "广东的事务性工作有哪些?", "另一类呢" -> rewritten "广东的事务性工作有哪些?另一类呢", region 广东
    """
    typed = fold(question)[:MAX_QUESTION]
    text = _compiled("injected").sub("", typed).strip(" ,，。:：;；") or typed
    for alias, name in patterns()["aliases"].items():
        text = re.sub(f"(?<![\u4e00-\u9fff])(?:{alias})|(?:{alias})(?=第|规定|里|中)", str(name), text)
    refusal = _refusal(typed, text)
    mentions = _regions(text)
    named = bool(mentions)
    follow_up = _follows_up(text, mentions, session)
    rewritten, previous = text, ""
    if session.turns:
        last = session.turns[-1]
        previous = fold(last.answer)
        if follow_up:
            rewritten = _merge(fold(last.rewritten), text, mentions)
        if not mentions:
            mentions = _regions(fold(last.rewritten)) if follow_up or session.region is None else ()
    regions = tuple(dict.fromkeys(m.region for m in mentions))
    if not regions and session.region and session.region != "100000":
        regions = (region(session.region),)
    asks = split_asks(text)
    if follow_up and _compiled("carries_on").search(text):
        before = split_asks(fold(session.turns[-1].rewritten))
        asks = tuple(replace(a, kinds=a.kinds | before[0].kinds, units=before[0].units) for a in asks)
    kinds = frozenset(kind for ask in asks for kind in ask.kinds)
    version = next(
        (name for name, pattern in patterns()["version"].items() if re.search(str(pattern), text)), ""
    )
    return Query(
        question=question,
        rewritten=rewritten,
        focus=text,
        asks=asks,
        terms=terms_for(rewritten),
        regions=_most_specific(regions),
        as_of=_as_of(text, session, today),
        kinds=kinds | ({"compare"} if _compiled("compare").search(text) else frozenset()),
        every_region="region" in kinds and not regions,
        version=version,
        articles=_articles(text),
        titles=tuple(m[1] or m[2] for m in _compiled("named_rule").finditer(rewritten)),
        document_numbers=tuple(DOCUMENT_NUMBER.findall(text)),
        figures=tuple(figures(text)),
        refusal=refusal,
        follow_up=follow_up,
        same_region=follow_up and not named,
        another=bool(session.turns and _compiled("another").search(text)),
        previous_answer=previous,
    )


def split_asks(text: str) -> tuple[Ask, ...]:
    """The things a question asks, one for each clause with a question in it.

    Example: split_asks("谁当购买主体、怎么选,钱从哪里来") -> three asks
    """
    found = [_ask(m.group(), kinds, m.start()) for m in CLAUSE.finditer(text) if (kinds := _kinds(m.group()))]
    if len(found) < 2:
        return (_ask(text, _kinds(text) | (found[0].kinds if found else frozenset()), 0),)
    return tuple(found)


def _ask(text: str, kinds: frozenset[str], start: int) -> Ask:
    units: set[str] = set()
    for asked, names in patterns()["units"].items():
        if re.search(asked, text):
            assert isinstance(names, list)
            units.update(names)
    return Ask(text, kinds, frozenset(units), bool(_compiled("dates").search(text)), start)


def _kinds(text: str) -> frozenset[str]:
    return frozenset(kind for kind, pattern in patterns()["kinds"].items() if re.search(str(pattern), text))


def _refusal(typed: str, text: str) -> str | None:
    for name in patterns()["refuse"]:
        # An instruction to show the prompt is refused even where the rest was taken out as injected.
        if _compiled("refuse", name).search(typed if name == "prompt" else text):
            return name
    return None


def refusal_text(name: str) -> str:
    """The sentence a refusal is worded with."""
    return str(patterns()["refusals"][name])


def _regions(text: str) -> tuple[Mention, ...]:
    found = find_regions(text) or similar_regions(text)  # 宁厦, 安微: misspelt by sound
    return tuple(m for m in found if m.region.code != "100000")


def _most_specific(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Leave out a province where one of its own cities is named beside it (广东广州)."""
    codes = [r.code for r in regions]
    return tuple(
        r for r in regions if not any(c != r.code and c.startswith(r.code.rstrip("0")) for c in codes)
    )


def content_length(text: str) -> int:
    """How many characters of a question say something: without question words, particles and chatter."""
    text = _compiled("chatter").sub("", text)
    return len(
        re.sub(r"什么|哪些|哪个|哪里|哪|谁|多少|几|怎么|如何|为啥|呢|吗|的|了|是|有|那|这|[^\w]", "", text)
    )


def _follows_up(text: str, mentions: Sequence[Mention], session: Session) -> bool:
    if not session.turns:
        return False
    without = text
    for mention in mentions:
        without = without.replace(text[mention.start : mention.end], "")
    size = content_length(without)
    return size <= 5 or (bool(_compiled("follow_up").search(text)) and size <= 14)


def _merge(before: str, text: str, mentions: Sequence[Mention]) -> str:
    """The earlier question and this one; where this one names a region, the earlier one's gives way to it."""
    if mentions:
        for old in reversed(_regions(before)):
            before = before[: old.start] + before[old.end :]
    return f"{before.rstrip('?？。')}？{text}"


def _articles(text: str) -> tuple[ArticleReference, ...]:
    found = []
    for m in ARTICLE.finditer(text):
        if not m[0].startswith("第") and not TITLE.search(text[: m.end()]):
            continue
        titles = TITLE.findall(text[: m.end()])
        title = (titles[-1][0] or titles[-1][1]) if titles else ""
        found.append(ArticleReference(title, numeral_value(m[1])))
    return tuple(found)


def _as_of(text: str, session: Session, today: date) -> date:
    if edition := EDITION.search(text):
        year = int(edition[1])
        return min(date(year, 12, 31), today)
    if session.as_of:
        return session.as_of
    m = YEAR_MONTH_DAY.search(text)
    if m and m[2]:
        day = int(m[3]) if m[3] else 28
        if (
            1 <= int(m[2]) <= 12
            and 1 <= day <= 31
            and re.search(r"时候|那天|当时|时$|[,，]", text[m.end() : m.end() + 6])
        ):
            return min(date(int(m[1]), int(m[2]), min(day, 28)), today)
    return today


def with_regions(query: Query, regions: Sequence[Region]) -> Query:
    """The same question asked of other regions."""
    return replace(query, regions=tuple(regions))
