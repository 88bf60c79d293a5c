"""A text in, its card out, as far as the text says it: title, makers, rank, region, days; never a guess."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath

from ingest.card import RANKS, Policy, family_of
from ingest.dirt.page_facts import PageFacts
from ingest.frame import IMPRINT
from ingest.numbering import number_of
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
from ingest.regions import NATION, ancestors, find_regions, region
from ingest.structure import parse

_NATIONAL = re.compile(r"全国|国务院|最高人民|中共中央|中央|国家|中国|总局|总署|^[\u4e00-\u9fff]{2,14}部$")
_NO_PAGE = PageFacts()
# The kinds of official paper (党政机关公文处理工作条例 8, and what offices add to them).
_OFFICIAL = re.compile(
    r"(?:通知|意见|办法|规定|细则|方案|公告|通告|决定|决议|批复|函|规划|纲要|要点|指引|指南|规则|规程|标准|目录"
    r"|条例|法|章程|措施|制度|解释|准则|命令|令|通报|议案|清单|计划|守则|办法修正案|修正案|安排|法典|各编|编)(?:[（(][^（）()]*[）)])?$"
)
_MADE_BY = re.compile(r"[^\s，。；]{2,60}(?:通过|批准|修正|修订)")
_DATED_NAME = re.compile(r"[（(_\-\s]?((?:19|20)\d{2})[-_.年]?(\d{2})[-_.月]?(\d{2})日?[）)]?$")


def draft(
    clean: str, file_name: str, identity: str, title: str | None = None, page: PageFacts = _NO_PAGE
) -> Policy:
    """Draft a card from a text; title is the file's own, page what a web page's furniture said of it."""
    provisions = parse(clean)
    notes = "\n".join(p.text for p in provisions if p.kind == "题注")
    closing = [p.text for p in provisions if p.kind == "落款"]
    paragraphs = [p.text for p in provisions if p.kind in ("段", "款", "条", "部分", "分项")]
    opening, ending = "\n".join(paragraphs[:1])[:1500], "\n".join(paragraphs[-6:])[-2000:]
    stem, name_date = _dated(PurePath(file_name).stem)
    own_title = next((p.heading for p in provisions if p.kind == "题名"), None) or page.title or title
    reported = reported_title(opening)
    name = own_title or reported or _chinese(stem) or re.split("[，。；,;]", opening)[0][:40] or stem
    history = events(notes)
    stated = (*closing, *notes.split("\n"))
    signers = [line for line in stated if IMPRINT.fullmatch(line) or not date_of(line)]
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
    if local and re.search("实施《中华人民共和国[^》]*法》|人民代表大会", title):
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
