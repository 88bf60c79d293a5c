"""What a person gets: a status, a few plain sentences with numbered citations, and what was not said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.citations import Citation, Rejection, Verified
from assistant.composition import Draft
from assistant.patterns import refusal_text
from assistant.query import Query
from assistant.retrieval import Passage
from assistant.scope import years_of
from assistant.sides import Side, balance, sides_of
from ingest.card import Policy
from ingest.regions import NATION, region

NEAREST = 3


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"
    CLARIFY = "clarify"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """A verified answer.

    `text` carries the marks [1] [2] of its `citations`; `nearest` are passages that were looked at and are
    not an answer (shown, marked as such, when the status is ABSTAINED); `notices` are warnings beside the
    answer (a superseded rule, a digest); `rejected` are claims that did not pass verification; `confidence`
    is the probability that the best statement found answers the question; `sides` are what the text says of
    each place or version, where the question compares them.
    """

    status: Status
    text: str
    query: Query
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Passage, ...] = ()
    notices: tuple[str, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    confidence: float = 0.0
    ms: float = 0.0
    sides: tuple[Side, ...] = ()


def refused(query: Query) -> Answer:
    """The answer to what is not a policy question, asks for private data, or asks to invent or evade."""
    return Answer(Status.REFUSED, refusal_text(query.refusal or "elsewhere"), query)


def worded(
    query: Query,
    draft: Draft,
    verified: Sequence[Verified],
    rejected: Sequence[Rejection],
    passages: Sequence[Passage],
    unheld: Collection[str] = (),
) -> Answer:
    """Put verified claims in words; without any, say what was searched and what is nearest.

    `unheld` are the names of the places asked about of which nothing is held.
    """
    if draft.clarify and not verified:
        return clarified(query, passages, draft.confidence)
    if not verified:
        return abstained(query, rejected, passages, draft.confidence)
    sides = sides_of(verified, draft.silent, unheld) if draft.grouped else ()
    text = _side_by_side(query, sides) if sides else _one(verified, draft)
    text += "".join(f"\n关于“{ask}”：现有文件没有规定。" for ask in draft.open)
    if draft.clarify:
        text = f"各地规定不同，请告诉我您要查哪个地区。\n{text}"
    citations = {c.number: c for v in verified for c in v.citations}
    return Answer(
        Status.CLARIFY if draft.clarify else Status.ANSWERED,
        text,
        query,
        tuple(citations[n] for n in sorted(citations)),
        tuple(passages[:NEAREST]),
        (*_not_its_own(query, verified), *draft.conflicts, *_notices(verified)),
        tuple(rejected),
        draft.confidence,
        sides=sides if query.compares or query.version == "change" else (),
    )


def abstained(
    query: Query, rejected: Sequence[Rejection], passages: Sequence[Passage], confidence: float
) -> Answer:
    """现有文件没有规定: what was searched, and whom to ask."""
    where = "、".join(r.short for r in query.regions)
    scope = f"资料库中{where}的文件" if where else "现有文件"
    text = f"{scope}没有规定（没有找到能回答这个问题的条款）。建议向印发文件的部门或当地民政部门咨询。"
    return Answer(
        Status.ABSTAINED, text, query, (), tuple(passages[:NEAREST]), (), tuple(rejected), confidence
    )


def clarified(query: Query, passages: Sequence[Passage], confidence: float) -> Answer:
    """The rules of several regions speak of it and the question names none: ask back."""
    places = dict.fromkeys(region(p.policy.region).short for p in passages if p.policy.region)
    text = (
        f"各地规定不同，请告诉我您要查哪个地区（资料库中有：{'、'.join(places)}），也请把问题说得具体一些。"
    )
    return Answer(Status.CLARIFY, text, query, nearest=tuple(passages[:NEAREST]), confidence=confidence)


def not_held(query: Query, what: str, passages: Sequence[Passage]) -> Answer:
    """The library does not hold the rule that is asked for."""
    text = f"资料库没有收录{what}，无法回答。建议向当地民政部门咨询，或把文件加入资料库后再问。"
    return Answer(Status.ABSTAINED, text, query, (), tuple(passages[:NEAREST]))


def as_of_then(answer: Answer) -> Answer:
    """Say beside an answer that it is given as of a past day, which the rules may have left behind; what two
    versions say is told with their years already."""
    if answer.query.version == "change":
        return answer
    day, edition = answer.query.as_of, answer.query.edition
    of_its_year = any(edition in years_of(c.policy) for c in answer.citations)
    when = f"{edition}年的版本" if of_its_year else f"{day.year}年{day.month}月{day.day}日有效的规定"
    notice = f"按{when}回答，可能不是现行规定。"
    return replace(answer, notices=(notice, *answer.notices))


def name_of(policy: Policy) -> str:
    """What a policy is called in an answer: 宁夏《…实施意见》."""
    # Of a page that reports on a rule the rule is named; a digest's own title is the rule's already.
    title = policy.title if policy.digest else policy.source_title or policy.title
    place = region(policy.region).short if policy.region and policy.region != NATION else ""
    return f"{'' if place and title.startswith(place) else place}《{title.strip('《》')}》"


def _name(passage: Passage) -> str:
    """The name, with its year where it is an earlier version, which has the same name as the present one."""
    dated = passage.policy.version_date if not passage.in_force else None
    return name_of(passage.policy) + (f"（{dated.year}年版）" if dated else "")


def _one(verified: Sequence[Verified], draft: Draft) -> str:
    lines: list[str] = []
    named: str | None = None
    for one in verified:
        name = _name(one.claim.passage)
        marks = "".join(f"[{c.number}]" for c in one.citations)
        said = f"{one.claim.text}{'' if one.claim.text.endswith(('。', '！', '？')) else '。'}{marks}"
        if name != named:
            lines.append(
                f"{name}：{said}" if not draft.verdict or named else f"{draft.verdict}。{name}：{said}"
            )
        else:
            lines.append(said)
        named = name
    return "\n".join(lines)


def _side_by_side(query: Query, sides: Sequence[Side]) -> str:
    """A line a place, and before them which figure is the greater, where that is asked and settled."""
    said = balance(query.focus, sides)
    return "\n".join([*([said] if said else []), *(side.line for side in sides)])


def _not_its_own(query: Query, verified: Sequence[Verified]) -> tuple[str, ...]:
    """That a region asked about is answered for by the nation's rules, or by one of an unknown region."""
    if len(query.regions) != 1:
        return ()
    place, said = query.regions[0].short, {v.claim.passage.policy.region for v in verified}
    if said == {NATION}:
        return (f"{place}的文件没有单独规定，以上是全国的规定。",)
    if None in said:
        return (f"引用的文件没有写明适用地区，请先核对它是否适用于{place}。",)
    return ()


def _notices(verified: Sequence[Verified]) -> tuple[str, ...]:
    notices: list[str] = []
    for one in verified:
        policy = one.claim.passage.policy
        if not one.claim.passage.in_force:
            notices.append(f"{_name(one.claim.passage)}不是现行版本，仅供对照。")
        if policy.digest:
            notices.append("引文出自要点整理，非官方原文，办理时以官方原文为准。")
    return tuple(dict.fromkeys(notices))
