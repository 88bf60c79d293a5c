"""Scans and pictures in, their lines out, by rapidocr-onnxruntime; an extra that brings its models along."""

import io
from functools import cache
from typing import Any

from ingest.formats import RawText, UnreadableFile
from ingest.formats.layout import Line, running_text

MISSING = (
    "这是扫描件或图片，需要文字识别组件。请运行 pip install rapidocr-onnxruntime 后重新导入，"
    "或换成带文字层的 PDF、.docx 文件。"
)
SURE = 0.5
MAX_PIXELS = 60_000_000


def read_picture(data: bytes, name: str = "") -> RawText:
    """Read one picture; UnreadableFile if it is damaged, OCR is not installed, or nothing is recognised."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise UnreadableFile("图片尺寸过大。请缩小后再试。")
            lines = picture_lines(picture.convert("RGB"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise UnreadableFile("图片已损坏或格式不受支持。请另存为 PNG 或 JPEG 后再试。") from None
    text = running_text([lines])
    if not text.strip():
        raise UnreadableFile("图片里没有识别出文字。请换成更清晰的扫描件（300 dpi 以上）再试。")
    return RawText(text, "picture")


@cache
def _engine() -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError:
        raise UnreadableFile(MISSING) from None
    return RapidOCR()


def picture_lines(picture: Any) -> list[Line]:
    """The lines that OCR is at least half sure of."""
    import numpy

    found, _ = _engine()(numpy.asarray(picture))
    lines = []
    for corners, text, score in found or ():
        if float(score) >= SURE:
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            lines.append(Line(text.strip(), min(xs), max(xs), min(ys), max(ys)))
    return lines
