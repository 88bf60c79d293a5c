"""What programs ask of a library beside questions: which policies, which provision, which passages."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from assistant.answer import Answer, Status
from assistant.figures import numeral_value
from assistant.query import understand
from assistant.reply import Cited, Reply, region_name
from assistant.retrieval import Retriever
from assistant.session import Session
from assistant.titles import named, plain_number
from ingest.card import Policy, standing
from ingest.library import Library
from ingest.regions import Region, region, region_named
from ingest.structure import Provision

MOST = 50
ARTICLE = re.compile(r"第?\s*([零〇一二两三四五六七八九十百千\d]+)\s*条(之[一二三四五六七八九十]+)?")


class NotHeld(Exception):
    """The library does not hold what was asked for; the message says what it does hold, or what to try."""


class Searching(Protocol):
    """What is asked of a PolicyAssistant here."""

    library: Library
    retriever: Retriever
    today: Callable[[], date]


@dataclass(frozen=True)
class Held:
    """A policy's card as programs get it; `standing` is 现行, 尚未施行, 已失效 or 已被取代."""

    id: str
    title: str
    issuers: tuple[str, ...]
    document_number: str
    region: str
    rank: str
    published: date | None
    effective: date | None
    expires: date | None
    standing: str
    digest: bool

    @classmethod
    def of(cls, policy: Policy, policies: Collection[Policy], on: date) -> Held:
        """A policy among all policies, on a day."""
        p = policy
        return cls(
            p.id, p.title, tuple(p.issuers), p.document_number or "", region_name(p.region), p.rank or "",
            p.published, p.effective, p.expires, standing(p, policies, on), p.digest,
        )  # fmt: skip


@dataclass(frozen=True)
class Article:
    """A provision in full; `text` == the document's clean text[start:end], `before` and `after` labels."""

    policy: Held
    label: str
    path: tuple[str, ...]
    text: str
    start: int
    end: int
    before: str
    after: str


def where(cited: Cited) -> str:
    """Example: where(cited) -> "《社区服务条例》第六条（全国，现行）"."""
    about = "，".join(part for part in (cited.document_number, cited.region, cited.standing) if part)
    return f"《{cited.title.strip('《》')}》{' > '.join(cited.path)}（{about}）"


def held(policies: Sequence[Policy], on: date) -> list[Held]:
    """All policies as programs get them."""
    return [Held.of(policy, policies, on) for policy in policies]


def place_of(name: str) -> Region | None:
    """The region of a name or a code; None for "".

    Example: place_of("广东") -> 广东省; place_of("640000") -> 宁夏回族自治区
    """
    if not name.strip():
        return None
    try:
        place = region(name) if name.isdigit() else region_named(name)
    except KeyError:
        place = None
    if place is None:
        raise NotHeld(f"不认识地区“{name}”。请写省、市、县的全称（如 广东省）或六位行政区划代码。")
    return place


def session_for(place: Region | None, as_of: date | None, former: Session | None = None) -> Session:
    """A session, or its continuation, in which a region and a date are set."""
    session = former or Session()
    session.region = place.code if place else None
    session.as_of = as_of
    return session


def search(
    assistant: Searching, text: str, place: Region | None, as_of: date | None, limit: int
) -> tuple[Cited, ...]:
    """The passages that may say something of it, best first, of the region and in force on the day."""
    query = understand(text, session_for(place, as_of), assistant.today())
    found = assistant.retriever.retrieve(query, assistant.retriever.encode(query.search_text))
    best = Answer(Status.ANSWERED, "", query, nearest=tuple(found[: min(limit, MOST)]))
    return Reply.of(best, assistant.library.policies()).nearest


def provision(library: Library, policy: str, label: str, on: date) -> Article:
    """A provision by its policy (id, title or 文号) and its label (第十条, 10, （三）)."""
    policies = library.policies()
    chosen = policy_of(policies, policy, on)
    units = [p for p in library.provisions(chosen.id) if p.label]
    found = next((p for p in units if _is(p, label)), None)
    if found is None:
        labels = [p.label for p in units if p.kind == "条"] or [p.label for p in units]
        kept = f"它有 {labels[0]} 至 {labels[-1]}" if labels else "它没有编号的条款"
        raise NotHeld(f"《{chosen.title}》里没有“{label}”。{kept}。")
    peers = [p for p in units if p.kind == found.kind and p.path[:-1] == found.path[:-1]]
    if found.kind == "条":  # articles count on through the chapters
        peers = [p for p in units if p.kind == "条"]
    at = peers.index(found)
    return Article(
        Held.of(chosen, policies, on), found.label, found.path, found.text, found.start, found.end,
        peers[at - 1].label if at else "", peers[at + 1].label if at + 1 < len(peers) else "",
    )  # fmt: skip


def policy_of(policies: Sequence[Policy], name: str, on: date) -> Policy:
    """The policy of an id, a 文号 or a title; of several versions the one in force, else the newest."""
    number = plain_number(name)
    found = [
        p
        for p in policies
        if name == p.id or (p.document_number and plain_number(p.document_number) == number)
    ]
    found = found or named(name.strip("《》 "), name, policies)
    if not found:
        raise NotHeld(f"资料库没有收录“{name}”。请写文件的标题、文号或编号，可先查看文件清单。")
    newest = sorted(found, key=lambda p: p.version_date or date.min, reverse=True)
    return next((p for p in newest if standing(p, policies, on) == "现行"), newest[0])


def _is(unit: Provision, label: str) -> bool:
    wanted = ARTICLE.fullmatch(label.strip()) or ARTICLE.fullmatch(f"{label.strip()}条")
    if wanted is None:
        return unit.label == label.strip() or unit.heading == label.strip()
    said = ARTICLE.fullmatch(unit.label)
    return bool(
        said and numeral_value(said[1]) == numeral_value(wanted[1]) and (said[2] or "") == (wanted[2] or "")
    )
