"""Questions that got no good answer in, groups out that each say which document the library may lack."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.regions import cut_out, find_regions
from ingest.words import uncommon, words
from page.exchanges import Feedback, Unanswered

ALIKE = 0.3  # the weighted share of words that two questions have in common
NO_PLACE = "未写地区"
NO_RULE = "库里没有规定"
MOST_TERMS = 4


@dataclass(frozen=True)
class Missed:
    """A question, how often it was asked, when last, and why the answer did not do."""

    question: str
    asked: datetime
    times: int
    why: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """Questions of one place that share their words; `title` is those words."""

    place: str
    title: str
    questions: tuple[Missed, ...]

    @property
    def times(self) -> int:
        """How often its questions were asked."""
        return sum(missed.times for missed in self.questions)


def gaps(unanswered: Iterable[Unanswered], feedback: Iterable[Feedback]) -> list[Gap]:
    """Group what was not answered, or was answered badly, by place and by words; the most asked first.

    Example: 海南养老补贴多少？ and 海南的养老补贴怎么领？ make one gap, 海南省 · 养老 补贴.
    """
    found = [(u.reply, u.asked, NO_RULE) for u in unanswered]
    found += [
        (f.reply, f.given, f"不满意：{f.reason}" if f.reason else "不满意") for f in feedback if not f.liked
    ]
    by_place: dict[str, dict[str, list[tuple[datetime, str]]]] = {}
    for reply, on, why in found:
        # A follow-up says little by itself; what it was understood as says all.
        questions = by_place.setdefault("、".join(reply.regions) or NO_PLACE, {})
        questions.setdefault(reply.rewritten.strip() or reply.question.strip(), []).append((on, why))
    grouped = []
    for place, questions in by_place.items():
        missed = [_missed(question, events) for question, events in questions.items()]
        grouped += [Gap(place, _title(group), tuple(group)) for group in _groups(missed)]
    return sorted(grouped, key=lambda gap: (-gap.times, gap.place, gap.title))


def _missed(question: str, events: Sequence[tuple[datetime, str]]) -> Missed:
    return Missed(
        question,
        max(on for on, _ in events),
        max(sum(why == one for _, why in events) for one in {why for _, why in events}),
        tuple(sorted({why for _, why in events})),
    )


def _groups(missed: Sequence[Missed]) -> list[list[Missed]]:
    """Questions joined to the first group that holds one like it, the newest first."""
    groups: list[list[Missed]] = []
    for one in sorted(missed, key=lambda m: m.asked, reverse=True):
        terms = set(_terms(one.question))
        like = (g for g in groups if max(_alike(terms, set(_terms(m.question))) for m in g) >= ALIKE)
        group = next(like, None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _alike(a: Collection[str], b: Collection[str]) -> float:
    shared, either = set(a) & set(b), set(a) | set(b)
    return sum(map(uncommon, shared)) / (sum(map(uncommon, either)) or 1)


def _title(group: Sequence[Missed]) -> str:
    """The terms that most of the questions share, in the order of the newest one."""
    held = [set(_terms(m.question)) for m in group]
    shared = [
        t for t in dict.fromkeys(_terms(group[0].question)) if 2 * sum(t in h for h in held) > len(held)
    ]
    whole = [t for t in shared if not any(t != other and t in other for other in shared)]
    return " ".join(whole[:MOST_TERMS]) or group[0].question[:20]


def _terms(question: str) -> list[str]:
    """A question's words without the names of places, which the group has of its own."""
    question = cut_out(question, find_regions(question), " ")
    return [word for word in words(question, question=True) if len(word) > 1]
