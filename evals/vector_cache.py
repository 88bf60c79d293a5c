"""Passages in, encodings out, each encoded once on this machine: evaluations repeat, texts do not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock

import numpy as np

from ingest.embeddings import Embedder, Encoding, QueryEncoding

WINDOW = 1024  # passages stored in one transaction: what a kill can cost
TABLE = """CREATE TABLE IF NOT EXISTS encodings
  (key BLOB PRIMARY KEY, vector BLOB, tokens BLOB, width INTEGER, spans BLOB, kind TEXT) WITHOUT ROWID"""


class CachedEmbedder(Embedder):
    """An embedder that keeps what it has encoded in an SQLite file, by model and content."""

    def __init__(self, inner: Embedder, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.inner = inner
        self.engine = type(getattr(inner, "_engine", inner)).__name__  # told in the report
        self.model_id = inner.model_id
        self.dimension = inner.dimension
        self._lock = Lock()
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(TABLE)

    def close(self) -> None:
        """Close the file; what was encoded stays."""
        self._db.close()

    def encode_query(self, text: str) -> QueryEncoding:
        """Encode a question afresh: its time is part of what is measured."""
        return self.inner.encode_query(text)

    def encode_passages(
        self, contexts_and_texts: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> Iterator[Encoding]:
        """Encode passages in input order; those met before are read, not encoded."""
        for start in range(0, len(contexts_and_texts), WINDOW):
            window = contexts_and_texts[start : start + WINDOW]
            keys = [self._key(context, text) for context, text in window]
            known = self._read(keys)
            new = {key: pair for key, pair in zip(keys, window, strict=True) if key not in known}
            if progress and len(new) < len(window):
                progress(len(window) - len(new))
            fresh = dict(zip(new, self.inner.encode_passages(list(new.values()), progress), strict=True))
            self._write(fresh)
            known |= fresh
            yield from (known[key] for key in keys)

    def _key(self, context: str, text: str) -> bytes:
        return sha256("\0".join((self.model_id, context, text)).encode()).digest()

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Encoding]:
        found = {}
        with self._lock:
            for key in keys:
                row = self._db.execute(
                    "SELECT vector, tokens, width, spans, kind FROM encodings WHERE key = ?", (key,)
                ).fetchone()
                if row:
                    vector, tokens, width, spans, kind = row
                    found[key] = Encoding(
                        np.frombuffer(vector, np.float32),
                        np.frombuffer(tokens, np.int8).reshape(-1, width),
                        np.frombuffer(spans, np.dtype(kind)).reshape(-1, 2),
                    )
        return found

    def _write(self, encodings: dict[bytes, Encoding]) -> None:
        rows = [
            (
                key,
                e.vector.tobytes(),
                e.tokens.tobytes(),
                max(1, e.tokens.shape[-1]),
                e.spans.tobytes(),
                e.spans.dtype.str,
            )
            for key, e in encodings.items()
        ]
        with self._lock, self._db:
            self._db.executemany("INSERT OR REPLACE INTO encodings VALUES (?, ?, ?, ?, ?, ?)", rows)
