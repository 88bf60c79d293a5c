"""Passages in, statements out, best first: a small learned ranker over features that need no model call.

The token vectors stored beside each chunk give late interaction (MaxSim, Khattab and Zaharia, SIGIR 2020)
for every statement of a passage, so that a question pays for one forward pass only.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant.figures import figures
from assistant.query import Ask, Query
from assistant.retrieval import Passage
from assistant.sentences import Statement, split
from ingest.embeddings import QueryEncoding, token_similarities
from ingest.regions import find_regions
from ingest.words import fold, words

WEIGHTS = Path(__file__).parent / "data" / "ranking.json"
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
    "amount": re.compile(r"\d|[一二三四五六七八九十百千万亿两](?:人|名|个|年|日|元|户|分之|倍|次|项|类)"),
}
FEATURES = (
    "maxsim", "maxsim_focus", "cover", "cover_around", "rarest", "passage", "unit", "same_figure", "date", "cue",
    "length", "quoted", "heading_only", "own_region",
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A statement that may answer, with its features (in the order of FEATURES) and its probability."""

    passage: Passage
    statements: tuple[Statement, ...]
    at: int
    features: tuple[float, ...]
    probability: float

    @property
    def statement(self) -> Statement:
        """The statement itself."""
        return self.statements[self.at]


@dataclass(frozen=True)
class Wanted:
    """The words of a question that carry content, each with its weight (rarity in the library)."""

    weights: Mapping[str, float]
    token_weights: np.ndarray
    focus: np.ndarray
    quoted: tuple[str, ...]

    def cover(self, text: str) -> float:
        """The share of the weight whose words stand in `text` (folded). In 0..1."""
        total = sum(self.weights.values())
        return sum(w for word, w in self.weights.items() if word in text) / total if total else 0.0


def wanted(query: Query, encoding: QueryEncoding, rarity: Callable[[Sequence[str]], Mapping[str, float]]) -> Wanted:
    """Weigh a question's words and tokens by their rarity; names of regions weigh nothing, scope holds them."""
    text = query.rewritten
    plain = list(text)
    for mention in find_regions(text):
        plain[mention.start : mention.end] = " " * (mention.end - mention.start)
    bare = "".join(plain)
    content = [w for w in dict.fromkeys(words(bare, question=True)) if len(w) > 1 or w.isdigit()]
    rare = rarity(content)
    weights = {w: rare[w] for w in content}
    by_character = np.full(len(text) + 1, 0.15)
    for word, weight in weights.items():
        for m in re.finditer(re.escape(word), fold(text) if len(fold(text)) == len(text) else text):
            by_character[m.start() : m.end()] = np.maximum(by_character[m.start() : m.end()], weight)
    for i, c in enumerate(bare):
        if c == " " and text[i] != " ":
            by_character[i] = 0.0
    token_weights = np.array([by_character[s:e].max(initial=0.0) for s, e in encoding.spans.astype(int)])
    from_focus = len(text) - len(query.focus)
    focus = token_weights * (encoding.spans[:, 0].astype(int) >= from_focus)
    quoted = tuple(fold(q) for q in re.findall(r"[“\"「‘]([^”\"」’]{2,30})[”\"」’]", text))
    return Wanted(weights, token_weights, focus, quoted)


def rank(query: Query, encoding: QueryEncoding, passages: Sequence[Passage], want: Wanted) -> list[Candidate]:
    """All statements of the passages, the most probable answer first."""
    own = {r.code for r in query.regions}
    candidates: list[Candidate] = []
    for passage in passages:
        statements = tuple(split(passage.chunk.text))
        if passage.encoding is None or not statements:
            continue
        similar = token_similarities(encoding.tokens, passage.encoding.tokens)
        spans = passage.encoding.spans.astype(int)
        around = fold(" ".join((passage.chunk.context, *passage.chunk.path, passage.chunk.lead_in)))
        for at, statement in enumerate(statements):
            values = _features(query, want, passage, statement, similar, spans, around)
            values += (1.0 if passage.policy.region in own else 0.0,)
            candidates.append(Candidate(passage, statements, at, values, probability(values)))
    return sorted(candidates, key=lambda c: -c.probability)


def _features(
    query: Query,
    want: Wanted,
    passage: Passage,
    statement: Statement,
    similar: np.ndarray,
    spans: np.ndarray,
    around: str,
) -> tuple[float, ...]:
    inside = (spans[:, 0] < statement.end) & (spans[:, 1] > statement.start)
    if statement.lead:
        inside |= (spans[:, 0] < statement.lead[1]) & (spans[:, 1] > statement.lead[0])
    best = similar[:, inside].max(axis=1) if inside.any() else np.zeros(len(similar))
    lead = passage.chunk.text[slice(*statement.lead)] if statement.lead else ""
    text = fold(statement.text + lead)
    wider = f"{text} {around} {fold(statement.heading)}"
    found = figures(statement.text)
    units = query.units
    asked = {f.value for f in query.figures}
    rarest = max(want.weights.items(), key=lambda kv: kv[1], default=("", 0.0))[0]
    cues = [bool(CUES[kind].search(statement.text)) for kind in query.kinds if kind in CUES]
    wants_date = any(ask.wants_date for ask in query.asks)
    return (
        _weighted(best, want.token_weights),
        _weighted(best, want.focus),
        want.cover(text),
        want.cover(wider),
        float(bool(rarest) and rarest in wider),
        passage.score,
        0.5 if not units else float(any(f.unit in units for f in found)),
        float(bool(asked & {f.value for f in found})),
        0.5 if not wants_date else float(bool(DATE.search(statement.text))),
        sum(cues) / len(cues) if cues else 0.5,
        math.log(max(len(statement.text), 1)) / 5,
        0.5 if not want.quoted else sum(q in wider for q in want.quoted) / len(want.quoted),
        float(not re.search(r"[。；;，,：:、]", statement.text)),
    )


def _weighted(best: np.ndarray, weights: np.ndarray) -> float:
    total = float(weights.sum())
    return float(best @ weights) / total if total else float(best.mean()) if len(best) else 0.0


@cache
def _model() -> tuple[np.ndarray, float]:
    model = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return np.array([model["weights"][name] for name in FEATURES]), float(model["bias"])


def probability(values: Sequence[float]) -> float:
    """Logistic regression fitted by `python -m evals.fit` (weights in data/ranking.json)."""
    weights, bias = _model()
    return 1 / (1 + math.exp(-float(np.dot(weights, values)) - bias))


def asks_of(query: Query) -> tuple[Ask, ...]:
    """The asks that a question is answered by, one after the other."""
    return query.asks
