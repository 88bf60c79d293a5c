"""A rule that says otherwise is named beside the answer, with its rank and date; nothing is decided."""

from dataclasses import replace
from datetime import date

import pytest
from passages import asked, candidates, passage

from assistant import conflicts
from assistant.citations import Claim
from assistant.features import FEATURES
from assistant.retrieval import Passage


def dated(one: Passage, rank: str, day: date) -> Passage:
    return replace(one, policy=replace(one.policy, rank=rank, effective=day, family=one.policy.id))


def notices(question: str, said: Passage, other: Passage, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """What is noticed where `said` is answered with and `other` was found as well, for sure."""
    monkeypatch.setattr(conflicts, "SURE", 0.0)
    found = [replace(c, features=(0.0,) * len(FEATURES), score=0.0) for c in candidates(said, other)]
    return conflicts.conflicts(asked(question), [Claim(said.chunk.text, said, (said.chunk.text,))], found)


LOCAL = dated(
    passage("社区服务合同的履行期限最长不得超过1年。", "440000", title="广东办法"),
    "规范性文件",
    date(2017, 5, 1),
)
NATIONAL = dated(
    passage("社区服务合同的履行期限最长不得超过3年。", title="社区服务条例"), "行政法规", date(2021, 3, 1)
)


def test_another_figure_is_told_with_rank_and_date(monkeypatch: pytest.MonkeyPatch) -> None:
    (notice,) = notices("广东社区服务合同最长几年", LOCAL, NATIONAL, monkeypatch)
    assert "《社区服务条例》" in notice
    assert "行政法规" in notice
    assert "2021年3月1日施行" in notice
    assert "不得超过3年" in notice


def test_a_verb_that_forbids_what_the_other_allows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    may = dated(
        passage("居民委员会可以承接社区服务。", "440000", title="广东办法"), "规范性文件", date(2017, 5, 1)
    )
    may_not = dated(passage("居民委员会不得承接社区服务。"), "行政法规", date(2021, 3, 1))
    assert len(notices("广东的居民委员会能不能承接社区服务", may, may_not, monkeypatch)) == 1


@pytest.mark.parametrize(
    "other",
    [
        dated(passage("社区服务合同的履行期限最长不得超过1年。"), "行政法规", date(2021, 3, 1)),  # the same
        dated(passage("慈善信托的受托人每年报告3次。"), "行政法规", date(2021, 3, 1)),  # of something else
        dated(
            passage("社区服务合同的履行期限最长不得超过3年。", "340000"), "规范性文件", date(2021, 3, 1)
        ),  # 安徽's
        replace(NATIONAL, in_force=False),
    ],
)
def test_what_agrees_or_does_not_apply_is_no_conflict(
    other: Passage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert notices("广东社区服务合同最长几年", LOCAL, other, monkeypatch) == ()


def test_a_rule_found_without_confidence_is_not_told() -> None:
    found = [replace(c, features=(0.0,) * len(FEATURES), score=0.0) for c in candidates(LOCAL, NATIONAL)]
    claim = Claim(LOCAL.chunk.text, LOCAL, (LOCAL.chunk.text,))
    assert conflicts.conflicts(asked("广东社区服务合同最长几年"), [claim], found) == ()
