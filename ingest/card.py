"""A document's card 文件信息: what it says, corrected by hand, kept as YAML; unknown is None."""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import yaml

from ingest.particulars import date_of
from ingest.regions import find_regions, region, region_named

# 效力层级, highest first (立法法 ch. 5), then normative documents and pages about them.
RANKS = (
    "宪法",
    "法律",
    "行政法规",
    "监察法规",
    "司法解释",
    "地方性法规",
    "自治条例和单行条例",
    "部门规章",
    "地方政府规章",
    "规范性文件",
    "报道、材料",
)


class CardError(ValueError):
    """A card that cannot be read; the message says which field, and how to write it."""


@dataclass(frozen=True)
class Policy:
    """One published document; every field a card can correct but id and those after digest.

    region is a code of GB/T 2260 (100000 for the nation). expires is the last day in force.
    digest marks a summary in our words (要点整理). family joins the versions of one policy. corrected marks
    a card that a person changed in the library: reading its file again does not undo that.
    """

    id: str
    title: str
    issuers: tuple[str, ...] = ()
    document_number: str | None = None
    rank: str | None = None
    region: str | None = None
    published: date | None = None
    effective: date | None = None
    expires: date | None = None
    supersedes: tuple[str, ...] = ()
    source: str | None = None
    source_title: str | None = None
    digest: bool = False
    file_name: str = ""
    family: str = ""
    corrected: bool = False

    @property
    def version_date(self) -> date | None:
        """The day from which this version counts."""
        return self.effective or self.published

    def in_force(self, on: date) -> bool:
        """Whether it is in force on a day, as far as its own card says; an unknown date excludes nothing."""
        begun = self.version_date is None or self.version_date <= on
        return begun and (self.expires is None or on <= self.expires)


def policy_id(content: bytes) -> str:
    """Name a document by its content, so that a copy is recognised."""
    return hashlib.sha256(content).hexdigest()[:16]


def family_of(title: str, region_code: str | None, part: str = "") -> str:
    """The key versions share: 政府采购法(2014-08-31) and 中华人民共和国政府采购法（2014年修正） are one.

    A part of a code (民法典物权编 begins at 第二百零五条) is no version of the other parts.
    """
    name = re.sub(r"[（(](?:\d{4}-\d\d-\d\d|[^（）()]*(?:修正|修订|修改|年版)[^（）()]*)[）)]", "", title)
    name = re.sub(r"^中华人民共和国", "", re.sub(r"\s", "", name))
    return f"{re.sub(r'[^0-9a-zA-Z一-鿿]', '', name)}@{region_code or '?'}{part}"


def standing(policy: Policy, policies: Collection[Policy], on: date) -> str:
    """Whether a policy holds on a day: 现行, 尚未施行, 已失效, 已被取代 (by a later version kept here)."""
    begun = policy.version_date
    if begun and begun > on:
        return "尚未施行"
    if policy.expires and policy.expires < on:
        return "已失效"
    for other in policies:
        later = other.version_date
        if other.id == policy.id or (later and later > on):
            continue
        if policy.title in other.supersedes:
            return "已被取代"
        if other.family == policy.family and later and (begun is None or begun < later):
            return "已被取代"
    return "现行"


def split_front_matter(text: str) -> tuple[dict[str, object] | None, str]:
    """The YAML between --- lines at the top of a Markdown file, and the text below it."""
    match = re.match(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)", text, re.DOTALL)
    if not match:
        return None, text
    try:
        card = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        raise CardError(f"文件信息不是有效的 YAML，请检查开头两行 --- 之间的内容：{error}") from error
    return (card, text[match.end() :]) if isinstance(card, dict) else (None, text)


def apply_card(policy: Policy, card: Mapping[str, object]) -> Policy:
    """Put what a person wrote over the draft; a field written as null is unknown.

    Example: apply_card(policy, {"region": "广东", "published": "2019-01-04"}).region == "440000"
    """
    given = {field: read(field, card[field]) for field, read in _READERS.items() if field in card}
    if given.get("title", "") is None:
        raise CardError("文件信息里的 title 不能为空，请写上文件标题，或删去这一行")
    corrected = replace(policy, **given)
    _, mark, first = policy.family.partition("#")
    return replace(corrected, family=family_of(corrected.title, corrected.region, mark + first))


def dump_card(policy: Policy) -> str:
    """Write a card as YAML, for a person to correct; the region by its name."""
    fields = {field: value for field, value in asdict(policy).items() if field in _READERS}
    fields["region"] = region(policy.region).name if policy.region else None
    fields["issuers"], fields["supersedes"] = list(policy.issuers), list(policy.supersedes)
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1000)


def _read_text(field: str, value: object) -> str | None:
    return str(value).strip() or None if value is not None else None


def _read_texts(field: str, value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(str(item).strip() for item in values if item is not None and str(item).strip())


def _read_flag(field: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise CardError(f"文件信息里的 {field} 应写作 true 或 false，现在是“{value}”")


def _read_day(field: str, value: object) -> date | None:
    if value is None or isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    if (on := date_of(str(value))) is None:
        raise CardError(f"文件信息里的 {field} 应写作 2020-03-01 这样的日期，现在是“{value}”")
    return on


def _read_region(field: str, value: object) -> str | None:
    if value is None:
        return None
    name = str(value).strip()
    chain = find_regions(name)
    found = region_named(name) or (chain[-1].region if chain else None)
    if found is None:
        raise CardError(f"文件信息里的 {field} “{value}”不是省、市、县的名称，请写作“广东省”“广州市”或“全国”")
    return found.code


_READERS: dict[str, Callable[[str, object], Any]] = {
    "title": _read_text,
    "issuers": _read_texts,
    "document_number": _read_text,
    "rank": _read_text,
    "region": _read_region,
    "published": _read_day,
    "effective": _read_day,
    "expires": _read_day,
    "supersedes": _read_texts,
    "source": _read_text,
    "source_title": _read_text,
    "digest": _read_flag,
}
