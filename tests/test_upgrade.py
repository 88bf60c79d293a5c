"""Up to a later version and back: an older program leaves alone what it does not know, and says so."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fakes import PURCHASE, FakeEmbedder, statute

import app
from ingest.index import Index
from ingest.library import Library
from ingest.storage import SCHEMA_VERSION, LibraryError
from ingest.vectors import publish
from page.__main__ import main
from page.backup import Place, backup
from page.store import Store, StoreError


@pytest.fixture
def place(library: Library, embedder: FakeEmbedder, tmp_path: Path) -> Place:
    """An office of this version at rest."""
    publish(library, embedder)
    made = Place(library.directory, tmp_path / "office")
    Store(made.office).ask("甲", "", "升级前问的")
    library.close()
    return made


def upgrade(file: Path) -> str:
    """What a later version may do to a file: another table, another version; its digest."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE later (what)")
        db.execute("PRAGMA user_version = 99")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return digest(file)


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def options(place: Place, *more: str) -> list[str]:
    return [*more, "--library", str(place.library), "--office", str(place.office)]


def test_a_later_library_is_left_alone_and_told(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """By readers, by the writer, and by the page, which does not start."""
    file = place.library / "library.sqlite3"
    later = upgrade(file)
    for opened in (Library.open, Library.create_or_open):
        with pytest.raises(LibraryError, match=r"更新版本的程序写成.*page restore"):
            opened(place.library)
    assert app.main(options(place, "--port", "0")) == 1
    assert "更新版本" in capsys.readouterr().err
    assert digest(file) == later


def test_a_way_back(
    place: Place, tmp_path: Path, embedder: FakeEmbedder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Backup, upgrade, and with the old program again: refused, restored, found; the later files are kept."""
    kept = tmp_path / "升级前.tar"
    assert main(options(place, "backup", str(kept))) == 0
    later = [upgrade(place.library / "library.sqlite3"), upgrade(place.office / "office.sqlite3")]
    with pytest.raises(StoreError, match="更新版本"):
        Store(place.office)
    assert main(options(place, "restore", str(kept))) == 0, capsys.readouterr().err
    assert [one.title for one in Store(place.office).listed("甲")] == ["升级前问的"]
    index = Index(place.library, embedder)
    (vector,) = embedder.encode_passages([("", PURCHASE.chunks[0].embedding_text)])
    assert [identity for identity, _ in index.search(vector.vector, 1)] == [PURCHASE.chunks[0].id]
    index.close()
    aside = [*place.library.glob("library.sqlite3.before-*"), *place.office.glob("office.sqlite3.before-*")]
    assert [digest(file) for file in aside] == later


@pytest.mark.parametrize("folder", ["library", "office"])
def test_a_backup_of_a_later_version_takes_the_place_of_nothing(
    place: Place, tmp_path: Path, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    later = Place(tmp_path / "new" / "library", tmp_path / "new" / "office")
    backup(place, tmp_path / "a.tar")
    assert main(options(later, "restore", str(tmp_path / "a.tar"))) == 0
    upgrade(next((tmp_path / "new" / folder).glob(f"{folder}.sqlite3")))
    with closing(sqlite3.connect(tmp_path / "new" / folder / f"{folder}.sqlite3")):
        pass
    made = tmp_path / "later.tar"
    if folder == "library":
        with pytest.raises(LibraryError, match="更新版本"):
            backup(later, made)  # not by an older program
        return
    backup(later, made)
    before = digest(place.library / "library.sqlite3")
    capsys.readouterr()
    assert main(options(place, "restore", str(made))) == 1
    assert "更新版本" in capsys.readouterr().err
    assert digest(place.library / "library.sqlite3") == before
    assert Store(place.office).listed("甲")


def test_an_earlier_library_gets_what_it_lacks(place: Place, embedder: FakeEmbedder) -> None:
    """One of before there were checksums is read, written to and checked; nothing is embedded again."""
    with closing(sqlite3.connect(place.library / "library.sqlite3")) as db:
        db.execute("DROP TABLE sums")
    with Library.open(place.library) as earlier:
        count = earlier.size
    with Library.create_or_open(place.library) as earlier:
        statute("升级后的办法", ["升级以后才存入的一条规定。"]).store(earlier, embedder)
        assert (earlier.size > count, earlier.unencoded()) == (True, [])
    assert SCHEMA_VERSION == 1, "a new schema needs a way here for libraries of the one before"
