"""The library's encodings in, a published version of its vectors out, and back to an index that is searched.

Why versions: an embedded Chroma directory survives neither a kill at the wrong instant nor a second process.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from ingest import chroma, chroma_server, versions
from ingest.chroma import VectorIndex
from ingest.library import Library
from ingest.storage import LibraryError, told_in_chinese
from ingest.versions import DamagedVersion, Manifest

LIBRARY_NAME = "library-name"
IDS = "ids.tsv"  # chunk id, policy id: what the version holds, readable without Chroma
# A copy keeps what was deleted in its graph; beyond this share a fresh start is smaller and finds better.
FRESH_SHARE = 0.2
# A graph of nearest neighbours is approximate: so few chunks that miss themselves do not hold up the others.
TOLERATED = 1 / 2000

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


def server() -> str:
    """The address of the Chroma server that holds the vectors (CHROMA_URL); "" for none."""
    return os.environ.get("CHROMA_URL", "")


def vectors_directory(library_dir: Path) -> Path:
    """Where a library's versions are."""
    return library_dir / "vectors"


def publish(library: Library, embedder: Model, progress: Progress | None = None, afresh: bool = False) -> str:
    """Make the vectors say what the library says, as a new version; its name (the old one if unchanged).

    afresh builds a new version from the stored vectors alone, whatever the current one is worth.

    Nothing is embedded: the vectors come out of SQLite. Every new chunk is searched by its own vector before
    the version is named; those that the approximate graph still loses (TOLERATED) are found by their words.
    """
    vectors = vectors_directory(library.directory)
    with told_in_chinese(vectors):
        vectors.mkdir(parents=True, exist_ok=True)
        versions.tidy(vectors)
        generation, wanted = library.generation, library.encoded()
        try:
            manifest, held = _sound(vectors, embedder)
            if held == wanted and not afresh:
                return manifest.version
        except LibraryError:
            held = {}
        if not wanted and versions.current_name(vectors) is None:
            return ""
        removed = [identity for identity in held if identity not in wanted]
        copied = bool(held) and not afresh and not server() and len(removed) <= FRESH_SHARE * len(wanted)
        whole = copied and _build(library, wanted, held, progress)
        if not (whole or _build(library, wanted, {}, progress)):
            versions.tidy(vectors)
            raise LibraryError(
                "新的向量索引没有通过自检，没有发布，旧的继续使用。请运行：python -m ingest check"
            )
        name = versions.finish(
            vectors, generation, embedder.model_id, embedder.dimension, len(wanted)
        ).version
        if server():
            kept = {chroma_server.collection_of(version) for version in vectors.glob("v*")}
            chroma_server.sweep(server(), _ours(vectors), kept)
        return name


def open_current(library_dir: Path, embedder: Model) -> VectorIndex:
    """Open the published version, after comparing every byte of it with its manifest.

    Raises DamagedVersion when it has to be made anew, OtherModel when the texts have to be encoded anew.
    """
    vectors = vectors_directory(library_dir)
    with told_in_chinese(vectors):
        manifest, held = _sound(vectors, embedder)
        return VectorIndex(vectors / manifest.version, manifest.dimension, held, server())


def repair(library_dir: Path, embedder: Model) -> None:
    """Publish again from the stored vectors; refused while another process is writing, which will publish."""
    with Library.create_or_open(library_dir) as library:
        publish(library, embedder)


def discard_current(library_dir: Path) -> None:
    """Trust the current version no more, although its files may be as they were published."""
    (vectors_directory(library_dir) / versions.CURRENT).unlink(missing_ok=True)


def _build(library: Library, wanted: dict[str, str], held: dict[str, str], progress: Progress | None) -> bool:
    """Build the next version aside, from the current one if `held` names its chunks; is it good enough?"""
    vectors = vectors_directory(library.directory)
    current = versions.current_name(vectors)
    building = versions.start(vectors, vectors / current if held and current else None)
    if server():
        (building / chroma_server.NAMED).write_text(f"{_ours(vectors)}{uuid4().hex[:12]}", encoding="ascii")
    lost = chroma.build(library, building, wanted, held.keys(), progress, server())
    lines = (f"{identity}\t{policy_id}\n" for identity, policy_id in wanted.items())
    (building / IDS).write_text("".join(lines), encoding="ascii")
    return lost <= TOLERATED * len(wanted)


def _ours(vectors: Path) -> str:
    """What the names of this library's collections on a server begin with."""
    file = vectors / LIBRARY_NAME
    if not file.exists():
        file.write_text(f"policies-{uuid4().hex[:12]}-", encoding="ascii")
    return file.read_text(encoding="ascii")


def _sound(vectors: Path, embedder: Model) -> tuple[Manifest, dict[str, str]]:
    """The current version's manifest and what it holds, if it is whole and of this model."""
    name = versions.current_name(vectors)
    if name is None:
        raise DamagedVersion("还没有发布过向量索引。请运行：python -m ingest 文件或目录")
    if "/" in name or not (vectors / name).is_dir():
        raise DamagedVersion(f"向量索引 {name} 不见了，需要重建。请运行：python -m ingest check")
    manifest = versions.verify(vectors / name)
    if (vectors / name / chroma_server.NAMED).exists() != bool(server()) and manifest.count:
        raise DamagedVersion("向量索引换了存放的地方，需要重建。请运行：python -m ingest check")
    if server() and manifest.count and chroma_server.count_on(server(), vectors / name) != manifest.count:
        raise DamagedVersion(f"向量服务上的索引 {name} 不完整，需要重建。请运行：python -m ingest check")
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
