"""The line before the assistant: who would wait too long is told at once, the others are served in turn.

How long is told by what answers took lately when others were waiting too, so a slower machine lets fewer in.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType

BUSY = "现在提问的人较多，请过一会儿再试。"
PATIENCE = 1.5  # seconds until an answer is begun
# More threads than these only take the interpreter from each other; a configured model is waited for.
AT_ONCE, AT_ONCE_BY_A_MODEL = 2, 16
HANDFUL = 4  # so many may wait however long it takes: nobody is told that three are a crowd
FIRST_GUESS = 0.3  # seconds an answer takes while others wait, before there was any
NEWEST = 0.2  # the weight of the newest answer in the mean
CALM = (4, 3.0)  # fewer questions than these in so many seconds
LAPSE = 10.0  # seconds after which a place that nobody came for is given up


class Place:
    """A place in the line; within it one's turn has come."""

    def __init__(self, line: Line, since: float) -> None:
        self._line = line
        self.since = since
        self.turn = threading.Event()

    def give_up(self) -> None:
        """Make room at once, where the question is not asked after all."""
        self._line.forget(self)

    def __enter__(self) -> None:
        self._line.enter(self)
        self.turn.wait()
        self._begun = time.monotonic()

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._line.leave(time.monotonic() - self._begun)


class Line:
    """So many at once, the others in the order they came."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        patience: float = PATIENCE,
        handful: int = HANDFUL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once, self._patience, self._handful, self._clock = at_once, patience, handful, clock
        self._lock = threading.Lock()
        self._taken = FIRST_GUESS
        self._busy = 0
        self._reserved: set[Place] = set()
        self._waiting: deque[Place] = deque()
        self._newest: deque[float] = deque(maxlen=CALM[0])

    @classmethod
    def from_environment(cls) -> Line:
        """As many at once as whoever writes the answers is good for."""
        return cls(AT_ONCE_BY_A_MODEL if os.environ.get("LLM_BASE_URL") else AT_ONCE)

    def __len__(self) -> int:
        return len(self._reserved) + len(self._waiting)

    def place(self) -> Place | None:
        """A place for one question; None where more than a handful wait and it would wait for too long."""
        with self._lock:
            now = self._clock()
            self._reserved = {one for one in self._reserved if now - one.since < LAPSE}
            ahead = self._busy + len(self) + 1 - self._at_once
            if ahead > self._handful and ahead * self._taken / self._at_once > self._patience:
                return None
            place = Place(self, now)
            self._reserved.add(place)
            self._newest.append(now)
            return place

    def calm(self) -> bool:
        """Whether there is time for what nobody waits for."""
        full = len(self._newest) == CALM[0]
        return not (self._busy or len(self) or full and self._clock() - self._newest[0] < CALM[1])

    def enter(self, place: Place) -> None:
        """Stand in the line; `place.turn` is set as soon as it is this one's turn."""
        with self._lock:
            self._reserved.discard(place)
            if self._busy < self._at_once:
                self._busy += 1
                place.turn.set()
            else:
                self._waiting.append(place)

    def forget(self, place: Place) -> None:
        """Take back a place that nobody will come for."""
        with self._lock:
            self._reserved.discard(place)

    def leave(self, seconds: float) -> None:
        """Make way for the next after so many seconds."""
        with self._lock:
            if self._busy == self._at_once:
                self._taken += NEWEST * (seconds - self._taken)
            if self._waiting:
                self._waiting.popleft().turn.set()
            else:
                self._busy -= 1
