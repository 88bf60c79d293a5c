"""Uploads and changes of managers: files to drafts, drafts to the library, in a process of their own.

Drafts belong to one browser and lie in a folder of their own until they are stored, dropped or forgotten.
A library has one change under way at a time; whoever wants a second one is told whose the first is.
"""

from __future__ import annotations

import atexit
import contextvars
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ingest.background import Order, Step, run
from ingest.card import Policy
from ingest.changes import Draft, plain_name
from ingest.pipeline import Outcome
from ingest.storage import LibraryError
from page import logs

LOG = logging.getLogger(__name__)
MAX_FILES = 50
FORGOTTEN = 2 * 3600.0
FOLDER = "policy-intake-"
NAMES = {
    "read": "读取文件",
    "add": "存入文件",
    "correct": "改正文件信息",
    "withdraw": "撤下文件",
    "take_back": "撤销上一次修改",
    "index_anew": "重建索引",
}
FAILED = (
    "没有完成：程序出错了，文件库没有损坏。请再试一次；还是这样，请把编号 {number} 告诉管理员查看运行日志。"
)


class Refused(Exception):
    """Something that cannot be done now; the message says why and what to do."""


@dataclass
class Job:
    """A change under way, or how it ended."""

    change: str
    by: str
    started: datetime = field(default_factory=datetime.now)
    step: Step | None = None
    drafts: list[Draft] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    failure: str = ""
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        """What it does, as a person says it."""
        return NAMES[self.change]

    def hear(self, told: Step | Draft | Outcome) -> None:
        """Take in what the process says."""
        if isinstance(told, Step):
            self.step = told
        elif isinstance(told, Draft):
            self.drafts.append(told)
        else:
            self.outcomes.append(told)


@dataclass
class Batch:
    """What one browser has uploaded: its folder, and its drafts with the cards as corrected so far."""

    folder: Path
    job: Job
    used: float = field(default_factory=time.monotonic)
    cards: dict[int, Policy] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)

    @property
    def drafts(self) -> list[Draft]:
        """As read; a draft's place in this list is its number."""
        return self.job.drafts

    def card(self, number: int) -> Policy | None:
        """The card that will be stored; None for what was refused or dropped, or is not there."""
        if not 0 <= number < len(self.drafts) or number in self.dropped:
            return None
        return self.cards.get(number, self.drafts[number].policy)

    def take_known(self, held: Sequence[Policy]) -> None:
        """Begin with the library's own card where it holds the same text already."""
        known = {policy.id: policy for policy in held}
        for number, draft in enumerate(self.drafts):
            if draft.policy and draft.policy.id in known:
                self.cards.setdefault(number, known[draft.policy.id])

    def ready(self) -> list[tuple[Path, Policy]]:
        """What can be stored."""
        cards = ((draft.path, self.card(n)) for n, draft in enumerate(self.drafts))
        return [(path, card) for path, card in cards if card]


class Intake:
    """The changes of one library."""

    def __init__(self, library_dir: Path) -> None:
        self.latest: Job | None = None
        self._library_dir = library_dir
        self._batches: dict[str, Batch] = {}
        self._lock = threading.Lock()
        atexit.register(self.close)
        _sweep()

    def close(self) -> None:
        """Remove every upload that was not stored."""
        for owner in list(self._batches):
            self.drop(owner)

    def batch(self, owner: str) -> Batch | None:
        """What a browser has uploaded and not yet stored."""
        if batch := self._batches.get(owner):
            batch.used = time.monotonic()
        return batch

    def drop(self, owner: str) -> None:
        """Forget a browser's uploads and remove them."""
        if batch := self._batches.pop(owner, None):
            shutil.rmtree(batch.folder, ignore_errors=True)

    def read(self, owner: str, by: str, uploads: Sequence[Path]) -> Job:
        """Take over uploaded files and draft their cards; whatever was uploaded before gives way."""
        if not 0 < len(uploads) <= MAX_FILES:
            _remove(uploads)
            raise Refused(f"一次请选 1 到 {MAX_FILES} 个文件；更多的文件请打成 zip 或分几次上传。")
        for other, batch in list(self._batches.items()):
            if other == owner or time.monotonic() - batch.used > FORGOTTEN:
                self.drop(other)
        _sweep()
        folder = Path(tempfile.mkdtemp(prefix=FOLDER))
        files = []
        for number, upload in enumerate(uploads, 1):
            place = folder / f"{number:04}" / plain_name(upload.name)
            place.parent.mkdir()
            try:
                shutil.move(upload, place)
            except OSError as fault:
                shutil.rmtree(folder, ignore_errors=True)
                raise Refused(f"上传没有完成（{fault.strerror}），请重新选择文件。") from fault
            files.append(place)
        _remove(uploads)
        job = Job("read", by)
        self._batches[owner] = Batch(folder, job)
        self._start(job, Order(self._library_dir, tuple(files)), lambda: None)
        return job

    def store(self, owner: str, by: str) -> Job:
        """Store what a browser has uploaded and checked; the uploads go when it is done."""
        batch = self.batch(owner)
        ready = batch.ready() if batch and batch.job.ended.is_set() else []
        if not batch or not ready:
            raise Refused("没有可以存入的文件。请先添加文件，等读取完再存入。")
        paths, cards = zip(*ready, strict=True)

        def done() -> None:
            if not job.failure and self._batches.get(owner) is batch:
                self.drop(owner)

        job = self._claim(Job("add", by))
        self._start(job, Order(self._library_dir, tuple(paths), tuple(cards)), done)
        return job

    def change(self, change: str, by: str, policy_id: str = "", card: Policy | None = None) -> Job:
        """Begin another change."""
        job = self._claim(Job(change, by))
        cards = (card,) if card else ()
        self._start(job, Order(self._library_dir, cards=cards, policy_id=policy_id), lambda: None)
        return job

    def _claim(self, job: Job) -> Job:
        with self._lock:
            other = self.latest
            if other and not other.ended.is_set():
                raise Refused(
                    f"{other.by} 正在{other.name}（{other.started:%H:%M} 开始），请等完成后再操作；"
                    "提问和查看不受影响。"
                )
            self.latest = job
        return job

    def _start(self, job: Job, order: Order, done: Callable[[], None]) -> None:
        def work() -> None:
            try:
                for told in run(job.change, order):
                    job.hear(told)
            except LibraryError as fault:
                job.failure = str(fault)
            except Exception:  # a thread's edge: the manager gets a sentence, the log the trace
                LOG.exception("a change of the library failed")
                job.failure = FAILED.format(number=logs.number())
            done()
            job.ended.set()

        within = contextvars.copy_context()  # the request's number
        threading.Thread(target=within.run, args=(work,), name=f"change-{job.change}", daemon=True).start()


def _sweep() -> None:
    """Remove uploads that a process which was killed has left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > 2 * FORGOTTEN:
                shutil.rmtree(folder)


def _remove(uploads: Sequence[Path]) -> None:
    """Gradio puts every upload into a folder of its own; both go."""
    for upload in uploads:
        upload.unlink(missing_ok=True)
        if upload.parent.is_dir() and not any(upload.parent.iterdir()):
            upload.parent.rmdir()
