"""The network of assistant.answerability learns what it is shown, and is saved as it was trained."""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
import torch

from assistant import PolicyAssistant, answerability
from assistant.answerability import Meeting
from evals import fit_confidence
from evals.fit import auc
from evals.fit_confidence import (
    Judge,
    Judged,
    covered,
    loss,
    report,
    standardised,
    told_by,
    train,
    train_several,
)
from evals.judged import judge
from evals.training_questions import TrainingQuestion

FEATURES, DIMENSIONS = 2, 4


def questions(count: int, seed: int) -> list[Judged]:
    """Answerable where the question's vector points up, and then by the statement that points the other way:
    the first and the last of a product, of which the linear model's log-odds know nothing."""
    chance = np.random.default_rng(seed)
    made = []
    for n in range(count):
        question, vectors = chance.normal(size=DIMENSIONS), chance.normal(size=(4, DIMENSIONS))
        question[0] = abs(question[0]) + 0.5 if n % 2 else -abs(question[0]) - 0.5
        vectors[:, 1], question[1] = -1.0, 1.0
        vectors[0, 1] = 1.0
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        right = np.array([bool(n % 2), False, False, False])
        features, linear = chance.normal(size=(4, FEATURES)), chance.normal(size=4) / 4
        question /= np.linalg.norm(question)
        met = tuple(Meeting(question, vector, *chance.normal(size=(2, DIMENSIONS))) for vector in unit)
        kind, group = ("甲", "乙")[n % 4 // 2], str(n % 10)
        made.append(Judged(kind, group, bool(n % 2), features, met, linear, right))
    return made


@pytest.fixture(scope="module")
def fitted() -> answerability.Network:
    return train(questions(2500, seed=1))


def test_a_pattern_is_learned_that_the_linear_model_does_not_know(fitted: answerability.Network) -> None:
    held = questions(200, seed=2)
    answerable = np.array([float(one.answerable) for one in held])
    linear = auc(np.array([one.linear[0] for one in held]), answerable)
    ours = auc(np.array([told_by(fitted, one) for one in held]), answerable)
    assert 0.4 < linear < 0.6
    assert ours > 0.9


def test_the_right_statement_is_told_from_the_others(fitted: answerability.Network) -> None:
    for one in questions(40, seed=3):
        others = replace(one, meetings=one.meetings[1:], features=one.features[1:], linear=one.linear[1:])
        assert not one.answerable or told_by(fitted, one) > told_by(fitted, others)


def test_the_same_questions_give_the_same_network() -> None:
    first, again = (train(questions(60, seed=4)) for _ in range(2))
    assert (first.inner == again.inner).all()
    assert first.bias == again.bias


def test_several_networks_as_one_say_the_mean_of_what_each_says() -> None:
    judged = questions(60, seed=12)
    members = [train(judged, seed) for seed in range(fit_confidence.MEMBERS)]
    together = train_several(judged)
    for one in judged[:5]:
        assert told_by(together, one) == pytest.approx(np.mean([told_by(m, one) for m in members]))


def test_what_is_saved_says_what_was_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to half precision."""
    monkeypatch.setattr(answerability, "WEIGHTS", tmp_path / "answerability.npz")
    (one,) = questions(1, seed=5)
    blank = standardised(questions(50, seed=6))
    torch.manual_seed(7)
    trained = Judge(FEATURES + 5 * DIMENSIONS).eval()
    answerability.network.cache_clear()
    answerability.save(trained.network(blank))
    inputs = blank.inputs(one.features[0], one.meetings[0])
    told = trained(torch.tensor(inputs[None]).float(), torch.tensor(one.linear[:1]).float())
    assert told_by(answerability.network(), one) == pytest.approx(told.item(), abs=5e-3)
    answerability.network.cache_clear()


def test_before_training_the_linear_model_speaks_alone() -> None:
    (one,) = questions(1, seed=8)
    assert told_by(standardised(questions(50, seed=9)), one) == pytest.approx(one.linear[0])


@pytest.mark.parametrize(
    ("right", "share"),
    [([True, False], 2 / 6), ([False, True], 3 / 6), ([True, True], 5 / 6), ([False, False], 1 / 6)],
)
def test_the_loss_is_of_the_share_of_what_is_right_or_of_nothing(right: list[bool], share: float) -> None:
    """Statements of odds 2 and 3, and the null option of odds 1, beside a question of one statement."""
    scores = (torch.tensor([log(2), log(3)]), torch.tensor([log(4)]))
    value = loss(scores, (torch.tensor(right), torch.tensor([True])))
    assert value.item() == pytest.approx(-(log(share) + log(4 / 5)) / 2)


def test_coverage_is_of_the_answerable_at_so_many_refused() -> None:
    scores, answerable = np.array([3.0, 2.0, 1.0, 0.0]), np.array([1.0, 0.0, 1.0, 0.0])
    assert covered(scores, answerable, refused=1.0) == 1 / 2
    assert covered(scores, answerable, refused=0.0) == 1.0


def test_the_report_has_a_line_for_each_kind_that_can_be_judged(capsys: pytest.CaptureFixture[str]) -> None:
    sure = [replace(one, kind="丙") for one in questions(20, seed=10) if one.answerable]
    report([*questions(60, seed=11), *sure])
    said = capsys.readouterr().out
    assert "甲，30 题" in said
    assert "乙，30 题" in said
    assert "丙" not in said  # all of it can be answered: there is nothing to tell apart


@pytest.mark.parametrize(
    ("evidence", "within", "right"),
    [
        (("合同期限最长不得超过3年",), "", True),
        (("合同期限最长不得超过3年",), "别处的文字", False),
        ((), "", False),
    ],
)
def test_a_statement_is_right_that_holds_the_evidence_in_its_text(
    assistant: PolicyAssistant, evidence: tuple[str, ...], within: str, right: bool
) -> None:
    asked = TrainingQuestion("社区服务合同最长几年", "laws", "g", bool(evidence), evidence, within)
    (found,) = judge(assistant, asked)
    assert found.right.any() == right
    assert found.teaches == (right or not evidence)
    assert len(found.features) == len(found.meetings) == len(found.linear) == len(found.right)
    for met in found.meetings:
        for vector in (met.question, met.statement, met.unmet, met.farthest):
            assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("question", "lists"), [("安徽和广东的社区服务有什么不同", 2), ("社区服务条例新旧版本有什么不同", 1)]
)
def test_a_comparison_is_judged_region_by_region(
    assistant: PolicyAssistant, question: str, lists: int
) -> None:
    asked = TrainingQuestion(question, "pages", "g", True, ("x",), compares=True)
    assert len([*judge(assistant, asked)]) == lists


def test_without_the_texts_it_says_so_and_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BENCH_DIR", str(tmp_path))
    assert fit_confidence.main() == 1
    assert "请用环境变量 BENCH_DIR" in capsys.readouterr().err
