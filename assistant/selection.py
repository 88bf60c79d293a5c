"""Ranked statements in, claims out: which are said, how much of each, and in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.citations import Claim
from assistant.figures import figures
from assistant.patterns import names_a_side
from assistant.query import Query
from assistant.ranking import Candidate, confidence
from assistant.sentences import block

ONE_REGION = 300  # characters of an answer for one region
SEVERAL_ASKS = 420  # the same where several things are asked
CLOSE = 3.0  # a further statement is said where it scores this close to the best
OUTSTANDING = 1.0  # an item of a list is said alone where it scores so much more than the others
PENAL = re.compile("罚|处分|后果")
SURE_BESIDE = 0.3  # and is at least so probable beside it
CLOSE_EACH = 1.5  # the same for each region, or each version, of several
CLOSE_ELSEWHERE = 0.5  # the same where a figure is asked, for another rule or provision
CLOSE_BESIDE = 1.5  # the same for the same provision
ASK_WEIGHT = 150.0  # how much one ask of several counts beside the whole question
# 情况复杂的，可以延长30日: who acts on the rule must know it, too.
EXCEPTION = re.compile(
    r"\s*(?:但|(?:因|遇|有|确有|遇有)?(?:情况|案情|特殊|情形|事项)[^，,。；;]{0,10}(?:复杂|特殊|紧急|疑难|情况|原因|需要)[^，,。；;]{0,8}[，,]"
    r"|确(?:需|有必要|因)|需要延长|经[^，,。；;]{2,20}批准[^。；;]{0,16}延长)"
)
# 责令限期改正；逾期不改正的，处…罚款: the order without what follows on it is half the rule.
ORDERED = re.compile(r"责令[^，,。；;]{0,12}改正[；;，,]?\s*$")
DISOBEYED = re.compile(r"\s*(?:逾期|拒不|仍不|经责令)[^。；;]{0,60}(?:罚款|处|吊销|停业)")
POINT = re.compile(r"\s*[一二三四五六七八九十]+是[^，,；;]{2,16}[。：:]\s*")
NEXT_POINT = re.compile(
    r"\s*(?:[一二三四五六七八九十]+是|[一二三四五六七八九十]+、|第[一二三四五六七八九十百]+条)"
)
WHOLE_SENTENCE = 130  # a sentence up to this length is said whole, not the clause alone
BRIEF = 70  # up to this length it is said whole in brief, too
# A clause that cannot stand without the one before it.
DEPENDS = re.compile(r"\s*(?:逾期|其中|但|并|且|经|情节|造成|构成|拒不|仍|前款|上述|该|其)")
LIST_LIMIT = 420  # a list up to this length is said whole


def choose(
    query: Query,
    candidates: Sequence[Candidate],
    budget: int,
    margin: float = CLOSE,
    brief: bool = False,
    firsts: Sequence[Candidate] = (),
) -> list[Claim]:
    """The statements to say until the budget of characters is spent, told in the order of their passages.

    Each ask of the question brings the statement that answers it best (`firsts`, where they are known); then
    come those about as good. In brief the clause is said, not the sentence, and of a long list the item that
    answers.
    """
    wanted_first = _wanted_first(query, candidates, firsts)
    if firsts:
        budget = max(budget, SEVERAL_ASKS)
    close = [n for n, c in enumerate(candidates[:12]) if _close(query, c, candidates[0], margin)]
    alone = [] if brief else [c for c in candidates[:1] if _stands_out(query, c, candidates)]
    chosen: list[tuple[Candidate, int, int]] = []
    for n in dict.fromkeys((*wanted_first, *close)):
        candidate = candidates[n]
        if any(_of_one_list(candidate, item) and candidate is not item for item in alone):
            continue
        if candidate in alone:
            start, end = _line(candidate)
        else:
            start, end = brief_extent(query, candidate, budget) if brief else extent(candidate, budget)
        if any(o.passage is candidate.passage and s <= start and end <= e for o, s, e in chosen):
            continue
        used = sum(e - s for _, s, e in chosen)
        if chosen and used + end - start > budget * (1 if n not in wanted_first else 1.3):
            continue
        chosen = [
            (o, s, e)
            for o, s, e in chosen
            if not (o.passage is candidate.passage and start <= s and e <= end)
        ]
        chosen.append((candidate, start, end))
    order = {id(c.passage): n for n, (c, _, _) in reversed(list(enumerate(chosen)))}
    chosen.sort(key=lambda item: (order[id(item[0].passage)], item[1]))
    claims: list[Claim] = []
    said: list[Candidate] = []
    for candidate, start, end in chosen:
        led = any(
            o.statement.lead == candidate.statement.lead and o.passage is candidate.passage for o in said
        )
        claims.append(_claim(candidate, start, end, with_lead=(brief or candidate in alone) and not led))
        said.append(candidate)
    return claims


def _stands_out(query: Query, item: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Whether of a list that sets a figure in each item one answers clearly better than the others: the fines
    for other acts are not to be read as this one's."""
    own = item.statement
    if not own.lead or own.is_lead or len(query.asks) > 1 or not (query.units or PENAL.search(query.focus)):
        return False
    start, end = _line(item)
    if start < own.lead[1]:
        return False
    others = [c for c in candidates if _of_one_list(c, item) and not start <= c.statement.start < end]
    figured = [c for c in (item, *others) if any(f.unit for f in figures(c.statement.text))]
    return len(figured) > 1 and item in figured and all(c.score <= item.score - OUTSTANDING for c in others)


def _line(item: Candidate) -> tuple[int, int]:
    """The whole item of a list that a statement is of, which stands on a line of its own."""
    text, own = item.passage.chunk.text, item.statement
    end = text.find("\n", own.end)
    return text.rfind("\n", 0, own.start) + 1, len(text) if end < 0 else end


def _of_one_list(one: Candidate, other: Candidate) -> bool:
    return one.passage is other.passage and one.statement.lead == other.statement.lead is not None


def _wanted_first(query: Query, candidates: Sequence[Candidate], firsts: Sequence[Candidate]) -> list[int]:
    """The places of what is said before anything else: for each ask of several the one chosen for it."""
    if firsts:
        return [next(n for n, c in enumerate(candidates) if c is first) for first in firsts]
    return [_best_for(n, candidates) for n in range(len(query.asks))] if len(query.asks) > 1 else [0]


def _close(query: Query, candidate: Candidate, best: Candidate, margin: float) -> bool:
    """Whether a further statement is said: where a figure is asked, only one about as good, for the figures
    of two rules or two provisions side by side read as one's."""
    if candidate.opposed and not best.opposed and names_a_side(query.focus):
        return False
    if any(ask.units for ask in query.asks):
        margin = min(margin, _figure_margin(candidate, best))
    if candidate.score < best.score - margin:
        return False
    return candidate is best or confidence(candidate) >= SURE_BESIDE * confidence(best)


def _figure_margin(candidate: Candidate, best: Candidate) -> float:
    return CLOSE_BESIDE if candidate.passage is best.passage else CLOSE_ELSEWHERE


def _best_for(ask: int, candidates: Sequence[Candidate]) -> int:
    """The place of the statement that answers one ask of several best."""
    return max(
        range(min(len(candidates), 30)),
        key=lambda n: (
            candidates[n].score + ASK_WEIGHT * (candidates[n].by_ask[ask] - candidates[n].features[0])
        ),
    )


def _claim(candidate: Candidate, start: int, end: int, with_lead: bool) -> Claim:
    """What stands there; an item that is said without its list after the words that introduce the list."""
    text, lead = candidate.passage.chunk.text, candidate.statement.lead
    quotes = [text[start:end].strip()]
    if with_lead and lead and start >= lead[1]:
        quotes.insert(0, text[slice(*lead)].strip())
    return Claim(tidy("\n".join(quotes)), candidate.passage, tuple(quotes))


def brief_extent(query: Query, candidate: Candidate, budget: int) -> tuple[int, int]:
    """The clause that answers: not the whole sentence where it is long, nor the whole list unless one is
    asked for."""
    statement = candidate.statement
    start, end = extent(candidate, budget)
    if end - start <= BRIEF or statement.is_lead or POINT.fullmatch(statement.text):
        return start, end
    if statement.lead and start <= statement.lead[0]:
        return (statement.start, statement.end) if _by_itself(query, candidate) else (start, end)
    told = candidate.passage.chunk.text[start : statement.end]
    # 后果有三项：…；…: of what a sentence counts off no part stands alone.
    whole = DEPENDS.match(statement.text) or re.search("[:：]", told)
    return (start, end) if whole else (statement.start, statement.end)


def _by_itself(query: Query, candidate: Candidate) -> bool:
    """Whether one item of a list answers: it has the figure asked for, or names what its lead does not."""
    statement = candidate.statement
    lead = candidate.passage.chunk.text[slice(*statement.lead)] if statement.lead else ""
    nouns = {noun for ask in query.asks for noun in ask.nouns}
    return bool(query.units) or any(noun in statement.text and noun not in lead for noun in nouns)


def extent(candidate: Candidate, budget: int) -> tuple[int, int]:
    """What is said of a statement: its own extent, with the exception to it or what follows if disobeyed."""
    start, end = _own_extent(candidate, budget)
    text = candidate.passage.chunk.text
    following = next((s for s in candidate.statements if s.start >= end), None)
    if not following or text[end : following.start].strip() or following.end - start > ONE_REGION:
        return start, end
    follows = ORDERED.search(text[start:end]) and DISOBEYED.match(following.text)
    return start, following.end if follows or EXCEPTION.match(following.text) else end


def _own_extent(candidate: Candidate, budget: int) -> tuple[int, int]:
    """The whole list it leads or belongs to, the whole sentence where it is short, else the clause."""
    statement = candidate.statement
    if statement.lead or statement.is_lead:
        start, end = block(list(candidate.statements), candidate.at)
        limit = LIST_LIMIT if budget >= ONE_REGION else budget * 3 // 2
        if end - start <= limit:
            return start, end
        if statement.is_lead:
            ends = [s.end for s in candidate.statements if start <= s.start and s.end <= start + limit]
            return start, max(ends, default=statement.end)
    start, end = statement.sentence
    if POINT.fullmatch(statement.text):
        return start, _end_of_point(candidate, min(budget, ONE_REGION))
    if end - start <= WHOLE_SENTENCE:
        return start, end
    return statement.start, statement.end


def _end_of_point(candidate: Candidate, limit: int) -> int:
    """Where what a bare point (二是坚持党建引领。) introduces ends: at the next point or the limit."""
    first = candidate.statement
    end = first.end
    for statement in candidate.statements[candidate.at + 1 :]:
        if NEXT_POINT.match(statement.text) or statement.end - first.start > limit:
            break
        end = statement.end
    return end


def _space(blank: re.Match[str]) -> str:
    return " " if blank.string[: blank.start()].endswith("条") else ""


def tidy(text: str) -> str:
    """Copied words as they are shown: list items on lines of their own, other white space gone."""
    # 第六条 keeps one space, which parts it from its text.
    lines = [re.sub(r"[ \t\u3000]+", _space, line) for line in text.splitlines() if line.strip()]
    return "\n".join(lines).strip().rstrip("；;，,")
