"""Questions the library can answer, made of its own headings, definitions, regions and versions.

None is offered before it has been sought: its passages are retrieved, composed and verified as for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from assistant.answer import Status
from assistant.citations import Citation, verify
from assistant.composition import compose
from assistant.lookup import Searching
from assistant.query import understand
from assistant.reply import Cited, Reply
from assistant.session import Session
from ingest.card import Policy, standing
from ingest.regions import NATION, ancestors, find_regions, region
from ingest.structure import Provision

SHOWN, EXAMPLES = 3, 4
TRIED = 8  # candidates sought for one reply
SAMPLED = 24  # policies looked through for examples
ASKED = 60  # characters of a question that is worth asking elsewhere
CERTAIN = 0.35
DEFINED = re.compile(r"所称(?:的)?“?([一-鿿]{2,12}?)”?[，,]?\s*(?:是指|指的是|包括)")
INNER = str.maketrans("《》", "〈〉")  # GB/T 15834: a title within a title
CHAIN = re.compile(r"[?？].")
WIDE = dict(zip(",;:?!", "，；：？！", strict=True))
NARROW = re.compile(r"(?<=[一-鿿”》）])[,;:?!]")
BRACKETED = re.compile(r"[（(]([^（()）]+)[)）]")
# A heading that names a matter; 谁来买 or 总则 names none.
MATTER = re.compile(r"(?!.*(?:谁|什么|怎么|为何|哪|总则|附则|罚则|出处|背景|由来))[一-鿿、“”和与及]{3,14}$")


def following(assistant: Searching, reply: Reply) -> list[str]:
    """What may be asked after a reply: elsewhere, before, and about what stands beside its citations."""
    if reply.status is Status.REFUSED:
        return []
    policies = {p.id: p for p in assistant.library.policies()}
    shown = [c for c in reply.citations or reply.nearest[:1] if c.policy_id in policies]
    # What leans on the question before was searched as a row of questions, which nobody asks as one.
    kinds = [] if CHAIN.search(reply.rewritten) else [_elsewhere(reply, shown, policies)]
    if kinds and reply.status is Status.ANSWERED:
        kinds.append(_before(reply, shown, policies))
    if reply.status is not Status.ABSTAINED or reply.regions:
        kinds.append(_beside(assistant, shown, policies))
    asked = {reply.question, reply.rewritten}
    on = None if reply.as_of == assistant.today() else reply.as_of
    found: list[str] = []
    tried = 0
    while kinds and len(found) < SHOWN and tried < TRIED:
        candidates = kinds.pop(0)
        for question, wanted in candidates:
            tried += 1
            if question not in asked and _answers(assistant, question, wanted, on):
                found.append(question)
                kinds.append(candidates)  # one of each kind first
                break
            if tried >= TRIED:
                break
    return found


def examples(assistant: Searching) -> list[str]:
    """A few questions to begin with, of different regions and documents."""
    today = assistant.today()
    policies = assistant.library.policies()
    current = [p for p in policies if standing(p, policies, today) == "现行"]
    regions: dict[str | None, list[Policy]] = {}
    for policy in current:
        regions.setdefault(policy.region, []).append(policy)
    # Round the regions, so that a nation's hundred laws do not hide a province's one notice.
    turns = [group[n] for n in range(max(map(len, regions.values()), default=0)) for group in regions.values()
             if n < len(group)]  # fmt: skip
    best: list[str] = []
    for policy in turns[:SAMPLED]:
        candidates = islice(_of_policy(assistant, policy), 3)
        question = next((q for q, wanted in candidates if _answers(assistant, q, wanted, None)), None)
        if question:
            best.append(question)
        if len(best) == EXAMPLES:
            break
    return best


Wanted = tuple[str, int, int]  # a policy, and the span in it that an answer has to cite


def _answers(assistant: Searching, question: str, wanted: Wanted, on: date | None) -> bool:
    """Whether the library answers a question by itself, surely, out of what it was made of."""
    query = understand(question, Session(as_of=on), assistant.today())
    if query.refusal:
        return False
    retriever = assistant.retriever
    encoding = retriever.encode(query.search_text)
    draft = compose(query, encoding, retriever.retrieve(query, encoding), retriever.rarity)
    if draft.clarify or draft.confidence < CERTAIN:
        return False
    verified, _ = verify(draft.claims, query)
    return any(_within(citation, wanted) for one in verified for citation in one.citations)


def _within(citation: Citation, wanted: Wanted) -> bool:
    policy, start, end = wanted
    return citation.policy.id == policy and citation.start < end and citation.end > start


def _elsewhere(
    reply: Reply, shown: Sequence[Cited], policies: dict[str, Policy]
) -> Iterator[tuple[str, Wanted]]:
    """The same question for another region whose policies are kept."""
    here = {policies[c.policy_id].region for c in shown}
    if reply.status is not Status.CLARIFY and here <= {NATION, None} or len(reply.rewritten) > ASKED:
        return
    for policy in policies.values():
        if policy.region in (None, NATION) or reply.status is not Status.CLARIFY and policy.region in here:
            continue
        if question := _placed(reply.rewritten, region(policy.region).short):
            yield question, (policy.id, 0, 1 << 40)


def _placed(question: str, place: str) -> str:
    """The question asked of another place; "" where it names a place within the one that it names first.

    Example: _placed("宁夏谁来购买?", "安徽") -> "安徽谁来购买？"; of "谁来购买?" it is "在安徽，谁来购买？"
    """
    mentions = find_regions(question)
    if not mentions:
        return f"在{place}，{_as_written(question)}？"
    first = mentions[0]
    if any(first.region.code in ancestors(other.region.code)[1:] for other in mentions[1:]):
        return ""
    return _as_written(question[: first.start] + place + question[first.end :]) + "？"


def _as_written(question: str) -> str:
    """A question as Chinese is written, without its mark: what was searched has narrow commas."""
    return NARROW.sub(lambda m: WIDE[m[0]], question.rstrip("?？。"))


def _before(
    reply: Reply, shown: Sequence[Cited], policies: dict[str, Policy]
) -> Iterator[tuple[str, Wanted]]:
    """The same question of an earlier version that is kept."""
    for cited in shown:
        own = policies[cited.policy_id]
        for policy in policies.values():
            earlier = policy.version_date and own.version_date and policy.version_date < own.version_date
            if policy.family == own.family and policy.id != own.id and earlier:
                yield f"{_as_written(reply.rewritten)}，以前是怎么规定的？", (policy.id, 0, 1 << 40)


def _beside(
    assistant: Searching, shown: Sequence[Cited], policies: dict[str, Policy]
) -> Iterator[tuple[str, Wanted]]:
    """What the headings after and before the cited provision speak of."""
    for cited in shown[:1]:
        policy = policies[cited.policy_id]
        headed = [p for p in assistant.library.provisions(policy.id) if _matter(p)]
        at = next((n for n, p in enumerate(headed) if p.start <= cited.start < p.end), -1)
        order = [headed[n] for n in (at + 1, at - 1, at + 2, at + 3) if n != at and 0 <= n < len(headed)]
        yield from (_asked(policy, p) for p in order)


def _of_policy(assistant: Searching, policy: Policy) -> Iterator[tuple[str, Wanted]]:
    """What a policy defines, then what its headings speak of."""
    provisions = assistant.library.provisions(policy.id)
    for provision in provisions:
        if provision.kind in ("条", "段") and (defined := DEFINED.search(provision.text)):
            yield f"什么是{defined[1]}？", (policy.id, provision.start, provision.end)
    yield from (_asked(policy, p) for p in _middle([p for p in provisions if _matter(p)]))


def _middle(provisions: Sequence[Provision]) -> Iterable[Provision]:
    """From the middle outwards: documents begin with why they were written and end with who reports."""
    centre = len(provisions) // 2
    return sorted(provisions, key=lambda p: abs(provisions.index(p) - centre))


def _matter(provision: Provision) -> str:
    """What a provision's heading names, if it names a matter.

    Example: "谁来买（购买主体）" -> "购买主体"; "总则" -> ""
    """
    if provision.kind not in ("章", "节", "部分", "标题", "条"):
        return ""
    heading = provision.heading
    plain = BRACKETED.sub("", heading).strip().removeprefix("关于")
    return next((m for m in (plain, *BRACKETED.findall(heading)) if MATTER.fullmatch(m)), "")


def _asked(policy: Policy, provision: Provision) -> tuple[str, Wanted]:
    place = region(policy.region).short if policy.region and policy.region != NATION else ""
    title = policy.title.strip("《》").removeprefix("中华人民共和国")
    whose = place or f"《{title.translate(INNER)}》"
    return f"{whose}对{_matter(provision)}有哪些规定？", (policy.id, provision.start, provision.end)
