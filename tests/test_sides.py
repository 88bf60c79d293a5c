"""Which figure is the greater is said where each side has one figure of one unit, and only then."""

from __future__ import annotations

import pytest

from assistant import PolicyAssistant
from assistant.several import NEAREST
from assistant.sides import Point, Side, balance


def sides(*texts: str) -> list[Side]:
    names = ("广东", "安徽", "宁夏")
    return [
        Side(name, (Point(text, (n,)),) if text else ())
        for n, (name, text) in enumerate(zip(names, texts, strict=False), 1)
    ]


@pytest.mark.parametrize(
    ("question", "texts", "said"),
    [
        (
            "比例谁更高",
            ("按百分之五十五以上安排", "按百分之五十以上安排"),
            "广东更高：广东百分之五十五以上[1]，安徽百分之五十以上[2]。",
        ),
        (
            "哪个更短",
            ("应当在5个工作日内答复", "十个工作日内答复"),
            "广东更短：广东5个工作日内[1]，安徽十个工作日内[2]。",
        ),
        (
            "谁更多",
            ("至少配备2人", "至少配备4人", "至少配备3人"),
            "安徽最多：广东至少配备2人[1]，安徽至少配备4人[2]，宁夏至少配备3人[3]。",
        ),
        (
            "期限谁更长",
            ("不得超过1年", "不得超过18个月"),
            "安徽更长：广东不得超过1年[1]，安徽不得超过18个月[2]。",
        ),
        ("一样吗", ("年满六十五周岁", "65岁以上"), ""),  # one is a bound, the other is not
        (
            "标准一样吗",
            ("按保险金百分之十的标准发放医疗补助", "延长领取的，为原保险金的百分之八十"),
            "",  # of two things
        ),
        ("规定一样吗", ("未满十二周岁", "未满12岁"), "相同：广东十二周岁[1]，安徽12岁[2]。"),
        (
            "规定一样吗",
            ("每一百户不低于二十平方米", "每百户不低于30平方米"),
            "不同：广东不低于二十平方米[1]，安徽不低于30平方米[2]。",
        ),
        (
            "面积差多少",
            ("每百户20平方米", "每百户30平方米"),
            "相差10平方米：广东20平方米[1]，安徽30平方米[2]。",
        ),
        (
            "哪个起步早",
            ("2017年起开展试点", "从2018年5月起实施"),
            "广东更早：广东2017年[1]，安徽2018年5月[2]。",
        ),
        ("哪个起步早", ("2018年起开展试点", "从2018年5月起实施"), ""),  # not settled
        ("谁更长", ("十个工作日", "20日"), ""),  # working days are not days
        ("谁更长", ("不少于三年", "不超过五年"), ""),  # the least and the most are not compared
        ("谁更重", ("处二千元以上一万元以下罚款", "处五千元罚款"), ""),  # a range
        ("谁更高", ("百分之十", ""), ""),  # one side alone
        ("谁更高", ("百分之十", f"{NEAREST}百分之二十"), ""),
        ("谁更高", ("第十条规定由民政部门主管", "第二十条规定由财政部门主管"), ""),  # no quantities
        ("有什么不同", ("百分之十", "百分之二十"), ""),  # no figure is asked for
    ],
)
def test_figures_are_compared_where_the_statements_settle_it(
    question: str, texts: tuple[str, ...], said: str
) -> None:
    assert balance(question, sides(*texts)) == said


def test_two_statements_of_a_side_settle_nothing() -> None:
    several = Side("安徽", (Point("不超过5年", (2,)), Point("不超过1年", (3,))))
    assert balance("谁更长", [*sides("不超过3年"), several]) == ""


def test_a_side_is_a_line_with_its_marks_or_says_that_it_is_silent() -> None:
    told = Side("广东", (Point("至少2人。", (1,)), Point("不得挪用", (2, 3))))
    assert told.line == "广东：至少2人[1]；不得挪用[2][3]。"
    assert Side("安徽").line == "安徽：现有文件未作规定。"


def test_the_sides_of_an_answer_are_the_lines_of_its_text(assistant: PolicyAssistant) -> None:
    """Only where the question compares: one region alone has no sides."""
    answer = assistant.answer("广东和安徽的社区服务经费有什么不同？")
    assert [side.name for side in answer.sides] == ["广东", "安徽"]
    assert answer.text.endswith("\n".join(side.line for side in answer.sides))
    numbers = {n for side in answer.sides for point in side.points for n in point.numbers}
    assert numbers == {c.number for c in answer.citations}
    assert assistant.answer("广东的社区服务经费从哪里来？").sides == ()
