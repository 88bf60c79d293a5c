"""A question and its conversation in, a Query out: what is asked, where, as of when, in which words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from assistant.asks import Ask, carried, split_asks
from assistant.bodies import Body, asked_role
from assistant.figures import Figure, figures, numeral_value
from assistant.follow_ups import read
from assistant.patterns import compiled, fold, patterns, terms_for
from assistant.session import Session
from assistant.when import undated, when
from ingest.regions import NATION, Region, ancestors, find_regions, region

MAX_QUESTION = 1000
ARTICLE = re.compile(r"第?([零〇一二两三四五六七八九十百千\d]+)条(?:之([一二三四五六七八九十]))?")
DOCUMENT_NUMBER = re.compile(
    r"[一-龥]{1,8}[〔\[(（](?:19|20)\d{2}[〕\])）](?:第)?\d+号|第?\d+号令|[一-龥]{2,8}令第?\d+号"
)
BESIDE = re.compile("[、和与跟及同比]|以及|还有")
TITLE = re.compile(
    r"《([^《》]{2,60})》|([一-龥]{2,30}?(?:法|条例|办法|规定|细则|意见|通知|解释)|民法典)"
    r"(?=第|的?[第一二三四五六七八九十百零\d]+条)"
)


TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")  # what was copied from a page's source


@dataclass(frozen=True)
class ArticleReference:
    """A provision asked for by its number: 政府采购法第二十六条. `title` is "" where none is named."""

    title: str
    number: int


@dataclass(frozen=True)
class Query:
    """A question understood.

    `rewritten` stands alone (the conversation's missing words are in it, in simplified characters);
    `focus` is the part typed now; `terms` are the rules' own words for everyday ones; `regions` is empty
    where none is named; `refusal` names the sentence to refuse with; `version` is "", "current", "previous"
    or "change".
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
    may_lean: bool = False
    same_region: bool = False
    previous_answer: str = ""
    edition: int = 0  # the year by which a version is called, or 0
    against: int = 0  # the year of the earlier of the two versions that are compared, or 0
    role: tuple[str, Body] | None = None  # see assistant.bodies.asked_role
    aside: tuple[tuple[int, int], ...] | None = None  # where the asks beside this one stand in `rewritten`

    @property
    def units(self) -> frozenset[str]:
        """All units a figure in the answer may have."""
        return frozenset(unit for ask in self.asks for unit in ask.units)

    @property
    def compares(self) -> bool:
        """Whether the question sets the rules of several regions side by side."""
        return len(self.regions) > 1 or (self.every_region and "compare" in self.kinds)

    @property
    def search_text(self) -> str:
        """The words to search with: the question and the rules' terms for it."""
        return " ".join((self.rewritten, *self.terms))


def understand(question: str, session: Session, today: date, leaning: bool = False) -> Query:
    """Read a question in its conversation; with `leaning` as one that leans on the question before.

    Example: after "广东的事务性工作有哪些?", "另一类呢" -> rewritten "广东的…有哪些？另一类呢", region 广东
    """
    typed = TAG.sub(" ", fold(question))[:MAX_QUESTION].strip()
    text = compiled("injected").sub("", typed).strip(" ,，。:：;；") or typed
    for alias, name in patterns()["aliases"].items():
        text = re.sub(f"(?<![\u4e00-\u9fff])(?:{alias})|(?:{alias})(?=第|规定|里|中)", str(name), text)
    for byname, name in patterns()["bynames"].items():
        text = re.sub(byname, str(name), text)
    reading = read(text, session, leaning)
    text = reading.focus
    regions = reading.regions
    if not regions and session.region and session.region != NATION:
        regions = (region(session.region),)
    asked_of = when(text, session, today)
    rewritten = reading.rewritten
    if rewritten == text and asked_of.gone_by(today) and not session.as_of:
        text = rewritten = undated(text)
    last = session.turns[-1] if session.turns else None
    asks = split_asks(text)
    if last and reading.follow_up:
        asks = carried(asks, fold(last.rewritten), elsewhere=reading.named)
    kinds = frozenset(kind for ask in asks for kind in ask.kinds)
    role = asked_role(text)
    return Query(
        question=question,
        rewritten=rewritten,
        focus=text,
        asks=asks,
        # 街道能不能自己买服务 asks about 购买主体.
        terms=tuple(dict.fromkeys((*terms_for(rewritten), *(role or ())[:1]))),
        regions=_most_specific(regions, text),
        as_of=asked_of.as_of,
        kinds=kinds | ({"compare"} if compiled("compare").search(text) else frozenset()),
        every_region="region" in kinds and not regions,
        version=asked_of.version,
        articles=_articles(text),
        titles=tuple(m[1] or m[2] for m in compiled("named_rule").finditer(rewritten)),
        document_numbers=tuple(DOCUMENT_NUMBER.findall(text)),
        figures=tuple(figures(text)),
        refusal=_refusal(typed, text),
        follow_up=reading.follow_up,
        may_lean=reading.may_lean,
        same_region=reading.follow_up and not reading.named,
        another=bool(last and compiled("another").search(text)),
        previous_answer=fold(last.answer) if last else "",
        edition=asked_of.edition,
        against=asked_of.against,
        role=role,
    )


def _refusal(typed: str, text: str) -> str | None:
    for name in patterns()["refuse"]:
        # An instruction to show the prompt is refused even where the rest was taken out as injected.
        if not compiled("refuse", name).search(typed if name == "prompt" else text):
            continue
        # 伪造材料怎么处罚, 要带身份证吗: what the rules say of it may be asked.
        if name in patterns()["not_refused"] and compiled("not_refused", name).search(text):
            continue
        return str(name)
    return None


def _most_specific(regions: tuple[Region, ...], text: str) -> tuple[Region, ...]:
    """Leave out a province where one of its own cities is named beside it (广东广州), but not where the two
    are set side by side (广东和广州)."""
    apart = {m.region.code for m in find_regions(text) if BESIDE.match(text, m.end)}
    return tuple(
        r for r in regions if r.code in apart or not any(r.code in ancestors(c.code)[1:] for c in regions)
    )


def _articles(text: str) -> tuple[ArticleReference, ...]:
    found = []
    for m in ARTICLE.finditer(text):
        if not m[0].startswith("第") and not TITLE.search(text[: m.end()]):
            continue
        titles = TITLE.findall(text[: m.end()])
        title = (titles[-1][0] or titles[-1][1]) if titles else ""
        found.append(ArticleReference(title, numeral_value(m[1])))
    return tuple(found)
