"""Conversations outlive the process, belong to one owner, and stay within bounds."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Status
from assistant.reply import Reply
from page import store as rooms
from page.exchanges import Exchange, session_of
from page.store import Store, StoreError

DAY = date(2026, 6, 1)


def reply(question: str, text: str = "可以。", status: Status = Status.ANSWERED) -> Reply:
    return Reply(status, text, question, question, (), DAY)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "office")


def questions(exchanges: list[Exchange]) -> list[str]:
    return [exchange.question for exchange in exchanges]


def test_a_conversation_is_there_after_a_restart(store: Store, tmp_path: Path) -> None:
    """All of it: the scope asked in, the reply, the questions that may follow, the rating."""
    place, first = store.ask("甲", "", "问一", "640000", DAY)
    store.finish(first, reply("问一"))
    store.suggest(first, ["问二"])
    store.rate("甲", first, liked=True)
    _, second = store.ask("甲", place, "问二")
    store.finish(second, failure="没有成")
    again = Store(tmp_path / "office")
    one, two = again.exchanges("甲", place)
    assert (one.region, one.as_of, one.reply) == ("640000", DAY, reply("问一"))
    assert (one.suggestions, one.liked) == (("问二",), True)
    assert (two.reply, two.failure, two.liked) == (None, "没有成", None)
    assert [listed.title for listed in again.listed("甲")] == ["问一"]


def test_a_question_cut_off_is_there_and_open(store: Store) -> None:
    """It is written down before it is answered, and takes its answer once."""
    place, asked = store.ask("甲", "", "问")
    (exchange,) = store.exchanges("甲", place)
    assert (exchange.reply, exchange.failure) == (None, "")
    store.finish(asked, failure="已停止")
    store.finish(asked, reply("问"))
    assert store.exchanges("甲", place)[0].failure == "已停止"


def test_another_owner_finds_and_changes_nothing(store: Store) -> None:
    place, asked = store.ask("甲", "", "问")
    store.finish(asked, reply("问"))
    store.rename("乙", place, "改")
    store.delete("乙", place)
    store.rate("乙", asked, liked=False)
    assert (store.exchanges("乙", place), store.exchange("乙", asked), store.listed("乙")) == ([], None, [])
    other, _ = store.ask("乙", place, "别人的", replacing=asked)
    assert other != place
    assert questions(store.exchanges("甲", place)) == ["问"]
    assert (store.listed("甲")[0].title, store.feedback()) == ("问", [])


def test_an_edited_question_takes_the_place_of_the_last(store: Store) -> None:
    place, first = store.ask("甲", "", "问一")
    _, second = store.ask("甲", place, "问二")
    _, third = store.ask("甲", place, "问三", replacing=second)
    assert [e.id for e in store.exchanges("甲", place)] == [first, third]
    elsewhere, _ = store.ask("甲", "", "问四")
    store.ask("甲", elsewhere, "问五", replacing=first)
    assert questions(store.exchanges("甲", elsewhere)) == ["问四", "问五"]


def test_rename_delete_and_order(store: Store) -> None:
    old, _ = store.ask("甲", "", "旧")
    new, _ = store.ask("甲", "", "新")
    store.rename("甲", old, "  低保  ")
    store.rename("甲", new, "   ")
    assert [one.title for one in store.listed("甲")] == ["新", "低保"]
    store.ask("甲", old, "又问")
    assert [one.id for one in store.listed("甲")] == [old, new]
    store.delete("甲", old)
    assert [one.id for one in store.listed("甲")] == [new]


def test_the_oldest_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exchanges of a conversation, conversations of an owner, and conversations of all."""
    for name, limit in (("MAX_EXCHANGES", 2), ("MAX_CONVERSATIONS", 2), ("MAX_KEPT", 3)):
        monkeypatch.setattr(rooms, name, limit)
    place, _ = store.ask("甲", "", "一")
    for question in ("二", "三"):
        store.ask("甲", place, question)
    assert questions(store.exchanges("甲", place)) == ["二", "三"]
    kept = [store.ask("甲", "", question)[0] for question in ("四", "五")]
    assert [one.id for one in store.listed("甲")] == kept[::-1]
    for owner in ("乙", "丙"):
        store.ask(owner, "", "六")
    assert [one.id for one in store.listed("甲")] == kept[1:]


def test_feedback_keeps_no_number_of_a_person(store: Store) -> None:
    """Nor do the questions that no document answers; a conversation that is deleted leaves its feedback."""
    place, asked = store.ask("甲", "", "王某13800138000的低保")
    store.finish(asked, reply("王某13800138000的低保", "没有规定。", Status.ABSTAINED))
    store.rate("甲", asked, liked=False, reason="身份证11010119900307757X查不到")
    assert "13800138000" not in store.unanswered()[0].reply.to_json()
    store.rate("甲", asked, liked=False, reason="改了主意")
    store.rate("甲", asked, liked=False, reason="身份证11010119900307757X查不到")
    store.delete("甲", place)
    (given,) = store.feedback()
    assert given.liked is False
    assert re.fullmatch(r"身份证\D+查不到", given.reason)
    assert re.fullmatch(r"王某\D+的低保", given.reply.question)
    assert store.unanswered() == []


def test_a_session_is_built_again_without_what_was_refused() -> None:
    """As the pipeline keeps it: each turn as it was understood, and nothing of a refusal or a failure."""
    said = [
        Exchange(1, "问一", reply=reply("问一")),
        Exchange(2, "笑话", reply=reply("笑话", "不行。", Status.REFUSED)),
        Exchange(3, "断了"),
    ]
    session = session_of(said, "640000", DAY)
    assert (session.region, session.as_of) == ("640000", DAY)
    assert [(turn.question, turn.answer) for turn in session.turns] == [("问一", "可以。")]


def test_the_file_is_for_its_owner_only(store: Store, tmp_path: Path) -> None:
    store.ask("甲", "", "问")
    mode = os.stat(tmp_path / "office" / "office.sqlite3").st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_file_of_a_later_version_or_none_at_all_is_told(tmp_path: Path) -> None:
    """The office's talk is not lost to an older program that does not understand it."""
    Store(tmp_path)
    with sqlite3.connect(tmp_path / "office.sqlite3") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="更新版本"):
        Store(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="打不开"):
        Store(tmp_path / "file")
