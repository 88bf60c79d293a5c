"""What the rules ask of a role; which services they let be bought, which they bar, and where one stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.citations import Citation, Claim
from assistant.provisions import Said, sentences_on
from assistant.retrieval import Retriever
from assistant.roles import Role
from ingest.library import Library
from ingest.words import fold, words

MOST = 4
ASKED = {
    Role.BUYER: "购买主体 应当 符合 条件 采购人",
    Role.TAKER: "承接主体 供应商 承接 应当具备 下列条件 符合 条件",
}
OF = {
    Role.BUYER: r"购买主体",
    Role.TAKER: r"承接主体|供应商|承接[^，。；：]{0,12}的?(?:机构|组织|单位)",
}
REQUIRES = (
    r"[^，。；：]{0,14}(?:应当?|必须|须|要)[^，。；：]{0,8}(?:具备|符合|满足|具有)"
    r"[^，。；]{0,20}(?:条件|资格|规定|能力|要求|[：:])"
)
BARRED = re.compile(
    r"不得(?:纳入|列入)[^，。；]{0,10}(?:购买|服务)|不得(?:向[^，。；]{0,8})?(?:购买|采购)"
    r"|不属于[^，。；]{0,6}购买|不(?:能|宜)(?:向[^，。；]{0,8})?购买"
)
ALLOWED = re.compile(
    r"(?:购买|向社会力量购买)[^，。；]{0,24}(?:内容|范围|事项|领域|服务)[^，。；：]{0,14}(?:包括|有|为|分|是)|列入指导目录的|重点购买|服务性工作，|事务性工作，"
)
SERVICES = "购买服务 购买内容 购买范围 不得 购买 纳入 政府购买服务范围 指导目录 事项 领域 重点购买 负面清单"
ITEMS = re.compile(r"[、，；：。（）()\n]|以及|[和及与]")
_EMPTY = "服务 工作 项目 事项 购买 政府 社会 等 类 提供 相关"
EMPTY = frozenset(_EMPTY.split())


@dataclass(frozen=True)
class Listed:
    """A list of services that a rule lets be bought, or bars; `items` are those that mean the service."""

    barred: bool
    items: tuple[str, ...]
    claim: Claim
    citation: Citation | None = None


@dataclass(frozen=True)
class Service:
    """What the rules say of a service."""

    asked: str
    lists: tuple[Listed, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What has to be verified."""
        return tuple(one.claim for one in self.lists)

    @property
    def citations(self) -> list[Citation]:
        """What is cited."""
        return [one.citation for one in self.lists if one.citation]

    @property
    def barred(self) -> bool:
        """Whether a list of what must not be bought names it."""
        return any(one.barred and one.items for one in self.lists)

    @property
    def allowed(self) -> bool:
        """Whether a list of what is bought names it."""
        return any(not one.barred and one.items for one in self.lists)

    def cited(self, citations: Mapping[Claim, Citation]) -> Service:
        """The same with its citations; a list that did not pass verification is left out."""
        lists = [replace(one, citation=citations[one.claim]) for one in self.lists if one.claim in citations]
        return replace(self, lists=tuple(lists))


def requirements(library: Library, retriever: Retriever, scope: Mapping[str, bool], role: Role) -> list[Said]:
    """The rules that say what one in this role must have or meet; those for the role itself before others."""
    pattern = re.compile(f"(?:{OF[role]}){REQUIRES}")
    found = [s for s in sentences_on(library, retriever, scope, ASKED[role]) if pattern.search(s.text)]
    found.sort(key=lambda said: role.value not in said.text)
    return list({said.claim: said for said in found}.values())[:MOST]


def service_rules(library: Library, retriever: Retriever, scope: Mapping[str, bool], service: str) -> Service:
    """The lists of what may be bought and what may not; of those that do not name it, the barring ones stay.

    A service that stands in no list is neither allowed nor barred by what the library holds.
    """
    lists: list[Listed] = []
    for said in sentences_on(library, retriever, scope, f"{SERVICES} {service}"):
        barred = bool(BARRED.search(said.text))
        if barred or ALLOWED.search(said.text):
            lists.append(Listed(barred, _named(service, said.text), said.claim))
    lists = list({one.claim: one for one in lists}.values())
    named = [one for one in lists if one.items]
    others = [one for one in lists if not one.items and one.barred]
    return Service(service.strip(), (*named[:MOST], *others[: MOST - 1]))


def _named(service: str, text: str) -> tuple[str, ...]:
    """The items of a list that mean the service: one holds the other, or they share their telling words."""
    asked = fold(service)
    told = _telling(asked)
    found = []
    for item in (part.strip() for part in ITEMS.split(text)):
        core = fold(item)
        if len(core) < 2 or core in EMPTY:
            continue
        own = _telling(core)
        shares = bool(told) and len(own) <= 4 and told <= own
        if asked in core and len(core) <= 24 or (core in asked and core not in EMPTY and own) or shares:
            found.append(item)
    return tuple(dict.fromkeys(found))


def _telling(text: str) -> frozenset[str]:
    return frozenset(w for w in words(text, question=True) if len(w) > 1 and w not in EMPTY)
