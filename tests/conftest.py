"""What several test files start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import PURCHASE, RELIEF, FakeEmbedder

from ingest.library import Library


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def library(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Library]:
    """A library of two policies, open for writing, not yet published."""
    with Library.create_or_open(tmp_path / "library") as library:
        for policy in (PURCHASE, RELIEF):
            policy.store(library, embedder)
        library.end_run()
        yield library
