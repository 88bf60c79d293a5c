"""Killed, failing or cut off anywhere: the old or the new state stands; the same command ends the work."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from ingest import chroma, versions
from ingest.library import Library
from ingest.pipeline import Outcome, ingest_paths
from ingest.storage import LibraryError
from ingest.vectors import open_current, vectors_directory
from ingest.words import words

KEPT = "社会团体登记办法\n\n第一条　社会团体应当在民政部门登记，并接受业务主管单位的监督检查。\n"
OLD = "购买服务办法\n\n第一条　街道办事处每年三月以前公布购买服务目录，并接受居民监督。\n"
NEW = OLD.replace("三月", "六月")
ADDED = "志愿服务办法\n\n第一条　志愿者提供志愿服务前应当注册，志愿服务组织应当如实记录服务时间。\n"
# Where a fault is put: everything that makes a change last.
POINTS = ((os, "fsync"), (os, "rename"), (os, "replace"), (chroma, "_add"), (shutil, "copytree"))


def _strike_at(n: int, strike: Callable[[], None], patch: Callable[[object, str, object], None]) -> list[int]:
    """Count the calls at POINTS and of COMMIT, and strike before the n-th."""
    calls = [0]

    def counted() -> None:
        calls[0] += 1
        if calls[0] == n:
            strike()

    def counting(original: Callable[..., object], *args: object, **kwargs: object) -> object:
        counted()
        return original(*args, **kwargs)

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:  # type: ignore[override]
            if sql == "COMMIT":
                counted()
            return super().execute(sql, *parameters)

    for owner, name in POINTS:
        patch(owner, name, partial(counting, getattr(owner, name)))
    patch(sqlite3, "connect", partial(sqlite3.connect, factory=Connection))
    return calls


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _fail() -> None:
    raise OSError(28, "No space left on device")


def _ingest(root: Path, embedder: FakeEmbedder) -> list[Outcome]:
    return ingest_paths([root / "files"], root / "library", embedder)


def _child(root: Path, n: int, started: object) -> None:
    _strike_at(n, _kill, setattr)
    started.set()  # type: ignore[attr-defined]
    _ingest(root, FakeEmbedder())


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published library, and its folder changed since: one file changed, one added."""
    root = tmp_path_factory.mktemp("before")
    (root / "files").mkdir()
    (root / "files/kept.txt").write_text(KEPT)
    (root / "files/changed.txt").write_text(OLD)
    _ingest(root, FakeEmbedder())
    (root / "files/changed.txt").write_text(NEW)
    (root / "files/added.txt").write_text(ADDED)
    return root


@pytest.fixture
def root(before: Path, tmp_path: Path) -> Path:
    # A path is part of what a library remembers, so every case runs in a copy at the same place.
    place = before.parent / "case"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(before, place)
    with Library.create_or_open(place / "library") as library, library._connections.transaction() as db:
        db.execute("UPDATE sources SET path = replace(path, ?, ?)", (str(before), str(place)))
    return place


def _words(library: Library) -> set[str]:
    return {word for word in ("登记", "三月", "六月", "注册") if library.search_words(words(word), 3)}


def _old_or_new(root: Path) -> None:
    """What readers see after any fault: I1, I2 and I4 of the invariants."""
    embedder = FakeEmbedder()
    name = versions.current_name(vectors_directory(root / "library"))
    versions.verify(vectors_directory(root / "library") / str(name))
    with Library.open(root / "library") as library:
        found = _words(library)
        assert found in ({"登记", "三月"}, {"登记", "三月", "注册"}, {"登记", "六月", "注册"}), found
        index = open_current(root / "library", embedder)
        served = [text.policy_id for text in library.chunks(list(index.ids))]
        assert set(served) <= {policy.id for policy in library.policies()}
        index.close()


def _finishes(root: Path) -> None:
    """The same command ends in the new state, and encodes only what had not been stored: I3 and I5."""
    with Library.open(root / "library") as library:
        stored = {bytes(key) for (key,) in library._all("SELECT key FROM encodings")}
    embedder = FakeEmbedder()
    outcomes = _ingest(root, embedder)
    assert {outcome.status for outcome in outcomes} <= {"stored", "replaced", "unchanged"}
    with Library.open(root / "library") as library:
        assert _words(library) == {"登记", "六月", "注册"}
        assert len(library.policies()) == 3
        assert len(embedder.encoded) == len(
            {bytes(k) for (k,) in library._all("SELECT key FROM encodings")} - stored
        )
        index = open_current(root / "library", embedder)
        chunks = {chunk.id for policy in library.policies() for chunk in library.chunks_of(policy.id)}
        assert index.ids == library.encoded().keys() == chunks
        assert index.lost(library) == []
        index.close()
    left = {path.name for path in vectors_directory(root / "library").iterdir()}
    assert not [name for name in left if name.startswith(".")]
    assert [outcome.status for outcome in _ingest(root, embedder)] == ["unchanged"] * 3


@pytest.fixture(scope="module")
def server() -> multiprocessing.context.ForkServerContext:
    """Children start from a process that has imported everything and runs no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["test_crash", "chromadb", "langchain_chroma"])
    return context


def _run_until_killed(
    server: multiprocessing.context.ForkServerContext, root: Path, n: int, seconds: float | None = None
) -> int | None:
    started = server.Event()
    child = server.Process(target=_child, args=(root, n, started))
    child.start()
    started.wait()
    if seconds is not None:
        time.sleep(seconds)
        child.kill()
    child.join()
    return child.exitcode


def test_the_points_are_reached(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = _strike_at(0, _fail, monkeypatch.setattr)
    _ingest(root, FakeEmbedder())
    assert calls[0] == LAST


# Kept equal to what one ingestion does by the test above.
LAST = 19


@pytest.mark.parametrize("n", range(1, LAST + 1))
def test_a_failure_at_any_point(n: int, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told in Chinese; another run finishes."""
    with monkeypatch.context() as patch:
        _strike_at(n, _fail, patch.setattr)
        with pytest.raises(LibraryError, match="磁盘空间不足"):
            _ingest(root, FakeEmbedder())
    _old_or_new(root)
    _finishes(root)


@pytest.mark.parametrize("n", range(1, LAST + 1, 3))
def test_a_kill_at_any_point(n: int, root: Path, server: multiprocessing.context.ForkServerContext) -> None:
    assert _run_until_killed(server, root, n) == -signal.SIGKILL
    _old_or_new(root)
    _finishes(root)


@pytest.mark.parametrize("seconds", [random.Random(20260101 + n).uniform(0, 0.5) for n in range(3)])
def test_a_kill_at_any_time(
    seconds: float, root: Path, server: multiprocessing.context.ForkServerContext
) -> None:
    _run_until_killed(server, root, 0, seconds)
    _old_or_new(root)
    _finishes(root)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """A small disk of its own at tmp_path/disk, and a way to change its options."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2600k", "tmpfs", place], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")

    def change(options: str) -> None:
        for _ in range(100):  # Chroma closes its files some time after close()
            if not subprocess.run(
                ["mount", "-o", f"remount,{options}", place], capture_output=True
            ).returncode:
                return
            time.sleep(0.1)
        raise TimeoutError(options)

    yield change
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_full_and_a_read_only_disk(tmp_path: Path, disk: Callable[[str], None]) -> None:
    """What was published is served from either, the fault is told, and more room is all that is needed."""
    library_dir, files, embedder = tmp_path / "disk/library", tmp_path / "files", FakeEmbedder()
    files.mkdir()
    (files / "kept.txt").write_text(KEPT)
    ingest_paths([files], library_dir, embedder)

    def served() -> str:
        index = open_current(library_dir, embedder)
        assert index.search(embedder.vector("登记"), 1)
        index.close()
        return index.version

    for n in range(60):
        articles = [f"第{c}条　第{n}号街道每年{c}月公布目录，{'内容' * 60}。" for c in "一二三四五六七八九十"]
        (files / f"{n}.txt").write_text("\n\n".join([f"第{n}号办法", *articles]))
    with pytest.raises(LibraryError, match="磁盘空间不足"):
        ingest_paths([files], library_dir, embedder)
    assert served() == "v000001"
    disk("size=60m")
    assert len(ingest_paths([files], library_dir, embedder)) == 61
    assert served() == "v000002"
    disk("ro")
    with pytest.raises(LibraryError, match="只读"):
        ingest_paths([files], library_dir, embedder)
    assert served() == "v000002"
    with Library.open(library_dir) as library:
        assert len(library.policies()) == 61
