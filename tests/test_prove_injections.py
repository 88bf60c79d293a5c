"""The short form of the injections: no planted command is said as a rule, with or without a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.prove import injections
from evals.prove.carriers import COMMANDS, PLACES, in_documents
from evals.prove.table import Scale
from ingest.embeddings import Embedder


def test_carriers_are_many_and_differ() -> None:
    carriers = list(in_documents(1, 308))
    assert len({one.text for one in carriers}) == 308 == len(COMMANDS) * len(PLACES)
    assert all(one.figure in one.text.replace("\u200b", "") for one in carriers)


def test_no_command_is_said_as_a_rule(
    tmp_path: Path, model: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(injections, "load_embedder", lambda: model)
    monkeypatch.setattr(injections, "SHORT", (14, 8))
    suite = injections.prove(Scale(11, True, tmp_path))
    assert suite.met, suite.faults
