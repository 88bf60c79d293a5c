"""Files ingested one by one in a child that is watched: its time, its memory, and whether it lives."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from evals.prove.stand_in import StandIn
from ingest import documents
from ingest.library import Library
from ingest.pipeline import SKIPPED, Outcome, encode, store
from ingest.storage import LibraryError
from ingest.vectors import publish

PATIENCE = 120.0  # seconds for a file, twice what is allowed: what takes longer is taken to hang
PUBLISHED = "published"  # in the library's folder: the version, or why there is none
LOOK_EVERY = 0.02
TOO_MUCH = 8 * 2**30  # bytes of the child's own, so that a fault does not take the machine along


@dataclass(frozen=True)
class Became:
    """What became of one document of a file; `text` is what was stored."""

    name: str
    status: str
    reason: str
    text: str


@dataclass(frozen=True)
class Handled:
    """One file's outcomes, seconds, and peak memory (GB) of child and parser; `died` says how, if it did."""

    path: Path
    outcomes: tuple[Became, ...]
    seconds: float
    memory: float
    died: str = ""


def ingest_watched(folder: Path, home: Path) -> list[Handled]:
    """Ingest a folder into home/library, in a child that is started again after a file that ended it."""
    paths = list(documents.walk([folder]))
    found: list[Handled] = []
    context = multiprocessing.get_context("spawn")
    while len(found) < len(paths):
        ours, theirs = context.Pipe()
        child = context.Process(target=_work, args=(paths[len(found) :], home, theirs))
        child.start()
        theirs.close()
        assert child.pid is not None
        ours.poll(PATIENCE) and ours.recv()  # ready
        while len(found) < len(paths):
            one = _watch(paths[len(found)][0], ours, child.pid)
            found.append(one)
            if one.died:
                child.kill()
                break
        child.join(PATIENCE)
    return found


def _watch(path: Path, ours: Connection, pid: int) -> Handled:
    started = time.monotonic()
    most = 0
    while (seconds := time.monotonic() - started) < PATIENCE:
        most = max(most, _memory(pid))
        try:
            if ours.poll(LOOK_EVERY):
                outcomes = ours.recv()
                return Handled(path, outcomes, time.monotonic() - started, most / 2**30)
        except EOFError:
            return Handled(path, (), seconds, most / 2**30, "进程退出")
    return Handled(path, (), seconds, most / 2**30, "卡住")


def _memory(pid: int) -> int:
    """The larger of what the child and its parser hold now; each is limited by itself."""
    pids = [pid]
    try:
        pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return max(int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in pids) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    except (OSError, ValueError, IndexError):
        return 0


def _work(paths: list[tuple[Path, str]], home: Path, theirs: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (TOO_MUCH, TOO_MUCH))
    os.chdir(home / "cwd")
    os.environ["TMPDIR"] = str(home / "cwd")
    theirs.send("ready")
    with Library.create_or_open(home / "library") as library:
        for path, reason in paths:
            outcomes = [Outcome(path, SKIPPED, reason=reason)] if reason else store(library, path)
            theirs.send(
                tuple(
                    Became(o.path.name, o.status, o.reason, library.text(o.policy.id) if o.policy else "")
                    for o in outcomes
                )
            )
        encode(library, StandIn(), lambda *_: None)  # type: ignore[arg-type]
        try:
            said = publish(library, StandIn())
        except LibraryError as fault:
            said = str(fault)
        (home / "library" / PUBLISHED).write_text(said, encoding="utf-8")
        library.end_run()
