"""Many people with a word of their own in each question: nobody reads another's."""

from __future__ import annotations

import asyncio
import re
from random import Random

from evals.prove.library import corpus_library
from evals.prove.load import crowd
from evals.prove.questions import PLAIN
from evals.prove.serving import Server, serving
from evals.prove.table import Measure, Scale, Suite, none
from evals.prove.visitor import ANSWERED, TOLD, Asked, Visitor

TOKEN = re.compile(r"ZQ\d{4}")
PEOPLE = 16
PAUSE = 0.5  # seconds until somebody who was told to come again does
OWN_CONVERSATION = 4  # questions of a person in a conversation, after which it begins anew


def prove(scale: Scale) -> Suite:
    """Ask through the page and the API by turns, and look for other people's words in all that comes back."""
    wanted = scale.size(10_000, 64)
    with serving(corpus_library(), scale.home) as server:
        foreign, answered, asked = asyncio.run(_ask(server, scale, wanted))
    measures = (
        Measure("回答", f"{answered} / {asked}", f"{wanted}", answered == wanted),
        none("带有别人的字", len(foreign)),
    )
    return Suite("隔离", measures, tuple(foreign))


async def _ask(server: Server, scale: Scale, wanted: int) -> tuple[list[str], int, int]:
    visitors = await crowd(server, PEOPLE)
    rounds = await asyncio.gather(
        *(
            _person(visitor, n, Random(f"{scale.seed}-{n}"), wanted // PEOPLE)
            for n, visitor in enumerate(visitors)
        )
    )
    exported = [await _others_conversation(visitors[n], visitors[n - 1]) for n in range(PEOPLE)]
    for visitor in visitors:
        await visitor.close()
    done = [(n, asked) for n, round_ in enumerate(rounds) for asked in round_]
    foreign = [
        f"{token} 给了 {_own(n)}" for n, asked in done for token in set(TOKEN.findall(asked.text)) - {_own(n)}
    ]
    foreign += [f"读到别人的对话：{status}" for status in exported if status == 200]
    return foreign, sum(asked.how == ANSWERED for _, asked in done), len(done)


async def _person(visitor: Visitor, n: int, chance: Random, times: int) -> list[Asked]:
    done = []
    for k in range(times):
        question = f"{chance.choice(PLAIN)}，经办人{_own(n)}"
        ask = visitor.api if k % 2 else visitor.ask
        done.append(await ask(question))
        while done[-1].how == TOLD:
            await asyncio.sleep(PAUSE)
            done[-1] = await ask(question)
        if k % OWN_CONVERSATION == 0:
            visitor.begin_anew()
    return done


async def _others_conversation(thief: Visitor, owner: Visitor) -> int:
    """Ask for another's conversation by its id: the status of the answer."""
    return (await thief.get(f"/export/conversation/{owner.conversation}.md")).status_code


def _own(n: int) -> str:
    return f"ZQ{n:04}"
