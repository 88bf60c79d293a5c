"""Files in, a library and its published vectors out: what `python -m ingest PATH…` and the page do.

Texts are stored first and can be found by their words at once; encodings follow in small transactions,
so that a kill loses some seconds of work and running the same command again does the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import documents
from ingest.card import CardError, Policy
from ingest.documents import Document
from ingest.library import Library, Source
from ingest.names import spelled, why
from ingest.readers import UnreadableFile
from ingest.vectors import publish

if TYPE_CHECKING:
    from ingest.embeddings import Embedder

STORED, UNCHANGED, REPLACED, REJECTED, SKIPPED = "stored", "unchanged", "replaced", "rejected", "skipped"
REMOVED, RESTORED = "removed", "restored"
# Passages are sorted by length within a window, so that a batch holds equals; a slice is stored at a time.
WINDOW = 2048
SLICE = 256
PUBLISH_SECONDS = 300.0
# A word index of so many new chunks is worth merging.
MANY_CHUNKS = 5000

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one file: one of the words above, and why."""

    path: Path
    status: str
    policy: Policy | None = None
    reason: str = ""


def ingest_paths(
    paths: Iterable[Path],
    library_dir: Path,
    embedder: Embedder | Callable[[], Embedder],
    report: Report | None = None,
    outcomes: list[Outcome] | None = None,
) -> list[Outcome]:
    """Put files and folders into a library; what is unchanged costs a hash.

    embedder may be a function that loads it, called when the texts are stored. report is told (stage, done,
    total). outcomes, if given, is filled file by file: after an error it says how far it went.
    """
    report = report or (lambda stage, done, total: None)
    outcomes = [] if outcomes is None else outcomes
    with Library.create_or_open(library_dir) as library:
        found = list(documents.walk(paths))
        for done, (path, reason) in enumerate(found, 1):
            outcomes += [_refused(path, reason)] if reason else store(library, path)
            report("读取文件", done, len(found))
        if not library.size:
            return outcomes
        encoder = embedder() if callable(embedder) else embedder
        encode(library, encoder, report)
        publish(library, encoder, report)
        library.end_run()
    return outcomes


def store(library: Library, path: Path, card: Policy | None = None) -> list[Outcome]:
    """Read one file, or each one in a .zip, and store its text, unless the library holds it already.

    card, if a person has checked it, stands instead of the one that the file gives.
    """
    try:
        source = Source(spelled(str(path.resolve())), documents.digest(path))
        known = library.sources_within(source.path)
        if card is None and known and all(found.digest == source.digest for found, _ in known):
            return [
                Outcome(
                    path / Path(found.path).relative_to(source.path), UNCHANGED, library.policy(policy_id)
                )
                for found, policy_id in known
            ]
        return [_store(library, part, source, path, read, card) for part, read in documents.load_all(path)]
    except OSError as fault:
        return [Outcome(path, REJECTED, reason=f"无法读取：{why(fault)}")]
    except documents.UNEXPECTED as fault:
        return [Outcome(path, REJECTED, reason=documents.unexpected(fault))]


def encode(library: Library, embedder: Embedder, report: Report) -> None:
    """Encode what has no encoding yet, and publish now and then on a long run."""
    library.use_model(embedder.model_id)
    waiting = library.unencoded()
    published = time.monotonic()
    done = 0
    for start in range(0, len(waiting), WINDOW):
        window = library.chunks(waiting[start : start + WINDOW])
        window.sort(key=lambda chunk: len(chunk.embedding_text))
        for first in range(0, len(window), SLICE):
            batch = window[first : first + SLICE]
            # The model reads where a passage stands; only the passage's own words give token vectors.
            pairs = [(c.embedding_text.removesuffix(c.text).rstrip("\n"), c.text) for c in batch]
            library.store_encodings(zip(batch, list(embedder.encode_passages(pairs)), strict=True))
            done += len(batch)
            report("计算向量", done, len(waiting))
        if time.monotonic() - published > PUBLISH_SECONDS:
            publish(library, embedder, report)
            published = time.monotonic()
    if len(waiting) > MANY_CHUNKS:
        library.optimize()


def _store(
    library: Library,
    part: Path,
    source: Source,
    path: Path,
    read: Document | UnreadableFile | CardError,
    card: Policy | None,
) -> Outcome:
    if not isinstance(read, Document):
        return Outcome(part, REJECTED, reason=str(read))
    source = replace(source, path=str(Path(source.path) / part.relative_to(path)))
    former = next((policy_id for found, policy_id in library.sources_within(source.path)), None)
    stored = library.find(read.policy.id)
    checked = card or (stored if stored and stored.corrected else None)
    document = documents.with_card(read, checked) if checked else read
    policy = document.policy
    if stored and former != policy.id:  # a copy of a file already stored
        same = replace(policy, file_name=stored.file_name) == stored
        if same or not document.carded:
            library.remember(source, policy.id)
            return Outcome(part, UNCHANGED, stored, f"内容与已入库的《{stored.title}》相同")
    library.replace(policy, document.clean, document.provisions, document.chunks, source=source)
    if not stored:
        return Outcome(part, REPLACED if former else STORED, policy)
    if stored == policy:
        return Outcome(part, UNCHANGED, policy)
    return Outcome(part, REPLACED, policy, "文件信息已更新，正文不变")


def _refused(path: Path, reason: str) -> Outcome:
    return Outcome(path, SKIPPED if path.exists() else REJECTED, reason=reason)
