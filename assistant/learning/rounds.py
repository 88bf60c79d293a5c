"""A round of exercises: what is asked next, mistakes asked again, the score, and what to read afterwards."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.learning.exercises import Exercise

SPACING = 3  # a mistake comes back after so many other exercises
REPEATS = 2  # and so often at most
MAX_ROUNDS = 2000


@dataclass
class Round:
    """One person's round. `queue[0]` is asked now; `told` is its choice once it is answered."""

    queue: list[Exercise]
    first: dict[str, bool] = field(default_factory=dict)  # exercise → right at the first try
    missed: dict[str, Exercise] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    told: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)  # one press at a time

    @classmethod
    def of(cls, exercises: Sequence[Exercise]) -> Round:
        """A round that begins with the first of the exercises."""
        return cls(list(exercises))

    @property
    def current(self) -> Exercise | None:
        """The exercise that is asked, or None after the last."""
        return self.queue[0] if self.queue else None

    @property
    def again(self) -> bool:
        """Whether the present exercise has come back because it was missed."""
        done = 0 if self.told is None else 1
        return self.current is not None and self.tries.get(self.current.id, 0) > done

    @property
    def returns(self) -> bool:
        """Whether the present exercise will come back."""
        return self.current is not None and self.current in self.queue[1:]

    @property
    def total(self) -> int:
        """How many different exercises the round has."""
        return len(self.first | dict.fromkeys(e.id for e in self.queue))

    @property
    def score(self) -> int:
        """How many were right at the first try."""
        return sum(self.first.values())

    def check(self, choice: int) -> bool:
        """Answer the present exercise, once; a mistake comes back after SPACING others."""
        exercise = self.queue[0]
        if self.told is not None:
            return self.told == exercise.answer
        self.told = choice
        self.tries[exercise.id] = self.tries.get(exercise.id, 0) + 1
        right = choice == exercise.answer
        self.first.setdefault(exercise.id, right)
        if not right:
            self.missed[exercise.id] = exercise
            if self.tries[exercise.id] <= REPEATS:
                self.queue.insert(1 + SPACING, exercise)
        return right

    def advance(self) -> None:
        """Go on to the next exercise, once the present one is answered."""
        if self.told is not None:
            self.queue.pop(0)
            self.told = None


class Rounds:
    """Rounds by visitor; the one longest unused gives way to a new one."""

    def __init__(self, limit: int = MAX_ROUNDS) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, Round] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, visitor: str, round_: Round) -> Round:
        """Begin a visitor's round instead of an earlier one."""
        with self._lock:
            self._kept[visitor] = round_
            self._kept.move_to_end(visitor)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return round_

    def of(self, visitor: str) -> Round | None:
        """A visitor's round, if one was begun."""
        with self._lock:
            return self._kept.get(visitor)
