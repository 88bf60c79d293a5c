"""Conversations and feedback in one SQLite file, so that they survive the process; a browser keeps nothing.

A conversation belongs to an owner (a browser's random id, or the name of who has logged in) and is found by
its own random id and that owner together: whoever else sends the id finds nothing.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from assistant.answer import Status
from assistant.reply import Reply
from page.exchanges import Exchange, Feedback, Listed, Unanswered, exchange_from, masked
from page.privacy import mask

DEFAULT_OFFICE = Path("var/office")
DATABASE = "office.sqlite3"
VERSION = 1
MAX_CONVERSATIONS, MAX_KEPT = 100, 20_000  # of one owner, of all
MAX_EXCHANGES = 50
TITLE = 40
SHOWN = 1000
SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, used TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_owner ON conversations (owner, used);
CREATE INDEX IF NOT EXISTS conversations_used ON conversations (used);
-- Written before the answer is sought: with neither reply nor failure the question is still open.
CREATE TABLE IF NOT EXISTS exchanges (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question TEXT NOT NULL, region TEXT, as_of TEXT, asked TEXT NOT NULL,
    reply TEXT, status TEXT, failure TEXT, suggestions TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS exchanges_conversation ON exchanges (conversation, id);
CREATE INDEX IF NOT EXISTS exchanges_status ON exchanges (status);
-- Kept when its conversation goes: it is what the office learns from, without names or numbers of persons.
CREATE TABLE IF NOT EXISTS feedback (
    exchange INTEGER PRIMARY KEY, given TEXT NOT NULL, liked INTEGER NOT NULL, reason TEXT NOT NULL,
    question TEXT NOT NULL, status TEXT NOT NULL, reply TEXT NOT NULL
);
"""
COLUMNS = (
    "e.id, e.question, e.region, e.as_of, e.asked, e.reply, coalesce(e.failure, ''), e.suggestions, f.liked"
)
FROM = "exchanges e JOIN conversations c ON c.id = e.conversation LEFT JOIN feedback f ON f.exchange = e.id"


class StoreError(Exception):
    """The file cannot be used; the message says why and what to do."""


class Store:
    """The office's own file, beside the library. Safe for several threads and processes."""

    def __init__(self, directory: Path = DEFAULT_OFFICE) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path = directory / DATABASE
            self._path.touch(mode=0o600)
            with self._db() as db:
                (version,) = db.execute("PRAGMA user_version").fetchone()
                if version > VERSION:
                    raise StoreError(
                        f"{self._path} 由更新版本的程序写成，请用那个版本打开，或换一个目录：--office"
                    )
                db.execute("PRAGMA journal_mode = WAL")
                db.executescript(SCHEMA)
                db.execute(f"PRAGMA user_version = {VERSION}")
        except (OSError, sqlite3.Error) as fault:
            raise StoreError(f"对话记录 {directory} 打不开，请检查目录权限和磁盘空间（{fault}）") from fault

    def listed(self, owner: str) -> list[Listed]:
        """An owner's conversations, the last used first."""
        with self._db() as db:
            rows = db.execute(
                "SELECT id, title, used FROM conversations WHERE owner = ? ORDER BY used DESC, id", (owner,)
            ).fetchall()
        return [Listed(identity, title, datetime.fromisoformat(used)) for identity, title, used in rows]

    def exchanges(self, owner: str, conversation: str) -> list[Exchange]:
        """The exchanges of a conversation, oldest first; none where it is not the owner's."""
        with self._db() as db:
            rows = db.execute(
                f"SELECT {COLUMNS} FROM {FROM} WHERE c.owner = ? AND c.id = ? ORDER BY e.id",
                (owner, conversation),
            ).fetchall()
        return [exchange_from(row) for row in rows]

    def exchange(self, owner: str, exchange: int) -> Exchange | None:
        """One exchange of the owner's."""
        with self._db() as db:
            row = db.execute(
                f"SELECT {COLUMNS} FROM {FROM} WHERE c.owner = ? AND e.id = ?", (owner, exchange)
            ).fetchone()
        return exchange_from(row) if row else None

    def ask(
        self,
        owner: str,
        conversation: str,
        question: str,
        region: str | None = None,
        as_of: date | None = None,
        replacing: int | None = None,
    ) -> tuple[str, int]:
        """Write a question down before it is answered; its conversation's id and its own.

        A conversation that is not the owner's becomes a new one. `replacing` is the exchange, with all that
        came after it, that this one takes the place of.
        """
        now = datetime.now().isoformat()
        with self._db() as db:
            db.execute("BEGIN IMMEDIATE")
            known = db.execute(
                "SELECT 1 FROM conversations WHERE owner = ? AND id = ?", (owner, conversation)
            ).fetchone()
            if not known:
                conversation = secrets.token_urlsafe(24)
                db.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?)",
                    (conversation, owner, question[:TITLE], now),
                )
            if replacing is not None:
                db.execute(
                    "DELETE FROM exchanges WHERE conversation = ?1 AND id >= ?2"
                    " AND EXISTS (SELECT 1 FROM exchanges WHERE conversation = ?1 AND id = ?2)",
                    (conversation, replacing),
                )
            db.execute("UPDATE conversations SET used = ? WHERE id = ?", (now, conversation))
            added = db.execute(
                "INSERT INTO exchanges (conversation, question, region, as_of, asked) VALUES (?, ?, ?, ?, ?)",
                (conversation, question, region, as_of.isoformat() if as_of else None, now),
            ).lastrowid
            _prune(db, owner, conversation)
            db.execute("COMMIT")
        assert added is not None
        return conversation, added

    def finish(self, exchange: int, reply: Reply | None = None, failure: str = "") -> None:
        """Write down how a question ended; what has been stopped or withdrawn stays so."""
        with self._db() as db:
            db.execute(
                "UPDATE exchanges SET reply = ?, status = ?, failure = ?"
                " WHERE id = ? AND reply IS NULL AND failure IS NULL",
                (reply and reply.to_json(), reply and reply.status.value, failure or None, exchange),
            )

    def suggest(self, exchange: int, suggestions: Sequence[str]) -> None:
        """Keep the questions that may follow."""
        with self._db() as db:
            stored = json.dumps(suggestions, ensure_ascii=False)
            db.execute("UPDATE exchanges SET suggestions = ? WHERE id = ?", (stored, exchange))

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Give a conversation of the owner's another title; an empty one changes nothing."""
        if title := title.strip()[:TITLE]:
            with self._db() as db:
                db.execute(
                    "UPDATE conversations SET title = ? WHERE owner = ? AND id = ?",
                    (title, owner, conversation),
                )

    def delete(self, owner: str, conversation: str) -> None:
        """Remove a conversation of the owner's with its exchanges."""
        with self._db() as db:
            db.execute("DELETE FROM conversations WHERE owner = ? AND id = ?", (owner, conversation))

    def rate(self, owner: str, exchange: int, liked: bool, reason: str = "") -> None:
        """Keep what the owner thinks of a reply; the last word counts."""
        found = self.exchange(owner, exchange)
        if found is None or found.reply is None:
            return
        reply = masked(found.reply)
        with self._db() as db:
            db.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    exchange, datetime.now().isoformat(), liked, mask(reason), reply.question,
                    reply.status.value, reply.to_json(),
                ),
            )  # fmt: skip

    def feedback(self) -> list[Feedback]:
        """What was said of replies, the newest first."""
        with self._db() as db:
            rows = db.execute(
                "SELECT given, liked, reason, reply FROM feedback ORDER BY given DESC LIMIT ?", (SHOWN,)
            ).fetchall()
        return [
            Feedback(datetime.fromisoformat(given), bool(liked), reason, Reply.from_json(reply))
            for given, liked, reason, reply in rows
        ]

    def unanswered(self) -> list[Unanswered]:
        """The questions of the conversations kept that no document answers, the newest first."""
        with self._db() as db:
            rows = db.execute(
                "SELECT asked, reply FROM exchanges WHERE status = ? ORDER BY id DESC LIMIT ?",
                (Status.ABSTAINED.value, SHOWN),
            ).fetchall()
        return [
            Unanswered(datetime.fromisoformat(asked), masked(Reply.from_json(reply))) for asked, reply in rows
        ]

    @contextmanager
    def _db(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        try:
            db.execute("PRAGMA foreign_keys = ON")
            yield db
        finally:
            db.close()


def _prune(db: sqlite3.Connection, owner: str, conversation: str) -> None:
    """Let the oldest go: exchanges of this conversation, conversations of its owner, and of all."""
    db.execute(
        "DELETE FROM exchanges WHERE conversation = ? AND id NOT IN"
        " (SELECT id FROM exchanges WHERE conversation = ? ORDER BY id DESC LIMIT ?)",
        (conversation, conversation, MAX_EXCHANGES),
    )
    for clause, values, limit in (("WHERE owner = ?", (owner,), MAX_CONVERSATIONS), ("", (), MAX_KEPT)):
        db.execute(
            "DELETE FROM conversations WHERE id IN"
            f" (SELECT id FROM conversations {clause} ORDER BY used DESC LIMIT -1 OFFSET ?)",
            (*values, limit),
        )
