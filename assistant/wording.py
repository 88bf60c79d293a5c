"""A model's statements in, a draft out: its words, the source's own in their place, or the extractive draft.

A model may choose among the statements that rank near the best, and shorten what it chose. The best ones
of the extractive draft are said whatever the model thinks of them, and whole.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.addressed import TO_A_MACHINE, to_a_machine
from assistant.citations import Claim, Rejection, locate, why_not
from assistant.composition import Draft
from assistant.faithfulness import departs, wrong_band
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.retrieval import Passage
from assistant.selection import CLOSE_EACH, ONE_REGION, extent, tidy
from assistant.several import MANY_REGIONS, NEAR
from assistant.verdicts import membership, verdict
from ingest.regions import NATION, region

MARKS = dict.fromkeys(map(ord, "“”‘’「」『』'"), '"')
UNUSABLE = "模型没有给出能通过核对的回答，本回答为原文摘录。"


@dataclass(frozen=True)
class Said:
    """One statement of a model, as it came: nothing of it is believed yet."""

    text: str
    passage: int
    quote: str


@dataclass(frozen=True)
class Written:
    """The draft to be verified, what to tell about how it was written, and what the model said in vain."""

    draft: Draft
    notices: tuple[str, ...] = ()
    rejected: tuple[Rejection, ...] = ()


def eligible(query: Query, draft: Draft, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The statements a model may choose: those of the draft, and those that rank near the best of these."""
    drafted = [any(_holds(claim, c) for claim in draft.claims) for c in candidates]
    enough = max((c.score for c, own in zip(candidates, drafted, strict=True) if own), default=0.0) - NEAR
    lists = any(not c.complete for c in candidates)
    places = {claim.passage.policy.region for claim in draft.claims}

    def fits(c: Candidate) -> bool:
        if query.another or "title" in query.kinds:
            return False  # the draft has rules of its own there for what must not be told
        placed = len(query.regions) == 1 or c.passage.policy.region in places
        return placed and c.score >= enough and (c.complete or not lists)

    return [c for c, own in zip(candidates, drafted, strict=True) if own or fits(c)]


def settle(
    query: Query,
    draft: Draft,
    near: Sequence[Candidate],
    passages: Sequence[Passage],
    said: Sequence[Said],
) -> Written:
    """Decide what of a model's statements is said; `near` as eligible() gives it, `passages` as numbered."""
    claims: list[Claim] = []
    rejected: list[Rejection] = []
    for one in said:
        if not 1 <= one.passage <= len(passages):
            continue
        passage, span = _place(one, passages)
        claim, reason = _claim(query, draft, near, passage, span, one)
        if reason:
            rejected.append(Rejection(Claim(one.text, passage, (one.quote,)), reason))
        if claim and not any(_overlap(claim, other) for other in claims):
            claims.append(claim)
    if not claims:
        return Written(draft, (UNUSABLE,), tuple(rejected))
    chosen: list[Claim] = []
    groups = list(dict.fromkeys(claim.group for claim in draft.claims))
    for group in groups:
        drafted = [claim for claim in draft.claims if claim.group == group]
        if len(query.asks) == 1:  # of several asks each has its own best, and only the draft knows which
            best = max(_score(claim, near) for claim in drafted)
            drafted = [claim for claim in drafted if _score(claim, near) >= best - CLOSE_EACH]
        own = [claim for claim in claims if claim.group == group]
        chosen += _join(drafted, own, MANY_REGIONS // len(groups) if draft.grouped else ONE_REGION)
    decided = verdict(query, chosen) or membership(query, chosen)
    if decided != draft.verdict:
        return Written(draft, (UNUSABLE,), tuple(rejected))
    return Written(replace(draft, claims=tuple(chosen)), (), tuple(rejected))


def _place(one: Said, passages: Sequence[Passage]) -> tuple[Passage, tuple[int, int] | None]:
    """The passage and the span in it that a statement rests on; no span where it rests on nothing.

    A small model copies the rule into `text` and anything into `quote`, or counts passages wrongly: what
    stands in the passage it names, else in just one of the others, is taken for what it meant.
    """
    named = passages[one.passage - 1]
    for words in (one.quote, one.text):
        spans = [(p, span) for p in passages if (span := _found(words, p.chunk.text))]
        if own := [found for found in spans if found[0] is named] or (spans if len(spans) == 1 else []):
            return own[0]
    return named, None


def _found(words: str, text: str) -> tuple[int, int] | None:
    """As locate(), any quotation mark for any: in JSON a model writes ‘’ where the rule has “”."""
    return locate(words.translate(MARKS), text.translate(MARKS))


def _claim(
    query: Query,
    draft: Draft,
    near: Sequence[Candidate],
    passage: Passage,
    span: tuple[int, int] | None,
    one: Said,
) -> tuple[Claim | None, str | None]:
    """The claim that a statement comes to, and why its own words are not in it, if they are not."""
    if span is None:
        return None, "引文不在所引片段中"
    quoted = [c for c in near if c.passage is passage and _meet(span, (c.statement.start, c.statement.end))]
    if not quoted:
        return None, "引文不能回答问题"
    best = max(quoted, key=lambda c: c.score)
    start, end = extent(best, ONE_REGION)
    words = passage.chunk.text[start:end].strip()
    if to_a_machine(words) or to_a_machine(one.text):
        return None, TO_A_MACHINE
    group = region(passage.policy.region or NATION).short if draft.grouped else ""
    own = Claim(_shown(one.text), passage, (words,), group=group)
    source = replace(own, text=tidy(words))
    if _found(words, one.text) and _found(one.text, passage.chunk.text):
        reason = why_not(source, query)  # it copied more than the sentence: nothing to compare
        return (None if reason else source), reason
    listed = best.statement.is_lead or best.statement.lead is not None  # a list is told whole
    reason = (
        why_not(own, query)
        or wrong_band(query, own.text, words)
        or departs(own.text, words, query.rewritten)
        or ("清单须照原文列全" if listed and own.text != source.text else None)
    )
    if reason is None:
        return own, None
    return (None if why_not(source, query) else source), reason


def _shown(text: str) -> str:
    """A model's words without characters that cannot be seen (zero-width, bidi, control, private use)."""
    return tidy("".join(c for c in text if c == "\n" or not unicodedata.category(c).startswith("C")))


def _join(drafted: Sequence[Claim], own: Sequence[Claim], budget: int) -> list[Claim]:
    """The draft's claims, in a model's words where it has them, then its other claims within the budget."""
    chosen = [next((o for o in own if _covers(o, claim)), claim) for claim in drafted]
    for claim in own:
        used = sum(len(c.text) for c in chosen)
        if used + len(claim.text) <= budget and not any(_overlap(claim, c) for c in chosen):
            chosen.append(claim)
    places = [claim.passage.chunk.id for claim in chosen]
    return sorted(chosen, key=lambda claim: places.index(claim.passage.chunk.id))


def _score(claim: Claim, near: Sequence[Candidate]) -> float:
    return max((c.score for c in near if _holds(claim, c)), default=float("-inf"))


def _holds(claim: Claim, candidate: Candidate) -> bool:
    statement = (candidate.statement.start, candidate.statement.end)
    return candidate.passage.chunk.id == claim.passage.chunk.id and any(
        _meet(span, statement) for span in _spans(claim)
    )


def _covers(one: Claim, other: Claim) -> bool:
    """Whether a claim rests on all the words that another rests on."""
    return one.passage.chunk.id == other.passage.chunk.id and all(
        any(start <= a and b <= end for start, end in _spans(one)) for a, b in _spans(other)
    )


def _overlap(one: Claim, other: Claim) -> bool:
    return one.passage.chunk.id == other.passage.chunk.id and any(
        _meet(a, b) for a in _spans(one) for b in _spans(other)
    )


def _spans(claim: Claim) -> list[tuple[int, int]]:
    found = (locate(quote, claim.passage.chunk.text) for quote in claim.quotes)
    return [span for span in found if span]


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
