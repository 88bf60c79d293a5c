"""Policies, provisions, chunks and encodings as rows of SQLite, and back, without losing anything."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.card import Policy
from ingest.chunking import Chunk
from ingest.cleaning import Repair
from ingest.structure import Provision

if TYPE_CHECKING:  # numpy and the model's file are not needed to list a library
    from ingest.embeddings import Encoding

POLICY_COLUMNS = "family, card, text, repairs"
PROVISION_COLUMNS = 'kind, label, heading, path, start, "end"'
CHUNK_COLUMNS = 'id, policy_id, ordinal, path, start, "end", text, lead_in, context'
_DATES = {"published", "effective", "expires"}


def dump(value: object) -> str:
    """JSON as it is stored: compact, Chinese left readable, dates as ISO 8601."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)


def policy_row(policy: Policy) -> str:
    """A card as JSON."""
    return dump(asdict(policy))


def policy_from(card: str) -> Policy:
    """The card that policy_row() wrote."""
    stored: dict[str, Any] = json.loads(card)
    values = {
        field.name: _value(field.name, stored[field.name]) for field in fields(Policy) if field.name in stored
    }
    return Policy(**values)


def repairs_row(repairs: Iterable[Repair]) -> str:
    """What cleaning did, as JSON."""
    return dump([asdict(repair) for repair in repairs])


def repairs_from(stored: str) -> tuple[Repair, ...]:
    """The repairs that repairs_row() wrote."""
    return tuple(Repair(**repair) for repair in json.loads(stored))


def provision_row(provision: Provision) -> tuple[object, ...]:
    """PROVISION_COLUMNS of one provision; its text is a span of the policy's."""
    p = provision
    return (p.kind, p.label, p.heading, dump(p.path), p.start, p.end)


def provision_from(row: Sequence[Any], text: str) -> Provision:
    """The provision that provision_row() wrote, out of its policy's text."""
    kind, label, heading, path, start, end = row
    return Provision(kind, label, heading, tuple(json.loads(path)), start, end, text[start:end])


def chunk_row(chunk: Chunk) -> tuple[object, ...]:
    """CHUNK_COLUMNS of one chunk."""
    c = chunk
    return (c.id, c.policy_id, c.ordinal, dump(c.path), c.start, c.end, c.text, c.lead_in, c.context)


def chunk_from(row: Sequence[Any]) -> Chunk:
    """The chunk that chunk_row() wrote."""
    identity, policy_id, ordinal, path, start, end, text, lead_in, context = row
    return Chunk(
        id=identity, policy_id=policy_id, ordinal=ordinal, path=tuple(json.loads(path)),
        start=start, end=end, text=text, lead_in=lead_in, context=context,
    )  # fmt: skip


def encoding_key(model: str, embedding_text: str) -> bytes:
    """What an encoding depends on and nothing else: equal words under equal headings share one."""
    return hashlib.blake2b(f"{model}\0{embedding_text}".encode(), digest_size=16).digest()


def encoding_row(encoding: Encoding) -> tuple[bytes, bytes, bytes]:
    """Vector (float32), token vectors (int8) and spans (uint16) as blobs."""
    return (
        encoding.vector.astype("<f4").tobytes(),
        encoding.tokens.astype("i1").tobytes(),
        encoding.spans.astype("<u2").tobytes(),
    )


def encoding_from(vector: bytes, tokens: bytes, spans: bytes) -> Encoding:
    """The encoding that encoding_row() wrote."""
    import numpy as np

    from ingest.embeddings import Encoding

    offsets = np.frombuffer(spans, "<u2").reshape(-1, 2)
    return Encoding(
        vector=np.frombuffer(vector, "<f4"),
        tokens=np.frombuffer(tokens, "i1").reshape(len(offsets), -1)
        if len(offsets)
        else np.empty((0, 0), "i1"),
        spans=offsets,
    )


def pack(db: sqlite3.Connection, policy_id: str) -> bytes:
    """Everything stored about one policy except its encodings, to be stored again by unpack()."""
    tables = {
        table: db.execute(
            f"SELECT {columns} FROM {table} WHERE {key} = ? ORDER BY {order}", (policy_id,)
        ).fetchall()
        for table, columns, key, order in (
            ("policies", POLICY_COLUMNS, "id", "id"),
            ("provisions", PROVISION_COLUMNS, "policy_id", "ordinal"),
            ("chunks", CHUNK_COLUMNS, "policy_id", "ordinal"),
            ("sources", "path, digest", "policy_id", "path"),
        )
    }  # fmt: skip
    return zlib.compress(dump(tables).encode(), 1)


def unpack(payload: bytes) -> dict[str, list[list[Any]]]:
    """The rows that pack() kept, by table."""
    tables: dict[str, list[list[Any]]] = json.loads(zlib.decompress(payload))
    return tables


def _value(name: str, stored: Any) -> Any:
    if name in _DATES and stored is not None:
        return date.fromisoformat(stored)
    return tuple(stored) if isinstance(stored, list) else stored
