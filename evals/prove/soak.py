"""A server asked without a pause: what it holds does not grow."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

from evals.prove.library import corpus_library
from evals.prove.load import crowd
from evals.prove.questions import PLAIN
from evals.prove.serving import Server, serving
from evals.prove.table import Measure, Scale, Suite, below, none
from evals.prove.visitor import FAILED, HUNG, TOLD, Visitor

PEOPLE = 4
GROWTH = 5.0
WARM = 0.25  # of the time: caches, threads and allocator pools fill before the first look


def prove(scale: Scale) -> Suite:
    """Ask for an hour (a minute in the short form); compare memory after the warm-up and at the end."""
    seconds = scale.size(3600, 60)
    with serving(corpus_library(), scale.home) as server:
        early, late, how = asyncio.run(_soak(server, seconds))
    growth = (late / early - 1) * 100
    measures = (
        Measure("时间、提问", f"{seconds} 秒，{sum(how.values())} 问，请稍后 {how[TOLD]}"),
        none("出错或没有回音", how[FAILED] + how[HUNG]),
        Measure("内存", f"{early:.0f} → {late:.0f} MB"),
        below("内存增长", growth, GROWTH, "%"),
    )
    return Suite("长时间", measures)


async def _soak(server: Server, seconds: int) -> tuple[float, float, Counter[str]]:
    visitors = await crowd(server, PEOPLE)
    end = time.monotonic() + seconds
    work = [asyncio.create_task(_ask_on(visitor, end)) for visitor in visitors]
    await asyncio.sleep(seconds * WARM)
    early = server.memory()
    rounds = await asyncio.gather(*work)
    late = server.memory()
    for visitor in visitors:
        await visitor.close()
    return early, late, sum(rounds, Counter[str]())


async def _ask_on(visitor: Visitor, end: float) -> Counter[str]:
    how: Counter[str] = Counter()
    while time.monotonic() < end:
        how[(await visitor.ask(PLAIN[sum(how.values()) % len(PLAIN)])).how] += 1
        if sum(how.values()) % 10 == 0:
            visitor.begin_anew()
    return how
