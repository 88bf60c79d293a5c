"""Claims in, citations or rejections out: the only place where a citation is made.

A claim passes when its quote stands in the passage it names, every figure it states stands in that quote
(or follows from it by arithmetic that is done again here), and its region and date are those asked about.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from assistant.addressed import TO_A_MACHINE, to_a_machine
from assistant.card_lines import card_line
from assistant.figures import figures
from assistant.query import Query
from assistant.retrieval import Passage
from ingest.card import Policy
from ingest.chunking import Chunk
from ingest.regions import ancestors

OPERATIONS = {
    "+": sum,
    "×": lambda xs: xs[0] * xs[1],
    "÷": lambda xs: xs[0] / xs[1],
    "-": lambda xs: xs[0] - xs[1],
}
MONTHS_A_YEAR = Fraction(12)  # it stands nowhere, and every reader knows it


@dataclass(frozen=True)
class Working:
    """One step of a shown calculation, e.g. 2 + 4 + 6 = 12.

    Operands stand in the question, the quotes or the result of an earlier step; `rounded` is "up", "down" or
    "" for exact.
    """

    operation: str
    operands: tuple[Fraction, ...]
    result: Fraction
    rounded: str = ""

    def holds(self) -> bool:
        """Whether the arithmetic is right."""
        value = Fraction(OPERATIONS[self.operation](list(self.operands)))
        if self.rounded == "up":
            value = Fraction(-(-value.numerator // value.denominator))
        elif self.rounded == "down":
            value = Fraction(value.numerator // value.denominator)
        return value == self.result


@dataclass(frozen=True)
class Claim:
    """A statement wanted: its words, the passage it rests on, and the words copied from that passage.

    `quotes` are verbatim pieces of passage.chunk.text. What a statement adds to them by
    calculation is in `given` (figures it takes from the question), `carried` (figures that an earlier
    claim of the same answer states, from its own passage), `working` and `computed_dates`. `card` is the
    field of the document's card that it tells (assistant.card_lines) where the text does not.
    """

    text: str
    passage: Passage
    quotes: tuple[str, ...]
    given: tuple[Fraction, ...] = ()
    working: tuple[Working, ...] = ()
    computed_dates: tuple[date, ...] = ()
    group: str = ""
    carried: tuple[Fraction, ...] = ()
    card: str = ""


def worked_out(
    passage: Passage,
    quote: str,
    said: str,
    given: Sequence[Fraction],
    working: Sequence[Working] = (),
    days: Sequence[date] = (),
) -> Claim:
    """A claim of what follows from a rule: the result first, then the rule's own words."""
    text = f"{said}：{''.join(quote.split()).rstrip('；;，,')}"
    return Claim(text, passage, (quote,), tuple(given), tuple(working), tuple(days))


@dataclass(frozen=True)
class Citation:
    """Verified words: `quote` == the policy's clean text[start:end]; `number` is its mark [n]."""

    number: int
    policy: Policy
    chunk: Chunk
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class Rejection:
    """A claim that did not pass, and why."""

    claim: Claim
    reason: str


@dataclass(frozen=True)
class Verified:
    """A claim that passed, with its citations."""

    claim: Claim
    citations: tuple[Citation, ...]


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """The span of `quote` in `text`, exact after folding width and leaving white space out.

    Example: locate("（一）甲", "第一条\\n(一) 甲") -> (4, 9)
    """
    wanted, _ = _fold(quote)
    if not wanted:
        return None
    folded, origin = _fold(text)
    at = folded.find(wanted)
    if at < 0:
        return None
    return origin[at], origin[at + len(wanted) - 1] + 1


def _fold(text: str) -> tuple[str, list[int]]:
    folded: list[str] = []
    origin: list[int] = []
    for i, c in enumerate(text):
        for f in unicodedata.normalize("NFKC", c):
            if not f.isspace() and unicodedata.category(f) != "Cf":
                folded.append(f.lower())
                origin.append(i)
    return "".join(folded), origin


def verify(claims: Iterable[Claim], query: Query) -> tuple[list[Verified], list[Rejection]]:
    """Check each claim; number the citations of those that pass in the order in which they are stated."""
    passed: list[Verified] = []
    rejected: list[Rejection] = []
    numbers: dict[tuple[str, int, int], Citation] = {}
    told: set[Fraction] = set()
    for claim in claims:
        if reason := why_not(claim, query, told):
            rejected.append(Rejection(claim, reason))
            continue
        told |= {f.value for f in figures(claim.text)}
        passed.append(Verified(claim, tuple(_cite(claim, quote, numbers) for quote in claim.quotes)))
    return passed, rejected


def why_not(claim: Claim, query: Query, told: Collection[Fraction] = ()) -> str | None:
    """The reason why a claim must not be shown, or None; `told` are the figures of the claims before it."""
    text = claim.passage.chunk.text
    if not claim.quotes or any(locate(quote, text) is None for quote in claim.quotes):
        return "引文不在所引片段中"
    if any(to_a_machine(words) for words in (claim.text, *claim.quotes)):
        return TO_A_MACHINE
    if not all(step.holds() for step in claim.working):
        return "计算不成立"
    if not set(claim.carried) <= set(told):
        return "所用的数字不在前面的陈述中"
    if not _grounded(claim, query):
        return "计算所用的数字没有出处"
    if claim.card and claim.text != card_line(claim.passage.policy, claim.card):
        return "文件信息中没有这一项"
    if not claim.card and (unsupported := unsupported_figures(claim, query)):
        return f"数字不在引文中：{'、'.join(unsupported)}"
    policy = claim.passage.policy
    if query.regions and policy.region is not None:
        allowed = {code for region in query.regions for code in ancestors(region.code)}
        if policy.region not in allowed:
            return "引文属于其他地区"
    # A rule that is no more in force is told where it is asked for by name, with a mark beside it.
    asked_for = claim.passage.named or claim.passage.exact or query.version in ("previous", "change")
    if not claim.passage.in_force and not asked_for:
        return "引文在基准日不是现行规定"
    return None


def unsupported_figures(claim: Claim, query: Query) -> list[str]:
    """Figures of the claim that neither stand in its quotes nor follow from its working."""
    known = _stated(claim, query)
    known |= {value for step in claim.working for value in (step.result, *step.operands)}
    known |= {Fraction(part) for day in claim.computed_dates for part in (day.year, day.month, day.day)}
    return [f.text for f in figures(claim.text) if not _supported(f.value, known)]


def _stated(claim: Claim, query: Query) -> set[Fraction]:
    """The figures of the quotes and the title, and those the claim takes from the question."""
    texts = (*claim.quotes, claim.passage.policy.title)
    given = {f.value for f in figures(query.rewritten)} & set(claim.given)
    return {f.value for text in texts for f in figures(text)} | given | set(claim.carried)


def _grounded(claim: Claim, query: Query) -> bool:
    """Whether each step starts from figures that stand somewhere, or from the results of earlier steps."""
    known = _stated(claim, query) | {Fraction(query.as_of.year), MONTHS_A_YEAR}
    for step in claim.working:
        if not known.issuperset(step.operands):
            return False
        known.add(step.result)
    return True


def _supported(value: Fraction, known: Sequence[Fraction] | set[Fraction]) -> bool:
    return value in known or any(
        abs(value - k) < Fraction(1, 100) * abs(k) and k.denominator > 1 for k in known
    )


def _cite(claim: Claim, quote: str, numbers: dict[tuple[str, int, int], Citation]) -> Citation:
    chunk = claim.passage.chunk
    span = locate(quote, chunk.text)
    assert span is not None  # why_not has found it
    start, end = chunk.start + span[0], chunk.start + span[1]
    key = (chunk.policy_id, start, end)
    if key not in numbers:
        words = chunk.text[span[0] : span[1]]
        numbers[key] = Citation(len(numbers) + 1, claim.passage.policy, chunk, words, start, end)
    return numbers[key]
