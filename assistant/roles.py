"""A rule's sentence in, readings out: which body may, or may not, buy or take on services by it.

By the grammar of such rules and not by their wording: a body is the subject or the complement of a role
(购买主体是…, …不得作为承接主体), the agent of the act (由…承接, 向…购买), or stands in a list that such words
introduce.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.bodies import Body, bodies
from assistant.patterns import terms_for
from ingest.regions import find_regions


class Role(StrEnum):
    """What a body wants to be: the one that buys services, or the one that takes them on."""

    BUYER = "购买主体"
    TAKER = "承接主体"


class Force(StrEnum):
    """What a rule says of a body in a role."""

    MAY = "可以"
    MAY_NOT = "不得"
    BY_ANALOGY = "参照执行"


@dataclass(frozen=True)
class Reading:
    """One body in one role, as one sentence has it. `term` is the rule's word for the role, `condition` what
    is asked of the body right after its name (社会组织，要求依法登记)."""

    role: Role
    body: Body
    force: Force
    term: str
    condition: str = ""

    @property
    def near(self) -> bool:
        """Whether the rule speaks of buying services, and not of procurement at large (采购人, 供应商)."""
        return self.term not in ("采购人", "供应商")


NOUNS = {
    Role.BUYER: "购买主体|采购人|(?<!承接)(?<!承接政府)购买[^，,。；：]{0,16}?的主体",
    Role.TAKER: "承接主体|供应商|承接[^，,。；：]{0,16}?的主体",
}
# A role is said of a body: R 是…, 作为 R. Or the body acts: 由…承接, 不得承接, 向…购买.
SAID_OF = {
    role: re.compile(
        rf"(?P<term>{noun})[）)]?[，,]?(?:主要)?(?:是指?|为|有|包括|限于|指)"
        rf"|(?:作为|成为|担任|属于|是)(?:(?![向与对])[^，。；：]){{0,14}}?(?P<as>{noun})"
    )
    for role, noun in NOUNS.items()
}
ACTS = {
    Role.BUYER: re.compile(
        r"向[^，。；：]{1,12}(?:购买|采购)服务|(?:可以|不得|不能)(?:实施)?(?:政府)?购买服务|实施[^，。；：]{0,4}购买"
    ),
    Role.TAKER: re.compile(
        r"(?:可以|不得|不能|交由|交给|委托|由|允许|禁止)[^，。；：]{0,40}(?:承接|承办)(?!的)|(?:可以|不得|不能)承接"
        r"|服务[^，。；：]{0,6}由[^，。；：]{1,20}承担"
    ),
}
ANALOGY = re.compile(r"购买服务的?[^。；]{0,6}参照|参照[^。；]{0,10}(?:购买服务|本办法|本规定)")
NOT = re.compile(r"不得|不能|不可|不作为|不再|禁止|不允许|不属于|不应|不具备")
ASKS = re.compile(r"(?:要求|但|(?:应当)?限于|须|必须)[^；;。]+")
BY_HEADING = re.compile(r"(?:主要|具体的?)(?:组织)?实施|组织实施|负责(?:购买|采购)")
CLAUSE = re.compile(r"[^，,；;：:。\n]*(?:[（(][^（）()]*[）)][^，,；;：:。\n]*)*[，,；;：:。\n]?")
COMMA_BEFORE_COPULA = re.compile(r"[，,](?=是?指)")


def readings(sentence: str, lead: str = "", headings: Sequence[str] = ()) -> Iterator[Reading]:
    """The readings of one sentence; `lead` introduces its list, `headings` stand above it.

    Example: readings("购买主体是国家机关，承接主体是企业。") -> 国家机关 MAY buy, 企业 MAY take on
    """
    clauses = [m.group() for m in CLAUSE.finditer(COMMA_BEFORE_COPULA.sub("", sentence)) if m.group()]
    led = _roles(lead) if lead.rstrip().endswith(("：", ":")) else []
    led_not = bool(NOT.search(lead))
    by_heading = _heading_role(headings)
    for at, clause in enumerate(clauses):
        own = _roles(clause)
        if own and clause.rstrip().endswith(("：", ":")):
            led, led_not = own, bool(NOT.search(clause))
        if not any(bodies(_parted(clause))):
            continue
        named = list(bodies(_bare(clause)))
        if analogy := ANALOGY.search("".join(clauses[at:])):
            found, force = [(Role.BUYER, analogy.group())], Force.BY_ANALOGY
        elif own:
            found, force = own, Force.MAY_NOT if NOT.search(clause) else Force.MAY
        elif led:
            denied = led_not or bool(NOT.search(clause))
            found, force = led, Force.MAY_NOT if denied else Force.MAY
        elif later := _said_after(clauses[at:], named):
            found, force = later
        elif by_heading and BY_HEADING.search(clause):
            found, force = [(by_heading, by_heading.value)], Force.MAY
        else:
            continue
        asks = ASKS.match("".join(clauses[at + 1 :]))
        for body in named:
            condition = asks.group().rstrip("，, ") if asks and body is named[-1] else ""
            for role, term in _of_body(body, clause, found):
                yield Reading(role, body, Force.MAY_NOT if body.excepted else force, term, condition)


def _roles(clause: str) -> list[tuple[Role, str]]:
    """The roles a clause speaks of, each with the word for it."""
    found = []
    for role in Role:
        if m := SAID_OF[role].search(clause):
            found.append((role, m["term"] or m["as"]))
        elif ACTS[role].search(clause):
            found.append((role, role.value))
    return found


def _said_after(clauses: Sequence[str], named: Sequence[Body]) -> tuple[list[tuple[Role, str]], Force] | None:
    """What follows a clause that names bodies alone (…，既不作为购买主体，也不作为承接主体) or as the subject
    of a modal (…可以把服务事项通过委托等方式，向社会力量购买服务)."""
    first = clauses[0].rstrip("，,；; ")
    modal = named[0].start <= 1 and re.match(r"可以|不得", first[named[0].end :])
    if not modal and named[-1].end < len(first):
        return None
    found: list[tuple[Role, str]] = []
    denied = bool(modal and modal.group() == "不得")
    for clause in clauses[1:]:
        if own := _roles(clause):
            # 各级政府，购买主体是… speaks of somebody else.
            if not re.match(r"既|也|均|都|不|可以|作为|依法|经|向|以及|和", clause):
                break
            found += own
            denied = denied or bool(NOT.search(clause))
        elif found or not list(bodies(clause)):
            break
    return (found, Force.MAY_NOT if denied else Force.MAY) if found else None


def _of_body(body: Body, clause: str, found: Sequence[tuple[Role, str]]) -> list[tuple[Role, str]]:
    """Of 政府…向社会力量购买服务 the one before 向 buys and the one after it takes on."""
    bought = re.search(r"向[^，。；：]{1,12}(?:购买|采购)服务", clause)
    if bought and clause.find(body.name) > bought.start():
        return [(Role.TAKER, Role.TAKER.value)]
    return list(found)


def _heading_role(headings: Sequence[str]) -> Role | None:
    """The role that the nearest heading is about, in the rule's words or everyday ones (谁来买)."""
    for heading in reversed(headings):
        spoken = " ".join((heading, *terms_for(heading)))
        held = [role for role in Role if role.value in spoken]
        if held:
            return held[0] if len(held) == 1 else None
    return None


def _parted(clause: str) -> str:
    """A clause with 向个人购买服务 parted after its body, whose name would go on otherwise."""
    return re.sub(r"(向[^，。；：]{1,10}?)(?=(?:购买|采购)服务)", r"\1，", clause)


def _bare(clause: str) -> str:
    """A clause without the place it begins with (安徽的省市民政部门)."""
    clause = _parted(clause)
    for mention in find_regions(clause)[:1]:
        if mention.start <= 1:
            return re.sub(r"^的", "", clause[mention.end :])
    return clause
