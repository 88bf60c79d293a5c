"""What sets texts apart that stand side by side."""

from __future__ import annotations

import pytest

from assistant.differences import by_line, differences


def marked(texts: list[str]) -> list[list[str]]:
    return [[text[a:b] for a, b in spans] for text, spans in zip(texts, differences(texts), strict=True)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["合同的履行期限最长不得超过1年。", "合同的履行期限最长不得超过3年。"], [["1年"], ["3年"]]),
        (["社区服务不得委托企业承接。", "社区服务可以委托企业、社会组织承接。"],
         [["不得"], ["可以", "社会组织"]]),
        (["每周开放不少于40小时。", "每周开放不少于40小时。"], [[], []]),
        (["经费由省级财政补助70%，其余由县级承担。", "服务站可以利用闲置用房。", ""],
         [["70%"], ["可以"], []]),
        (["用于人员、场地、设备。", "经费包括：场地、培训、设备、宣传，由财政部门会同有关部门按年度安排。"],
         [["人员"], ["培训", "宣传"]]),
        (["只有一处有规定，不超过3年。", ""], [[], []]),
    ],
)  # fmt: skip
def test_versions_are_compared_word_by_word_and_other_rules_by_what_tells_them_apart(
    texts: list[str], expected: list[list[str]]
) -> None:
    """Figures, modals and listed items that no other text has; an empty text is compared with nothing."""
    assert marked(texts) == expected


def test_what_sets_a_line_apart_is_told_of_that_line() -> None:
    """The texts are compared whole: what the other text says in another line is no difference."""
    texts = [["经费自理。", "至少配备2人。"], ["至少配备4人。", "经费自理。"]]
    told = [[line[a:b] for a, b in spans] for text, marks in zip(texts, by_line(texts), strict=True)
            for line, spans in zip(text, marks, strict=True)]  # fmt: skip
    assert told == [[], ["2人"], ["4人"], []]
    assert by_line([["一行"], []]) == [[()], []]
