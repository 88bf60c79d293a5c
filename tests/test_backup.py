"""A backup made while the office is at work is whole, comes back, and a damaged one changes nothing."""

from __future__ import annotations

import tarfile
import threading
from datetime import date
from pathlib import Path

import pytest
from fakes import PURCHASE, RELIEF, FakeEmbedder, statute

from assistant.answer import Status
from assistant.reply import Reply
from ingest.index import Index
from ingest.library import Library
from ingest.vectors import publish
from page import users
from page.__main__ import main
from page.backup import BackupError, Place, backup, check, restore
from page.store import Store
from page.users import Role, Users

PASSWORD = "一个足够长的密码01"


@pytest.fixture
def place(library: Library, embedder: FakeEmbedder, tmp_path: Path) -> Place:
    """An office at work: a published library, a conversation, a user."""
    publish(library, embedder)
    made = Place(library.directory, tmp_path / "office", tmp_path / "users.yaml")
    store = Store(made.office)
    _, exchange = store.ask("browser:a", "", "谁是购买主体？", None, None)
    store.finish(
        exchange, Reply(Status.ABSTAINED, "没有。", "谁是购买主体？", "谁是购买主体？", (), date.today())
    )
    assert made.users
    users.add(made.users, "张三", Role.MANAGER, PASSWORD)
    original = library.directory / "originals" / "0a1b" / "办法.txt"
    original.parent.mkdir(parents=True)
    original.write_text("原件", encoding="utf-8")
    return made


def titles(directory: Path) -> list[str]:
    with Library.open(directory) as library:
        return sorted(policy.title for policy in library.policies())


def test_a_backup_comes_back_as_it_was(place: Place, tmp_path: Path, embedder: FakeEmbedder) -> None:
    """Into an empty place: policies, conversations and users; the vectors are made again and find."""
    assert backup(place, tmp_path / "a.tar") == 4
    other = Place(tmp_path / "new" / "library", tmp_path / "new" / "office", tmp_path / "new" / "users.yaml")
    assert restore(tmp_path / "a.tar", other) == 4
    assert (other.library / "originals/0a1b/办法.txt").read_text(encoding="utf-8") == "原件"
    assert titles(other.library) == sorted([PURCHASE.policy.title, RELIEF.policy.title])
    assert [c.title for c in Store(other.office).listed("browser:a")] == ["谁是购买主体？"]
    assert other.users
    assert Users(other.users).check("张三", PASSWORD)
    assert {
        f.stat().st_mode & 0o077 for f in (other.users, other.office / "office.sqlite3", tmp_path / "a.tar")
    } == {0}
    index = Index(other.library, embedder)
    assert index.version
    assert not index.notice
    index.close()


def test_a_restore_keeps_what_was_there_and_takes_back_later_changes(
    place: Place, library: Library, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    backup(place, tmp_path / "a.tar")
    statute("后来的办法", ["后来才有的一条规定。"]).store(library, embedder)
    with pytest.raises(Exception, match="正在修改"):
        restore(tmp_path / "a.tar", place)
    library.close()
    assert "后来的办法" in titles(place.library)
    restore(tmp_path / "a.tar", place)
    assert "后来的办法" not in titles(place.library)
    assert len(list(place.library.glob("library.sqlite3.before-*"))) == 1
    restore(tmp_path / "a.tar", place)


def test_a_backup_during_writes_is_of_one_instant(
    place: Place, library: Library, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    """While policies are stored and replaced, each backup restores to a library that fits together."""
    stop = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not stop.is_set():
            statute(f"办法{written % 7}", [f"第{written}次写入的一条规定，说的是公示期限。"]).store(
                library, embedder
            )
            written += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(4):
            backup(place, tmp_path / f"{n}.tar")
    finally:
        stop.set()
        writer.join()
    assert written > 4
    for n in range(4):
        other = Place(tmp_path / f"r{n}" / "library", tmp_path / f"r{n}" / "office")
        restore(tmp_path / f"{n}.tar", other)
        with Library.open(other.library) as restored:
            for policy in restored.policies():
                text = restored.text(policy.id)
                assert [text[c.start : c.end] for c in restored.chunks_of(policy.id)]
                for provision in restored.provisions(policy.id):
                    assert text[provision.start : provision.end] == provision.text
            assert restored.unencoded() == []


@pytest.mark.parametrize("damage", ["flipped", "cut", "none", "foreign", "missing"])
def test_a_damaged_backup_is_told_and_changes_nothing(
    place: Place, library: Library, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "a.tar"
    backup(place, file)
    library.close()
    content = bytearray(file.read_bytes())
    if damage == "flipped":
        content[4000] ^= 1
        file.write_bytes(content)
    elif damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "none":
        file.unlink()
    elif damage == "foreign":
        file.write_bytes(b"x" * 10_000)
    else:
        with tarfile.open(file) as old, tarfile.open(tmp_path / "b.tar", "w") as new:
            for entry in old.getmembers():
                if entry.name != "users.yaml":
                    new.addfile(entry, old.extractfile(entry))
        (tmp_path / "b.tar").replace(file)
    before = titles(place.library)
    with pytest.raises(BackupError, match="没有动"):
        restore(file, place)
    assert titles(place.library) == before
    assert not list(place.library.glob("*before*"))


def test_a_backup_never_replaces_another_and_leaves_nothing_behind(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--library", str(place.library), "--office", str(place.office), "--users", str(place.users)]
    target = tmp_path / "out" / "a.tar"
    target.parent.mkdir()
    assert main(["backup", str(target), *arguments]) == 0
    assert main(["backup", str(target), *arguments]) == 1
    assert "不会覆盖" in capsys.readouterr().err
    assert [f.name for f in target.parent.iterdir()] == ["a.tar"]
    originals = "library/originals/0a1b/办法.txt"
    assert set(check(target)) == {originals, "library/library.sqlite3", "office/office.sqlite3", "users.yaml"}
    assert main(["backup", str(tmp_path / "b.tar"), "--library", str(tmp_path / "none")]) == 1
