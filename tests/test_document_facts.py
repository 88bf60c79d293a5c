"""Questions about a document itself, over the four policies of tests/policies."""

import re

import pytest
from passages import asked, passage

from assistant import PolicyAssistant, Session, Status
from assistant.card_lines import card_line
from assistant.citations import Claim, verify


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("广东那份社区服务人员配备的通知是哪天发的", "发布日期：2022年6月1日（据文件信息）"),
        ("廣東這份通知什麼時候印發的", "发布日期：2022年6月1日"),
        ("广东的通知文号是多少，谁发的", "文号：粤民发〔2022〕8号"),
        ("广东的通知文号是多少，谁发的", "发文机关：广东省民政厅"),
        ("安徽的意见是哪两个厅发的", "安徽省民政厅、安徽省财政厅"),
        ("安徽这份意见的全称是什么", "关于规范社区服务经费管理的意见"),
    ],
)
def test_a_fact_of_a_document_is_told_with_its_document(
    assistant: PolicyAssistant, question: str, says: str
) -> None:
    answer = assistant.answer(question)
    assert answer.status is Status.ANSWERED
    assert says in answer.text
    assert answer.citations
    assert all(c.quote in c.chunk.text for c in answer.citations)
    assert answer.rejected == ()


@pytest.mark.parametrize("question", ["广东的通知发给谁的", "安徽那份意见的有效期到哪天"])
def test_what_is_not_known_is_not_laid_down(assistant: PolicyAssistant, question: str) -> None:
    answer = assistant.answer(question)
    assert answer.status is Status.ABSTAINED
    assert answer.citations == ()


def test_of_two_asks_the_one_not_known_is_named(assistant: PolicyAssistant) -> None:
    text = assistant.answer("广东的通知是哪天发的，发给谁的").text
    assert "2022年6月1日" in text
    assert "关于“发给谁”：现有文件没有规定。" in text


def test_of_several_regions_each_document_is_told(assistant: PolicyAssistant) -> None:
    answer = assistant.answer("广东的通知和安徽的意见分别是谁发的")
    assert answer.status is Status.ANSWERED
    assert re.search("广东：.*广东省民政厅", answer.text)
    assert re.search("安徽：.*安徽省民政厅、安徽省财政厅", answer.text)


def test_a_follow_up_asks_of_the_same_document(assistant: PolicyAssistant) -> None:
    session = Session()
    assistant.answer("广东这份通知是谁发的", session)
    assert "粤民发〔2022〕8号" in assistant.answer("文号是多少", session).text


@pytest.mark.parametrize(
    "question",
    [
        "广东关于殡葬改革的通知是哪天发的",  # another paper
        "广东的办法是哪天发的",  # the library holds a 通知 alone
        "广东的补贴是哪天发的",
    ],
)
def test_the_day_of_another_document_is_not_told(assistant: PolicyAssistant, question: str) -> None:
    assert "2022年6月1日" not in assistant.answer(question).text


def test_only_what_the_card_says_passes_as_the_card_s() -> None:
    page = passage("社区服务条例")
    assert card_line(page.policy, "published") is None
    claim = Claim("发布日期：2021年1月15日（据文件信息）", page, ("社区服务条例",), card="published")
    verified, rejected = verify([claim], asked("社区服务条例哪天发布的"))
    assert verified == []
    assert [r.reason for r in rejected] == ["文件信息中没有这一项"]
