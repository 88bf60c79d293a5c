"""Summaries count what they say they count; baselines answer; falsified claims are tried and counted."""

from dataclasses import replace
from datetime import date

import pytest
from fakes import PURCHASE, FakeEmbedder

from assistant.answer import Answer, Status
from assistant.citations import Citation, locate
from assistant.query import understand
from assistant.session import Session
from evals import mutation
from evals.answers import ask, summarise
from evals.baselines import Tutorial, WordsAlone, sentences
from evals.grading import Question, Reply
from evals.metrics import Operating

DOCUMENTS = {
    "甲": "第一条 购买主体是各级国家机关。第二条 合同期限一般不超过一年。",
    "乙": "第一条 低保对象由县级民政部门审核确认。第二条 结果公示七日。",
}
FACT = Question(
    "1",
    "合同期限多久",
    "answerable",
    "answer",
    must_include=(("一年",),),
    evidence=("合同期限一般不超过一年",),
)
NONE = Question("2", "补贴多少钱", "unanswerable", "abstain", must_not_include=("100元",), regions=("广东",))


class Scripted:
    """Says what it was told to say, by question id."""

    name = "照念"

    def __init__(self, **replies: Reply) -> None:
        self.replies = replies

    def reply(self, question: Question) -> Reply:
        return self.replies[f"q{question.id}"]


def test_a_summary_of_a_right_and_a_wrong_reply() -> None:
    system = Scripted(
        q1=Reply("answered", "一年。", ("合同期限一般不超过一年", "无关"), ms=10, confidence=0.9),
        q2=Reply("answered", "100元。", ("无关",), ms=30, confidence=0.4),
    )
    summary = summarise(system, ask(system, [FACT, NONE]))
    assert (summary.questions, summary.passed, summary.wrong_facts) == (2, 1, 1)
    assert (summary.refusal_recall, summary.over_refusal) == (0, 0)
    assert (summary.citation_precision, summary.citation_recall) == (1 / 2, 1)
    assert summary.by_kind == {"answerable": (1, 1), "unanswerable": (0, 1)}
    assert summary.by_region == {"广东": (0, 1), "未写地区": (1, 1)}
    assert summary.risk_coverage == [Operating(0.5, 0.0, 1.0, 1.0), Operating(1.0, 0.5, None, 0.0)]


def test_silence_is_precise_where_nothing_is_known_and_too_much_where_something_is() -> None:
    quiet = Scripted(q1=Reply("abstained", "没有规定。"), q2=Reply("abstained", "没有规定。"))
    summary = summarise(quiet, ask(quiet, [FACT, NONE]))
    assert (summary.refusal_precision, summary.refusal_recall, summary.over_refusal) == (1 / 2, 1, 1)
    assert summary.risk_coverage == [], "nothing was told"


def test_the_curve_ends_at_the_table_s_figures_and_a_right_question_back_is_in_neither() -> None:
    which = replace(FACT, id="3", expected="per_region_or_clarify")
    system = Scripted(
        q1=Reply("answered", "一年。", ("合同期限一般不超过一年",), confidence=0.9),
        q2=Reply("abstained", "没有规定。", confidence=0.1),
        q3=Reply("clarify", "请问哪个地区？", confidence=0.5),
    )
    summary = summarise(system, ask(system, [FACT, NONE, which]))
    assert summary.risk_coverage == [Operating(1 / 2, 0, summary.refusal_precision, summary.refusal_recall)]


@pytest.mark.parametrize("make", [lambda d: WordsAlone(d), lambda d: Tutorial(d, FakeEmbedder())])
def test_a_baseline_says_one_sentence_and_cites_its_passages(make: object) -> None:
    system = make(DOCUMENTS)  # type: ignore[operator]
    reply = system.reply(FACT)
    assert reply.status == "answered"
    assert "不超过一年" in reply.text
    assert len(sentences(reply.text)) == 1
    assert any("购买主体" in passage for passage in reply.cited), "the whole passage is cited"
    assert system.search("合同期限不超过一年", 1)[0][0] == "甲"


def test_words_that_stand_nowhere_are_not_answered() -> None:
    assert WordsAlone(DOCUMENTS).reply(Question("x", "xyzzy", "k", "abstain")).status == "abstained"


def answer(text: str, quote: str) -> Answer:
    chunk = next(c for c in PURCHASE.chunks if locate(quote, c.text))
    query = understand("合同期限多久", Session(), date(2024, 1, 1))
    cited = (Citation(1, PURCHASE.policy, chunk, quote, 0, len(quote)),)
    return Answer(Status.ANSWERED, text, query, cited)


def test_a_changed_figure_is_tried_and_stopped() -> None:
    quote = "可以签订期限不超过三年的合同"
    shown = answer(f"{quote}。[1]", quote)
    (claim,) = mutation.claims(shown)
    assert claim.text == f"{quote}。"
    by_kind = {caught.kind: caught for caught in mutation.mutate([shown])}
    assert (by_kind["改日期期限"].tried, by_kind["改日期期限"].stopped) == (1, 1)
    assert by_kind["改一个数字"].tried == 0


def test_an_opposite_and_another_body_are_stopped_also_behind_the_name_of_the_rule() -> None:
    quote = "经费可以预见的，可以签订期限不超过三年的合同"
    shown = answer(f"《办法》：{quote}。[1]", quote)
    assert [claim.text for claim in mutation.claims(shown)] == [f"{quote}。"]
    by_kind = {caught.kind: caught for caught in mutation.mutate([shown])}
    assert (by_kind["改肯定否定"].tried, by_kind["改肯定否定"].stopped) == (1, 1)


def test_sentences_without_a_mark_or_beyond_their_quote_are_not_tried() -> None:
    quote = "经费可以预见的，可以签订期限不超过三年的合同"
    assert mutation.claims(answer("按规定办。", quote)) == []
    assert mutation.claims(answer(f"{quote.replace('三', '九')}。[1]", quote)) == [], "it never passed"


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("改一个数字", "至少2人", "至少3人"),
        ("改一个数字", "九十户", "八十户"),
        ("改肯定否定", "不得转包", "可以转包"),
        ("改日期期限", "2020年起", "2021年起"),
        ("改日期期限", "十五日内", "十六日内"),
        ("改日期期限", "十日内", "二十日内"),
        ("改一个数字", "第3条，15日内", "第3条，15日内"),
        ("改机构主体", "由县级民政部门审核", "由县级财政部门审核"),
    ],
)
def test_falsifications(kind: str, before: str, after: str) -> None:
    assert mutation.MUTATIONS[kind](before) == after
