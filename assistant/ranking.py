"""Passages in, statements out, best first: two small linear models over assistant.features."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.addressed import to_a_machine
from assistant.answerability import Meeting, network
from assistant.asked import Asked
from assistant.asks import Ask
from assistant.features import FEATURES, by_ask, enumerates, features_of, inside
from assistant.figures import Figure, figures
from assistant.query import Query
from assistant.retrieval import Passage
from assistant.sentences import Statement
from assistant.traits import DATE, statements
from assistant.wanted import Wanted
from assistant.weights import linear_model
from ingest.embeddings import QueryEncoding
from ingest.late_interaction import mean_vector, met_least
from ingest.words import fold

GAPS = (FEATURES.index("maxsim"), FEATURES.index("cover"))
OPPOSED = FEATURES.index("opposed")
PERIODS = {"年", "月", "日", "天"}
MONEY = {"元", "%"}
FAMILIES = {
    "period": {"年", "个月", "月", "周", "日", "天", "个工作日", "工作日", "个自然日", "小时"},
    "people": {"人", "名", "位", "个"},
}
DURATIONS = frozenset(FAMILIES["period"])
OFTEN = re.compile(
    "每(?:半)?(?:年|月|周|日|天|季)|(?<!一)定期|及时|立即|当场|随时"
)  # how often, without a figure
COUNTED = re.compile(r"(?:几|多少)(?:个)?(?:工作)?(?:日|天|年|月|小时)")  # wants a figure, not 及时
# 条例写没写最迟几天: that none is laid down answers it, too.
WHETHER = re.compile("写没写|定没定|有没有(?:写|定|规定|卡)|[定卡]死|死期限|硬(?:杠杠|期限)")
ADOPTED = re.compile(r"^\s*(?:19|20)\d{2}年\d{1,2}月\d{1,2}日.{0,60}(?:通过|修正|修订|公布|发布|批准)")
OWN_NOTICE = re.compile("非官方原文|整理的是|以官方(?:文本|原文)为准")
PENALTY = re.compile("罚款|给予处分|依法给予.{0,6}处分|吊销|没收违法所得")
ASKS_PENALTY = re.compile("罚|吊销|处分|处理|责任|后果|违|不按|不得|骗|擅自|没有?按|拒不|逾期|怎么办|会怎样")
BARE_HEADING = re.compile(
    r"\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|#+ "
    r"|第[一二三四五六七八九十百]+[编章节])"
    r"[^。；：:，]{0,30}\s*"
)


@dataclass(frozen=True)
class Candidate:
    """A statement that may answer, with its features (in the order of FEATURES) and its score.

    `by_ask` is the late interaction of each ask of the question with the statement, `question` the question's
    encoding (see Wanted). `complete` is False where a known number of things is asked for and the statement
    does not list them, or a sum and it has none.
    """

    passage: Passage
    statements: tuple[Statement, ...]
    at: int
    features: tuple[float, ...]
    score: float
    by_ask: tuple[float, ...]
    complete: bool = True
    question: QueryEncoding | None = None

    @property
    def opposed(self) -> bool:
        """Whether it speaks of the other one of a pair that the question names one of."""
        return bool(self.features) and self.features[OPPOSED] > 0

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands: the id of its chunk and its number there."""
        return self.passage.chunk.id, self.at

    @property
    def statement(self) -> Statement:
        """The statement itself."""
        return self.statements[self.at]


def rank(query: Query, passages: Sequence[Passage], want: Wanted) -> list[Candidate]:
    """All statements of the passages, the most probable answer first."""
    found: list[Candidate] = []
    asked = Asked.of(query, want, passages)
    for passage in passages:
        parts = statements(passage.chunk.text)
        if passage.similar is None or not parts:
            continue
        told = features_of(asked, passage, parts)
        for at, (statement, (values, best)) in enumerate(zip(parts, told, strict=True)):
            if not (to_a_machine(statement.text) or _says_nothing(query, passage, statement)):
                complete = _complete(query, want, passage, statement)
                asks = by_ask(want, statement, best)
                found.append(Candidate(passage, parts, at, values, 0.0, asks, complete, want.encoding))
    if not found:
        return []
    if want.enumerated > 1 and want.quoted:
        # Where the library knows the slogan, its things are listed beside it or nowhere.
        beside = [any(q in fold(c.passage.chunk.text) for q in want.quoted) for c in found]
        if any(beside):
            found = [replace(c, complete=c.complete and near) for c, near in zip(found, beside, strict=True)]
    top = [max(c.features[n] for c in found) for n in GAPS]
    scored = []
    for candidate in found:
        gaps = tuple(candidate.features[n] - best for n, best in zip(GAPS, top, strict=True))
        values = (*candidate.features, *gaps)
        scored.append(replace(candidate, features=values, score=score(values)))
    return sorted(scored, key=lambda c: -c.score)


def _says_nothing(query: Query, passage: Passage, statement: Statement) -> bool:
    """A digest's own notice is no rule, a numbered heading answers nothing, and how a law was adopted only
    answers who asks for it."""
    if ADOPTED.search(statement.text) and not re.search("通过|修订|修正|公布|发布|版|施行|出台", query.focus):
        return True
    sentence = passage.chunk.text[slice(*statement.sentence)]
    if passage.policy.digest and OWN_NOTICE.search(statement.heading + sentence):
        return True
    return bool(BARE_HEADING.fullmatch(statement.text))


def _complete(query: Query, want: Wanted, passage: Passage, statement: Statement) -> bool:
    if want.enumerated > 1:
        held = any(_holds(ask, statement.text) for ask in query.asks)
        return held and enumerates(fold(statement.text), want.enumerated)
    lead = passage.chunk.text[slice(*statement.lead)] if statement.lead else ""
    text = lead + passage.chunk.text[statement.start : statement.sentence[1]]
    if query.units and PENALTY.search(text) and not ASKS_PENALTY.search(query.rewritten):
        return False  # the sum of a fine is no threshold
    return any(meets(ask, text) for ask in query.asks)


def meets(ask: Ask, text: str) -> bool:
    """Whether a text holds what an ask wants by its kind: a figure of the unit, a date, a telephone number.

    Example: meets(<几年>, "在一定期限内禁止参与") -> False
    """
    if _wants_figure(ask):
        often = bool(ask.units & PERIODS and not COUNTED.search(ask.text) and OFTEN.search(text))
        half = "%" in ask.units and "半数" in text
        if (
            not often
            and not half
            and not any(f.unit in ask.units and not _in_a_date(f, text) for f in figures(text))
        ):
            return False
    if ask.wants_day and not DATE.search(text):
        return False
    if ask.confirms and not any(same_kind(ask.confirms, f) for f in figures(text)):
        return False
    return _holds(ask, text)


def _holds(ask: Ask, text: str) -> bool:
    return all(re.search(pattern, text) for pattern in ask.holds)


def same_kind(units: Iterable[str], figure: Figure) -> bool:
    """Whether a figure is of one kind with units that are asked for (年 and 个月), and no year."""
    return bool(_families(units) & _families([figure.unit])) and not _year(figure)


def _families(units: Iterable[str]) -> set[str]:
    """Units of one kind under one name: 年, 个月 and 日 are all periods."""
    return {next((family for family, of in FAMILIES.items() if unit in of), unit) for unit in units if unit}


def _in_a_date(figure: Figure, text: str) -> bool:
    """Whether a figure is part of a date: no period is 5月 of 2018年5月."""
    after_part = figure.start > 0 and text[figure.start - 1] in "年月"
    return _year(figure) or (after_part and figure.unit in ("月", "日"))


def _year(figure: Figure) -> bool:
    """Whether a figure names a year (2018年) and not a period."""
    return figure.unit == "年" and 1900 <= figure.value < 2100


def constrained(ask: Ask) -> bool:
    """Whether an ask wants something that can be seen to be absent."""
    return bool(ask.holds or ask.wants_day or ask.confirms or _wants_figure(ask))


def _wants_figure(ask: Ask) -> bool:
    """Whether an ask wants a figure of its units, and does not only mention one."""
    whether = ask.units <= DURATIONS and WHETHER.search(ask.text)
    return bool(ask.units and not whether and ("amount" in ask.kinds or ask.units & MONEY))


def score(values: Sequence[float]) -> float:
    """How well a statement answers, for ordering: a linear model fitted by `python -m evals.fit`."""
    weights, bias = linear_model("order", FEATURES)
    return float(np.dot(weights, values)) + bias


def plausibility(candidate: Candidate) -> float:
    """The probability that a statement answers, by how well it fits alone: the linear model fitted by
    `python -m evals.fit`. It compares statements, of one region and of another."""
    return _probability(log_odds(candidate))


def confidence(candidate: Candidate) -> float:
    """The probability that a statement answers the question at all: the linear model's, corrected by the
    network of assistant.answerability."""
    if candidate.question is None:
        return plausibility(candidate)
    judge = network()
    inputs = judge.inputs(candidate.features, meeting(candidate, candidate.question))
    return _probability(judge.log_odds(log_odds(candidate), inputs))


def log_odds(candidate: Candidate) -> float:
    """The log-odds that a statement answers, by the linear model."""
    weights, bias = linear_model("answerable", FEATURES)
    return float(np.dot(weights, candidate.features)) + bias


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def meeting(candidate: Candidate, question: QueryEncoding) -> Meeting:
    """How a question meets a statement's tokens, or its passage's where it has none of its own."""
    passage, statement = candidate.passage, candidate.statement
    assert passage.tokens is not None
    assert passage.spans is not None
    assert passage.similar is not None
    own = inside(passage.spans.astype(int), statement.start, statement.end)
    held = own if own.start < own.stop else slice(None)
    unmet, farthest = met_least(question.tokens, passage.similar[:, held])
    return Meeting(question.vector, mean_vector(passage.tokens[held]), unmet, farthest)
