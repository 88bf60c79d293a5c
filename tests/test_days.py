"""A day in the question and a period in a rule give a day."""

import pytest
from passages import asked, candidates, passage

from assistant import days
from assistant.citations import verify


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("3月1日材料交齐，登记机关最迟哪天给决定？", "最迟4月30日"),
        ("12月20日材料交齐，最晚哪天给决定？", "最迟2027年2月18日"),
        ("3月1日材料交齐，由谁决定？", ""),
    ],
)
def test_a_period_from_a_day_begins_with_the_next(question: str, told: str) -> None:
    found = candidates(passage("登记管理机关应当自收到全部有效文件之日起60日内作出决定。"))
    claim = days.within(asked(question), found[0])
    assert (claim.text.split("：")[0][-len(told) :] if claim else "") == told
    assert verify([claim] if claim else [], asked(question))[1] == []


def test_a_date_is_no_number_of_days_before_another() -> None:
    found = candidates(passage("应当于每年3月31日前报送上一年度的工作报告。"))
    assert days.deadline(asked("3月1日开会，最晚哪天报送？"), found[0]) is None


def test_a_day_so_many_days_later_is_not_counted_back() -> None:
    query = asked("5月10日提出申请，满三十日是哪天？")
    assert days.deadline(query, candidates(passage("应当在截止时间2日前提出。"))[0]) is None


def test_a_period_other_than_the_question_s_is_not_counted() -> None:
    found = candidates(passage("登记管理机关应当自收到文件之日起30日内作出决定。"))
    assert days.within(asked("60日内决定，5月6日收到文件，最晚哪天？"), found[0]) is None
