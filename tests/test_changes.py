"""What a manager changes: two steps with a checked card between, each run to be taken back as a whole."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import PURCHASE, RELIEF, FakeEmbedder

from ingest import background, changes
from ingest.background import Order, Step
from ingest.changes import Draft, plain_name
from ingest.library import Library
from ingest.pipeline import Outcome, ingest_paths
from ingest.storage import LibraryError
from ingest.vectors import open_current, publish

NOTICE = "海南省养老服务办法\n\n第一条 养老服务补贴每人每月二百元。\n\n第二条 本办法自2024年5月1日起施行。\n"


def quiet(stage: str, done: int, total: int) -> None:
    """Nobody looks."""


@pytest.fixture
def directory(library: Library, embedder: FakeEmbedder) -> Path:
    """A published library of two policies that nobody is writing."""
    publish(library, embedder)
    library.close()
    return library.directory


def add(directory: Path, embedder: FakeEmbedder, file: Path, **card: object) -> Outcome:
    """Read a file, correct its card, store it."""
    (draft,) = changes.read_drafts([file], quiet)
    assert draft.policy
    checked = replace(draft.policy, **card)  # type: ignore[arg-type]
    (outcome,) = changes.add(directory, [(file, checked)], lambda: embedder, quiet)
    return outcome


def test_a_checked_card_is_stored_and_the_file_kept(
    directory: Path, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    """The upload itself may go; the policy is found under the corrected title, the file in the library."""
    file = tmp_path / "办法.txt"
    file.write_text(NOTICE, encoding="utf-8")
    outcome = add(directory, embedder, file, title="海南省养老服务补贴办法")
    file.unlink()
    assert (outcome.status, outcome.policy and outcome.policy.title) == ("stored", "海南省养老服务补贴办法")
    assert outcome.policy
    with Library.open(directory) as library:
        (kept,) = library.sources(outcome.policy.id)
        assert Path(kept).read_text(encoding="utf-8") == NOTICE
        assert "海南省养老服务补贴办法" in library.chunks_of(outcome.policy.id)[0].context
        assert library.unencoded() == []
        open_current(directory, embedder).close()


def test_a_corrected_card_outlives_reading_its_file_again(
    directory: Path, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "办法.txt").write_text(NOTICE, encoding="utf-8")
    (stored,) = ingest_paths([folder], directory, embedder)
    assert stored.policy
    (done,) = changes.correct(
        directory, replace(stored.policy, rank="规范性文件", title="新名"), lambda: embedder, quiet
    )
    assert done.policy
    assert done.policy.corrected
    with Library.create_or_open(directory) as library:
        before = library.policy(stored.policy.id)
        library._connections._connect().execute("UPDATE sources SET digest = 'old code'").connection.commit()
    ingest_paths([folder], directory, embedder)
    with Library.open(directory) as library:
        assert library.policy(stored.policy.id) == before == done.policy


def test_withdrawn_is_gone_and_can_be_taken_back(directory: Path) -> None:
    (outcome,) = changes.withdraw(directory, RELIEF.policy.id, quiet)
    assert outcome.status == "removed"
    with Library.open(directory) as library:
        assert library.find(RELIEF.policy.id) is None
    (back,) = changes.take_back(directory, quiet)
    assert (back.status, back.policy) == ("restored", RELIEF.policy)
    (again,) = changes.take_back(directory, quiet)
    assert again.status == "removed"


def test_the_file_of_a_withdrawn_policy_goes_with_the_next_change(
    directory: Path, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    """Until then taking back brings it back whole."""
    file = tmp_path / "办法.txt"
    file.write_text(NOTICE, encoding="utf-8")
    outcome = add(directory, embedder, file)
    assert outcome.policy
    list(changes.withdraw(directory, outcome.policy.id, quiet))
    assert list((directory / "originals").glob("*/办法.txt"))
    list(changes.withdraw(directory, RELIEF.policy.id, quiet))
    assert list((directory / "originals").iterdir()) == []


def test_indexes_made_anew_find_the_same(directory: Path, embedder: FakeEmbedder) -> None:
    """A new version is published although nothing changed, and the old one was there until then."""
    before = open_current(directory, embedder)
    list(changes.index_anew(directory, lambda: embedder, quiet))
    after = open_current(directory, embedder)
    assert (before.version != after.version, before.ids) == (True, after.ids)
    with Library.open(directory) as library:
        assert library.search_words(["公示"], 5)
    before.close()
    after.close()


def test_every_member_of_an_archive_is_a_draft_or_a_reason(tmp_path: Path) -> None:
    """Names that lead elsewhere, archives within and unknown kinds are refused by name."""
    file = tmp_path / "一.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("文件/办法.txt", NOTICE)
        archive.writestr("../evil.txt", NOTICE)
        archive.writestr("二.zip", b"PK\x05\x06" + bytes(18))
        archive.writestr("程序.exe", b"MZ")
    drafts = list(changes.read_drafts([file], quiet))
    assert [(d.name, bool(d.policy), bool(d.reason)) for d in drafts] == [
        ("一.zip/文件/办法.txt", True, False),
        ("一.zip/../evil.txt", False, True),
        ("一.zip/二.zip", False, True),
        ("一.zip/程序.exe", False, True),
    ]
    assert not (tmp_path.parent / "evil.txt").exists()


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("../../etc/通知.docx", "通知.docx"),
        ("C:\\temp\\通\u202e知.docx", "通知.docx"),
        (".hidden", "hidden"),
        ("...", "文件"),
        ("<img src=x>.txt", "img src=x.txt"),
        ("长" * 300 + ".pdf", "长" * 60 + ".pdf"),
        ("a\0b\n.txt", "ab.txt"),
    ],
)
def test_a_name_is_nothing_but_a_name(given: str, plain: str) -> None:
    assert plain_name(given) == plain


def test_a_child_tells_drafts_and_steps(tmp_path: Path) -> None:
    """What comes out of the pipe is what the functions give."""
    file = tmp_path / "办法.txt"
    file.write_text(NOTICE, encoding="utf-8")
    told = list(background.run("read", Order(tmp_path, (file,))))
    assert [t for t in told if isinstance(t, Draft)] == list(changes.read_drafts([file], quiet))
    assert told[-1] == Step("读取文件", 1, 1)


def test_a_child_says_what_went_wrong(library: Library) -> None:
    """A second writer is told so, and so is one who asks for a policy that is not there."""
    order = Order(library.directory, policy_id=PURCHASE.policy.id)
    with pytest.raises(LibraryError, match="另一个程序正在修改"):
        list(background.run("withdraw", order))
    library.close()
    with pytest.raises(LibraryError, match="没有编号"):
        list(background.run("withdraw", replace(order, policy_id="none")))
