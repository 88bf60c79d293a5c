"""Sums, differences, shares and averages of figures that a question names by words."""

import pytest
from passages import asked, candidates, passage

from assistant.arithmetic import of_named
from assistant.citations import verify

WORK = (
    "全年接待来访群众12.5万人次，摸排低保、特困对象30万人次，入户探访留守儿童8.25万人次。"
    "建立120个孵化基地，培育社工服务机构300个。每年投入2.5亿多元。每年拿出500万元奖补优秀项目。"
)
PEOPLE = "建设社会工作服务站1500个，配备社会工作人才4000多名。通过线上线下培训社会工作人才5200多名。"


def told(question: str, *texts: str) -> str:
    """The last claim worked out of the texts (a passage each), before the rule's own words, verified."""
    query = asked(question)
    start, found = 0, []
    for text in texts:
        found.append(passage(text, start=start))
        start += len(text)
    claims = of_named(query, candidates(*found))
    assert verify(claims, query)[1] == []
    return claims[-1].text.split("：")[0] if claims else ""


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("来访接待、对象摸排、上门探访三个数加一块儿是多少？", "12.5万+30万+8.25万=50.75万人次"),
        ("接待来访和入户探访加起来多少万人次？", "12.5万+8.25万=20.75万人次"),
        ("接待来访的比入户探访的多多少人次？", "12.5万人次-8.25万人次=4.25万人次"),
        ("接待来访和摸排对象相差多少万人次？", "30万人次-12.5万人次=17.5万人次"),
        ("摸排的对象是接待来访群众的几倍？", "30万人次÷12.5万人次=2.4倍"),
        ("每年奖补的500万相当于每年投入的2.5亿的百分之几？", "500万元÷2.5亿多元≈2%（原数为约数）"),
        ("社工机构比孵化基地多几个？", "300个-120个=180个"),
        ("平均一个孵化基地培育几个机构？", "300个÷120个=2.5个"),
    ],
)
def test_figures_are_found_by_the_words_that_name_them(question: str, result: str) -> None:
    assert told(question, WORK) == result


@pytest.mark.parametrize(
    "question",
    [
        "接待来访、殡葬服务两个数加起来多少？",  # one of them is not told
        "接待来访、摸排对象、入户探访四个数加起来多少？",  # not as many as are counted
        "投入的钱比机构多多少？",  # money and bodies
        "今年接待来访的比去年多多少？",  # last year's is not told
        "接待来访群众有多少万人次？",
        "2023年接待来访和入户探访加起来多少？",  # of another year, for all the rule says
    ],
)
def test_nothing_is_worked_out_where_a_figure_is_not_named_clearly(question: str) -> None:
    assert told(question, WORK) == ""


def test_of_figures_that_are_about_right_the_result_is_so_too() -> None:
    question = "培训的社工人才比配备的多多少名？"
    assert told(question, PEOPLE) == "5200多名-4000多名≈1200名（原数为约数）"


def test_a_figure_of_another_passage_is_told_with_its_own_words_first() -> None:
    first, second = "配备社会工作人才4000多名。", "线上线下培训社会工作人才5200多名。"
    query = asked("培训的社工人才比配备的多多少名？")
    claims = of_named(query, candidates(passage(first), passage(second, start=100)))
    assert [claim.passage.chunk.text for claim in claims] == [second, first]
    assert claims[1].carried == (5200,)
    assert verify(claims, query)[1] == []


@pytest.mark.parametrize(
    ("question", "result"),
    [("这三个数加起来是多少人次？", "1万+2万+3.5万=6.5万人次"), ("这两个数加起来呢？", "")],
)
def test_figures_of_one_rule_are_added_up_where_as_many_are_named(question: str, result: str) -> None:
    assert told(question, "接待1万人次、摸排2万人次、探访3.5万人次。") == result


def test_a_figure_of_the_question_is_divided_by_another_of_it() -> None:
    assert told("4000多名社工人才、1500个站，平均一个站几个人？", PEOPLE).endswith("平均约2.67名，原数为约数")
