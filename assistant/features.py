"""What a statement has that speaks for it: late interaction with the question, its words, units, cues.

The token vectors stored beside each chunk give late interaction (MaxSim, Khattab and Zaharia, SIGIR 2020)
for every statement of a passage, so that a question pays for one forward pass only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from assistant.asked import Asked
from assistant.retrieval import Passage
from assistant.sentences import Statement
from assistant.traits import DATE, Traits, folded, traits
from assistant.wanted import Floats, Places, Wanted

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
    "lift", "lift_weakest", "figure_lift", "nouns_unmet", "head_unmet", "foreign", "gap_maxsim", "gap_cover",
)  # fmt: skip
NO_NOUN = 0.3  # how much of what an ask is about counts as unnamed where it has no noun
TERM_BONUS = 0.02  # what a term of the rules for an ask's everyday words adds to its late interaction


def features_of(
    asked: Asked, passage: Passage, statements: Sequence[Statement]
) -> list[tuple[tuple[float, ...], Floats]]:
    """For each statement of a passage its features, all of FEATURES but the gaps to the best of the question,
    and the best cosine (m,) of each token of the question in it."""
    assert passage.similar is not None
    assert passage.spans is not None
    spans = passage.spans.astype(int)
    around = folded(" ".join((passage.chunk.context, *passage.chunk.path, passage.chunk.lead_in)))
    text = f"{folded(passage.chunk.text)} {around}"
    whole = _whole(asked, text, passage.similar.max(axis=1, initial=0.0))
    named = {r.code for r in asked.query.regions}
    own = float(passage.policy.region in named)
    foreign = float(bool(named) and passage.policy.region not in named)
    found = []
    for statement in statements:
        lead = passage.chunk.text[slice(*statement.lead)] if statement.lead else ""
        told = traits(statement.text, lead, statement.heading)
        best = _best(passage.similar, spans, statement)
        values = _features(asked, passage, statement, told, best, around)
        opposed = float(_opposed(asked, statement.text))
        lifts = _lifts(asked, told.whole, best)
        figure = _figure_lift(asked, passage, statement, told, spans)
        wide = f"{told.whole} {around}"
        unmet = (_unmet(asked, wide), _head_unmet(asked, wide))
        found.append(((*values, *whole, opposed, own, *lifts, figure, *unmet, foreign), best))
    return found


def by_ask(want: Wanted, statement: Statement, best: Floats) -> tuple[float, ...]:
    """How well a statement answers each ask of the question by itself."""
    return tuple(
        _weighted(best, mask) + TERM_BONUS * min(sum(term in statement.text for term in terms), 3)
        for mask, terms in zip(want.asks, want.ask_terms, strict=True)
    )


def _features(
    asked: Asked, passage: Passage, statement: Statement, told: Traits, best: Floats, around: str
) -> tuple[float, ...]:
    query, want = asked.query, asked.want
    text, numbers = told.text, told.figures
    wider = f"{text} {around} {told.heading}"
    count = want.enumerated or want.named
    soft = asked.held(text, best)
    total = sum(weight for _, weight, _ in soft)
    cues = [bool(CUES[kind].search(statement.text)) for kind in query.kinds if kind in CUES]
    return (
        _weighted(best, want.token_weights),
        _weighted(best, want.focus),
        sum(weight * value for _, weight, value in soft) / total if total else 0.5,
        min((value for _, weight, value in soft if weight > 0.3), default=0.5),
        want.cover(text),
        want.cover(wider),
        float(bool(asked.rarest) and asked.rarest in wider),
        passage.score,
        0.5 if not asked.units else float(any(f.unit in asked.units for f in numbers)),
        float(any(f.value in asked.figures for f in numbers)),
        0.5 if not asked.wants_date else float(told.dated),
        sum(cues) / len(cues) if cues else 0.5,
        math.log(max(len(statement.text), 1)) / 5,
        0.5 if not want.quoted else sum(q in wider for q in want.quoted) / len(want.quoted),
        0.5 if count < 2 else float(enumerates(text, count)),
        float(told.bare),
        float("document" in query.kinds and (passage.chunk.ordinal == 0 or "来源" in statement.text)),
        max(asked.terms.means(best), default=0.5),
        min(sum(term in text for term in want.terms), 3) / 3 if want.terms else 0.3,
        float("amount" in query.kinds and not numbers),
        _defines(text, asked.subjects) if query.kinds & {"what", "list", "who"} else 0.3,
    )


def _lifts(asked: Asked, text: str, best: Floats) -> tuple[float, float]:
    """How far a text stands above the other passages, over all words of the question and at the weakest."""
    rows = [(weight, asked.lift(word, value)) for word, weight, value in asked.held(text, best)]
    total = sum(weight for weight, _ in rows)
    mean = sum(weight * value for weight, value in rows) / total if total else 0.0
    return mean, min((value for weight, value in rows if weight > 0.3), default=0.0)


def _unmet(asked: Asked, text: str) -> float:
    """How much of what an ask is about a text does not name, for the ask that it serves best. In 0..1."""
    shares = []
    for weights in asked.nouns:
        total = sum(weights.values())
        shares.append(sum(w for noun, w in weights.items() if noun not in text) / total if total else NO_NOUN)
    return min(shares, default=NO_NOUN)


def _head_unmet(asked: Asked, text: str) -> float:
    """How little of the last noun of an ask a text names, for the ask that it serves best. In 0..1.

    Chinese puts the head last: 协理员给不给行政编制 asks about 编制, whatever is said of 协理员.
    """
    heads = [list(weights)[-1] if weights else "" for weights in asked.nouns]
    return min((1 - _likeness(head, text) if head else NO_NOUN for head in heads), default=NO_NOUN)


def _likeness(word: str, text: str) -> float:
    """1 where a word stands in a text, else up to 0.5 for its pairs of characters that do."""
    pairs = [word[n : n + 2] for n in range(len(word) - 1)]
    return 1.0 if word in text else 0.5 * sum(pair in text for pair in pairs) / max(len(pairs), 1)


def _figure_lift(asked: Asked, passage: Passage, statement: Statement, told: Traits, spans: Places) -> float:
    """How well the clauses around a figure of the right unit speak of what is counted."""
    if not asked.units or not asked.want.word_tokens:
        return 0.3
    assert passage.similar is not None
    found = [0.0]
    for clause in told.clauses:
        tokens = inside(spans, statement.start + clause.start, statement.start + clause.end)
        if clause.units & asked.units and tokens.start < tokens.stop:
            found.append(_lifts(asked, clause.text, passage.similar[:, tokens].max(axis=1))[0])
    return max(found)


def _whole(asked: Asked, text: str, best: Floats) -> tuple[float, float]:
    """How much of the question the whole passage holds: the share of its words, and its weakest word."""
    held = [value for _, weight, value in asked.held(text, best) if weight > 0.3]
    return asked.want.cover(text), min(held, default=0.5)


def _opposed(asked: Asked, text: str) -> bool:
    """Whether a statement speaks of the other one of a pair (承接主体 where 购买主体 is asked)."""
    return any(wrong.search(text) and not right.search(text) for right, wrong in asked.pairs)


def _defines(text: str, subjects: Sequence[str]) -> float:
    """Whether a statement says what a word of the question is (X是指…, X包括…, …“X”)."""
    return float(
        any(
            w in text
            and re.search(
                f"{re.escape(w)}[”」』]?(?:[^，,。；;不得]{{0,8}}(?:是指|主要是|包括|所称|是)|指|为)", text
            )
            for w in subjects
        )
    )


def _best(similar: Floats, spans: Places, statement: Statement) -> Floats:
    """For each token of the question its best cosine in the statement (and in the lead of its list)."""
    stretches = [(statement.start, statement.end), *([statement.lead] if statement.lead else [])]
    held = [inside(spans, *stretch) for stretch in stretches]
    found = [similar[:, tokens].max(axis=1) for tokens in held if tokens.start < tokens.stop]
    if not found:
        return np.zeros(len(similar))
    best: Floats = found[0] if len(found) == 1 else np.maximum(*found)
    return best


def inside(spans: Places, start: int, end: int) -> slice:
    """Which tokens, by their spans (n, 2), stand in a stretch of text."""
    first = np.searchsorted(spans[:, 1], start, "right")
    return slice(int(first), int(np.searchsorted(spans[:, 0], end, "left")))


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
