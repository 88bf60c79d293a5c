"""A bit that flips in what is stored is noticed; what the library itself changes is not taken for damage."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from fakes import PURCHASE, RELIEF, FakeEmbedder

from ingest.checking import inspect
from ingest.library import Library, Source
from ingest.storage import DATABASE
from ingest.vectors import publish


def told(library: Library) -> list[str]:
    return [finding.detail for finding in inspect(library.directory) if not finding.good]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE policies SET card = replace(card, '民政部', '民政邪')", "与存入时不符"),
        ("UPDATE provisions SET label = '第九条' WHERE ordinal = 1", "与存入时不符"),
        ("UPDATE chunks SET context = 'x' WHERE ordinal = 0", "与存入时不符"),
        ("UPDATE encodings SET tokens = zeroblob(length(tokens)) WHERE rowid = 1", "1 个检索块的向量"),
        ("UPDATE sums SET sum = sum + 1 WHERE typeof(what) = 'text'", "与存入时不符"),
    ],
)
def test_a_change_behind_its_back_is_told(
    library: Library, embedder: FakeEmbedder, change: str, what: str
) -> None:
    publish(library, embedder)
    assert told(library) == []
    with closing(sqlite3.connect(library.directory / DATABASE)) as db, db:
        db.execute(change)
    (detail,) = told(library)
    assert what in detail
    assert "从备份恢复" in detail


def test_its_own_changes_are_no_damage(library: Library, embedder: FakeEmbedder) -> None:
    """Another card, another file of the same policy, a removal, a rollback, another model."""
    RELIEF.titled("改名").store(library, embedder, Source("/a.txt", "1"))
    library.remember(Source("/b.txt", "1"), RELIEF.policy.id)
    library.end_run()
    library.remove(PURCHASE.policy.id)
    library.end_run()
    library.rollback()
    library.use_model("fake-2")
    library.use_model("fake-1")
    publish(library, embedder)
    assert told(library) == []


def test_a_library_from_before_has_no_sums_and_is_sound(library: Library, embedder: FakeEmbedder) -> None:
    publish(library, embedder)
    with closing(sqlite3.connect(library.directory / DATABASE)) as db, db:
        db.execute("DROP TABLE sums")
    assert told(library) == []
    directory = library.directory
    library.close()
    with Library.create_or_open(directory) as again:
        RELIEF.titled("改名").store(again, embedder)
        publish(again, embedder)
        assert told(again) == []
