"""Faults put where a change is made to last, and what must hold after each: the invariants I1 to I5.

A case is a folder of `files` and the `library` of what they were before: one has changed since, one is new.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, cast
from unittest import mock

from evals.prove.stand_in import StandIn
from ingest import chroma, versions
from ingest.embeddings import Embedder
from ingest.library import Library
from ingest.pipeline import Outcome, ingest_paths
from ingest.storage import LibraryError
from ingest.vectors import open_current, vectors_directory
from ingest.words import words

KEPT = "社会团体登记办法\n\n第一条　社会团体应当在民政部门登记，并接受业务主管单位的监督检查。\n"
OLD = "购买服务办法\n\n第一条　街道办事处每年三月以前公布购买服务目录，并接受居民监督。\n"
NEW = OLD.replace("三月", "六月")
ADDED = "志愿服务办法\n\n第一条　志愿者提供志愿服务前应当注册，志愿服务组织应当如实记录服务时间。\n"
# What readers may see: the old state, or a text stored that nothing has named yet, or the new state.
STATES = ({"登记", "三月"}, {"登记", "三月", "注册"}, {"登记", "六月", "注册"})
# Where a fault is put: everything that makes a change last.
POINTS: tuple[tuple[Any, str], ...] = (
    (os, "fsync"), (os, "rename"), (os, "replace"), (chroma, "_add"), (shutil, "copytree")
)  # fmt: skip
Children = multiprocessing.context.ForkServerContext


def strike_at(n: int, strike: Callable[[], None], patch: Callable[[Any, str, object], object]) -> list[str]:
    """Name the calls at POINTS and of COMMIT as they come, and strike before the n-th."""
    calls: list[str] = []

    def counted(name: str) -> None:
        calls.append(name)
        if len(calls) == n:
            strike()

    def counting(name: str, original: Callable[..., object], *args: object, **kwargs: object) -> object:
        counted(name)
        return original(*args, **kwargs)

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            if sql == "COMMIT":
                counted(sql)
            return super().execute(sql, *parameters)

    for owner, name in POINTS:
        patch(owner, name, partial(counting, name, getattr(owner, name)))
    patch(sqlite3, "connect", partial(sqlite3.connect, factory=Connection))
    return calls


def fail() -> None:
    """A full disk."""
    raise OSError(28, "No space left on device")


def ingest(root: Path, embedder: StandIn) -> list[Outcome]:
    """Ingest a case's files, as `python -m ingest` does."""
    return ingest_paths([root / "files"], root / "library", cast(Embedder, embedder))


def prepare(root: Path, more: int = 0) -> None:
    """Publish a case's library, then change its files; `more` other articles make Chroma flush its graph."""
    files = root / "files"
    files.mkdir(parents=True)
    (files / "kept.txt").write_text(KEPT, encoding="utf-8")
    (files / "changed.txt").write_text(OLD, encoding="utf-8")
    for first in range(0, more, 50):
        articles = [
            f"第{n}条　第{n}号服务点由街道设立，其名称和地址向居民公开。" for n in range(first, first + 50)
        ]
        text = "\n\n".join([f"第{first}号服务点管理办法", *articles])
        (files / f"more{first}.txt").write_text(text, encoding="utf-8")
    ingest(root, StandIn())
    (files / "changed.txt").write_text(NEW, encoding="utf-8")
    (files / "added.txt").write_text(ADDED, encoding="utf-8")


def points(root: Path) -> list[str]:
    """The points that an ingestion of a case passes."""
    with ExitStack() as stack:
        calls = strike_at(
            0, fail, lambda owner, name, new: stack.enter_context(mock.patch.object(owner, name, new))
        )
        ingest(root, StandIn())
    return calls


def copy_of(before: Path) -> Path:
    """A case to break. A path is part of what a library remembers, so all copies stand at one place."""
    place = before.parent / "case"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(before, place)
    with Library.create_or_open(place / "library") as library, library._connections.transaction() as db:
        db.execute("UPDATE sources SET path = replace(path, ?, ?)", (str(before), str(place)))
    return place


def seen(library: Library) -> set[str]:
    """Which of the words that tell the states apart are found."""
    return {word for word in set().union(*STATES) if library.search_words(words(word), 3)}


def old_or_new(root: Path) -> list[str]:
    """What readers see after a fault, against I1, I2 and I4; nothing is wrong in an empty list."""
    wrong: list[str] = []
    embedder = StandIn()
    vectors = vectors_directory(root / "library")
    try:
        versions.verify(vectors / str(versions.current_name(vectors)))
    except LibraryError as fault:
        wrong.append(f"I1 {fault}")
    with Library.open(root / "library") as library:
        if seen(library) not in STATES:
            wrong.append(f"I2 {seen(library)}")
        index = open_current(root / "library", embedder)
        served = {text.policy_id for text in library.chunks(list(index.ids))}
        if not served <= {policy.id for policy in library.policies()}:
            wrong.append("I4 withdrawn text is served")
        index.close()
    return wrong


def finishes(root: Path, more: int = 0) -> list[str]:
    """The same command ends in the new state and encodes only what had not been stored: I3 and I5."""
    with Library.open(root / "library") as library:
        stored = {bytes(key) for (key,) in library._all("SELECT key FROM encodings")}
    embedder, wrong = StandIn(), []
    outcomes = {outcome.status for outcome in ingest(root, embedder)}
    if not outcomes <= {"stored", "replaced", "unchanged"}:
        wrong.append(f"I5 {outcomes}")
    with Library.open(root / "library") as library:
        encoded = {bytes(key) for (key,) in library._all("SELECT key FROM encodings")}
        index = open_current(root / "library", embedder)
        chunks = {chunk.id for policy in library.policies() for chunk in library.chunks_of(policy.id)}
        found = {
            "I3 seen": seen(library) == STATES[-1] and len(library.policies()) == 3 + more // 50,
            "I3 encoded": len(embedder.encoded) == len(encoded - stored),
            "I3 indexed": index.ids == library.encoded().keys() == chunks and not index.lost(library),
        }
        index.close()
    found["I5 tidy"] = not [p for p in vectors_directory(root / "library").iterdir() if p.name[0] == "."]
    found["I5 again"] = {outcome.status for outcome in ingest(root, embedder)} == {"unchanged"}
    return wrong + [name for name, good in found.items() if not good]


def children(preload: Sequence[str] = ()) -> Children:
    """A context whose children start from a process that has imported everything and runs no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "evals.prove.warm", "chromadb", "langchain_chroma", *preload])
    return context


def ingest_until_killed(
    context: Children, root: Path, at: int = 0, late: float = 0.0, seconds: float | None = None
) -> bool:
    """Ingest in a child that is killed, and tell whether it was.

    The kill comes at the at-th point, or `late` seconds into it, or `seconds` after the start.
    """
    started = context.Event()
    child = context.Process(target=_child, args=(root, at, late, started))
    child.start()
    started.wait()
    if seconds is not None:
        time.sleep(seconds)
        child.kill()
    child.join()
    return child.exitcode == -signal.SIGKILL


def _child(root: Path, at: int, late: float, started: Any) -> None:
    def strike() -> None:
        if late:
            threading.Timer(late, _kill).start()
        else:
            _kill()

    strike_at(at, strike, setattr)
    started.set()
    ingest(root, StandIn())


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
