"""Kills, damage and order: nothing stored is lost, nothing is mixed, and the same command ends the work."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import cast

from evals.prove import faults
from evals.prove.faults import Children
from evals.prove.stand_in import StandIn
from evals.prove.table import Measure, Scale, Suite, all_of, below, none
from ingest.checking import check
from ingest.embeddings import Embedder
from ingest.library import Library
from ingest.pipeline import ingest_paths
from ingest.storage import LibraryError
from ingest.vectors import open_current

CORPUS = Path("corpus")
LONG, SHORT = (1000, 20, 20), (20, 3, 2)  # kills, damaged files, orders
MANY = 1050  # articles; Chroma writes its graph at the thousandth
RECOVERY = 30.0
AIMED_SHARE = 5  # every fifth kill is aimed
LATEST = 0.01  # seconds into a write at which an aimed kill may come


def prove(scale: Scale) -> Suite:
    """Kill, damage and reorder."""
    context = faults.children()
    kills, wrong = _kills(scale, context)
    orders, other = _orders(scale)
    damages, missed = _damages(scale)
    return Suite("崩溃", (*kills, *damages, *orders), (*wrong, *missed, *other))


def _kills(scale: Scale, context: Children) -> tuple[list[Measure], list[str]]:
    """A kill -9 loop, every fifth aimed at a write, every tenth on a library that fills Chroma's graph."""
    chance = random.Random(scale.seed)
    wanted = scale.size(LONG[0], SHORT[0])
    cases = {more: scale.home / f"kill{more}" / "before" for more in (0, MANY)}
    points, spans = {}, {}
    for more, before in cases.items():
        faults.prepare(before, more)
        points[more], spans[more] = _measured(context, before)
    killed, aimed, slowest, wrong = 0, 0, 0.0, []
    lost: dict[str, int] = dict.fromkeys(("I1", "I2", "I3", "I4", "I5"), 0)
    tries = 0
    while killed < wanted and tries < 3 * wanted:
        tries += 1
        more = MANY if tries % 10 == 0 else 0
        root = faults.copy_of(cases[more])
        at = chance.randint(1, len(points[more])) if killed % AIMED_SHARE == 0 else 0
        late = chance.choice((0.0, chance.uniform(0, LATEST)))
        seconds = None if at else chance.uniform(0, spans[more])
        if not faults.ingest_until_killed(context, root, at, late, seconds):
            continue  # it was done before
        killed += 1
        aimed += bool(at)
        started = time.monotonic()
        broken = _invariants(root, more)
        slowest = max(slowest, time.monotonic() - started)
        for name in {fault[:2] for fault in broken}:
            lost[name] += 1
        where = f"点 {at}（{points[more][at - 1]}）+{late:.4f} 秒" if at else f"{seconds:.4f} 秒"
        wrong += [f"杀于{where}，库 {more}：{fault}" for fault in broken]
    measures = [
        Measure("kill -9", str(killed), f"{wanted}", killed == wanted),
        Measure("其中瞄准写入", str(aimed)),
        *(none(f"违反 {name}", count) for name, count in lost.items()),
        below("最慢的恢复（含核对）", slowest, RECOVERY, "秒"),
    ]
    return measures, wrong


def _invariants(root: Path, more: int) -> list[str]:
    try:
        return faults.old_or_new(root) + faults.finishes(root, more)
    except Exception as fault:  # whatever it is, the library could not be used as it should
        return [f"I5 {type(fault).__name__}: {fault}"]


def _measured(context: Children, before: Path) -> tuple[list[str], float]:
    """The points that one ingestion passes, and how long it takes in a child."""
    root = faults.copy_of(before)
    points = faults.points(root)
    # The first child waits until the server of children has imported everything.
    faults.ingest_until_killed(context, faults.copy_of(before))
    root = faults.copy_of(before)
    started = time.monotonic()
    faults.ingest_until_killed(context, root)
    return points, time.monotonic() - started


def _orders(scale: Scale) -> tuple[list[Measure], list[str]]:
    """The same files in another order make the same library."""
    chance = random.Random(scale.seed)
    files = sorted(path for path in CORPUS.rglob("*.md") if path.stem != "README")
    files = files[: scale.size(len(files), 8)]
    tried, contents = scale.size(LONG[2], SHORT[2]), []
    for _ in range(tried):
        library_dir = scale.home / "order"
        shutil.rmtree(library_dir, ignore_errors=True)
        ingest_paths(files, library_dir, cast(Embedder, StandIn()))
        with Library.open(library_dir) as library:
            index = open_current(library_dir, StandIn())
            contents.append(_content(library, index.ids))
            index.close()
        chance.shuffle(files)
    same = sum(content == contents[0] for content in contents)
    return [all_of("乱序入库，所得相同", same, tried)], []


def _content(library: Library, ids: Iterable[str]) -> object:
    """All that can be read, without the order in which it was written."""
    policies = library.policies()
    chunks = {policy.id: library.chunks_of(policy.id) for policy in policies}
    found = {word: set(library.search_words([word], 1000)) for word in ("民政部门", "采购", "救助", "登记")}
    texts = [(policy, library.text(policy.id), library.repairs(policy.id)) for policy in policies]
    return sorted(texts, key=lambda row: row[0].id), chunks, found, sorted(ids)


def _damages(scale: Scale) -> tuple[list[Measure], list[str]]:
    """Every file of a library torn, flipped, missing or emptied: told or made anew, and answers are right."""
    chance = random.Random(scale.seed)
    tried = noticed = healed = 0
    missed = []
    for sound, file in islice(_files(scale.home), scale.size(LONG[1], SHORT[1])):
        for name, damage in DAMAGES.items():
            root = faults.copy_of(sound)
            at = damage(root / "library" / file, chance)
            tried += 1
            told = _told(root)
            whole = not _invariants(root, MANY if sound.parent.name != "small" else 0)
            noticed += told
            healed += whole
            if not told:
                missed.append(f"没有发现：{sound.parent.name} {file} {name} {at}（之后可用：{whole}）")
    measures = [
        all_of("损坏（每个文件 4 种），发现", noticed, tried),
        Measure("其中自行修复", f"{healed} / {tried}"),
    ]
    return measures, missed


def _files(home: Path) -> Iterator[tuple[Path, Path]]:
    """Files that are read, of libraries that are small, large, and copied from an earlier version."""
    for name, more, again in (("large", MANY, False), ("small", 0, True), ("copied", MANY, True)):
        sound = home / name / "before"
        faults.prepare(sound, more)
        if again:
            faults.ingest(sound, StandIn())
        library = sound / "library"
        version = library / "vectors" / (library / "vectors/CURRENT").read_text().strip()
        read = [library / "library.sqlite3", library / "vectors/CURRENT", *sorted(version.rglob("*"))]
        yield from (
            (sound, path.relative_to(library)) for path in read if path.is_file() and path.stat().st_size
        )


def _told(root: Path) -> bool:
    """Whether `python -m ingest check` says that something was wrong."""
    try:
        findings = check(root / "library")
    except LibraryError:
        return True
    return any(not finding.good or finding.name == "修复" for finding in findings)


def _torn(file: Path, chance: random.Random) -> int:
    data = file.read_bytes()
    at = chance.randrange(len(data.rstrip()))  # without its last line break a name is still whole
    file.write_bytes(data[:at])
    return at


def _flipped(file: Path, chance: random.Random) -> int:
    data = bytearray(file.read_bytes())
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    file.write_bytes(data)
    return at


def _missing(file: Path, _: random.Random) -> int:
    file.unlink()
    return 0


def _emptied(file: Path, _: random.Random) -> int:
    file.write_bytes(bytes(file.stat().st_size))
    return 0


DAMAGES: dict[str, Callable[[Path, random.Random], int]] = {
    "截断": _torn,
    "翻一位": _flipped,
    "丢失": _missing,
    "清零": _emptied,
}
