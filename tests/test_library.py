"""The library gives back what was stored, whole or not at all."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from fakes import PURCHASE, RELIEF, FakeEmbedder, statute

from ingest.library import Library, Source
from ingest.storage import DATABASE, LibraryError, told_in_chinese
from ingest.words import words


def test_stored_is_read_back_unchanged(library: Library) -> None:
    identity = RELIEF.policy.id
    assert library.policies() == sorted([PURCHASE.policy, RELIEF.policy], key=lambda p: p.family)
    assert library.text(identity) == RELIEF.clean.text
    assert library.repairs(identity) == RELIEF.clean.repairs
    assert library.provisions(identity) == RELIEF.provisions
    assert library.chunks_of(identity) == RELIEF.chunks


def test_encodings_are_read_back_unchanged(library: Library) -> None:
    chunk = PURCHASE.chunks[0]
    expected = PURCHASE.encodings(FakeEmbedder())[chunk.id]
    stored = library.encodings([chunk.id, "unknown"])
    assert stored.keys() == {chunk.id}
    for part in ("vector", "tokens", "spans"):
        np.testing.assert_array_equal(getattr(stored[chunk.id], part), getattr(expected, part))


def test_chunks_come_in_the_order_asked_without_unknown_ids(library: Library) -> None:
    first, last = PURCHASE.chunks[0], PURCHASE.chunks[-1]
    assert library.chunks([last.id, "unknown", first.id]) == [last, first]


def test_words_find_the_chunk_that_holds_them(library: Library) -> None:
    (best, score), *_ = library.search_words(words("公示几日"), 5)
    assert "公示七日" in library.chunks([best])[0].text
    assert score > 0


@pytest.mark.parametrize(
    ("scope", "found"), [(None, True), ([RELIEF.policy.id], True), ([PURCHASE.policy.id], False), ([], False)]
)
def test_words_are_searched_in_scope_only(library: Library, scope: list[str] | None, found: bool) -> None:
    """An empty scope gives nothing, never everything."""
    assert bool(library.search_words(["公示"], 5, scope)) is found


@pytest.mark.parametrize("word", ['"', "NEAR", "a*", "AND", "'; DROP TABLE chunks", "\0", "", "℃"])
def test_any_word_may_be_searched(library: Library, word: str) -> None:
    assert library.search_words([word, "公示"], 5)
    library.search_words([word], 5)


def test_a_long_question_costs_no_more_postings_than_allowed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rarest words are kept: 公示 occurs once, 服务 more often."""
    monkeypatch.setattr("ingest.reading.POSTINGS", 1)
    found = library.search_words(["服务", "公示"], 5)
    assert [library.chunks([identity])[0].policy_id for identity, _ in found] == [RELIEF.policy.id]


def test_a_corrected_card_costs_no_encoding(library: Library, embedder: FakeEmbedder) -> None:
    corrected = RELIEF.titled("宁夏回族自治区社会救助办法")
    library.replace(corrected.policy, corrected.clean, corrected.provisions, corrected.chunks)
    assert library.policy(RELIEF.policy.id).title == "宁夏回族自治区社会救助办法"
    assert library.unencoded() == []
    assert library.missing_encodings(corrected.chunks) == []


def test_another_model_needs_its_own_encodings(library: Library) -> None:
    library.use_model("fake-2")
    assert len(library.unencoded()) == library.size
    library.use_model("fake-1")
    assert library.unencoded() == []


def test_a_changed_file_replaces_what_was_read_from_it(library: Library, embedder: FakeEmbedder) -> None:
    source = Source("/policies/a.txt", "digest-1")
    old = statute("试行办法", ["旧办法规定，街道办事处每年三月以前公布购买服务目录，并接受居民监督。"])
    new = statute("试行办法", ["新办法规定，街道办事处每年六月以前公布购买服务目录，并接受居民监督。"])
    old.store(library, embedder, source)
    new.store(library, embedder, Source(source.path, "digest-2"))
    assert library.sources_within(source.path) == [(Source(source.path, "digest-2"), new.policy.id)]
    assert old.policy.id not in {policy.id for policy in library.policies()}
    assert library.search_words(["三月"], 5) == []


def test_a_copy_elsewhere_keeps_the_policy(library: Library, embedder: FakeEmbedder, tmp_path: Path) -> None:
    """Only the last file that holds a policy takes it along when it changes."""
    other = tmp_path / "copy.txt"
    other.touch()
    old = statute("试行办法", ["旧办法规定，街道办事处每年三月以前公布购买服务目录，并接受居民监督。"])
    new = statute("试行办法", ["新办法规定，街道办事处每年六月以前公布购买服务目录，并接受居民监督。"])
    old.store(library, embedder, Source("/policies/a.txt", "1"))
    library.remember(Source(str(other), "1"), old.policy.id)
    new.store(library, embedder, Source("/policies/a.txt", "2"))
    assert {old.policy.id, new.policy.id} <= {policy.id for policy in library.policies()}


def test_removed_is_not_found(library: Library) -> None:
    library.remove(RELIEF.policy.id)
    assert [policy.id for policy in library.policies()] == [PURCHASE.policy.id]
    assert library.search_words(["公示"], 5) == []
    assert library.chunks([chunk.id for chunk in RELIEF.chunks]) == []
    with pytest.raises(LibraryError, match="python -m ingest list"):
        library.text(RELIEF.policy.id)


def test_rollback_takes_back_the_last_run_and_then_itself(library: Library, embedder: FakeEmbedder) -> None:
    """Nothing is encoded again, on either way."""
    before = library.policies()
    changed = RELIEF.titled("改名")
    library.remove(PURCHASE.policy.id)
    changed.store(library, embedder)
    library.end_run()
    after = library.policies()
    embedder.encoded.clear()
    library.rollback()
    assert library.policies() == before
    assert library.chunks_of(PURCHASE.policy.id) == PURCHASE.chunks
    assert library.provisions(PURCHASE.policy.id) == PURCHASE.provisions
    assert library.search_words(["承接"], 5)
    assert library.unencoded() == []
    library.rollback()
    assert library.policies() == after
    assert (library.unencoded(), embedder.encoded) == ([], [])


def test_encodings_that_nothing_needs_are_swept_when_they_cannot_come_back(
    library: Library, embedder: FakeEmbedder
) -> None:
    library.remove(RELIEF.policy.id)
    library.end_run()
    assert library.missing_encodings(RELIEF.chunks) == []
    statute("另一办法", ["本办法由民政部门负责解释，自公布之日起施行，原有规定同时废止。"]).store(
        library, embedder
    )
    assert library.missing_encodings(RELIEF.chunks) == RELIEF.chunks


def test_a_reader_sees_every_commit_and_no_half(library: Library, embedder: FakeEmbedder) -> None:
    with Library.open(library.directory) as reader:
        generation = reader.generation
        library.remove(RELIEF.policy.id)
        assert reader.generation > generation
        assert len(reader.policies()) == 1


def test_a_second_writer_is_told(library: Library) -> None:
    with pytest.raises(LibraryError, match="另一个程序正在修改资料库"):
        Library.create_or_open(library.directory)


def _hold(directory: Path, ready: object) -> None:
    Library.create_or_open(directory)
    ready.set()  # type: ignore[attr-defined]
    os.kill(os.getpid(), 9)


def test_a_killed_writer_leaves_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    child = context.Process(target=_hold, args=(tmp_path, ready))
    child.start()
    child.join()
    assert ready.is_set()
    Library.create_or_open(tmp_path).close()


def test_a_mistyped_directory_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="python -m ingest"):
        Library.open(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()


def test_damage_is_told_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"not a database at all" * 1000)
    with pytest.raises(LibraryError, match="重新入库"):
        Library.open(tmp_path)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (sqlite3.OperationalError("database or disk is full"), "磁盘空间不足"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "只读"),
        (OSError(28, "No space left on device"), "磁盘空间不足"),
        (OSError(30, "Read-only file system"), "只读"),
        (PermissionError(13, "Permission denied"), "权限"),
        (sqlite3.OperationalError("disk I/O error"), "检查磁盘"),
    ],
)
def test_faults_are_told_in_chinese(fault: Exception, told: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=told), told_in_chinese(tmp_path):
        raise fault
