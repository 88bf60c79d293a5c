"""Sums over what is stored, so that a bit that flips on the disk is noticed: SQLite keeps none of its own.

One for each policy (card, text, repairs, provisions, chunks) and one for each encoding, written in the
transaction that writes the rows. Rows of an older library without a sum are taken as they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.records import CHUNK_COLUMNS, POLICY_COLUMNS, PROVISION_COLUMNS

if TYPE_CHECKING:
    import sqlite3

# `what` is a policy's id (text) or an encoding's key (blob).
TABLE = "CREATE TABLE IF NOT EXISTS sums (what PRIMARY KEY, sum INTEGER NOT NULL) WITHOUT ROWID"
PARTS = (
    f"SELECT {POLICY_COLUMNS} FROM policies WHERE id = ?",
    f"SELECT {PROVISION_COLUMNS} FROM provisions WHERE policy_id = ? ORDER BY ordinal",
    f"SELECT {CHUNK_COLUMNS} FROM chunks WHERE policy_id = ? ORDER BY ordinal, id",
)
KEEP = "INSERT OR REPLACE INTO sums VALUES (?, ?)"


def keep_policy(db: sqlite3.Connection, policy_id: str) -> None:
    """Note the sum of a policy's rows as they are now."""
    db.execute(KEEP, (policy_id, _of_policy(db, policy_id)))


def keep_encoding(db: sqlite3.Connection, key: bytes, blobs: Sequence[bytes]) -> None:
    """Note the sum of an encoding's blobs."""
    db.execute(KEEP, (key, _of_blobs(blobs)))


def sweep(db: sqlite3.Connection) -> None:
    """Forget the sums of what is no longer stored."""
    kept = "SELECT id FROM policies UNION ALL SELECT key FROM encodings"
    db.execute(f"DELETE FROM sums WHERE what NOT IN ({kept})")


def changed(db: sqlite3.Connection) -> Iterator[str]:
    """What is no longer as it was stored, in Chinese."""
    for policy_id, kept in db.execute("SELECT id, sum FROM policies JOIN sums ON what = id").fetchall():
        if _of_policy(db, policy_id) != kept:
            yield f"文件 {policy_id} 与存入时不符"
    rows = db.execute("SELECT key, sum, vector, tokens, spans FROM encodings JOIN sums ON what = key")
    bad = sum(_of_blobs(blobs) != kept for _, kept, *blobs in rows)
    if bad:
        yield f"{bad} 个检索块的向量与存入时不符"


def _of_policy(db: sqlite3.Connection, policy_id: str) -> int:
    found = 0
    for select in PARTS:
        for row in db.execute(select, (policy_id,)):
            found = zlib.crc32(repr(tuple(row)).encode("utf-8", "backslashreplace"), found)
    return found


def _of_blobs(blobs: Sequence[bytes]) -> int:
    found = 0
    for blob in blobs:
        found = zlib.crc32(blob, zlib.crc32(len(blob).to_bytes(8), found))
    return found
