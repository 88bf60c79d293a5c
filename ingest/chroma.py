"""Vectors in Chroma, built and searched: in directories of its own, or on a server (chroma_server.py)."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from ingest.chroma_server import collection_of, connect, faults_of_chroma
from ingest.reading import Reading
from ingest.versions import PrivateCopy

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from langchain_chroma import Chroma

# cosine: other spaces lose records under churn. The rest: with Chroma's defaults 1 of 1,000 of 147,000 random
# vectors is not found by itself.
HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 128,
    "max_neighbors": 24,
    "ef_search": 200,
}
SLICE = 1000  # below client.get_max_batch_size(), which langchain-chroma and chromadb do not split by
LET_GO_SECONDS = 10.0
RELINKED = 2  # times that an element which the graph lost is taken out and put in again
# Ways to search a part of the library, measured on 147,000 chunks (CPU): wider, dropping what is not allowed,
# 30 ms for 600 results; an exact scan 14 ms for 430 chunks, 38 ms for 1,000; Chroma's filter by ids 20 ms for
# 3,000 to 6,000, 50 ms for 36,000 (its filter by policy 90 to 190 ms).
WIDEST = 400
EXACT = 600

T = TypeVar("T")
Progress = Callable[[str, int, int], None]


class VectorIndex:
    """One published version, open for searching; safe for many threads.

    `server` is the address of a Chroma server that holds it; "" for a directory of this machine.
    """

    def __init__(self, version: Path, dimension: int, held: dict[str, str], server: str = "") -> None:
        self.version = version.name
        self._private: PrivateCopy | None = None
        self._collection = collection_of(version)
        self._held = held
        self._by_policy: dict[str, list[str]] = {}
        for identity, policy_id in held.items():
            self._by_policy.setdefault(policy_id, []).append(identity)
        if not held:  # Chroma cannot search what has no vectors
            return
        if not server:
            self._private = PrivateCopy(version)
        try:
            with faults_of_chroma():
                self._client = _client(self._private.directory) if self._private else connect(server)
                self._store = _store(self._client, self._collection)
                self._nearest(np.ones(dimension, "f4"), 1)  # the graph is read at the first query
        except BaseException:
            if self._private:
                self._private.discard()
            raise

    def search(
        self, vector: NDArray[np.float32], k: int, policy_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest chunks with their cosine similarity, nearest first.

        policy_ids restricts the search; None means everywhere and an empty collection nowhere.
        """
        if not self._held:
            return []
        if policy_ids is None:
            return self._nearest(vector, k)
        allowed = frozenset(policy_ids) & self._by_policy.keys()
        size = sum(len(self._by_policy[policy_id]) for policy_id in allowed)
        if not size:
            return []
        wider = int(k * len(self._held) / size * 1.2) + 10
        if wider <= WIDEST:
            kept = [pair for pair in self._nearest(vector, wider) if self._held[pair[0]] in allowed]
            if len(kept) >= min(k, size):
                return kept[:k]
        ids = [identity for policy_id in allowed for identity in self._by_policy[policy_id]]
        return self._exact(vector, k, ids) if size <= EXACT else self._nearest(vector, k, ids)

    @property
    def ids(self) -> Collection[str]:
        """The chunks it holds."""
        return self._held.keys()

    def close(self) -> None:
        """Free the memory and the private copy."""
        if not self._held:
            return
        if self._private:
            _close(self._client, self._private.directory)
            self._private.discard()

    def lost(self, library: Reading, progress: Progress | None = None) -> list[str]:
        """Chunks of this version that are not found by their own vector, or not known to the library."""
        held = [identity for batch in _slices(self._held) for identity in library.vectors(batch)]
        known = set(held)
        unknown = [identity for identity in self._held if identity not in known]
        if not held:
            return unknown
        return unknown + _lost(library, self._client.get_collection(self._collection), held, progress)

    def _nearest(
        self, vector: NDArray[np.float32], k: int, ids: list[str] | None = None
    ) -> list[tuple[str, float]]:
        among: dict[str, Any] = {} if ids is None else {"ids": ids}
        with faults_of_chroma():
            found = self._store.similarity_search_by_vector_with_relevance_scores(
                vector.tolist(), min(k, len(self._held) if ids is None else len(ids)), **among
            )
        return [(str(document.id), 1.0 - distance) for document, distance in found]

    def _exact(self, vector: NDArray[np.float32], k: int, ids: list[str]) -> list[tuple[str, float]]:
        with faults_of_chroma():
            stored = self._store.get(ids=ids, include=["embeddings"])
        matrix = np.asarray(stored["embeddings"], "f4")
        scores = matrix @ vector / (np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector))
        best = np.argsort(-scores, kind="stable")[:k]
        return [(stored["ids"][n], float(scores[n])) for n in best]


def build(
    library: Reading,
    directory: Path,
    wanted: dict[str, str],
    held: Collection[str],
    progress: Progress | None = None,
    server: str = "",
) -> int:
    """Make a directory that holds some chunks hold the wanted ones (chunk id -> policy id) instead.

    On a server they go into a collection of their own, named in the directory; it holds none before.
    Returns how many of them are not found by their own vector, or are missing altogether.
    """
    with faults_of_chroma():
        client = connect(server) if server else _client(directory)
        try:
            collection = client.get_or_create_collection(
                collection_of(directory), embedding_function=None, configuration={"hnsw": HNSW}
            )
            for batch in _slices(identity for identity in held if identity not in wanted):
                collection.delete(ids=batch)
            added = [identity for identity in wanted if identity not in held]
            _add(library, collection, added, wanted, progress)
            lost = _lost(library, collection, added, progress)
            for _ in range(RELINKED if lost else 0):
                collection.delete(ids=lost)
                _add(library, collection, lost, wanted, None)
                lost = _lost(library, collection, lost, None)
                if not lost:
                    break
            return len(lost) + abs(collection.count() - len(wanted))
        finally:
            if not server:
                _close(client, directory)


def _add(
    library: Reading, collection: Any, ids: Sequence[str], wanted: dict[str, str], progress: Progress | None
) -> None:
    for done, batch in enumerate(_slices(ids)):
        stored = library.vectors(batch)
        collection.add(
            ids=batch,
            embeddings=np.stack([np.frombuffer(stored[identity], "<f4") for identity in batch]),
            metadatas=[{"policy_id": wanted[identity]} for identity in batch],
            documents=[""] * len(batch),  # LangChain drops results without one; the text is SQLite's
        )
        if progress:
            progress("建立向量索引", min((done + 1) * SLICE, len(ids)), len(ids))


def _lost(library: Reading, collection: Any, ids: Sequence[str], progress: Progress | None) -> list[str]:
    """Those of the chunks that their own vector does not find. Equal vectors stand in for each other."""
    lost = []
    for done, batch in enumerate(_slices(ids)):
        stored = library.vectors(batch)
        queries = np.stack([np.frombuffer(stored[identity], "<f4") for identity in batch])
        found = collection.query(query_embeddings=queries, n_results=1, include=["distances"])
        for identity, near, distance in zip(batch, found["ids"], found["distances"], strict=True):
            if not near or (near[0] != identity and distance[0] > 1e-5):
                lost.append(identity)
        if progress:
            progress("自检向量索引", min((done + 1) * SLICE, len(ids)), len(ids))
    return lost


def _client(directory: Path) -> Client:
    """A client with every setting said here: no .env file, no telemetry."""
    import chromadb
    from chromadb.config import Settings

    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        is_persistent=True,
        persist_directory=str(directory),
        anonymized_telemetry=False,
        allow_reset=False,
    )
    return cast("Client", chromadb.PersistentClient(path=str(directory), settings=settings))


def _close(client: Client, directory: Path) -> None:
    """Close, and wait until the files are let go: Chroma's own threads do that some milliseconds later."""
    client.close()
    deadline = time.monotonic() + LET_GO_SECONDS
    while time.monotonic() < deadline and _is_open(directory):
        time.sleep(0.005)


def _is_open(directory: Path) -> bool:
    try:
        descriptors = list(Path("/proc/self/fd").iterdir())
    except OSError:  # not Linux
        return False
    for descriptor in descriptors:
        with suppress(OSError):
            if directory.resolve() in descriptor.readlink().parents:  # its own handle is PrivateCopy's lock
                return True
    return False


def _store(client: Client, collection: str) -> Chroma:
    from langchain_chroma import Chroma

    return Chroma(collection, client=client, create_collection_if_not_exists=False)


def _slices(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, SLICE)):
        yield batch
