"""Vectors on a Chroma server shared by processes: killed, restarted, emptied; nothing needs a hand."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from fakes import PURCHASE, FakeEmbedder, statute

from ingest import chroma, vectors, versions
from ingest.chroma_server import connect
from ingest.index import Index
from ingest.library import Library
from ingest.storage import LibraryError
from ingest.vectors import publish
from page.backup import Place, backup, restore
from page.store import Store

CHROMA = Path(sys.executable).with_name("chroma")
PATIENCE = 60.0


class Server:
    """`chroma run` on a port of its own, with data that outlive it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [
            str(CHROMA),
            "run",
            "--path",
            str(self.folder),
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        environment = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        wait(self.answers)

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/api/v2/heartbeat", timeout=5):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def collections(self) -> list[str]:
        return sorted(one.name for one in connect(self.url).list_collections())


def wait(done: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server(tmp_path / "chroma")
    monkeypatch.setenv("CHROMA_URL", made.url)
    yield made
    connect(made.url)._server._session.close()  # type: ignore[attr-defined]
    connect.cache_clear()
    made.kill()


@pytest.fixture
def published(library: Library, embedder: FakeEmbedder, server: Server) -> Library:
    publish(library, embedder)
    return library


def found(index: Index, embedder: FakeEmbedder) -> bool:
    """Whether the first chunk is found by its own text."""
    chunk = PURCHASE.chunks[0]
    (encoding,) = embedder.encode_passages([("", chunk.embedding_text)])
    return [identity for identity, _ in index.search(encoding.vector, 1)] == [chunk.id]


def test_processes_share_a_version_and_follow_to_the_next(
    published: Library, embedder: FakeEmbedder, server: Server
) -> None:
    """Readers search the same collection, take over the new one, and no collection is left behind."""
    readers = [Index(published.directory, embedder) for _ in range(2)]
    assert all(found(reader, embedder) for reader in readers)
    assert not list((published.directory / "vectors").rglob("chroma.sqlite3"))
    for n in range(3):
        statute(f"新办法{n}", [f"第{n}种规定，说的是公示期限。"]).store(published, embedder)
        name = publish(published, embedder)
    for reader in readers:
        reader.refresh()
        assert reader.version == name
        assert found(reader, embedder)
        reader.close()
    assert len(server.collections()) == versions.KEPT


def test_a_killed_server_costs_the_meaning_not_the_answer(
    published: Library, embedder: FakeEmbedder, server: Server
) -> None:
    """While it is away nothing is found by meaning and the notice says so; restarted, it is found again."""
    index = Index(published.directory, embedder)
    assert found(index, embedder)
    server.kill()
    assert not found(index, embedder)
    assert "向量服务连不上" in str(index.notice)
    server.start()
    assert found(index, embedder)
    index.close()


def test_a_server_that_comes_later_is_found(
    published: Library, embedder: FakeEmbedder, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.index.RETRY_SECONDS", 0.1)
    published.close()
    server.kill()
    index = Index(published.directory, embedder)
    assert not found(index, embedder)
    assert "向量服务连不上" in str(index.notice)
    server.start()
    wait(lambda: found(index, embedder))
    index.close()


def test_a_server_that_lost_its_data_is_filled_again(
    published: Library, embedder: FakeEmbedder, server: Server
) -> None:
    """The library is the truth: opening an index is enough."""
    published.close()
    server.kill()
    shutil.rmtree(server.folder)
    server.start()
    index = Index(published.directory, embedder)
    assert found(index, embedder)
    index.close()


def test_a_server_killed_while_publishing_leaves_the_old_version(
    published: Library, embedder: FakeEmbedder, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change is kept, the old version stays named; published again, no half-built collection remains."""
    before = versions.current_name(published.directory / "vectors")
    statute("新办法", ["新的一条规定，说的是公示期限。"]).store(published, embedder)
    add = chroma._add

    def killed(*arguments: object) -> None:
        add(*arguments)  # type: ignore[arg-type]
        server.kill()

    monkeypatch.setattr(chroma, "_add", killed)
    with pytest.raises(LibraryError, match="向量服务连不上"):
        publish(published, embedder)
    assert versions.current_name(published.directory / "vectors") == before
    monkeypatch.setattr(chroma, "_add", add)
    server.start()
    assert publish(published, embedder) != before
    assert len(server.collections()) == versions.KEPT


def test_libraries_on_one_server_leave_each_other_alone(
    published: Library, embedder: FakeEmbedder, server: Server, tmp_path: Path
) -> None:
    mine = server.collections()
    with Library.create_or_open(tmp_path / "other") as other:
        PURCHASE.store(other, embedder)
        publish(other, embedder)
    assert set(mine) < set(server.collections())


def test_the_setting_may_change_either_way(
    published: Library, embedder: FakeEmbedder, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the server to a directory and back: made anew from the library at the next start."""
    published.close()
    for address in ("", server.url, ""):
        monkeypatch.setenv("CHROMA_URL", address)
        index = Index(published.directory, embedder)
        assert found(index, embedder)
        index.close()
    assert vectors.server() == ""


def test_a_library_put_back_sweeps_what_it_had_and_a_copy_has_its_own(
    published: Library, embedder: FakeEmbedder, server: Server, tmp_path: Path
) -> None:
    """Machines with a copy each share the server: neither drops the other's collections."""
    here = Place(published.directory, tmp_path / "office")
    there = Place(tmp_path / "there" / "library", tmp_path / "there" / "office")
    Store(here.office)
    published.close()
    backup(here, tmp_path / "a.tar")
    for place in (there, here, here, here):
        restore(tmp_path / "a.tar", place)
    assert len(server.collections()) <= 1 + versions.KEPT
    for place in (there, here):
        index = Index(place.library, embedder)
        assert found(index, embedder)
        index.close()
