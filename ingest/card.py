"""A document's card 文件信息: drafted from its text, corrected by hand, kept as YAML; unknown is None."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

import yaml

from ingest.dirt.furniture import PageFacts
from ingest.particulars import (
    date_of,
    document_number,
    ends_on,
    events,
    made_on,
    makers,
    repeals,
    reported_title,
    starts_on,
)
from ingest.regions import NATION, ancestors, find_regions, region, region_named
from ingest.structure import number_of, parse

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
_NATIONAL = re.compile(r"全国|国务院|最高人民|中共中央|中央|国家|中国|总局|总署|^[\u4e00-\u9fff]{2,14}部$")
_NO_PAGE = PageFacts()
# The kinds of official paper (党政机关公文处理工作条例 8, and what offices add to them).
_OFFICIAL = re.compile(
    r"(?:通知|意见|办法|规定|细则|方案|公告|通告|决定|决议|批复|函|规划|纲要|要点|指引|指南|规则|规程|标准|目录"
    r"|条例|法|章程|措施|制度|解释|准则|命令|令|通报|议案|清单|计划|守则|办法修正案|修正案|安排|法典|各编|编)(?:[（(][^（）()]*[）)])?$"
)
_MADE_BY = re.compile(r"[^\s，。；]{2,60}(?:通过|批准|修正|修订)")
_DATED_NAME = re.compile(r"[（(_\-\s]?((?:19|20)\d{2})[-_.年]?(\d{2})[-_.月]?(\d{2})日?[）)]?$")


class CardError(ValueError):
    """A card that cannot be read; the message says which field, and how to write it."""


@dataclass(frozen=True)
class Policy:
    """One published document; every field a card can correct but id, file_name and family.

    region is a code of GB/T 2260 (100000 for the nation). expires is the last day in force.
    digest marks a summary in our words (要点整理). family joins the versions of one policy.
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


def draft(
    clean: str, file_name: str, identity: str, title: str | None = None, page: PageFacts = _NO_PAGE
) -> Policy:
    """Draft a card from a text; title is the file's own, page what a web page's furniture said of it."""
    provisions = parse(clean)
    notes = "\n".join(p.text for p in provisions if p.kind == "题注")
    closing = [p.text for p in provisions if p.kind == "落款"]
    paragraphs = [p.text for p in provisions if p.kind in ("段", "款", "条", "部分", "分项")]
    opening, ending = "\n".join(paragraphs[:1]), "\n".join(paragraphs[-6:])[-2000:]
    stem, name_date = _dated(PurePath(file_name).stem)
    own_title = next((p.heading for p in provisions if p.kind == "题名"), None) or page.title or title
    reported = reported_title(opening)
    name = own_title or reported or _chinese(stem) or re.split("[，。；,;]", opening)[0][:40] or stem
    history = events(notes)
    signers = [line for line in (*closing, *notes.split("\n")) if not date_of(line)]
    issuers = makers(name, history, signers, opening)
    code = _region(name, issuers, "\n".join((notes, page.source or "", page.breadcrumbs or "")), clean)
    issuers = tuple(_in_full(issuer, code) for issuer in issuers)
    rank = _rank(name, notes, issuers) if own_title else RANKS[-1]
    signed = next((on for line in closing if (on := date_of(line))), None)
    published = made_on(history) or signed or date_of(notes) or date_of(page.published or "")
    if name_date and (published is None or published <= name_date):
        published = name_date
    effective = starts_on(history, ending, published)
    first = next((number_of(p.label)[0] for p in provisions if p.kind == "条"), 1)
    return Policy(
        id=identity,
        title=name,
        issuers=issuers,
        document_number=document_number(notes),
        rank=rank,
        region=code,
        published=published,
        effective=effective,
        expires=ends_on(ending, effective or published),
        supersedes=repeals(ending),
        source=page.source or _source("\n".join((notes, *closing, *paragraphs[-1:]))),
        source_title=reported if rank == RANKS[-1] else None,
        digest="要点整理" in clean[:300],
        file_name=file_name,
        family=family_of(name, code, f"#{first}" if first > 1 and "修正案" not in name else ""),
    )


def _dated(stem: str) -> tuple[str, date | None]:
    """政府采购法(2014-08-31) -> its name and the version's date."""
    match = _DATED_NAME.search(stem)
    if not match:
        return stem, None
    try:
        return stem[: match.start()].rstrip(), date(*(int(part) for part in match.groups()))
    except ValueError:
        return stem, None


def _chinese(stem: str) -> str | None:
    return stem if len(re.findall(r"[\u4e00-\u9fff]", stem)) >= 4 else None


def _rank(title: str, notes: str, issuers: Sequence[str]) -> str | None:
    """效力层级 by who made it and what it is called."""
    made, by = _MADE_BY.search(notes), "、".join(issuers)
    place = find_regions(_outside_quotes(title))
    local = bool(place) and place[0].region.code != NATION and place[0].start < 6
    if re.match(r"中华人民共和国宪法", title):
        return "宪法"
    if re.match("最高人民|人民法院|人民检察院", by or title) or title.startswith("最高人民"):
        return "司法解释"
    if not _OFFICIAL.search(title):
        return RANKS[-1]
    if "人民代表大会" in by or made and re.search("人民代表大会|人大", made[0]):
        if not local and not find_regions(_outside_quotes(by).replace("全国", "")):
            return "法律"
        return "自治条例和单行条例" if re.search("自治[州县旗]", title) else "地方性法规"
    # What a ministry issued with the State Council's approval counts as its regulation, too.
    if re.search("国务院(?!.{0,8}(?:部门|办公厅))|政务院", notes) or by in ("国务院", "政务院"):
        return "行政法规"
    if decree := re.findall(r"([\u4e00-\u9fff]{2,12})令", notes):
        return "地方政府规章" if "政府" in decree[-1] else "部门规章"
    if local and re.search("实施《中华人民共和国[^》]*法》", title):
        return "地方性法规"
    if re.fullmatch(r"中华人民共和国[^》]*(?:法|法典|修正案)(?:[（(].*[）)])?", title):
        return "法律"
    # 条例 is a name that 规章 must not bear (规章制定程序条例 7).
    if re.search(r"条例(?:[（(].*[）)])?$", title) and not by:
        return "地方性法规" if local else "行政法规"
    return "规范性文件" if by else None


def _outside_quotes(title: str) -> str:
    return re.sub(r"《[^》]*》|〈[^〉]*〉", "", title)


def _region(title: str, issuers: Sequence[str], notes: str, text: str) -> str | None:
    """Whose document it is: by its title, else its makers, else the place its text speaks of most."""
    makers_places = [find_regions(issuer) for issuer in issuers]
    if re.match("中华人民共和国|全国|国务院|最高人民|中共中央", title) or (
        issuers
        and _NATIONAL.search(issuers[0])
        and not any(m.region.code != NATION for m in makers_places[0])
    ):
        return NATION
    named = find_regions(_outside_quotes(title))
    if named and named[0].region.code != NATION:
        first = named[0].region.code
        within = [
            m.region.code for m in named[1:2] if first in ancestors(m.region.code) and m.start <= named[0].end
        ]
        return within[0] if within else first
    for places in makers_places:
        if places and places[-1].region.code != NATION:
            return places[-1].region.code
    # 港澳台 are spoken of in papers of every place.
    counts = Counter(ancestors(m.region.code)[-2:][0] for m in find_regions(notes + text[:6000]))
    provinces = [(code, times) for code, times in counts.most_common() if code < "700000" and code != NATION]
    if provinces and provinces[0][1] * 2 > sum(times for _, times in provinces):
        return provinces[0][0]
    nationwide = re.search("中华人民共和国境内|国务院|全国人民代表大会|最高人民|中华人民共和国", text)
    return NATION if nationwide and not re.search("[本我全](?:省|市|自治区)", text) else None


def _in_full(issuer: str, code: str | None) -> str:
    """省民政厅 in a paper of 安徽 is 安徽省民政厅."""
    if code in (None, NATION):
        return issuer
    short = re.match(r"省|自治区|市|州|县|区", issuer)
    for place in ancestors(code or NATION):
        name = region(place).name
        if short and name.endswith(short[0]):
            return name + issuer[len(short[0]) :]
    return issuer


def _source(text: str) -> str | None:
    """The page's own word on where it comes from, or its address."""
    said = re.search(r"来源\s*[:：]\s*([^\s（()）【】|\d]{2,40})", text)
    address = re.search(r"https?://[^\s）)】>\"']+", text)
    return address[0] if address else said[1] if said else None


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
