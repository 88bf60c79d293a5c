"""What a statement has that speaks for it: late interaction with the question, its words, units, cues.

The token vectors stored beside each chunk give late interaction (MaxSim, Khattab and Zaharia, SIGIR 2020)
for every statement of a passage, so that a question pays for one forward pass only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.figures import figures
from assistant.patterns import opposites
from assistant.query import Query
from assistant.retrieval import Passage
from assistant.sentences import Statement
from assistant.wanted import Floats, Wanted
from ingest.words import fold, uncommon

DATE = re.compile(r"\d{1,2}月\d{1,2}日|(?:19|20)\d{2}年|(?:19|20)\d{2}[-.]\d{1,2}[-.]\d{1,2}|每年\d+月")

# What a statement that answers a kind of question tends to hold.
CUES: dict[str, re.Pattern[str]] = {
    "why": re.compile(r"为(?!主)|以便|从而|避免|确保|防止|旨在|解决|提高|增强|根据"),
    "who": re.compile(r"部门|机构|政府|单位|主体|组织|委员会|企业|个人|法人|自然人|负责|两委"),
    "yes_no": re.compile(r"可以?|不得|不能|应当|必须|禁止|鼓励|支持|不低于|不超过|原则上|不含|除外|要"),
    "list": re.compile(r"、[^、]*、|；|[（(][一二三]|包括|分别|以下|下列"),
    "how": re.compile(r"通过|采取|应当|按照|方式|程序|申请|建立|依托|向"),
    "when": DATE,
    "what": re.compile(r"是指|所称|主要是|包括|即|以下简称|指|“"),
    "title": re.compile(r"《"),
    "document": re.compile(r"来源|记者|作者|印发|发布|联合|出台|近日|日前|\d{4}[.年-]\d"),
    "amount": re.compile(r"\d|[一二三四五六七八九十百千万亿两](?:人|名|个|年|日|元|户|分之|倍|次|项|类)"),
}
FEATURES = (
    "maxsim", "maxsim_focus", "soft_cover", "soft_weakest", "cover", "cover_around", "rarest", "passage",
    "unit", "same_figure", "date", "cue", "length", "quoted", "enumerates", "bare", "edge", "term_soft",
    "term_cover", "figureless", "defines", "cover_passage", "weakest_passage", "opposed", "own_region",
    "lift", "lift_weakest", "figure_lift", "nouns_unmet", "gap_maxsim", "gap_cover",
)  # fmt: skip
TERM_BONUS = 0.02  # what a term of the rules for an ask's everyday words adds to its late interaction


@dataclass(frozen=True)
class Background:
    """What all passages found for a question have of each of its words: the mean of their best similarity
    with it (1 where the word itself stands there)."""

    mean: Mapping[str, float]

    def lift(self, word: str, value: float) -> float:
        """How far a word's similarity stands above what any passage has, as a share of what it could."""
        floor = self.mean[word]
        return max((value - floor) / max(1 - floor, 0.02), -0.5)


def background(want: Wanted, passages: Sequence[Passage]) -> Background:
    """Measure a question's words against all passages found for it."""
    values: dict[str, list[float]] = {word: [] for word, _, _ in want.word_tokens}
    for passage in passages:
        if passage.similar is None or not passage.similar.size:
            continue
        best = passage.similar.max(axis=1)
        text = fold(f"{passage.chunk.context} {passage.chunk.lead_in} {passage.chunk.text}")
        for word, _, at in want.word_tokens:
            values[word].append(1.0 if word in text else float(best[at].mean()))
    return Background({word: sum(found) / max(len(found), 1) for word, found in values.items()})


def features_of(
    query: Query, want: Wanted, back: Background, passage: Passage, statements: Sequence[Statement]
) -> list[tuple[tuple[float, ...], Floats]]:
    """For each statement of a passage its features, all of FEATURES but the gaps to the best of the question,
    and the best cosine (m,) of each token of the question in it."""
    assert passage.similar is not None
    assert passage.spans is not None
    spans = passage.spans.astype(int)
    around = fold(" ".join((passage.chunk.context, *passage.chunk.path, passage.chunk.lead_in)))
    whole = _whole(want, f"{fold(passage.chunk.text)} {around}", passage.similar.max(axis=1, initial=0.0))
    own = float(passage.policy.region in {r.code for r in query.regions})
    found = []
    for statement in statements:
        best = _best(passage.similar, spans, statement)
        values = _features(query, want, passage, statement, best, around)
        opposed = float(_opposed(query, statement.text))
        lead = passage.chunk.text[slice(*statement.lead)] if statement.lead else ""
        lifts = _lifts(want, back, fold(f"{statement.text} {lead} {statement.heading}"), best)
        near = _figure_lift(query, want, back, passage, statement, spans)
        unmet = _unmet(query, fold(f"{statement.text} {lead} {statement.heading} {around}"))
        found.append(((*values, *whole, opposed, own, *lifts, near, unmet), best))
    return found


def by_ask(want: Wanted, statement: Statement, best: Floats) -> tuple[float, ...]:
    """How well a statement answers each ask of the question by itself."""
    return tuple(
        _weighted(best, mask) + TERM_BONUS * min(sum(term in statement.text for term in terms), 3)
        for mask, terms in zip(want.asks, want.ask_terms, strict=True)
    )


def _features(
    query: Query, want: Wanted, passage: Passage, statement: Statement, best: Floats, around: str
) -> tuple[float, ...]:
    lead = passage.chunk.text[slice(*statement.lead)] if statement.lead else ""
    text = fold(statement.text + lead)
    wider = f"{text} {around} {fold(statement.heading)}"
    numbers = figures(statement.text)
    count = want.enumerated or want.named
    soft = [
        (weight, 1.0 if word in text else float(best[at].mean())) for word, weight, at in want.word_tokens
    ]
    total = sum(weight for weight, _ in soft)
    units = query.units
    asked = {f.value for f in query.figures}
    rarest = max(want.weights.items(), key=lambda kv: kv[1], default=("", 0.0))[0]
    cues = [bool(CUES[kind].search(statement.text)) for kind in query.kinds if kind in CUES]
    wants_date = any(ask.wants_date for ask in query.asks)
    return (
        _weighted(best, want.token_weights),
        _weighted(best, want.focus),
        sum(weight * value for weight, value in soft) / total if total else 0.5,
        min((value for weight, value in soft if weight > 0.3), default=0.5),
        want.cover(text),
        want.cover(wider),
        float(bool(rarest) and rarest in wider),
        passage.score,
        0.5 if not units else float(any(f.unit in units for f in numbers)),
        float(bool(asked & {f.value for f in numbers})),
        0.5 if not wants_date else float(bool(DATE.search(statement.text))),
        sum(cues) / len(cues) if cues else 0.5,
        math.log(max(len(statement.text), 1)) / 5,
        0.5 if not want.quoted else sum(q in wider for q in want.quoted) / len(want.quoted),
        0.5 if count < 2 else float(enumerates(text, count)),
        float(not re.search(r"[。；;，,：:、]", statement.text)),
        float("document" in query.kinds and (passage.chunk.ordinal == 0 or "来源" in statement.text)),
        max((float(best[at].mean()) for at in want.term_tokens if len(at)), default=0.5),
        min(sum(term in text for term in want.terms), 3) / 3 if want.terms else 0.3,
        float("amount" in query.kinds and not numbers),
        _defines(text, want) if query.kinds & {"what", "list", "who"} else 0.3,
    )


def _lifts(want: Wanted, back: Background, text: str, best: Floats) -> tuple[float, float]:
    """How far a text stands above the other passages, over all words of the question and at the weakest."""
    rows = [
        (weight, back.lift(word, 1.0 if word in text else float(best[at].mean())))
        for word, weight, at in want.word_tokens
    ]
    total = sum(weight for weight, _ in rows)
    mean = sum(weight * value for weight, value in rows) / total if total else 0.0
    return mean, min((value for weight, value in rows if weight > 0.3), default=0.0)


def _unmet(query: Query, text: str) -> float:
    """How much of what an ask is about a text does not name, for the ask that it serves best. In 0..1."""
    shares = []
    for ask in query.asks:
        weights = {noun: uncommon(noun) for noun in ask.nouns}
        total = sum(weights.values())
        shares.append(sum(w for noun, w in weights.items() if noun not in text) / total if total else 0.3)
    return min(shares, default=0.3)


def _figure_lift(
    query: Query, want: Wanted, back: Background, passage: Passage, statement: Statement, spans: Floats
) -> float:
    """How well the clauses around a figure of the right unit speak of what is counted."""
    if not query.units or not want.word_tokens:
        return 0.3
    assert passage.similar is not None
    found = [0.0]
    for m in re.finditer(r"[^,，;；。、:：\n]+", statement.text):
        if not any(f.unit in query.units for f in figures(m.group())):
            continue
        start, end = statement.start + m.start(), statement.start + m.end()
        inside = (spans[:, 0] < end) & (spans[:, 1] > start)
        if inside.any():
            best = passage.similar[:, inside].max(axis=1)
            found.append(_lifts(want, back, fold(m.group()), best)[0])
    return max(found)


def _whole(want: Wanted, text: str, best: Floats) -> tuple[float, float]:
    """How much of the question the whole passage holds: the share of its words, and its weakest word."""
    held = [
        1.0 if word in text else float(best[at].mean())
        for word, weight, at in want.word_tokens
        if weight > 0.3
    ]
    return want.cover(text), min(held, default=0.5)


def _opposed(query: Query, text: str) -> bool:
    """Whether a statement speaks of the other one of a pair (承接主体 where 购买主体 is asked).

    那当购买主体呢, after a question about 承接主体, asks about the one that it names.
    """
    for one, other in opposites():
        named = bool(one.search(query.focus)) != bool(other.search(query.focus))
        question = query.focus if named else query.rewritten
        for asked, wrong in ((one, other), (other, one)):
            if (
                asked.search(question)
                and not wrong.search(question)
                and wrong.search(text)
                and not asked.search(text)
            ):
                return True
    return False


def _defines(text: str, want: Wanted) -> float:
    """Whether a statement says what a word of the question is (X是指…, X包括…, …“X”)."""
    subjects = (*want.quoted, *(word for word, weight in want.weights.items() if weight > 0.3))
    return float(
        any(
            re.search(
                f"{re.escape(w)}[”」』]?(?:[^，,。；;不得]{{0,8}}(?:是指|主要是|包括|所称|是)|指|为)", text
            )
            for w in subjects
        )
    )


def _best(similar: Floats, spans: Floats, statement: Statement) -> Floats:
    """For each token of the question its best cosine in the statement (and in the lead of its list)."""
    inside = (spans[:, 0] < statement.end) & (spans[:, 1] > statement.start)
    if statement.lead:
        inside |= (spans[:, 0] < statement.lead[1]) & (spans[:, 1] > statement.lead[0])
    return similar[:, inside].max(axis=1) if inside.any() else np.zeros(len(similar))


def _weighted(best: Floats, weights: Floats) -> float:
    total = float(weights.sum())
    return float(best @ weights) / total if total else float(best.mean()) if len(best) else 0.0


def enumerates(text: str, count: int) -> bool:
    """Whether a statement lists `count` things: so many items between 、 or so many marks (一是, （一）)."""
    runs = [len(run.split("、")) for run in re.findall(r"[^，,。；;：:]*、[^，,。；;：:]*", text)]
    marks = max(
        len(re.findall(p, text)) for p in (r"[一二三四五六七八九十]是", r"[(（][一二三四五六七八九十]+[)）]")
    )
    return any(run == count for run in runs) or marks == count
