"""Shares and curves in, inline SVG out, drawn with the page's own colours (CSS classes s0, s1, …)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from evals.metrics import wilson

WIDTH, LABEL, BAR, GAP = 470, 92, 13, 12


def bars(rows: Mapping[str, Sequence[tuple[float, str]]], whiskers: bool = False) -> str:
    """Horizontal bars in groups: a label, then (share of 1, note) for each series, always in one order.

    `whiskers`: the first series, whose notes have the form "12/20", also shows its 95 % interval.
    """
    room = WIDTH - LABEL - 84
    parts, y = [], 4
    for label, series in rows.items():
        middle = y + len(series) * BAR / 2 + 4
        parts.append(f'<text x="{LABEL - 8}" y="{middle:.0f}" class="label">{escape(label)}</text>')
        for n, (share, note) in enumerate(series):
            long = max(1.0, room * min(share, 1.0))
            end = long
            if whiskers and n == 0:
                low, high = (room * edge for edge in wilson(*(int(part) for part in note.split("/"))))
                end, line = max(long, high), y + (BAR - 3) / 2
                parts.append(f'<path d="M{LABEL + low:.1f} {line}H{LABEL + high:.1f}" class="whisker"/>')
            parts.append(
                f'<rect x="{LABEL}" y="{y}" width="{long:.1f}" height="{BAR - 3}" rx="2" class="s{n}"/>'
                f'<text x="{LABEL + end + 6:.1f}" y="{y + 9}" class="note">{share:.0%} {escape(note)}</text>'
            )
            y += BAR
        y += GAP
    return _svg(y, "".join(parts))


def parts_of_time(stages: Mapping[str, float]) -> str:
    """One bar cut into stages, milliseconds each."""
    total = sum(stages.values()) or 1.0
    pieces, x = [], 0.0
    for n, (stage, ms) in enumerate(stages.items()):
        wide = WIDTH * ms / total
        pieces.append(
            f'<rect x="{x:.1f}" y="4" width="{max(wide - 2, 1):.1f}" height="18" rx="2" class="t{n % 4}"/>'
        )
        pieces.append(
            f'<rect x="{n * 156}" y="32" width="10" height="10" class="t{n % 4}"/>'
            f'<text x="{n * 156 + 16}" y="41" class="note">{escape(stage)} {ms:.1f} ms</text>'
        )
        x += wide
    return _svg(48, "".join(pieces))


def curves(lines: Sequence[Sequence[tuple[float, float]]], across: str, up: str) -> str:
    """Curves of (x, y) in 0…1, their last points marked; y reaches the next tenth above the largest."""
    top = min(1.0, (int(max(y for points in lines for _, y in points) * 10) + 1) / 10)
    left, bottom, wide, high = 46, 180, WIDTH - 70, 160
    drawn = ""
    for n, points in enumerate(lines):
        spots = [(left + wide * x, bottom - high * y / top) for x, y in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
        x, y = spots[-1]
        drawn += (
            f'<path d="M{path}" class="line l{n}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="s{n}"/>'
        )
    ticks = "".join(
        f'<path d="M{left} {bottom - high * n / 4}H{left + wide}" class="grid"/>'
        f'<text x="{left - 6}" y="{bottom - high * n / 4 + 4}" class="label">{25 * top * n:g}%</text>'
        f'<text x="{left + wide * n / 4}" y="{bottom + 16}" class="note middle">{n / 4:.0%}</text>'
        for n in range(5)
    )
    names = (
        f'<text x="{left + wide / 2}" y="{bottom + 34}" class="note middle">{escape(across)}</text>'
        f'<text x="{left}" y="12" class="note">{escape(up)}</text>'
    )
    return _svg(bottom + 40, ticks + drawn + names)


def _svg(height: float, inner: str) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img">{inner}</svg>'
