"""Policies held, as HTML: the list, and one policy beside it with its versions and what was cleaned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from assistant.reply import region_name
from ingest.cleaning import Repair
from page.documents import badges, card
from page.holdings import Held, Relative
from page.i18n import both
from page.safety import escape, visible

SHOWN = 100
COLUMNS = (
    "library.title", "library.region", "library.rank", "library.published", "library.standing",
)  # fmt: skip
# Tells the server which button of a list was pressed, marks its row, and goes to what is then shown.
PICK = """element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pick], [data-compare]");
  if (!button) return;
  if (button.closest("tr")) {
    for (const row of element.querySelectorAll("[aria-current]")) row.removeAttribute("aria-current");
    button.closest("tr").setAttribute("aria-current", "true");
  }
  trigger("click", { pick: button.dataset.pick ?? "", compare: button.dataset.compare ?? "" });
});
watch("value", () => element.querySelector("h2[tabindex]")?.focus());"""
# Other spaces show no gap, so a change of them alone would look like none.
BLANKS = str.maketrans({"\n": "⏎", " ": "␣", "\t": "⇥", "\u3000": "␣"})


def listing(held: Sequence[Held], total: int, chosen: str) -> str:
    """The list: a row a policy, whose title is a button that chooses it."""
    if not held:
        return f'<p class="empty" role="status">{both("library.none" if total else "library.bare")}</p>'
    counted = both("library.count", found=len(held), total=total)
    more = f'<p class="empty">{both("library.more", shown=SHOWN)}</p>' if len(held) > SHOWN else ""
    rows = "".join(_row(one, one.policy.id == chosen) for one in held[:SHOWN])
    heads = "".join(f'<th scope="col">{both(key)}</th>' for key in COLUMNS)
    return (
        f'<p class="count" role="status">{counted}</p><table class="shelf"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}"
    )


def pick(identity: str, title: str) -> str:
    """A button that chooses a row; the tab's script says which one was pressed."""
    return f'<button type="button" class="pick" data-pick="{escape(identity)}">{escape(title)}</button>'


def _row(held: Held, chosen: bool) -> str:
    policy = held.policy
    number = f"<small>{escape(policy.document_number)}</small>" if policy.document_number else ""
    current = ' aria-current="true"' if chosen else ""
    return (
        f"<tr{current}><td>{pick(policy.id, policy.title)}{number}</td>"
        f"<td>{escape(region_name(policy.region))}</td><td>{escape(policy.rank or '')}</td>"
        f"<td>{day(policy.published)}</td><td>{_standing(held.standing)}</td></tr>"
    )


def detail(
    held: Held,
    family: Collection[Relative],
    repairs: Sequence[Repair],
    beside: str = "",
    opened: bool = False,
) -> str:
    """One policy: its card, its versions as a timeline, and what cleaning changed in it.

    beside is the table of the two texts, if it was asked for.
    """
    policy = held.policy
    steps = "".join(_step(one) for one in family) if len(family) > 1 else ""
    asked = f'<p><button type="button" class="plain" data-compare="{escape(policy.id)}">'
    compared = beside or f"{asked}{both('library.compare')}</button></p>"
    timeline = f'<h3>{both("library.versions")}</h3><ol class="timeline">{steps}</ol>' if steps else ""
    return (
        f'<article class="holding"><h2 tabindex="-1">{escape(policy.title)}</h2>'
        f"{badges(region_name(policy.region), held.standing, policy.digest)}{card(policy)}"
        f'<p class="more"><a class="open" href="document/{escape(policy.id)}" target="_blank"'
        f' rel="noopener">{both("library.open")}</a></p>{timeline}'
        f"{cleaned(repairs, compared, opened)}</article>"
    )


def _step(one: Relative) -> str:
    policy = one.held.policy
    here = ' aria-current="true"' if one.how == "本文件" else ""
    link = f"<b>{escape(policy.title)}</b>" if here else pick(policy.id, policy.title)
    on = day(policy.version_date) or both("library.undated")
    how = f"<small>{escape(one.how)} {_standing(one.held.standing)}</small>"
    return f"<li{here}><span class=when>{on}</span>{link}{how}</li>"


def cleaned(repairs: Sequence[Repair], compared: str, opened: bool = False) -> str:
    """What cleaning took out or mended, why and how often; and the two texts side by side."""
    if not repairs:
        return f'<p class="empty">{both("library.clean")}</p>'
    reasons = Counter({repair.reason: 0 for repair in repairs})
    for repair in repairs:
        reasons[repair.reason] += repair.count
    rows = "".join(
        f"<tr><td>{escape(r.reason)}</td><td><del>{_piece(r.before)}</del></td>"
        f"<td>{f'<ins>{_piece(r.after)}</ins>' if r.after else both('library.removed')}</td>"
        f"<td>{r.count}</td></tr>"
        for r in repairs[:SHOWN]
    )
    heads = "".join(
        f'<th scope="col">{both(key)}</th>'
        for key in ("library.reason", "library.before", "library.after", "library.times")
    )
    told = "；".join(f"{escape(reason)} {count}" for reason, count in reasons.most_common(4))
    return (
        f'<details class="cleaned"{" open" if opened else ""}>'
        f"<summary>{both('library.cleaned', count=sum(reasons.values()))}"
        f"<small>{told}</small></summary>"
        '<div class="wide" tabindex="0" role="region" aria-label="清理记录"><table><thead>'
        f"<tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{compared}</details>"
    )


def _standing(state: str) -> str:
    return f'<span class="badge {"standing" if state == "现行" else "past"}">{escape(state)}</span>'


def day(on: date | None) -> str:
    """Example: day(date(2024, 3, 1)) -> "2024-03-01"; "" for an unknown one."""
    return on.isoformat() if on else ""


def _piece(text: str) -> str:
    """A piece of text in a cell: what shows nothing is named, and a long one is cut."""
    hidden = [c for c in text if not visible(c)]
    shown = escape(text[:120]) + ("…" if len(text) > 120 else "")
    if not text.strip() and not hidden:
        shown = escape(text.translate(BLANKS))
    codes = " ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(hidden))
    return shown + (f"<code>{codes[:60]}</code>" if codes else "")
