"""Whether a rule is of the question's matter and case."""

import pytest

from assistant.matters import MEANING, QUOTED, graver, named


@pytest.mark.parametrize(
    ("question", "rule", "so"),
    [
        ("用了2个人，罚多少？", "逾期仍不改正的，每人处2万元罚款", True),
        ("催了还不改，罚多少？", "逾期仍不改正的，每人处2万元罚款", False),
        ("违规经营罚多少？", "情节严重的，处五倍罚款", True),
        ("违规经营罚多少？", "处一倍罚款", False),
    ],
)
def test_a_graver_case_has_to_be_named(question: str, rule: str, so: bool) -> None:
    assert graver(question, rule) is so


def test_what_figures_mean_is_no_sum() -> None:
    assert all(
        MEANING.search(q)
        for q in ("甲地的3年和乙地的三年是一个意思吗", "30%和95%是一回事吗", "这个3年指什么")
    )
    assert not MEANING.search("450户和500户配的人数一样吗")
    assert QUOTED.search("合同3年的说法对吗")
    assert not QUOTED.search("合同约定的4年可以吗")


def test_what_a_sum_is_for_has_to_be_named() -> None:
    assert named("奖补优秀案例三年多少", "对优秀案例进行奖补", 0.5)
    assert not named("站点三年多少", "对优秀案例进行奖补", 0.5)
    assert not named("站点三年多少", "", 0.5)
