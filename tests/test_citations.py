"""Only what stands in a passage, of the region and the day asked about, is ever cited."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from passages import asked, passage

from assistant.citations import Citation, Claim, Working, locate, verify, why_not

RULE = "第六条　合同的履行期限最长不得超过3年（含续签）。"
PASSAGE = passage(RULE, start=40)


def claimed(text: str, quote: str = RULE, **more: object) -> Claim:
    return replace(Claim(text, PASSAGE, (quote,)), **more)


def refusal(claim: Claim, question: str = "合同最长几年") -> str:
    """Why a claim is rejected; "" where it is not."""
    verified, rejected = verify([claim], asked(question))
    assert len(verified) + len(rejected) == 1
    return rejected[0].reason if rejected else ""


def test_a_claim_in_the_rule_s_own_words_is_cited_by_its_span() -> None:
    quote = "最长不得超过3年"
    verified, rejected = verify([claimed("最长不得超过3年。", quote)], asked("合同最长几年"))
    start = 40 + RULE.index(quote)
    assert rejected == []
    assert verified[0].citations == (
        Citation(1, PASSAGE.policy, PASSAGE.chunk, quote, start, start + len(quote)),
    )


@pytest.mark.parametrize(
    "quote", ["第六条 合同的履行期限", "不得超过３年(含续签)", "合同的\n履行期限", "合\u200b同的履行期限"]
)
def test_a_quote_may_differ_in_width_and_white_space_and_is_shown_as_it_stands(quote: str) -> None:
    verified, _ = verify([claimed("合同的履行期限", quote)], asked("合同最长几年"))
    (citation,) = verified[0].citations
    assert citation.quote in RULE
    assert RULE[citation.start - 40 : citation.end - 40] == citation.quote


@pytest.mark.parametrize(
    "quote", ["合同的履行期限最长不得超过2年", "合同的履行期限最长可以超过3年", "", " \n"]
)
def test_a_quote_that_is_not_in_the_passage_is_rejected(quote: str) -> None:
    assert "引文" in refusal(claimed("合同的履行期限", quote))


def test_every_quote_of_a_claim_must_stand() -> None:
    assert "引文" in refusal(replace(claimed("履行期限"), quotes=("履行期限", "由省级财政承担")))
    assert "引文" in refusal(replace(claimed("履行期限"), quotes=()))


@pytest.mark.parametrize(
    "text",
    ["最长不得超过5年", "最长不得超过三十年", "期限3年，违者罚款1万元", "2023年起最长3年", "最长3年，占50%"],
)
def test_a_figure_that_is_not_in_the_quote_is_rejected(text: str) -> None:
    assert "数字" in refusal(claimed(text))


@pytest.mark.parametrize("text", ["最长不得超过三年", "最长不得超过3年"])
def test_a_figure_may_be_written_another_way(text: str) -> None:
    assert refusal(claimed(text)) == ""


def test_a_figure_of_the_question_is_no_figure_of_the_rule() -> None:
    """Only what a calculation says it takes from the question may be repeated, and only if it is there."""
    claim = claimed("4年超过3年的上限")
    assert "数字" in refusal(claim, "签4年可以吗")
    assert refusal(replace(claim, given=(Fraction(4),)), "签4年可以吗") == ""
    assert "数字" in refusal(replace(claim, given=(Fraction(4),)), "可以签很久吗")


STEP = Working("-", (Fraction(4), Fraction(3)), Fraction(1))


def test_arithmetic_is_done_again() -> None:
    claim = claimed("4年比3年多1年", given=(Fraction(4),), working=(STEP,))
    assert refusal(claim, "签4年可以吗") == ""
    wrong = replace(claim, text="4年比3年多2年", working=(replace(STEP, result=Fraction(2)),))
    assert "计算" in refusal(wrong, "签4年可以吗")


def test_a_calculation_starts_from_figures_that_stand_somewhere() -> None:
    step = Working("+", (Fraction(3), Fraction(96)), Fraction(99))
    assert refusal(claimed("共99年", working=(step,))) != ""
    then = Working("×", (Fraction(1), Fraction(3)), Fraction(3))
    claim = claimed("4年比3年多1年，1×3=3年", given=(Fraction(4),), working=(STEP, then))
    assert refusal(claim, "签4年可以吗") == ""  # a later step goes on from an earlier one


@pytest.mark.parametrize(
    ("step", "holds"),
    [
        (Working("+", (Fraction(2), Fraction(4), Fraction(6)), Fraction(12)), True),
        (Working("+", (Fraction(2), Fraction(4)), Fraction(7)), False),
        (Working("×", (Fraction(7), Fraction(2, 3)), Fraction(14, 3)), True),
        (Working("×", (Fraction(7), Fraction(2, 3)), Fraction(5), "up"), True),
        (Working("×", (Fraction(7), Fraction(2, 3)), Fraction(4), "down"), True),
        (Working("×", (Fraction(7), Fraction(2, 3)), Fraction(4), "up"), False),
        (Working("×", (Fraction(6), Fraction(2, 3)), Fraction(4), "up"), True),
        (Working("÷", (Fraction(58), Fraction(4)), Fraction(29, 2)), True),
        (Working("-", (Fraction(3), Fraction(4)), Fraction(-1)), True),
    ],
)
def test_a_step_holds_or_not(step: Working, holds: bool) -> None:
    assert step.holds() is holds


@pytest.mark.parametrize(
    ("region", "question", "passes"),
    [
        ("440000", "广东的合同最长几年", True),
        ("100000", "广东的合同最长几年", True),  # national rules hold everywhere
        ("440000", "广州的合同最长几年", True),  # the province's rules hold in its cities
        ("340000", "广东的合同最长几年", False),
        ("440100", "广东的合同最长几年", False),  # a city's rules do not hold in its province
        ("340000", "广东和安徽的合同各最长几年", True),
        ("340000", "合同最长几年", True),
    ],
)
def test_a_rule_of_another_region_is_rejected(region: str, question: str, passes: bool) -> None:
    claim = Claim("最长不得超过3年", passage(RULE, region=region), (RULE,))
    assert (refusal(claim, question) == "") is passes


@pytest.mark.parametrize(
    ("question", "passes"),
    [("合同最长几年", False), ("旧版规定合同最长几年", True), ("合同期限修改了什么", True)],
)
def test_a_superseded_rule_is_rejected_unless_it_is_asked_for(question: str, passes: bool) -> None:
    claim = Claim("最长不得超过3年", passage(RULE, in_force=False), (RULE,))
    assert (refusal(claim, question) == "") is passes


def test_citations_are_numbered_as_they_are_stated_and_one_span_has_one_number() -> None:
    claims = [
        claimed("最长3年", "3年"),
        claimed("编造5年"),
        claimed("含续签", "含续签"),
        claimed("3年", "3年"),
    ]
    verified, rejected = verify(claims, asked("合同最长几年"))
    assert [[c.number for c in v.citations] for v in verified] == [[1], [2], [1]]
    assert [r.claim.text for r in rejected] == ["编造5年"]


def test_a_rejected_claim_says_why() -> None:
    assert why_not(claimed("最长5年"), asked("合同最长几年")) == "数字不在引文中：5年"
    assert why_not(claimed("最长3年"), asked("合同最长几年")) is None


TEXT = st.text(alphabet="第一条（）() 　\n３3年ａA元①㎡ﬁ", max_size=40)


@given(TEXT, st.integers(0, 40), st.integers(0, 40))
def test_any_piece_of_a_text_is_found_in_it(text: str, start: int, length: int) -> None:
    piece = text[start : start + length]
    span = locate(piece, text)
    if not piece.strip():
        assert span is None
    else:
        assert span is not None
        found = text[slice(*span)]
        assert locate(piece, found) == (0, len(found))
