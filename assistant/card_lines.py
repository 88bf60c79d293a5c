"""A document's card in, the lines that tell what it knows out: for what the document's text does not say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ingest.card import RANKS, Policy

LABELS: Mapping[str, str] = {
    "issuers": "发文机关",
    "document_number": "文号",
    "published": "发布日期",
    "effective": "施行日期",
    "expires": "失效日期",
    "source": "来源",
}


def card_line(policy: Policy, field: str) -> str | None:
    """What the card says of a field, as it is told; None where it is not known.

    Example: card_line(policy, "published") -> "发布日期：2019年1月4日（据文件信息）"
    """
    value = getattr(policy, field)
    if not value:
        return None
    # What is kept of a page that reports on a rule is the page's day, not the rule's.
    page = "网页" if field == "published" and policy.rank == RANKS[-1] else ""
    return f"{page}{LABELS[field]}：{_said(value)}（据文件信息）"


def _said(value: object) -> str:
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return "、".join(value) if isinstance(value, tuple) else str(value)
