"""What a manager changes in a library: add files that were uploaded, correct a card, withdraw, take back.

Each change is one run, published at the end, and rollback() takes back the last one. Files that were added
so are kept in the library's own folder, under their content's name, because nobody else keeps them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ingest import documents
from ingest.card import CardError, Policy
from ingest.cleaning import CleanText, Repair
from ingest.documents import ARCHIVE, Document
from ingest.library import Library
from ingest.pipeline import REMOVED, REPLACED, RESTORED, Outcome, Report, encode, store
from ingest.readers import RawText, UnreadableFile, members, read
from ingest.storage import told_in_chinese
from ingest.vectors import Model, StoredModel, publish

if TYPE_CHECKING:
    from ingest.embeddings import Embedder

    Loader = Callable[[], Embedder]

ORIGINALS = "originals"
SHOWN = 200_000  # characters of a text that are kept to look at what cleaning did
LONGEST_NAME = 60


@dataclass(frozen=True)
class Draft:
    """One file as it was read: its card, to be checked before it is stored, or why it is refused.

    `raw` and `text` are the beginnings of what was read and of what cleaning left of it.
    """

    name: str
    path: Path
    policy: Policy | None = None
    reason: str = ""
    raw: str = ""
    text: str = ""
    repairs: tuple[Repair, ...] = ()


def read_drafts(files: Sequence[Path], report: Report) -> Iterator[Draft]:
    """Read files and what is in archives among them; nothing is stored.

    Members of 一.zip are unpacked beside it, each into a folder of its own: 一.zip.d/0001/通知.docx.
    """
    for done, file in enumerate(files, 1):
        report("读取文件", done - 1, len(files))
        if file.suffix.lower() == ARCHIVE:
            yield from _archive(file)
        else:
            yield _draft(file, file.name)
        report("读取文件", done, len(files))


def add(
    library_dir: Path, checked: Sequence[tuple[Path, Policy]], load: Loader, report: Report
) -> Iterator[Outcome]:
    """Store files with the cards that a person has checked; the files go into the library's folder."""
    with _run(library_dir) as library:
        _sweep(library)
        for done, (path, card) in enumerate(checked, 1):
            with told_in_chinese(path):
                kept = _keep(library_dir, path)
            yield from store(library, kept, card)
            report("存入", done, len(checked))
        _publish(library, load, report)


def correct(library_dir: Path, card: Policy, load: Loader, report: Report) -> Iterator[Outcome]:
    """Put another card on a stored policy; its text stays."""
    with _run(library_dir) as library:
        _sweep(library)
        card = replace(card, corrected=True)
        clean = CleanText(library.text(card.id), library.repairs(card.id))
        stored = Document(card, clean, library.provisions(card.id), [], carded=True)
        document = documents.with_card(stored, card)
        library.replace(document.policy, document.clean, document.provisions, document.chunks)
        _publish(library, load, report)
    yield Outcome(Path(card.file_name), REPLACED, card, "文件信息已更新，正文不变")


def withdraw(library_dir: Path, policy_id: str, report: Report) -> Iterator[Outcome]:
    """Remove one policy; nothing of it is found afterwards."""
    with _run(library_dir) as library:
        _sweep(library)
        policy = library.policy(policy_id)
        library.remove(policy_id)
        publish(library, StoredModel.of(library), report)
    yield Outcome(Path(policy.file_name), REMOVED, policy)


def take_back(library_dir: Path, report: Report) -> Iterator[Outcome]:
    """Take back the last run; once more puts it back."""
    with _run(library_dir) as library:
        before = {policy.id: policy for policy in library.policies()}
        library.rollback()
        after = {policy.id: policy for policy in library.policies()}
        publish(library, StoredModel.of(library), report)
    for policy_id in sorted(before.keys() | after.keys()):
        was, now = before.get(policy_id), after.get(policy_id)
        if was != now and (policy := now or was):
            status = REMOVED if now is None else RESTORED if was is None else REPLACED
            yield Outcome(Path(policy.file_name), status, policy)


def index_anew(library_dir: Path, load: Loader, report: Report) -> Iterator[Outcome]:
    """Make both indexes anew from the texts; the old ones are searched until the new ones are there."""
    with _run(library_dir) as library:
        library.reindex()
        encoder = load()
        encode(library, encoder, report)
        publish(library, encoder, report, afresh=True)
    return iter(())


def plain_name(name: str) -> str:
    """A file name that is nothing but a name, for a disk and for a person.

    Example: plain_name("../..\\\\x/.通\\u202e知.docx") -> "通知.docx"
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem, dot, suffix = shown.rpartition(".")
    return f"{stem[:LONGEST_NAME]}.{suffix[:10]}" if dot else shown[:LONGEST_NAME] or "文件"


@contextmanager
def _run(library_dir: Path) -> Iterator[Library]:
    with Library.create_or_open(library_dir) as library:
        library.end_run()  # an interrupted run before this one is not taken back with it
        yield library
        library.end_run()


def _publish(library: Library, load: Loader, report: Report) -> None:
    model: Model = StoredModel.of(library)
    if library.unencoded():
        encoder = load()
        encode(library, encoder, report)
        model = encoder
    publish(library, model, report)


def _keep(library_dir: Path, file: Path) -> Path:
    with file.open("rb") as opened:
        content = hashlib.file_digest(opened, "sha256").hexdigest()
    kept = (library_dir / ORIGINALS / content[:32] / plain_name(file.name)).resolve()
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        shutil.copyfile(file, aside := kept.with_suffix(".part"))
        os.replace(aside, kept)
    return kept


def _sweep(library: Library) -> None:
    """Drop the kept files of policies that the former runs removed; the last of them can no longer return."""
    originals = (library.directory / ORIGINALS).resolve()
    needed = {Path(source.path).parent for source, _ in library.sources_within(str(originals))}
    for folder in originals.iterdir() if originals.is_dir() else ():
        if folder not in needed:
            shutil.rmtree(folder, ignore_errors=True)


def _archive(file: Path) -> Iterator[Draft]:
    folder = file.with_name(f"{file.name}.d")
    for number, (name, data) in enumerate(members(file), 1):
        shown = f"{file.name}/{name}" if name != file.name else name
        if isinstance(data, UnreadableFile):
            yield Draft(shown, file, reason=str(data))
        else:
            path = folder / f"{number:04}" / plain_name(name)
            path.parent.mkdir(parents=True)
            path.write_bytes(data)
            yield _draft(path, shown, nested=True)


def _draft(path: Path, shown: str, nested: bool = False) -> Draft:
    try:
        if nested and path.suffix.lower() == ARCHIVE:
            raise UnreadableFile("压缩包里的压缩包不再展开。请把里面的文件取出后单独导入。")
        raw: RawText = read(path)
        found = documents.understand(path, raw)
        body, _ = documents.body_and_card(path, raw)
        return Draft(
            shown, path, found.policy, "", body[:SHOWN], found.clean.text[:SHOWN], found.clean.repairs
        )
    except (UnreadableFile, CardError, OSError) as fault:
        return Draft(shown, path, reason=str(fault))
    except documents.UNEXPECTED as fault:
        return Draft(shown, path, reason=documents.unexpected(fault))
