"""The library's policies in, those that a filter lets through out, each with how it stands on a day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from ingest.card import RANKS, Policy, standing
from ingest.particulars import date_of
from ingest.reading import Reading
from ingest.regions import NATION, ancestors
from ingest.words import words

STANDINGS = ("现行", "尚未施行", "已失效", "已被取代")
ENOUGH = 0.6  # the share of the words looked for that a text holds to be found by them
CHUNKS = 300
MARKS = str.maketrans("〔〕［］【】（）()", "[][][][][]")


@dataclass(frozen=True)
class Filter:
    """What is looked for; "" and None let everything through. Days are of publication."""

    text: str = ""
    region: str = ""
    rank: str = ""
    standing: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Held:
    """A policy of the library and how it stands."""

    policy: Policy
    standing: str


@dataclass(frozen=True)
class Relative:
    """A policy that has to do with another one: `how` says what it is to that one."""

    held: Held
    how: str


def holdings(library: Reading, wanted: Filter, today: date) -> list[Held]:
    """The policies that the filter lets through: those of the name first, then those that hold the words.

    Example: holdings(library, Filter("民发[2014]3号"), today)[0].policy.title -> "……的通知"
    """
    policies = library.policies()
    states = standings(policies, today)
    kept = [p for p in policies if _lets_through(wanted, p, states[p.id])]
    order = {p.id: n for n, p in enumerate(sorted(kept, key=_usual_order))}
    if wanted.text.strip():
        order = _searched(library, wanted.text, kept, order)
    chosen = sorted((p for p in kept if p.id in order), key=lambda p: order[p.id])
    return [Held(policy, states[policy.id]) for policy in chosen]


def standings(policies: Collection[Policy], today: date) -> dict[str, str]:
    """How each policy stands, by id; only its own family and what names it is compared."""
    families, successors = _relations(policies)
    return {
        p.id: standing(p, [*families[p.family], *successors[p.title]], today)
        for p in policies
    }  # fmt: skip


def relatives(policy: Policy, policies: Collection[Policy], today: date) -> list[Relative]:
    """The versions of a policy, what it supersedes and what supersedes it, the newest first; itself too."""
    families, successors = _relations(policies)
    found = {p.id: (p, "同一政策的另一版本") for p in families[policy.family]}
    found |= {p.id: (p, "被本文件取代") for p in policies if p.title in policy.supersedes}
    found |= {p.id: (p, "取代本文件") for p in successors[policy.title]}
    found[policy.id] = (policy, "本文件")
    states = standings(policies, today)
    ordered = sorted(found.values(), key=lambda pair: pair[0].version_date or date.min, reverse=True)
    return [Relative(Held(p, states[p.id]), how) for p, how in ordered]


def day_of(text: str | None) -> date | None:
    """A day as people type it; a year alone is its first day; None for an empty field.

    Example: day_of("2019") -> date(2019, 1, 1); ValueError for what is no day.
    """
    typed = (text or "").strip()
    if not typed:
        return None
    found = date(int(typed), 1, 1) if re.fullmatch(r"(?:19|20)\d\d", typed) else date_of(typed)
    if found is None:
        raise ValueError(typed)
    return found


def _relations(policies: Iterable[Policy]) -> tuple[dict[str, list[Policy]], dict[str, list[Policy]]]:
    families: dict[str, list[Policy]] = defaultdict(list)
    successors: dict[str, list[Policy]] = defaultdict(list)
    for policy in policies:
        families[policy.family].append(policy)
        for title in policy.supersedes:
            successors[title].append(policy)
    return families, successors


def _lets_through(wanted: Filter, policy: Policy, state: str) -> bool:
    on = policy.published
    return (
        (not wanted.rank or policy.rank == wanted.rank)
        and (not wanted.standing or state == wanted.standing)
        and (not wanted.region or _lies_in(policy.region, wanted.region))
        and (wanted.since is None or (on is not None and on >= wanted.since))
        and (wanted.until is None or (on is not None and on <= wanted.until))
    )


def _lies_in(code: str | None, place: str) -> bool:
    """Whether a policy is of a place or of one within it; the nation is a place of its own."""
    if code is None or place == NATION:
        return code == place
    return code == place or place in ancestors(code)


def _usual_order(policy: Policy) -> tuple[str, int, int]:
    rank = RANKS.index(policy.rank) if policy.rank in RANKS else len(RANKS)
    return policy.region or "999999", rank, -(policy.version_date or date.min).toordinal()


def _searched(library: Reading, text: str, kept: list[Policy], usual: dict[str, int]) -> dict[str, int]:
    """Places in the order by id: titles and numbers that hold the text, then texts with most of its words."""
    named = [p.id for p in kept if _plain(text) in _plain(p.title + "\n" + (p.document_number or ""))]
    looked_for = set(words(text, question=True))
    within = [] if not looked_for else [i for i, _ in library.search_words(
        list(looked_for), CHUNKS, [p.id for p in kept]
    )]  # fmt: skip
    held: dict[str, int] = {}
    for chunk in library.chunks(within):
        shared = len(looked_for & set(words(f"{chunk.context}\n{chunk.lead_in}{chunk.text}")))
        held[chunk.policy_id] = max(shared, held.get(chunk.policy_id, 0))
    most = max(held.values(), default=0)
    if most < ENOUGH * len(looked_for):
        held = {}
    ordered = sorted(named, key=usual.__getitem__) + [i for i in held if held[i] == most]
    return {identity: n for n, identity in enumerate(dict.fromkeys(ordered))}


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text.translate(MARKS)).lower()
