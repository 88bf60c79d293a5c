"""What rules give for each number of a question, by bands (assistant.bands) or so many for each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.bands import Band, bands, subject_fit
from assistant.citations import Claim, Working
from assistant.counted import Counted, counted
from assistant.figures import Figure, plain
from assistant.portions import for_each
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.totals import LACKING, Part, claims_of

COUNTED = re.compile("配|标准|合计|一共|总共|总数|区间|人手|底线|下限|[几多少](?:个|人|名)")
# 分别, 各: what is due for each is asked for, not only together.
EACH_ALONE = re.compile("分别|各(?:自|要|该|配|设|得|应|需)|另[一外]个|比(?!例)|(?<![还离])差")
TABLES = 60  # statements among which a table is looked for


def by_figure(query: Query, candidates: Sequence[Candidate]) -> list[Claim]:
    """What the rules give for each figure of the question, a claim for each passage, and what follows."""
    if (
        "amount" not in query.kinds
        and not COUNTED.search(query.rewritten)
        and not LACKING.search(query.focus)
    ):
        return []
    parts: list[Part] = []
    told = counted(query.focus)
    if len(told) > 1 and not EACH_ALONE.search(query.focus):
        alike = [c.figure for c in told if c.figure.unit == "个"]
        if together := _each(query, alike, candidates) if len(alike) > 1 else None:
            parts.append(together)
            told = [c for c in told if c.figure not in alike]
    for one in told:
        if part := _banded(query, one, candidates) or _each(query, [one.figure], candidates):
            parts.append(part)
    parts = [p for p in parts if p.passage.chunk.policy_id == parts[0].passage.chunk.policy_id]
    return claims_of(query, parts)


def _banded(query: Query, one: Counted, candidates: Sequence[Candidate]) -> Part | None:
    """The band of the figure, in the table whose subject the words before the figure name best."""
    figure = one.figure
    tables = [(c, bands(_sentence(c))) for c in candidates[:TABLES]]
    fitting = [(c, t) for c, t in tables if t and t[0].measure == figure.unit]
    if not fitting:
        return None
    before = query.focus[: figure.start]
    # The better-ranked table, where both fit alike.
    candidate, table = max(
        fitting,
        key=lambda ct: ct[0].score / 1000 + subject_fit(_sentence(ct[0])[:40], before, query.focus),
    )
    held = [b for b in table if b.holds(figure.value)]
    if one.side and len(held) > 1:  # 八千户以上的
        held = [b for b in held if (b.low if one.side == "上" else b.high) == figure.value]
    if not held:
        return None
    low, *_, high = sorted(b.result for b in (held[0], *held))
    text, sentence, unit = _in_band(figure, held), _sentence(candidate), held[0].unit
    if one.bodies is None:
        return Part(text, low, high, unit, candidate.passage, sentence, (figure,))
    n, ends = one.bodies.value, dict.fromkeys((low, high))
    steps = tuple(Working("×", (end, n), end * n) for end in ends)
    shown = "或".join(f"{plain(end)}×{plain(n)}={plain(end * n)}{unit}" for end in ends)
    text += f"，{one.bodies.text}共{shown}"
    given = (figure, one.bodies)
    return Part(text, low * n, high * n, unit, candidate.passage, sentence, given, steps)


def _in_band(figure: Figure, held: Sequence[Band]) -> str:
    if len(held) > 1:
        stated = "，".join(b.words for b in held)
        return f"{figure.text}恰在档次的交界上，原文没有写明归于哪边：{stated}"
    return f"{figure.text}属于“{held[0].words}”，至少{plain(held[0].result)}{held[0].unit}"


def _sentence(candidate: Candidate) -> str:
    """The clause, or the whole sentence where the clause holds one band of a table only."""
    if len(bands(candidate.statement.text)) > 1:
        return candidate.statement.text
    return candidate.passage.chunk.text[slice(*candidate.statement.sentence)]


def _each(query: Query, of: Sequence[Figure], candidates: Sequence[Candidate]) -> Part | None:
    """So many for each: 每个村1-2名, for a question about 18 villages, or 23 villages and 4 communities."""
    for candidate in candidates[:TABLES]:
        text = candidate.statement.text
        if due := for_each(query.focus, of, text):
            given, ends = tuple(of), (due.low, due.high, due.unit)
            return Part(due.text, *ends, candidate.passage, text, given, due.working, for_each=True)
    return None
