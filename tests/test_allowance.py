"""The difference between a standard and an income per head, for all of a family."""

import pytest
from passages import asked, candidates, passage

from assistant.allowance import difference
from assistant.citations import verify

PAID = "按照家庭成员人均收入低于当地最低生活保障标准的差额，按月发给最低生活保障金。"


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("一家3口，月收入一共900元，低保标准每人500元，能领多少？", "200×3=600元"),
        ("四口人，人均月收入400元，标准是每人650元，能领多少？", "250×4=1000元"),
        ("一家3口，月收入一共2400元，标准每人500元，能领多少？", "没有差额"),
        ("一家3口，标准每人500元，能领多少？", ""),  # the income is not told
        ("3口人，收入1000元，低保标准500元，能领多少？", "1500-1000=500元"),
    ],
)
def test_a_family_is_paid_the_difference_where_all_it_needs_is_told(question: str, part: str) -> None:
    query = asked(question)
    claim = difference(query, candidates(passage(PAID))[0])
    assert verify([claim] if claim else [], query)[1] == []
    assert part in claim.text if claim and part else claim is None and not part
