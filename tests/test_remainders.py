"""What is left of the share that a rule allows."""

import pytest
from passages import solved

from assistant.remainders import left_of_share

ADDED = "采购人追加服务的，可以签订补充合同，但补充合同的金额不得超过原合同金额的百分之十。"


@pytest.mark.parametrize(
    ("question", "result"),
    [
        (
            "合同500万，已经签过补充合同20万，还能再追加多少？",
            "500万×百分之十=50万元，还剩50万元-20万元=30万元",
        ),
        (
            "合同500万，追加了两次，一次10万一次15万，还能追加多少？",
            "500万×百分之十=50万元，已用10万+15万=25万元，还剩50万元-25万元=25万元",
        ),
        ("合同500万，已经追加了50万，还能再追加多少？", "500万×百分之十=50万元，已经用完"),
        ("合同500万，已经追加了60万，还能再追加多少？", "500万×百分之十=50万元，已经超过（60万元）"),
        ("合同500万，想追加20万，还能再追加多少？", ""),  # planned, not used
        ("合同500万，甲公司报价20万，还能追加多少？", ""),
        ("已付20万，合同500万，还能追加多少？", ""),  # the first is not the whole
        ("合同500万，已经追加了20万，由谁批准？", ""),
        ("存款500万，已经花了20万，还剩多少？", ""),  # not of this matter
    ],
)
def test_what_is_used_is_taken_from_the_share(question: str, result: str) -> None:
    assert solved(question, ADDED, left_of_share) == result
