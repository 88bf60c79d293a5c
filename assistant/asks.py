"""A question's text in, the things it asks out: of what kind each is, and what its answer must hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.bodies import spoken_of
from assistant.figures import figures
from assistant.patterns import compiled, everyday, patterns, terms_for
from assistant.when import YEAR_MONTH_DAY
from ingest.regions import find_regions
from ingest.words import nouns

# 聘期几年, 多少劳务费: the figure is of a thing named, and the answer names it too.
NAMED_FIGURE = re.compile(
    r"(聘|任|试用|公示|质保|保修|预收|追溯|见习|缓冲)期(?:是|为|有|限)?(?:几|多)"
    r"|(?:多少|几块|几元)(?:钱)?的?([一-龥]{1,3}费)(?![一-龥]{0,2}用)"
)
CONFIRMED = 2  # clauses at the end of an ask whose figures it may want to hear confirmed
CLAUSE = re.compile(r"[^,，。;；?？!！、\s]+")


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


def split_asks(text: str) -> tuple[Ask, ...]:
    """The things a question asks, one for each clause with a question in it.

    Example: split_asks("谁当购买主体、怎么选,钱从哪里来") -> three asks
    """
    found = [_ask(m.group(), kinds, m.start()) for m in CLAUSE.finditer(text) if (kinds := _kinds(m.group()))]
    if len(found) < 2:
        return (_ask(text, _kinds(text) | (found[0].kinds if found else frozenset()), 0),)
    return tuple(found)


def carried(asks: tuple[Ask, ...], before: str, elsewhere: bool) -> tuple[Ask, ...]:
    """The asks of a question that leans on the one before, with what it takes from there.

    也是三年吧, said of another place (`elsewhere`), is confirmed only by a rule on what was asked before.
    """
    first = split_asks(before)[0]
    if compiled("carries_on").search(asks[0].text):
        asks = tuple(replace(a, kinds=a.kinds | first.kinds, units=first.units) for a in asks)
    matter = "|".join(map(re.escape, (*first.nouns, *terms_for(first.text))))
    if not (elsewhere and matter):
        return asks
    return tuple(replace(a, holds=(*a.holds, matter)) if a.confirms else a for a in asks)


def _ask(text: str, kinds: frozenset[str], start: int) -> Ask:
    units: set[str] = set()
    for asked, names in patterns()["units"].items():
        if re.search(asked, text):
            assert isinstance(names, list)
            units.update(names)
    holds = tuple(str(held) for asked, held in patterns()["holds"].items() if re.search(asked, text))
    holds += tuple(re.escape(m[1] or m[2]) for m in NAMED_FIGURE.finditer(text))
    holds += tuple(map(_any_of, _included(text)))
    holds += (body,) if (body := spoken_of(text)) else ()
    dated, day = (bool(compiled(name).search(text)) for name in ("dates", "days"))
    day = day and not YEAR_MONTH_DAY.search(text)  # from a day that is given another is counted
    for asked, names in patterns()["counted_from"].items():
        if re.search(asked, text):
            dated = day = False
            units.update(names)
    confirms = frozenset(_stated(text)) if compiled("confirms").search(text) else frozenset()
    return Ask(text, kinds, frozenset(units), confirms - {""}, dated, day, start, _nouns(text), holds)


def _stated(text: str) -> Iterator[str]:
    """The units of the figures that an ask wants to hear confirmed: those of its last clauses, not of what
    is told before (两家一起中的标，剩下那家说不关他事，对不对)."""
    clauses = list(CLAUSE.finditer(text))
    last = clauses[-CONFIRMED].start() if len(clauses) > CONFIRMED else 0
    for figure in figures(text):
        # not 这一条路
        if figure.start >= last and not text[: figure.start].endswith(("这", "那")):
            yield figure.unit


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
