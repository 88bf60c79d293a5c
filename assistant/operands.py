"""The words of a question in, the figure of a rule that they name out, where no other fits about as well.

Example: of "配备社会工作人才4000多名,培训社会工作人才6300多名" the words 培训的社工 name 6300多名.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.figures import Figure, figures
from assistant.ranking import Candidate
from assistant.retrieval import Passage
from ingest.regions import cut_out, find_regions
from ingest.words import NUMBER, UNITS, words

MANY = 60  # statements whose figures are looked at
COVERED = 0.5  # of the words of a question's phrase so many must stand beside the figure
LEAD = 1.25  # and so much better than the next one a figure must fit
DATES = ("年", "月", "日", "岁", "周岁")
FRAMING = frozenset(
    {"总数", "数量", "人数", "人次", "总共", "一共", "大概", "大约", "全省", "全市", "每年", "累计", "目前"}
    | {"金额", "资金", "数字", "这个", "那个", "平均", "左右", "实际"}
)
LONG_FORM = {2: "[一-龥]{1,2}", 3: "[一-龥]{0,3}"}  # what may stand between the characters of a short form
BREAK = re.compile("[，,；;。：:、]")
SENTENCE = re.compile("[；;。\n]")


@dataclass(frozen=True)
class Operand:
    """A figure of a rule and the words that stand beside it."""

    figure: Figure
    beside: str
    candidate: Candidate

    @property
    def passage(self) -> Passage:
        """Where it stands."""
        return self.candidate.passage


def operands(candidates: Sequence[Candidate]) -> list[Operand]:
    """The figures of the best document's statements (no dates), each with its own words."""
    found: list[Operand] = []
    for candidate in candidates[:MANY]:
        if candidate.passage.chunk.policy_id == candidates[0].passage.chunk.policy_id:
            found += [Operand(f, beside, candidate) for f, beside in _with_words(candidate.statement.text)]
    return found


def _with_words(text: str) -> list[tuple[Figure, str]]:
    told = [f for f in figures(text) if (f.unit and f.value > 1) or f.value >= 100]
    found = []
    for n, figure in enumerate(told):
        begin = max((m.end() for m in SENTENCE.finditer(text, 0, figure.start)), default=0)
        if n and told[n - 1].end > begin:
            gap = BREAK.search(text, told[n - 1].end, figure.start)
            begin = gap.end() if gap else told[n - 1].end
        until = BREAK.search(text, figure.end)
        end = min(
            until.start() if until else len(text), told[n + 1].start if n + 1 < len(told) else len(text)
        )
        if figure.unit not in DATES:
            found.append((figure, text[begin:end]))
    return found


def named(phrase: str, pool: Sequence[Operand]) -> Operand | None:
    """The figure that a phrase of the question names: by its value, or by the words beside it."""
    told = [f for f in figures(phrase) if f.value > 1 and f.unit not in DATES]
    if told:
        if len(told) > 1:
            return None
        pool = [o for o in pool if _same(o.figure, told[0])]
        return pool[0] if pool and len({o.passage.chunk.policy_id for o in pool}) == 1 else None
    asked = _content(phrase)
    if not asked:
        return None
    held = Counter(word for operand in pool for word in asked if stands(word, operand.beside))
    scored = []
    for operand in pool:
        here = [word for word in asked if stands(word, operand.beside)]
        scored.append((sum(1 / held[word] for word in here), len(here) / len(asked), operand))
    scored.sort(key=lambda one: -one[0])
    if not scored or scored[0][1] < COVERED or not scored[0][0]:
        return None
    best, _, operand = scored[0]
    others = [score for score, _, other in scored if not _same(other.figure, operand.figure)]
    return operand if best >= LEAD * max(others, default=0.0) else None


def _same(one: Figure, other: Figure) -> bool:
    return one.value == other.value and (one.unit == other.unit or not one.unit or not other.unit)


def _content(phrase: str) -> list[str]:
    """The words of a phrase that tell a figure from another."""
    found = dict.fromkeys(words(cut_out(phrase, find_regions(phrase)), question=True))
    return [w for w in found if len(w) > 1 and w not in FRAMING | UNITS and not NUMBER.match(w)]


def stands(word: str, text: str) -> bool:
    """Whether a word stands in the text, also in its long form (社工站 in 社会工作服务站)."""
    return word in text or (len(word) in LONG_FORM and bool(re.search(LONG_FORM[len(word)].join(word), text)))
