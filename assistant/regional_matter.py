"""What several regions are asked about, as their surest statement says it, and how others stand to it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.features import FEATURES
from assistant.query import Query
from assistant.ranking import Candidate, constrained, meets, plausibility
from ingest.words import words

THRESHOLD_EACH = 0.08  # below this confidence a region asked about by name is silent
BESIDE = 0.2  # a statement told is at least so probable beside the surest of all
BESIDE_UNASKED = 0.3  # the same for a region that the question does not name
SURE = 0.5  # from this confidence on the surest statement says what the others are to hold,
DOUBTFUL = 0.4  # and one below this is only near the matter where it does not hold
PARALLEL = 0.25  # unless it shares this much with the surest one,
UNMET_MORE = 0.3  # or names fewer of the nouns asked by so much, for a region that is not named
AS_SURE = 0.8  # unless it is about as probable as the surest one
AS_MUCH = 0.6  # this share of the words asked for that the surest one holds
SHARED_WEIGHT = 8.0  # what it adds to share all telling words with the surest statement of all
COVER = FEATURES.index("cover_around")
UNMET = FEATURES.index("nouns_unmet")
TERMS = FEATURES.index("term_cover")


@dataclass(frozen=True)
class Matter:
    """What is asked, as the surest statement of all regions says it; `telling` is how much each word tells
    the statements found from each other."""

    query: Query
    model: Candidate
    telling: Mapping[str, float]

    @classmethod
    def of(cls, query: Query, weighed: Mapping[str, Sequence[Candidate]]) -> Matter | None:
        """The matter of the regions' statements; None where there is none."""
        firsts = [max(own, key=lambda c: c.score) for own in weighed.values() if own]
        if not firsts:
            return None
        telling = _rarity([_words(c) for own in weighed.values() for c in own])
        return cls(query, max(firsts, key=plausibility), telling)

    def ranked(self, own: Sequence[Candidate]) -> list[Candidate]:
        """A region's statements, re-ordered by what they share with the model."""
        if self.model not in own:
            own = [replace(c, score=c.score + SHARED_WEIGHT * self._alike(c)) for c in own]
        return sorted(own, key=lambda c: -c.score)

    def answered_by(self, best: Candidate) -> bool:
        """Whether a region's best statement is about the matter, or only the nearest that the region has."""
        sure, surest = plausibility(best), plausibility(self.model)
        if not self.query.regions:
            unmet = best.features[UNMET] - self.model.features[UNMET]
            met = unmet < UNMET_MORE or sure >= AS_SURE * surest
            return self.directly(best) and sure >= BESIDE_UNASKED * surest and met
        if best.opposed and not self.model.opposed:
            return False
        if self._lacks(best):
            return self._parallel(best)
        return sure >= THRESHOLD_EACH and (sure >= BESIDE * surest or self._parallel(best))

    def directly(self, best: Candidate) -> bool:
        """Whether a statement is sure, or holds about as much of what is asked as the model does."""
        if self._lacks(best):
            return False
        if plausibility(best) >= DOUBTFUL or plausibility(self.model) < SURE or self._parallel(best):
            return True
        if self.query.terms and self.model.features[TERMS]:
            return best.features[TERMS] > 0
        return self._covers(best)

    def _lacks(self, candidate: Candidate) -> bool:
        """Whether a statement has not what the one thing asked wants to know, and the model has it."""
        if len(self.query.asks) > 1 or not constrained(self.query.asks[0]):
            return False
        has, model_has = (meets(self.query.asks[0], sentence_of(c)) for c in (candidate, self.model))
        return model_has and not has

    def _covers(self, candidate: Candidate) -> bool:
        return candidate.features[COVER] >= AS_MUCH * self.model.features[COVER]

    def _parallel(self, candidate: Candidate) -> bool:
        """Whether a statement says of its region what the model says of another."""
        return self._covers(candidate) and self._alike(candidate) >= PARALLEL

    def _alike(self, candidate: Candidate) -> float:
        """The cosine of a statement and the model by the words they share. In 0..1."""
        own, model = ({w: self.telling[w] for w in _words(c)} for c in (candidate, self.model))
        shared = sum(weight**2 for word, weight in own.items() if word in model)
        size = math.sqrt(sum(w**2 for w in own.values()) * sum(w**2 for w in model.values()))
        return shared / size if size else 0.0


def sentence_of(candidate: Candidate) -> str:
    """The sentence of a statement after the words that introduce its list."""
    text, lead = candidate.passage.chunk.text, candidate.statement.lead
    return f"{text[slice(*lead)] if lead else ''} {text[slice(*candidate.statement.sentence)]}"


def with_lead(candidate: Candidate) -> str:
    """A statement after the words that introduce its list."""
    lead = candidate.statement.lead
    return f"{candidate.passage.chunk.text[slice(*lead)] if lead else ''} {candidate.statement.text}"


def _words(candidate: Candidate) -> frozenset[str]:
    """The words of a statement with the lead of its list and its heading."""
    text = f"{with_lead(candidate)} {candidate.statement.heading}"
    return frozenset(w for w in words(text) if len(w) > 1)


def _rarity(texts: Sequence[Iterable[str]]) -> dict[str, float]:
    """How much each word tells one of these texts from the others."""
    held = Counter(word for text in texts for word in text)
    return {word: math.log((len(texts) + 1) / count) for word, count in held.items()}
