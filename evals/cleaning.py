"""How clean the cleaner leaves dirty pages, and how well it leaves clean laws alone.

`python -m evals.cleaning [FOLDER_OF_LAWS]` with BENCH_DIR. Character error rate: edits between our text and
the text cleaned by hand, over the latter's length, after NFKC and without white space, front matter and "#".
The edits come from difflib's alignment, an upper bound of the edit distance.
"""

import difflib
import os
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ingest.cleaning import clean
from ingest.readers import read

BLANK = re.compile(r"^[\s\u200b]*$|\s", re.MULTILINE)


def comparable(text: str) -> str:
    """NFKC, without front matter, heading marks and white space.

    Example: comparable("---\\ntitle: x\\n---\\n# （一） 总则") -> "(一)总则"
    """
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^#+", "", text, flags=re.MULTILINE)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def edits(ours: str, gold: str) -> list[tuple[str, str]]:
    """The places where two texts differ, as (ours, gold)."""
    matcher = difflib.SequenceMatcher(None, ours, gold, autojunk=False)
    return [(ours[a:b], gold[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def character_error_rate(ours: str, gold: str) -> float:
    """Edits over the gold's length.

    Example: character_error_rate("abc", "abcd") -> 0.25
    """
    return sum(max(len(a), len(b)) for a, b in edits(ours, gold)) / len(gold)


@dataclass
class LawFigures:
    """What cleaning did to texts that were clean."""

    documents: int = 0
    characters: int = 0
    changed: int = 0
    unstable: list[str] = field(default_factory=list)
    seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)

    def changed_per_100000(self) -> float:
        """Characters other than white space that were changed, of each 100,000."""
        return 1e5 * self.changed / max(self.characters, 1)


def _changed_lines(before: str, after: str) -> Iterable[tuple[str, str]]:
    """The stretches of lines that differ, without white space: character alignment of a whole law is slow."""
    old, new = (
        [re.sub(r"\s", "", line) for line in text.split("\n") if line.strip()] for text in (before, after)
    )
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield "".join(old[a:b]), "".join(new[c:d])


def leave_alone(paths: Iterable[Path]) -> LawFigures:
    """Clean clean texts and count what changed beyond white space (and lines of only zero-width spaces)."""
    figures = LawFigures()
    for path in paths:
        raw = read(path).text
        began = time.perf_counter()
        done = clean(raw)
        figures.seconds += time.perf_counter() - began
        if clean(done.text).text != done.text:
            figures.unstable.append(path.name)
        before, after = (re.sub(BLANK, "", text) for text in (raw, done.text))
        figures.documents += 1
        figures.characters += len(before)
        if before != after:
            figures.changed += sum(
                max(len(a), len(b)) for x, y in _changed_lines(raw, done.text) for a, b in edits(x, y)
            )
            for repair in done.repairs:
                figures.kinds[f"{repair.reason}: {repair.before[:40]!r} -> {repair.after[:20]!r}"] += (
                    repair.count
                )
    return figures


def main(arguments: list[str]) -> None:
    """Print both tables."""
    bench = Path(os.environ.get("BENCH_DIR", "../shared"))
    for gold in sorted((bench / "evals/clean").glob("*.md")):
        text = gold.read_text(encoding="utf-8")
        source = re.search(r"^source_file: (.+)$", text, re.MULTILINE)
        if source is None:
            continue
        ours = comparable(clean(read(bench / "seeds" / source[1].strip()).text).text)
        print(
            f"{gold.stem:12} CER {character_error_rate(ours, comparable(text)):.4%}",
            *edits(ours, comparable(text)),
        )
    if arguments:
        figures = leave_alone(sorted(Path(arguments[0]).rglob("*.md")))
        print(
            f"{figures.documents} laws, {figures.characters:,} characters, {figures.changed} changed "
            f"({figures.changed_per_100000():.2f} of 100,000), {len(figures.unstable)} not stable, "
            f"{figures.seconds:.0f} s"
        )
        for kind, count in figures.kinds.most_common(60):
            print(f"  {count:6} {kind}")


if __name__ == "__main__":
    main(sys.argv[1:])
