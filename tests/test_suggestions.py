"""What may be asked next is made of the library, and answered by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answer import Status
from assistant.pipeline import PolicyAssistant
from assistant.reply import Reply
from assistant.suggestions import _matter, _placed, examples, following
from ingest.structure import Provision


def reply_to(assistant: PolicyAssistant, question: str) -> Reply:
    return Reply.of(assistant.answer(question), assistant.library.policies())


def test_every_example_is_answered(assistant: PolicyAssistant) -> None:
    """Of different documents; and none of the repealed one."""
    questions = examples(assistant)
    replies = [reply_to(assistant, question) for question in questions]
    assert len(questions) >= 2
    assert {reply.status for reply in replies} == {Status.ANSWERED}
    first = [reply.citations[0].policy_id for reply in replies]
    assert len(set(first)) == len(first)
    assert {c.standing for reply in replies for c in reply.citations} == {"现行"}


def test_what_follows_is_answered_and_new(assistant: PolicyAssistant) -> None:
    """The same elsewhere, the earlier version, the matters beside: each answered by what it was made of."""
    reply = reply_to(assistant, "广东社区服务经费从哪里来？")
    assert reply.status is Status.ANSWERED
    questions = following(assistant, reply)
    assert 1 <= len(questions) <= 3
    assert reply.question not in questions
    assert any("安徽" in question for question in questions)
    for question in questions:
        assert reply_to(assistant, question).status is Status.ANSWERED


def test_a_row_of_questions_is_not_asked_elsewhere(assistant: PolicyAssistant) -> None:
    """As a follow-up is searched that leans on the question before it."""
    reply = reply_to(assistant, "广东社区服务经费从哪里来？")
    leaning = replace(reply, rewritten="广东社区服务经费从哪里来?那县里呢?")
    assert any("安徽" in question for question in following(assistant, reply))
    assert not any("安徽" in question for question in following(assistant, leaning))


def test_nothing_follows_a_refusal_or_what_no_document_speaks_of(assistant: PolicyAssistant) -> None:
    for question in ("讲个笑话", "火星基地的押金怎么退？"):
        assert following(assistant, reply_to(assistant, question)) == []


@pytest.mark.parametrize(
    ("question", "placed"),
    [
        ("宁夏谁来购买?", "安徽谁来购买？"),
        ("我们镇想买养老服务,能当购买主体吗?", "在安徽，我们镇想买养老服务，能当购买主体吗？"),
        ("宁夏、广东的合同期限有什么不同？", "安徽、广东的合同期限有什么不同？"),
        ("宁夏吴忠市谁来购买？", ""),
    ],
)
def test_a_question_asked_of_another_place_reads_as_people_write(question: str, placed: str) -> None:
    assert _placed(question, "安徽") == placed


@pytest.mark.parametrize(
    ("heading", "matter"),
    [
        ("经费来源", "经费来源"),
        ("谁来买（购买主体）", "购买主体"),
        ("总则", ""),
        ("关于资金管理", "资金管理"),
        ("怎么买（谁来管）", ""),
        ("资金（经费来源）", "经费来源"),
    ],
)
def test_a_heading_names_a_matter_or_none(heading: str, matter: str) -> None:
    assert _matter(Provision("部分", "一、", heading, (), 0, 1, "")) == matter
