"""The truth about every policy, in SQLite: cards, texts, provisions, chunks, words, encodings; one writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import seal, sums
from ingest.card import Policy
from ingest.chunking import Chunk
from ingest.cleaning import CleanText
from ingest.reading import Reading, Source
from ingest.records import (
    CHUNK_COLUMNS,
    POLICY_COLUMNS,
    PROVISION_COLUMNS,
    chunk_from,
    chunk_row,
    encoding_key,
    encoding_row,
    pack,
    policy_row,
    provision_row,
    repairs_row,
    unpack,
)
from ingest.storage import DATABASE, LibraryError, WriterLock, check_schema, create_schema, told_in_chinese
from ingest.structure import Provision
from ingest.words import words

if TYPE_CHECKING:
    import sqlite3

    from ingest.embeddings import Encoding

__all__ = ["DEFAULT_LIBRARY", "Library", "LibraryError", "Source"]

DEFAULT_LIBRARY = Path("var/library")


class Library(Reading):
    """A library of policies in a directory.

    Example: Library.open(Path("var/library")).policies()[0].title -> "政府采购法"
    """

    def __init__(self, directory: Path, lock: WriterLock | None) -> None:
        super().__init__(directory, writable=lock is not None)
        self._lock = lock
        self._seal: seal.Seal | None = None

    @classmethod
    def create_or_open(cls, directory: Path) -> Library:
        """Open for writing, alone; make the library if there is none."""
        lock = WriterLock(directory)
        library = cls(directory, lock)
        try:
            with told_in_chinese(directory):
                library._seal = seal.broken_by_writer(directory / DATABASE)
            create_schema(library._connections)
        except BaseException:
            library.close()
            raise
        return library

    @classmethod
    def open(cls, directory: Path) -> Library:
        """Open for reading, beside a writer and other readers; safe for many threads."""
        if not (directory / DATABASE).exists():
            raise LibraryError(f"{directory} 里还没有资料库。请先运行：python -m ingest 文件或目录")
        library = cls(directory, None)
        try:
            check_schema(library._connections)
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Close the files and let the next writer in."""
        self._connections.close()
        if self._lock:
            seal.make(self.directory / DATABASE, self._seal)
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def replace(
        self,
        policy: Policy,
        clean: CleanText,
        provisions: Sequence[Provision],
        chunks: Sequence[Chunk],
        encodings: Mapping[str, Encoding] | None = None,
        source: Source | None = None,
    ) -> None:
        """Store a policy in one transaction, instead of its former self and of what its file held before."""
        with self._change() as db:
            if source:
                former = db.execute("SELECT policy_id FROM sources WHERE path = ?", (source.path,)).fetchone()
                if former and former[0] != policy.id:
                    others = "SELECT 1 FROM sources WHERE policy_id = ? AND path != ?"
                    if not db.execute(others, (former[0], source.path)).fetchone():
                        self._delete(db, former[0])
            kept = db.execute("SELECT path, digest FROM sources WHERE policy_id = ?", (policy.id,)).fetchall()
            self._delete(db, policy.id)
            tables: Mapping[str, Sequence[Sequence[Any]]] = {
                "policies": [(policy.family, policy_row(policy), clean.text, repairs_row(clean.repairs))],
                "provisions": [provision_row(provision) for provision in provisions],
                "chunks": [chunk_row(chunk) for chunk in chunks],
                "sources": kept + ([(source.path, source.digest)] if source else []),
            }
            self._insert(db, policy.id, tables)
            by_id = {chunk.id: chunk for chunk in chunks}
            self._encode(db, [(by_id[identity], e) for identity, e in (encodings or {}).items()])

    def remember(self, source: Source, policy_id: str) -> None:
        """Note that a file holds a policy already stored, so that next time it costs a hash."""
        with self._connections.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", (source.path, policy_id, source.digest)
            )

    def store_encodings(self, encodings: Iterable[tuple[Chunk, Encoding]]) -> None:
        """Add encodings of chunks already stored, in one transaction."""
        with self._connections.transaction() as db:
            self._encode(db, encodings)
            self._grow(db)

    def remove(self, policy_id: str) -> None:
        """Withdraw a policy: nothing of it is found afterwards."""
        self._of_policy("id", policy_id)
        with self._change() as db:
            self._delete(db, policy_id)

    def use_model(self, model: str) -> None:
        """Make encodings count for this embedding model; those of another one stay until they are swept."""
        if model == self.model:
            return
        with self._connections.transaction() as db:
            self._set(db, "model", model)
            rows = db.execute(f"SELECT rowid, {CHUNK_COLUMNS} FROM chunks").fetchall()
            keys = ((encoding_key(model, chunk_from(row[1:]).embedding_text), row[0]) for row in rows)
            db.executemany("UPDATE chunks SET encoding = ? WHERE rowid = ?", keys)
            self._grow(db)

    def end_run(self) -> None:
        """Close a run: rollback() takes back all changes since the run before was closed."""
        with self._connections.transaction() as db:
            self._set(db, "run", "closed")

    def rollback(self) -> int:
        """Take back the last run (an ingestion, a removal or a rollback); the number of steps taken back."""
        with self._connections.use() as db:
            steps = db.execute("SELECT policy_id, payload FROM undo ORDER BY step DESC").fetchall()
        if not steps:
            raise LibraryError("没有可以回退的修改：资料库只保留最近一次入库、删除或回退之前的状态。")
        self.end_run()
        with self._change(sweep=False) as db:
            for policy_id, payload in steps:
                if payload is None:
                    self._delete(db, policy_id)
                else:
                    self._insert(db, policy_id, unpack(payload))
        self.end_run()
        return len(steps)

    def reindex(self) -> None:
        """Make the word index anew from the chunks."""
        with self._connections.transaction() as db:
            db.execute("DELETE FROM search")
            for row in db.execute(f"SELECT rowid, {CHUNK_COLUMNS} FROM chunks").fetchall():
                self._index(db, row[0], chunk_from(row[1:]))
            self._grow(db)

    def optimize(self) -> None:
        """Merge the word index into one piece, after many changes."""
        with self._connections.use() as db:
            db.execute("INSERT INTO search (search) VALUES ('optimize')")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _change(self, sweep: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction that can be taken back by rollback()."""
        with self._connections.transaction() as db:
            if self._meta("run", "") == "closed":  # the first change of a new run: the last one is final now
                db.execute("DELETE FROM undo")
                if sweep:
                    db.execute("DELETE FROM encodings WHERE key NOT IN (SELECT encoding FROM chunks)")
                    sums.sweep(db)
                self._set(db, "run", "open")
            yield db
            self._grow(db)

    def _delete(self, db: sqlite3.Connection, policy_id: str) -> None:
        if not db.execute("SELECT 1 FROM policies WHERE id = ?", (policy_id,)).fetchone():
            return
        db.execute("INSERT INTO undo (policy_id, payload) VALUES (?, ?)", (policy_id, pack(db, policy_id)))
        db.execute(
            "DELETE FROM search WHERE rowid IN (SELECT rowid FROM chunks WHERE policy_id = ?)", (policy_id,)
        )
        db.execute("DELETE FROM policies WHERE id = ?", (policy_id,))

    def _insert(
        self, db: sqlite3.Connection, policy_id: str, tables: Mapping[str, Sequence[Sequence[Any]]]
    ) -> None:
        """Store rows as pack() gives them, and the words of the chunks."""
        db.executemany(
            f"INSERT INTO policies (id, {POLICY_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
            ((policy_id, *row) for row in tables["policies"]),
        )
        db.executemany(
            f"INSERT INTO provisions (policy_id, ordinal, {PROVISION_COLUMNS}) VALUES ({_marks(8)})",
            ((policy_id, ordinal, *row) for ordinal, row in enumerate(tables["provisions"])),
        )
        model = self._meta("model", "")
        (last,) = db.execute("SELECT coalesce(max(rowid), 0) FROM chunks").fetchone()
        for rowid, row in enumerate(tables["chunks"], last + 1):
            chunk = chunk_from(row)
            key = encoding_key(model, chunk.embedding_text)
            db.execute(
                f"INSERT INTO chunks (rowid, {CHUNK_COLUMNS}, encoding) VALUES ({_marks(11)})",
                (rowid, *row, key),
            )
            self._index(db, rowid, chunk)
        db.executemany(
            "INSERT OR REPLACE INTO sources (policy_id, path, digest) VALUES (?, ?, ?)",
            ((policy_id, *row) for row in tables["sources"]),
        )
        sums.keep_policy(db, policy_id)
        db.execute("INSERT INTO undo (policy_id, payload) VALUES (?, NULL)", (policy_id,))

    def _index(self, db: sqlite3.Connection, rowid: int, chunk: Chunk) -> None:
        db.execute(
            "INSERT INTO search (rowid, headings, words) VALUES (?, ?, ?)",
            (rowid, _heading_words(chunk.context), " ".join(words(chunk.lead_in + chunk.text))),
        )

    def _encode(self, db: sqlite3.Connection, encodings: Iterable[tuple[Chunk, Encoding]]) -> None:
        model = self._meta("model", "")
        for chunk, encoding in encodings:
            key, blobs = encoding_key(model, chunk.embedding_text), encoding_row(encoding)
            stored = db.execute(
                "INSERT OR IGNORE INTO encodings (key, vector, tokens, spans) VALUES (?, ?, ?, ?)",
                (key, *blobs),
            )
            if stored.rowcount:
                sums.keep_encoding(db, key, blobs)

    def _set(self, db: sqlite3.Connection, key: str, value: str) -> None:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def _grow(self, db: sqlite3.Connection) -> None:
        db.execute(
            "INSERT INTO meta VALUES ('generation', '1')"
            " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        )


def _marks(count: int) -> str:
    return ", ".join("?" * count)


@lru_cache(maxsize=1024)
def _heading_words(context: str) -> str:
    return " ".join(words(context))
