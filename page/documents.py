"""A policy's clean text in, its HTML out, with the quoted characters marked; and the card beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from assistant.card_lines import LABELS
from assistant.reply import Cited, region_name
from ingest.card import Policy
from ingest.structure import Provision
from page.safety import escape, visible, web_address

DIGEST = "要点整理，非官方原文"
NO_ORIGINAL = "（读出并清理后的文本；原来的文件已不在服务器上，或读入后改过）"
STEPS = frozenset({"条", "部分", "标题", "附件"})
Span = tuple[int, int]


def document_link(cited: Cited) -> str:
    """Where a document opens with the cited words in view."""
    return f"document/{cited.policy_id}?{urlencode({'start': cited.start, 'end': cited.end})}#quote"


def paragraphs(
    text: str,
    marks: Collection[Span] = (),
    headings: Collection[Span] = (),
    steps: Mapping[int, Sequence[str]] = {},
) -> str:
    """A text as paragraphs, headings and tables, the characters of `marks` in <mark>.

    `steps` are the provisions to go through one by one: where each begins, and its path.

    Example: paragraphs("甲乙", [(1, 2)]) -> '<p>甲<mark id="quote">乙</mark></p>'
    """
    marker = _Marker(text, marks)
    parts: list[str] = []
    rows: list[str] = []
    for start, end in _lines(text):
        line = text[start:end]
        if line.startswith("|"):
            if line.strip("|-: \t"):
                cells = "".join(f"<td>{marker.slice(a, b)}</td>" for a, b in _cells(line, start))
                rows.append(f"<tr>{cells}</tr>")
            continue
        if rows:
            parts.append(f"<table>{''.join(rows)}</table>")
            rows.clear()
        hashes = len(line) - len(line.lstrip("#"))
        tag = "h3" if hashes or (start, end) in headings else "p"
        begun = next((at for at in range(start, start + hashes + 2) if at in steps), None)
        path = escape(" › ".join(steps[begun])) if begun is not None else ""
        step = f' class="step" data-path="{path}"' if path else ""
        parts.append(f"<{tag}{step}>{marker.slice(start + hashes, end)}</{tag}>")
    if rows:
        parts.append(f"<table>{''.join(rows)}</table>")
    return "".join(parts)


def document(
    policy: Policy,
    text: str,
    provisions: Sequence[Provision],
    span: Span,
    state: str,
    original: bool = False,
) -> str:
    """The whole document, with its card above it, and its files; `original` where the first one is there."""
    headings = {_first_line(p) for p in provisions if p.heading}
    steps = {p.start: p.path for p in provisions if p.kind in STEPS}
    # Relative to document/{id}; page.js resolves it where the document is shown in the page.
    text_file = f'<a class="file" href="{policy.id}/text.txt" download>下载文本</a>'
    first = (
        f'<a class="file" href="{policy.id}/original" download>下载原文件</a>' if original else NO_ORIGINAL
    )
    return (
        f'<article class="document" lang="zh-CN"><h2 tabindex="-1">{escape(policy.title)}</h2>'
        f'<div class="about">{badges(region_name(policy.region), state, policy.digest)}{card(policy)}'
        f'<p class="more">{text_file} {first}</p></div>'
        f'<div class="text">{paragraphs(text, [span], headings, steps)}</div></article>'
    )


def document_page(policy: Policy, body: str) -> str:
    """The document as a page of its own (a link opened in a new tab)."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(policy.title)}</title><link rel="stylesheet" href="../page/page.css"></head>'
        f'<body class="alone"><main>{body}</main></body></html>'
    )


def card(policy: Policy) -> str:
    """What is known about a document; what is not known is left out."""
    rows = (
        (LABELS["issuers"], escape("、".join(policy.issuers))),
        (LABELS["document_number"], escape(policy.document_number or "")),
        ("效力层级", escape(policy.rank or "")),
        ("适用地区", escape(region_name(policy.region))),
        (LABELS["published"], _day(policy.published)),
        (LABELS["effective"], _day(policy.effective)),
        (LABELS["expires"], _day(policy.expires)),
        ("取代", escape("、".join(f"《{title}》" for title in policy.supersedes))),
        (LABELS["source"], _source(policy)),
    )
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows if value)
    return f'<dl class="card">{listed}</dl>'


def badges(place: str, state: str, digest: bool) -> str:
    """The marks that matter before the text is read: where, whether in force, whether a digest."""
    marks = [("region", place), ("standing" if state == "现行" else "past", state)]
    if digest:
        marks.append(("digest", DIGEST))
    spans = "".join(f'<span class="badge {kind}">{escape(text)}</span>' for kind, text in marks if text)
    return f'<p class="badges">{spans}</p>'


class _Marker:
    """Escapes pieces of a text and marks what lies inside some spans; the first mark is the anchor."""

    def __init__(self, text: str, marks: Collection[Span]) -> None:
        self._text = text
        self._marked = {i for start, end in marks for i in range(max(start, 0), min(end, len(text)))}
        self._anchored = False

    def slice(self, start: int, end: int) -> str:
        """text[start:end] as HTML."""
        parts = []
        for inside, group in groupby(range(start, end), self._marked.__contains__):
            piece = escape("".join(self._text[i] for i in group))
            if inside and piece.strip():
                anchor = "" if self._anchored else ' id="quote"'
                self._anchored = True
                piece = f"<mark{anchor}>{piece}</mark>"
            parts.append(piece)
        return "".join(parts).strip()


def _lines(text: str) -> Iterator[Span]:
    at = 0
    for line in text.split("\n"):
        if visible(line).strip():
            yield at, at + len(line)
        at += len(line) + 1


def _cells(line: str, offset: int) -> Iterator[Span]:
    bars = [i for i, c in enumerate(line) if c == "|" and line[i - 1 : i] != "\\"]
    if line.rstrip()[-1] != "|" or len(bars) == 1:
        bars.append(len(line))
    for a, b in zip(bars, bars[1:], strict=False):
        yield offset + a + 1, offset + b


def _first_line(provision: Provision) -> Span:
    return provision.start, provision.start + len(provision.text.split("\n", 1)[0])


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _source(policy: Policy) -> str:
    name = escape(policy.source_title or policy.source or "")
    if address := web_address(policy.source):
        return f'<a href="{escape(address)}" rel="noopener noreferrer" target="_blank">{name}</a>'
    return name
