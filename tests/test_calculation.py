"""Rules with figures, applied to the figures of a question: the result, its working and its rule are told."""

import pytest

from assistant import PolicyAssistant, Status


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("广东县民政局服务对象有450户，要配几个人？", ["450户", "至少4人"]),
        ("广东的街道服务对象有100户，要配几个人？", ["没有写明", "至少配备1人", "至少配备3人"]),
        ("广东有20个村，要配多少名协理员？", ["20到40名"]),
        ("社区服务合同签4年可以吗？", ["不可以", "4年超过3年"]),
        ("社区服务合同签3年可以吗？", ["可以", "没有超过3年"]),
        ("社区服务合同签2年可以吗？", ["可以", "没有超过3年"]),
        ("评审小组7人，专家至少几人？", ["至少5人", "7×2/3"]),
        ("评审小组9人，专家至少几人？", ["至少6人", "9×2/3"]),
        ("合同金额50万元，没按合同提供服务罚多少？", ["2.5万元", "5万元", "5%以上10%以下"]),
        (
            "社区服务档案从2024年5月1日起要保存到什么时候？",
            ["2039年4月30日", "至少保存15年"],
        ),
        ("社区服务档案从2024年2月29日起要保存到什么时候？", ["2039年2月28日"]),
        ("从2024年5月起，社区服务档案要保存到什么时候？", ["2039年5月"]),
    ],
)
def test_a_calculation_is_told_with_its_working_and_its_rule(
    assistant: PolicyAssistant, question: str, parts: list[str]
) -> None:
    answer = assistant.answer(question)
    assert answer.status is Status.ANSWERED
    assert [part for part in parts if part not in answer.text] == []
    assert answer.citations
    assert answer.rejected == ()


@pytest.mark.parametrize("limit", ["4年", "5年", "十年"])
def test_what_is_over_a_limit_is_never_allowed(assistant: PolicyAssistant, limit: str) -> None:
    text = assistant.answer(f"社区服务合同签{limit}可以吗？").text
    assert "不可以" in text
    assert "没有超过" not in text


def test_a_day_that_does_not_exist_is_not_counted_from(assistant: PolicyAssistant) -> None:
    answer = assistant.answer("社区服务档案从2024年4月31日起要保存到什么时候？")
    assert "2039" not in answer.text
    assert "至少保存15年" in answer.text
