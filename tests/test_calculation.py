"""Rules with figures, applied to the figures of a question: the result, its working and its rule are told."""

from fractions import Fraction

import pytest
from passages import asked, candidates, passage

from assistant import PolicyAssistant, Status, calculation, days
from assistant.bands import bands, by_bands
from assistant.citations import Claim, verify

TABLE = "县级民政局配备经办人员，300户以下的至少配备2人，300户到600户的至少配备4人，600户以上的至少配备6人。"
STREETS = "街道配备经办人员，100户以下的至少配备1人，100户到500户的至少配备3人，500户以上的至少配备5人。"
EACH = "每个村（社区）配备1-2名协理员。"


def worked(question: str, *texts: str) -> Claim | None:
    """The claim worked out of the texts (one passage), which must pass verification."""
    query = asked(question)
    claims = by_bands(query, candidates(passage("\n".join(texts))))
    assert verify(claims, query)[1] == []
    return claims[0] if claims else None


def said(question: str, *texts: str) -> str:
    claim = worked(question, *texts)
    return claim.text if claim else ""


def test_a_table_of_bands_is_read_from_prose() -> None:
    assert [(b.low, b.high, b.measure, b.result, b.unit) for b in bands(TABLE)] == [
        (None, 300, "户", 2, "人"),
        (300, 600, "户", 4, "人"),
        (600, None, "户", 6, "人"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "300户以下的至少配备2人。",  # one band is no table
        "300户以下的由街道办理，300户到600户的由县级办理。",  # bands without a number
        "经费由省级财政补助70%。",
    ],
)
def test_what_is_no_table_of_bands(text: str) -> None:
    assert bands(text) == []


@pytest.mark.parametrize(
    ("households", "people"),
    [(1, 2), (299, 2), (301, 4), (450, 4), (599, 4), (601, 6), (12000, 6)],
)
def test_a_figure_gets_its_own_band(households: int, people: int) -> None:
    text = said(f"县民政局有{households}户，要配几个人？", TABLE)
    assert f"至少{people}人" in text
    assert sum(f"至少配备{other}人" in text for other in (2, 4, 6)) == 1


@pytest.mark.parametrize(("households", "bands_named"), [(300, (2, 4)), (600, (4, 6))])
def test_on_a_boundary_both_bands_are_named_and_neither_is_chosen(
    households: int, bands_named: tuple[int, int]
) -> None:
    text = said(f"县民政局有{households}户，要配几个人？", TABLE)
    assert "没有写明" in text
    assert all(f"至少配备{people}人" in text for people in bands_named)


def test_a_figure_written_in_words_gets_its_band_too() -> None:
    assert "至少6人" in said("县民政局有一千二百户，要配几个人？", TABLE)


def test_of_two_tables_the_one_of_the_body_asked_about_is_applied() -> None:
    assert "至少4人" in said("县民政局有450户，要配几个人？", TABLE, STREETS)
    assert "至少3人" in said("街道有450户，要配几个人？", TABLE, STREETS)
    # The 区 of 辖区 and of 社区 is no district.
    assert "至少3人" in said("街道办辖区有450户，要配几个人？", TABLE, STREETS)
    assert "至少3人" in said("街道的社区有450户，要配几个人？", TABLE, STREETS)


def test_several_figures_are_added_up_with_the_sum_shown() -> None:
    text = said("县民政局有450户，一个街道有200户，另一个街道有800户，一共要配几个人？", TABLE, STREETS)
    assert "4+3+5=12人" in text


def test_figures_of_two_provisions_are_added_up_each_beside_its_own() -> None:
    query = asked("广东一个街道有200户，辖20个村，经办人员加协理员一共多少人？")
    claims = by_bands(query, candidates(passage(STREETS), passage(EACH, start=200)))
    assert [c.passage.chunk.text for c in claims] == [STREETS, EACH]
    assert "3+20=23人" in claims[-1].text
    assert verify(claims, query)[1] == []
    assert verify(claims[1:], query)[0] == [], "a sum is not told without the claim its figure comes from"


@pytest.mark.parametrize(
    ("have", "told"), [("2个", "还差2人（4-2=2）"), ("3名", "还差1人（4-3=1）"), ("5个", "已经达到")]
)
def test_what_is_lacking_is_the_difference(have: str, told: str) -> None:
    assert told in said(f"县民政局有450户，眼下就{have}经办，离最低要求还差几个？", TABLE)


def test_a_number_for_each_gives_a_range() -> None:
    claim = worked("有20个村，要配多少名协理员？", EACH)
    assert claim is not None
    assert "20到40名" in claim.text
    assert [w.result for w in claim.working] == [20, 40]


def test_a_figure_of_another_unit_is_in_no_band() -> None:
    assert worked("县民政局有450人，要配几个人？", TABLE) is None


def test_a_table_is_not_applied_where_nothing_is_to_be_counted() -> None:
    assert worked("县民政局有450户，由谁主管？", TABLE) is None


def test_a_band_s_result_that_is_wrong_would_be_rejected() -> None:
    """The figure of another band stands in the quote; the working and the words come from one place."""
    claim = worked("县民政局有450户，一个街道有200户，一共要配几个人？", TABLE, STREETS)
    assert claim is not None
    (step,) = claim.working
    assert step.operands == (4, 3)
    assert step.result == 7
    assert claim.given == (Fraction(450), Fraction(200))


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


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("人均筹资1500元，个人一般至少交多少？", "1500元×三分之一=500元"),
        ("县级财政补助总额是1500元的多少，至少多少？", "1500元×百分之二点五=37.5元"),
    ],
)
def test_of_several_shares_that_of_the_clause_asked_about_is_taken(question: str, result: str) -> None:
    text = "县级财政补助不低于补助总额的百分之二点五，个人缴费一般不低于人均筹资额的三分之一。"
    claim = calculation._portion(asked(question), candidates(passage(text))[0])
    assert claim is not None
    assert claim.text.startswith(result)
    assert verify([claim], asked(question))[1] == []


def test_a_share_of_the_fine_is_no_share_of_the_sum_asked_about() -> None:
    fine = "对责任人员处单位罚款数额百分之五以上百分之十以下的罚款。"
    rule = f"处项目金额千分之五以上千分之十以下的罚款，{fine}"
    query = asked("项目金额80万元，罚款最低最高各多少？")
    claim = calculation._portion(query, candidates(passage(rule))[0])
    assert claim is not None
    assert claim.text.startswith("80万元×千分之五=4000元，80万元×千分之十=8000元")
    assert verify([claim], query)[1] == []
    assert calculation._portion(query, candidates(passage(fine))[0]) is None


@pytest.mark.parametrize(
    ("question", "told"),
    [("这三个数加起来是多少人次？", "1万+2万+3.5万=6.5万人次"), ("这两个数加起来呢？", "")],
)
def test_figures_of_one_rule_are_added_up_where_as_many_are_named(question: str, told: str) -> None:
    found = candidates(passage("接待1万人次、摸排2万人次、探访3.5万人次。"))
    claim = calculation._total(asked(question), found[0])
    assert (claim.text.split("：")[0] if claim else "") == told
    assert verify([claim] if claim else [], asked(question))[1] == []


PAID = "按照家庭成员人均收入低于当地最低生活保障标准的差额，按月发给最低生活保障金。"
LASTED = "依法登记满二年的组织，可以申请公开募捐资格。"
NOTICE = "自公告之日起满60日，无人认领的，视为无主。"


def solved(question: str, text: str) -> str:
    """What is worked out of a text for a question, verified."""
    query = asked(question)
    one = candidates(passage(text))
    for solve in (calculation._difference, calculation._lasted, days.waiting, days.period):
        if claim := solve(query, one[0]):
            assert verify([claim], query)[1] == []
            return claim.text
    return ""


@pytest.mark.parametrize(
    ("question", "text", "part"),
    [
        ("一家3口，月收入一共900元，低保标准每人500元，能领多少？", PAID, "200×3=600元"),
        ("四口人，人均月收入400元，标准是每人650元，能领多少？", PAID, "250×4=1000元"),
        ("一家3口，月收入一共2400元，标准每人500元，能领多少？", PAID, "没有差额"),
        ("一家3口，标准每人500元，能领多少？", PAID, ""),  # the income is not told
        ("登记了1年的组织可以申请公开募捐资格吗？", LASTED, "不可以，1年不满二年"),
        ("3口人，收入1000元，低保标准500元，能领多少？", PAID, "1500-1000=500元"),
        ("登记8个月的组织可以申请公开募捐资格吗？", LASTED, "不可以，8个月不满二年"),
        ("登记了3年的组织可以申请公开募捐资格吗？", LASTED, ""),
        ("6月1日公告，最早哪天算无主？", NOTICE, "满60日是7月31日"),
        ("6月1日公告，由谁认领？", NOTICE, ""),
        ("2024年5月做的台账，最早什么时候能销毁？", "台账至少保存3年。", "2027年5月期满"),
    ],
)
def test_a_sum_is_worked_out_where_all_it_needs_is_told(question: str, text: str, part: str) -> None:
    result = solved(question, text)
    assert part in result if part else result == ""


def test_the_two_ends_of_a_fine_are_no_band() -> None:
    assert bands("单位处2000元以上2万元以下的罚款，个人处500元以上5000元以下的罚款。") == []


def test_a_day_so_many_days_later_is_not_counted_back() -> None:
    query = asked("5月10日提出申请，满三十日是哪天？")
    assert days.deadline(query, candidates(passage("应当在截止时间2日前提出。"))[0]) is None
