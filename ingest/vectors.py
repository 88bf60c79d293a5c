"""Encodings of the library in, an immutable Chroma version out; the only home of chromadb.

Why versions and copies: an embedded Chroma directory survives neither a kill at the wrong instant nor a
second process, and merely opening and closing it rewrites its files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from ingest import versions
from ingest.library import Library
from ingest.storage import LibraryError, told_in_chinese
from ingest.versions import DamagedVersion, Manifest

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from langchain_chroma import Chroma

COLLECTION = "policies"
IDS = "ids.tsv"  # chunk id, policy id: what the version holds, readable without Chroma
# cosine: other spaces lose records under churn. The rest: with Chroma's defaults 1 of 1,000 of 147,000 random
# vectors is not found by itself.
HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 128,
    "max_neighbors": 24,
    "ef_search": 200,
}
# A copy keeps what was deleted in its graph; beyond this share a fresh start is smaller and finds better.
FRESH_SHARE = 0.2
SLICE = 1000
# Ways to search a part of the library, measured on 147,000 chunks (CPU): wider, dropping what is not allowed,
# 30 ms for 600 results; an exact scan 14 ms for 430 chunks, 38 ms for 1,000; Chroma's filter by ids 20 ms for
# 3,000 to 6,000, 50 ms for 36,000 (its filter by policy 90 to 190 ms).
WIDEST = 400
EXACT = 600

T = TypeVar("T")
Progress = Callable[[str, int, int], None]


class Model(Protocol):
    """What vectors need to know of an Embedder."""

    @property
    def model_id(self) -> str:
        """Name and content of the model."""

    @property
    def dimension(self) -> int:
        """The length of its vectors."""


@dataclass(frozen=True)
class StoredModel:
    """The model that a library's encodings are of, so that publishing does not have to load it."""

    model_id: str
    dimension: int

    @classmethod
    def of(cls, library: Library) -> StoredModel:
        """Read from what is stored; dimension 0 if nothing is."""
        return cls(library.model, library.dimension)


class OtherModel(LibraryError):
    """The vectors were made by another embedding model than the one in use."""


def vectors_directory(library_dir: Path) -> Path:
    """Where a library's versions are."""
    return library_dir / "vectors"


def publish(library: Library, embedder: Model, progress: Progress | None = None) -> str:
    """Make the vectors say what the library says, as a new version; its name (the old one if unchanged).

    Nothing is embedded: the vectors come out of SQLite. Every new chunk is searched by its own vector before
    the version is named.
    """
    vectors = vectors_directory(library.directory)
    with told_in_chinese(vectors):
        vectors.mkdir(parents=True, exist_ok=True)
        versions.tidy(vectors)
        generation, wanted = library.generation, library.encoded()
        try:
            manifest, held = _sound(vectors, embedder)
            if held == wanted:
                return manifest.version
        except LibraryError:
            held = {}
        if not wanted and versions.current_name(vectors) is None:
            return ""
        removed = [identity for identity in held if identity not in wanted]
        copied = bool(held) and len(removed) <= FRESH_SHARE * len(wanted)
        whole = copied and _build(library, wanted, held, progress)
        if not (whole or _build(library, wanted, {}, progress)):
            versions.tidy(vectors)
            raise LibraryError(
                "新的向量索引没有通过自检，没有发布，旧的继续使用。请运行：python -m ingest check"
            )
        return versions.finish(
            vectors, generation, embedder.model_id, embedder.dimension, len(wanted)
        ).version


def open_current(library_dir: Path, embedder: Model) -> VectorIndex:
    """Open the published version, after comparing every byte of it with its manifest.

    Raises DamagedVersion when it has to be made anew, OtherModel when the texts have to be encoded anew.
    """
    vectors = vectors_directory(library_dir)
    with told_in_chinese(vectors):
        manifest, held = _sound(vectors, embedder)
        return VectorIndex(vectors / manifest.version, manifest, held)


def repair(library_dir: Path, embedder: Model) -> None:
    """Publish again from the stored vectors; refused while another process is writing, which will publish."""
    with Library.create_or_open(library_dir) as library:
        publish(library, embedder)


def discard_current(library_dir: Path) -> None:
    """Trust the current version no more, although its files may be as they were published."""
    (vectors_directory(library_dir) / versions.CURRENT).unlink(missing_ok=True)


class VectorIndex:
    """One published version, open for searching; safe for many threads."""

    def __init__(self, directory: Path, manifest: Manifest, held: dict[str, str]) -> None:
        self.version = manifest.version
        self.generation = manifest.generation
        self._held = held
        self._by_policy: dict[str, list[str]] = {}
        for identity, policy_id in held.items():
            self._by_policy.setdefault(policy_id, []).append(identity)
        if not held:  # Chroma cannot search what has no vectors
            return
        self._private = versions.PrivateCopy(directory)
        try:
            self._client = _client(self._private.directory)
            self._store = _store(self._client)
            # The graph is read at the first query; after it, the version's files are not needed any more.
            self._nearest(np.ones(manifest.dimension, "f4"), 1)
        except BaseException:
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
        self._client.close()
        self._private.discard()

    def lost(self, library: Library, progress: Progress | None = None) -> list[str]:
        """Chunks of this version that are not found by their own vector, or not known to the library."""
        held = [identity for batch in _slices(self._held) for identity in library.vectors(batch)]
        known = set(held)
        unknown = [identity for identity in self._held if identity not in known]
        if not held:
            return unknown
        return unknown + _lost(library, self._client.get_collection(COLLECTION), held, progress)

    def _nearest(
        self, vector: NDArray[np.float32], k: int, ids: list[str] | None = None
    ) -> list[tuple[str, float]]:
        among: dict[str, Any] = {} if ids is None else {"ids": ids}
        found = self._store.similarity_search_by_vector_with_relevance_scores(
            vector.tolist(), min(k, len(self._held) if ids is None else len(ids)), **among
        )
        return [(str(document.id), 1.0 - distance) for document, distance in found]

    def _exact(self, vector: NDArray[np.float32], k: int, ids: list[str]) -> list[tuple[str, float]]:
        stored = self._store.get(ids=ids, include=["embeddings"])
        matrix = np.asarray(stored["embeddings"], "f4")
        scores = matrix @ vector / (np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector))
        best = np.argsort(-scores, kind="stable")[:k]
        return [(stored["ids"][n], float(scores[n])) for n in best]


def _build(library: Library, wanted: dict[str, str], held: dict[str, str], progress: Progress | None) -> bool:
    """Build the next version aside, from the current one if `held` names its chunks; is every chunk found?"""
    vectors = vectors_directory(library.directory)
    current = versions.current_name(vectors)
    building = versions.start(vectors, vectors / current if held and current else None)
    client = _client(building)
    try:
        collection = client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
        )
        for batch in _slices(identity for identity in held if identity not in wanted):
            collection.delete(ids=batch)
        added = [identity for identity in wanted if identity not in held]
        _add(library, collection, added, wanted, progress)
        lost = _lost(library, collection, added, progress)
        if lost:  # an element that the graph lost is linked anew
            collection.delete(ids=lost)
            _add(library, collection, lost, wanted, None)
            lost = _lost(library, collection, lost, None)
        whole = collection.count() == len(wanted) and not lost
    finally:
        client.close()
    lines = (f"{identity}\t{policy_id}\n" for identity, policy_id in wanted.items())
    (building / IDS).write_text("".join(lines), encoding="ascii")
    return whole


def _add(
    library: Library, collection: Any, ids: Sequence[str], wanted: dict[str, str], progress: Progress | None
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


def _lost(library: Library, collection: Any, ids: Sequence[str], progress: Progress | None) -> list[str]:
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


def _sound(vectors: Path, embedder: Model) -> tuple[Manifest, dict[str, str]]:
    """The current version's manifest and what it holds, if it is whole and of this model."""
    name = versions.current_name(vectors)
    if name is None:
        raise DamagedVersion("还没有发布过向量索引。请运行：python -m ingest 文件或目录")
    if "/" in name or not (vectors / name).is_dir():
        raise DamagedVersion(f"向量索引 {name} 不见了，需要重建。请运行：python -m ingest check")
    manifest = versions.verify(vectors / name)
    if manifest.count and (manifest.model, manifest.dimension) != (embedder.model_id, embedder.dimension):
        raise OtherModel(
            f"向量索引是用模型 {manifest.model} 建立的，现在使用的是 {embedder.model_id}。"
            "请重新运行 python -m ingest 以新模型建立，或改回原来的 EMBEDDING_MODEL。"
        )
    lines = (vectors / name / IDS).read_text(encoding="ascii").splitlines()
    held = dict(line.split("\t", 1) for line in lines)
    if len(held) != manifest.count:
        raise DamagedVersion(f"向量索引 {name} 的数目不符，需要重建。请运行：python -m ingest check")
    return manifest, held


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


def _store(client: Client) -> Chroma:
    from langchain_chroma import Chroma

    return Chroma(COLLECTION, client=client, create_collection_if_not_exists=False)


def _slices(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, SLICE)):
        yield batch
