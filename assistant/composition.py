"""Query and passages in, a draft out: the statements that answer, copied from the rules, without a model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.beside import beside
from assistant.calculation import calculate
from assistant.citations import Claim
from assistant.conflicts import conflicts
from assistant.follow_ups import says_nothing
from assistant.parts import parts as parts_of
from assistant.patterns import opposites
from assistant.query import Query
from assistant.ranking import Candidate, confidence, constrained, meets, plausibility, rank
from assistant.reciting import asks_for_the_words, recite
from assistant.retrieval import Passage
from assistant.selection import ONE_REGION, choose, tidy
from assistant.several import by_region, tell
from assistant.standing import of_the_body, standing
from assistant.verdicts import membership, verdict
from assistant.versions import only_one, versions
from assistant.wanted import wanted
from ingest.card import RANKS
from ingest.embeddings import QueryEncoding
from ingest.regions import NATION

THRESHOLD = 0.1  # below this confidence nothing is answered
THRESHOLD_REPORT = 0.2  # the same for a report: unlike a rule it does not set out to cover its matter
PLAUSIBLE = 0.2  # what one region says, of several, is told from this plausibility on
THRESHOLD_PART = 0.15  # below this plausibility of its best statement an ask of several is not answered
OWN_WEIGHT = 0.75  # how much it counts that a statement answers one ask of several better than the others
SURE_BESIDE = 0.8  # where an ask is seen to stay open, another is answered by a statement so sure,
FITS_BESIDE = 0.7  # or so plausible: what is only near the matter answers neither
DECIDED = 0.5  # below this confidence the rule is told without a 可以 or 不可以 before it
GATED = 8  # where a sum or a list is asked for, one of so many best statements must hold it
GATED_EACH = 15  # the same of each of several regions, whose matter the surest one of all tells
NATIONAL_LEAD = 2.0  # a rule of the nation is preferred where it scores this close to a region's
POINTED = re.compile("[这该那](?:个|份|篇|项)?[一-龥]{0,6}(?:意见|通知|文件|办法|方案|材料|报道|文章)")
VAGUE = 0.08  # from this confidence on a question without a region may be one that only lacks it
SPREAD = 8  # statements looked at for whether several regions speak


@dataclass(frozen=True)
class Draft:
    """What is to be said: claims (by region where several are spoken of), how sure, who is silent, which of
    several asks stay open, and which rules found say otherwise."""

    claims: tuple[Claim, ...]
    confidence: float
    silent: tuple[str, ...] = ()
    verdict: str = ""
    grouped: bool = False
    clarify: bool = False
    open: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def compose(
    query: Query,
    encoding: QueryEncoding,
    passages: Sequence[Passage],
    rarity: Callable[[Sequence[str]], Mapping[str, float]],
) -> Draft:
    """Choose the statements that answer; nothing is chosen where none is probable enough."""
    return draft(query, *ranked(query, encoding, passages, rarity))


def ranked(
    query: Query,
    encoding: QueryEncoding,
    passages: Sequence[Passage],
    rarity: Callable[[Sequence[str]], Mapping[str, float]],
) -> tuple[list[Candidate], list[list[Candidate]]]:
    """The statements of the passages, the best first: for the question, and for each ask of several."""
    whole, *each = (rank(q, passages, wanted(q, encoding, rarity)) for q in (query, *parts_of(query)))
    return whole, each


def draft(query: Query, candidates: Sequence[Candidate], parts: Sequence[Sequence[Candidate]] = ()) -> Draft:
    """Choose among ranked statements; `parts` are the same ranked for each ask of several."""
    if says_nothing(query.rewritten):
        return Draft((), 0.0)
    if (exact := [c for c in candidates if c.passage.exact]) and query.version != "change":
        may_answer = any(c.complete for c in exact) or _answers(query, candidates)
        if asks_for_the_words(query) or not may_answer:
            return Draft(tuple(recite(query, exact)), 1.0)
        candidates = [c for c in exact if c.complete] or candidates
    if query.version == "change" and len(query.regions) < 2:
        both, absent = versions(query, candidates)
        if both:
            return Draft(tuple(both), 1.0, absent, grouped=True)
    candidates = _of_the_place(query, _of_the_named(candidates))
    own = of_the_body(query, candidates)
    candidates = _narrowed(query, candidates, own)
    if not query.regions and not query.every_region:
        candidates = _national_first(candidates)
    if worked := calculate(query, candidates):
        return Draft((*worked, *beside(query, worked, parts)), 1.0)
    if any(not c.complete for c in candidates):
        candidates = _complete(query, candidates)
    if query.another:
        candidates = [c for c in candidates if not _said(c, query)] or candidates
    if "title" in query.kinds:
        candidates = [c for c in candidates[:GATED] if "《" in c.statement.text] or candidates
    groups = by_region(query, candidates, PLAUSIBLE)
    if len(groups) > 1:
        told = tell(query, groups)
        return Draft(told.claims, told.confidence, told.silent, grouped=True, clarify=told.clarify)
    if not candidates:
        return Draft((), 0.0)
    sure = _sure(candidates, parts)
    if sure < _threshold(query, candidates[0], own):
        return Draft((), sure, clarify=sure >= VAGUE and _spread(query, candidates))
    firsts = _firsts(candidates, parts)
    if parts and not firsts:
        return Draft((), sure)
    claims = choose(query, candidates, ONE_REGION, firsts=firsts)
    unmet = _open(query, claims)
    if unmet and parts and not _answered(query, parts, unmet):
        return Draft((), sure)
    said = _verdict(query, claims, own, sure)
    found = (*conflicts(query, claims, candidates), *only_one(query, claims))
    return Draft(tuple(claims), sure, verdict=said, open=unmet, conflicts=found)


def _narrowed(query: Query, candidates: Sequence[Candidate], own: Sequence[Candidate]) -> Sequence[Candidate]:
    """Of each region that speaks of the body asked about that alone (`own`), of the others all there is; that
    alone, too, where no region is named and a rule of the nation speaks of it."""
    if not own:
        return candidates
    places = {c.passage.policy.region for c in own}
    if not query.regions and places & {None, NATION}:
        return own
    spoken = {c.place for c in own}
    return [c for c in candidates if c.place in spoken or c.passage.policy.region not in places]


def _verdict(query: Query, claims: Sequence[Claim], own: Sequence[Candidate], sure: float) -> str:
    """可以 or 不可以 of the body asked about, as the rules give or deny it its role; of anything else as the
    modal verb of what is said has it, where that is sure enough."""
    if query.role:
        quotes = [quote for claim in claims for quote in claim.quotes]
        return standing(query, [c for c in own if any(c.statement.text.strip() in quote for quote in quotes)])
    return verdict(query, claims) or membership(query, claims) if sure >= DECIDED else ""


def _sure(candidates: Sequence[Candidate], parts: Sequence[Sequence[Candidate]]) -> float:
    """How sure an answer is; an ask of several that is seen to stay open does not tell against the rest."""
    sure = confidence(candidates[0])
    if all(any(c.complete for c in own[:GATED]) for own in parts):
        return sure
    return max(sure, *(confidence(own[0]) for own in parts if own))


def _firsts(candidates: Sequence[Candidate], parts: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """For each ask of several the statement that answers it best, if one may.

    It counts how well it answers the ask, and how much better than the others: what answers another ask
    very well answers this one, too, a little.
    """
    places = {c.place: c for c in candidates}
    scores = [{c.place: c.score for c in own} for own in parts]
    firsts = []
    for n, own in enumerate(parts):
        others = scores[:n] + scores[n + 1 :]
        fitting = {
            c.place: c.score + OWN_WEIGHT * (c.score - max(other[c.place] for other in others))
            for c in own[:GATED]
            if c.complete and plausibility(c) >= THRESHOLD_PART and c.place in places
        }
        if fitting:
            firsts.append(places[max(fitting, key=lambda place: fitting[place])])
    return firsts


def _open(query: Query, claims: Sequence[Claim]) -> tuple[str, ...]:
    """The asks of several that want what no claim holds: a sum, a day, a telephone number."""
    said = "\n".join(quote for claim in claims for quote in claim.quotes)
    asks = [ask for ask in query.asks if constrained(ask) and not meets(ask, said)]
    return tuple(ask.text for ask in asks) if len(query.asks) > 1 else ()


def _answered(query: Query, parts: Sequence[Sequence[Candidate]], unmet: Sequence[str]) -> bool:
    """Whether of several asks one that does not stay open is answered: with a figure of its unit, by a
    statement that is sure, or by one that fits it well."""
    for ask, own in zip(query.asks, parts, strict=True):
        best = next((c for c in own[:GATED] if c.complete), None)
        if best is None or ask.text in unmet:
            continue
        if ask.units or confidence(best) >= SURE_BESIDE or plausibility(best) >= FITS_BESIDE:
            return True
    return False


def _spread(query: Query, candidates: Sequence[Candidate]) -> bool:
    """Whether a question that names no region is spoken of by the rules of several."""
    codes = [c.passage.policy.region or NATION for c in candidates[:SPREAD]]
    return not query.regions and len(set(codes)) > 2 and codes.count(NATION) < len(codes) / 2


def _of_the_named(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Of a rule that the question names its statements alone, if one of them may answer."""
    named = [c for c in candidates if c.passage.named]
    return named if named and confidence(named[0]) >= THRESHOLD / 2 else candidates


def _of_the_place(query: Query, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Of a region's own paper that is pointed to (广东的这个意见) nothing that the nation's rules say."""
    if not query.regions or not POINTED.search(query.focus):
        return candidates
    return [c for c in candidates if c.passage.policy.region not in (None, NATION)]


def _answers(query: Query, candidates: Sequence[Candidate]) -> bool:
    """Whether one of the best statements holds what is asked for and is probable enough."""
    complete = [c for c in candidates[:GATED] if c.complete]
    return bool(complete) and confidence(complete[0]) >= THRESHOLD


def _complete(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of the best statements those that hold the sum or the list asked for; of each region's, where the
    question names several."""
    if len(query.regions) < 2:
        return [c for c in candidates[:GATED] if c.complete]
    seen: Counter[str | None] = Counter()
    kept: list[Candidate] = []
    for candidate in candidates:
        place = candidate.passage.policy.region
        seen[place] += 1
        kept += [candidate] if candidate.complete and seen[place] <= GATED_EACH else []
    return kept


def _national_first(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Where no region is named, the rules of the nation alone, if they answer about as well as any."""
    national = [c for c in candidates if c.passage.policy.region in (None, NATION)]
    if not national or national[0].score < candidates[0].score - NATIONAL_LEAD:
        return candidates
    return national if plausibility(national[0]) >= PLAUSIBLE else candidates


def _threshold(query: Query, best: Candidate, own: Sequence[Candidate]) -> float:
    """What confidence is asked for: more where nothing speaks of the body asked about, less where the
    conversation or the question has found its document."""
    if query.role and len(query.asks) == 1 and not own:
        return DECIDED
    report = best.passage.policy.rank in (None, RANKS[-1])
    threshold = THRESHOLD_REPORT if report else THRESHOLD
    found = query.same_region or query.kinds & {"title", "document"} or best.passage.named
    return threshold / 2 if found else threshold


def _said(candidate: Candidate, query: Query) -> bool:
    """Whether a statement was told already: it shares its items with the earlier answer, or its subject
    with the earlier question."""
    items = [i for i in re.split(r"[、，,；;。]", tidy(candidate.statement.text)) if len(i) >= 2]
    told = bool(items) and sum(i in query.previous_answer for i in items) >= len(items) / 2
    before = query.rewritten.removesuffix(query.focus)
    sides = [side for pair in opposites() for side in pair if side.search(before)]
    return told or any(side.search(candidate.statement.text) for side in sides)
