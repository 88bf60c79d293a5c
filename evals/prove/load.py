"""Two hundred people at a real server: all at once, then through a while with a publication every minute."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from evals.prove.library import corpus_library
from evals.prove.questions import PLAIN
from evals.prove.serving import UNLIMITED, Server, serving, start
from evals.prove.table import Measure, Scale, Suite, below, none
from evals.prove.visitor import ANSWERED, FAILED, HUNG, TOLD, Asked, Visitor

P95, AT_ONCE = 3.0, 1.0
THINKING = 60.0  # seconds between two questions of a person
PUBLISH_EVERY = 60.0


def prove(scale: Scale) -> Suite:
    """Open the page for everybody, ask at once, ask through a while of publications, kill and restart."""
    library = scale.home / "library"
    shutil.copytree(corpus_library(), library, ignore=shutil.ignore_patterns(".policy-vectors-*"))
    people, seconds = scale.size(200, 12), scale.size(300, 30)
    with serving(library, scale.home) as server:
        begun = server.cpu()
        burst, steady = asyncio.run(_day(server, library, scale, people, seconds))
        spent = (server.cpu() - begun) / max(1, len([a for a in burst + steady if a.how == ANSWERED]))
    measures = [
        *_told_of(f"{people} 人同时提问", burst),
        *_told_of(f"{people} 人各约每分钟一问，{seconds} 秒，其间每分钟发布", steady),
        Measure("每答一问的处理器时间", f"{spent * 1000:.0f} 毫秒"),
        *_killed(scale, library),
    ]
    faults = Counter(f"{a.how}：{a.text[-200:]}" for a in burst + steady if a.how in (FAILED, HUNG))
    return Suite("负载", tuple(measures), tuple(f"{count} 次 {fault}" for fault, count in faults.items()))


def p95(values: Sequence[float]) -> float:
    """The 95th percentile. Example: p95([1, 2, 3]) -> 3"""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))] if values else 0.0


async def crowd(server: Server, people: int) -> list[Visitor]:
    """So many browsers with the page open."""
    visitors = [Visitor(server.url) for _ in range(people)]
    for first in range(0, people, 10):
        await asyncio.gather(*(visitor.open() for visitor in visitors[first : first + 10]))
    return visitors


async def _day(
    server: Server, library: Path, scale: Scale, people: int, seconds: int
) -> tuple[list[Asked], list[Asked]]:
    visitors = await crowd(server, people)
    chance = Random(scale.seed)
    burst = await asyncio.gather(*(v.ask(f"{chance.choice(PLAIN)}（{n}）") for n, v in enumerate(visitors)))
    publishing = asyncio.create_task(_publish(library, scale.home, seconds, people))
    rounds = await asyncio.gather(
        *(_work(v, Random(f"{scale.seed}-{n}"), seconds) for n, v in enumerate(visitors))
    )
    await publishing
    for visitor in visitors:
        await visitor.close()
    return list(burst), [asked for round_ in rounds for asked in round_]


async def _work(visitor: Visitor, chance: Random, seconds: int) -> list[Asked]:
    """One person's questions until the time is over."""
    done: list[Asked] = []
    end = time.monotonic() + seconds
    thinking = min(THINKING, seconds / 2)
    await asyncio.sleep(chance.uniform(0, thinking))
    while time.monotonic() < end:
        done.append(await visitor.ask(chance.choice(PLAIN)))
        await asyncio.sleep(chance.uniform(0.5, 1.5) * thinking)
    return done


async def _publish(library: Path, home: Path, seconds: int, people: int) -> None:
    """A document more every minute, by the command that a person would use."""
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        number += 1
        file = home / f"新{people}-{number}.txt"
        file.write_text(
            f"第{number}号新办法\n\n第一条　第{number}号新服务由县级民政部门负责。\n", encoding="utf-8"
        )
        command = [sys.executable, "-m", "ingest", str(file), "--library", str(library)]
        done = await asyncio.create_subprocess_exec(
            *command, env=os.environ | UNLIMITED, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        await done.wait()
        await asyncio.sleep(max(0.0, min(PUBLISH_EVERY, end - time.monotonic())))


def _told_of(name: str, asked: Sequence[Asked]) -> list[Measure]:
    how = Counter(one.how for one in asked)
    answered = [one.seconds for one in asked if one.how == ANSWERED]
    told = [one.seconds for one in asked if one.how == TOLD]
    measures = [
        Measure(name, f"{len(asked)} 问：答 {how[ANSWERED]}，请稍后 {how[TOLD]}"),
        below("　答完 p95", p95(answered), P95, "秒"),
        none("　出错或没有回音", how[FAILED] + how[HUNG]),
    ]
    return [*measures, below("　请稍后 p95", p95(told), AT_ONCE, "秒")] if told else measures


def _killed(scale: Scale, library: Path) -> list[Measure]:
    """kill -9 of the server while people ask; the next start answers, and keeps what was said."""
    server = start(library, scale.home)
    asyncio.run(_until_killed(server, scale.size(20, 4)))
    again = start(library, scale.home)
    try:
        asked = asyncio.run(_once(again))
    finally:
        again.kill()
    left = [path.name for path in (library / "vectors").iterdir() if path.name.startswith(".policy")]
    return [
        below("被杀后重新启动", again.seconds, 30.0, "秒"),
        Measure("被杀后的第一问", asked.how, ANSWERED, asked.how == ANSWERED),
        Measure("留下的私有副本", str(len(left)), "≤ 1", len(left) <= 1),
    ]


async def _until_killed(server: Server, people: int) -> None:
    visitors = await crowd(server, people)
    asking = [asyncio.create_task(visitor.ask(PLAIN[n % len(PLAIN)])) for n, visitor in enumerate(visitors)]
    await asyncio.sleep(0.5)
    server.kill()
    await asyncio.gather(*asking)
    for visitor in visitors:
        await visitor.close()


async def _once(server: Server) -> Asked:
    visitor = Visitor(server.url)
    await visitor.open()
    asked = await visitor.ask(PLAIN[0])
    await visitor.close()
    return asked
