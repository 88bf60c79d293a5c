"""Policies and words in, whole sentences of their provisions out, a list as one with what introduces it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.citations import Claim
from assistant.retrieval import Passage, Retriever
from assistant.selection import tidy
from assistant.sentences import block, split
from ingest.library import Library
from ingest.words import words

MOST = 400  # chunks read for one question
SMALL = 2000  # of a scope of so few chunks every one that holds a word is read
LABEL = re.compile(
    r"^\s*(?:#+\s*)?(?:第[零〇一二两三四五六七八九十百千\d]+条(?:之[一二三四五六七八九十])?[\s\u3000]+|[一二三四五六七八九十]+、(?=[^。]*。))"
)


@dataclass(frozen=True)
class Said:
    """A sentence, or a list with its lead, as a claim that can be verified: its words are its quote."""

    text: str
    lead: str
    passage: Passage
    claim: Claim


def sentences_on(
    library: Library, retriever: Retriever, scope: Mapping[str, bool], about: str
) -> Iterator[Said]:
    """The sentences of the passages of these policies that hold any of the words, the best passages first."""
    found = library.search_words(words(about, question=True), MOST, list(scope))
    for chunk in library.chunks([identity for identity, _ in found]):
        policy = retriever.policies().get(chunk.policy_id)
        if policy is not None:
            yield from sentences_of(Passage(chunk, policy, 0.0, in_force=scope.get(policy.id, False)))


def sentences_of(passage: Passage) -> Iterator[Said]:
    """The sentences and lists of one passage, in order."""
    text = passage.chunk.text
    statements = split(text)
    done = 0
    for at, statement in enumerate(statements):
        if statement.start < done or not re.search(r"[。；;：:！？，,]", statement.text):
            continue  # told already, or a bare heading
        start, end = block(statements, at) if statement.is_lead else statement.sentence
        done = max(end, statement.end)
        quote = LABEL.sub("", text[start:end]).strip()
        lead = passage.chunk.lead_in if at == 0 else ""
        if quote:
            yield Said(quote, lead, passage, Claim(tidy(quote), passage, (quote,)))
