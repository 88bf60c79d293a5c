"""A question and the conversation before it in, the question as it stands by itself out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.patterns import compiled, fold
from assistant.session import Session
from ingest.regions import Mention, Region, find_regions, similar_regions

STANDS_ALONE = 4  # characters of content that make a question with a region of its own complete
LEANING = 14  # characters of content at most that a question which leans on the one before has
SHORT = 16  # characters of content at most of one that may lean on it


@dataclass(frozen=True)
class Reading:
    """A question read in its conversation.

    `rewritten` stands alone and ends with the question itself; `named` are the places that the question
    names, `regions` those that it is about. With `may_lean` it was read by itself, but is short: where
    nothing answers it so, it may be one that leans on the question before.
    """

    rewritten: str
    named: bool
    regions: tuple[Region, ...]
    follow_up: bool = False
    may_lean: bool = False


def read(text: str, session: Session, leaning: bool = False) -> Reading:
    """Read a question; with `leaning` as one that leans on the question before, if there is one.

    Example: after "广东的事务性工作有哪些?", "另一类呢" -> "广东的事务性工作有哪些？另一类呢", 广东
    """
    mentions = regions_in(text)
    if not session.turns:
        return Reading(text, bool(mentions), _places(mentions))
    before = fold(session.turns[-1].rewritten)
    follow_up = leaning or _follows_up(text, mentions)
    names_a_rule = bool(compiled("named_rule").search(text))
    goes_on = follow_up or (session.region is None and not names_a_rule)
    places = mentions or (regions_in(before) if goes_on else ())
    return Reading(
        _merged(before, text, mentions) if follow_up else text,
        bool(mentions),
        _places(places),
        follow_up,
        not (follow_up or mentions or names_a_rule) and content_length(text) <= SHORT,
    )


def regions_in(text: str) -> tuple[Mention, ...]:
    """The places a text names, the nation left out; where it names none, one that is misspelt by sound."""
    found = find_regions(text) or similar_regions(text)  # 宁厦, 安微
    return tuple(m for m in found if m.region.code != "100000")


def content_length(text: str) -> int:
    """How many characters of a question say something: without question words, particles and chatter."""
    text = compiled("chatter").sub("", text)
    return len(
        re.sub(r"什么|哪些|哪个|哪里|哪|谁|多少|几|怎么|如何|为啥|呢|吗|的|了|是|有|那|这|[^\w]", "", text)
    )


def _places(mentions: Sequence[Mention]) -> tuple[Region, ...]:
    return tuple(dict.fromkeys(m.region for m in mentions))


def _follows_up(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether a question lacks what the question before says, by its words alone."""
    without = text
    for mention in mentions:
        without = without.replace(text[mention.start : mention.end], "")
    size = content_length(without)
    leans = bool(compiled("follow_up").search(text))
    if mentions and not leans and not compiled("points_back").search(text) and size >= STANDS_ALONE:
        return False  # 宁夏的购买内容有哪些 names its place and its matter
    return size <= 5 or (leans and size <= LEANING)


def _merged(before: str, text: str, mentions: Sequence[Mention]) -> str:
    """The earlier question and this one; where this one names a region, the earlier one's gives way to it."""
    if mentions:
        for old in reversed(regions_in(before)):
            before = before[: old.start] + before[old.end :]
    # What was only 安徽呢 carries nothing on, and of a long conversation the last two questions do.
    parts = [part for part in re.split("[?？]", before) if content_length(part) > 1]
    before = "？".join(parts[-2:])
    return f"{before.rstrip('?？。')}？{text}"
