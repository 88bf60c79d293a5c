"""The short form of the hostile files: one of each kind, none crashes, good ones among them are kept."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from evals.prove import hostile_files
from evals.prove.hostile_files import KINDS
from evals.prove.table import Scale
from evals.prove.watched import Became, Handled
from ingest.library import Library
from ingest.pipeline import ingest_paths
from ingest.readers import MAX_BYTES


def test_every_kind_is_made_alike_by_the_same_seed() -> None:
    for kind, maker in KINDS.items():
        if kind not in ("加密",):  # salted
            assert maker(Random(3)) == maker(Random(3)), kind


# These take a parser's whole time, or hold up publication (docs/reliability.md): make prove has them.
LONG = {"属性成堆", "PDF 炸弹", "压缩炸弹", "样式成堆", "长行", "长行两种", "许多行", "深网页", "深 Word"}


def test_one_hostile_file_of_each_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {kind: maker for kind, maker in KINDS.items() if kind not in LONG}
    monkeypatch.setattr(hostile_files, "KINDS", kinds)
    monkeypatch.setattr(hostile_files, "SHORT", len(kinds))
    suite = hostile_files.prove(Scale(5, True, tmp_path))
    assert suite.met, suite.faults


def test_what_is_wrong_is_said() -> None:
    """The judge can fail: hidden text that was stored, an empty text, a file without an outcome."""
    made = hostile_files.Made(".html", b"", planted="98765", refused=False)
    for outcomes in ((), (Became("a", "stored", "", " "),), (Became("a", "stored", "", "98765"),)):
        assert hostile_files.judge(Handled(Path("a"), outcomes, 0.0, 0.0), made)
    told = (Became("a", "rejected", "文件是空的", ""),)
    assert hostile_files.judge(Handled(Path("a"), told, 0.0, 0.0), made) == []


def test_an_oversized_file_is_refused_unread(tmp_path: Path) -> None:
    """A sparse file of terabytes costs nothing."""
    folder = tmp_path / "files"
    folder.mkdir()
    with (folder / "a.txt").open("wb") as sparse:
        sparse.truncate(2**42)
    (folder / "b.txt").write_text("第一条　甲。")
    with (folder / "b.txt.card.yaml").open("wb") as sparse:
        sparse.truncate(MAX_BYTES * 100)
    outcomes = ingest_paths([folder], tmp_path / "library", lambda: None)  # type: ignore[arg-type,return-value]
    assert ["过大" in outcome.reason for outcome in outcomes] == [True, True]
    with Library.open(tmp_path / "library") as library:
        assert library.policies() == []
