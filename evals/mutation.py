"""Right answers in, falsified ones out, and how many of them verification stops.

Verification is what the words of a model go through: `why_not` as every claim, `departs` as every wording.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from assistant import Answer
from assistant.citations import Claim, why_not
from assistant.faithfulness import departs
from assistant.query import Query
from assistant.retrieval import Passage

MARK = re.compile(r"\[(\d+)\]")
SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?(?:\[\d+\])*")
FLIPS = (
    ("不得", "可以"),
    ("不能", "能"),
    ("不属于", "属于"),
    ("可以", "不得"),
    ("应当", "不应当"),
    ("应", "不应"),
    ("禁止", "允许"),
    ("鼓励", "禁止"),
    ("不含", "含"),
    ("不少于", "不多于"),
    ("至少", "至多"),
)
BODIES = (
    ("民政部门", "财政部门"),
    ("财政部门", "民政部门"),
    ("人民政府", "人民法院"),
    ("省", "市"),
    ("县级", "省级"),
    ("市级", "县级"),
    ("街道", "社区"),
    ("承接主体", "购买主体"),
    ("购买主体", "承接主体"),
    ("采购人", "供应商"),
)
NUMERAL = r"(?<![第\d.])(\d+(?:\.\d+)?|[一二两三四五六七八九十百千万]+)"
DATE = re.compile(NUMERAL + "(?=年|月|日|天|周|个月|个工作日)")
COUNT = re.compile(NUMERAL + "(?=%|％|‰|余?[户人名元亿家所岁次倍级类项万]|个(?!月|工作日|体))")
HAN_DIGITS = "一二三四五六七八九"


@dataclass(frozen=True)
class Caught:
    """One kind of falsification: how many claims it was tried on, how many verification stopped."""

    kind: str
    tried: int
    stopped: int
    missed: tuple[str, ...]


def _change(pattern: re.Pattern[str]) -> Callable[[str], str]:
    """Make the first figure that the pattern finds another one: 12 → 13, 九十 → 八十, 十 → 二十."""

    def other(match: re.Match[str]) -> str:
        numeral = match[0]
        for at in reversed(range(len(numeral))):
            if numeral[at].isdigit():
                return f"{numeral[:at]}{(int(numeral[at]) + 1) % 10 or 1}{numeral[at + 1 :]}"
            if numeral[at] in HAN_DIGITS:
                place = HAN_DIGITS.index(numeral[at])
                return f"{numeral[:at]}{HAN_DIGITS[place + 1 if place < 8 else 7]}{numeral[at + 1 :]}"
        return f"二{numeral}"

    return lambda text: pattern.sub(other, text, count=1)


def _swap(pairs: Iterable[tuple[str, str]]) -> Callable[[str], str]:
    def swap(text: str) -> str:
        return next((text.replace(old, new, 1) for old, new in pairs if old in text), text)

    return swap


MUTATIONS: Mapping[str, Callable[[str], str]] = {
    "改一个数字": _change(COUNT),
    "改肯定否定": _swap(FLIPS),
    "改日期期限": _change(DATE),
    "改机构主体": _swap(BODIES),
}


def claims(answer: Answer) -> list[Claim]:
    """The claims a shown answer consists of: each sentence with marks, on the words that they cite.

    Sentences that rest on arithmetic are left out: what was computed is not kept in the answer.
    """
    by_number = {citation.number: citation for citation in answer.citations}
    found = []
    for sentence in SENTENCE.findall(answer.text):
        cited = [by_number[int(n)] for n in MARK.findall(sentence) if int(n) in by_number]
        if not cited:
            continue
        same = [c for c in cited if c.chunk.id == cited[0].chunk.id]
        passage = Passage(cited[0].chunk, cited[0].policy, score=1.0)
        quotes = tuple(c.quote for c in same)
        text = MARK.sub("", sentence).strip()
        # Before the rule's words may stand whose they are: 广东《…办法》：
        wordings = [text, *(text[m.end() :] for m in re.finditer("[：:]", text))]
        told = (Claim(wording, passage, quotes) for wording in wordings)
        if claim := next((claim for claim in told if not stopped(claim, answer.query)), None):
            found.append(claim)
    return found


def stopped(claim: Claim, query: Query) -> bool:
    """Whether the words of a claim would not be shown as they are."""
    reason = why_not(claim, query) or departs(claim.text, "\n".join(claim.quotes), query.rewritten)
    return reason is not None


def mutate(answers: Iterable[Answer]) -> list[Caught]:
    """Falsify each claim in every way that applies to it and count what is stopped."""
    told = [(claim, answer.query) for answer in answers for claim in claims(answer)]
    results = []
    for kind, change in MUTATIONS.items():
        tried, missed = 0, []
        for claim, query in told:
            false = replace(claim, text=change(claim.text))
            if false.text == claim.text:
                continue
            tried += 1
            if not stopped(false, query):
                missed.append(false.text)
        results.append(Caught(kind, tried, tried - len(missed), tuple(missed)))
    return results
