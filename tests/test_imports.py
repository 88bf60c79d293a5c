"""The import graph is the flow of data: ingest → assistant → app, page, evals; each library has one home."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = {
    path.relative_to(ROOT).as_posix(): path
    for folder in ("ingest", "assistant", "page", "evals")
    for path in sorted((ROOT / folder).rglob("*.py"))
} | {"app.py": ROOT / "app.py"}

# What a package may import of ours.
ALLOWED = {
    "ingest": {"ingest"},
    "assistant": {"ingest", "assistant"},
    "page": {"ingest", "assistant", "page"},
    "app.py": {"ingest", "assistant", "page"},
    "evals": {"ingest", "assistant", "evals"},
}
# A library → where it may be imported. evals/ holds the baselines that it is compared with.
HOMES = {
    "chromadb": ("ingest/chroma.py", "ingest/chroma_server.py", "evals/"),
    "langchain_chroma": ("ingest/chroma.py", "evals/"),
    "sentence_transformers": (
        "ingest/embeddings.py",
        "ingest/default_model.py",
        "ingest/onnx_model.py",
        "assistant/reranking.py",
    ),
    "gradio": ("app.py", "page/"),
    "openai": ("assistant/llm.py",),
    "langchain_openai": ("assistant/llm.py",),
    "jieba": ("ingest/words.py", "ingest/data/"),
    "sqlite3": ("ingest/", "evals/", "page/store.py", "page/sessions.py", "page/backup.py"),
    "argon2": ("page/users.py",),
    "mcp": ("assistant/tools.py", "page/mcp_mount.py"),
    "prometheus_client": ("page/metrics.py",),
    "structlog": ("page/logs.py",),
}


def imported(path: Path) -> set[str]:
    """The modules a file imports anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_imports_only_what_comes_before_it(name: str) -> None:
    ours = {"ingest", "assistant", "page", "evals", "app", "tests"}
    wanted = {module.split(".")[0] for module in imported(SOURCES[name])} & ours
    assert wanted <= ALLOWED[name.split("/")[0]]


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    users = [name for name, path in SOURCES.items() if library in {m.split(".")[0] for m in imported(path)}]
    assert users
    assert [name for name in users if not name.startswith(HOMES[library])] == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for name, path in SOURCES.items():
        module = name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        graph[module] = {
            node.module
            for node in tree.body  # at the top: what is imported within a function is late on purpose
            if isinstance(node, ast.ImportFrom) and node.module
        }
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " → ".join((*way, module))
        if module in done:
            return
        for other in graph.get(module, ()):
            visit(other, (*way, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    """The page answers within seconds of its start: engines are imported within functions."""
    heavy = {"torch", "sentence_transformers", "onnxruntime", "transformers", "chromadb"}
    for name, path in SOURCES.items():
        if name.startswith(("ingest/default_model", "ingest/onnx_model", "page/", "evals/", "ingest/chroma")):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top: set[str] = set()
        for node in tree.body:
            if isinstance(node, ast.Import):
                top |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                top.add((node.module or "").split(".")[0])
        assert not top & heavy, f"{name}: {top & heavy}"
