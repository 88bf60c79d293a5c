"""Words of a rule in, the kinds of bodies it names out; and how a body that is asked about stands to them.

Which words end a body's name, and what counts as what, is data/bodies.yaml, which an office extends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import yaml

from assistant.patterns import DATA, opposites, terms_for

BREAK = re.compile(r"[、，,；;：:。（）()\n]|以及|(?:或者|和|及|与|或)(?=[一-龥])")
# What stands before a name and is no part of it.
OPENING = re.compile(
    r"^(?:.*(?:采购人是指?|供应商是指?|一是|[一二三四五六七]类是|[一二三四五六七]是|主体是|主体为|作为|包括|限于|交由|交给|委托|鼓励|支持|允许"
    r"|(?<![自经])由(?!财政)|(?<=[务体])有|不含|不包括|除外|是指|向)|[是为有指向]|任何|各级|各类|各|有关|相关|本级|其他|其它|全部|所有|在[一-龥]{2,6}的?"
    r"|[（(][一二三四五六七八九十\d]+[)）]|\d+[.、]|第[一二三四五六七八九十百零\d]+条\s*|\s+)+"
)
CLASSES = re.compile(r"^[一-龥]{1,8}[类级型]$")
EXCEPT = re.compile(r"不含|不包括|除外")
# A name ends its piece or is what something is said of: 按事业单位分类改革 names no body.
FOLLOWED = (
    r"(?=$|是|为|可以|可(?![能靠])|不得|不能|应|必须|须|作为|既|均|都|承接|承担|负责|实施|参照|有权|要|具体"
    r"|主要|与|的除外)"
)
INSIDE = re.compile(
    r"要求|通过|确定|按照?|登记|根据|违反|取得|经过|对(?!外)|提供|支持|应当|可以|不得|联合|组织实施"
    r"|(?<!公益)[两二三四五六]类"
)


class Relation(StrEnum):
    """How a body asked about stands to one that a rule names."""

    NAMED = "named"  # it is that body, or a kind of it
    PARTLY = "partly"  # only if it is also what the rule says of it


@dataclass(frozen=True)
class Body:
    """A body as a rule names it: text[start:end] holds it; `said` is its name and what qualifies it.

    Example: 由财政拨款保障的群团组织 -> qualifier "由财政拨款保障", name "群团组织"
    """

    name: str
    qualifier: str
    start: int
    end: int
    excepted: bool = False

    @property
    def said(self) -> str:
        """The name with its qualifier."""
        return f"{self.qualifier}的{self.name}" if self.qualifier else self.name


def bodies(text: str) -> Iterator[Body]:
    """The bodies a text names, in order.

    Example: bodies("企业、社会组织（不含群团组织），公益二类和从事生产经营活动的事业单位") -> 企业, 社会组织,
    群团组织 (excepted), 公益二类事业单位, 从事生产经营活动的事业单位
    """
    excepted = False
    waiting: tuple[str, int] | None = None
    for start, end in _pieces(text):
        raw = text[start:end]
        before = text[:start]
        inside = before.count("（") + before.count("(") > before.count("）") + before.count(")")
        excepted = inside and (excepted or bool(EXCEPT.search(raw)))
        piece = re.sub(r"等.{0,8}$", "", raw)
        found = _head().search(piece)
        opening = OPENING.match(piece[: found.start() + 1 if found else len(piece)])
        skipped = min(opening.end(), found.start() if found else len(piece)) if opening else 0
        own = piece[skipped : found.end()] if found else piece[skipped:]
        if found is None or INSIDE.search(own):
            waiting = (own, end) if CLASSES.match(own) else None
            continue
        qualifier, _, name = own.rpartition("的")
        name = name.removesuffix("法人") or name
        if name in _table()["heads"] and re.fullmatch(r"党|[一-龥]{1,2}党", qualifier):
            qualifier, name = "", f"{qualifier}的{name}"
        at = start + skipped
        if waiting and text[waiting[1] : start] in ("、", "和", "及", "或", "与") and qualifier:
            yield Body(f"{waiting[0]}{name}", "", waiting[1] - len(waiting[0]), start + found.end(), excepted)
        waiting = None
        if name:
            yield Body(name, qualifier.strip(), at, start + found.end(), excepted)


def asked_body(text: str) -> Body:
    """The body a person says they are. Example: asked_body("某某科技公司").name -> "某某科技公司" """
    text = text.strip()
    return next(iter(bodies(text)), Body(text, "", 0, len(text)))


def asked_role(text: str) -> tuple[str, Body] | None:
    """The role and the body of a question whether a body may have it; None where it asks something else.

    Example: asked_role("居委会能不能接活") -> ("承接主体", <居委会>)
    """
    asked = _table()["asked_as"]
    said = " ".join((text, *terms_for(text)))
    roles = [role for role, of in asked["roles"].items() if re.search(of["said"], said)]
    if len(roles) != 1 or not re.search(asked["whether"], text):
        return None
    found = re.search(asked["roles"][roles[0]]["bodies"], text)
    return (roles[0], Body(found.group(), "", *found.span())) if found else None


def spoken_of(text: str) -> str:
    """A pattern of the names under which a rule may speak of the body whose role a question asks about; ""
    where it asks about none.

    Example: spoken_of("居委会能不能当承接主体") is found in 基层群众性自治组织
    """
    if not (asked := asked_role(text)):
        return ""
    role, body = asked
    names = (*wider(body), *_table()["asked_as"]["roles"][role]["any"])
    # 政府购买服务 names no government.
    return f"(?:{'|'.join(map(re.escape, names))})(?!购买|采购)"


def wider(body: Body) -> tuple[str, ...]:
    """The names a rule may give to a body, its own first, then wider ones.

    Example: wider(asked_body("居委会")) -> ("居委会", "基层群众性自治组织", …)
    """
    names = [body.name]
    for pattern, kinds in _table()["counts_as"].items():
        if re.fullmatch(pattern, body.name) or re.fullmatch(pattern, body.said):
            names += kinds
    names += [h for h in _table()["heads"] if body.name.endswith(h) and h not in _table()["vague"]]
    return tuple(dict.fromkeys(names))


def relation(asked: Body, named: Body) -> tuple[Relation, str] | None:
    """How the asked body stands to a named one, and under which condition; None where it is another body.

    Example: a 群团组织 to “使用事业编制的群团组织” -> (PARTLY, "使用事业编制")
    """
    if excludes(asked, named.said):
        return None
    if named.name in wider(asked):
        lacking = named.qualifier if named.qualifier not in asked.said else ""
        return (Relation.PARTLY, lacking) if lacking else (Relation.NAMED, "")
    if named.name.endswith(asked.name) and asked.name not in _table()["vague"]:
        narrower = named.name.removesuffix(asked.name)
        return Relation.PARTLY, "、".join(part for part in (narrower, named.qualifier) if part)
    return None


def excludes(asked: Body, text: str) -> bool:
    """Whether a text speaks of the other one of a pair: 公益二类 where 公益一类 is asked about."""
    return any(_opposed(asked.said, text, one, other) for one, other in opposites())


def vague(body: Body) -> bool:
    """Whether a name says too little to choose it as a kind (机构, 单位)."""
    return body.name in _table()["vague"]


@cache
def _table() -> dict[str, Any]:
    return dict(yaml.safe_load((DATA / "bodies.yaml").read_text(encoding="utf-8")))


@cache
def _head() -> re.Pattern[str]:
    """The end of a body's name."""
    heads = "|".join(sorted(_table()["heads"], key=len, reverse=True))
    return re.compile(f"(?:{heads})(?<!组织(?=实施)){FOLLOWED}")


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for m in BREAK.finditer(text):
        if text[at : m.start()].strip():
            yield at, m.start()
        at = m.end()
    if text[at:].strip():
        yield at, len(text)


def _opposed(asked: str, named: str, one: re.Pattern[str], other: re.Pattern[str]) -> bool:
    return any(
        mine.search(asked) and not theirs.search(asked) and theirs.search(named) and not mine.search(named)
        for mine, theirs in ((one, other), (other, one))
    )
