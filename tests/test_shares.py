"""A share that a rule sets is taken of the figure that it is a share of."""

import pytest
from passages import asked, candidates, passage, solved

from assistant import shares
from assistant.citations import verify


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("人均筹资1500元，个人一般至少交多少？", "1500元×三分之一=500元"),
        ("县级财政补助总额是1500元的多少，至少多少？", "1500元×百分之二点五=37.5元"),
    ],
)
def test_of_several_shares_that_of_the_clause_asked_about_is_taken(question: str, result: str) -> None:
    text = "县级财政补助不低于补助总额的百分之二点五，个人缴费一般不低于人均筹资额的三分之一。"
    claim = shares.portion(asked(question), candidates(passage(text))[0])
    assert claim is not None
    assert claim.text.startswith(result)
    assert verify([claim], asked(question))[1] == []


def test_a_share_of_the_fine_is_no_share_of_the_sum_asked_about() -> None:
    fine = "对责任人员处单位罚款数额百分之五以上百分之十以下的罚款。"
    rule = f"处项目金额千分之五以上千分之十以下的罚款，{fine}"
    query = asked("项目金额80万元，罚款最低最高各多少？")
    claim = shares.portion(query, candidates(passage(rule))[0])
    assert claim is not None
    assert claim.text.startswith("80万元×千分之五=4000元，80万元×千分之十=8000元")
    assert verify([claim], query)[1] == []
    assert shares.portion(query, candidates(passage(fine))[0]) is None


COUNCIL = "理事会会议须有2/3以上理事出席方能召开；领取报酬的理事不得超过理事总人数的1/3。"


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("一共14个理事，开理事会起码得到几位出席？", "至少10人（14×2/3≈9.33，向上取整）"),
        ("理事会有14个理事，领取报酬的最多几个？", "最多4人（14×1/3≈4.67，向下取整）"),
        ("理事会有14个理事，领取报酬的有几个？", ""),  # not the most of them
    ],
)
def test_a_whole_number_is_rounded_to_the_side_that_the_rule_allows(question: str, result: str) -> None:
    query = asked(question)
    found = [shares.share(query, one) for one in candidates(passage(COUNCIL))]
    told = [claim.text.split("：")[0] for claim in found if claim]
    assert (result in told) if result else told == []


@pytest.mark.parametrize(
    ("question", "rule", "contrary"),
    [
        ("公募基金会去年收入600万", "非公募基金会不得低于余额的8%", True),
        ("非公募基金会去年余额600万", "公募基金会不得低于总收入的70%", True),
        ("公募基金会去年收入600万", "公募基金会不得低于总收入的70%", False),
        ("基金会去年收入600万", "非公募基金会不得低于余额的8%", False),
        ("骗了6000元", "可以处非法获取的款额1倍以上3倍以下的罚款", False),
    ],
)
def test_a_rule_of_what_is_not_so_is_not_applied_to_what_is(question: str, rule: str, contrary: bool) -> None:
    assert shares.contrary(question, rule) is contrary


@pytest.mark.parametrize(
    "question",
    ["基金会去年收入1000万元，行政办公最多多少？", "基金会有支出1000万元，还差多少？"],
)
def test_a_share_of_the_spending_is_not_taken_of_an_income(question: str) -> None:
    rule = "行政办公支出不得超过当年总支出的10%。"
    assert shares.portion(asked(question), candidates(passage(rule))[0]) is None


RESERVED = (
    "预留的采购份额应当占年度采购项目预算总额的百分之二十以上，其中预留给小型企业的比例不低于百分之五十。"
)


@pytest.mark.parametrize(
    ("question", "result"),
    [
        (
            "采购预算1000万，给小型企业至少预留多少？",
            "1000万×百分之二十=200万元，其中200万元×百分之五十=100万元",
        ),
        ("预留了1000万，给小型企业至少多少？", ""),  # of what it is, the question does not say
        ("采购预算1000万，工资多少？", ""),  # of another matter
    ],
)
def test_a_share_of_what_another_share_leaves_is_taken_of_the_whole(question: str, result: str) -> None:
    assert solved(question, RESERVED, shares.portion) == result


def test_of_two_shares_that_fit_alike_none_is_taken() -> None:
    rule = "公办园和普惠园在园儿童占比不低于百分之八十，其中公办园在园儿童占比不低于百分之五十。"
    assert solved("全县在园儿童2000人，在园儿童占比至少多少人？", rule, shares.share) == ""


def test_a_fine_for_a_graver_case_is_not_taken_for_a_plain_one() -> None:
    rule = "逾期仍不缴纳的，按欠缴数额的2倍处理。"
    assert solved("单位缴纳了50万，处理数额多少？", rule, shares.portion) == ""
    assert solved("单位逾期不缴纳50万，处理数额多少？", rule, shares.portion) == "50万×2倍=100万元"


def test_what_is_lacking_to_a_share_is_told() -> None:
    rule = "每年用于公益事业的支出，不得低于上一年总收入的70%。"
    claim = shares.bound(asked("去年收入500万，公益支出300万，还差多少？"), candidates(passage(rule))[0])
    assert claim is not None
    assert claim.text.startswith("不符合：500万×70%=350万元，300万低于它，还差50万元：")
