"""A sum and the asks beside it in, out what is said with it: 最少配几人，由谁管 wants a sentence, too."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from assistant.bands import bands
from assistant.citations import Claim
from assistant.query import Query
from assistant.ranking import Candidate, confidence
from assistant.selection import tidy

WORKED_OUT = frozenset({"amount", "when", "yes_no"})  # asks that a sum answers
GATED = 8  # statements of an ask among which its answer is looked for
ASKS = re.compile("谁|哪|什么|啥|怎|如何|为何|咋")  # 下面两个镇分别210户和700户 asks nothing by itself
SURE = 0.15  # below this confidence nothing is said beside a sum


def beside(query: Query, worked: Sequence[Claim], parts: Sequence[Sequence[Candidate]]) -> list[Claim]:
    """For each ask of several that is no sum the statement that answers it, and no other ask better."""
    if len(parts) != len(query.asks):
        return []
    told = "".join(claim.text for claim in worked)
    rules = {quote for claim in worked for quote in claim.quotes}
    scores = [{c.place: c.score for c in own} for own in parts]
    claims = []
    for n, (ask, own) in enumerate(zip(query.asks, parts, strict=True)):
        others = scores[:n] + scores[n + 1 :]
        best = next((c for c in own[:GATED] if _fits(c, others, rules)), None)
        if best is None or not ASKS.search(ask.text) or ask.kinds & WORKED_OUT or confidence(best) < SURE:
            continue
        text = best.statement.text
        if "".join(text.split()).rstrip("；;，,。") not in told:
            claims.append(Claim(tidy(text), best.passage, (text,)))
    return claims


def _fits(
    candidate: Candidate, others: Sequence[Mapping[tuple[str, int], float]], rules: Collection[str]
) -> bool:
    """Whether a statement answers its ask better than the others, or is the sum's rule, and no table's."""
    sentence = candidate.passage.chunk.text[slice(*candidate.statement.sentence)]
    better = all(candidate.score > other.get(candidate.place, candidate.score - 1) for other in others)
    return candidate.complete and (better or candidate.statement.text in rules) and not bands(sentence)
