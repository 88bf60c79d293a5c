"""A model's wording and the source's own words in, the reason why the wording must not stand in for them out.

A model may shorten a rule; it may not add, move, soften or widen. So each sentence of the wording has to
follow one sentence of the source clause by clause from its beginning: same figures, dates, numbers and names
of documents, same modals, same head and tail; in between, only words that the question itself has may be left
out (a person who asks about 低保 need not read it again), and no condition.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

from assistant.bands import bands
from assistant.figures import figures
from assistant.patterns import opposites
from assistant.query import Query
from ingest.words import fold

# What a rule commands, permits, forbids or bounds. Longer expressions first: 不得超过 bounds, 不得 forbids.
MODALS = re.compile(
    r"(?P<upper>不得?(?:超过|高于|多于)|至多|最多|最高|以下|以内)"
    r"|(?P<lower>不得?(?:少于|低于)|至少|最少|最低|以上)"
    r"|(?P<forbids>不得|不能|不可以?|不允许|不准|不许|不应|禁止|严禁)"
    r"|(?P<denies>不|未|无(?!障碍)|非|没有|免|除外|除)"
    r"|(?P<requires>应当?|必须|须|需要?|要(?![求点素件闻]))"
    r"|(?P<permits>可以|可(?![能靠行])|有权|允许|能够?(?!力))"
    r"|(?P<limits>原则上|一般|通常|仅|只|部分|全部|所有|或者?)"
)
NAMES = re.compile(r"[〔\[(]\d{4}[〕\])]第?\d+号|第[零一二三四五六七八九十百千\d]+[编章节条款项]|《[^》]*》")
CONDITION = re.compile(
    r"^(?:但|除|如|若|经|未|凡|只有|确需|符合)|(?:[的时后前外内下]|情况|情形)$|原则上|除外"
)
LABEL = re.compile(
    r"^\s*(?:第[零一二三四五六七八九十百千\d]+[条款项]|[(][一二三四五六七八九十\d]+[)]|[一二三四五六七八九十]+、|\d+[.、](?!\d))\s*"
)
SENTENCE = re.compile(r"[。！？!?；;\n]+")
CLAUSE = re.compile(r"(?<!\d)[,，]|[,，](?!\d)")
MARKS = re.compile(r"[\s,，、:：“”\"'‘’。.]")
ENDS = 2  # so many characters at both ends of a clause, its subject and its object, stay as they are


def departs(wording: str, source: str, question: str) -> str | None:
    """Why a wording must give way to the words of its source, or None where it only shortens them.

    Example: departs("合同期限三年。", "合同期限不超过三年。", "合同期限") -> "否定、情态或限度与引文不一致"
    """
    originals = [_clauses(sentence) for sentence in _sentences(source)]
    told: set[int] = set()
    for own in map(_clauses, _sentences(wording)):
        reasons = [_sentence_departs(own, original, set(fold(question))) for original in originals]
        if None not in reasons:
            return max((r for r in reasons if r), key=ORDER.index, default=ORDER[0])
        told.add(reasons.index(None))
    if not told or len(wording) > len(source) + 1:
        return ORDER[0]
    untold = (original[0] for n, original in enumerate(originals) if n not in told)
    return ORDER[-1] if any(map(CONDITION.search, untold)) else None


def wrong_band(query: Query, wording: str, source: str) -> str | None:
    """Why a figure taken from a table in prose is not the one for the question's figure, or None.

    Example: asked about 450户, "至少配备2人" of "300户以下的至少配备2人，300户到600户的至少配备4人" is wrong.
    """
    table = bands(fold(source))
    asked = figures(query.focus) or figures(query.rewritten)
    for figure in asked:
        held = {(b.result, b.unit) for b in table if b.measure == figure.unit and b.holds(figure.value)}
        told = {(f.value, f.unit) for f in figures(fold(wording)) if f.unit in {unit for _, unit in held}}
        if held and told - held:
            return "引用了另一档的数字"
    return None


def _sentences(text: str) -> list[str]:
    parts = [LABEL.sub("", fold(part)) for part in SENTENCE.split(text)]
    return [part for part in parts if MARKS.sub("", part)]


def _clauses(sentence: str) -> list[str]:
    return [clause for clause in CLAUSE.split(sentence) if MARKS.sub("", clause)]


def _sentence_departs(own: list[str], original: list[str], known: set[str]) -> str | None:
    for clause, source in zip(own, original, strict=False):
        for reason, differs in CHECKS:
            if differs(clause, source):
                return reason
        if set(_left_out(clause, source)) - known - {"的"}:
            return ORDER[-1]
    if len(own) > len(original):
        return ORDER[0]
    return ORDER[-1] if any(CONDITION.search(clause) for clause in original[len(own) :]) else None


def _rewords(clause: str, source: str) -> bool:
    """Whether a clause is more than its source with words left out in the middle."""
    own, whole = MARKS.sub("", clause), MARKS.sub("", source)
    if own == whole:
        return False
    if own[:ENDS] != whole[:ENDS] or own[-ENDS:] != whole[-ENDS:]:
        return True
    rest = iter(whole)
    return not all(character in rest for character in own)


def _left_out(clause: str, source: str) -> Counter[str]:
    """The characters of a source that are not in the clause (how often each)."""
    return Counter(MARKS.sub("", source)) - Counter(MARKS.sub("", clause))


def _figures(clause: str) -> list[tuple[Fraction, str]]:
    return [(f.value, f.unit) for f in figures(clause)]


def _modals(clause: str) -> list[str | None]:
    return [m.lastgroup for m in MODALS.finditer(clause)]


def _sides(clause: str) -> list[bool]:
    return [bool(side.search(clause)) for pair in opposites() for side in pair]


# In the order in which they are tried: a reason, and whether a clause and its source differ in it.
CHECKS: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("不是引文的话", _rewords),
    ("数字或日期与引文不一致", lambda own, source: _figures(own) != _figures(source)),
    ("文号、条号或文件名与引文不一致", lambda own, source: NAMES.findall(own) != NAMES.findall(source)),
    ("否定、情态或限度与引文不一致", lambda own, source: _modals(own) != _modals(source)),
    ("所指对象与引文不一致", lambda own, source: _sides(own) != _sides(source)),
)
# The further a sentence got before it failed, the more telling its reason.
ORDER = (*(reason for reason, _ in CHECKS), "略去了引文的条件或限定")
