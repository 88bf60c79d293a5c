"""The office in one .tar, made while it is running, and put back whole: library, conversations, users.

Databases are copied by SQLite's own backup, so that a copy made during a write is of one instant. Vectors are
left out: they are made again from the library. A manifest tells a whole backup from a damaged one.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from ingest.changes import ORIGINALS
from ingest.library import Library
from ingest.storage import WriterLock
from ingest.vectors import StoredModel, discard_current, publish
from page.store import Store

MANIFEST = "manifest.json"
FORMAT = 1
LIBRARY, OFFICE, USERS = "library", "office", "users.yaml"
SUFFIX = ".sqlite3"
AUDIT = "audit.jsonl"
NOT_ONE = "{file} 不是备份文件，或已损坏（{why}）。请换一份备份；现有的数据没有动。"


class BackupError(Exception):
    """The backup cannot be made or put back; the message says why and what to do."""


@dataclass(frozen=True)
class Place:
    """Where an office is kept; `users` is None where nobody signs in."""

    library: Path
    office: Path
    users: Path | None = None


def backup(place: Place, file: Path) -> int:
    """Write the backup and read it again; the number of its files. No existing file is replaced."""
    if file.exists():
        raise BackupError(f"{file} 已经有了。请换个文件名，备份不会覆盖旧的备份。")
    with Library.open(place.library):
        pass  # is it one?
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as aside:
        folder = Path(aside)
        digests = {name: _sha256(copy) for name, copy in _copies(place, folder)}
        about = {"format": FORMAT, "made": datetime.now(UTC).isoformat(), "files": digests}
        made = folder / "made.tar"
        made.touch(mode=0o600)
        with tarfile.open(made, "w") as tar:
            for name in digests:
                tar.add(folder / name, name)
            _add(tar, MANIFEST, json.dumps(about, ensure_ascii=False, indent=1).encode())
        check(made)
        _sync(made)
        os.link(made, file)  # fails where another backup has taken the name meanwhile
    return len(digests)


def check(file: Path) -> dict[str, str]:
    """The files of a backup and their digests, all of them compared; BackupError for a damaged one."""
    with tempfile.TemporaryDirectory() as aside:
        return _unpack(file, Path(aside))


def restore(file: Path, place: Place) -> int:
    """Put a backup in the place of what is there, which is kept beside it; the number of files put back.

    The server must be stopped. Everything is unpacked and compared before anything is moved.
    """
    lock = WriterLock(place.library)
    try:
        with tempfile.TemporaryDirectory(dir=place.library.parent, prefix=".restore-") as aside:
            digests = _unpack(file, Path(aside))
            _can_be_read(Path(aside))
            stamp = f"before-{datetime.now():%Y%m%d-%H%M%S-%f}"
            for name in digests:
                target = _target(PurePosixPath(name), place)
                if target and not (ORIGINALS in target.parts and target.exists()):
                    _put(Path(aside) / name, target, stamp)
        discard_current(place.library)
    finally:
        lock.release()
    with Library.create_or_open(place.library) as library:
        publish(library, StoredModel.of(library))
    return len(digests)


def _copies(place: Place, folder: Path) -> Iterator[tuple[str, Path]]:
    sources = [(LIBRARY, f) for f in place.library.glob(f"*{SUFFIX}")]
    sources += [(OFFICE, f) for f in place.office.glob(f"*{SUFFIX}")]
    for kind, source in sources:
        copy = folder / kind / source.name
        copy.parent.mkdir(exist_ok=True)
        _copy_database(source, copy)
        yield f"{kind}/{source.name}", copy
    # After the database: an original that it names is there, or was withdrawn meanwhile.
    originals = [f for f in sorted((place.library / ORIGINALS).rglob("*")) if f.is_file()]
    plain = [(f"{LIBRARY}/{f.relative_to(place.library).as_posix()}", f) for f in originals]
    plain.append((f"{OFFICE}/{AUDIT}", place.office / AUDIT))
    if place.users:
        plain.append((USERS, place.users))
    for name, file in plain:
        with suppress(FileNotFoundError):
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
            yield name, copy


def _copy_database(source: Path, copy: Path) -> None:
    address = f"{source.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=30)) as old,
        closing(sqlite3.connect(copy)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")
        (sound,) = new.execute("PRAGMA integrity_check").fetchone()
    if sound != "ok":
        raise BackupError(f"{source} 已损坏（{sound[:80]}），没有备份。请先运行：python -m ingest check")


def _unpack(file: Path, folder: Path) -> dict[str, str]:
    try:
        with tarfile.open(file) as tar:
            tar.extractall(folder, filter="data")
        about = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        digests: dict[str, str] = about["files"]
        if about["format"] != FORMAT:
            raise BackupError(f"{file} 由另一个版本的程序做成（格式 {about['format']}）。请用那个版本恢复。")
        for name, digest in digests.items():
            if _sha256(folder / name) != digest:
                raise BackupError(NOT_ONE.format(file=file, why=f"{name} 与清单不符"))
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as fault:
        raise BackupError(NOT_ONE.format(file=file, why=str(fault)[:100])) from fault
    return digests


def _can_be_read(folder: Path) -> None:
    """Refuse what a later program has written, before it takes the place of anything."""
    Library.open(folder / LIBRARY).close()
    Store(folder / OFFICE)


def _target(name: PurePosixPath, place: Place) -> Path | None:
    """Where a file of the backup belongs; None for users where nobody signs in."""
    if str(name) == USERS:
        return place.users
    return (place.library if name.parts[0] == LIBRARY else place.office).joinpath(*name.parts[1:])


def _put(source: Path, target: Path, stamp: str) -> None:
    """Put a file into its place at once; what was there is kept under another name, without its journal."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged = target.with_name(f".{target.name}.restoring")
    staged.touch(mode=0o600)
    shutil.copyfile(source, staged)
    _sync(staged)
    if target.exists():
        if target.suffix == SUFFIX:
            with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(target)) as former:
                former.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.link(target, target.with_name(f"{target.name}.{stamp}"))
    for journal in ("-wal", "-shm", "-seal"):
        target.with_name(target.name + journal).unlink(missing_ok=True)
    os.replace(staged, target)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
