"""A file in, its raw text out: one reader a format, limits on size, content checked against suffix."""

import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from ingest import sandbox
from ingest.formats import RawText, UnreadableFile
from ingest.formats.archive import open_zip, read_entry, shown_name
from ingest.formats.office import to_docx
from ingest.formats.plain import read_text
from ingest.names import untaken, why

__all__ = ["SUFFIXES", "RawText", "UnreadableFile", "read", "read_all"]

MAX_BYTES = 25 * 2**20
TOO_LARGE = f"文件过大（上限 {MAX_BYTES // 2**20} MB）。请拆分文件或压缩其中的图片后再试。"
MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
# First bytes -> what the content is, and how a person calls it. Text has none.
MAGIC = (
    (b"%PDF-", "pdf", "PDF"),
    (b"PK\x03\x04", "zip", "压缩包或 Office 文档"),
    (b"PK\x05\x06", "zip", "空的压缩包"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", "旧版 Office 文档（或加密的 Office 文档）"),
    (b"\x89PNG\r\n", "picture", "图片"),
    (b"\xff\xd8\xff", "picture", "图片"),
    (b"BM", "bitmap", "图片"),
    (b"II*\x00", "picture", "图片"),
    (b"MM\x00*", "picture", "图片"),
    (b"GIF8", "gif", "图片"),
    (b"{\\rtf", "rtf", "RTF 文档"),
    (b"Rar!", "rar", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z", "7z 压缩包"),
    (b"\x1f\x8b", "gzip", "gzip 压缩包"),
    (b"\x7fELF", "program", "程序"),
    (b"MZ", "program", "程序"),
)


@dataclass(frozen=True)
class Format:
    """How files of a suffix are read: the content expected, and the reader, in a child unless in_process."""

    content: str | None
    reader: str = ""
    in_process: Callable[[bytes], RawText] | None = None
    through: Callable[[bytes, str], bytes] | None = None
    """Turns the bytes into those of the format that `reader` reads."""


_TEXT = Format(None, in_process=read_text)
_HTML = Format(None, "ingest.formats.page:read_html")
_WORD = "ingest.formats.word:read_docx"
_PICTURE = Format("picture", "ingest.formats.picture:read_picture")
SUFFIXES: dict[str, Format] = {
    ".txt": _TEXT,
    ".md": _TEXT,
    ".markdown": _TEXT,
    ".html": _HTML,
    ".htm": _HTML,
    ".pdf": Format("pdf", "ingest.formats.pdf:read_pdf"),
    ".docx": Format("zip", _WORD),
    ".doc": Format("ole", _WORD, through=to_docx),
    ".wps": Format("ole", _WORD, through=to_docx),
    ".xlsx": Format("zip", "ingest.formats.sheet:read_xlsx"),
    ".ofd": Format("zip", "ingest.formats.ofd:read_ofd"),
    ".png": _PICTURE,
    ".jpg": _PICTURE,
    ".jpeg": _PICTURE,
    ".tif": _PICTURE,
    ".tiff": _PICTURE,
    ".zip": Format("zip"),
}


def read(path: Path) -> RawText:
    """Read one file; UnreadableFile says in Chinese what is wrong and what to do next.

    Example: read(Path("通知.docx")) -> RawText("关于……的通知\\n\\n各市民政局：…", "docx", None, "通知")
    """
    data = _load(path)
    if path.suffix.lower() == ".zip":
        raise UnreadableFile("压缩包里可能有多个文件，请用 read_all 逐个读取。")
    return _read(path.name, data)


def read_all(path: Path) -> list[tuple[str, RawText | UnreadableFile]]:
    """Read a file, or every member of a .zip, each with its text or the reason why it has none."""
    if path.suffix.lower() != ".zip":
        return [(path.name, _or_fault(partial(read, path)))]
    return [
        (name, data if isinstance(data, UnreadableFile) else _or_fault(partial(_read, name, data)))
        for name, data in members(path)
    ]


def members(path: Path) -> Iterator[tuple[str, bytes | UnreadableFile]]:
    """The files in a .zip one after the other, each with its bytes or the reason why it has none."""
    try:
        data = _load(path)
        _check(path.name, data)
        archive = open_zip(data)
    except UnreadableFile as fault:
        yield path.name, fault
        return
    taken: dict[str, int] = {}
    for entry in archive.infolist():
        name = shown_name(entry)
        if name is not None and (entry.filename.endswith("/") or _is_clutter(name)):
            continue
        name = untaken(name, taken) if name is not None else None
        if name is None:
            taken[entry.filename] = 1
            yield entry.filename, UnreadableFile("压缩包内的路径指向包外，已跳过。请重新打包后再试。")
        elif stat.S_ISLNK(entry.external_attr >> 16):
            yield name, UnreadableFile("这是链接而不是文件，已跳过。请放入文件本身。")
        else:
            try:
                yield name, read_entry(archive, entry)
            except UnreadableFile as fault:
                yield name, fault
    if not taken:
        yield path.name, UnreadableFile("压缩包里没有文件。请确认打包完整后再试。")


def _or_fault(reading: Callable[[], RawText]) -> RawText | UnreadableFile:
    try:
        return reading()
    except UnreadableFile as fault:
        return fault


def _is_clutter(name: str) -> bool:
    path = PurePosixPath(name)
    return path.name.startswith(("._", ".DS_Store", "~$")) or "__MACOSX" in path.parts


def _load(path: Path) -> bytes:
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise UnreadableFile("这是链接而不是文件，已跳过。请放入文件本身。")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile("这不是普通文件（目录、管道或设备），已跳过。")
        if status.st_size > MAX_BYTES:
            raise UnreadableFile(TOO_LARGE)
        return path.read_bytes()
    except OSError as fault:
        raise UnreadableFile(f"无法打开文件：{why(fault)}。") from None


def _check(name: str, data: bytes) -> Format:
    """The format of the suffix, if the content is of that kind."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableFile(
            f"不支持 {suffix or '没有扩展名的'} 文件。支持：{'、'.join(SUFFIXES)}。请另存为其中一种后再试。"
        )
    if not data.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise UnreadableFile("文件是空的。请确认文件已完整保存，再重新导入。")
    if len(data) > MAX_BYTES:
        raise UnreadableFile(TOO_LARGE)
    wanted = SUFFIXES[suffix]
    kind, called = next(((k, c) for magic, k, c in MAGIC if data.startswith(magic)), (None, "文本"))
    if kind == "ole" and wanted.content == "zip":
        raise UnreadableFile(
            "文件已加密，或其实是旧版 Office 格式。请解除密码，用 Word/WPS 另存为新格式后再试。"
        )
    if kind != wanted.content and not (kind == "bitmap" and wanted.content is None):
        raise UnreadableFile(
            f"扩展名是 {suffix}，内容却是{called}。文件可能改过名或已损坏；请改回正确的扩展名再试。"
        )
    return wanted


def _read(name: str, data: bytes) -> RawText:
    wanted = _check(name, data)
    if name.lower().endswith(".zip"):
        raise UnreadableFile("压缩包里的压缩包不再展开。请把里面的文件取出后单独导入。")
    if wanted.through is not None:
        data = wanted.through(data, name)
    if wanted is _TEXT and MARKUP.match(data):  # a page saved as .txt
        wanted = _HTML
    raw = wanted.in_process(data) if wanted.in_process else sandbox.run(wanted.reader, name, data)
    if not raw.text.strip():
        raise UnreadableFile("文件里没有文字。请确认内容完整；若是扫描件，请换成图片或 PDF。")
    return raw
