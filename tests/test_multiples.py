"""A rule's sum for each year, month or person, times the question's number of them."""

import pytest
from passages import solved

from assistant import multiples

PRIZES = "每年拿出600万元对优秀案例进行奖补。"
BUILT = "统筹各类资金，全省每年投入1.5亿多元，并制定资金管理办法。"
MONTHLY = "对示范站点每月补助2000元用于水电开支。"
CAPPED = "对优秀案例每年不超过600万元进行奖补。"
FINED = "违反前款规定的，按照受侵害的女职工每人1000元以上5000元以下的标准计算，处以罚款。"
GRAVE = "逾期不改正的，按照受侵害的女职工每人2000元的标准处以罚款。"


@pytest.mark.parametrize(
    ("question", "rule", "result"),
    [
        ("每年600万奖补优秀案例，连奖三年总共多少？", PRIZES, "600万元×3=1800万元"),
        ("优秀案例奖补二十年一共多少钱？", PRIZES, "600万元×20=12000万元，即1.2亿元"),
        ("优秀案例奖补一年半要多少钱？", PRIZES, "600万元×1.5=900万元"),
        ("每年投入1.5亿多，两年总共多少？", BUILT, "1.5亿多元×2≈3亿元（原数为约数）"),
        ("水电开支补助半年多少钱？", MONTHLY, "2000元×0.5×12=12000元，即1.2万元"),
        ("水电开支补助3个月一共多少？", MONTHLY, "2000元×3=6000元"),
        ("侵害了8名女职工，罚款多少？", FINED, "1000元×8=8000元，5000元×8=40000元，即4万元"),
        ("女职工8人受侵害，逾期没改，罚款多少？", GRAVE, "2000元×8=16000元，即1.6万元"),
    ],
)
def test_a_sum_for_each_is_multiplied(question: str, rule: str, result: str) -> None:
    assert solved(question, rule, multiples.over_time, multiples.for_each) == result


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ("每年700万奖补优秀案例，三年总共多少？", PRIZES),  # another sum
        ("站点建设三年一共投入多少？", PRIZES),  # spent on something else
        ("2019到2021三年奖补优秀案例花了多少？", PRIZES),  # what was spent, not what each year's rule is
        ("每年600万奖补20个优秀案例，三年总共多少？", PRIZES),  # another figure stands in the way
        ("奖补优秀案例三年600万，每年多少？", PRIZES),
        ("奖补优秀案例三年平均多少？", PRIZES),
        ("优秀案例奖补三年一共多少钱？", CAPPED),
        ("侵害了8名女职工，罚款多少？", GRAVE),  # that it was not put right in time is not said
        ("雇了8名保安，一共多少？", FINED),
    ],
)
def test_nothing_is_multiplied_where_it_is_not_clear(question: str, rule: str) -> None:
    assert solved(question, rule, multiples.over_time, multiples.for_each) == ""
