"""Paths in, documents ready to be stored out: what is read, and read → clean → card → parse → chunk."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml

from ingest.addressed import disarmed
from ingest.card import CardError, Policy, apply_card, policy_id, split_front_matter
from ingest.chunking import Chunk, chunk
from ingest.cleaning import CleanText, clean
from ingest.drafting import draft
from ingest.names import spelled, why
from ingest.readers import MAX_BYTES, RawText, UnreadableFile, read, read_all
from ingest.structure import Provision, parse

CARD_SUFFIX = ".card.yaml"
ARCHIVE = ".zip"
MAX_CARD = 2**20
# Ten times the longest law; a larger text would hold up everybody's for an hour of encoding.
MAX_TEXT, MAX_CHUNKS = 1_500_000, 20_000
TOO_LONG = f"正文超过 {MAX_TEXT // 10_000} 万字，不像是一份文件。请拆分后再试。"
MARKDOWN = {".md", ".markdown"}
# What a hostile text may raise in code that trusts texts: it costs that file only.
UNEXPECTED = (
    ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, MemoryError
)  # fmt: skip
# The code that a stored policy depends on: when it changes, unchanged files are read again.
STAGES = (
    "formats", "sandbox.py", "readers.py", "dirt", "cleaning.py", "data", "regions.py", "particulars.py",
    "card.py", "drafting.py", "addressed.py", "names.py", "numbering.py", "frame.py", "structure.py",
    "chunking.py", "words.py", "documents.py",
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """One file, read: what Library.replace() takes, and whether a person wrote a card for it."""

    policy: Policy
    clean: CleanText
    provisions: list[Provision]
    chunks: list[Chunk]
    carded: bool


def walk(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Every file at or below the paths, each once, with the reason why it is skipped ("" if it is not).

    Example: walk([Path("corpus")]) -> (corpus/national/慈善法.md, ""), (corpus/.DS_Store, "隐藏文件…"), …
    """
    seen: set[Path] = set()
    for given in paths:
        for path, reason in _walk(given, given=True):
            if path not in seen:
                seen.add(path)
                yield path, reason


def load(path: Path) -> Document:
    """Read one document with its card; UnreadableFile or CardError say in Chinese what is wrong.

    Example: load(Path("通知.docx")) takes its card from 通知.docx.card.yaml if that is there.
    """
    return understand(path, read(path))


def load_all(path: Path) -> Iterator[tuple[Path, Document | UnreadableFile | CardError]]:
    """Read a file, or every file in a .zip (a.zip -> a.zip/通知.docx, …), each with its own fault."""
    for name, raw in read_all(path):
        part = path / name if path.suffix.lower() == ARCHIVE else path
        try:
            yield part, raw if isinstance(raw, UnreadableFile) else understand(part, raw)
        except (UnreadableFile, CardError) as fault:
            yield part, fault


def understand(path: Path, raw: RawText) -> Document:
    """A document out of what its reader gave: clean → card → parse → chunk."""
    body, front = body_and_card(path, raw)
    if len(body) > 2 * MAX_TEXT:  # half may be dirt
        raise UnreadableFile(TOO_LONG)
    cleaned = clean(body)
    if not cleaned.text.strip():
        raise UnreadableFile("清洗后没有正文。请确认这是政策文件，且内容不是图片。")
    if len(cleaned.text) > MAX_TEXT:
        raise UnreadableFile(TOO_LONG)
    card = {**front, **_sidecar(path)}
    identity = policy_id(cleaned.text.encode())
    drafted = draft(cleaned.text, spelled(path.name), identity, raw.title or cleaned.meta.title, cleaned.meta)
    policy = disarmed(apply_card(drafted, card))
    provisions = parse(cleaned.text)
    chunks = chunk(identity, policy.title, cleaned.text, provisions)
    if len(chunks) > MAX_CHUNKS:
        raise UnreadableFile(
            f"正文有 {len(chunks)} 条（段），超过 {MAX_CHUNKS}，不像是一份文件。请拆分后再试。"
        )
    return Document(policy, cleaned, provisions, chunks, carded=bool(card))


def with_card(document: Document, policy: Policy) -> Document:
    """The document under another card; its chunks carry the title of that card."""
    chunks = chunk(policy.id, policy.title, document.clean.text, document.provisions)
    return replace(document, policy=policy, chunks=chunks, carded=True)


def body_and_card(path: Path, raw: RawText) -> tuple[str, Mapping[str, object]]:
    """A document's text without front matter, and the card that the front matter is."""
    if path.suffix.lower() not in MARKDOWN:
        return raw.text, {}
    front, body = split_front_matter(raw.text)
    return body, front or {}


def digest(path: Path) -> str:
    """What the stored policy depends on: the file, the card beside it, and the code that reads them."""
    found = hashlib.sha256(_recipe())
    for file in (path, card_beside(path)):
        found.update(b"\0card\0")
        if _is_file(file) and file.stat().st_size <= MAX_BYTES:  # a larger one is refused unread
            with file.open("rb") as opened:
                found.update(hashlib.file_digest(opened, "sha256").digest())
    return found.hexdigest()


def unexpected(fault: Exception) -> str:
    """What a person is told of one of UNEXPECTED."""
    return (
        f"内容无法处理（{type(fault).__name__}：{str(fault)[:80]}）。"
        "请用原来的软件打开后另存为 .docx 或 .txt 再试。"
    )


def card_beside(path: Path) -> Path:
    """Where a document's card is kept: 通知.docx -> 通知.docx.card.yaml."""
    return path.with_name(path.name + CARD_SUFFIX)


def _walk(path: Path, given: bool = False) -> Iterator[tuple[Path, str]]:
    if path.is_dir() and (given or not path.is_symlink()) and (given or not path.name.startswith(".")):
        try:
            children = sorted(path.iterdir())
        except OSError as fault:
            yield path, f"无法打开目录：{why(fault)}"
            return
        for child in children:
            yield from _walk(child)
    else:
        reason = _reason_to_skip(path, given)
        if reason is not None:
            yield path, reason


def _reason_to_skip(path: Path, given: bool) -> str | None:
    """The reason, "" for a file to be read, None for one that is not worth a line."""
    if path.name.endswith(CARD_SUFFIX):
        alone = not path.with_name(path.name.removesuffix(CARD_SUFFIX)).exists()
        return "文件信息旁边没有对应的文件" if alone else None
    if path.is_symlink() and not given:
        return "是链接，不跟随；请直接给出它指向的文件"
    if not path.exists():
        return "文件不存在，请检查路径"
    if not path.is_file():
        return "不是普通文件（管道、设备等），不读取"
    if given:
        return ""
    if path.name.startswith("."):
        return "隐藏文件，不入库"
    return "说明文件，不入库；要入库请单独给出它的路径" if path.stem.lower() == "readme" else ""


def _is_file(path: Path) -> bool:
    """Whether it is there; a name that is too long for a card beside it is none."""
    try:
        return path.is_file()
    except OSError as fault:
        if fault.errno == errno.ENAMETOOLONG:
            return False
        raise


def _sidecar(path: Path) -> Mapping[str, object]:
    beside = card_beside(path)
    if not _is_file(beside):
        return {}
    if beside.stat().st_size > MAX_CARD:
        raise CardError(f"{beside.name} 过大，不像是文件信息；请只留下要写明的字段")
    try:
        card = yaml.safe_load(beside.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f"第 {mark.line + 1} 行" if mark else "的编码"
        raise CardError(f"{beside.name} {line}不合 YAML 的写法，请检查引号、冒号后的空格和缩进") from fault
    if card is not None and not isinstance(card, dict):
        raise CardError(f"{beside.name} 应当由“字段: 值”组成，例如 region: 广东")
    return card or {}


@cache
def _recipe() -> bytes:
    package = Path(__file__).parent
    found = hashlib.sha256()
    for stage in STAGES:
        file = package / stage
        for part in sorted(file.rglob("*")) if file.is_dir() else [file]:
            if part.is_file() and "__pycache__" not in part.parts:
                found.update(part.name.encode() + b"\0" + part.read_bytes())
    return found.digest()
