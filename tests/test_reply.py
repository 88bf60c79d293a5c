"""What every surface shows of an answer says the same after it was stored and read back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from assistant.answer import Status
from assistant.pipeline import PolicyAssistant
from assistant.reply import Reply
from assistant.session import Session

FIRST = date(2026, 6, 1)


def reply_to(assistant: PolicyAssistant, question: str, session: Session | None = None) -> Reply:
    return Reply.of(assistant.answer(question, session), assistant.library.policies())


def test_a_reply_reads_back_as_it_was_written(assistant: PolicyAssistant) -> None:
    questions = ("社区服务合同最长几年？", "广东和安徽的经费有何不同？", "火星基地的押金怎么退？", "讲个笑话")
    for question in questions:
        reply = reply_to(assistant, question)
        assert Reply.from_json(reply.to_json()) == reply


def test_a_citation_says_whose_words_they_are_and_where_they_stand(assistant: PolicyAssistant) -> None:
    """The quote is in the passage where `mark` says, and in the document where `span` says."""
    reply = reply_to(assistant, "社区服务合同最长可以签几年？")
    assert reply.status is Status.ANSWERED
    assert (reply.as_of, reply.citations[0].number, reply.citations[0].standing) == (FIRST, 1, "现行")
    for cited in (*reply.citations, *reply.nearest):
        assert cited.text[slice(*cited.mark)] == cited.quote
        assert assistant.library.text(cited.policy_id)[slice(*cited.span)] == cited.quote
    assert {near.number for near in reply.nearest} == {0}


def test_standing_is_told_for_the_day_asked_about(assistant: PolicyAssistant) -> None:
    """The repealed version is 现行 on a day of its time, and 已失效 beside the answer of today."""
    question = "社区服务合同最长可以签几年？"
    then = reply_to(assistant, question, Session(as_of=date(2016, 1, 1)))
    assert [(c.standing, "1年" in c.quote) for c in then.citations] == [("现行", True)]
    answer = assistant.answer(question, Session(as_of=date(2016, 1, 1)))
    today = replace(answer, query=replace(answer.query, as_of=FIRST))
    assert [c.standing for c in Reply.of(today, assistant.library.policies()).citations] == ["已失效"]


def test_an_older_or_newer_product_reads_what_another_stored(assistant: PolicyAssistant) -> None:
    """A field that is not known is left; one that has a default may be missing."""
    reply = reply_to(assistant, "社区服务合同最长可以签几年？")
    stored = json.loads(reply.to_json())
    stored["later"] = 1
    stored["citations"][0]["later"] = 1
    del stored["ms"], stored["sides"]
    read = Reply.from_json(json.dumps(stored))
    assert (read.text, read.citations, read.ms) == (reply.text, reply.citations, 0.0)
