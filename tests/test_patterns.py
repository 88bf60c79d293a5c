"""Everyday words to the rules' terms: data/lexicon.yaml, which an office extends."""

import re
from collections import Counter
from time import perf_counter

import pytest

from assistant.patterns import everyday, lexicon, terms_for


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("甲方是谁", "购买主体"),
        ("两家公司是同一个老板，能都来投标吗", "单位负责人为同一人"),
        ("几家供应商商量好报价", "恶意串通"),
        ("给评委塞红包", "行贿"),
        ("把采购项目拆成几次买", "化整为零"),
        ("中了标又反悔", "拒绝签订合同"),
        ("82岁没儿没女", "老年人"),
        ("82岁没儿没女", "无法定赡养、抚养、扶养义务人"),
        ("看病花光了积蓄", "医疗救助"),
        ("房子被洪水冲垮了谁给盖", "居民住房恢复重建"),
        ("冒领低保金", "骗取"),
        ("低保要去哪办", "受理"),
        ("低保批下来要几天", "作出决定"),
        ("救灾款让他装进了自己腰包", "贪污"),
        ("捐出去的钱想要回来", "捐赠人"),
        ("协会散伙要办什么", "注销登记"),
        ("义工干了多少小时", "志愿服务记录证明"),
        ("坐轮椅的人", "残疾人"),
        ("被老板炒了", "解除劳动合同"),
        ("这样会不会坐牢", "依法追究刑事责任"),
        ("单位压着货款不给", "拖欠"),
    ],
)
def test_what_people_say_is_what_the_rules_call_otherwise(said: str, meant: str) -> None:
    assert meant in terms_for(said)


@pytest.mark.parametrize(
    ("elsewhere", "meant"),
    [
        ("合同签完就反悔", "履行捐赠义务"),
        ("水果变卖了", "不易储存"),
        ("他家涨工资了", "动态管理"),
        ("小店换了招牌", "变更登记"),
        ("满6岁上小学", "老年人"),
        ("社区服务由谁主管", "业务主管单位"),
    ],
)
def test_a_word_of_many_senses_is_read_by_what_stands_beside_it(elsewhere: str, meant: str) -> None:
    assert meant not in terms_for(elsewhere)


def test_a_term_is_given_once() -> None:
    found = terms_for("陪标抬价，供应商商量好报价，一伙的")
    assert [term for term, times in Counter(found).items() if times > 1] == []


def test_only_words_in_their_sense_are_said_otherwise() -> None:
    assert [m.group() for m in everyday("捐了钱又反悔")] == ["捐了", "反悔", "反悔"]
    assert everyday("他又反悔") == []


def test_every_row_says_something_new() -> None:
    rows = [(entry.everyday.pattern, entry.when.pattern) for entry in lexicon()]
    assert [row for row, times in Counter(rows).items() if times > 1] == []
    assert [entry for entry in lexicon() if not entry.terms or entry.everyday.search("")] == []
    marks = re.compile(r"[\s,，。;；?？]")
    assert [term for entry in lexicon() for term in entry.terms if marks.search(term)] == []


def test_a_long_question_is_read_in_no_time() -> None:
    question = ("捐房子给老人看病多少钱没有" * 80)[:1000]
    started = perf_counter()
    terms_for(question)
    assert perf_counter() - started < 2
