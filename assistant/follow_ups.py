"""A question and the conversation before it in, the question as it stands by itself out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.patterns import compiled, fold
from assistant.session import Session
from ingest.regions import NATION, Mention, Region, cut_out, find_regions, similar_regions

STANDS_ALONE = 4  # characters of content that make a question with a region of its own complete
BARE = 5  # characters of content at most of one that can hardly stand alone
LEANING = 14  # characters of content at most that a question which leans on the one before has
ALSO = re.compile("[,，]?也")
SHORT_ANSWER = 40  # characters
THERE = re.compile("[这那](?:边|头|里|儿)(?!呢)")  # 安徽那边 is 安徽, and points to nothing before
SHORT = 16  # characters of content at most of one that may lean on it


@dataclass(frozen=True)
class Reading:
    """A question read in its conversation.

    `rewritten` stands alone and ends with `focus`, the question itself; `regions` are the places that it is
    about, which it may have `named`. With `may_lean` it was read by itself, but is short: where
    nothing answers it so, it may be one that leans on the question before.
    """

    focus: str
    rewritten: str
    named: bool
    regions: tuple[Region, ...]
    follow_up: bool = False
    may_lean: bool = False


def read(text: str, session: Session, leaning: bool = False) -> Reading:
    """Read a question; with `leaning` as one that leans on the question before, if there is one.

    Example: after "广东的事务性工作有哪些?", "另一类呢" -> "广东的事务性工作有哪些？另一类呢", 广东
    """
    if not session.turns:
        mentions = regions_in(text)
        return Reading(text, text, bool(mentions), _places(mentions))
    text = _unswapped(text)
    mentions = regions_in(text)
    last = session.turns[-1]
    before = fold(last.rewritten)
    follow_up = leaning or _follows_up(text, mentions)
    names_a_rule = bool(compiled("named_rule").search(text))
    goes_on = follow_up or (session.region is None and not names_a_rule)
    places = mentions or (regions_in(before) if goes_on else ())
    return Reading(
        text,
        _merged(before, text, mentions, last.answer) if follow_up else text,
        bool(mentions),
        _places(places),
        follow_up,
        not (follow_up or mentions or names_a_rule) and content_length(text) <= SHORT,
    )


def regions_in(text: str) -> tuple[Mention, ...]:
    """The places a text names, the nation left out; where it names none, one that is misspelt by sound."""
    found = find_regions(text) or similar_regions(text)  # 宁厦, 安微
    return tuple(m for m in found if m.region.code != NATION)


def content_length(text: str) -> int:
    """How many characters of a question say something: without question words, particles and chatter."""
    text = compiled("chatter").sub("", text)
    return len(
        re.sub(r"什么|哪些|哪个|哪里|哪|谁|多少|几|怎么|如何|为啥|呢|吗|的|了|是|有|那|这|[^\w]", "", text)
    )


def says_nothing(text: str) -> bool:
    """Whether a question names no more than a place: 那安徽呢, with nothing asked before."""
    return not content_length(cut_out(text, regions_in(text)))


def _unswapped(text: str) -> str:
    """A question without what only says that a place takes the place of another: 换成安徽, 要几天."""
    for mention in reversed(regions_in(text)):
        text = compiled("swap").sub("", text[: mention.start]) + text[mention.start :]
    return text


def _places(mentions: Sequence[Mention]) -> tuple[Region, ...]:
    return tuple(dict.fromkeys(m.region for m in mentions))


def _follows_up(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether a question lacks what the question before says, by its words alone."""
    matter = said = text
    for mention in reversed(mentions):
        there = THERE.match(text, mention.end)
        end = there.end() if there else mention.end
        matter = matter[: mention.start] + matter[end:]
        said = said[: mention.end] + said[end:]
    size = content_length(matter)
    as_before = any(ALSO.match(text, mention.end) for mention in mentions)  # 湖南也是三年吧
    leans = as_before or bool(compiled("follow_up").search(said))
    if mentions and not leans and not compiled("points_back").search(said) and size >= STANDS_ALONE:
        return False  # 宁夏的购买内容有哪些 names its place and its matter
    return size <= BARE or (leans and size <= LEANING)


def _merged(before: str, text: str, mentions: Sequence[Mention], answer: str) -> str:
    """The earlier question and this one; where this one names a region, the earlier one's gives way to it,
    and what was answered there comes with it, if this one points to that."""
    if mentions:
        if compiled("points_to_answer").search(text):
            before = f"{before.rstrip('?？。')}？{_gist(answer)}"
        for old in reversed(regions_in(before)):
            before = before[: old.start] + before[old.end :].removeprefix("的")
    # What was only 安徽呢 carries nothing on, and of a long conversation the last two questions do.
    parts = [part for part in re.split("[?？]", before) if content_length(part) > 1]
    before = "？".join(parts[-2:])
    return f"{before.rstrip('?？。')}？{text}"


def _gist(answer: str) -> str:
    """The first statement of an answer, where it is short and no figure of its place is in it."""
    said = re.split(r"[。;；\n]", answer.rpartition("》：")[2])[0]
    return "" if len(said) > SHORT_ANSWER or re.search(r"\d", said) else said
