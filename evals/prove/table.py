"""What a suite measured in, one table out: counts, bars, whether each is met, and the cases that failed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

SHOWN = 40


@dataclass(frozen=True)
class Scale:
    """How much is to be tried: everything random comes from `seed`; `home` is a suite's own empty folder."""

    seed: int
    short: bool
    home: Path

    def size(self, long: int, short: int) -> int:
        """The number for this scale."""
        return short if self.short else long


@dataclass(frozen=True)
class Measure:
    """One number of a suite and the bar it is held to ("" where it is only told)."""

    name: str
    value: str
    bar: str = ""
    met: bool = True


@dataclass(frozen=True)
class Suite:
    """What one suite found; `faults` are the cases that failed, each enough to repeat it."""

    name: str
    measures: tuple[Measure, ...]
    faults: tuple[str, ...] = ()
    skipped: str = ""
    seconds: float = 0.0

    @property
    def met(self) -> bool:
        """Whether every bar is met; what was skipped is not counted against it."""
        return all(measure.met for measure in self.measures)


def none(name: str, count: int) -> Measure:
    """A count whose bar is 0."""
    return Measure(name, str(count), "0", count == 0)


def all_of(name: str, done: int, tried: int) -> Measure:
    """A count whose bar is every one of those tried."""
    return Measure(name, f"{done} / {tried}", "全部", done == tried)


def below(name: str, value: float, bar: float, unit: str) -> Measure:
    """A quantity whose bar is a largest value. Example: below("最慢", 1.2, 2, "秒") -> 1.2 秒, bar < 2 秒"""
    return Measure(name, f"{value:.3g} {unit}", f"< {bar:g} {unit}", value < bar)


def markdown(suites: Sequence[Suite], settings: str) -> str:
    """The table for people."""
    lines = [f"# make prove\n\n{settings}\n", "| 项目 | 量 | 结果 | 标准 | |", "|---|---|---|---|---|"]
    for suite in suites:
        head = f"{suite.name}（{suite.seconds:.0f} 秒）"
        if suite.skipped:
            lines.append(f"| {head} | 跳过：{_cell(suite.skipped)} | | | – |")
        for measure in suite.measures:
            mark = ("✓" if measure.met else "✗") if measure.bar else ""
            lines.append(
                f"| {head} | {_cell(measure.name)} | {_cell(measure.value)} | {measure.bar} | {mark} |"
            )
            head = ""
    for suite in suites:
        if suite.faults:
            lines.append(f"\n## {suite.name}：没有通过的\n")
            lines += [f"- {_cell(fault)}" for fault in suite.faults[:SHOWN]]
            if len(suite.faults) > SHOWN:
                lines.append(f"- 另有 {len(suite.faults) - SHOWN} 个，见 table.json")
    return "\n".join(lines) + "\n"


def save(suites: Sequence[Suite], settings: str, folder: Path) -> Path:
    """Write table.md and table.json; the path of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "table.md"
    page.write_text(markdown(suites, settings), encoding="utf-8")
    stored = {"settings": settings, "suites": [asdict(suite) | {"met": suite.met} for suite in suites]}
    (folder / "table.json").write_text(json.dumps(stored, ensure_ascii=False, indent=1), encoding="utf-8")
    return page


def to_json(suite: Suite) -> str:
    """A suite as one line, for the process that started it."""
    return json.dumps(asdict(suite), ensure_ascii=True)


def from_json(line: str) -> Suite:
    """Back from to_json()."""
    stored = json.loads(line)
    stored["measures"] = tuple(Measure(**measure) for measure in stored["measures"])
    stored["faults"] = tuple(stored["faults"])
    return Suite(**stored)


def _cell(text: str) -> str:
    """Text that stays within its cell, whatever characters it holds."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return shown.replace("|", "\\|")[:300]
