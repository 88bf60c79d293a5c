"""Bytes in, text out: UTF-8, GB18030, UTF-16, Big5, with wrong or missing declarations."""

import codecs
import re

from ingest.dirt.characters import common_share
from ingest.formats import RawText, UnreadableFile

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CANDIDATES = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
SAMPLE = 60_000
# Chinese in seven bits: what it looks like, and its encoding.
SEVEN_BITS = ((re.compile(r"\+[A-Za-z0-9/]{3,}-?"), "utf-7"), (re.compile(r"~\{[!-~]{2,}"), "hz"))
# What no text holds: controls, private use, noncharacters; and scripts that only a wrong guess shows here.
ODD = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\ufffe\uffff\u0600-\u1fff\ua000-\uabff\uac00-\ud7af]"
)


def _score(data: bytes, encoding: str) -> float:
    """How much like Chinese or English the bytes read in this encoding, 0..1."""
    text = data.decode(encoding, "replace")
    if not text:
        return 0.0
    hanzi = len(re.findall("[\u3400-\u9fff]", text))
    odd = len(ODD.findall(text)) / len(text)
    if not hanzi:
        return 0.5 - 10 * odd
    return common_share(text) - 10 * odd


def decode(data: bytes) -> tuple[str, str]:
    """Text and the encoding it was in.

    Raises UnreadableFile if the bytes are no text. A declaration inside the file is not trusted: what
    decodes without error as UTF-8 is UTF-8, otherwise the reading that looks most like Chinese wins.
    Example: decode("民政".encode("big5")) -> ("民政", "big5hkscs")
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace") if encoding == "utf-8" else data.decode(
                encoding, "replace"
            ), encoding
    try:
        text, encoding = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        broken = data.decode("utf-8", "replace")
        sample = data[:SAMPLE]
        scores = {name: _score(sample, name) for name in CANDIDATES}
        encoding = max(scores, key=lambda name: scores[name])
        if broken.count("\ufffd") * 200 < len(broken):  # UTF-8 with a few damaged bytes
            encoding = "utf-8"
        elif scores[encoding] < 0.5:
            raise UnreadableFile(
                "这个文件不是文本，或编码无法识别。请用记事本等软件打开后另存为 UTF-8 再试。"
            ) from None
        text = data.decode(encoding, "replace")
    for pattern, name in SEVEN_BITS if text.isascii() else ():
        if pattern.search(text):
            chinese = data.decode(name, "replace")
            if _score(data[:SAMPLE], name) > 0.5 and "\ufffd" not in chinese:
                return chinese, name
    if text.count("\x00") > 0.2 * len(text):  # ASCII in UTF-16 is valid UTF-8
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        text = data.decode(encoding, "replace")
    if len(ODD.findall(text[:SAMPLE])) > 0.02 * len(text[:SAMPLE]):
        raise UnreadableFile(
            "这个文件的内容不是文本（可能是改了扩展名的程序、图片或压缩包）。请换成原来的文件再试。"
        )
    return text, encoding


def read_text(data: bytes) -> RawText:
    """Read .txt and .md."""
    text, encoding = decode(data)
    return RawText(text, "text", encoding)
