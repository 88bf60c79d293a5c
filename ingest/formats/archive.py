"""Zip containers, opened only after their directory has been judged: bombs, tricks and locks are refused."""

import contextlib
import io
import zipfile
import zlib
from pathlib import PurePosixPath

from lxml import etree

from ingest.formats import UnreadableFile

MAX_ENTRIES = 3_000
MAX_UNPACKED = 150 * 2**20
MAX_RATIO = 150
# "Strict Open XML" of Word is the same language under another name.
STRICT, TRANSITIONAL = (
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
)
SMALL = 2**20
"""Below this size no ratio is suspicious: an empty table compresses a thousandfold."""


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open a zip if its declared entries, sizes and ratios are those of a document."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableFile("压缩结构已损坏，文件可能没有传完。请重新获取文件后再试。") from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise UnreadableFile(
            f"压缩包内的条目过多（{len(entries)} 个，上限 {MAX_ENTRIES} 个）。请分成几个文件后再试。"
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * max(packed, 1)):
        raise UnreadableFile("解压后的体积异常庞大，疑似压缩炸弹，已拒绝打开。请确认文件来源。")
    return archive


def read_entry(archive: zipfile.ZipFile, name: str | zipfile.ZipInfo) -> bytes:
    """The bytes of one entry, never more than it declares."""
    entry = archive.getinfo(name) if isinstance(name, str) else name
    if entry.flag_bits & 0x1:
        raise UnreadableFile("文件已加密，需要密码。请先解密另存，再重新导入。")
    try:
        with archive.open(entry) as opened:
            data = opened.read(entry.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise UnreadableFile("压缩结构已损坏，文件可能没有传完。请重新获取文件后再试。") from None
    if len(data) > entry.file_size:
        raise UnreadableFile("解压后的体积与声明不符，疑似压缩炸弹，已拒绝打开。请确认文件来源。")
    return data


def read_xml(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """One XML part, entities not resolved; None if the container has no such part."""
    if name not in archive.namelist():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(read_entry(archive, name).replace(STRICT, TRANSITIONAL), parser)
    except etree.XMLSyntaxError:
        raise UnreadableFile("文件内部的 XML 已损坏。请用原来的软件打开后另存一份再试。") from None


def shown_name(entry: zipfile.ZipInfo) -> str | None:
    """The name of a member as people know it; None for a path that leaves the archive.

    Names without the UTF-8 flag were written in GBK by Chinese Windows.
    """
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):  # "./" has no parts
        return None
    return str(path)
