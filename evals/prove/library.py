"""The library that suites ask questions of: the shipped corpus, made once and kept up to date."""

from __future__ import annotations

from pathlib import Path

from ingest.embeddings import load_embedder
from ingest.pipeline import ingest_paths

CORPUS = Path("corpus")
KEPT = Path("var/prove/library")


def corpus_library() -> Path:
    """Its directory; a second call costs a hash a file."""
    ingest_paths([CORPUS], KEPT, load_embedder)
    return KEPT


def corpus_files() -> list[Path]:
    """The shipped documents."""
    return sorted(path for path in CORPUS.rglob("*.md") if path.stem != "README")
