"""One note of what a cleaning step removed or repaired, and the substitution that writes such notes."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Repair:
    """`before` became `after` ("" if removed), `count` times, because of `reason` (Chinese)."""

    reason: str
    before: str
    after: str
    count: int = 1


Step = tuple[str, list[Repair]]


def substitute(reason: str, pattern: re.Pattern[str], into: str | Callable[[str], str], text: str) -> Step:
    """Replace every match of pattern and note each kind of change once.

    Example: substitute("拼音", re.compile("fā"), "", "发fā展") -> ("发展", [Repair("拼音", "fā", "")])
    """
    seen: Counter[tuple[str, str]] = Counter()

    def replace(match: re.Match[str]) -> str:
        after = into(match[0]) if callable(into) else into
        if after != match[0]:
            seen[match[0], after] += 1
        return after

    text = pattern.sub(replace, text)
    return text, [Repair(reason, before, after, count) for (before, after), count in seen.items()]
