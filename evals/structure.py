"""Laws in, figures out: are the articles without a gap, the spans exact, and title, region, date, rank right?

    BENCH_DIR=../shared python -m evals.structure [--failures]

The truth is the folder and file name of each law in BENCH_DIR/laws/laws_md.tar.xz.
"""

import argparse
import os
import re
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from ingest.card import Policy
from ingest.chunking import LIMIT, chunk
from ingest.drafting import draft
from ingest.numbering import number_of
from ingest.regions import NATION, ancestors, region_named
from ingest.structure import Provision, parse

# Which 效力层级 a folder of the collection holds.
RANK_OF: dict[str, set[str]] = {
    "宪法": {"宪法"},
    "行政法规": {"行政法规"},
    "部门规章": {"部门规章"},
    "司法解释": {"司法解释"},
    "地方性法规": {"地方性法规", "自治条例和单行条例"},
    "其他": set(),
}
_STATUTE = {"法律"}


@dataclass(frozen=True)
class Law:
    """One file of the collection: its path and its text."""

    path: PurePosixPath
    text: str


def read_laws(archive: Path) -> Iterator[Law]:
    """Stream the laws out of the archive, empty ones and index pages left out."""
    with tarfile.open(archive) as laws:
        for member in laws:
            stream = laws.extractfile(member) if member.name.endswith(".md") else None
            text = stream.read().decode() if stream else ""
            if text.startswith("# "):
                yield Law(PurePosixPath(member.name), text)


def gaps(provisions: Sequence[Provision]) -> list[str]:
    """The articles that do not follow the one before them; an 附件 begins anew, a part of a code anywhere.

    Example: 第一条, 第二条, 第四条 -> ["第四条"]; 第十条之一 follows 第十条.
    """
    out: list[str] = []
    last: tuple[int, int] | None = None
    for provision in provisions:
        if provision.kind == "附件":
            last = None
        if provision.kind != "条":
            continue
        number = number_of(provision.label)
        if last and number not in ((last[0] + 1, 0), (last[0], last[1] + 1)):
            out.append(provision.label)
        last = number
    return out


def wrong_fields(law: Law, policy: Policy) -> set[str]:
    """The fields of a drafted card that contradict the law's folder, name and heading."""
    folders = law.path.parts
    wrong = set()
    heading = law.text.split("\n", 1)[0].removeprefix("# ").strip()
    if policy.title != heading:
        wrong.add("title")
    place = region_named(folders[-2]) if "地方性法规" in folders else None
    if (
        place is None
        and policy.region != NATION
        or place
        and place.code not in ancestors(policy.region or "?")
    ):
        wrong.add("region")
    expected = next((ranks for folder, ranks in RANK_OF.items() if folder in folders), _STATUTE)
    if expected and policy.rank not in expected:
        wrong.add("rank")
    named = re.search(r"\((\d{4}-\d{2}-\d{2})\)$", law.path.stem)
    if named and policy.published != date.fromisoformat(named[1]):
        wrong.add("date")
    return wrong


def main() -> int:
    """Print the figures; 1 if one of them is below its bar."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--failures", action="store_true", help="list every document that fails, and why")
    options = arguments.parse_args()
    archive = Path(os.environ.get("BENCH_DIR", "../shared")) / "laws" / "laws_md.tar.xz"
    if not archive.exists():
        print(f"没有找到 {archive}，跳过；请用环境变量 BENCH_DIR 指明评测数据所在的目录", file=sys.stderr)
        return 0
    laws = list(read_laws(archive))
    counts = Counter[str]()
    seconds = dict.fromkeys(("parse", "card", "chunk"), 0.0)
    for law in laws:
        began = time.process_time()
        provisions = parse(law.text)
        seconds["parse"] += time.process_time() - began
        began = time.process_time()
        policy = draft(law.text, law.path.name, law.path.stem)
        seconds["card"] += time.process_time() - began
        began = time.process_time()
        chunks = chunk(policy.id, policy.title, law.text, provisions)
        seconds["chunk"] += time.process_time() - began
        articles = sum(provision.kind == "条" for provision in provisions)
        missing = gaps(provisions)
        wrong = wrong_fields(law, policy)
        dated = bool(re.search(r"\(\d{4}-\d{2}-\d{2}\)$", law.path.stem))
        counts.update({"laws": 1, "articles": articles, "with articles": articles > 0, "dated": dated})
        counts.update({"without a gap": articles > 0 and not missing, "chunks": len(chunks)})
        counts.update({f"wrong {field}": 1 for field in wrong})
        counts["all fields right"] += not wrong
        counts["long chunks"] += sum(len(piece.text) > LIMIT for piece in chunks)
        counts["inexact spans"] += sum(law.text[p.start : p.end] != p.text for p in provisions)
        counts["inexact spans"] += sum(law.text[c.start : c.end] != c.text for c in chunks)
        if options.failures and (missing or wrong):
            print(f"{law.path}: {' '.join(missing[:6])} {sorted(wrong)}", file=sys.stderr)
            print(f"    {policy.title} {policy.region} {policy.rank} {policy.published}", file=sys.stderr)
    return _report(counts, seconds)


def _report(counts: Counter[str], seconds: Mapping[str, float]) -> int:
    whole = counts["laws"]
    shares = {
        "article numbers without a gap": (counts["without a gap"], counts["with articles"], 0.99),
        "title": (whole - counts["wrong title"], whole, 0.98),
        "region": (whole - counts["wrong region"], whole, 0.98),
        "rank": (whole - counts["wrong rank"], whole, 0.98),
        "date": (counts["dated"] - counts["wrong date"], counts["dated"], 0.98),
    }
    print(f"{whole} laws, {counts['articles']} articles, {counts['chunks']} chunks")
    print(f"{counts['inexact spans']} inexact spans, {counts['long chunks']} chunks over {LIMIT} characters")
    for name, (right, of, bar) in shares.items():
        print(f"{name:32} {right:5} of {of:5} = {right / of:.2%} (bar {bar:.0%})")
    print(f"{'all four fields right':32} {counts['all fields right']:5} of {whole:5}")
    print("processor seconds: " + ", ".join(f"{name} {spent:.1f}" for name, spent in seconds.items()))
    return int(any(right < bar * of for right, of, bar in shares.values()) or counts["inexact spans"] > 0)


if __name__ == "__main__":
    raise SystemExit(main())
