"""The encoder's tensors in, an ONNX model in int8 out, for onnxruntime on any processor.

Weights have 7 bits and a scale for each output channel, so that no sum of products saturates where AVX2
lacks VNNI; activations have 8 bits and a scale for each token, so that a text's vector does not depend on
the other texts of its batch; word embeddings stay in their blocks of 4 bits. Operators are chosen by
measurement, so load the model with basic graph optimisation only. The file is written field by field
(onnx.proto3): nothing else would need the package onnx.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Tensors = Mapping[str, NDArray[np.float32]]

FLOAT, INT32, INT64, INT4 = 1, 6, 7, 22
TYPES = {"float32": FLOAT, "uint8": 2, "int8": 3, "int64": INT64}
MICROSOFT = "com.microsoft"  # onnxruntime's own operators, part of every build of it
IR_VERSION, OPSET = 10, 21
BLOCK = 32


@dataclass(frozen=True)
class _Form:
    """How activations become 8 bits: integer = value * steps / max(largest, least) + zero."""

    name: str
    zero: int
    steps: int
    least: float
    signed: bool


SIGNED = _Form("signed", zero=128, steps=127, least=1e-6, signed=True)
# GELU gives nothing under -0.17: 16 steps of 2.56 / 239 or more reach down to it, 239 are left upward.
GELU = _Form("gelu", zero=16, steps=239, least=2.56, signed=False)


def build(tensors: Tensors, words: NDArray[np.int8], scales: NDArray[np.float32], heads: int) -> bytes:
    """Build the model: input_ids and attention_mask (b, s) in, the tokens' last hidden states (b, s, d) out.

    `tensors` by transformers' names; the word embeddings are `words`, integers of 4 bits (rows, d), times
    `scales`, one for each 32 of them (rows, d / 32).
    """
    graph = _Graph(tensors)
    places, kinds = (tensors[f"embeddings.{k}_embeddings.weight"] for k in ("position", "token_type"))
    table = [graph.nibbles("words", words), "input_ids", graph.constant("word_scales", scales)]
    graph.node(
        "GatherBlockQuantized", table, "word", MICROSOFT, block_size=BLOCK, gather_axis=0, quantize_axis=1
    )
    graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    first = graph.constant("first", np.zeros(1, np.int64))
    graph.node("Slice", [graph.constant("places", places + kinds[0]), first, "length", first], "place")
    graph.node("Add", ["word", "place"], "embedded")
    x = graph.norm("embedded", "embeddings.LayerNorm")
    graph.node("Cast", ["attention_mask"], "mask", to=INT32)
    layers = sum(name.endswith("intermediate.dense.weight") for name in tensors)
    for layer in (f"encoder.layer.{n}" for n in range(layers)):
        parts = [
            graph.bias(graph.linear(x, f"{layer}.attention.self.{part}", SIGNED))
            for part in ("query", "key", "value")
        ]
        seen = graph.node(
            "MultiHeadAttention", [*parts, "", "mask"], f"{layer}.seen", MICROSOFT, num_heads=heads
        )
        x = graph.residual(seen, x, f"{layer}.attention.output", SIGNED)
        inner = graph.bias(graph.linear(x, f"{layer}.intermediate.dense", SIGNED))
        active = graph.node("Gelu", [inner], f"{layer}.active", MICROSOFT)
        x = graph.residual(active, x, f"{layer}.output", GELU)
    graph.node("Identity", [x], "last_hidden_state")
    return graph.model({"input_ids": INT64, "attention_mask": INT64}, {"last_hidden_state": FLOAT})


class _Graph:
    """Collects nodes and constants, and writes them as a ModelProto; methods return the name of a result."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._nodes: list[bytes] = []
        self._constants: dict[str, bytes] = {}
        self._quantised: set[str] = set()

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self._constants[name] = _tensor(name, TYPES[value.dtype.name], value.shape, value.tobytes())
        return name

    def nibbles(self, name: str, value: NDArray[np.int8]) -> str:
        low, high = value.view(np.uint8)[:, 0::2] & 15, value.view(np.uint8)[:, 1::2] & 15
        self._constants[name] = _tensor(name, INT4, value.shape, (low | high << 4).tobytes())
        return name

    def node(
        self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: float
    ) -> str:
        self._nodes.append(
            b"".join(_text(1, name) for name in inputs)
            + _text(2, output)
            + _text(4, operator)
            + b"".join(_bytes(5, _attribute(name, value)) for name, value in attributes.items())
            + _text(7, domain)
        )
        return output

    def norm(self, x: str, name: str) -> str:
        inputs = [x] + [
            self.constant(f"{name}.{k}", self._tensors[f"{name}.{k}"]) for k in ("weight", "bias")
        ]
        return self.node("LayerNormalization", inputs, name, axis=-1, epsilon=1e-12)

    def residual(self, x: str, skip: str, part: str, form: _Form) -> str:
        dense = self.bias(self.linear(x, f"{part}.dense", form))
        return self.norm(self.node("Add", [dense, skip], f"{part}.sum"), f"{part}.LayerNorm")

    def bias(self, name: str) -> str:
        bias = self.constant(f"{name}.bias", self._tensors[f"{name}.bias"])
        return self.node("Add", [name, bias], f"{name}.biased")

    def linear(self, x: str, name: str, form: _Form) -> str:
        """Multiply x by a transposed weight in integers."""
        self._quantise(x, form)
        weight = self._tensors[f"{name}.weight"]
        largest = np.abs(weight).max(axis=1) / 63
        scales = self.constant(f"{name}.scales", largest)
        integers = np.round(weight / largest[:, None]).astype(np.int8).T
        matrix = self.constant(f"{name}.integers", integers)
        inputs = [f"{x}.int", matrix, "one", scales, form.name]
        product = self.node("MatMulIntegerToFloat", inputs, f"{name}.product", MICROSOFT)
        return self.node("Mul", [product, f"{x}.scale"], name)

    def _quantise(self, x: str, form: _Form) -> None:
        if x in self._quantised:
            return
        self._quantised.add(x)
        one = self.constant("one", np.array(1, np.float32))
        zero = self.constant(form.name, np.array(form.zero, np.uint8))
        least = self.constant(f"{form.name}.least", np.array(form.least, np.float32))
        step = self.constant(f"{form.name}.step", np.array(1 / form.steps, np.float32))
        last = self.constant("last", np.array([-1]))
        size = self.node("Abs", [x], f"{x}.abs") if form.signed else x
        largest = self.node("ReduceMax", [size, last], f"{x}.max", keepdims=1)
        scale = self.node("Mul", [self.node("Max", [largest, least], f"{x}.range"), step], f"{x}.scale")
        self.node("QuantizeLinear", [self.node("Div", [x, scale], f"{x}.steps"), one, zero], f"{x}.int")

    def model(self, inputs: Mapping[str, int], outputs: Mapping[str, int]) -> bytes:
        graph = (
            b"".join(_bytes(1, node) for node in self._nodes)
            + _text(2, "encoder")
            + b"".join(_bytes(5, constant) for constant in self._constants.values())
            + b"".join(_bytes(11, _port(name, kind)) for name, kind in inputs.items())
            + b"".join(_bytes(12, _port(name, kind)) for name, kind in outputs.items())
        )
        sets = (_text(1, "") + _integer(2, OPSET), _text(1, MICROSOFT) + _integer(2, 1))
        return _integer(1, IR_VERSION) + _bytes(7, graph) + b"".join(_bytes(8, s) for s in sets)


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1  # a negative number is two's complement of 64 bits
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _integer(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _attribute(name: str, value: float) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _integer(3, value) + _integer(20, 2)
    return _text(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _integer(20, 1)


def _tensor(name: str, kind: int, shape: Sequence[int], raw: bytes) -> bytes:
    return b"".join(_integer(1, size) for size in shape) + _integer(2, kind) + _text(8, name) + _bytes(9, raw)


def _port(name: str, kind: int) -> bytes:
    return _text(1, name) + _bytes(2, _bytes(1, _integer(1, kind)))
