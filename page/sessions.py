"""Who is signed in: sessions kept on the server, in SQLite so that a restart signs nobody out.

A browser holds a random id in a cookie; the file holds only its digest, so a copy of it opens no door.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from page.users import User

HOURS = 12  # a working day; then the password is asked for again
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS sessions"
    " (digest TEXT PRIMARY KEY, name TEXT NOT NULL, fingerprint TEXT NOT NULL, expires REAL NOT NULL)"
)


class Sessions:
    """Sessions by the digest of their id; safe for many threads and for several processes."""

    def __init__(self, file: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
        self._db = sqlite3.connect(file or ":memory:", timeout=10, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        with self._db:
            self._db.execute(SCHEMA)

    def begin(self, user: User) -> str:
        """A new id for a user who has just signed in."""
        identity = secrets.token_urlsafe(32)
        now = self._clock()
        row = (_digest(identity), user.name, user.fingerprint, now + HOURS * 3600)
        with self._lock, self._db:
            self._db.execute("DELETE FROM sessions WHERE expires < ?", (now,))
            self._db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", row)
        return identity

    def of(self, identity: str) -> tuple[str, str] | None:
        """The name and the password's fingerprint of a session that has not expired."""
        sql = "SELECT name, fingerprint FROM sessions WHERE digest = ? AND expires > ?"
        with self._lock:
            found = self._db.execute(sql, (_digest(identity), self._clock())).fetchone()
        return (found[0], found[1]) if found else None

    def end(self, identity: str) -> None:
        """Sign out."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM sessions WHERE digest = ?", (_digest(identity),))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()
