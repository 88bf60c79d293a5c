"""Two versions of one policy in, what each says where they differ out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.citations import Claim
from assistant.counterparts import NAMES, SIDES, Side, best_change, both_versions, counterpart, edition
from assistant.editions import bare, chapter
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.retrieval import QUOTED
from assistant.selection import tidy

VERSION = 240  # characters said of each of the two, of one provision
WHOLE = 480  # of both, where several provisions are asked for
CLOSE = 1.5  # a further provision is said where it scores this close to the best
UNCHANGED = 1.5  # what both say alike answers where it scores this much better than what differs
LISTED = 4  # provisions that are named as new, or gone
ADDS = re.compile("新(?:加|增|设|添)|增(?:加|设|添)了|(?:加|多|添)了(?!多)|有没有加")
DROPS = re.compile("删|去掉|拿掉|取消了|砍掉|没了")
SEVERAL = re.compile("哪些|哪两|哪几|几处|哪里|什么地方")


def versions(query: Query, candidates: Sequence[Candidate]) -> tuple[list[Claim], tuple[str, ...]]:
    """What the two versions of one policy say where they differ, the earlier first, and which is silent.

    The provision that answers best and differs, with what stands in its place in the other version; where
    it is asked what is new or gone, the provisions and chapters that are.
    """
    sides = both_versions(candidates)
    if not sides:
        return [], ()
    best = best_change(query, sides)
    for pattern, later in ((ADDS, True), (DROPS, False)):
        if pattern.search(query.focus) and (claims := _added(query, sides[later], best)):
            return _with_partner(sides, later, claims)
    if best is None:
        return [], ()
    if same := _unchanged(query, sides, best):
        return same, ()
    claims, silent = _pair(sides, best)
    claims = [_no_longer(query, claims, claim) for claim in claims]
    if SEVERAL.search(query.focus):
        claims = _further(sides, best, claims)
    return claims, silent


def only_one(query: Query, claims: Sequence[Claim]) -> tuple[str, ...]:
    """That a question about an earlier version, or about a change, is answered from one version alone."""
    if not claims:
        return ()
    passage = claims[0].passage
    told = f"以上引自《{passage.policy.title.strip('《》')}》（{edition(passage)}）。"
    if query.version == "change":
        return (f"没有找到可以对照的另一个版本，{told}",)
    if query.version == "previous" and passage.in_force:
        return (f"没有找到更早的版本，{told}",)
    return ()


def _unchanged(query: Query, sides: Mapping[bool, Side], best: Candidate) -> list[Claim]:
    """What both versions say alike, where that is what is asked about."""
    later = [c for c in sides[True].own if c.passage.exact] or sides[True].own
    top = next((c for c in later if c.complete), later[0])
    worse = best.score + UNCHANGED > top.score or best.passage.changed
    if top in sides[True].changed or (best.passage.exact if top.passage.exact else worse):
        return []
    if not top.passage.exact and not any(noun in top.statement.text for noun in _about(query, top)):
        return []  # what changed at all is asked about
    text = bare(top.statement.text)
    before = next((c for c in sides[False].own if bare(c.statement.text) == text), None)
    if before is None:
        return []
    quotes = [(c.passage.chunk.text if c.passage.exact else c.statement.text).strip() for c in (before, top)]
    if max(map(len, quotes)) > VERSION:
        quotes = [c.statement.text.strip() for c in (before, top)]
    notes = ("", "没有改动，仍是：")
    return [
        Claim(f"{note}{tidy(quote)}", c.passage, (quote,), group=sides[new].name)
        for c, new, note, quote in zip((before, top), SIDES, notes, quotes, strict=True)
    ]


def _pair(sides: Mapping[bool, Side], best: Candidate) -> tuple[list[Claim], tuple[str, ...]]:
    """A provision and what stands in its place in the other version, where they differ."""
    new = best.passage.in_force
    partner = None if best.passage.added == "条" else counterpart(best, sides[not new].own)
    said = {new: _said(best, sides[new], VERSION), not new: []}
    if partner is not None:
        said[not new] = _said(partner, sides[not new], VERSION)
    silent = tuple(sides[side].name for side in SIDES if not said[side])
    return [claim for side in SIDES for claim in said[side]], silent


def _said(best: Candidate, side: Side, budget: int) -> list[Claim]:
    """A statement and what else differs in its provision, in the order of the text, within the budget."""
    chosen = [best]
    for candidate in sorted(side.of(best.passage.chunk.id), key=lambda c: -c.score):
        if candidate.at != best.at and sum(len(c.statement.text) for c in (*chosen, candidate)) <= budget:
            chosen.append(candidate)
    runs: list[list[Candidate]] = []
    for candidate in sorted(chosen, key=lambda c: c.at):
        if runs and runs[-1][-1].statement.end == candidate.statement.start:
            runs[-1].append(candidate)
        else:
            runs.append([candidate])
    claims = []
    text, told = best.passage.chunk.text, -1
    for run in runs:
        quote = text[run[0].statement.start : run[-1].statement.end].strip()
        lead = run[0].statement.lead
        before = text[slice(*lead)].strip() if lead and told < lead[0] < run[0].statement.start else ""
        claims.append(
            Claim(
                f"{before}{tidy(quote)}",
                best.passage,
                (before, quote) if before else (quote,),
                group=side.name,
            )
        )
        told = run[-1].statement.start
    return claims


def _no_longer(query: Query, claims: Sequence[Claim], claim: Claim) -> Claim:
    """Of the later version, that its provision does not hold a phrase quoted in the question any more."""
    before = "".join(c.passage.chunk.text for c in claims if not c.passage.in_force)
    gone = [t for t in QUOTED.findall(query.focus) if t in before and t not in claim.passage.chunk.text]
    first = next(c for c in claims if c.passage.chunk.id == claim.passage.chunk.id)
    if not gone or not claim.passage.in_force or claim is not first:
        return claim
    return replace(claim, text=f"不再写“{gone[0]}”：{claim.text}")


def _further(sides: Mapping[bool, Side], best: Candidate, claims: list[Claim]) -> list[Claim]:
    """The pairs of other provisions that answer about as well, while there is room."""
    done = {claim.passage.chunk.id for claim in claims}
    near = [c for c in sides[best.passage.in_force].changed if c.score >= best.score - CLOSE]
    if NAMES.search(best.statement.text):
        near = [c for c in near if NAMES.search(c.statement.text)] or near
    for candidate in near:
        more, _ = _pair(sides, candidate)
        ids = {claim.passage.chunk.id for claim in more}
        if not ids & done and sum(len(c.text) for c in (*claims, *more)) <= WHOLE:
            claims, done = [*claims, *more], done | ids
    return sorted(claims, key=lambda claim: claim.passage.in_force)


def _added(query: Query, side: Side, rival: Candidate | None) -> list[Claim]:
    """The chapters and provisions that only this version has: of those the ones asked about, else the
    first few; none where what was changed answers better."""
    fresh = _first_statements(c for c in side.own if c.passage.added)
    if not fresh:
        return []
    chapters = [c for c in fresh if c.passage.added == "章"]
    spoken = [c for c in chapters if chapter(c.passage.chunk) in query.focus]
    if spoken or (chapters and "章" in query.focus):
        chosen = spoken or chapters[:LISTED]
    else:
        about = _about(query, side.own[0])
        close = [c for c in fresh if any(noun in c.passage.chunk.text for noun in about)] if about else fresh
        if not close:
            return []
        best = max(c.score for c in close)
        if about and rival and best < rival.score - CLOSE:
            return []  # what is asked about was changed, not added
        chosen = [c for c in close if not about or c.score >= best - 2 * CLOSE]
        chosen = sorted(chosen, key=lambda c: (c.passage.added != "章", -c.score))[:LISTED]
    chosen.sort(key=lambda c: c.passage.chunk.ordinal)
    claims = [_heading(c, side.name, WHOLE // len(chosen)) for c in chosen]
    word = "新增" if side.own[0].passage.in_force else "后来删去"
    return [replace(claims[0], text=f"{word}：{claims[0].text}"), *claims[1:]]


def _about(query: Query, candidate: Candidate) -> list[str]:
    """What a question asks about of a rule: its nouns, and the rules' terms for others, that are not of the
    rule's name."""
    title = candidate.passage.policy.title
    terms = [term for terms in query.terms for term in terms.split()]
    return [noun for noun in (*(n for ask in query.asks for n in ask.nouns), *terms) if noun not in title]


def _first_statements(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The best statement of each provision."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        best.setdefault(candidate.passage.chunk.id, candidate)
    return list(best.values())


def _heading(candidate: Candidate, name: str, budget: int) -> Claim:
    """A provision that is new or gone, from the heading of its chapter on where the chapter is."""
    text = candidate.passage.chunk.text
    first = next(s for s in candidate.statements if re.search("[。；;：:，,]", s.text))
    start = 0 if candidate.passage.added == "章" else first.start
    end = first.sentence[1] if first.sentence[1] - start <= budget else first.end
    quote = text[start:end].strip()
    return Claim(tidy(quote), candidate.passage, (quote,), group=name)


def _with_partner(
    sides: Mapping[bool, Side], later: bool, claims: list[Claim]
) -> tuple[list[Claim], tuple[str, ...]]:
    """What is new, with what stood in the place of the one asked about; or the other version is silent."""
    if len(claims) == 1:
        new = next(c for c in sides[later].own if c.passage is claims[0].passage)
        partner = None if new.passage.added == "条" else counterpart(new, sides[not later].own)
        if partner:
            beside = _said(partner, sides[not later], VERSION)
            return sorted([*claims, *beside], key=lambda c: c.passage.in_force), ()
    return claims, (sides[not later].name,)
