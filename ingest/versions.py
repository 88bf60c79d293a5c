"""Directories that are published whole or not at all: built aside, hashed, renamed, named by CURRENT."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.storage import LibraryError

MANIFEST = "manifest.json"
CURRENT = "CURRENT"
BUILDING = ".building"
READING = ".policy-vectors-"
KEPT = 2  # versions: the current one, and the one that a reader may just be opening


class DamagedVersion(LibraryError):
    """A version is missing, incomplete or changed; it is made anew from what SQLite stores."""


@dataclass(frozen=True)
class Manifest:
    """What a version holds: made of which state and model, and the size and sha256 of each of its files."""

    version: str
    generation: int
    model: str
    dimension: int
    count: int
    files: dict[str, tuple[int, str]]


def current_name(vectors: Path) -> str | None:
    """The version that readers open."""
    try:
        return (vectors / CURRENT).read_text(encoding="ascii").strip() or None
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a version, if the directory has one that can be read."""
    try:
        stored = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        stored["files"] = {name: (int(size), str(digest)) for name, (size, digest) in stored["files"].items()}
        return Manifest(**stored)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise DamagedVersion(
            f"向量索引 {directory.name} 不完整，需要重建。请运行：python -m ingest check"
        ) from fault


def verify(directory: Path) -> Manifest:
    """Compare every file with the manifest; about a second for 147,000 chunks."""
    manifest = read_manifest(directory)
    for name, (size, digest) in manifest.files.items():
        file = directory / name
        try:
            good = file.stat().st_size == size and sha256(file) == digest
        except OSError:
            good = False
        if not good:
            raise DamagedVersion(
                f"向量索引 {directory.name} 的 {name} 缺失或已损坏，需要重建。请运行：python -m ingest check"
            )
    return manifest


def start(vectors: Path, copy_of: Path | None) -> Path:
    """A directory to build the next version in: empty, or a copy of a verified version."""
    building = vectors / BUILDING
    shutil.rmtree(building, ignore_errors=True)
    if copy_of is None:
        building.mkdir(parents=True)
    else:
        shutil.copytree(copy_of, building, ignore=shutil.ignore_patterns(MANIFEST))
    return building


def finish(vectors: Path, generation: int, model: str, dimension: int, count: int) -> Manifest:
    """Make what was built the current version, for good, at one instant; drop what no reader needs."""
    building = vectors / BUILDING
    files = {str(file.relative_to(building)): file for file in sorted(building.rglob("*")) if file.is_file()}
    manifest = Manifest(
        _next_name(vectors), generation, model, dimension, count,
        {name: (file.stat().st_size, sha256(file)) for name, file in files.items()},
    )  # fmt: skip
    _write(building / MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
    for path in [*files.values(), *_directories(building)]:
        _sync(path)
    os.rename(building, vectors / manifest.version)
    _sync(vectors)
    _write(vectors / f"{CURRENT}.new", manifest.version + "\n")
    os.replace(vectors / f"{CURRENT}.new", vectors / CURRENT)
    _sync(vectors)
    tidy(vectors)
    return manifest


def tidy(vectors: Path) -> None:
    """Drop older versions and what an interrupted build left; only the writer may call this."""
    current = current_name(vectors)
    names = sorted((d.name for d in vectors.glob("v*") if d.is_dir() and d.name != current), reverse=True)
    # A version above CURRENT was renamed and never named: no reader has seen it.
    older = [name for name in names if current and name < current]
    for name in set(names) - set(older[: KEPT - 1]):
        shutil.rmtree(vectors / name, ignore_errors=True)
    shutil.rmtree(vectors / BUILDING, ignore_errors=True)


class PrivateCopy:
    """A copy of a version that its reader may write, as Chroma does on opening and closing.

    It stands beside the versions, or among the temporary files if there is no room or no right to write. A
    flock held on it tells the living from what a killed reader left, which the next reader removes.
    """

    def __init__(self, version: Path) -> None:
        try:
            self._copy(version, version.parent)
        except OSError:
            self._copy(version, Path(tempfile.gettempdir()))

    def _copy(self, version: Path, home: Path) -> None:
        with _locked(home, fcntl.LOCK_EX):
            for left in home.glob(f"{READING}*"):
                with suppress(OSError), _locked(left, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    shutil.rmtree(left)
            self.directory = Path(tempfile.mkdtemp(prefix=READING, dir=home))
            self._living = os.open(self.directory, os.O_RDONLY | os.O_CLOEXEC)
            fcntl.flock(self._living, fcntl.LOCK_SH)
        try:
            shutil.copytree(version, self.directory, dirs_exist_ok=True)
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Remove it."""
        shutil.rmtree(self.directory, ignore_errors=True)
        os.close(self._living)


def sha256(file: Path) -> str:
    """The digest of a file's content."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def _locked(directory: Path, how: int) -> Iterator[None]:
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def _next_name(vectors: Path) -> str:
    numbers = [int(d.name[1:]) for d in vectors.glob("v*") if d.name[1:].isdigit()]
    return f"v{max(numbers, default=0) + 1:06d}"


def _directories(root: Path) -> Iterator[Path]:
    for directory, _, _ in os.walk(root, topdown=False):
        yield Path(directory)


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
