"""可以, 不可以, 属于: what a rule's own modal verb says to a question, before its words are quoted."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assistant.citations import Claim
from assistant.query import Query
from ingest.regions import cut_out, find_regions
from ingest.words import words

CLAUSES = re.compile("[，,。；;：:\n]")
YES, NO = "可以", "不可以"
NEGATIVE = re.compile(r"不得|不作为|不能|不可以?|不允许|禁止|不予|不应|严禁|不再|不含|不包括|除外")
BELONGS = re.compile(r"算不算|是不是|属不属于|算(?=.{0,8}[吗么嘛])|属于(?=.{0,10}[吗么嘛])")
POSITIVE = re.compile(r"可以|可(?!能|靠|行|持续|推广|复制|利用)|允许|鼓励|支持|能够|有权")


def verdict(query: Query, claims: Sequence[Claim]) -> str:
    """可以 or 不可以, as the rule's modal verb says, where a question asks if something may be done.

    Nothing where what is told says both: who may buy is not who may provide.
    """
    if not claims or not re.search(
        r"能不能|能否|可不可以|可以.{0,12}(吗|么|不|嘛)|能.{0,14}(吗|么|不|嘛)"
        r"|(?:可以|(?<![功职智性])能)[^,，。？?]*[吗嘛]|行不行|行吗|允不允许|允许|让不让|可否",
        query.focus,
    ):
        return ""
    about = _matter(query)
    told = {said for claim in claims if (said := _modal(claim.text, about))}
    if told == {YES} and any(NEGATIVE.search(claim.text) for claim in claims):
        return ""  # 可适当延长期限，但不得超过3年
    return told.pop() if len(told) == 1 and told <= {YES, NO} else ""


def _matter(query: Query) -> frozenset[str]:
    """The words of a question, and the rules' terms for them, that a modal verb must be said of."""
    asked = cut_out(query.rewritten, find_regions(query.rewritten))
    told = [*words(asked, question=True), *" ".join(query.terms).split()]
    return frozenset(word for word in told if len(word) > 1)


def _modal(text: str, about: Collection[str]) -> str:
    """What the modal verbs of a rule say of a matter, both where one may and another may not; "" where none
    is said of it: 鼓励劳动自救 lets nobody have 低保."""
    said = "。".join(clause for clause in CLAUSES.split(text) if any(word in clause for word in about))
    may, may_not = POSITIVE.search(said), NEGATIVE.search(said)
    return YES + NO if may and may_not else YES if may else NO if may_not else ""


def membership(query: Query, claims: Sequence[Claim]) -> str:
    """属于 for a question whether one thing counts as another, where a rule names the thing in its list."""
    if not claims or not BELONGS.search(query.focus) or NEGATIVE.search(claims[0].text):
        return ""
    asked = BELONGS.split(query.focus)[0]
    items = [w for w in re.split(r"[、，,和及与]|这种|这类|活儿?|项目|工作|服务", asked) if len(w) >= 3]
    return "属于" if any(item[-4:] in claims[0].text for item in items) else ""
