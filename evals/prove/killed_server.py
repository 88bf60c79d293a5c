"""kill -9 of the page, and of the process that stores, while files are uploaded and questions asked.

A round: start, look for everything that former rounds were told, then upload, store, withdraw and ask until
a kill at any time. What a person was told is stored must be there, what was withdrawn must not.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from evals.prove import serving
from evals.prove.manager import STORED, Manager
from evals.prove.serving import Server
from evals.prove.table import Measure, Scale, Suite, below, none
from ingest import background, versions
from ingest.background import Order
from ingest.embeddings import load_embedder
from ingest.library import Library
from ingest.pipeline import ingest_paths
from ingest.storage import LibraryError
from ingest.vectors import vectors_directory

LONG, SHORT = 50, 3
RECOVERY = 30.0
ORPHANED = 90.0  # seconds in which a process whose server is gone must have ended
NAME = "第{}号服务"
TEXT = "{0}管理办法\n\n第一条　{0}由县级人民政府民政部门负责，街道办事处应当公开服务目录，接受群众监督。\n"
LOOKED_FOR = 4  # stored files that are looked for on the page each round; in the library all are
WITHDRAWS = 0.3  # of the rounds


@dataclass
class Told:
    """What people were told."""

    tried: set[int] = field(default_factory=set)
    stored: set[int] = field(default_factory=set)
    withdrawn: set[int] = field(default_factory=set)
    storing: bool = False
    answered: int = 0
    wrong: list[str] = field(default_factory=list)


def prove(scale: Scale) -> Suite:
    """A round that is let end, to know how long one takes; the rounds that are not; one more start."""
    chance, told = Random(scale.seed), Told()
    library = scale.home / "library"
    wanted = scale.size(LONG, SHORT)
    ingest_paths([_file(scale.home, 0, told)], library, load_embedder)
    told.stored.add(0)
    with serving.serving(library, scale.home) as server:
        began = time.monotonic()
        _work(server, scale.home, 1, told, withdraw=None)
        span = time.monotonic() - began
    starts, storing, orphans = [], 0, 0
    for number in range(2, wanted + 2):
        server = serving.start(library, scale.home)
        starts.append(server.seconds)
        _look(library, server.url, told, chance, number)
        while_storing, children = _until_killed(server, scale.home, number, told, chance, span)
        storing += while_storing
        orphans += not _ended(children)
    with serving.serving(library, scale.home) as server:
        starts.append(server.seconds)
        _look(library, server.url, told, chance, 0)
    return Suite(
        "网页被杀",
        (
            Measure("kill -9 服务进程", str(wanted), str(wanted)),
            Measure("其中存入途中", str(storing)),
            Measure("报告过已存入／已撤下", f"{len(told.stored | told.withdrawn)}／{len(told.withdrawn)}"),
            Measure("其间的回答", str(told.answered)),
            none("丢失、混杂、撤下又出现、不能再用", len(told.wrong)),
            none(f"{ORPHANED:.0f} 秒后还留着的后台程序", orphans),
            below("最慢的启动（含自行修复）", max(starts), RECOVERY, "秒"),
        ),
        tuple(told.wrong),
    )


def _file(home: Path, number: int, told: Told) -> Path:
    file = home / f"{NAME.format(number)}.txt"
    file.write_text(TEXT.format(NAME.format(number)), encoding="utf-8")
    told.tried.add(number)
    return file


def _until_killed(
    server: Server, home: Path, number: int, told: Told, chance: Random, span: float
) -> tuple[bool, list[int]]:
    """Work and ask until the kill; whether it came while a file was being stored, and who is left."""
    held = sorted(told.stored)
    withdraw = chance.choice(held) if len(held) > LOOKED_FOR and chance.random() < WITHDRAWS else None
    threads = [
        threading.Thread(target=_work, args=(server, home, number, told, withdraw)),
        threading.Thread(target=_ask, args=(server, told, [chance.choice(held) for _ in range(200)])),
    ]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0, 1.2 * span))
    storing = told.storing
    children = _children(server.process.pid)
    server.kill()
    if chance.random() < 0.5:
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    for thread in threads:
        thread.join()
    return storing, children


def _work(server: Server, home: Path, number: int, told: Told, withdraw: int | None) -> None:
    """Store a file through the page, then withdraw an older one by a program of one's own."""
    told.storing = False
    with suppress(httpx.HTTPError):
        manager = Manager(server.url)
        manager.upload(_file(home, number, told))
        told.storing = True
        said = manager.store()
        told.storing = False
        if any(word in said for word in STORED):
            told.stored.add(number)
        elif "正在" in said or "程序出错" in said:
            told.wrong.append(f"第 {number} 轮不能存入：{said[:200]}")
    if withdraw is not None:
        _withdraw(home / "library", withdraw, told)


def _withdraw(library_dir: Path, number: int, told: Told) -> None:
    with Library.open(library_dir) as library:
        of = next((p.id for p in library.policies() if p.title.startswith(NAME.format(number))), "")
    told.stored.discard(number)  # until it is told, either may be
    with suppress(LibraryError):
        list(background.run("withdraw", Order(library_dir, policy_id=of)))
        told.withdrawn.add(number)


def _ask(server: Server, told: Told, numbers: list[int]) -> None:
    """Questions about what is stored, one after the other, each answered in the words of one file."""
    with suppress(httpx.HTTPError):
        manager = Manager(server.url)
        for number in numbers:
            reply = manager.ask(f"{NAME.format(number)}由谁负责")
            told.answered += 1
            for citation in reply["citations"]:
                if not any(citation["quote"] in TEXT.format(NAME.format(n)) for n in told.tried):
                    told.wrong.append(f"引文不是任何一份文件的：{citation['quote'][:80]}")


def _look(library_dir: Path, url: str, told: Told, chance: Random, number: int) -> None:
    """I1, I3 and I4 after a start: in the library all files, on the page some of them."""
    where = f"第 {number} 轮启动后" if number else "最后一次启动后"
    vectors = vectors_directory(library_dir)
    try:
        versions.verify(vectors / str(versions.current_name(vectors)))
        with Library.open(library_dir) as library:
            texts = "\n".join(library.text(policy.id) for policy in library.policies())
        manager = Manager(url)
        for n in told.stored | told.withdrawn:
            there = f"{NAME.format(n)}由县级" in texts
            if there != (n in told.stored):
                told.wrong.append(f"{where}：{NAME.format(n)}{'又出现了' if there else '丢失'}")
        held = sorted(told.stored)
        for n in chance.sample(held, min(LOOKED_FOR, len(held))):
            if f"{NAME.format(n)}由县级" not in manager.found(f"{NAME.format(n)}由谁负责"):
                told.wrong.append(f"{where}：页面查不到{NAME.format(n)}")
        for n in sorted(told.withdrawn)[-LOOKED_FOR:]:
            if f"{NAME.format(n)}由县级" in manager.found(f"{NAME.format(n)}由谁负责"):
                told.wrong.append(f"{where}：页面还查得到撤下的{NAME.format(n)}")
        manager.close()
    except (LibraryError, httpx.HTTPError) as fault:
        told.wrong.append(f"{where}：{type(fault).__name__} {fault}")


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text().split())
    return found + [grandchild for child in found for grandchild in _children(child)]


def _ended(pids: list[int]) -> bool:
    """Whether processes without a parent end by themselves."""
    end = time.monotonic() + ORPHANED
    while any(_alive(pid) for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def _alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False
