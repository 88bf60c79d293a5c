"""Candidates of several regions in, what each region says of the one matter asked about out.

The surest statement of all says what the matter is; every other region's statements are weighed by what they
share with it, so that each is told on the same matter or said to be silent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.asks import Ask
from assistant.citations import Claim
from assistant.features import FEATURES
from assistant.figures import figures
from assistant.patterns import compiled
from assistant.query import Query
from assistant.ranking import ASKS_PENALTY, Candidate, constrained, plausibility, same_kind
from assistant.regional_matter import TERMS, Matter, sentence_of, with_lead
from assistant.selection import CLOSE_EACH, choose
from ingest.regions import NATION, ancestors, cut_out, find_regions, region
from ingest.words import words

MANY_REGIONS = 480  # characters of an answer for several
LEAST = 110  # of them for one region at least
NEAREST = "没有找到直接的规定，相近的是："
MOST_EACH = 2  # statements of a region, where one thing is asked
NEAR = 5.0  # a region answers too where its best statement scores this close to the best of all
NEAR_ENOUGH = 8.0  # the same where every region that says a thing is asked for
DIFFER = 3.0  # several regions whose best statements score this close: the region is asked back
POOL = 15  # statements of a region that are compared
SURE_WEIGHT = 1.5  # what the log-odds of a statement's confidence add to its score
TERM_WEIGHT = 4.0  # what it adds to hold the rules' own terms for the everyday words asked
APART = 3.0  # what each thing that it speaks of beside the matter takes away
BARE = FEATURES.index("bare")
EMERGENCY = re.compile(r"突发事件|紧急情况|自然灾害|应急")
ONLY_ASKS = re.compile(
    "(?:有没有|是不是|是否|也)?(?:有|写|说|提到?)?[这那](?:个|条|样|种|方面)?的?(?:规定|说法|要求|禁令|话)?"
)
# What a statement may speak of beside the matter, what of a question asks about it, and how much it counts.
BESIDE_THE_MATTER = (
    (
        re.compile(
            r"违反(?:本|前|上述|第)|(?:^|[：:])\s*(?:[（(].{1,3}[)）])?违反|(?:予以|给予|处以?)[^，。；]{0,8}(?:警告|罚款|处分)"
            r"|责令(?:限期)?改正|追究[^，。；]{0,4}责任|依法(?:予以)?查处"
        ),
        ASKS_PENALTY,
        2,
    ),
    (re.compile(r"目的[，,]?是|旨在"), re.compile(r"为什么|为啥|为何|目的|意义"), 1),
    (EMERGENCY, EMERGENCY, 1),
)


@dataclass(frozen=True)
class Told:
    """The statements of several regions, how sure the best is, which regions are silent, and whether to ask
    which of them is meant."""

    claims: tuple[Claim, ...]
    confidence: float
    silent: tuple[str, ...]
    clarify: bool


def by_region(query: Query, candidates: Sequence[Candidate], enough: float) -> dict[str, list[Candidate]]:
    """Candidates by the region that is spoken of; nothing where only one is.

    Where the question names regions, those; where it names none, the regions whose best statement answers
    about as well as the best of all, with at least the confidence `enough`.
    """
    if len(query.regions) == 1 or not candidates:
        return {}
    found: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        found.setdefault(candidate.passage.policy.region or NATION, []).append(candidate)
    if query.regions:
        held = dict.fromkeys(_holder(r.code, found) for r in query.regions)
        return {code: found.get(code, []) for code in held} if len(held) > 1 else {}
    least = candidates[0].score - (NEAR_ENOUGH if query.every_region else NEAR)
    near = {code: own for code, own in found.items() if own[0].score >= least}
    return {code: own for code, own in near.items() if plausibility(own[0]) >= enough}


def tell(query: Query, groups: Mapping[str, list[Candidate]]) -> Told:
    """What each region says of the matter, in the order of the groups."""
    query = _of_its_matter(query)
    budget = max(MANY_REGIONS // len(groups), LEAST)
    weighed = {code: [_weighed(query, c) for c in own[:POOL]] for code, own in groups.items()}
    matter = Matter.of(query, weighed)
    claims: list[Claim] = []
    silent: list[str] = []
    for code, own in weighed.items():
        name = region(code).short
        ranked = matter.ranked(own) if matter else []
        if not ranked or not matter or not matter.answered_by(ranked[0]):
            silent.append(name)
            continue
        near = "" if matter.directly(ranked[0]) else NEAREST
        most = 1 if near or compiled("measured").search(query.focus) else MOST_EACH
        told = ranked if len(query.asks) > 1 and not near else ranked[:most]
        for claim in choose(query, told, budget, CLOSE_EACH, brief=True):
            claims.append(replace(claim, text=near + claim.text, group=name))
            near = ""
    tops = sorted((own[0].score for own in groups.values() if own), reverse=True)
    unclear = not query.regions and not query.every_region and tops[0] - tops[1] < DIFFER
    sure = plausibility(matter.model) if matter and claims else 0.0
    return Told(tuple(claims), sure, tuple(silent) if query.regions else (), unclear)


def _weighed(query: Query, candidate: Candidate) -> Candidate:
    """A candidate, its score with its confidence in it, less what it says beside the matter."""
    sure = min(max(plausibility(candidate), 1e-4), 1 - 1e-4)
    text = with_lead(candidate)
    beside = sum(
        much * (bool(told.search(text)) and not asked.search(query.rewritten))
        for told, asked, much in BESIDE_THE_MATTER
    )
    beside += bool(candidate.features[BARE]) + candidate.opposed + 2 * _lacks_its_figure(query, candidate)
    score = candidate.score + SURE_WEIGHT * math.log(sure / (1 - sure)) - APART * beside
    score += TERM_WEIGHT * candidate.features[TERMS]
    return replace(candidate, score=score)


def _of_its_matter(query: Query) -> Query:
    """A question for a figure, or the like, without what only sets the regions side by side: 浙江谁更高,
    广东有没有这个规定."""
    own = tuple(ask for ask in query.asks if _has_a_matter(ask))
    return replace(query, asks=own) if len(own) == 1 and constrained(own[0]) else query


def _has_a_matter(ask: Ask) -> bool:
    bare = cut_out(ask.text, find_regions(ask.text))
    for name in ("comparing", "measured"):
        bare = compiled(name).sub("", bare)
    return any(len(word) > 1 for word in words(ONLY_ASKS.sub("", bare), question=True))


def _lacks_its_figure(query: Query, candidate: Candidate) -> bool:
    """Whether figures are compared (期限, 比例, 年龄) and a statement has none of the kind."""
    text = sentence_of(candidate)
    return bool(query.units) and not any(same_kind(query.units, f) for f in figures(text))


def _holder(code: str, held: Mapping[str, object]) -> str:
    """The region itself or the nearest above it that has rules of its own: 佛山 and 茂名 are both 广东's."""
    return next((up for up in ancestors(code) if up in held and up != NATION), code)
