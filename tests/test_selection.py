"""What is said of a statement: neither less than can be understood alone nor more than answers."""

from dataclasses import replace

import pytest
from passages import asked, candidates, passage

from assistant.selection import choose

POINTS = (
    "一是坚持党的领导。各级党委研究部署。二是坚持科学推进。省级指导，县级为主。逐步铺开。"
    "三是坚持规范管理。制定标准。"
)


def test_a_bare_point_is_told_with_what_it_introduces() -> None:
    found = [c for c in candidates(passage(POINTS)) if "科学推进" in c.statement.text]
    (claim,) = choose(asked("怎么推进的"), found, 300)
    assert claim.text == "二是坚持科学推进。省级指导，县级为主。逐步铺开。"


def test_a_point_ends_at_the_limit_where_none_follows() -> None:
    text = "二是坚持科学推进。" + "省级指导，县级为主。" * 40
    found = candidates(passage(text))
    (claim,) = choose(asked("怎么推进的"), found[:1], 300)
    assert 200 < len(claim.text) <= 300


@pytest.mark.parametrize(("gap", "told"), [(0.2, ["二十日内公开", "十五日内批复"]), (1.0, ["二十日内公开"])])
def test_the_figure_of_another_provision_is_told_only_where_it_answers_about_as_well(
    gap: float, told: list[str]
) -> None:
    one, other = candidates(
        passage("预算应当在批准后二十日内公开。"), passage("各部门应当在十五日内批复。", start=90)
    )
    claims = choose(asked("预算几天内公开"), [one, replace(other, score=one.score - gap)], 300)
    assert [
        words for words in ("二十日内公开", "十五日内批复") if any(words in c.text for c in claims)
    ] == told


@pytest.mark.parametrize(
    ("following", "told"),
    [
        ("情况复杂的，经批准可以延长30日。", True),
        ("但是紧急情况除外。", True),
        ("确需延长的，由负责人批准。", True),
        ("投诉人应当提交材料。", False),
    ],
)
def test_the_exception_to_a_rule_is_told_with_it(following: str, told: bool) -> None:
    found = candidates(passage(f"处理部门应当在30日内答复。{following}"))
    (claim,) = choose(asked("几天内答复"), found[:1], 300)
    assert (following in claim.text) is told
