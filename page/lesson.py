"""A round of exercises in, what a trainee sees of it out, as HTML that is safe to show."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from assistant.learning.exercises import Exercise
from assistant.learning.makers import Kind
from assistant.learning.rounds import Round
from assistant.reply import Cited
from ingest.card import Policy
from page.citing import chips, cited, document_name, mark
from page.i18n import both
from page.safety import escape

# Buttons speak to the server; the exercise that replaces another is read from its beginning.
ACTS = """element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) trigger("click", { act: button.dataset.act, id: button.dataset.id ?? "" });
});
watch("value", () => (element.querySelector(".told") ?? element.querySelector("h2[tabindex]"))?.focus());"""
LETTERS = "ABCDEF"


def welcome() -> str:
    """What is shown before the first round."""
    return f'<p class="empty">{both("learn.welcome")}</p>'


def empty() -> str:
    """What is shown where the rules chosen make no exercises."""
    return f'<p class="empty">{both("learn.none")}</p>'


def lesson(round_: Round, policies: Collection[Policy], on: date) -> str:
    """The exercise asked now, with what came of it once it is answered; after the last, the summary."""
    exercise = round_.current
    if exercise is None:
        return _summary(round_, policies, on)
    again = f'<span class="badge past">{both("learn.again")}</span>' if round_.again else ""
    done = both("learn.done", done=len(round_.first), total=round_.total, score=round_.score)
    options = "".join(_option(round_, exercise, n) for n in range(len(exercise.options)))
    return (
        f'<section class="lesson" aria-labelledby="lesson-title"><p class="progress">{done}</p>'
        f'<progress max="{round_.total}" value="{len(round_.first)}" aria-hidden="true"></progress>'
        f'<h2 id="lesson-title" tabindex="-1"><span class="badge">{escape(exercise.kind)}</span>{again}'
        f"{escape(_asks(exercise))}</h2>{_from(exercise)}"
        f'<p class="prompt">{escape(exercise.prompt)}</p><ul class="options">{options}</ul>'
        f"{_told(round_, exercise, policies, on)}</section>"
    )


def _asks(exercise: Exercise) -> str:
    return {
        Kind.FIGURE: "空格里是哪个数字？",
        Kind.BODY: "空格里是谁？",
        Kind.TERM: "空格里是哪个用语？",
        Kind.JUDGE: "下面的说法对不对？",
        Kind.REGION: "这是哪个地区的规定？",
    }[exercise.kind]


def _from(exercise: Exercise) -> str:
    """Where the sentence stands; a question for the region must not tell it."""
    if exercise.kind is Kind.REGION:
        return ""
    place = exercise.citation.chunk.path[-1] if exercise.citation.chunk.path else ""
    title = exercise.citation.policy.title.strip("《》")
    return f'<p class="path">{escape(f"《{title}》 {place}")}</p>'


def _option(round_: Round, exercise: Exercise, n: int) -> str:
    told = round_.told
    name = f"{LETTERS[n]}. {exercise.options[n]}"
    if told is None:
        button = (
            f'<button type="button" data-act="choose" data-id="{exercise.id}:{n}">{escape(name)}</button>'
        )
        return f"<li>{button}</li>"
    right, chosen = n == exercise.answer, n == told
    kind = "right" if right else "wrong" if chosen else "other"
    sign = "✓ 正确答案" if right else "✕ 您选的" if chosen else ""
    note = f' <span class="verdict">{sign}</span>' if sign else ""
    return f'<li><span class="option {kind}">{escape(name)}{note}</span></li>'


def _told(round_: Round, exercise: Exercise, policies: Collection[Policy], on: date) -> str:
    if round_.told is None:
        return ""
    right = round_.told == exercise.answer
    said = both("learn.right") if right else both("learn.wrong.again" if round_.returns else "learn.wrong")
    one = cited([exercise.citation], policies, on)[exercise.citation.number]
    following = both("learn.next") if len(round_.queue) > 1 else both("learn.end")
    return (
        f'<div class="told" tabindex="-1"><p class="said">{said}</p>'
        f'<blockquote>{escape(one.quote)}</blockquote><p class="path">{mark(one)}{document_name(one)}'
        f" {escape(' › '.join(one.path))}</p>"
        f'<button type="button" class="go" data-act="next" data-id="{exercise.id}">{following}</button></div>'
    )


def _summary(round_: Round, policies: Collection[Policy], on: date) -> str:
    """The score, and what to read again."""
    missed = list(round_.missed.values())
    read = [_numbered(e, n, policies, on) for n, e in enumerate(missed, 1)]
    listed = f"<h3>{both('learn.read')}</h3>{chips(read)}" if read else f"<p>{both('learn.all')}</p>"
    return (
        f'<section class="lesson" aria-labelledby="lesson-title"><h2 id="lesson-title" tabindex="-1">'
        f"{both('learn.score', score=round_.score, total=round_.total)}</h2>{listed}</section>"
    )


def _numbered(exercise: Exercise, n: int, policies: Collection[Policy], on: date) -> Cited:
    one = cited([exercise.citation], policies, on)[exercise.citation.number]
    return replace(one, number=n)
