"""Exchanges in, the conversation and the drawer of conversations out, as HTML that is safe to show.

A button with data-act tells the page's handlers what is wanted of which exchange or conversation (data-id).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from page.answers import answer
from page.exchanges import Exchange, Listed
from page.export import as_text
from page.i18n import Language, say
from page.safety import escape
from page.store import TITLE

# Why an answer was of no use; the words are kept with the feedback.
REASONS = ("ask.reason.wrong", "ask.reason.beside", "ask.reason.outdated", "ask.reason.incomplete")
MAX_REASON = 200


@dataclass(frozen=True)
class View:
    """A conversation as it is to be shown.

    `running` is the exchange on its way, with its stage; `editing` the one whose question is being rewritten;
    `disliked` the one whose reason is asked for.
    """

    exchanges: Sequence[Exchange]
    language: Language = "zh"
    examples: Sequence[str] = ()
    running: tuple[int, str] | None = None
    editing: int | None = None
    disliked: int | None = None


def talk(view: View) -> str:
    """The whole conversation; with nothing said yet, a welcome and example questions."""
    if view.exchanges:
        inner = "".join(_exchange(e, view) for e in view.exchanges)
    else:
        welcome = (
            f"<h2>{say('ask.welcome', view.language)}</h2><p>{say('ask.welcome.how', view.language)}</p>"
        )
        listed = _questions(view.examples, say("ask.examples", view.language), "examples")
        inner = f'<section class="welcome">{welcome}{listed}</section>'
    label = say("ask.conversation", view.language)
    return f'<div role="log" aria-live="off" aria-label="{label}" tabindex="0">{inner}</div>'


def drawer(listed: Sequence[Listed], current: str, language: Language = "zh") -> str:
    """The list of conversations, each to be opened, renamed, exported or deleted."""
    rows = "".join(_row(one, one.id == current, language) for one in listed)
    inner = f"<ul>{rows}</ul>" if rows else f"<p class='empty'>{say('ask.history.none', language)}</p>"
    title = say("ask.history", language)
    close = f'<button type="button" class="quiet close">{say("close", language)}</button>'
    return (
        f'<section class="drawer" role="dialog" aria-modal="true" aria-label="{title}" tabindex="-1">'
        f'<div class="bar"><h2>{title}</h2>{close}</div>'
        f"{inner}</section>"
    )


def _exchange(exchange: Exchange, view: View) -> str:
    last = exchange is view.exchanges[-1]
    language = view.language
    if view.running and view.running[0] == exchange.id:
        stage = f'<span class="dot" aria-hidden="true"></span><span>{escape(view.running[1])}…</span>'
        shown = f'<p class="stage">{stage}{_button("stop", exchange.id, say("ask.stop", language))}</p>'
    elif exchange.reply:
        shown = answer(exchange.reply) + _tools(exchange, view, last)
    else:
        why = escape(exchange.failure) or say("ask.interrupted", language)
        again = _button("retry", exchange.id, say("ask.retry", language)) if last else ""
        edit = _button("edit", exchange.id, say("ask.edit", language)) if last else ""
        shown = f'<div class="answer failure"><p>{why}</p></div><p class="tools">{again}{edit}</p>'
    if view.editing == exchange.id:
        keep = _button("keep", exchange.id, say("ask.edit.cancel", language))
        shown = f'<p class="notice">{say("ask.editing", language)} {keep}</p>'
    anchor = ' id="newest"' if last else ""
    asked = say("ask.asked", language)
    question = f'<h2 class="question"><span class="hidden">{asked}</span>{escape(exchange.question)}</h2>'
    return f'<article class="exchange"{anchor}>{question}{shown}</article>'


def _tools(exchange: Exchange, view: View, last: bool) -> str:
    language, identity = view.language, exchange.id
    thumbs = "".join(
        f'<button type="button" class="quiet" data-act="{act}" data-id="{identity}"'
        f' aria-pressed="{str(exchange.liked is liked).lower()}">{say(f"ask.{act}", language)}</button>'
        for act, liked in (("like", True), ("dislike", False))
    )
    copied, done = escape(as_text([exchange])), say("ask.copied", language)
    copy = (
        f'<button type="button" class="quiet copy" data-copy="{copied}" data-done="{done}">'
        f"{say('ask.copy', language)}</button>"
    )
    word = f'<a class="quiet" href="export/answer/{identity}.docx" download>Word</a>'
    markdown = f'<a class="quiet" href="export/answer/{identity}.md" download>Markdown</a>'
    edit = _button("edit", identity, say("ask.edit", language)) if last else ""
    again = _button("retry", identity, say("ask.retry", language)) if last else ""
    reasons = _reasons(identity, language) if view.disliked == identity else ""
    follow = _questions(exchange.suggestions, say("ask.follow", language), "follow") if last else ""
    return f'<div class="tools">{thumbs}{copy}{word}{markdown}{edit}{again}</div>{reasons}{follow}'


def _reasons(identity: int, language: Language) -> str:
    """Why it was of no use: one press, or own words."""
    ready = "".join(
        f'<button type="button" class="quiet" data-act="reason" data-id="{identity}"'
        f' data-value="{say(key)}">{say(key, language)}</button>'
        for key in REASONS
    )
    own = (
        f'<label><span class="hidden">{say("ask.reason.own", language)}</span><input maxlength="{MAX_REASON}"'
        f' placeholder="{say("ask.reason.own", language)}"></label>'
        f"{_button('reason', identity, say('ask.reason.send', language))}"
    )
    asked = say("ask.reason", language)
    return f'<div class="reasons" role="group" aria-label="{asked}"><p>{asked}</p>{ready}{own}</div>'


def _row(one: Listed, current: bool, language: Language) -> str:
    name = escape(one.title)
    here = ' aria-current="true"' if current else ""
    rename = (
        f'<label>{say("ask.name", language)} <input value="{name}" maxlength="{TITLE}"></label>'
        f"{_button('rename', one.id, say('save', language))}"
    )
    files = "".join(
        f'<a class="quiet" href="export/conversation/{one.id}.{suffix}" download>{kind}</a>'
        for suffix, kind in (("docx", "Word"), ("md", "Markdown"))
    )
    delete = (
        f'<button type="button" class="quiet" data-act="delete" data-id="{one.id}"'
        f' data-sure="{say("ask.delete.sure", language)}">{say("ask.delete", language)}</button>'
    )
    return (
        f'<li><button type="button" class="open" data-act="open" data-id="{one.id}"{here}>{name}'
        f"<small>{one.used:%Y-%m-%d %H:%M}</small></button>"
        f'<details><summary aria-label="{say("ask.manage", language)}{name}">⋯</summary>'
        f'<div class="manage">{rename}<p>{files}{delete}</p></div></details></li>'
    )


def _questions(questions: Sequence[str], label: str, kind: str) -> str:
    asked = "".join(
        f'<li><button type="button" class="example">{escape(question)}</button></li>'
        for question in questions
    )
    return f'<ul class="examples {kind}" aria-label="{label}">{asked}</ul>' if asked else ""


def _button(act: str, identity: int | str, text: str) -> str:
    return f'<button type="button" class="quiet" data-act="{act}" data-id="{identity}">{text}</button>'
