"""The measures, each with its arithmetic."""

from math import log2

import pytest

from evals import metrics


def test_recall_counts_the_gold_found_among_the_first_k() -> None:
    assert metrics.recall_at_k(["a", "x", "b"], {"a", "b"}, k=2) == 1 / 2
    assert metrics.recall_at_k(["a", "x", "b"], {"a", "b"}, k=3) == 1


def test_reciprocal_rank_is_that_of_the_first_hit_within_k() -> None:
    assert metrics.reciprocal_rank(["x", "a", "b"], {"a", "b"}) == 1 / 2
    assert metrics.reciprocal_rank(["x"] * 10 + ["a"], {"a"}) == 0


def test_ndcg_discounts_by_rank_and_divides_by_the_ideal() -> None:
    assert metrics.ndcg_at_k(["x", "a"], {"a"}, k=2) == pytest.approx(1 / log2(3))
    ideal = 1 / log2(2) + 1 / log2(3)
    assert metrics.ndcg_at_k(["a", "x", "b"], {"a", "b"}) == pytest.approx(
        (1 / log2(2) + 1 / log2(4)) / ideal
    )


def test_coverage_is_a_share_of_trigrams_over_all_passages_together() -> None:
    assert metrics.coverage("甲乙丙丁", ["甲乙丙"]) == 1 / 2
    assert metrics.coverage("甲、乙丙（丁）", ["甲乙丙", "乙丙丁"]) == 1, "marks and white space do not count"
    assert metrics.coverage("甲乙丙", []) == 0


def test_evidence_given_as_words_is_ranked_like_ids() -> None:
    """A quote counts once, where a passage first covers it alone."""
    passages = ["无关的话", "可以购买服务", "可以购买服务", "不得转包项目"]
    assert metrics.evidence_ranking(["不得转包项目", "可以购买服务"], passages) == [
        "",
        "可以购买服务",
        "",
        "不得转包项目",
    ]


def test_overlap_is_the_harmonic_mean_of_precision_and_recall() -> None:
    precision, recall = 1 / 2, 1 / 1
    expected = 2 * precision * recall / (precision + recall)
    assert metrics.overlap_f1("甲乙丙丁", "甲乙丙") == pytest.approx(expected)


@pytest.mark.parametrize(("q", "value"), [(0.5, 3), (0.95, 4), (1.0, 5), (0.0, 1)])
def test_quantile_is_the_value_at_a_floored_index(q: float, value: int) -> None:
    assert metrics.quantile([5, 3, 1, 2, 4], q) == value
    assert metrics.quantile([], q) == 0


def test_where_nothing_can_be_judged_there_is_no_share() -> None:
    assert metrics.share([True, False]) == 1 / 2
    assert metrics.share([]) is None
    assert (metrics.percent(0.256), metrics.percent(None)) == ("26%", "—")


def test_wilson_interval_of_five_in_ten() -> None:
    assert metrics.wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert metrics.wilson(0, 0) == (0, 1)


def test_risk_rises_as_less_sure_answers_are_let_in() -> None:
    outcomes = [
        metrics.Outcome(c, right) for c, right in [(0.9, True), (0.8, True), (0.5, False), (0.5, True)]
    ]
    points = [(p.coverage, p.risk) for p in metrics.risk_coverage(outcomes)]
    assert points == [(0.25, 0), (0.5, 0), (1.0, 0.25)], "ties are taken together"


def test_every_answer_to_what_has_none_is_wrong_and_silence_counts_among_the_questions() -> None:
    outcomes = [
        metrics.Outcome(0.9, True),
        metrics.Outcome(0.6, True, answerable=False),
        metrics.Outcome(None, False),
        metrics.Outcome(None, True, answerable=False),
    ]
    assert metrics.risk_coverage(outcomes) == [
        metrics.Operating(1 / 4, 0, precision=2 / 3, recall=1),
        metrics.Operating(2 / 4, 1 / 2, precision=1 / 2, recall=1 / 2),
    ]


def test_there_is_no_precision_without_silence_and_no_recall_without_unanswerable_questions() -> None:
    (point,) = metrics.risk_coverage([metrics.Outcome(0.9, True)])
    assert (point.precision, point.recall) == (None, None)
    assert metrics.risk_coverage([metrics.Outcome(None, True, answerable=False)]) == []


def test_thinning_keeps_the_last_point() -> None:
    points = [(n / 100, 0.0) for n in range(100)]
    assert metrics.thin(points, 10)[-1] == points[-1]
    assert len(metrics.thin(points, 10)) <= 11
    assert metrics.thin([]) == []
