"""What a library can be asked: cards, texts, provisions, chunks, encodings, and the chunks of given words."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.card import Policy
from ingest.chunking import Chunk
from ingest.cleaning import Repair
from ingest.records import (
    CHUNK_COLUMNS,
    PROVISION_COLUMNS,
    chunk_from,
    encoding_from,
    encoding_key,
    policy_from,
    provision_from,
    repairs_from,
)
from ingest.storage import DATABASE, Connections, LibraryError
from ingest.structure import Provision

if TYPE_CHECKING:
    import sqlite3

    from ingest.embeddings import Encoding

# Weights of a chunk's heading path and of its own words in bm25.
COLUMN_WEIGHTS = (1.0, 1.0)
# A question's words are taken rarest first until so many postings have to be scored (about 1 µs each).
POSTINGS = 60_000
MAX_WORDS = 32


@dataclass(frozen=True)
class Source:
    """The file a policy is read from: its absolute path, and a digest of all that its reading depends on."""

    path: str
    digest: str


class Reading:
    """The questions that readers and the writer may ask a library; safe for many threads."""

    def __init__(self, directory: Path, writable: bool) -> None:
        self.directory = directory
        self._connections = Connections(directory / DATABASE, writable)
        self._frequencies: tuple[int, dict[str, int]] = (-1, {})
        self._counted = (-1, 0)

    @property
    def generation(self) -> int:
        """A number that grows with every change of what can be read."""
        return int(self._meta("generation", "0"))

    @property
    def size(self) -> int:
        """How many chunks the library holds."""
        generation = self.generation
        if self._counted[0] != generation:
            self._counted = (generation, int(self._all("SELECT count(*) FROM chunks")[0][0]))
        return self._counted[1]

    @property
    def model(self) -> str:
        """The id of the embedding model that encodings are for; "" before the first."""
        return self._meta("model", "")

    @property
    def dimension(self) -> int:
        """The length of the stored vectors; 0 if there are none."""
        rows = self._all("SELECT length(vector) FROM encodings LIMIT 1")
        return int(rows[0][0]) // 4 if rows else 0

    def policies(self) -> list[Policy]:
        """Every policy's card, all versions, by family."""
        rows = self._all("SELECT card FROM policies ORDER BY family, id")
        return [policy_from(card) for (card,) in rows]

    def policy(self, policy_id: str) -> Policy:
        """One policy's card."""
        return policy_from(self._of_policy("card", policy_id))

    def find(self, policy_id: str) -> Policy | None:
        """One policy's card, if the library holds it."""
        rows = self._all("SELECT card FROM policies WHERE id = ?", (policy_id,))
        return policy_from(rows[0][0]) if rows else None

    def text(self, policy_id: str) -> str:
        """The clean text that all spans of the policy count in."""
        return self._of_policy("text", policy_id)

    def repairs(self, policy_id: str) -> tuple[Repair, ...]:
        """What cleaning removed or repaired."""
        return repairs_from(self._of_policy("repairs", policy_id))

    def provisions(self, policy_id: str) -> list[Provision]:
        """The policy's provisions in document order."""
        text = self.text(policy_id)
        sql = f"SELECT {PROVISION_COLUMNS} FROM provisions WHERE policy_id = ? ORDER BY ordinal"
        return [provision_from(row, text) for row in self._all(sql, (policy_id,))]

    def chunks_of(self, policy_id: str) -> list[Chunk]:
        """The policy's chunks in document order."""
        sql = f"SELECT {CHUNK_COLUMNS} FROM chunks WHERE policy_id = ? ORDER BY ordinal"
        return [chunk_from(row) for row in self._all(sql, (policy_id,))]

    def chunks(self, ids: Sequence[str]) -> list[Chunk]:
        """Chunks in the order asked; ids the library does not know (any more) are left out."""
        sql = f"SELECT {CHUNK_COLUMNS} FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
        found = {row[0]: chunk_from(row) for row in self._all(sql, (json.dumps(list(ids)),))}
        return [found[identity] for identity in ids if identity in found]

    def sizes(self) -> dict[str, int]:
        """How many chunks each policy has, by its id."""
        return dict(self._all("SELECT policy_id, count(*) FROM chunks GROUP BY policy_id"))

    def encodings(self, ids: Collection[str]) -> dict[str, Encoding]:
        """Encodings by chunk id, as far as they are stored."""
        sql = (
            "SELECT c.id, e.vector, e.tokens, e.spans FROM chunks c JOIN encodings e ON e.key = c.encoding"
            " WHERE c.id IN (SELECT value FROM json_each(?))"
        )
        return {row[0]: encoding_from(*row[1:]) for row in self._all(sql, (json.dumps(list(ids)),))}

    def encoded(self) -> dict[str, str]:
        """Chunk id → policy id of every chunk that has an encoding: what belongs into the vectors.

        Of the same words under the same headings in one policy the first: thousands of equal vectors tear
        the approximate graph, and one of them finds the words as well.
        """
        sql = (
            "SELECT c.id, c.policy_id, min(c.rowid) FROM chunks c JOIN encodings e ON e.key = c.encoding"
            " GROUP BY c.policy_id, c.encoding"
        )
        return {identity: policy_id for identity, policy_id, _ in self._all(sql)}

    def vectors(self, ids: Collection[str]) -> dict[str, bytes]:
        """float32 blobs by chunk id, without the token vectors that make encodings() heavier."""
        sql = (
            "SELECT c.id, e.vector FROM chunks c JOIN encodings e ON e.key = c.encoding"
            " WHERE c.id IN (SELECT value FROM json_each(?))"
        )
        return dict(self._all(sql, (json.dumps(list(ids)),)))

    def unencoded(self) -> list[str]:
        """Ids of the chunks that still need an encoding, one for each distinct text, policy by policy."""
        sql = (
            "SELECT min(rowid), id FROM chunks WHERE encoding NOT IN (SELECT key FROM encodings)"
            " GROUP BY encoding"
        )
        return [identity for _, identity in sorted(self._all(sql))]

    def missing_encodings(self, chunks: Iterable[Chunk]) -> list[Chunk]:
        """Those of the chunks whose encoding is not stored under the present model."""
        model = self.model
        sql = "SELECT 1 FROM encodings WHERE key = ?"
        with self._connections.use() as db:
            return [
                chunk
                for chunk in chunks
                if not db.execute(sql, (encoding_key(model, chunk.embedding_text),)).fetchone()
            ]

    def sources_within(self, path: str) -> list[tuple[Source, str]]:
        """The policies (by id) last read from this file, or from the files in it if it is a .zip."""
        where = "path = ? OR path > ? AND path < ? ORDER BY path"
        sql = f"SELECT path, digest, policy_id FROM sources WHERE {where}"
        return [(Source(*row[:2]), row[2]) for row in self._all(sql, (path, f"{path}/", f"{path}0"))]

    def sources(self, policy_id: str) -> list[str]:
        """The paths a policy was read from; more than one where copies of a file were given."""
        return [path for (path,) in self._all("SELECT path FROM sources WHERE policy_id = ?", (policy_id,))]

    def search_words(
        self, words: Sequence[str], k: int, policy_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k best chunks by BM25 over their words and headings, higher is better.

        policy_ids restricts the search; None means everywhere and an empty collection nowhere.
        Example: search_words(["公示", "期限"], 10) -> [("9f…", 11.2), …]
        """
        if policy_ids is not None and not policy_ids:
            return []
        with self._connections.use() as db:
            chosen = self._rarest(db, words)
            if not chosen:
                return []
            match = " OR ".join('"{}"'.format(word.replace('"', '""')) for word in chosen)
            scope = "" if policy_ids is None else "AND c.policy_id IN (SELECT value FROM json_each(?))"
            # CROSS JOIN keeps FTS5 outermost: it hands out rows best first, and LIMIT stops it.
            sql = (
                "SELECT c.id, -s.rank FROM search s CROSS JOIN chunks c ON c.rowid = s.rowid"
                f" WHERE search MATCH ? AND s.rank MATCH 'bm25{COLUMN_WEIGHTS}' {scope}"
                " ORDER BY s.rank LIMIT ?"
            )
            allowed = [] if policy_ids is None else [json.dumps(list(policy_ids))]
            return db.execute(sql, (match, *allowed, k)).fetchall()

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """How many chunks hold each word: frequencies(["承接", "月球"]) -> {"承接": 12, "月球": 0}."""
        with self._connections.use() as db:
            return self._count(db, words)

    def _count(self, db: sqlite3.Connection, words: Iterable[str]) -> dict[str, int]:
        generation = self.generation
        if self._frequencies[0] != generation:
            self._frequencies = (generation, {})
        known = self._frequencies[1]
        wanted = set(words)
        for word in wanted - known.keys():
            row = db.execute("SELECT doc FROM search_terms WHERE term = ?", (word,)).fetchone()
            known[word] = row[0] if row else 0
        return {word: known[word] for word in wanted}

    def _rarest(self, db: sqlite3.Connection, words: Sequence[str]) -> list[str]:
        """The words worth searching for: rarest first, as many as POSTINGS and MAX_WORDS allow."""
        held = {word: count for word, count in self._count(db, words).items() if count}
        chosen: list[str] = []
        cost = 0
        for word in sorted(held, key=lambda word: (held[word], word))[:MAX_WORDS]:
            cost += held[word]
            if chosen and cost > POSTINGS:
                break
            chosen.append(word)
        return chosen

    def _meta(self, key: str, default: str) -> str:
        rows = self._all("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else default

    def _of_policy(self, column: str, policy_id: str) -> str:
        rows = self._all(f"SELECT {column} FROM policies WHERE id = ?", (policy_id,))
        if not rows:
            raise LibraryError(
                f"资料库里没有编号为 {policy_id} 的文件。请用 python -m ingest list 查看编号。"
            )
        return str(rows[0][0])

    def _all(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        with self._connections.use() as db:
            return db.execute(sql, parameters).fetchall()
