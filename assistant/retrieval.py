"""Query in, passages out: exact look-up, dense and lexical search, fused, re-ordered, within scope."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from assistant.editions import compared, defining
from assistant.figures import numeral_value
from assistant.passages import in_order
from assistant.query import Query
from assistant.scope import applies, in_scope, named_but_gone, of_a_region, years_of
from assistant.titles import mentioned, missing, named, plain_number
from ingest.card import Policy
from ingest.chunking import Chunk
from ingest.embeddings import Embedder, QueryEncoding, token_similarities
from ingest.index import Index
from ingest.library import Library
from ingest.regions import NATION, Region, ancestors
from ingest.words import words

HOW_MANY = re.compile(r"(?:一共|总共|共|有)(?:有)?(?:多少|几)条|到第几条(?:为止|结束|完|收尾)?")
QUOTED = re.compile("[“「]([^”」]{2,20})[”」]")
CANDIDATES = 60
RERANKED = 40
DEEP = 200  # candidates of each side of a plain search
COMPARED = 3  # policies of which both versions are read for a question about a change
NEAR = 12  # of the passages found, for which what stands in their place is brought too
ADDED = 24  # provisions that are new, or gone
FEW_CHANGES = 8  # chunks, old and new together, that an amendment is shown whole by
UNKNOWN = 0.35  # the weight of a word that the library does not hold


@dataclass(frozen=True)
class Passage:
    """A chunk retrieved for one query, with why it was: its score and its ranks on each side.

    `similar` is the cosine of every token of the question (rows) with every token of the chunk (columns),
    `spans` where those stand in the chunk's text, `tokens` their packed vectors; `score` is their late
    interaction (MaxSim), `cosine` the similarity of the whole question with the whole chunk.
    `in_force` is False where the policy is not in force on the query's date; it is shown only as such.
    `named` is True for a policy that the question names; `changed` for one of the few provisions in which
    the two versions asked about differ; `added` is 条 for a provision that the other version has not, 章 for
    the first of a chapter that it has not.
    """

    chunk: Chunk
    policy: Policy
    score: float
    similar: NDArray[np.float32] | None = None
    spans: NDArray[np.uint16] | None = None
    tokens: NDArray[np.int8] | None = None
    dense_rank: int | None = None
    lexical_rank: int | None = None
    cosine: float = 0.0
    exact: bool = False
    in_force: bool = True
    named: bool = False
    changed: bool = False
    added: str = ""


def fuse(rankings: Sequence[Sequence[str]], weights: Sequence[float] | None = None, k: int = 60) -> list[str]:
    """Order ids by reciprocal rank fusion (Cormack et al., SIGIR 2009): score = Σ weight / (k + rank).

    Example: fuse([["a", "b"], ["b", "c"]]) -> ["b", "a", "c"]
    """
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return sorted(scores, key=lambda item: -scores[item])


class Retriever:
    """Searches one library with one embedding model."""

    def __init__(self, library: Library, index: Index, embedder: Embedder):
        self._library = library
        self._index = index
        self._embedder = embedder
        self._policies: tuple[int, dict[str, Policy]] = (-1, {})
        self._sizes: tuple[int, dict[str, int]] = (-1, {})

    def policies(self) -> dict[str, Policy]:
        """All policies by id, as of the library's present generation."""
        generation = self._library.generation
        if self._policies[0] != generation:
            self._policies = (generation, {p.id: p for p in self._library.policies()})
        return self._policies[1]

    def encode(self, text: str) -> QueryEncoding:
        """Encode a question."""
        return self._embedder.encode_query(text)

    def retrieve(self, query: Query, encoding: QueryEncoding) -> list[Passage]:
        """The passages that may answer, best first: provisions asked for by number, then search.

        Several regions are searched one by one, so that none crowds out another.
        """
        groups = [[r.code] for r in query.regions] or [[NATION], []]
        asked_by_name = self.named(query)
        found: dict[str, Passage] = {}
        for codes in groups:
            scope = self.scope(query, codes)
            gone = named_but_gone(self._names(query), query.as_of, codes, scope, self.policies())
            named = {i: held for i, held in (scope | gone).items() if i in asked_by_name}
            own = [replace(p, named=True) for p in self._search(query, encoding, named)] if named else []
            exact = self._exact(query, encoding, scope | gone)
            everything = self._search(query, encoding, scope)
            own_rules = of_a_region(scope, self.policies()) if codes else {}
            if own_rules and len(own_rules) < len(scope):
                everything += self._search(query, encoding, own_rules)
            beside: list[Passage] = []
            if query.version == "change":
                beside = self._beside(query, encoding, scope, exact or own or everything)
            for passage in (*exact, *beside, *own, *everything):
                found.setdefault(passage.chunk.id, passage)
        return sorted(found.values(), key=lambda p: (-p.exact, -p.score))

    def sizes(self) -> Mapping[str, int]:
        """How many chunks each policy has, by its id."""
        generation = self._library.generation
        if self._sizes[0] != generation:
            self._sizes = (generation, self._library.sizes())
        return self._sizes[1]

    def search(self, text: str, k: int = 100, policy_ids: Collection[str] | None = None) -> list[Passage]:
        """Plain search by words and vectors, without a scope or a date: the k best."""
        encoding = self.encode(text)
        return in_order(text, self.found(text, encoding, max(k, DEEP), policy_ids), self.sizes())[:k]

    def found(
        self, text: str, encoding: QueryEncoding, depth: int, policy_ids: Collection[str] | None = None
    ) -> list[Passage]:
        """What a plain search orders: the `depth` best passages of each side, by late interaction."""
        ranked, dense, lexical = self._candidates(text, encoding, policy_ids, depth)
        return self._passages(ranked, encoding, dense, lexical)

    def rarity(self, asked: Sequence[str]) -> dict[str, float]:
        """How much each word tells, in 0..1: inverse document frequency over the library's chunks.

        A word that stands nowhere tells little: it is more often everyday speech than a rule that is missing.
        """
        total = max(self._library.size, 1)
        counts = self._library.frequencies(asked)
        most = math.log(total + 1)
        return {w: math.log((total + 1) / counts[w]) / most if counts[w] else UNKNOWN for w in asked}

    def covers(self, place: Region) -> bool:
        """Whether the library holds a policy of this region, or of a region above it short of the nation."""
        held = {p.region for p in self.policies().values()}
        return any(code in held for code in ancestors(place.code) if code != NATION)

    def missing_title(self, query: Query) -> str | None:
        """A rule that the question names, or its 文号, and the library does not hold, if there is one."""
        policies = [p for p in self.policies().values() if applies(p, query)]
        held = {plain_number(p.document_number or "") for p in policies}
        unknown = [n for n in query.document_numbers if plain_number(n) not in held]
        return unknown[0] if unknown else missing(query.titles, policies) or self._not_yet(query)

    def _not_yet(self, query: Query) -> str | None:
        """A rule that the question names and that is held only as it has read since after the date."""
        named = [self.policies()[i] for i in self._names(query)]
        if not named or any(
            (p.version_date or date.min) <= query.as_of or query.edition in years_of(p) for p in named
        ):
            return None
        return f"{named[0].title.strip('《》')}（{query.as_of.year}年时的版本）"

    def named(self, query: Query) -> set[str]:
        """Ids of the policies that the question names, in all their versions."""
        return set() if query.articles or query.document_numbers else self._names(query)

    def _names(self, query: Query) -> set[str]:
        policies = list(self.policies().values())
        found = mentioned(query.rewritten, policies)
        for title in query.titles:
            found |= {p.id for p in named(title, query.rewritten, policies)}
        return found

    def scope(self, query: Query, codes: Sequence[str]) -> dict[str, bool]:
        """What may answer in some regions: see assistant.scope.in_scope."""
        return in_scope(query, codes, self.policies())

    def _search(self, query: Query, encoding: QueryEncoding, scope: dict[str, bool]) -> list[Passage]:
        policy_ids = None if len(scope) == len(self.policies()) else scope.keys()
        ranked, dense, lexical = self._candidates(query.search_text, encoding, policy_ids, CANDIDATES)
        passages = self._passages(ranked[:RERANKED], encoding, dense, lexical)
        return [replace(p, in_force=scope.get(p.policy.id, False)) for p in passages if p.policy.id in scope]

    def _candidates(
        self,
        text: str,
        encoding: QueryEncoding,
        policy_ids: Collection[str] | None,
        k: int,
        weights: Sequence[float] | None = None,
    ) -> tuple[list[str], list[str], list[str]]:
        dense = [i for i, _ in self._index.search(encoding.vector, k, policy_ids)]
        lexical = [i for i, _ in self._library.search_words(words(text, question=True), k, policy_ids)]
        return fuse([dense, lexical], weights), dense, lexical

    def _passages(
        self, ids: Sequence[str], encoding: QueryEncoding, dense: Sequence[str], lexical: Sequence[str]
    ) -> list[Passage]:
        encodings = self._library.encodings(ids)
        policies = self.policies()
        known = [c for c in self._library.chunks(ids) if c.id in encodings and c.policy_id in policies]
        if not known:
            return []
        tokens = [encodings[c.id].tokens for c in known]
        similar = token_similarities(encoding.tokens, np.concatenate(tokens))
        parts = np.split(similar, np.cumsum([len(t) for t in tokens])[:-1], axis=1)
        dense_ranks = {i: n for n, i in enumerate(dense, 1)}
        lexical_ranks = {i: n for n, i in enumerate(lexical, 1)}
        passages = [
            Passage(
                chunk,
                policies[chunk.policy_id],
                float(part.max(axis=1).mean()) if part.size else 0.0,
                part,
                encodings[chunk.id].spans,
                encodings[chunk.id].tokens,
                dense_ranks.get(chunk.id),
                lexical_ranks.get(chunk.id),
                float(encoding.vector @ encodings[chunk.id].vector),
            )
            for chunk, part in zip(known, parts, strict=True)
        ]
        return sorted(passages, key=lambda p: -p.score)

    def _beside(
        self, query: Query, encoding: QueryEncoding, scope: Mapping[str, bool], found: Sequence[Passage]
    ) -> list[Passage]:
        """For a question about a change: what was found, what stands in its place in the other version of its
        policy, what is new or gone, and, where the versions differ little, all in which they do."""
        pairs: dict[str, list[str]] = {}
        for policy in (self.policies()[i] for i in scope):
            pairs.setdefault(policy.family, []).append(policy.id)
        families = {
            p.policy.family: p.named or p.exact for p in found if len(pairs.get(p.policy.family, ())) == 2
        }
        passages: list[Passage] = []
        for family, by_name in list(families.items())[:COMPARED]:
            old, new = (self._library.chunks_of(i) for i in sorted(pairs[family], key=lambda i: scope[i]))
            told = compared(old, new)
            few = set(told.partner) if by_name and len(told.partner) <= FEW_CHANGES else set()
            near = [p.chunk.id for p in found if p.policy.family == family][:NEAR]
            near += defining(QUOTED.findall(query.focus), (*old, *new))
            ids = few | told.beside(near) | set(told.added(ADDED))
            for p in self._passages(list(ids), encoding, (), ()):
                kind, changed = told.kind(p.chunk.id), p.chunk.id in few
                passages.append(
                    replace(p, named=by_name, changed=changed, added=kind, in_force=scope[p.policy.id])
                )
        return passages

    def _exact(self, query: Query, encoding: QueryEncoding, scope: dict[str, bool]) -> list[Passage]:
        """Provisions asked for by number, of the policies whose title the question names."""
        ids: list[str] = []
        held = self.policies()
        policies = [held[i] for i in scope if i in held]  # one may have been withdrawn meanwhile
        numbers = {plain_number(n) for n in query.document_numbers}
        numbered = [p for p in policies if plain_number(p.document_number or "") in numbers]
        for reference in query.articles:
            title = reference.title or next(iter(query.titles), "")
            for policy in numbered or named(title, query.rewritten, policies):
                chunks = self._library.chunks_of(policy.id)
                ids += [c.id for c in chunks if _is_article(c, reference.number)]
        if not query.articles and HOW_MANY.search(query.focus):
            names = self._names(query)
            for policy in (p for p in policies if p.id in names):
                ids += [c.id for c in self._library.chunks_of(policy.id) if _article(c)][-1:]
        passages = self._passages(ids, encoding, (), ())
        return [replace(p, exact=True, in_force=scope[p.policy.id]) for p in passages]


def _is_article(chunk: Chunk, number: int) -> bool:
    return _article(chunk) == number


def _article(chunk: Chunk) -> int | None:
    """The number of the 条 that a chunk stands in."""
    labels = (re.match(r"第([零〇一二两三四五六七八九十百千\d]+)条(?!之)", label) for label in chunk.path)
    return next((numeral_value(m[1]) for m in labels if m), None)
