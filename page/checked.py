"""A check of eligibility in, its result step by step out, as HTML that is safe to show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from assistant.citations import Citation
from assistant.eligibility import Check, Finding, Verdict
from assistant.reply import Cited
from assistant.requirements import Listed, Service
from ingest.card import Policy
from page.citing import cited, document_name, mark
from page.safety import escape

# The verdict's word, and the sign beside it: never by colour alone.
SIGNS = {
    Verdict.MAY: "✓",
    Verdict.MAY_NOT: "✕",
    Verdict.DEPENDS: "△",
    Verdict.CONFLICT: "⚠",
    Verdict.SILENT: "？",
}
SAID = {
    Verdict.MAY: "按现有文件，{body}可以作为{role}。",
    Verdict.MAY_NOT: "按现有文件，{body}不可以作为{role}。",
    Verdict.DEPENDS: "按现有文件，{body}能不能作为{role}，要看是否符合下面的条件。",
    Verdict.CONFLICT: "关于{body}能不能作为{role}，各文件规定不一致，请对照效力层级和时间，向印发部门确认。",
    Verdict.SILENT: "现有文件没有写到{body}能不能作为{role}。没有写到，不等于可以，也不等于不可以。",
}
REQUIRED = "同时要符合下面列出的要求。"
ASK = "以上只是把文件原文摆在一起，不是审批结论；拿不准的，请向印发文件的部门或同级财政、民政部门咨询。"


def result(check: Check, policies: Collection[Policy], on: date) -> str:
    """The verdict, then the rules it rests on, then what else the rules ask."""
    links = cited(check.citations, policies, on)
    names = {"body": f"“{check.body}”", "role": check.role.value}
    verdict = check.verdict
    steps = [_who(check, links), _conditions(check, links), _service(check.service, links)]
    listed = "".join(f"<li>{step}</li>" for step in steps if step)
    return (
        f'<section class="checked" aria-labelledby="checked-title"><h2 id="checked-title" tabindex="-1">'
        f'<span class="sign {verdict.name.lower()}" aria-hidden="true">{SIGNS[verdict]}</span>'
        f"{escape(verdict.value)}</h2><p>{escape(check.place)}：{escape(SAID[verdict].format(**names))}"
        f"{REQUIRED if verdict is Verdict.MAY and check.conditions else ''}</p>"
        f'{_read_as(check)}<ol class="steps">{listed}</ol>'
        f'<p class="notice">{ASK}</p></section>'
    )


def _read_as(check: Check) -> str:
    """That the rule's word for the body is a wider one."""
    if not check.read_as or any(f.named == check.body for f in check.findings):
        return ""
    wider = "、".join(f"“{name}”" for name in check.read_as)
    return f'<p class="read-as">文件里没有“{escape(check.body)}”这个说法，按{escape(wider)}对照。</p>'


def _who(check: Check, links: Mapping[int, Cited]) -> str:
    head = f"<h3>谁可以作为{escape(check.role.value)}</h3>"
    if check.findings:
        return head + "".join(_finding(finding, links) for finding in check.findings)
    if check.defining:
        return f"{head}<p>文件列出的是下面这些，其中没有写到您选的单位：</p>{_quotes(check.defining, links)}"
    return f"{head}<p>现有文件没有规定谁可以作为{escape(check.role.value)}。</p>"


def _finding(finding: Finding, links: Mapping[int, Cited]) -> str:
    said = f"{finding.named}：{finding.condition or finding.verdict.value}"
    kind = finding.verdict.name.lower()
    return (
        f'<div class="finding"><p class="said"><span class="sign {kind}" aria-hidden="true">'
        f"{SIGNS[finding.verdict]}</span>{escape(said)}</p>{_quote(finding.citation, links)}</div>"
    )


def _conditions(check: Check, links: Mapping[int, Cited]) -> str:
    if not check.conditions or check.verdict is Verdict.MAY_NOT:
        return ""
    return f"<h3>对{escape(check.role.value)}还有的要求</h3>{_quotes(check.conditions, links)}"


def _service(service: Service | None, links: Mapping[int, Cited]) -> str:
    if service is None:
        return ""
    asked = f"“{service.asked}”"
    if service.allowed and service.barred:
        said = f"{asked}既写在购买内容里，也写在不得购买的事项里，请看原文："
    elif service.barred:
        said = f"{asked}写在不得购买的事项里："
    elif service.allowed:
        said = f"{asked}写在购买内容里："
    else:
        said = f"现有文件的购买内容和不得购买的事项里，都没有写到{asked}。"
    lists = "".join(_listed(one, links) for one in service.lists)
    return f"<h3>这项服务能不能买</h3><p>{escape(said)}</p>{lists}"


def _listed(one: Listed, links: Mapping[int, Cited]) -> str:
    if one.citation is None:
        return ""
    kind = "不得购买的事项" if one.barred else "购买内容"
    named = f"，写到“{'”“'.join(one.items)}”" if one.items else "，没有写到这项服务"
    return (
        f'<div class="finding"><p class="said">{escape(kind + named)}</p>{_quote(one.citation, links)}</div>'
    )


def _quotes(citations: Sequence[Citation], links: Mapping[int, Cited]) -> str:
    return "".join(f'<div class="finding">{_quote(citation, links)}</div>' for citation in citations)


def _quote(citation: Citation, links: Mapping[int, Cited]) -> str:
    """The words, with where they stand: document, rank, and from when."""
    one = links[citation.number]
    policy = citation.policy
    day = policy.effective or policy.published
    event = "施行" if policy.effective else "发布"
    since = f"{day.year}年{day.month}月{day.day}日{event}" if day else "日期不详"
    lines = "".join(f"<p>{escape(line)}</p>" for line in citation.quote.split("\n") if line.strip())
    return (
        f"<blockquote>{lines}</blockquote>"
        f'<p class="path">{mark(one)}{document_name(one)} <span>{escape(since)}</span></p>'
    )
