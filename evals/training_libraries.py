"""The libraries that training questions are asked of, made once and kept in the cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.suites import domain_laws, unpack_laws
from evals.training_questions import MIXED, TRAINING
from ingest import documents
from ingest.embeddings import Embedder
from ingest.pipeline import ingest_paths
from ingest.storage import LibraryError


@dataclass(frozen=True)
class Material:
    """Where the texts are: the pages of BENCH_DIR, its laws as unpacked, and what each library holds."""

    pages: Path
    laws: Path
    contents: Mapping[str, tuple[Path, ...]]

    def text_of(self, name: str) -> str:
        """The text of a law by its path, or of a page as the product cleans it; "" where there is none."""
        page, law = self.pages / name, self.laws / name
        if page.is_file():
            return documents.load(page).clean.text
        return law.read_text(encoding="utf-8") if law.is_file() else ""


def unpack(bench: Path, cache: Path) -> Material:
    """Find the pages and unpack the laws that are needed, once; LibraryError says what is missing."""
    pages, laws = bench / "seeds", cache / "unpacked"
    for needed in (bench / "laws" / "laws_md.tar.xz", pages, bench / "evals" / "law.dev.jsonl"):
        if not needed.exists():
            raise LibraryError(f"没有找到 {needed}；请用环境变量 BENCH_DIR 指明评测数据所在的目录")
    listed = {
        "training": _lines(TRAINING / "laws.txt"),
        "laws": sorted(domain_laws(bench)),
        "regulations": _lines(TRAINING / "regulations.txt"),
    }
    if missing := {name for names in listed.values() for name in names if not (laws / name).is_file()}:
        unpack_laws(bench, missing, laws)
    contents = {library: tuple(laws / name for name in names) for library, names in listed.items()}
    contents["training"] += (TRAINING / "documents",)
    mixed = (pages, *(laws / name for name in listed["training"]))
    return Material(pages, laws, {**contents, "pages": (pages,), MIXED: mixed})


def build(material: Material, cache: Path, embedder: Embedder, say: Callable[[str], None]) -> dict[str, Path]:
    """Ingest each library, or what has changed of it; where they are, by name."""
    built = {}
    for name, paths in material.contents.items():
        built[name] = cache / name
        outcomes = ingest_paths(paths, built[name], embedder)
        say(f"{name}：{sum(o.policy is not None for o in outcomes)} 份文件")
    return built


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
