"""A seal on the database while nobody writes: its sha256, so that any byte that changes by itself is noticed.

Broken (and its absence on the disk) before a writer's first change, made anew when the writer has closed.
No seal is no claim: sums.py tells what of the content has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

SUFFIX = "-seal"


@dataclass(frozen=True)
class Seal:
    """A file as it was when its writer closed it."""

    inode: int
    size: int
    changed: int  # its mtime in nanoseconds
    digest: str


def broken_by_writer(file: Path) -> Seal | None:
    """Take the seal off; what it says is still so if the file was not touched since."""
    seal = _read(file)
    if seal is None:
        return None
    _place(file).unlink()
    _to_disk(file.parent)
    return seal if _same(file, seal) else None


def make(file: Path, before: Seal | None) -> None:
    """Seal a file whose writer has closed it; not where readers keep its journal from being emptied."""
    with suppress(OSError, sqlite3.Error):
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as db:
            (busy, *_) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            return
        status = file.stat()
        digest = before.digest if before and _same(file, before) else _digest(file)
        seal = Seal(status.st_ino, status.st_size, status.st_mtime_ns, digest)
        _place(file).write_text(json.dumps(asdict(seal)), encoding="utf-8")  # torn, it is none


def holds(file: Path) -> bool:
    """Whether the file is as its last writer left it, or bears no seal."""
    seal = _read(file)
    journal = file.with_name(f"{file.name}-wal")
    if seal is None or seal.inode != file.stat().st_ino or (journal.exists() and journal.stat().st_size):
        return True
    return _digest(file) == seal.digest or _read(file) != seal  # a writer has begun meanwhile


def _place(file: Path) -> Path:
    return file.with_name(f"{file.name}{SUFFIX}")


def _read(file: Path) -> Seal | None:
    with suppress(OSError, ValueError, TypeError):
        return Seal(**json.loads(_place(file).read_text(encoding="utf-8")))
    return None


def _same(file: Path, seal: Seal) -> bool:
    status = file.stat()
    return (status.st_ino, status.st_size, status.st_mtime_ns) == (seal.inode, seal.size, seal.changed)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _to_disk(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
