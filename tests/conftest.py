"""What several test files start from."""

from __future__ import annotations

import os
import runpy
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import PURCHASE, RELIEF, FakeEmbedder

from assistant import PolicyAssistant
from ingest.embeddings import DEFAULT_MODEL, Embedder, load_embedder
from ingest.index import Index
from ingest.library import Library
from ingest.pipeline import ingest_paths

ROOT = Path(__file__).parent.parent
GUARD = ROOT / "evals" / "prove" / "guard"


@pytest.fixture(scope="session", autouse=True)
def _nobody_outside_is_called(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test, and no Python process of one, connects to or looks up another machine."""
    log = tmp_path_factory.mktemp("outside") / "calls"
    os.environ["OUTSIDE_LOG"] = str(log)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(GUARD), os.environ.get("PYTHONPATH"))))
    runpy.run_path(str(GUARD / "sitecustomize.py"))
    yield
    assert not log.exists(), log.read_text()


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


@pytest.fixture(scope="session")
def model() -> Embedder:
    """The default embedding model: a question needs its token vectors."""
    return load_embedder(str(ROOT / DEFAULT_MODEL))


@pytest.fixture(scope="session")
def policy_library(tmp_path_factory: pytest.TempPathFactory, model: Embedder) -> Path:
    """A library of tests/policies: a national rule, its repealed version, and notices of two provinces."""
    directory = tmp_path_factory.mktemp("policies") / "library"
    outcomes = ingest_paths([ROOT / "tests" / "policies"], directory, model)
    assert [outcome.status for outcome in outcomes] == ["stored"] * 4
    return directory


@pytest.fixture(scope="session")
def assistant(policy_library: Path, model: Embedder) -> Iterator[PolicyAssistant]:
    """An assistant over tests/policies, without a chat model, on the first of June 2026."""
    index = Index(policy_library, model)
    with Library.open(policy_library) as library:
        yield PolicyAssistant(library, index, model, lambda: date(2026, 6, 1))
    index.close()
