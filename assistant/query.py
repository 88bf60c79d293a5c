"""A question and its conversation in, a Query out: what is asked, where, as of when, in which words."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.figures import Figure, figures, numeral_value
from assistant.patterns import compiled, everyday, fold, patterns, terms_for
from assistant.session import Session
from ingest.regions import Mention, Region, find_regions, region, similar_regions
from ingest.words import nouns

MAX_QUESTION = 1000
ARTICLE = re.compile(r"第?([零〇一二两三四五六七八九十百千\d]+)条(?:之([一二三四五六七八九十]))?")
DOCUMENT_NUMBER = re.compile(
    r"[一-龥]{1,8}[〔\[(（](?:19|20)\d{2}[〕\])）](?:第)?\d+号|第?\d+号令|[一-龥]{2,8}令第?\d+号"
)
TITLE = re.compile(
    r"《([^《》]{2,60})》|([一-龥]{2,30}?(?:法|条例|办法|规定|细则|意见|通知|解释)|民法典)"
    r"(?=第|的?[第一二三四五六七八九十百零\d]+条)"
)
YEAR_MONTH_DAY = re.compile(r"((?:19|20)\d{2})年(?:(\d{1,2})月)?(?:(\d{1,2})[日号])?")
EDITION = re.compile(
    r"((?:19|20)\d{2})年?(?:的|那|这|版|修订|修正|修改|改|修|施行|实施|发布|出台|通过|旧|老"
    r"|.{0,12}(?:条例|法|办法)(?:怎么|是|里))"
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|版|[和与跟到])")
TODAY = re.compile("现在|现行|如今|目前|今天")
# 2010年在北京不让孩子上学: the law of that year; not 2018年起, which a rule may say of itself.
IN_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2})年(?!\d)(?!起|以?后|往后|之后|以来|至|到|以?前|之前|年?底|末|初|度|新增|计划)(?=[一-龥,，])"
)
# 聘期几年, 多少劳务费: the figure is of a thing named, and the answer names it too.
NAMED_FIGURE = re.compile(
    r"(聘|任|试用|公示|质保|保修|预收|追溯|见习|缓冲)期(?:是|为|有|限)?(?:几|多)"
    r"|(?:多少|几块|几元)(?:钱)?的?([一-龥]{1,3}费)(?![一-龥]{0,2}用)"
)
STANDS_ALONE = 4  # characters of content that make a question with a region of its own complete
AS_OF = re.compile(r"(?<!什么)(?<!啥)时候|那天|当时|时$|[,，]")
CLAUSE = re.compile(r"[^,，。;；?？!！、\s]+")


@dataclass(frozen=True)
class ArticleReference:
    """A provision asked for by its number: 政府采购法第二十六条. `title` is "" where none is named."""

    title: str
    number: int


@dataclass(frozen=True)
class Ask:
    """One thing asked: its words, its kinds (data/questions.yaml), and the units its figure may have."""

    text: str
    kinds: frozenset[str]
    units: frozenset[str] = frozenset()
    confirms: frozenset[str] = frozenset()  # units of the figures that it asks to be confirmed (3%，对吧)
    wants_date: bool = False
    wants_day: bool = False  # a day or a year, not 什么时候, which a condition may answer
    start: int = 0  # where it begins in Query.focus
    nouns: tuple[str, ...] = ()  # what it asks about, without places and the nouns that frame a question
    holds: tuple[str, ...] = ()  # patterns of which an answer holds one each (data/questions.yaml)


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
    same_region: bool = False
    previous_answer: str = ""
    edition: int = 0  # the year by which a version is called, or 0
    against: int = 0  # the year of the earlier of the two versions that are compared, or 0
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


def understand(question: str, session: Session, today: date) -> Query:
    """Read a question in its conversation.

    Example: after "广东的事务性工作有哪些?", "另一类呢" -> rewritten "广东的…有哪些？另一类呢", region 广东
    """
    typed = fold(question)[:MAX_QUESTION]
    text = compiled("injected").sub("", typed).strip(" ,，。:：;；") or typed
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
            names_a_rule = bool(compiled("named_rule").search(text))
            goes_on = follow_up or (session.region is None and not names_a_rule)
            mentions = _regions(fold(last.rewritten)) if goes_on else ()
    regions = tuple(dict.fromkeys(m.region for m in mentions))
    if not regions and session.region and session.region != "100000":
        regions = (region(session.region),)
    editions = [int(m[1]) for m in EDITION.finditer(text)]
    years = {*editions, *(int(year) for year in YEAR.findall(text))}
    asks = split_asks(text)
    if follow_up and compiled("carries_on").search(text):
        before = split_asks(fold(session.turns[-1].rewritten))
        asks = tuple(replace(a, kinds=a.kinds | before[0].kinds, units=before[0].units) for a in asks)
    kinds = frozenset(kind for ask in asks for kind in ask.kinds)
    version = next(
        (name for name, pattern in patterns()["version"].items() if re.search(str(pattern), text)), ""
    )
    with_today = version == "change" and bool(TODAY.search(text))  # 2015年版和现在的
    compared = with_today or (version == "change" and len(years) > 1)
    editions = [] if with_today else editions
    return Query(
        question=question,
        rewritten=rewritten,
        focus=text,
        asks=asks,
        terms=terms_for(rewritten),
        regions=_most_specific(regions),
        as_of=session.as_of or today if with_today else _as_of(text, editions, version, session, today),
        kinds=kinds | ({"compare"} if compiled("compare").search(text) else frozenset()),
        every_region="region" in kinds and not regions,
        version=version,
        articles=_articles(text),
        titles=tuple(m[1] or m[2] for m in compiled("named_rule").finditer(rewritten)),
        document_numbers=tuple(DOCUMENT_NUMBER.findall(text)),
        figures=tuple(figures(text)),
        refusal=refusal,
        follow_up=follow_up,
        same_region=follow_up and not named,
        another=bool(session.turns and compiled("another").search(text)),
        previous_answer=previous,
        edition=(max(editions) if version == "change" else editions[0]) if editions else 0,
        against=min(years, default=0) if compared else 0,
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
    holds = tuple(str(held) for asked, held in patterns()["holds"].items() if re.search(asked, text))
    holds += tuple(re.escape(m[1] or m[2]) for m in NAMED_FIGURE.finditer(text))
    holds += tuple(map(_any_of, _included(text)))
    dated, day = (bool(compiled(name).search(text)) for name in ("dates", "days"))
    day = day and not YEAR_MONTH_DAY.search(text)  # from a day that is given another is counted
    for asked, names in patterns()["counted_from"].items():
        if re.search(asked, text):
            dated = day = False
            units.update(names)
    confirms = frozenset(f.unit for f in figures(text)) if compiled("confirms").search(text) else frozenset()
    return Ask(text, kinds, frozenset(units), confirms - {""}, dated, day, start, _nouns(text), holds)


def _included(text: str) -> list[str]:
    """What an ask wants to know whether a rule names: 路费 of 路费算在里面吗."""
    found = (re.search(pattern, text) for pattern in patterns()["includes"])
    return [next(g for g in reversed(m.groups()) if g) for m in found if m]


def _any_of(thing: str) -> str:
    """A pattern of the pairs of characters of a thing and of the rules' terms for it."""
    pairs = (thing[n : n + 2] for n in range(len(thing) - 1))
    return "|".join(map(re.escape, (*pairs, *terms_for(thing))))


def _nouns(text: str) -> tuple[str, ...]:
    """The nouns of an ask that a rule should hold: not those of the lexicon, which says them otherwise."""
    otherwise = {c for m in everyday(text) for c in range(*m.span())}
    for mention in find_regions(text):
        otherwise.update(range(mention.start, mention.end))
    found = (word for word in nouns(text) if not compiled("frame").fullmatch(word))
    return tuple(dict.fromkeys(word for word in found if text.find(word) not in otherwise))


def _kinds(text: str) -> frozenset[str]:
    return frozenset(kind for kind, pattern in patterns()["kinds"].items() if re.search(str(pattern), text))


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
    text = compiled("chatter").sub("", text)
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
    leans = bool(compiled("follow_up").search(text))
    if mentions and not leans and not compiled("points_back").search(text) and size >= STANDS_ALONE:
        return False  # 宁夏的购买内容有哪些 names its place and its matter
    return size <= 5 or (leans and size <= 14)


def _merge(before: str, text: str, mentions: Sequence[Mention]) -> str:
    """The earlier question and this one; where this one names a region, the earlier one's gives way to it."""
    if mentions:
        for old in reversed(_regions(before)):
            before = before[: old.start] + before[old.end :]
    # What was only 安徽呢 carries nothing on, and of a long conversation the last two questions do.
    parts = [part for part in re.split("[?？]", before) if content_length(part) > 1]
    before = "？".join(parts[-2:])
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


def _as_of(text: str, editions: Sequence[int], version: str, session: Session, today: date) -> date:
    """The day whose law is asked for: of an edition or a past year its last day, else the day named."""
    if editions:
        # 2019年版和2024年版有什么不一样: the later one, beside which the earlier is shown.
        return min(date(max(editions) if version == "change" else editions[0], 12, 31), today)
    if session.as_of:
        return session.as_of
    m = YEAR_MONTH_DAY.search(text)
    if m and m[2]:
        year, month, day = int(m[1]), int(m[2]), int(m[3] or 31)
        before, after = text[: m.start()], text[m.end() : m.end() + 6]
        counted_from = before.endswith(("从", "自")) or after.startswith(("起", "开始"))
        if 1 <= month <= 12 and 1 <= day <= 31 and not counted_from and AS_OF.search(after):
            return min(date(year, month, min(day, monthrange(year, month)[1])), today)
    elif (m := IN_YEAR.search(text)) and not text[: m.start()].endswith(("从", "自")):
        return min(date(int(m[1]), 12, 31), today)
    return today
