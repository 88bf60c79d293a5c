"""Rates for each of two things, rates by the day, and what a rule adds to its first figure."""

import pytest
from passages import solved

from assistant import rates

HIRED = "用人单位使用童工的，按照每使用一名童工每月处4000元罚款的标准给予处罚。"
SENT = "为未成年人介绍就业的，按照每介绍一人处3000元罚款的标准给予处罚。"
LATE = "未作约定的，按照每日利率万分之五支付货款的逾期利息。"
LEAVE = "职工享受90天产假，其中产前可以休10天；难产的，增加产假20天；每多生育1个婴儿，增加产假12天。"


def told(question: str, rule: str) -> str:
    return solved(question, rule, rates.rated, rates.daily, rates.stacked)


@pytest.mark.parametrize(
    ("question", "rule", "result"),
    [
        ("厂里用了2个童工，干了3个月，罚多少钱？", HIRED, "2个×3个月×4000元=24000元"),
        ("一个厂招了2名15岁的童工，干了5个月，罚多少？", HIRED, "2名×5个月×4000元=40000元"),
        ("厂里用了2个童工，罚多少钱？", HIRED, ""),  # for how long is not said
        ("厂里用了2个童工，干了3个月，罚多少钱？", "逾期不送回的，" + HIRED, ""),  # a graver case
        ("介绍了2个童工，罚多少钱？", SENT, ""),
        ("拖欠50万货款，晚付20天，逾期利息多少？", LATE, "50万×万分之五×20天=5000元"),
        ("拖欠50万货款，逾期利息多少？", LATE, ""),
        ("欠税50万，晚交20天，滞纳金多少？", LATE, ""),  # of another matter
        ("难产比顺产多休几天产假？", LEAVE, ""),
        ("难产，产假一共几天？", LEAVE, "90+20=110天产假"),
        ("顺产双胞胎，产假多少天？", LEAVE, "90+12=102天产假"),
        ("难产生了三胞胎，产假多少天？", LEAVE, "90+20+12+12=134天产假"),
        ("不是难产，产假多少天？", LEAVE, ""),
        ("生了双胞胎，难产没有，产假一共几天？", LEAVE, "90+12=102天产假"),
        ("剖宫产生了双胞胎，产假多少天？", LEAVE, ""),  # whether that is 难产 the rule does not say
        ("生一个孩子，产假多少天？", LEAVE, ""),
    ],
)
def test_a_rule_is_applied_where_each_of_its_measures_is_told(question: str, rule: str, result: str) -> None:
    assert told(question, rule) == result
