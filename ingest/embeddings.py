"""Text in, vectors out: one normalised vector a text, and one small vector a token for late interaction.

The only home of sentence-transformers and of onnxruntime's encoder. The pooled vector and the token vectors
come of the same forward pass.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.late_interaction import FORMAT, Floats, pack, rotation
from ingest.late_interaction import max_sim as max_sim
from ingest.late_interaction import token_similarities as token_similarities

DEFAULT_MODEL = Path("var/models/multilingual-e5-small")
ONNX_FILE = Path("onnx/model.onnx")
MAX_TOKENS = 512
WINDOW = 1024  # passages sorted by length together; results of one window wait for each other
BATCH_CHARACTERS = 768
CONTEXT_LIMIT = 256  # characters; a longer context would crowd the text out of the model's window


@dataclass(frozen=True)
class Encoding:
    """A passage: its vector (d,), its text's token vectors (n, d / 2), their spans in the text (n, 2)."""

    vector: Floats
    tokens: NDArray[np.int8]
    spans: NDArray[np.uint16]


@dataclass(frozen=True)
class QueryEncoding:
    """A question: its vector (d,), its token vectors (m, d), all of length 1, their spans in it (m, 2).

    `model` is the id of the model that made them.
    """

    vector: Floats
    tokens: Floats
    spans: NDArray[np.uint16]
    model: str = ""


@dataclass(frozen=True)
class Pass:
    """What a model's forward pass gives for one text: vector (d,), token states (n, d), offsets (n, 2)."""

    vector: Floats
    states: Floats
    offsets: NDArray[np.int64]


class Engine(Protocol):
    """A model that can be run."""

    model_id: str
    dimension: int
    prompts: dict[str, str]

    def run(self, texts: Sequence[str]) -> list[Pass]:
        """Encode texts of similar length, prompts included."""


class Embedder(Embeddings):
    """An embedding model behind LangChain's interface, with token vectors; threads may share it."""

    def __init__(self, engine: Engine):
        self._engine = engine
        self._rotation = rotation(engine.dimension)
        self.model_id = f"{engine.model_id}-{FORMAT}"
        self.dimension = engine.dimension

    def encode_query(self, text: str) -> QueryEncoding:
        """Encode a question."""
        prompt = self._engine.prompts["query"]
        (result,) = self._engine.run([prompt + text])
        states, spans = _within(result, len(prompt))
        return QueryEncoding(result.vector, _unit(states) @ self._rotation, spans, self.model_id)

    def encode_passages(
        self, contexts_and_texts: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> Iterator[Encoding]:
        """Encode passages, in input order; context is read by the model and gives no token vectors.

        `progress` is told how many more passages are done.
        """
        for start in range(0, len(contexts_and_texts), WINDOW):
            window = contexts_and_texts[start : start + WINDOW]
            done: dict[int, Encoding] = {}
            for batch in _batches([len(context) + len(text) for context, text in window]):
                done.update(zip(batch, self._encode([window[n] for n in batch]), strict=True))
                if progress:
                    progress(len(batch))
            yield from (done[n] for n in range(len(window)))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Give LangChain a vector a text."""
        return [e.vector.tolist() for e in self.encode_passages([("", text) for text in texts])]

    def embed_query(self, text: str) -> list[float]:
        """Give LangChain the vector of a question."""
        vector: list[float] = self.encode_query(text).vector.tolist()
        return vector

    def _encode(self, pairs: Sequence[tuple[str, str]]) -> list[Encoding]:
        heads = [
            self._engine.prompts["document"] + (f"{context[:CONTEXT_LIMIT]}\n" if context else "")
            for context, _ in pairs
        ]
        passes = self._engine.run([head + text for head, (_, text) in zip(heads, pairs, strict=True)])
        texts = [_within(result, len(head)) for head, result in zip(heads, passes, strict=True)]
        tokens = pack(np.concatenate([states for states, _ in texts]) @ self._rotation)
        ends = np.cumsum([len(spans) for _, spans in texts])
        return [
            Encoding(result.vector, own.copy(), spans)
            for result, own, (_, spans) in zip(passes, np.split(tokens, ends[:-1]), texts, strict=True)
        ]


class TorchEngine:
    """Any model of sentence-transformers, by path or hub name, with its own prompts."""

    def __init__(self, name: str):
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(name, device="cpu")
        limit = self._model.get_max_seq_length() or MAX_TOKENS
        self._model.max_seq_length = min(limit, MAX_TOKENS)
        self._lock = Lock()  # a tokenizer of transformers sets its truncation at every call
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.prompts = _prompts(name, self._model.prompts)
        self.model_id = f"{Path(name).name}-{_digest(Path(name))}" if Path(name).is_dir() else name

    def run(self, texts: Sequence[str]) -> list[Pass]:
        """Encode texts of similar length, prompts included."""
        import torch

        with self._lock, torch.inference_mode():
            output: dict[str, Any] = self._model(self._model.preprocess(list(texts)))
            offsets = self._model.tokenizer(
                list(texts),
                truncation=True,
                max_length=self._model.max_seq_length,
                return_offsets_mapping=True,
            )["offset_mapping"]
        vectors = _unit(output["sentence_embedding"].float().numpy())
        states = output["token_embeddings"].float().numpy()
        mask = output["attention_mask"].numpy().astype(bool)
        return [
            Pass(vectors[n], states[n][mask[n]], np.array(offsets[n], np.int64).reshape(-1, 2))
            for n in range(len(texts))
        ]


class OnnxEngine:
    """A directory of sentence-transformers that holds the same model for onnxruntime, with mean pooling.

    It needs neither torch nor sentence-transformers, which take ten seconds and 400 MB to import.
    """

    def __init__(self, directory: Path):
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        # The model's operators are the fastest already; more optimisation would fuse them into slower ones.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the office works here too
        options.enable_cpu_mem_arena = False  # or the largest batch's memory is held for good
        self._session = onnxruntime.InferenceSession(
            str(directory / ONNX_FILE), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding(pad_id=self._tokenizer.token_to_id("<pad>"), pad_token="<pad>")
        config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
        own = json.loads((directory / "config_sentence_transformers.json").read_text(encoding="utf-8"))
        self.dimension = int(config["hidden_size"])
        self.prompts = _prompts(directory.name, own["prompts"])
        self.model_id = f"{directory.name}-{_digest(directory)}"

    def run(self, texts: Sequence[str]) -> list[Pass]:
        """Encode texts of similar length, prompts included."""
        tokens = self._tokenizer.encode_batch(list(texts))
        mask = np.array([t.attention_mask for t in tokens], np.int64)
        ids = np.array([t.ids for t in tokens], np.int64)
        (states,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        passes = []
        for n, row in enumerate(tokens):
            length = int(mask[n].sum())
            own = states[n, :length]
            passes.append(Pass(_unit(own.mean(axis=0)), own, np.array(row.offsets[:length], np.int64)))
        return passes


def load_embedder(model: str | None = None) -> Embedder:
    """Load a model: `model`, else the setting EMBEDDING_MODEL, else the default that set-up converted."""
    name = model or os.environ.get("EMBEDDING_MODEL") or str(DEFAULT_MODEL)
    if name == str(DEFAULT_MODEL) and not (DEFAULT_MODEL / "modules.json").exists():
        raise FileNotFoundError(f"找不到默认向量模型（{DEFAULT_MODEL}）；请先运行：make setup")
    engine = OnnxEngine(Path(name)) if (Path(name) / ONNX_FILE).exists() else TorchEngine(name)
    return Embedder(engine)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group positions by length, so that padding is small, each group under BATCH_CHARACTERS."""
    batch: list[int] = []
    for n in sorted(range(len(lengths)), key=lambda n: -lengths[n]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > BATCH_CHARACTERS:
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch


def _within(result: Pass, base: int) -> tuple[Floats, NDArray[np.uint16]]:
    """Keep the tokens of the text that begins at character `base`, with their spans in it."""
    starts, ends = result.offsets[:, 0], result.offsets[:, 1]
    kept = (ends > base) & (ends > starts)  # special tokens have empty spans
    spans = np.clip(result.offsets[kept] - base, 0, 65535).astype(np.uint16)
    return result.states[kept], spans


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
    return unit


def _prompts(name: str, own: Mapping[str, str | None]) -> dict[str, str]:
    """Take the model's own prompts; the E5 family wants two that its older releases do not state."""
    query, document = ("query: ", "passage: ") if "e5" in name.lower() else ("", "")
    return {
        "query": own.get("query") or query,
        "document": own.get("document") or own.get("passage") or document,
    }


def _digest(directory: Path) -> str:
    """Tell two versions of a model directory apart: sizes, and the first and last 64 KB of every file."""
    digest = hashlib.sha256()
    for path in sorted(p for p in directory.rglob("*") if p.is_file()):
        digest.update(f"{path.relative_to(directory)}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(65536))
            file.seek(max(0, path.stat().st_size - 65536))
            digest.update(file.read())
    return digest.hexdigest()[:12]
