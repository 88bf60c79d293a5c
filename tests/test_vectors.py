"""Vectors are published whole or not at all, and what is published is what the library holds."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import PURCHASE, RELIEF, FakeEmbedder, Parsed, statute

from ingest import chroma, versions
from ingest.checking import check
from ingest.index import Index
from ingest.library import Library
from ingest.storage import LibraryError
from ingest.vectors import OtherModel, StoredModel, open_current, publish, vectors_directory
from ingest.versions import CURRENT, MANIFEST, DamagedVersion


def _vector(embedder: FakeEmbedder, n: int = 0) -> np.ndarray:
    return RELIEF.encodings(embedder)[RELIEF.chunks[n].id].vector


def _current(library: Library) -> Path:
    directory = vectors_directory(library.directory)
    return directory / (directory / CURRENT).read_text().strip()


def _contents(directory: Path) -> dict[str, str]:
    return {str(file): versions.sha256(file) for file in sorted(directory.rglob("*")) if file.is_file()}


def _another(n: int) -> Parsed:
    return statute(f"办法{n}", [f"第{n}类服务由民政部门负责购买，具体目录由财政部门公布。"])


def test_every_chunk_is_found_by_its_own_vector(library: Library, embedder: FakeEmbedder) -> None:
    publish(library, embedder)
    index = open_current(library.directory, embedder)
    for policy in (PURCHASE, RELIEF):
        for identity, encoding in policy.encodings(embedder).items():
            (found, similarity), *_ = index.search(encoding.vector, 3)
            assert found == identity
            assert similarity == pytest.approx(1, abs=1e-5)
    assert index.lost(library) == []
    index.close()


@pytest.mark.parametrize(("widest", "exact"), [(400, 600), (0, 600), (0, 0)])
def test_search_keeps_to_its_scope_in_each_way_of_searching(
    library: Library, embedder: FakeEmbedder, widest: int, exact: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By searching wider, by exact scan and by Chroma's filter: the same chunks in the same order."""
    monkeypatch.setattr(chroma, "WIDEST", widest)
    monkeypatch.setattr(chroma, "EXACT", exact)
    publish(library, embedder)
    index = open_current(library.directory, embedder)
    query = _vector(embedder)
    everywhere = [identity for identity, _ in index.search(query, 10)]
    purchase = {chunk.id for chunk in PURCHASE.chunks}
    found = index.search(query, 10, [PURCHASE.policy.id, "unknown"])
    assert [identity for identity, _ in found] == [one for one in everywhere if one in purchase]
    assert index.search(query, 10, []) == index.search(query, 10, ["unknown"]) == []
    index.close()


def test_an_unchanged_library_is_not_published_again(library: Library, embedder: FakeEmbedder) -> None:
    assert publish(library, embedder) == publish(library, embedder) == "v000001"


def test_the_difference_is_published(library: Library, embedder: FakeEmbedder) -> None:
    publish(library, embedder)
    added = statute("志愿服务办法", ["志愿者应当注册登记，志愿服务组织应当如实出具志愿服务记录证明。"])
    added.store(library, embedder)
    library.remove(RELIEF.policy.id)
    assert publish(library, embedder) == "v000002"
    index = open_current(library.directory, embedder)
    assert set(index.ids) == {chunk.id for one in (PURCHASE, added) for chunk in one.chunks}
    assert index.lost(library) == []
    index.close()


def test_an_emptied_library_finds_nothing(library: Library, embedder: FakeEmbedder) -> None:
    publish(library, embedder)
    for policy in library.policies():
        library.remove(policy.id)
    publish(library, StoredModel.of(library))
    index = open_current(library.directory, embedder)
    assert index.search(_vector(embedder), 5) == []
    index.close()


def test_reading_leaves_a_version_as_it_was_published(library: Library, embedder: FakeEmbedder) -> None:
    """Chroma rewrites files when it opens and closes a directory; readers open a private copy."""
    publish(library, embedder)
    before = _contents(_current(library))
    for _ in range(2):
        index = open_current(library.directory, embedder)
        index.search(_vector(embedder), 5)
        private = index._private.directory
        index.close()
        assert not private.exists()
    assert _contents(_current(library)) == before


def test_two_versions_are_kept(library: Library, embedder: FakeEmbedder) -> None:
    for n in range(4):
        _another(n).store(library, embedder)
        publish(library, embedder)
    kept = sorted(path.name for path in vectors_directory(library.directory).iterdir())
    assert kept == [CURRENT, "v000003", "v000004"]


def test_what_a_killed_reader_left_is_removed(library: Library, embedder: FakeEmbedder) -> None:
    publish(library, embedder)
    directory = vectors_directory(library.directory)
    (directory / ".policy-vectors-killed").mkdir()
    first, second = (open_current(library.directory, embedder) for _ in range(2))
    assert len(list(directory.glob(".policy-vectors-*"))) == 2
    assert first.search(_vector(embedder), 1) == second.search(_vector(embedder), 1) != []
    first.close()
    second.close()
    assert list(directory.glob(".policy-vectors-*")) == []


def test_another_model_is_refused(library: Library, embedder: FakeEmbedder) -> None:
    publish(library, embedder)
    with pytest.raises(OtherModel, match="fake-1.*fake-2"):
        open_current(library.directory, FakeEmbedder("fake-2"))


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def _tear(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


FILES = ("chroma.sqlite3", MANIFEST, "ids.tsv")
DAMAGE: list[tuple[str, Callable[[Path], object]]] = [
    *((f"{name} {how.__name__}", lambda version, name=name, how=how: how(version / name))
      for name in FILES for how in (_flip, _tear, Path.unlink)),
    ("version removed", shutil.rmtree),
    ("CURRENT removed", lambda version: (version.parent / CURRENT).unlink()),
    ("CURRENT empty", lambda version: (version.parent / CURRENT).write_text("")),
    ("CURRENT elsewhere", lambda version: (version.parent / CURRENT).write_text("../../x")),
    ("CURRENT not ASCII", lambda version: (version.parent / CURRENT).write_bytes(b"\xff\xfe")),
    ("all removed", lambda version: shutil.rmtree(version.parent)),
]  # fmt: skip


@pytest.mark.parametrize(("damage"), [damage for _, damage in DAMAGE], ids=[name for name, _ in DAMAGE])
def test_damage_is_found_before_serving_and_repaired_without_encoding(
    library: Library, embedder: FakeEmbedder, damage: Callable[[Path], None]
) -> None:
    """Damage is noticed on opening; publishing makes a sound version out of the stored vectors."""
    publish(library, embedder)
    embedder.encoded.clear()
    damage(_current(library))
    with pytest.raises(DamagedVersion, match="python -m ingest"):
        open_current(library.directory, embedder)
    publish(library, embedder)
    index = open_current(library.directory, embedder)
    assert index.lost(library) == []
    assert index.ids == library.encoded().keys()
    assert embedder.encoded == []
    index.close()


def test_a_running_reader_repairs_and_serves(library: Library, embedder: FakeEmbedder) -> None:
    publish(library, embedder)
    library.close()
    _flip(_current(library) / "chroma.sqlite3")
    index = Index(library.directory, embedder)
    assert (index.version, index.notice is None) == ("v000002", False)
    assert index.search(_vector(embedder), 1)[0][0] == RELIEF.chunks[0].id
    index.close()


def test_without_vectors_a_reader_finds_nothing_and_says_why(
    library: Library, embedder: FakeEmbedder
) -> None:
    """The writer is open, so the reader cannot repair; once it has published, the reader serves."""
    index = Index(library.directory, embedder)
    assert index.search(_vector(embedder), 3) == []
    assert "另一个程序正在修改资料库" in str(index.notice)
    publish(library, embedder)
    index.refresh()
    assert index.search(_vector(embedder), 1)[0][0] == RELIEF.chunks[0].id
    assert index.notice is None
    index.close()


def test_queries_during_publishing_never_fail(library: Library, embedder: FakeEmbedder) -> None:
    """Each query is answered by one version, old or new, and the newest is served within seconds."""
    publish(library, embedder)
    index = Index(library.directory, embedder)
    query, wrong, answered, stop = _vector(embedder), [], [0], threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                if index.search(query, 1)[0][0] != RELIEF.chunks[0].id:
                    wrong.append("another chunk")
                answered[0] += 1
            except Exception as fault:
                wrong.append(repr(fault))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(4):
        _another(n).store(library, embedder)
        newest = publish(library, embedder)
    deadline = time.monotonic() + 10
    while index.version != newest and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    assert (wrong, index.version) == ([], newest)
    assert answered[0] > 10
    assert len(index._users) == 1
    index.close()
    assert index._users == {}


def test_check_finds_and_rebuilds(library: Library, embedder: FakeEmbedder) -> None:
    publish(library, embedder)
    library.close()
    _tear(_current(library) / "chroma.sqlite3")
    findings = check(library.directory)
    assert [finding.name for finding in findings if "重建" in finding.detail] == ["修复"]
    assert all(finding.good for finding in findings)


def test_lost_chunks_are_not_published(
    library: Library, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma, "_lost", lambda library, collection, ids, progress: list(ids))
    with pytest.raises(LibraryError, match="没有通过自检"):
        publish(library, embedder)
    assert not (vectors_directory(library.directory) / CURRENT).exists()


def test_equal_words_of_one_policy_are_indexed_once(library: Library, embedder: FakeEmbedder) -> None:
    """Thousands of equal vectors would tear the graph, so that others were lost with them."""
    first = PURCHASE.chunks[0]
    again = [replace(first, id=f"{n:020}", ordinal=n) for n in range(10, 1500)]
    replace(PURCHASE, chunks=[*PURCHASE.chunks, *again]).store(library, embedder)
    publish(library, embedder)
    index = open_current(library.directory, embedder)
    assert set(index.ids) == {chunk.id for one in (PURCHASE, RELIEF) for chunk in one.chunks}
    assert index.lost(library) == []
    index.close()
