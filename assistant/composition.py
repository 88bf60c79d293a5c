"""Query and passages in, a draft out: the statements that answer, copied from the rules, without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from assistant.calculation import calculate
from assistant.citations import Claim
from assistant.features import wanted
from assistant.patterns import opposites
from assistant.query import Query
from assistant.ranking import Candidate, confidence, constrained, meets, rank
from assistant.retrieval import HOW_MANY, NATIONAL, Passage
from assistant.selection import CLOSE_EACH, ONE_REGION, choose, tidy
from ingest.embeddings import QueryEncoding
from ingest.regions import ancestors, region

MANY_REGIONS = 480  # characters of an answer for several
THRESHOLD = 0.25  # below this confidence nothing is answered
DECIDED = 0.5  # below this confidence the rule is told without a 可以 or 不可以 before it
THRESHOLD_EACH = 0.12  # the same for one region of several asked about by name
NEAR = 5.0  # a region answers too where its best statement scores this close to the best of all
GATED = 8  # where a sum or a list is asked for, one of so many best statements must hold it
NATIONAL_LEAD = 2.0  # a rule of the nation is preferred where it scores this close to a region's
ALIKE = 0.3  # what stands in a statement's place in the other version shares this much with it
VERSION = 220  # characters of each of two versions compared
HEADINGS = re.compile(r"^\s*(?:#* *第[零一二三四五六七八九十百]+[编章节][^\n]{0,40}\n\s*)+")
RECITED = 560  # characters of a provision recited by its number
RECITE = re.compile(
    r"(?:说|讲|写|规定|内容|原文|全文)(?:了|的)?(?:什么|啥|是|呢|[?？]|$)|怎么(?:说|写|规定)|^.{0,30}条[?？]?$"
)
DIFFER = 3.0  # several regions whose best statements score this close: the region is asked back
VAGUE = 0.08  # from this confidence on a question without a region may be one that only lacks it
SPREAD = 8  # statements looked at for whether several regions speak

NEGATIVE = re.compile(r"不得|不作为|不能|不可以?|不允许|禁止|不予|不应|严禁|不再|不含|不包括|除外")
BELONGS = re.compile(r"算不算|是不是|属不属于|算(?=.{0,8}[吗么嘛])|属于(?=.{0,10}[吗么嘛])")
POSITIVE = re.compile(r"可以|可(?!能|靠|行|持续|推广|复制|利用)|允许|鼓励|支持|能够|有权")


@dataclass(frozen=True)
class Draft:
    """What is to be said: claims (by region where several are spoken of), how sure, who is silent, and which
    of several asks stay open."""

    claims: tuple[Claim, ...]
    confidence: float
    silent: tuple[str, ...] = ()
    verdict: str = ""
    grouped: bool = False
    clarify: bool = False
    open: tuple[str, ...] = ()


def compose(
    query: Query,
    encoding: QueryEncoding,
    passages: Sequence[Passage],
    rarity: Callable[[Sequence[str]], Mapping[str, float]],
) -> Draft:
    """Choose the statements that answer; nothing is chosen where none is probable enough."""
    want = wanted(query, encoding, rarity)
    return draft(query, rank(query, passages, want))


def draft(query: Query, candidates: Sequence[Candidate]) -> Draft:
    """Choose among ranked statements."""
    if exact := [c for c in candidates if c.passage.exact]:
        if RECITE.search(query.focus) or HOW_MANY.search(query.focus):
            return Draft(tuple(_recite(query, exact)), 1.0)
        if not any(c.complete for c in exact) and not _answers(query, candidates):
            return Draft(tuple(_recite(query, exact)), 1.0)
        candidates = [c for c in exact if c.complete] or candidates
    if query.version == "change" and len(query.regions) < 2 and (both := _versions(query, candidates)):
        return both
    candidates = _of_the_named(candidates)
    if not query.regions and not query.every_region:
        candidates = _national_first(candidates)
    if query.figures and (claim := calculate(query, candidates)):
        return Draft((claim,), 1.0)
    if any(not c.complete for c in candidates):
        candidates = [c for c in candidates[:GATED] if c.complete]
    if query.another:
        candidates = [c for c in candidates if not _said(c, query)] or candidates
    if "title" in query.kinds:
        candidates = [c for c in candidates if "《" in c.statement.text] or candidates
    groups = _groups(query, candidates)
    if len(groups) > 1:
        return _several(query, groups)
    if not candidates:
        return Draft((), 0.0)
    sure = confidence(candidates[0])
    if sure < (THRESHOLD / 2 if candidates[0].passage.named else _threshold(query)):
        return Draft((), sure, clarify=sure >= VAGUE and _spread(query, candidates))
    claims = choose(query, candidates, ONE_REGION)
    said = verdict(query, claims) or membership(query, claims) if sure >= DECIDED else ""
    return Draft(tuple(claims), sure, verdict=said, open=_open(query, claims))


def _open(query: Query, claims: Sequence[Claim]) -> tuple[str, ...]:
    """The asks of several that want what no claim holds: a sum, a day, a telephone number."""
    said = "\n".join(quote for claim in claims for quote in claim.quotes)
    asks = [ask for ask in query.asks if constrained(ask) and not meets(ask, said)]
    return tuple(ask.text for ask in asks) if len(query.asks) > 1 else ()


def _spread(query: Query, candidates: Sequence[Candidate]) -> bool:
    """Whether a question that names no region is spoken of by the rules of several."""
    codes = [c.passage.policy.region or NATIONAL for c in candidates[:SPREAD]]
    return not query.regions and len(set(codes)) > 2 and codes.count(NATIONAL) < len(codes) / 2


def _versions(query: Query, candidates: Sequence[Candidate]) -> Draft | None:
    """What the two versions of one policy say where they differ, the earlier first.

    The statement that answers best and differs, and what stands in its place in the other version; of an
    amendment of few provisions all of them.
    """
    if not candidates:
        return None
    family = next((c for c in candidates if c.passage.named), candidates[0]).passage.policy.family
    sides = {
        new: [
            c
            for c in candidates
            # How a law was adopted stands before its provisions.
            if c.passage.policy.family == family and c.passage.in_force is new and c.passage.chunk.ordinal
        ]
        for new in (False, True)
    }
    if not all(sides.values()):
        return None
    names = {new: _edition(own[0].passage) for new, own in sides.items()}
    said = {new: {tidy(c.statement.text) for c in own} for new, own in sides.items()}
    changed = {
        new: [c for c in own if tidy(c.statement.text) not in said[not new]] for new, own in sides.items()
    }
    if few := {new: [c for c in own if c.passage.changed] for new, own in changed.items()}:
        changed = few if all(few.values()) else changed
    best = max((own[0] for own in changed.values() if own), key=lambda c: c.score, default=None)
    if best is None:
        return None
    other = changed[not best.passage.in_force]
    partner = max(other, key=lambda c: _alike(c, best), default=None)
    claims: list[Claim] = []
    silent: list[str] = []
    for new in (False, True):
        one = best if best.passage.in_force is new else partner
        if one is None or (one is partner and _alike(one, best) < ALIKE):
            silent.append(names[new])
            continue
        own = [c for c in changed[new] if c is one or c.passage.chunk.id == one.passage.chunk.id]
        own.sort(key=lambda c: c is not one)
        claims += [replace(c, group=names[new]) for c in choose(query, own, VERSION, CLOSE_EACH)]
    return Draft(tuple(claims), 1.0, tuple(silent), grouped=True)


def _of_the_named(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Of a rule that the question names its statements alone, if one of them may answer."""
    named = [c for c in candidates if c.passage.named]
    return named if named and confidence(named[0]) >= THRESHOLD / 2 else candidates


def _answers(query: Query, candidates: Sequence[Candidate]) -> bool:
    """Whether one of the best statements holds what is asked for and is probable enough."""
    complete = [c for c in candidates[:GATED] if c.complete]
    return bool(complete) and confidence(complete[0]) >= THRESHOLD


def _edition(passage: Passage) -> str:
    dated = passage.policy.version_date
    return f"{dated.year}年版" if dated else "现行版" if passage.in_force else "原版"


def _alike(one: Candidate, other: Candidate) -> float:
    """How much of two statements is the same, in 0..1; of the same provision by number a little more."""
    same = SequenceMatcher(None, one.statement.text, other.statement.text, autojunk=False).ratio()
    return same + 0.1 * (one.passage.chunk.path == other.passage.chunk.path)


def _recite(query: Query, candidates: Sequence[Candidate]) -> list[Claim]:
    """The provision asked for by its number, in its own words and whole."""
    passages = sorted(
        {c.passage.chunk.id: c.passage for c in candidates}.values(), key=lambda p: p.chunk.ordinal
    )
    claims: list[Claim] = []
    for passage in passages:
        quote = HEADINGS.sub("", passage.chunk.text).strip()
        if HOW_MANY.search(query.focus):
            return [Claim(f"最后一条是：{tidy(quote)}", passage, (quote,))]
        if claims and sum(len(c.text) for c in claims) + len(quote) > RECITED:
            break
        claims.append(Claim(tidy(quote), passage, (quote,)))
    return claims


def _national_first(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Where no region is named, the rules of the nation alone, if they answer about as well as any."""
    national = [c for c in candidates if c.passage.policy.region in (None, NATIONAL)]
    if not national or national[0].score < candidates[0].score - NATIONAL_LEAD:
        return candidates
    return national if confidence(national[0]) >= THRESHOLD else candidates


def _threshold(query: Query) -> float:
    """What confidence is asked for: less where the conversation has already found its provision."""
    return THRESHOLD / 3 if query.same_region or query.kinds & {"title", "document"} else THRESHOLD


def _groups(query: Query, candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    """Candidates by the region that is spoken of.

    Where the question names regions, those; where it names none, the regions whose best statement answers
    about as well as the best of all.
    """
    if len(query.regions) == 1 or not candidates:
        return {}
    by_region: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_region.setdefault(candidate.passage.policy.region or NATIONAL, []).append(candidate)
    if query.regions:
        held = dict.fromkeys(_holder(r.code, by_region) for r in query.regions)
        return {code: by_region.get(code, []) for code in held} if len(held) > 1 else {}
    best = candidates[0].score
    near = {code: own for code, own in by_region.items() if own[0].score >= best - NEAR}
    return {code: own for code, own in near.items() if confidence(own[0]) >= THRESHOLD}


def _holder(code: str, by_region: Mapping[str, object]) -> str:
    """The region itself or the nearest above it that has rules of its own: 佛山 and 茂名 are both 广东's."""
    return next((up for up in ancestors(code) if up in by_region and up != NATIONAL), code)


def _several(query: Query, groups: Mapping[str, list[Candidate]]) -> Draft:
    budget = max(MANY_REGIONS // len(groups), 110)
    claims: list[Claim] = []
    silent: list[str] = []
    sure = 0.0
    for code, own in groups.items():
        name = region(code).short
        if not own or confidence(own[0]) < THRESHOLD_EACH:
            silent.append(name)
            continue
        sure = max(sure, confidence(own[0]))
        claims += [replace(c, group=name) for c in choose(query, own, budget, CLOSE_EACH)]
    tops = sorted((own[0].score for own in groups.values() if own), reverse=True)
    clarify = not query.regions and not query.every_region and tops[0] - tops[1] < DIFFER
    return Draft(tuple(claims), sure, tuple(silent), grouped=True, clarify=clarify)


def _said(candidate: Candidate, query: Query) -> bool:
    """Whether a statement was told already: it shares its items with the earlier answer, or its subject
    with the earlier question."""
    items = [i for i in re.split(r"[、，,；;。]", tidy(candidate.statement.text)) if len(i) >= 2]
    told = bool(items) and sum(i in query.previous_answer for i in items) >= len(items) / 2
    before = query.rewritten.removesuffix(query.focus)
    sides = [side for pair in opposites() for side in pair if side.search(before)]
    return told or any(side.search(candidate.statement.text) for side in sides)


def verdict(query: Query, claims: Sequence[Claim]) -> str:
    """可以 or 不可以, as the rule's modal verb says, where a question asks if something may be done."""
    if not claims or not re.search(
        r"能不能|能否|可不可以|可以.{0,12}(吗|么|不|嘛)|能.{0,14}(吗|么|不|嘛)"
        r"|(?:可以|(?<![功职智性])能)[^,，。？?]*[吗嘛]|行不行|行吗|允不允许|允许|让不让|可否",
        query.focus,
    ):
        return ""
    text = claims[0].text
    if NEGATIVE.search(text):
        return "" if POSITIVE.search(text) else "不可以"
    return "可以" if POSITIVE.search(text) else ""


def membership(query: Query, claims: Sequence[Claim]) -> str:
    """属于 for a question whether one thing counts as another, where a rule names the thing in its list."""
    if not claims or not BELONGS.search(query.focus) or NEGATIVE.search(claims[0].text):
        return ""
    asked = BELONGS.split(query.focus)[0]
    items = [w for w in re.split(r"[、，,和及与]|这种|这类|活儿?|项目|工作|服务", asked) if len(w) >= 3]
    return "属于" if any(item[-4:] in claims[0].text for item in items) else ""
