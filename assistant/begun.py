"""A question whether a rule was in force on a day in, the line that says from when it is out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.citations import Claim
from assistant.composition import Draft
from assistant.document_lines import Document
from assistant.query import Query
from assistant.retrieval import Passage, Retriever
from assistant.selection import tidy
from assistant.when import YEAR_MONTH_DAY
from ingest.card import Policy
from ingest.library import Library

ASKED = re.compile(
    r"(?:生效|施行|实施|执行|起效|开始用|用上|用起来|启用|管用|算数)(?:了|上)?(?:没有|没|吗|么|不)[呢啊呀]?[?？]?$"
)
REVISED = re.compile(r"新(?:修|版|的|条例|法|办法|规定)|修[订改正]|改(?:后|完|过)")


def begun(query: Query, library: Library, retriever: Retriever, today: date) -> Draft | None:
    """Whether the rule that a question names, or its revision, had begun to apply by the day it names.

    Example: "2023年5月1日那天，新的社区服务条例施行了吗" -> 还没有：第六条 本条例自2023年7月1日起施行
    """
    if query.as_of >= today or query.edition or not ASKED.search(query.focus):
        return None
    named = retriever.named(query)
    versions = [p for i, p in retriever.policies().items() if i in named and p.effective]
    if not versions or len({p.family for p in versions}) > 1:
        return None
    policy = _meant(query, versions)
    lines = Document.of(policy, library.chunks_of(policy.id)).told("effective", "", "")
    # A law that was only amended still says from when it first applied.
    if not lines or _day(lines[0].text) != policy.effective:
        return None
    said = "已经施行" if policy in _begun([policy], query.as_of) else "还没有施行"
    passage = Passage(lines[0].chunk, policy, 0.0, in_force=policy.in_force(today), named=True)
    return Draft((Claim(f"{said}：{tidy(lines[0].text)}", passage, (lines[0].text,)),), 1.0)


def _begun(versions: Sequence[Policy], on: date) -> list[Policy]:
    return [p for p in versions if (p.effective or date.max) <= on]


def _day(line: str) -> date | None:
    found = [m for m in YEAR_MONTH_DAY.finditer(line) if m[2] and m[3]]
    return date(*map(int, found[0].groups())) if len(found) == 1 else None


def _meant(query: Query, versions: Sequence[Policy]) -> Policy:
    """The next version after the day where a revision is asked about, else the one of the day, else the
    first."""
    ordered = sorted(versions, key=lambda p: p.effective or date.min)
    past = _begun(ordered, query.as_of)
    future = [p for p in ordered if p not in past]
    if future and (not past or REVISED.search(query.focus)):
        return future[0]
    return past[-1]
