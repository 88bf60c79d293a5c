"""What there is against what a rule allows: within it or not, and how much of it remains."""

import pytest
from passages import solved

from assistant import terms

TERM = "服务合同的履行期限可适当延长，但不得超过3年。"
TRAINED = "社会工作者每年参加培训不少于72学时。"
LASTED = "依法登记满二年的组织，可以申请公开募捐资格。"


def told(question: str, rule: str) -> str:
    return solved(question, rule, terms.lasted, terms.limit, terms.remaining)


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("合同已经签了1年，还能再延几年？", "最多还剩3-1=2年"),
        ("合同履行了30个月，还能延几个月？", "3年即36个月，最多还剩36-30=6个月"),
        ("合同先签1年，又续了1年，还剩几年可签？", "1+1=2年，最多还剩3-2=1年"),
        ("合同已经签了1年，又干了8个月，还能干多久？", "3年即36个月，12+8=20个月，最多还剩36-20=16个月"),
        ("合同已签3年，还能再延几年？", "已经达到3年"),
        ("合同履行了两年半，还能延多久？", "最多还剩3-2.5=0.5年"),
        ("合同先签了1年，又续了半年，还能签多久？", "1+0.5=1.5年，最多还剩3-1.5=1.5年"),
        ("3年的合同，已经过去14个月，还剩几个月？", "3年即36个月，最多还剩36-14=22个月"),
        ("合同已经履行了40个月，还能延几个月？", "3年即36个月，已经超过3年"),
    ],
)
def test_what_remains_of_the_most_is_told_in_the_unit_of_what_is_used(question: str, result: str) -> None:
    assert told(question, TERM) == result


@pytest.mark.parametrize(
    "question",
    [
        "保险缴了2年，合同还能延几年？",  # what is paid in is not what is used up
        "合同签了1年，甲方履行了2年，还能延几年？",  # one after the other, or of two
        "合同签了1年，想再延1年，还能延几年？",  # planned, not used
        "合同履行了100天，还能延几个月？",  # days are no months
        "房子已经住了1年，还能住几年？",  # not of this matter
        "合同已经签了1年，由谁保管？",  # nothing is asked about the rest
    ],
)
def test_nothing_is_taken_from_a_limit_where_what_is_used_is_not_clear(question: str) -> None:
    assert told(question, TERM) == ""


def test_of_a_rule_with_two_limits_neither_is_taken() -> None:
    assert told("合同已经签了1年，还能延几年？", "服务合同不得超过3年，经批准的不得超过5年。") == ""


def test_what_lacks_to_the_least_is_told() -> None:
    assert told("社会工作者今年培训已经参加了50学时，还差多少学时？", TRAINED) == ""
    assert (
        told("服务人员已经参加培训20天，还差几天？", "服务人员每年参加培训不少于30天。") == "还差30-20=10天"
    )


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("合同一次签30个月可以吗？", "可以，30个月没有超过3年（36个月）的上限"),
        ("合同一次签40个月可以吗？", "不可以，40个月超过3年（36个月）的上限"),
        ("合同一次签4年可以吗？", "不可以，4年超过3年的上限"),
        ("合同签三年半可以吗？", "不可以，三年半超过3年的上限"),
        ("合同签了两年，又延了一年半，可以吗？", "不可以，2+1.5=3.5年，超过3年的上限"),
        ("合同签了一年，又延了一年，可以吗？", "可以，一年没有超过3年的上限"),
        ("甲的合同两年，乙的合同一年半，可以吗？", ""),  # of two
        ("合同不超过3年的说法是真的吗？", ""),  # nothing is to be checked
    ],
)
def test_months_are_held_against_years(question: str, result: str) -> None:
    assert told(question, TERM) == result


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("登记了1年的组织可以申请公开募捐资格吗？", "不可以，1年不满二年"),
        ("登记8个月的组织可以申请公开募捐资格吗？", "不可以，8个月不满二年"),
        ("登记了3年的组织可以申请公开募捐资格吗？", ""),
        ("登记了一年半的组织可以申请公开募捐资格吗？", "不可以，一年半不满二年"),
    ],
)
def test_what_has_not_lasted_long_enough_is_not_allowed(question: str, result: str) -> None:
    assert told(question, LASTED) == result
