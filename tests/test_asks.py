"""What each ask of a question wants by its kind, and what is said where no statement holds it."""

from datetime import date

import pytest
from passages import TODAY, asked, passage

from assistant import PolicyAssistant, Session, Status
from assistant.asks import split_asks
from assistant.editions import differing
from assistant.query import understand
from assistant.ranking import constrained, meets
from assistant.titles import mentioned, missing
from ingest.card import Policy
from ingest.chunking import Chunk


@pytest.mark.parametrize(
    ("question", "text", "met"),
    [
        ("窗口的咨询电话是多少", "在乡镇设立救助窗口。", False),
        ("窗口的咨询电话是多少", "咨询电话12345678。", True),
        ("老板的电话打不通，工钱谁给", "拖欠工资的，由用人单位支付。", True),
        ("理事会多少人同意才行", "经三分之二以上理事同意。", True),
        ("理事会多少人同意才行", "经半数以上理事同意。", True),
        ("理事会多少人同意才行", "理事会由理事组成。", False),
        ("当时的条例写没写最迟几天付款", "按照交易习惯约定付款期限。", True),
        ("当时的条例最迟几天付款", "按照交易习惯约定付款期限。", False),
        ("说拿货抵工资，可以吗", "工资应当以货币形式支付。", True),
        ("协理员的工资是多少", "工资应当以货币形式支付。", False),
        ("两家一起中了标，一家跑了，剩下那家说不管，对不对", "联合体各方承担连带责任。", True),
        ("低保标准一年调整一次，对不对", "低保标准应当调整。", False),
        ("禁止参与几年", "在一定期限内禁止参与。", False),
        ("禁止参与几年", "三年内禁止参与。", True),
        ("几年换一次机构", "2018年起选择机构。", False),  # a year is no period
        ("多久评一次", "定期组织评估。", True),
        ("几天评一次", "及时组织评估。", False),  # a count is wanted
        ("协理员每月补贴多少", "设置协理员1至2名。", False),
        ("协理员每月补贴多少", "每月补贴500元。", True),
        ("文件是哪年哪月出台的", "近日印发意见。", False),
        ("违反规定怎么处罚", "公益一类事业单位不得作为购买主体。", False),
        ("违反规定怎么处罚", "由财政部门处以罚款。", True),
        ("听说机构要成立满两年，对吧，两年", "依法登记成立的机构可以承接。", False),
        ("一个项目能拿多少奖补", "每年投入500万元奖补项目。", False),  # in all, not each
        ("一个项目能拿多少奖补", "每个项目奖补5万元。", True),
        ("每个站至少配几名社工", "全市配备社工800名。", False),
        ("每个站至少配几名社工", "每个站至少配备2名社工。", True),
        ("站里一年查几回", "开展检查。", False),
        ("站里一年查几回", "每半年检查一次。", True),
        ("合同最长签几年", "从2018年5月起签订合同。", False),  # a month of a date is no period
        ("合同最长签几年", "合同期限不超过十个月。", True),
        ("那几个试点县是哪几个", "选择2至3个县试点。", False),
        ("那几个试点县是哪几个", "在甲县、乙县、丙县试点。", True),
        ("服务费由谁出", "由社工机构提供服务。", False),
        ("服务费由谁出", "所需经费由县级财政承担。", True),
        ("结果在哪个网站公开", "结果向社会公开。", False),
        ("办法修订过没有", "2019年发布办法。", False),
        ("护送的路费算在里面吗", "内容包括流浪人员救助。", False),  # what is asked after must be named
        ("护送的路费算在里面吗", "内容包括路费。", True),
        ("表彰的20名先进工作者叫什么名字", "表彰20名先进工作者。", False),
        ("谁可以承接", "依法登记成立的机构可以承接。", True),  # nothing that can be seen to be absent
    ],
)
def test_an_ask_is_met_only_by_what_holds_its_kind_of_thing(question: str, text: str, met: bool) -> None:
    assert any(meets(ask, text) for ask in split_asks(question)) is met


def test_everything_that_can_be_seen_to_be_absent_must_be_there() -> None:
    (ask,) = split_asks("单个项目的奖补最多能拿多少")
    assert not meets(ask, "每年投入500万元奖补项目。")
    assert not meets(ask, "每个项目投入5万元。")
    assert meets(ask, "每个项目奖补5万元。")


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("照比例新配的那几个人，给不给编制", 1),  # 那几个 asks nothing
        ("优秀项目的奖补，最多能拿多少", 1),  # nor does the 目的 of 项目的
        ("负责人要什么学历，能兼别的吗", 2),
        ("机构要满足什么，钱从哪里出，出了问题怎么处理", 3),
    ],
)
def test_what_only_sounds_like_an_ask_is_none(question: str, asks: int) -> None:
    assert len(split_asks(question)) == asks


def test_only_an_ask_with_a_visible_want_is_constrained() -> None:
    assert constrained(split_asks("一个月工资多少钱")[0])
    assert not constrained(split_asks("谁可以承接")[0])


def test_a_day_that_is_given_is_not_asked_for() -> None:
    """From 2024年6月 another day is counted, so a period answers."""
    assert split_asks("2024年6月结束的采购最早哪年可以销毁档案")[0].wants_day is False
    assert split_asks("档案最早哪年可以销毁")[0].wants_day is True


def test_nouns_of_an_ask_leave_out_places_frames_and_everyday_words() -> None:
    assert split_asks("广东的协理员学历有什么要求")[0].nouns == ("协理员", "学历")


@pytest.mark.parametrize(
    ("question", "as_of"),
    [
        ("2010年在北京不让孩子上学罚多少", date(2010, 12, 31)),
        ("2018年起四川的公益金投到哪", TODAY),
        ("2018年以后四川的公益金投到哪", TODAY),
        ("2014年版的社区服务条例怎么说", date(2014, 12, 31)),
        ("社区服务条例2008年版和2020年版有什么不同", date(2020, 12, 31)),
    ],
)
def test_a_past_year_is_a_day_to_answer_as_of(question: str, as_of: date) -> None:
    assert understand(question, Session(), TODAY).as_of == as_of


def test_an_edition_is_called_by_its_year() -> None:
    assert asked("2008年版的社区服务条例怎么说").edition == 2008
    assert asked("社区服务条例怎么说").edition == 0


def test_the_longest_title_in_a_question_is_the_one_named() -> None:
    law = Policy(id="1", title="中华人民共和国采购法", file_name="a")
    rules = Policy(id="2", title="中华人民共和国采购法实施条例", file_name="b")
    assert mentioned("采购法实施条例2024年改了哪里", [law, rules]) == {"2"}
    assert mentioned("采购法怎么说", [law, rules]) == {"1"}
    assert mentioned("怎么采购", [law, rules]) == set()


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("按保密法办", True),  # 保守国家秘密法
        ("保密法的解释", False),
        ("国家秘密法", False),
        ("保守国家法", False),  # leaves a word out: another rule's name
    ],
)
def test_the_short_form_of_a_title_means_it(name: str, held: bool) -> None:
    law = Policy(id="1", title="中华人民共和国保守国家秘密法", file_name="a")
    assert ("1" in mentioned(name, [law])) is held


def test_a_place_may_be_said_short_or_apart() -> None:
    rule = Policy(id="1", title="上海市殡葬管理条例", region="310000", file_name="a")
    assert mentioned("上海殡葬管理条例怎么说", [rule]) == {"1"}
    assert mentioned("在上海，殡葬管理条例怎么说", [rule]) == {"1"}
    assert mentioned("殡葬管理条例怎么说", [rule]) == set()


def test_the_interpretation_of_a_law_is_called_by_the_law() -> None:
    rule = Policy(id="1", title="最高人民法院关于适用《中华人民共和国民事诉讼法》的解释", file_name="a")
    assert mentioned("民诉法解释怎么说", [rule]) == mentioned("民事诉讼法的司法解释", [rule]) == {"1"}
    assert mentioned("民诉法怎么说", [rule]) == set()


def test_a_rule_held_is_not_missing_for_the_words_before_its_name() -> None:
    law = Policy(id="1", title="中华人民共和国采购法", file_name="a")
    assert missing(["期限新旧采购法"], [law]) is None
    assert missing(["期限新旧招标法"], [law]) == "期限新旧招标法"


@pytest.mark.parametrize("name", ["上海现行条例", "新旧两版办法", "那部条例", "现行条例", "2020年条例"])
def test_a_place_and_an_age_name_no_rule(name: str) -> None:
    assert missing([name], []) is None
    assert missing([name.replace("条例", "采购条例").replace("办法", "采购办法")], []) is not None


def test_provisions_differ_by_their_words_not_by_their_numbers() -> None:
    def chunk(policy: str, n: int, number: str, text: str) -> Chunk:
        words = f"第{number}条 {text}"
        return Chunk(f"{policy}{n}", policy, n, (f"第{number}条",), 0, len(words), words, "", "")

    old = [chunk("o", 0, "一", "服务免费。"), chunk("o", 1, "二", "合同两年。")]
    new = [
        chunk("n", 0, "一", "新增一条。"),
        chunk("n", 1, "二", "服务免费。"),
        chunk("n", 2, "三", "合同三年。"),
    ]
    assert [c.id for c in differing(old, new)] == ["o1", "n0", "n2"]


def test_an_ask_left_open_is_said_beside_the_one_answered(assistant: PolicyAssistant) -> None:
    answer = assistant.answer("谁主管社区服务，咨询电话是多少？")
    assert answer.status is Status.ANSWERED
    assert "民政部门" in answer.text
    assert "关于“咨询电话是多少”：现有文件没有规定。" in answer.text


def test_where_one_ask_is_left_open_what_is_only_near_does_not_answer_the_other(
    assistant: PolicyAssistant,
) -> None:
    assert assistant.answer("社区服务人员跟谁签合同，社保谁交？").status is Status.ABSTAINED


@pytest.mark.parametrize(
    "question",
    ["社区服务站的咨询电话是多少？", "社区服务人员一个月工资多少钱？", "广东社区服务人员的学历有什么要求？"],
)
def test_a_near_topic_question_without_its_thing_is_abstained_from(
    assistant: PolicyAssistant, question: str
) -> None:
    assert assistant.answer(question).status is Status.ABSTAINED


def test_both_versions_are_told_where_they_differ(assistant: PolicyAssistant) -> None:
    """The earlier version first, each cited, and nothing of what both say alike."""
    answer = assistant.answer("社区服务条例的合同期限，新旧版本改了什么？")
    lines = answer.text.splitlines()
    assert [line.split("：")[0] for line in lines] == ["2008年版", "2021年版"]
    assert {c.policy.file_name for c in answer.citations} == {"社区服务条例.md", "社区服务条例-2008.md"}


def test_a_passage_made_by_hand_names_nothing() -> None:
    assert not passage("服务免费。").named


def test_the_sum_of_a_fine_answers_only_who_asks_for_one(assistant: PolicyAssistant) -> None:
    assert assistant.answer("社区服务合同的金额标准是百分之几？").status is Status.ABSTAINED
    assert "5%以上10%以下" in assistant.answer("未按合同提供社区服务罚款百分之几？").text


def test_one_of_two_figures_is_confirmed_only_by_a_figure_of_their_kind() -> None:
    (ask,) = split_asks("禁止参加的期限是一年还是三年")
    assert ask.confirms == {"年"}
    (ask,) = split_asks("三年内是招标还是询价")
    assert not ask.confirms
