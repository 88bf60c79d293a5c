"""A question of several asks in, one for each out: the same words, of which the other asks' weigh less."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assistant.asks import Ask
from assistant.query import Query

# 市级民政、县级民政、村两委三家各担什么责: each of them is asked about.
EACH_OF = re.compile(
    r"(?P<items>(?:[^、,，。;；？?]{2,16}[、和与跟])+[^、,，。;；？?]{2,16}?)"
    r"(?:这?[两三四五六](?:家|个|方|类|种|级|者))?[,，]?"
    r"(?:各自?|分别|都|各要)(?=[^,，。？?]*(?:什么|啥|哪|怎|谁|多少|几))"
)
MOST = 5  # asks of one question that are answered each by itself
BACKGROUND = 0.4  # how much a word weighs that no ask holds
BESIDE = 0.4  # the same for a word of another ask, where the question says little else
TELLING = 14  # characters beside the asks from which a question tells what it is about by them


def parts(query: Query) -> tuple[Query, ...]:
    """One question for each ask of several, or for each of several things asked about; () where it is one.

    Several regions are told one by one anyway.
    """
    if len(query.regions) > 1:
        return ()
    before = len(query.rewritten) - len(query.focus)
    if len(query.asks) > 1:
        asks = query.asks
        stretches = [(before + ask.start, before + ask.start + len(ask.text)) for ask in asks]
    elif each := EACH_OF.search(query.focus):
        items = list(re.finditer("[^、和与跟]+", each["items"]))
        first = before + each.start("items")
        stretches = [(first + item.start(), first + item.end()) for item in items]
        asks = query.asks * len(items)
    else:
        return ()
    if len(asks) > MOST:
        return ()
    return tuple(_part(query, ask, stretches[:n] + stretches[n + 1 :]) for n, ask in enumerate(asks))


def _part(query: Query, ask: Ask, aside: list[tuple[int, int]]) -> Query:
    return replace(query, asks=(ask,), kinds=ask.kinds or query.kinds, aside=tuple(aside))


def shares(query: Query, length: int) -> NDArray[np.float64]:
    """How much each character of a question counts for its one ask of several, (length,) in 0..1.

    An ask may leave out what it is about (专家占多少), which the others then tell.
    """
    ask = query.asks[0]
    start = len(query.rewritten) - len(query.focus) + ask.start
    beside = length - len(ask.text) - sum(end - begin for begin, end in query.aside or ())
    counts = np.full(length, BACKGROUND)
    counts[start : start + len(ask.text)] = 1.0
    for begin, end in query.aside or ():
        counts[begin:end] = 0.0 if beside > TELLING else BESIDE
    return counts
