"""A file in, its raw text out: one reader a format, limits on size, content checked against suffix."""

from pathlib import Path

from ingest.formats import RawText, UnreadableFile
from ingest.formats.plain import read_text

__all__ = ["RawText", "UnreadableFile", "read"]

MAX_BYTES = 25 * 2**20


def read(path: Path) -> RawText:
    """Read one file; UnreadableFile says in Chinese what is wrong and what to do next."""
    data = path.read_bytes()
    if not data.strip():
        raise UnreadableFile("文件是空的。请确认文件已完整保存。")
    return read_text(data)
