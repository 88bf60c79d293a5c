"""Files read and changes made, as HTML: drafts before they are stored, progress, and what became of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assistant.reply import region_name
from ingest.card import Policy
from ingest.pipeline import Outcome
from page.i18n import both
from page.intake import Batch, Job
from page.safety import escape
from page.shelf import day, pick

# What became of a file → the key of its word, and whether it is good news.
DONE = {
    "stored": ("library.done.stored", True),
    "replaced": ("library.done.replaced", True),
    "unchanged": ("library.done.unchanged", True),
    "restored": ("library.done.restored", True),
    "removed": ("library.done.removed", True),
    "rejected": ("library.done.rejected", False),
    "skipped": ("library.done.rejected", False),
}


def drafts(batch: Batch, notes: Sequence[str], chosen: int | None) -> str:
    """What was read, a row a file: the card that will be stored, or why the file is refused."""
    rows = "".join(_draft(batch, n, notes[n], n == chosen) for n in range(len(batch.drafts)))
    keys = ("library.file", "library.title", "library.region", "library.rank", "library.dates")
    heads = "".join(f'<th scope="col">{both(key)}</th>' for key in keys)
    told = both("library.read", good=len(batch.ready()), bad=len(batch.drafts) - len(batch.ready()))
    return (
        f'<p class="count" role="status">{told}</p><table class="shelf drafts"><thead>'
        f"<tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _draft(batch: Batch, number: int, note: str, chosen: bool) -> str:
    draft, policy = batch.drafts[number], batch.card(number)
    name = escape(draft.name)
    if policy is None:
        reason = escape(draft.reason) or both("library.dropped")
        return f'<tr class="refused"><td>{name}</td><td colspan="4">{reason}</td></tr>'
    count = sum(repair.count for repair in draft.repairs)
    told = f"<small class=note>{escape(note)}</small>" if note else ""
    makers = "、".join([*policy.issuers, *([policy.document_number] if policy.document_number else [])])
    days = "".join(
        f"<div>{both(key)} {day(on)}</div>"
        for key, on in (("library.published", policy.published), ("library.effective", policy.effective),
                        ("library.expires", policy.expires)) if on
    )  # fmt: skip
    current = ' aria-current="true"' if chosen else ""
    return (
        f"<tr{current}><td>{name}<small>{both('library.repairs', count=count)}</small></td>"
        f"<td>{pick(str(number), policy.title)}<small>{escape(makers)}</small>{told}</td>"
        f"<td>{escape(region_name(policy.region))}</td><td>{escape(policy.rank or '')}</td>"
        f"<td>{days}</td></tr>"
    )


def progress(job: Job) -> str:
    """How far a change has come, or how it ended."""
    name = escape(job.name)
    if job.failure:
        return f'<div class="notice" role="alert"><p>{escape(job.failure)}</p></div>{outcomes(job.outcomes)}'
    if job.ended.is_set():
        return f'<p class="done" role="status">{name}：{both("library.finished")}</p>{outcomes(job.outcomes)}'
    step = job.step
    bar = (
        f'<progress max="{step.total}" value="{step.done}" aria-label="{escape(step.stage)}"></progress>'
        f"<span>{escape(step.stage)} {step.done}/{step.total}</span>"
        if step and step.total
        else f"<span>{both('library.begins')}</span>"
    )
    who = f"{escape(job.by)} · {job.started:%H:%M}"
    return f'<div class="job"><p><span class="dot" aria-hidden="true"></span>{name}（{who}）</p>{bar}</div>'


def outcomes(done: Sequence[Outcome]) -> str:
    """What became of each file."""
    if not done:
        return ""
    heads = "".join(
        f'<th scope="col">{both(k)}</th>' for k in ("library.file", "library.outcome", "library.why")
    )
    rows = "".join(_outcome(outcome) for outcome in done)
    return f'<table class="shelf"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _outcome(outcome: Outcome) -> str:
    key, good = DONE[outcome.status]
    title = f"<small>《{escape(outcome.policy.title)}》</small>" if outcome.policy else ""
    kind = "standing" if good else "past"
    return (
        f"<tr><td>{escape(outcome.path.name)}{title}</td>"
        f'<td><span class="badge {kind}">{both(key)}</span></td><td>{escape(outcome.reason)}</td></tr>'
    )


def note(policy: Policy, held: Collection[Policy]) -> str:
    """What a person should know of a draft before storing it."""
    if same := next((p for p in held if p.id == policy.id), None):
        return f"内容与已入库的《{same.title}》相同，这里是库里的文件信息；存入只会更新它"
    versions = [p for p in held if p.family == policy.family]
    if any(p.version_date == policy.version_date for p in versions):
        return "库里已有同名、同日期的文件；如果是替换，请存入后撤下旧的"
    if versions:
        days = "、".join(str(p.version_date or "日期不明") for p in versions)
        return f"库里已有这份政策的其他版本（{days}），存入后并列保存，按日期判断哪一版有效"
    return ""
