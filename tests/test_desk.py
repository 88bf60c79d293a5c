"""The first start fills the library, and fills it to the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.prove.stand_in import StandIn
from ingest import embeddings
from ingest.library import Library
from page.desk import fill, to_fill


def test_a_filling_that_was_cut_off_is_done_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where something had been published already; a library of one's own is not filled."""
    corpus, library_dir = tmp_path / "corpus", tmp_path / "library"
    corpus.mkdir()
    (corpus / "a.md").write_text("救助办法\n\n第一条　街道负责。", encoding="utf-8")
    assert to_fill(library_dir)

    def stopped() -> StandIn:
        raise KeyboardInterrupt

    monkeypatch.setattr(embeddings, "load_embedder", stopped)
    with pytest.raises(KeyboardInterrupt):
        fill(library_dir, corpus)
    (library_dir / "vectors").mkdir(exist_ok=True)
    (library_dir / "vectors" / "CURRENT").touch()
    assert to_fill(library_dir)
    (library_dir / "vectors" / "CURRENT").unlink()
    monkeypatch.setattr(embeddings, "load_embedder", StandIn)
    fill(library_dir, corpus)
    assert not to_fill(library_dir)
    with Library.open(library_dir) as library:
        assert not library.unencoded()
