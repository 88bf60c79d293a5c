"""What managers do in the library's tab: add files in two steps, correct, withdraw, take back, index anew.

Every handler asks for the role again: what a browser shows or hides protects nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from ingest.card import CardError
from ingest.library import Library
from ingest.storage import LibraryError
from page import deliveries
from page.access import NOT_ALLOWED, Visitor, visitor_of
from page.audit import Action, note
from page.conversations import owner_of
from page.desk import Desk
from page.intake import Batch, Intake, Job, Refused
from page.logs import numbered
from page.safety import escape
from page.shelf import cleaned
from page.side_by_side import side_by_side
from page.tabs.card_form import card_of, values_of
from page.tabs.manage_widgets import Actions, Section

POLL = 0.3
REFUSED = "没有执行"
QUIET: Any = {"show_progress": "hidden", "api_visibility": "private"}
NOTED = {
    "add": Action.UPLOADED,
    "correct": Action.CORRECTED,
    "withdraw": Action.WITHDREW,
    "take_back": Action.TOOK_BACK,
    "index_anew": Action.REINDEXED,
}


@dataclass(frozen=True)
class Shelf:
    """The widgets that a change of the library changes too, and what fills them."""

    filters: list[gr.Textbox | gr.Dropdown]
    chosen: gr.State
    listing: gr.HTML
    detail: gr.HTML
    find: Callable[..., object]
    show: Callable[[str], str]


def connect(desk: Desk, tab: gr.Tab, top: Section, below: Actions, kept: Shelf) -> None:
    """What the widgets do."""
    intake = Intake(desk.library_dir)

    def drafts(batch: Batch | None, number: int = -1) -> tuple[object, object, object]:
        """The table of drafts, whether there is something to decide, and something to store."""
        if batch is None or not batch.job.ended.is_set():
            return "", gr.Row(visible=False), gr.skip()
        held = desk.policies()
        cards = [batch.card(n) for n in range(len(batch.drafts))]
        notes = [deliveries.note(card, held) if card else "" for card in cards]
        store = gr.Button(interactive=bool(batch.ready()))
        return deliveries.drafts(batch, notes, number), gr.Row(visible=bool(batch.drafts)), store

    def read(files: list[str] | None, request: gr.Request) -> Iterator[tuple[object, ...]]:
        """Draft the cards of what was uploaded."""
        visitor, owner = _manager(request), owner_of(request)
        with _told(request):
            job = intake.read(owner, visitor.name, [Path(file) for file in files or []])
        for told in _follow(job):
            yield None, told, *drafts(None), gr.Column(visible=False)
        if batch := intake.batch(owner):
            batch.take_known(desk.policies())
        yield None, told if job.failure else "", *drafts(batch), gr.Column(visible=False)

    def edit(event: gr.EventData, request: gr.Request) -> tuple[object, ...]:
        """Open the card of the draft whose button was pressed."""
        _manager(request)
        number = int(str(event.pick))
        batch = intake.batch(owner_of(request))
        card = batch.card(number) if batch else None
        if batch is None or card is None:
            return -1, gr.Column(visible=False), "", *[gr.skip()] * len(top.fields)
        draft = batch.drafts[number]
        changed = cleaned(draft.repairs, side_by_side(draft.raw, draft.text))
        return number, gr.Column(visible=True), changed, *values_of(card)

    def keep(request: gr.Request, number: int, *values: str | bool) -> tuple[object, ...]:
        """Put what was typed on the draft."""
        _manager(request)
        batch = intake.batch(owner_of(request))
        card = batch.card(number) if batch else None
        if batch and card:
            with _told(request):
                batch.cards[number] = card_of(card, values)
        return *drafts(batch), gr.Column(visible=False)

    def leave(number: int, request: gr.Request) -> tuple[object, ...]:
        _manager(request)
        if batch := intake.batch(owner_of(request)):
            batch.dropped.add(number)
        return *drafts(batch), gr.Column(visible=False)

    def discard(request: gr.Request) -> tuple[object, ...]:
        _manager(request)
        intake.drop(owner_of(request))
        return "", *drafts(None), gr.Column(visible=False)

    def store(request: gr.Request) -> Iterator[tuple[object, ...]]:
        """Store the drafts, telling how far it is."""
        visitor, owner = _manager(request), owner_of(request)
        with _told(request):
            job = intake.store(owner, visitor.name)
        batch = intake.batch(owner)
        note(request, NOTED["add"], files=len(batch.ready()) if batch else 0)
        for told in _follow(job):
            yield told, *drafts(None), gr.Column(visible=False)
        yield told, *drafts(intake.batch(owner)), gr.Column(visible=False)

    def change(name: str, request: gr.Request, **what: Any) -> Iterator[str]:
        visitor = _manager(request)
        with _told(request):
            job = intake.change(name, visitor.name, **what)
        card = what.get("card")
        note(request, NOTED[name], policy=card.id if card else what.get("policy_id", ""))
        yield from _follow(job)

    def index(request: gr.Request) -> Iterator[object]:
        yield from change("index_anew", request)

    def take_back(request: gr.Request) -> Iterator[tuple[object, ...]]:
        for told in change("take_back", request):
            yield told, gr.Column(visible=False)

    def withdraw(chosen: str, request: gr.Request) -> Iterator[tuple[object, ...]]:
        for told in change("withdraw", request, policy_id=chosen):
            yield told, gr.Column(visible=False), gr.skip()
        yield told, gr.Column(visible=False), ""

    def correct(chosen: str, request: gr.Request) -> tuple[object, ...]:
        """Open the card of the policy chosen."""
        _manager(request)
        with Library.open(desk.library_dir) as library:
            policy = library.find(chosen)
        if policy is None:
            return gr.Column(visible=False), *[gr.skip()] * len(below.fields)
        return gr.Column(visible=True), *values_of(policy)

    def save(request: gr.Request, chosen: str, *values: str | bool) -> Iterator[tuple[object, ...]]:
        """Store the corrected card."""
        _manager(request)
        with Library.open(desk.library_dir) as library, _told(request):
            card = card_of(library.policy(chosen), values)
        for told in change("correct", request, card=card):
            yield told, gr.Column(visible=False)

    def begin(request: gr.Request) -> Iterator[tuple[object, ...]]:
        """What this person may do, what they had begun, and what is under way."""
        may = visitor_of(request).manages
        batch = intake.batch(owner_of(request)) if may else None
        job = intake.latest if may else None
        whole = gr.Accordion(visible=may)
        if job and not job.ended.is_set():
            for told in _follow(job):
                yield whole, told, *drafts(None)
        yield whole, gr.skip(), *drafts(batch)

    def offer(chosen: str, request: gr.Request) -> tuple[object, ...]:
        """The actions on a policy, for those who may; whatever was open for another one closes."""
        may = bool(chosen) and visitor_of(request).manages
        return gr.Row(visible=may), gr.Column(visible=False), gr.Column(visible=False)

    table = [top.drafts, top.deciding, top.store]
    again = (kept.find, [*kept.filters, kept.chosen], kept.listing)
    beside = (kept.show, kept.chosen, kept.detail)
    hide, reveal = (lambda: gr.Column(visible=False)), (lambda: gr.Column(visible=True))
    tab.select(begin, None, [top.whole, top.status, *table], **QUIET)
    top.upload.upload(read, top.upload, [top.upload, top.status, *table, top.form], **QUIET)
    top.drafts.click(edit, None, [top.number, top.form, top.cleaned, *top.fields], **QUIET)
    top.keep.click(keep, [top.number, *top.fields], [*table, top.form], **QUIET)
    top.leave.click(leave, top.number, [*table, top.form], **QUIET)
    top.close.click(hide, None, top.form, **QUIET)
    top.discard.click(discard, None, [top.status, *table, top.form], **QUIET)
    top.store.click(store, None, [top.status, *table, top.form], **QUIET).then(*again, **QUIET)
    top.index.click(index, None, top.status, **QUIET)
    top.back.click(reveal, None, top.sure, **QUIET)
    top.no.click(hide, None, top.sure, **QUIET)
    back = top.yes.click(take_back, None, [top.status, top.sure], **QUIET)
    kept.chosen.change(offer, kept.chosen, [below.buttons, below.form, below.sure], **QUIET)
    below.correct.click(correct, kept.chosen, [below.form, *below.fields], **QUIET)
    below.cancel.click(hide, None, below.form, **QUIET)
    saved = below.save.click(save, [kept.chosen, *below.fields], [top.status, below.form], **QUIET)
    below.withdraw.click(reveal, None, below.sure, **QUIET)
    below.no.click(hide, None, below.sure, **QUIET)
    gone = below.yes.click(withdraw, kept.chosen, [top.status, below.sure, kept.chosen], **QUIET)
    for changed in (back, saved, gone):
        changed.then(*again, **QUIET).then(*beside, **QUIET)


def _manager(request: gr.Request) -> Visitor:
    visitor = visitor_of(request)
    if not visitor.manages:
        raise gr.Error(NOT_ALLOWED, title=REFUSED, print_exception=False)
    return visitor


@contextmanager
def _told(request: gr.Request) -> Iterator[None]:
    """Show a person why something cannot be done; what is logged meanwhile has the request's number."""
    try:
        with numbered(request):
            yield
    except (Refused, CardError, LibraryError) as fault:
        raise gr.Error(escape(str(fault)), title=REFUSED, print_exception=False) from fault


def _follow(job: Job) -> Iterator[str]:
    """How far a change is, until it has ended; it goes on if nobody looks."""
    while not job.ended.wait(POLL):
        yield deliveries.progress(job)
    yield deliveries.progress(job)
