"""What is said of what was found: the rule's own verdict, whole lists, a line a region, in short."""

import pytest
from passages import asked, passage

from assistant import PolicyAssistant, Session, Status
from assistant.citations import Claim
from assistant.selection import tidy
from assistant.verdicts import membership, verdict


def claims(text: str) -> list[Claim]:
    return [Claim(text, passage(text), (text,))]


@pytest.mark.parametrize(
    ("question", "rule", "says"),
    [
        ("企业可以承接吗", "社区服务可以委托企业承接。", "可以"),
        ("企业能不能承接", "鼓励企业承接社区服务。", "可以"),
        ("街道可以利用闲置办公用房设立社区服务站吗", "可以利用闲置办公用房设立社区服务站。", "可以"),
        ("国家机关可以承接吗", "国家机关不得承接社区服务。", "不可以"),
        ("国家机关能不能承接", "国家机关不能承接社区服务。", "不可以"),
        ("行不行，让国家机关承接", "严禁国家机关承接。", "不可以"),
        ("企业可以承接吗", "企业可以承接，国家机关不得承接。", ""),  # the verb does not settle it
        ("企业可以承接吗", "服务由民政部门主管。", ""),
        ("谁承接社区服务", "社区服务可以委托企业承接。", ""),  # nothing was asked that 可以 answers
    ],
)
def test_the_verdict_is_that_of_the_rule_s_own_verb(question: str, rule: str, says: str) -> None:
    assert verdict(asked(question), claims(rule)) == says


@pytest.mark.parametrize(
    ("question", "rule", "says"),
    [
        ("残疾人康复算不算社区服务", "社区服务包括老年人照料、残疾人康复。", "属于"),
        ("殡葬服务算不算社区服务", "社区服务包括养老服务、助残服务、托育服务。", ""),
        ("助残服务算不算社区服务", "社区服务不包括助残服务。", ""),
        ("助残服务由谁提供", "社区服务包括助残服务。", ""),
    ],
)
def test_a_thing_belongs_where_the_rule_names_it(question: str, rule: str, says: str) -> None:
    assert membership(asked(question), claims(rule)) == says


def test_rules_that_say_both_give_no_verdict() -> None:
    both = (*claims("群团组织不得作为购买主体。"), *claims("农村集体经济组织可以作为承接主体。"))
    assert verdict(asked("农村集体经济组织能不能承接服务"), both) == ""


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("低保坚持保障基本生活，鼓励劳动自救。", ""),  # of something else
        ("城市居民可以申请低保。", "可以"),
        ("城市居民可以申请低保，但有劳动能力的不得申请。", ""),
    ],
)
def test_a_modal_verb_counts_only_of_the_matter_asked(rule: str, says: str) -> None:
    assert verdict(asked("我能不能申请低保"), claims(rule)) == says


def test_no_claim_no_verdict() -> None:
    assert verdict(asked("企业可以承接吗"), []) == ""
    assert membership(asked("助残服务算不算社区服务"), []) == ""


def test_copied_words_keep_their_lines_and_lose_all_spaces_but_the_one_after_a_label() -> None:
    copied = "第五条　 机构：\n\n （一） 依法登记；\n（二）有场所；\n"
    assert tidy(copied) == "第五条 机构：\n（一）依法登记；\n（二）有场所"


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("国家机关能不能承接社区服务？", "不可以。"),
        ("企业可以承接社区服务吗？", "可以。"),
        ("广东街道可以利用闲置办公用房设立社区服务站吗？", "可以。"),
        ("广东社区服务站能出租经营吗？", "不可以。"),
        ("谁主管社区服务？", "《社区服务条例》"),
    ],
)
def test_an_answer_begins_with_its_verdict_then_its_document(
    assistant: PolicyAssistant, question: str, begins: str
) -> None:
    assert assistant.answer(question).text.startswith(begins)


ITEMS = ("依法登记", "三名以上专职社会工作者", "固定的办公场所", "无重大违法记录")


@pytest.mark.parametrize(
    "question",
    [
        "承接社区服务的机构要具备哪些条件？",
        "社区服务条例第五条规定了什么？",
        "承接社区服务的机构要有固定的办公场所吗，还有什么条件？",
    ],
)
def test_a_list_is_told_whole_and_as_a_list(assistant: PolicyAssistant, question: str) -> None:
    lines = assistant.answer(question).text.splitlines()
    for mark, item in zip("一二三四", ITEMS, strict=True):
        assert any(line.startswith(f"（{mark}）") and item in line for line in lines)


def test_each_region_asked_about_has_one_line_with_its_own_rule(assistant: PolicyAssistant) -> None:
    answer = assistant.answer("广东和安徽的社区服务站每周各开放多少小时？")
    assert answer.status is Status.ANSWERED
    lines = answer.text.splitlines()
    assert [line.split("：")[0] for line in lines] == ["广东", "安徽"]
    assert "40小时" in lines[0]
    assert "35小时" in lines[1]
    assert all(line.endswith("]。") for line in lines)
    assert {c.policy.region for c in answer.citations} == {"440000", "340000"}


@pytest.mark.parametrize(
    ("question", "silent"),
    [
        ("广东和安徽社区服务人员每年培训几天？", "安徽：现有文件未作规定。"),
        ("湖南和广东社区服务人员每年培训几天？", "湖南：资料库没有收录这里的文件。"),
    ],
)
def test_a_silent_region_is_said_to_be_silent(assistant: PolicyAssistant, question: str, silent: str) -> None:
    lines = assistant.answer(question).text.splitlines()
    assert silent in lines
    assert any(line.startswith("广东：") and "5天" in line for line in lines)


def test_several_asks_are_all_answered(assistant: PolicyAssistant) -> None:
    text = assistant.answer("谁主管社区服务，合同最长可以签几年？").text
    assert "民政部门" in text
    assert "不得超过3年" in text


@pytest.mark.parametrize(
    "question",
    [
        "社区服务有哪些规定？",
        "广东的社区服务是怎么规定的？",
        "社区服务条例都讲了什么？",
        "广东和安徽的社区服务有什么不同？",
    ],
)
def test_an_answer_stays_short(assistant: PolicyAssistant, question: str) -> None:
    assert len(assistant.answer(question).text) <= 600


def test_what_was_told_is_not_told_again_where_another_is_asked_for(assistant: PolicyAssistant) -> None:
    session = Session()
    first = assistant.answer("广东社区服务站有什么规定？", session)
    second = assistant.answer("还有别的吗", session)
    assert second.text != first.text


def test_a_region_s_own_paper_is_not_answered_for_by_the_nation_s_rule(assistant: PolicyAssistant) -> None:
    """The nation's rule sets how long a contract may last; 广东's notice does not."""
    assert "不得超过3年" in assistant.answer("广东的社区服务合同最长几年？").text
    assert "3年" not in assistant.answer("广东的这个通知里，社区服务合同最长几年？").text
