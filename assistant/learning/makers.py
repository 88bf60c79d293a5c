"""A rule in, an exercise of one kind out before it is cited, or None where the rule has nothing to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from assistant.figures import figures
from assistant.learning import blanks
from assistant.learning.blanks import Blank, blanked
from assistant.learning.rules import Rule
from ingest.regions import NATION, ancestors, cut_out, find_regions, region

CHOICES = 4
FEWEST = 3
NEAREST = 7  # wrong figures are drawn from so many that are nearest in size
FARTHEST = 12  # and none is so many times as large or as small
ALIKE = 0.5  # sentences of two regions that share so much of their words tell neither
TRUE, FALSE = "正确", "错误"
SOMEWHERE = "（某地）"
TELLING = re.compile(r"“|[：:].*[、；]")  # what only one region is likely to say; a measure is another


class Kind(StrEnum):
    """What an exercise asks for."""

    FIGURE = "填数字"
    JUDGE = "判断"
    BODY = "填主体"
    REGION = "认地区"
    TERM = "填用语"


@dataclass(frozen=True)
class Sources:
    """The rules exercises are made from, and what of each type stands in them, to draw wrong choices from."""

    rules: tuple[Rule, ...]
    figures: Mapping[str, tuple[str, ...]]
    bodies: tuple[str, ...]
    terms: tuple[str, ...]
    quoted: tuple[str, ...]
    regional: tuple[tuple[str, frozenset[str]], ...]  # regions, and the pairs of characters of each rule

    @classmethod
    def of(cls, rules: Sequence[Rule]) -> Sources:
        """Gather what the rules hold."""
        texts = [rule.text for rule in rules]
        return cls(
            tuple(rules),
            blanks.figure_bank(texts),
            blanks.bank(blanks.bodies, texts),
            blanks.bank(blanks.terms, texts),
            blanks.bank(blanks.quoted, texts),
            tuple(
                (code, _pairs(mask(rule.text)))
                for rule in rules
                if (code := rule.passage.policy.region) not in (None, NATION)
            ),
        )


@dataclass(frozen=True)
class Made:
    """A prompt and its choices, the right one first."""

    prompt: str
    options: tuple[str, ...]


def make_figure(rule: Rule, sources: Sources, dice: Random) -> Made | None:
    """A figure left blank; the others are figures written alike, near it in size, and not in the sentence."""
    for blank in _shuffled(blanks.figure_blanks(rule.text), dice):
        if wrong := _other_figures(rule.text, blank, sources, dice):
            return Made(blanked(rule.text, blank), (blank.text, *wrong))
    return None


def make_body(rule: Rule, sources: Sources, dice: Random) -> Made | None:
    """Who acts left blank; the others act elsewhere, and neither holds the other's name."""
    return _cloze(rule, blanks.bodies, sources.bodies, dice)


def make_term(rule: Rule, sources: Sources, dice: Random) -> Made | None:
    """What is defined, or a slogan, left blank."""
    return _cloze(rule, blanks.terms, sources.terms, dice) or _cloze(
        rule, blanks.quoted, sources.quoted, dice
    )


def make_judge(rule: Rule, sources: Sources, dice: Random) -> Made | None:
    """The rule as it stands, or with a modal or a figure that makes it false."""
    changes = [(blank, other) for blank, other in blanks.modals(rule.text)]
    for blank in blanks.figure_blanks(rule.text):
        changes += [(blank, other) for other in _other_figures(rule.text, blank, sources, dice)[:1]]
    if not changes:
        return None
    blank, other = dice.choice(changes)
    if dice.random() < 0.5:
        return Made(rule.text, (TRUE, FALSE))
    return Made(blanked(rule.text, blank, other), (FALSE, TRUE))


def make_region(rule: Rule, sources: Sources, dice: Random) -> Made | None:
    """A region's rule without its name; the others are regions whose rules say nothing of the kind."""
    own = rule.passage.policy.region
    if own is None or own == NATION:
        return None
    masked = mask(rule.text)
    telling = TELLING.search(masked) or any(blanks.figure_blanks(masked))
    if not telling or masked.count(SOMEWHERE) > 1:
        return None
    said = _pairs(masked)
    others: set[str] = set()
    for code, pairs in sources.regional:
        if code in ancestors(own) or own in ancestors(code):
            continue
        if len(said & pairs) > ALIKE * min(len(said), len(pairs)):
            return None
        others.add(code)
    if len(others) < FEWEST - 1:
        return None
    names = [region(code).short for code in dice.sample(sorted(others), min(len(others), CHOICES - 1))]
    return Made(masked, (region(own).short, *names))


def mask(text: str) -> str:
    """A text without its places. Example: mask("广东的乡镇配4人。") -> "（某地）的乡镇配4人。" """
    places = [m for m in find_regions(text) if m.region.code != NATION]
    return re.sub(rf"(?:{re.escape(SOMEWHERE)})+", SOMEWHERE, cut_out(text, places, SOMEWHERE))


MAKERS: Mapping[Kind, Callable[[Rule, Sources, Random], Made | None]] = {
    Kind.FIGURE: make_figure,
    Kind.JUDGE: make_judge,
    Kind.BODY: make_body,
    Kind.REGION: make_region,
    Kind.TERM: make_term,
}


def _cloze(
    rule: Rule, find: Callable[[str], Iterator[Blank]], held: Sequence[str], dice: Random
) -> Made | None:
    for blank in _shuffled(find(rule.text), dice):
        others = [o for o in held if o not in rule.text and not _overlap(o, blank.text)]
        chosen: list[str] = []
        for other in dice.sample(others, len(others)):
            if not any(_overlap(other, c) for c in chosen):
                chosen.append(other)
        if len(chosen) >= FEWEST - 1:
            return Made(blanked(rule.text, blank), (blank.text, *chosen[: CHOICES - 1]))
    return None


def _other_figures(text: str, blank: Blank, sources: Sources, dice: Random) -> list[str]:
    """Figures written as the blank is, that do not stand in the sentence, with another value."""
    value = figures(blank.text)[0].value
    near = []
    for other in sources.figures.get(blank.shape, ()):
        own = figures(other)[0].value
        low, high = sorted((value, own))
        if other not in text and low < high <= FARTHEST * low:
            near.append((float(high / low), own > value, other))
    # 两年 and 二年 are one answer.
    drawn = list({(ratio, above): other for ratio, above, other in sorted(near)}.values())[:NEAREST]
    return dice.sample(drawn, CHOICES - 1) if len(drawn) >= CHOICES - 1 else drawn if len(drawn) > 1 else []


def _shuffled(found: Iterable[Blank], dice: Random) -> list[Blank]:
    held = list(found)
    dice.shuffle(held)
    return held


def _overlap(one: str, other: str) -> bool:
    """Whether two names may mean the same: one holds the other, or they share most of their characters."""
    return one in other or other in one or len(_pairs(one) & _pairs(other)) > 0.5 * min(len(one), len(other))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
