"""One SQLite file, opened safely: one writer by flock, a pool of readers, faults told in Chinese."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest import sums

SCHEMA = Path(__file__).with_name("schema.sql")
SCHEMA_VERSION = 1
DATABASE = "library.sqlite3"
BUSY_SECONDS = 30.0
NEWER = (
    "资料库 {} 由更新版本的程序写成，没有改动它。请用那个版本的程序打开，"
    "或停下服务，恢复升级前的备份：python -m page restore 备份文件"
)
OLDER = "资料库 {} 由旧得多的程序写成，本程序读不了。请用 --library 指定新目录，并重新入库原始文件。"


class LibraryError(Exception):
    """The library cannot do what was asked; the message says in Chinese what happened and what to do next."""


# What SQLite or the system says (lower case) → what a person reads.
FAULTS: tuple[tuple[str, str], ...] = (
    ("disk is full", "磁盘空间不足，这次的修改没有保存，原有资料不受影响。请清理磁盘后重新运行同一条命令。"),
    ("no space left", "磁盘空间不足，这次的修改没有保存，原有资料不受影响。请清理磁盘后重新运行同一条命令。"),
    ("quota exceeded", "磁盘配额已用完，这次的修改没有保存。请清理磁盘后重新运行同一条命令。"),
    ("readonly", "资料库所在目录是只读的，无法写入。请检查目录权限，或用 --library 指定可写的目录。"),
    ("read-only", "资料库所在目录是只读的，无法写入。请检查目录权限，或用 --library 指定可写的目录。"),
    ("permission denied", "没有读写资料库目录的权限。请检查目录权限，或用 --library 指定其他目录。"),
    ("chroma server unreachable", "向量服务连不上，请检查 CHROMA_URL 和向量服务。查询暂时只按词语进行。"),
    ("locked", "资料库正被另一个程序长时间占用。请等它结束后重新运行同一条命令。"),
    ("malformed", "资料库文件已损坏。请移走该文件，再重新入库原始文件（python -m ingest 目录）。"),
    (
        "not a database",
        "这不是资料库文件，或已损坏。请移走该文件，再重新入库原始文件（python -m ingest 目录）。",
    ),
)


@contextmanager
def told_in_chinese(where: Path) -> Iterator[None]:
    """Turn a fault of SQLite or of the disk into a LibraryError with a remedy."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as fault:
        if isinstance(fault, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        said = str(fault).lower()
        message = next((text for sign, text in FAULTS if sign in said), "资料库读写失败，请检查磁盘后重试。")
        raise LibraryError(f"{message}（{where}：{str(fault)[:200]}）") from fault


class WriterLock:
    """The right to write a library: flock, so that the kernel frees it whatever becomes of the process."""

    def __init__(self, directory: Path) -> None:
        with told_in_chinese(directory):
            directory.mkdir(parents=True, exist_ok=True)
            self._file = os.open(directory / ".writer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise LibraryError(
                f"另一个程序正在修改资料库 {directory}。请等它结束后再运行；查询不受影响。"
            ) from None

    def release(self) -> None:
        """Let the next writer in."""
        os.close(self._file)


class Connections:
    """Connections to one file, each used by one thread at a time and then kept for the next."""

    def __init__(self, file: Path, writable: bool) -> None:
        self.file = file
        self._writable = writable
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection."""
        with self._lock:
            if self._closed:
                raise LibraryError("资料库已经关闭，请重新打开。")
            db = self._idle.pop() if self._idle else None
        with told_in_chinese(self.file):
            db = db or self._connect()
            try:
                yield db
            except BaseException:
                db.close()  # whatever it was doing is rolled back
                raise
        with self._lock:
            if not self._closed:
                self._idle.append(db)
                return
        db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for one transaction: all of it is on disk afterwards, or nothing."""
        with self.use() as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")

    def close(self) -> None:
        """Close every connection; those in use are closed when they are given back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()

    def _connect(self) -> sqlite3.Connection:
        name = self.file.absolute().as_uri()
        if self._writable:
            return connect_to_write(self.file)
        try:
            return _open(f"{name}?mode=ro")
        except sqlite3.OperationalError:
            # Nobody can write a read-only directory, so the file alone is the whole truth.
            if os.access(self.file.parent, os.W_OK) or self.file.with_name(f"{DATABASE}-wal").exists():
                raise
            return _open(f"{name}?immutable=1")


def connect_to_write(file: Path) -> sqlite3.Connection:
    """A connection that makes the file if need be; a commit is on the disk when it returns."""
    db = _open(f"{file.absolute().as_uri()}?mode=rwc")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    # Debian's SQLite overwrites deleted content with zeros; the disk writes are not worth it here.
    db.execute("PRAGMA secure_delete = FAST")
    return db


def create_schema(connections: Connections) -> None:
    """Create the tables of a new library, or refuse one made by another version of this program."""
    with connections.use() as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            db.execute("PRAGMA page_size = 8192")
            script = SCHEMA.read_text(encoding="utf-8")
            db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    check_schema(connections)
    with connections.use() as db:
        db.execute(sums.TABLE)  # libraries of before there were checksums get them


def check_schema(connections: Connections) -> None:
    """Refuse a file that is not a library of this version; nothing in it is changed."""
    with connections.use() as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
    if version != SCHEMA_VERSION:
        raise LibraryError((NEWER if version > SCHEMA_VERSION else OLDER).format(connections.file))


def _open(uri: str) -> sqlite3.Connection:
    db = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db
