"""A reply that compares in, its sides as an HTML table out: a row each, with what it rests on beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from assistant.differences import Span, by_line
from assistant.reply import Cited, Reply
from assistant.sides import Point, Side
from page.citing import chip, mark
from page.i18n import both
from page.safety import escape

VERSION = "年版"  # how the name of a side ends that is no place


def side_table(reply: Reply) -> str:
    """A row for each place or version: what it says, what it alone says marked, and the provisions cited."""
    links = {c.number: c for c in reply.citations}
    versions = all(side.name.endswith(VERSION) for side in reply.sides)
    of = "compare.version" if versions else "compare.place"
    heads = "".join(f'<th scope="col">{both(key)}</th>' for key in (of, "compare.says", "compare.basis"))
    marks = by_line([[point.text for point in side.points] for side in reply.sides])
    rows = "".join(_row(side, of_side, links) for side, of_side in zip(reply.sides, marks, strict=True))
    return f'<table class="compared sides"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def pieces(text: str, marks: Sequence[Span]) -> list[tuple[str, bool]]:
    """A text cut where its marks begin and end, and whether each piece is marked.

    Example: pieces("至少2人", [(2, 4)]) -> [("至少", False), ("2人", True)]
    """
    cuts = sorted({0, len(text), *(place for span in marks for place in span)})
    return [(text[a:b], any(start <= a and b <= end for start, end in marks)) for a, b in pairwise(cuts)]


def marked(text: str, marks: Sequence[Span]) -> str:
    """A text as HTML, what is marked underlined."""
    return "".join(_piece(piece, own) for piece, own in pieces(text, marks))


def _piece(text: str, own: bool) -> str:
    inner = escape(text).replace("\n", "<br>")
    return f"<ins>{inner}</ins>" if own and text.strip() else inner


def _row(side: Side, marks: Sequence[Sequence[Span]], links: Mapping[int, Cited]) -> str:
    head = f'<th scope="row">{escape(side.name)}</th>'
    if not side.points:
        return f'<tr>{head}<td colspan="2"><p class="silent">{side.silence}</p></td></tr>'
    says = "".join(_point(point, own, links) for point, own in zip(side.points, marks, strict=True))
    numbers = dict.fromkeys(n for point in side.points for n in point.numbers if n in links)
    return f"<tr>{head}<td>{says}</td><td>{_basis([links[n] for n in numbers])}</td></tr>"


def _point(point: Point, marks: Sequence[Span], links: Mapping[int, Cited]) -> str:
    cited = "".join(mark(links[n]) for n in point.numbers if n in links)
    return f"<p>{marked(point.text, marks)}{cited}</p>"


def _basis(cited: Sequence[Cited]) -> str:
    """The chips of the provisions, each document named once."""
    parts: list[str] = []
    named = ""
    for one in cited:
        if one.policy_id != named:
            parts.append(f'<span class="from">《{escape(one.title.strip("《》"))}》{_past(one)}</span>')
            named = one.policy_id
        parts.append(chip(one))
    return "".join(parts)


def _past(one: Cited) -> str:
    return "" if one.standing == "现行" else f' <span class="badge past">{escape(one.standing)}</span>'
