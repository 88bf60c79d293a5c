"""An embedding model that is quick and always says the same, for proofs in which meaning does not matter."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.embeddings import Encoding


class StandIn(Embeddings):
    """Vectors of character pairs, hashed: texts that share words are near, and nothing has to be loaded."""

    def __init__(self, model_id: str = "fake-1", dimension: int = 64) -> None:
        self.model_id = model_id
        self.dimension = dimension
        self.encoded: list[str] = []

    def embed_query(self, text: str) -> list[float]:
        """Give LangChain the vector of a question."""
        return [float(value) for value in self.vector(text)]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Give LangChain a vector a text."""
        return [self.embed_query(text) for text in texts]

    def encode_passages(
        self, contexts_and_texts: Sequence[tuple[str, str]], progress: Callable[[int], None] | None = None
    ) -> Iterator[Encoding]:
        """Encode passages as Embedder does, with token vectors for their first eight characters."""
        for context, text in contexts_and_texts:
            self.encoded.append(text)
            length = min(len(text), 8)
            tokens = np.stack([self.vector(text[n], 4) * 127 for n in range(length)]).astype(np.int8)
            spans = np.array([(n, n + 1) for n in range(length)], np.uint16)
            yield Encoding(vector=self.vector(context + text), tokens=tokens, spans=spans)

    def vector(self, text: str, dimension: int | None = None) -> NDArray[np.float32]:
        """The vector of a text, of length 1."""
        found = np.full(dimension or self.dimension, 1e-3, np.float32)
        for n in range(len(text)):
            number = zlib.crc32(text[n : n + 2].encode("utf-8", "replace"))
            found[number % len(found)] += 1 if number & 1 << 20 else -1
        scaled: NDArray[np.float32] = found / np.linalg.norm(found)
        return scaled
