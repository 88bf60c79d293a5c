"""The changes of changes.py in a process of their own, at a low priority: answers keep their pace.

In: the name of a change as an argument, its Order as JSON. Out: a JSON line for every Step, Draft and Outcome
as it happens. The process takes no lock but the library's own, so a killed one leaves nothing to clear up.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import changes
from ingest.card import Policy
from ingest.changes import Draft
from ingest.cleaning import Repair
from ingest.pipeline import Outcome
from ingest.records import dump, policy_from, policy_row
from ingest.storage import LibraryError

if TYPE_CHECKING:
    from ingest.embeddings import Embedder

STOPPED = "后台程序意外停止了（{code}）。已经存好的不受影响；请再试一次，仍不行请联系管理员查看运行日志。"
# What takes a second or two should not wait behind the answers of a busy office.
QUICK = ("correct", "withdraw", "take_back")
QUICK_NICE, SLOW_NICE = 5, 19
PR_SET_PDEATHSIG = 1  # prctl(2); the parent is the thread that waits in run()


@dataclass(frozen=True)
class Order:
    """What is to be done: files to read or to store (with their cards), or the policy to change."""

    library: Path
    files: tuple[Path, ...] = ()
    cards: tuple[Policy, ...] = ()
    policy_id: str = ""


@dataclass(frozen=True)
class Step:
    """How far a change has come."""

    stage: str
    done: int
    total: int


Report = Callable[[str, int, int], None]
CHANGES: dict[str, Callable[[Order, Report], Iterator[Draft | Outcome]]] = {
    "read": lambda o, report: changes.read_drafts(o.files, report),
    "add": lambda o, report: changes.add(
        o.library, list(zip(o.files, o.cards, strict=True)), _load_embedder, report
    ),
    "correct": lambda o, report: changes.correct(o.library, o.cards[0], _load_embedder, report),
    "withdraw": lambda o, report: changes.withdraw(o.library, o.policy_id, report),
    "take_back": lambda o, report: changes.take_back(o.library, report),
    "index_anew": lambda o, report: changes.index_anew(o.library, _load_embedder, report),
}


def run(change: str, order: Order) -> Iterator[Step | Draft | Outcome]:
    """Have a child make a change; LibraryError says why it could not."""
    root = Path(__file__).resolve().parents[1]
    child = subprocess.Popen(
        [sys.executable, "-m", "ingest.background", change],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    with child:
        child.stdin.write(_order_row(order))
        child.stdin.close()
        for line in child.stdout:
            if not line.startswith("{"):
                continue
            kind, values = next(iter(json.loads(line).items()))
            if kind == "fault":
                raise LibraryError(values)
            yield FROM_ROW[kind](values)
    if child.returncode:
        raise LibraryError(STOPPED.format(code=child.returncode))


def main(change: str) -> None:
    """The child: make one change, telling it line by line."""
    die_with_parent()
    os.nice(QUICK_NICE if change in QUICK else SLOW_NICE)
    order = _order_from(json.loads(sys.stdin.read()))
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not enter the lines

    def tell(kind: str, values: object) -> None:
        lines.write(dump({kind: values}) + "\n")
        lines.flush()

    try:
        for told in CHANGES[change](order, lambda *step: tell("Step", asdict(Step(*step)))):
            tell(type(told).__name__, _row(told))
    except LibraryError as fault:
        tell("fault", str(fault))


def die_with_parent() -> None:
    """On Linux: whoever started this is killed, so is this, and the next writer need not wait for it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _load_embedder() -> Embedder:
    from ingest.embeddings import load_embedder

    return load_embedder()


def _row(told: Draft | Outcome) -> dict[str, Any]:
    return {**asdict(told), "path": str(told.path), "policy": told.policy and policy_row(told.policy)}


def _policy(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "path": Path(row["path"]), "policy": row["policy"] and policy_from(row["policy"])}


def _draft_from(row: dict[str, Any]) -> Draft:
    return Draft(**{**_policy(row), "repairs": tuple(Repair(**repair) for repair in row["repairs"])})


FROM_ROW: dict[str, Callable[[Any], Step | Draft | Outcome]] = {
    "Step": lambda row: Step(**row),
    "Draft": _draft_from,
    "Outcome": lambda row: Outcome(**_policy(row)),
}


def _order_row(order: Order) -> str:
    return dump(
        {
            "library": str(order.library),
            "files": [str(file) for file in order.files],
            "cards": [policy_row(card) for card in order.cards],
            "policy_id": order.policy_id,
        }
    )


def _order_from(row: dict[str, Any]) -> Order:
    files, cards = (
        tuple(Path(file) for file in row["files"]),
        tuple(policy_from(card) for card in row["cards"]),
    )
    return Order(Path(row["library"]), files, cards, row["policy_id"])


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    main(sys.argv[1])
