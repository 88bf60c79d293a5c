"""The vectors as a running program uses them: always the newest version, and no query fails for a change."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.chroma import VectorIndex
from ingest.chroma_server import Unreachable
from ingest.storage import LibraryError
from ingest.vectors import Model, OtherModel, open_current, repair, server, vectors_directory
from ingest.versions import CURRENT

UNREACHABLE = "向量服务连不上（{fault}），暂时只按词语查找。请检查 CHROMA_URL 和向量服务。"
RETRY_SECONDS = 10.0


class Index:
    """Searches the newest published version; a newer one is opened beside the old one.

    Without a sound version it repairs from SQLite if no other process is writing; until then it finds
    nothing, `notice` says why, and the search by words goes on.

    Example: Index(Path("var/library"), embedder).search(vector, 10) -> [("9f…", 0.87), …]
    """

    def __init__(self, library_dir: Path, embedder: Model) -> None:
        self.notice: str | None = None
        self._library_dir = library_dir
        self._embedder = embedder
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._open: VectorIndex | None = None
        self._users: dict[VectorIndex, int] = {}
        self._seen: tuple[int, int] | None = None
        self._again = 0.0
        self.refresh()

    @property
    def version(self) -> str | None:
        """The version being searched."""
        return self._open.version if self._open else None

    def search(
        self, vector: NDArray[np.float32], k: int, policy_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest chunks with their similarity, as VectorIndex.search()."""
        if (self._stamp() != self._seen or self._is_due()) and not self._refreshing.locked():
            threading.Thread(target=self.refresh, daemon=True).start()
        with self._lock:
            index = self._open
            if index is None:
                return []
            self._users[index] += 1
        try:
            return index.search(vector, k, policy_ids)
        except Unreachable as fault:
            self.notice = UNREACHABLE.format(fault=fault)
            return []
        finally:
            self._release(index)

    def refresh(self) -> None:
        """Open the version that CURRENT names, unless that is done or under way."""
        if not self._refreshing.acquire(blocking=False):
            return
        try:
            stamp = self._stamp()
            if stamp == self._seen and self._open:
                return
            self._again = time.monotonic() + RETRY_SECONDS
            newest = self._newest()
            if newest:
                with self._lock:
                    former, self._open = self._open, newest
                    self._users[newest] = 1
                if former:
                    self._release(former)
            self._seen = stamp if newest is None else self._stamp()
        finally:
            self._refreshing.release()

    def _is_due(self) -> bool:
        """Whether to try again to open a version that a server holds."""
        if self._open or not server() or time.monotonic() < self._again:
            return False
        self._again = time.monotonic() + RETRY_SECONDS
        return True

    def close(self) -> None:
        """Close after the queries under way."""
        with self._lock:
            former, self._open = self._open, None
        if former:
            self._release(former)

    def _newest(self) -> VectorIndex | None:
        self.notice = None
        for attempt in ("as it is", "repaired"):
            try:
                if attempt == "repaired":
                    repair(self._library_dir, self._embedder)
                return open_current(self._library_dir, self._embedder)
            except OtherModel as fault:
                self.notice = str(fault)
                return None
            except LibraryError as fault:
                self.notice = str(fault)
        return None

    def _release(self, index: VectorIndex) -> None:
        with self._lock:
            self._users[index] -= 1
            last = self._users[index] == 0
            if last:
                del self._users[index]
        if last:
            index.close()

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = (vectors_directory(self._library_dir) / CURRENT).stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ino)
