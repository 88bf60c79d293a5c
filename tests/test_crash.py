"""Killed, failing or cut off anywhere: the old or the new state stands; the same command ends the work."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from evals.prove import faults
from evals.prove.faults import KEPT, Children, copy_of, fail, finishes, ingest, old_or_new, strike_at
from ingest.library import Library
from ingest.pipeline import ingest_paths
from ingest.storage import LibraryError
from ingest.vectors import open_current


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published library, and its folder changed since: one file changed, one added."""
    root = tmp_path_factory.mktemp("cases") / "before"
    faults.prepare(root)
    return root


@pytest.fixture
def root(before: Path) -> Path:
    return copy_of(before)


@pytest.fixture(scope="module")
def server() -> Children:
    return faults.children()


def test_the_points_are_reached(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = strike_at(0, fail, monkeypatch.setattr)
    ingest(root, FakeEmbedder())
    assert len(calls) == LAST
    assert set(calls) == {"fsync", "rename", "replace", "_add", "COMMIT"}


# Kept equal to what one ingestion does by the test above.
LAST = 20


@pytest.mark.parametrize("n", range(1, LAST + 1))
def test_a_failure_at_any_point(n: int, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told in Chinese; another run finishes."""
    with monkeypatch.context() as patch:
        strike_at(n, fail, patch.setattr)
        with pytest.raises(LibraryError, match="磁盘空间不足"):
            ingest(root, FakeEmbedder())
    assert old_or_new(root) + finishes(root) == []


@pytest.mark.parametrize("n", range(1, LAST + 1, 3))
def test_a_kill_at_any_point(n: int, root: Path, server: Children) -> None:
    assert faults.ingest_until_killed(server, root, n)
    assert old_or_new(root) + finishes(root) == []


@pytest.mark.parametrize("seconds", [random.Random(20260101 + n).uniform(0, 0.5) for n in range(3)])
def test_a_kill_at_any_time(seconds: float, root: Path, server: Children) -> None:
    faults.ingest_until_killed(server, root, seconds=seconds)
    assert old_or_new(root) + finishes(root) == []


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
