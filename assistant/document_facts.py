"""A question about a document itself in, the lines that answer it out: when issued, by whom, to whom.

The document is the one that the question names, by its title or by the nickname it gives itself, or the only
paper of its region that fits what the question says of it; where that is not certain nothing is told here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.card_lines import card_line
from assistant.citations import Claim
from assistant.composition import Draft
from assistant.document_asks import PAGES, PAPERS, DocumentAsk, document_ask
from assistant.document_lines import APPROVED, IN_FORCE, ISSUING, READERS, Document, Line
from assistant.query import Query
from assistant.retrieval import Passage, Retriever
from assistant.selection import tidy
from ingest.card import RANKS, Policy
from ingest.library import Library
from ingest.regions import cut_out, find_regions
from ingest.words import words

NICKNAME = re.compile(r"[“「]([^”」]{2,12})[”」]")
CHATTER = re.compile("[那这该]|关于|推行|出台|印发|下发|制发|发布|公布|联合|经验|新闻")
ENOUGH = 0.6  # of the words by which a question describes a document so many stand in its title or opening
OPENING = 600  # characters at the beginning of a document that say what it is about
# The facts that a card may know, by the field of Policy.
FIELDS = {
    "published": "published",
    "makers": "issuers",
    "number": "document_number",
    "effective": "effective",
    "expires": "expires",
    "source": "source",
}
# What is surely not laid down where neither text nor card tells it, unless the text speaks of it otherwise.
SILENCE: dict[str, re.Pattern[str] | None] = {
    "published": None,
    "addressed": None,
    "number": None,
    "source": None,
    "effective": IN_FORCE,
    "expires": re.compile("有效期"),
    "replaces": re.compile("废止|失效|停止执行"),
    "approved": APPROVED,
}


def told(query: Query, passages: Sequence[Passage], library: Library, retriever: Retriever) -> Draft | None:
    """What is to be said of a document, or None where the question is not of that kind.

    Example: "广东那份意见发给谁的,文号多少" -> the line 各地级以上市民政局：, and that no 文号 is known
    """
    if query.version == "previous" or query.articles or len(query.regions) > 1:
        return None
    nicknames = _nicknames(query, passages)
    ask = document_ask(query.focus, tuple(nicknames))
    if ask is None:
        return None
    scope = retriever.scope(query, [r.code for r in query.regions])
    policies = sorted((p for i, p in retriever.policies().items() if i in scope), key=lambda p: scope[p.id])
    policy = nicknames.get(ask.noun) or _meant(query, ask, policies, passages, library)
    if policy is None:
        return None
    return _draft(ask, Document.of(policy, library.chunks_of(policy.id)), scope.get(policy.id, False))


def _nicknames(query: Query, passages: Sequence[Passage]) -> dict[str, Policy]:
    """What a document calls the rule it reports, and the question too. Example: {"浙八条": policy}"""
    return {
        name: p.policy
        for p in passages
        for name in NICKNAME.findall(p.chunk.text)
        if name in query.focus
        and any(name in sentence and ISSUING.search(sentence) for sentence in p.chunk.text.split("。"))
    }


def _meant(
    query: Query, ask: DocumentAsk, policies: Sequence[Policy], passages: Sequence[Passage], library: Library
) -> Policy | None:
    """The one document that a question means, if that is certain."""
    named = {p.policy.family: p.policy for p in passages if p.named}
    if len(named) == 1:
        (policy,) = named.values()
        return next((p for p in reversed(policies) if p.family == policy.family), policy)
    noun = ask.noun or (_noun_before(query) if query.follow_up else "")
    if named or not noun or not query.regions:
        return None
    own = [p for p in policies if p.region == query.regions[0].code and _is(noun, p)]
    fitting = [p for p in own if _fits(ask.about, p, library)]
    return fitting[0] if len(fitting) == 1 else None


def _noun_before(query: Query) -> str:
    found = document_ask(query.rewritten) or document_ask(f"{query.rewritten.split('？')[0]}是谁发的")
    return found.noun if found else ""


def _is(noun: str, policy: Policy) -> bool:
    """Whether a policy is what a noun says: a page is a 消息, an 意见 has it in its title."""
    report = policy.rank == RANKS[-1]
    if noun in PAGES.split("|"):
        return report or policy.digest
    if noun in PAPERS.split("|"):
        return not report or bool(policy.source_title)
    return any(noun in title for title in (policy.title, policy.source_title or ""))


def _fits(about: str, policy: Policy, library: Library) -> bool:
    """Whether most of what a question says of a document stands in its title or opening."""
    about = cut_out(about, find_regions(about))
    said = [word for word in words(about, question=True) if len(word) > 1 and not CHATTER.match(word)]
    head = policy.title + (policy.source_title or "") + "".join(policy.issuers)
    if policy.digest or policy.rank == RANKS[-1]:  # a paper is called by its title, a page by what it tells
        head += library.text(policy.id)[:OPENING]
    return sum(word in head for word in said) >= ENOUGH * len(said)


def _draft(ask: DocumentAsk, document: Document, in_force: bool) -> Draft | None:
    """The claims of what is known, and which asks stay open; None where another search may find more."""
    claims: list[Claim] = []
    missing: list[str] = []
    for fact, asked in ask.facts:
        found = _claims(fact, asked, ask.noun, document, in_force)
        if not found and not _silent(fact, document):
            return None
        claims += found
        missing += [] if found else [asked.strip("是的由从在")]
    return Draft(tuple(dict.fromkeys(claims)), 1.0 if claims else 0.0, open=tuple(missing))


def _silent(fact: str, document: Document) -> bool:
    spoken = SILENCE.get(fact)
    return fact in SILENCE and not (spoken and document.having(spoken))


def _claims(fact: str, asked: str, noun: str, document: Document, in_force: bool) -> list[Claim]:
    if lines := document.told(fact, asked, noun):
        return [_claim(line, document.policy, in_force) for line in lines]
    field = FIELDS.get(fact, "")
    said = card_line(document.policy, field) if field else None
    if not said or not document.lines:
        return []
    # A page says of the rule itself only that it was issued of late.
    issued = document.told("makers", "", noun) if fact == "published" and _reported(noun, document) else []
    head = document.lines[0]
    told = Claim(said, _passage(head, document.policy, in_force), (head.text,), card=field)
    return [told, *(_claim(line, document.policy, in_force) for line in issued)]


def _reported(noun: str, document: Document) -> bool:
    return document.report and noun not in PAGES.split("|")


def _claim(line: Line, policy: Policy, in_force: bool) -> Claim:
    readers = "主送：" if READERS.fullmatch(line.text) else ""
    # 2019-01-04 15:22:48 keeps the space between its numbers.
    shown = " ".join(line.text.split()) if re.search(r"\d\s+\d", line.text) else tidy(line.text)
    return Claim(readers + shown.rstrip(":："), _passage(line, policy, in_force), (line.text,))


def _passage(line: Line, policy: Policy, in_force: bool) -> Passage:
    return Passage(line.chunk, policy, 0.0, in_force=in_force, named=True)
