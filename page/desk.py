"""The library and assistant behind the page, opened in the background so that the page comes up first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Protocol

from assistant.answer import Answer
from assistant.lookup import Searching
from assistant.reply import Reply
from assistant.session import Session
from assistant.settings import SettingsError
from assistant.suggestions import examples, following
from ingest.card import Policy
from ingest.changes import ORIGINALS
from ingest.library import Library
from ingest.regions import NATION, region
from ingest.storage import LibraryError, told_in_chinese
from ingest.structure import Provision
from page.line import BUSY, Line, Place
from page.metrics import Metrics
from page.store import Store

LOG = logging.getLogger(__name__)
LOADING = "正在载入模型"
FILLING = ".filling"  # in a library's folder while it is filled for the first time
MAX_WAIT = 180.0


class Assistant(Searching, Protocol):
    """What the page asks of `assistant.PolicyAssistant`."""

    def steps(self, question: str, session: Session) -> Iterator[str | Answer]:
        """The stages, then the answer."""


class Unavailable(Exception):
    """The assistant cannot answer (now); the message says why and what to do."""


def open_assistant(library_dir: Path) -> Assistant:
    """Open the product's assistant; torch and chromadb are imported here, off the page's way."""
    from assistant import PolicyAssistant

    return PolicyAssistant.open(library_dir).warm()


class Desk:
    """One library, its assistant and the office's conversations, shared by every visitor."""

    def __init__(
        self,
        library_dir: Path,
        opener: Callable[[Path], Assistant] = open_assistant,
        office_dir: Path | None = None,
    ) -> None:
        self.library_dir = library_dir
        self.office_dir = office_dir or library_dir.parent / "office"
        self._opener = opener
        self._assistant: Assistant | None = None
        self._failure = ""
        self._opened = threading.Event()
        self._examples: list[str] = []
        self._examples_of = -1
        self._exampled = threading.Event()
        self._policies: tuple[int, list[Policy]] = (-1, [])
        self.line = Line.from_environment()
        self.metrics = Metrics()
        self.metrics.gauge(
            "policy_questions_waiting", "Questions waiting for their turn", lambda: len(self.line)
        )
        self.metrics.gauge("policy_library_generation", "Grows with each change", self.generation)

    def open(self) -> None:
        """Load the model and open the library in the background."""
        threading.Thread(target=self._open, name="open-assistant", daemon=True).start()

    def _open(self) -> None:
        try:
            self._assistant = self._opener(self.library_dir)
        except Exception as error:  # a thread's edge: whatever it is, /readyz and the page must tell it
            LOG.exception("the assistant could not be opened")
            self._failure = (
                str(error)
                if isinstance(error, LibraryError | SettingsError)
                else f"{type(error).__name__}: {error}"
            )
        self._opened.set()
        self.examples()

    @cached_property
    def store(self) -> Store:
        """Conversations and feedback, in a file beside the library."""
        return Store(self.office_dir)

    @property
    def state(self) -> str:
        """loading, ready or failed."""
        return "ready" if self._assistant else "failed" if self._opened.is_set() else "loading"

    def steps(self, question: str, session: Session, place: Place | None = None) -> Iterator[str | Answer]:
        """As PolicyAssistant.steps, when the question's turn has come (`place`, if it has one already).

        There is a stage before while the model is still being loaded. Unavailable where too many wait.
        """
        if not self._opened.is_set():
            yield LOADING
        assistant = self.assistant()
        place = place or self.line.place()
        if place is None:
            raise Unavailable(BUSY)
        with place:
            yield from self.metrics.watched(assistant.steps(question, session))

    def assistant(self) -> Assistant:
        """The assistant, as soon as it is open; Unavailable says why it is not."""
        self._opened.wait(MAX_WAIT)
        if self._assistant is None:
            reason = self._failure or "载入模型用了太久"
            raise Unavailable(f"助手没有启动成功：{reason}。请联系管理员，查看运行窗口里的提示后重新启动。")
        return self._assistant

    def generation(self) -> int:
        """The library's generation; -1 where it cannot be read."""
        try:
            with Library.open(self.library_dir) as library:
                return library.generation
        except LibraryError:
            return -1

    def suggestions(self, reply: Reply) -> list[str]:
        """Questions that may follow a reply; none while there is no assistant."""
        return following(self._assistant, reply) if self._assistant else []

    def examples(self, patience: float = 0.0) -> list[str]:
        """Questions to begin with; after a change of the library those of before, until new ones are found.

        Just after the start there are none; so many seconds may be waited for them.
        """
        generation = self.generation()
        due = self._examples_of != generation and (self.line.calm() or not self._examples)
        if self._assistant and due:
            self._examples_of = generation
            threading.Thread(target=self._find_examples, args=(self._assistant,), daemon=True).start()
        self._exampled.wait(patience)
        return self._examples

    def _find_examples(self, assistant: Assistant) -> None:
        try:
            self._examples = examples(assistant)
        except Exception:  # a thread's edge: a page without examples is a page
            LOG.exception("no examples could be found")
        self._exampled.set()

    def policies(self) -> list[Policy]:
        """All policies kept now."""
        with Library.open(self.library_dir) as library:
            known, kept = self._policies
            if known != (generation := library.generation):
                kept = library.policies()
                self._policies = (generation, kept)
        return list(kept)

    def document(self, policy_id: str) -> tuple[Policy, str, list[Provision]] | None:
        """A policy, its clean text and its provisions, or None if it is not (any longer) kept."""
        with Library.open(self.library_dir) as library:
            policy = next((p for p in library.policies() if p.id == policy_id), None)
            return (policy, library.text(policy_id), library.provisions(policy_id)) if policy else None

    def original(self, policy_id: str) -> Path | None:
        """The file a policy was read from, while it is there and as it was then."""
        from ingest.documents import digest

        with Library.open(self.library_dir) as library:
            for path in map(Path, library.sources(policy_id)):
                known = {source.digest for source, _ in library.sources_within(str(path))}
                if path.is_file() and (digest(path) in known or self._kept(path)):
                    return path
        return None

    def _kept(self, path: Path) -> bool:
        """Whether a file lies among the originals that uploads leave, which nobody changes."""
        return (self.library_dir / ORIGINALS).resolve() in path.resolve().parents

    def regions(self) -> list[tuple[str, str]]:
        """Names and codes of the places whose policies are kept, in the order of their codes."""
        codes = sorted({p.region for p in self.policies() if p.region and p.region != NATION})
        return [(region(code).name, code) for code in codes]


def to_fill(library_dir: Path) -> bool:
    """Whether there is no library yet, or its first filling was cut off."""
    return (library_dir / FILLING).exists() or not (library_dir / "vectors" / "CURRENT").exists()


def fill(library_dir: Path, corpus: Path) -> None:
    """Read the shipped corpus into a library that is not there yet (or was left half done)."""
    from rich.progress import Progress, TaskID

    from ingest.embeddings import load_embedder
    from ingest.pipeline import ingest_paths

    with told_in_chinese(library_dir):
        library_dir.mkdir(parents=True, exist_ok=True)
        (library_dir / FILLING).touch()
    print(f"第一次运行：把 {corpus.name}/ 里的文件读入文件库 {library_dir}", flush=True)
    with Progress() as progress:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage)
            progress.update(tasks[stage], completed=done, total=total)

        outcomes = ingest_paths([corpus], library_dir, load_embedder, report)
    (library_dir / FILLING).unlink()
    for outcome in outcomes:
        if outcome.status == "rejected":
            print(f"  未读入 {outcome.path.name}：{outcome.reason}", flush=True)
