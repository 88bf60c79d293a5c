"""Which questions ask for facts of a document itself, and which ask for what it lays down."""

import pytest

from assistant.document_asks import document_ask
from assistant.patterns import fold


@pytest.mark.parametrize(
    ("question", "facts", "noun"),
    [
        ("福建这条养老助餐的消息是哪天挂到网上的，来源写的谁", ["published", "source"], "消息"),
        ("福建那份意见谁点了头才发的，落款是哪三家", ["approved", "makers"], "意见"),
        ("陕西的通知哪一天发的，发给谁的", ["published", "addressed"], "通知"),
        ("这份通知主送哪些单位", ["addressed"], "通知"),
        ("谁印发的这个办法", ["makers"], "办法"),
        ("福建那个文件全称叫啥", ["name"], "文件"),
        ("那篇报道登在哪家报纸上，几月几号", ["source", "published"], "报道"),
        ("通知的文号是多少、从哪天起施行", ["number", "effective"], "通知"),
        ("母婴保护条例什么时候修订的", ["adopted"], "条例"),
        ("母婴保护条例是国务院第几号令公布的", ["number"], "条例"),
        ("新办法废止了哪个文件，管到哪天", ["replaces", "expires"], "办法"),
        ("發給誰的通知", ["addressed"], "通知"),
        ("福建那份呢，谁家发的", ["makers"], "文件"),
        ("福建的意见发之前过没过领导那一关，是哪三家合起来发的", ["approved", "makers"], "意见"),
        ("福建和陕西的文件都是好几个部门联名发的，各是哪些", ["makers"], "文件"),
        ("福建那篇是哪年哪月哪日贴到网上的", ["published"], "报道"),
    ],
)
def test_a_question_about_a_document_itself_is_read(question: str, facts: list[str], noun: str) -> None:
    ask = document_ask(fold(question))
    assert ask is not None
    assert ([fact for fact, _ in ask.facts], ask.noun) == (facts, noun)


def test_a_nickname_is_a_name() -> None:
    ask = document_ask("“闽六条”出自哪两个厅发的什么文件", ("闽六条",))
    assert ask is not None
    assert ask.facts == (("makers", "哪两个厅发的"), ("name", "什么文件"))
    assert ask.noun == "闽六条"


def test_what_tells_the_document_is_kept() -> None:
    ask = document_ask("福建关于养老助餐的通知什么时候印发的")
    assert ask is not None
    assert ask.about == "福建关于养老助餐的"


@pytest.mark.parametrize(
    "question",
    [
        "通知要求哪天前报名单",
        "申请后几日内发给谁",
        "福彩金从哪年起都投向养老",
        "意见里的补贴什么时候发的",
        "按这个办法，名单什么时候公布",
        "办法规定年度报告什么时候公布",
        "补贴哪天发到手",
        "通知是谁发的，补贴怎么领",
        "这份意见后来修订过没有",
        "条例老的和新的分别从哪天起施行",
        "联合印发的四个部门里有没有编办",
    ],
)
def test_a_question_about_what_is_laid_down_is_left_to_the_search(question: str) -> None:
    assert document_ask(question) is None
