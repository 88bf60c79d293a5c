"""A model may shorten a rule; it may not add to it, move, soften or widen it."""

import pytest
from passages import asked

from assistant.faithfulness import departs, wrong_band

WORDS, FIGURE, NAME, MODAL, SIDE, LEFT_OUT = (
    "不是引文的话",
    "数字或日期与引文不一致",
    "文号、条号或文件名与引文不一致",
    "否定、情态或限度与引文不一致",
    "所指对象与引文不一致",
    "略去了引文的条件或限定",
)
QUESTION = "公益一类事业单位能不能购买社会工作服务，低保补助归谁审核发放"
BUY = "第二条　公益一类事业单位不得作为购买社会工作服务的购买主体，也不得作为承接主体。"
TERM = "合同履行期限一般不超过一年；经费可以预见的，可以签订期限不超过三年的合同。"
PAY = (
    "县级民政部门应当自2024年3月1日起按照民发〔2020〕5号文件第六条对城市低保对象"
    "每人每月发放620元补贴，但已享受其他补贴的除外。"
)
WORK = "市民政局负责审核低保申请材料，县民政局负责发放低保补助资金。"
BANDS = "服务对象300户以下的至少配备2人，300户到600户的至少配备4人，600户以上的至少配备6人。"


@pytest.mark.parametrize(
    ("wording", "source"),
    [
        (BUY, BUY),
        ("公益一类事业单位不得作为购买主体，也不得作为承接主体", BUY),
        ("公益一类事业单位不得作为购买主体。", BUY),
        (TERM, TERM),
        ("市民政局负责审核申请材料，县民政局负责发放资金。", WORK),
        ("市民政局负责审核低保申请材料。", WORK),
    ],
)
def test_a_shortened_rule_passes(wording: str, source: str) -> None:
    assert departs(wording, source, QUESTION) is None


@pytest.mark.parametrize(
    ("wording", "source", "reason"),
    [
        ("", BUY, WORDS),
        ("公益一类事业单位可以作为购买主体。", BUY, WORDS),
        ("公益一类事业单位作为购买社会工作服务的购买主体。", BUY, MODAL),
        ("公益事业单位不得作为购买社会工作服务的购买主体。", BUY, FIGURE),
        ("公益一类事业单位不得作为购买社会工作服务的购买主体，请大家放心。", BUY, WORDS),
        (f"{BUY}{BUY}", BUY, WORDS),
        ("请注意：公益一类事业单位不得作为购买主体。", BUY, WORDS),
        ("合同履行期限不超过一年；经费可以预见的，可以签订期限不超过三年的合同。", TERM, MODAL),
        ("合同履行期限一年；经费可以预见的，可以签订期限不超过三年的合同。", TERM, MODAL),
        ("合同履行期限一般不超过一年。", TERM, LEFT_OUT),
        ("可以签订期限不超过三年的合同。", TERM, WORDS),
        ("合同履行期限一般不超过三年。", TERM, WORDS),
        ("县民政局负责审核低保申请材料。", WORK, WORDS),
        ("市民政局负责发放低保补助资金。", WORK, WORDS),
        ("县民政局负责发放低保补助资金，市民政局负责审核低保申请材料。", WORK, WORDS),
        ("市民政局负责审核低保申请材料，负责发放低保补助资金。", WORK, WORDS),
        (PAY.replace("，但已享受其他补贴的除外", ""), PAY, LEFT_OUT),
        (PAY.replace("应当", ""), PAY, MODAL),
        (PAY.replace("620元", "20元"), PAY, FIGURE),
        (PAY.replace("3月1日", "3月"), PAY, FIGURE),
        (PAY.replace("每人每月", "每月"), PAY, LEFT_OUT),
        (WORK.replace("申请", ""), WORK, LEFT_OUT),
        (PAY.replace("第六条", ""), PAY, NAME),
        (PAY.replace("〔2020〕", "〔2021〕"), PAY, WORDS),
        (PAY.replace("城市", ""), PAY, SIDE),
        (BANDS.replace("2人，300户到600户的至少配备", ""), BANDS, WORDS),
        ("服务对象至少配备2人", BANDS, FIGURE),
    ],
)
def test_a_changed_rule_does_not(wording: str, source: str, reason: str) -> None:
    assert departs(wording, source, QUESTION) == reason


@pytest.mark.parametrize(
    ("question", "wording", "wrong"),
    [
        ("450户配几个人", "300户以下的至少配备2人", True),
        ("450户配几个人", "300户到600户的至少配备4人", False),
        ("600户配几个人", "300户到600户的至少配备4人，600户以上的至少配备6人", False),
        ("450户配几个人", BANDS, True),
        ("要配几个人", BANDS, False),
        ("450人配几个人", "300户以下的至少配备2人", False),
    ],
)
def test_a_figure_is_of_the_band_of_the_question_s_figure(question: str, wording: str, wrong: bool) -> None:
    assert bool(wrong_band(asked(question), wording, BANDS)) is wrong
