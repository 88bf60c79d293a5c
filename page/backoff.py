"""Failures to sign in, and how long the next try has to wait: by name and by address, doubling each time."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LONGEST = 900.0
FORGOTTEN = 3600.0  # seconds after which a failure no longer counts
REMEMBERED = 50_000


@dataclass(frozen=True)
class Failures:
    """How often it failed in a row, and when last."""

    count: int
    last: float


class Backoff:
    """Counts failures under keys of one kind; `free` of them cost nothing.

    Example: with free=5 the tries after the 5th, 6th, 7th failure wait 1, 2, 4 seconds.
    """

    def __init__(self, free: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._free = free
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, Failures] = {}

    def wait(self, key: str) -> float:
        """Seconds until the next try is taken; 0 for now."""
        with self._lock:
            return self._wait(self._kept.get(_short(key)))

    def failed(self, key: str) -> None:
        """Count a failure."""
        with self._lock:
            now = self._clock()
            former = self._kept.pop(_short(key), None)
            count = former.count if former and now - former.last < FORGOTTEN else 0
            self._kept[_short(key)] = Failures(count + 1, now)
            if len(self._kept) > REMEMBERED:
                self._forget()

    def succeeded(self, key: str) -> None:
        """Forget the failures of a key."""
        with self._lock:
            self._kept.pop(_short(key), None)

    def _wait(self, failures: Failures | None) -> float:
        if failures is None or failures.count < self._free:
            return 0.0
        pause = min(2.0 ** min(failures.count - self._free, 20), LONGEST)
        return max(0.0, failures.last + pause - self._clock())

    def _forget(self) -> None:
        """Make room: first what failed least often, so that many made-up names do not free a slowed one."""
        least = sorted(self._kept, key=lambda key: (self._kept[key].count, self._kept[key].last))
        for key in least[: REMEMBERED // 10]:
            del self._kept[key]


def _short(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:24]
