"""A query and regions in, the policies that may answer out: of the place, and in force on the date."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from assistant.query import Query
from assistant.titles import plain_number
from ingest.card import Policy
from ingest.regions import NATION, ancestors


def in_scope(query: Query, codes: Sequence[str], policies: Mapping[str, Policy]) -> dict[str, bool]:
    """Ids of the policies that may answer for some regions → whether each is in force on the query's date.

    A region's rules are its own and those of the regions above it. Of a policy's versions the newest
    in force counts; a question about the earlier version or about a change brings that one too.
    """
    numbers = {plain_number(n) for n in query.document_numbers}
    allowed = {code for c in codes for code in ancestors(c)} if codes else None
    families: dict[str, list[Policy]] = {}
    for policy in policies.values():
        if numbers and plain_number(policy.document_number or "") not in numbers:
            continue
        if allowed is None or policy.region is None or policy.region in allowed:
            families.setdefault(policy.family, []).append(policy)
    scope: dict[str, bool] = {}
    gone = replaced(list(policies.values()), query.as_of)
    for versions in families.values():
        versions.sort(key=lambda p: p.version_date or date.min)
        started = [p for p in versions if (p.version_date or date.min) <= query.as_of]
        if edition := [p for p in versions if query.edition in years_of(p)]:
            # 2020年修订的: of that year by name, though in force from the next.
            started = versions[: versions.index(edition[-1]) + 1]
        current = [p for p in started[-1:] if edition or (p.in_force(query.as_of) and p.id not in gone)]
        if query.version == "previous":
            earlier = started[-2:-1]
            scope.update({p.id: not earlier for p in current if not earlier})
            scope.update({p.id: False for p in earlier})
        else:
            scope.update({p.id: True for p in current})
            if query.version == "change":
                earlier = [p for p in started[:-1] if query.against in years_of(p)]
                scope.update({p.id: False for p in (earlier or started[-2:-1])[-1:]})
    return scope


def of_a_region(scope: Mapping[str, bool], policies: Mapping[str, Policy]) -> dict[str, bool]:
    """What of a scope is not the nation's: the few rules of a region are not to be crowded out by it."""
    return {
        i: held for i, held in scope.items() if i in policies and policies[i].region not in (None, NATION)
    }


def named_but_gone(
    names: Collection[str],
    on: date,
    codes: Sequence[str],
    scope: Collection[str],
    policies: Mapping[str, Policy],
) -> dict[str, bool]:
    """Rules that a question names and that another has replaced, or that ran out, by a date: they are told
    with a mark. A later version of the same rule answers for it."""
    gone = replaced(policies.values(), on) if names else frozenset()
    allowed = {code for c in codes for code in ancestors(c)}
    answered = {policies[i].family for i in scope if i in policies}
    return {
        i: False
        for i in names
        if policies[i].family not in answered
        and (i in gone or (policies[i].expires or date.max) < on)
        and (not allowed or policies[i].region is None or policies[i].region in allowed)
    }


def applies(policy: Policy, query: Query) -> bool:
    """Whether a policy is of a region that the question names, or of one above it, or it names none."""
    allowed = {code for place in query.regions for code in ancestors(place.code)}
    return not allowed or policy.region is None or policy.region in allowed


def replaced(policies: Collection[Policy], on: date) -> frozenset[str]:
    """Ids of the policies that a policy of another name, in force by then, says it replaces."""
    by_title: dict[str, list[Policy]] = {}
    for policy in policies:
        by_title.setdefault(policy.title, []).append(policy)
    return frozenset(
        old.id
        for new in policies
        if (new.version_date or date.max) <= on
        for title in new.supersedes
        for old in by_title.get(title, ())
        if old.family != new.family and (old.version_date or date.min) < (new.version_date or date.min)
    )


def years_of(policy: Policy) -> set[int]:
    """The years by which a version is called: of its adoption and of its coming into force."""
    return {day.year for day in (policy.published, policy.effective) if day}
