"""How questions are asked: the tables data/questions.yaml and data/lexicon.yaml, which an office extends."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from ingest.words import fold as fold_characters

DATA = Path(__file__).parent / "data"


@cache
def patterns() -> dict[str, Any]:
    """The tables of data/questions.yaml."""
    return dict(yaml.safe_load((DATA / "questions.yaml").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Entry:
    """Everyday words, the rules' terms for them, and what else a text must hold for them to mean that."""

    everyday: re.Pattern[str]
    terms: tuple[str, ...]
    when: re.Pattern[str]

    def means(self, text: str) -> bool:
        """Whether a text holds the words in this sense."""
        return bool(self.everyday.search(text) and self.when.search(text))


@cache
def lexicon() -> tuple[Entry, ...]:
    """The rows of data/lexicon.yaml."""
    rows = yaml.safe_load((DATA / "lexicon.yaml").read_text(encoding="utf-8"))
    return tuple(
        Entry(re.compile(everyday), tuple(terms.split()), re.compile("".join(when)))
        for everyday, terms, *when in rows
    )


@cache
def opposites() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """Pairs of terms that are never meant together, each as a pattern."""
    return [(re.compile(one), re.compile(other)) for one, other in patterns()["opposites"]]


def names_a_side(text: str) -> bool:
    """Whether a text names one of a pair. Example: names_a_side("那当购买主体呢") -> True"""
    return any(side.search(text) for pair in opposites() for side in pair)


@lru_cache(1024)
def terms_for(text: str) -> tuple[str, ...]:
    """The rules' terms for the everyday words of a text. Example: terms_for("甲方是谁") -> ("购买主体",)"""
    return tuple(dict.fromkeys(term for entry in lexicon() if entry.means(text) for term in entry.terms))


def everyday(text: str) -> list[re.Match[str]]:
    """Where a text holds everyday words that the lexicon knows the rules' terms for."""
    return [m for entry in lexicon() if entry.means(text) for m in entry.everyday.finditer(text)]


@cache
def compiled(*path: str) -> re.Pattern[str]:
    """One pattern of data/questions.yaml. Example: compiled("refuse", "private")"""
    table: object = patterns()
    for key in path:
        assert isinstance(table, dict)
        table = table[key]
    return re.compile(str(table), re.IGNORECASE)


def fold(text: str) -> str:
    """Simplified, half-width (except the brackets and marks of titles), no control or format characters."""
    # Every category C…: a half of a surrogate pair can be neither encoded nor searched.
    text = "".join(c for c in text if c in "\n\t" or not unicodedata.category(c).startswith("C"))
    return fold_characters(text).strip()


def refusal_text(name: str) -> str:
    """The sentence a refusal is worded with."""
    return str(patterns()["refusals"][name])
