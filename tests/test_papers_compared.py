"""Questions about the papers of several regions, over the four policies of tests/policies."""

import pytest
from passages import passage

from assistant import PolicyAssistant, Status
from assistant.papers_compared import _asked, _reported


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("广东和安徽的文件各是哪个部门发的", ("广东省民政厅", "安徽省民政厅、安徽省财政厅")),
        ("广东的通知跟安徽的意见，名称和发文单位差在哪", ("广东省民政厅", "安徽省财政厅")),
        ("对比一下广东、安徽文件的发文单位", ("广东省民政厅", "安徽省财政厅")),
    ],
)
def test_each_paper_is_told_of_itself(
    assistant: PolicyAssistant, question: str, says: tuple[str, str]
) -> None:
    answer = assistant.answer(question)
    assert answer.status is Status.ANSWERED
    first, second = answer.text.splitlines()
    assert {first[:2], second[:2]} == {"广东", "安徽"}
    assert all(one in line for one, line in zip(says, sorted((first, second), reverse=True), strict=True))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("广东和湖南的文件,名称和发文单位差在哪", "文件全称是什么,是谁发的"),
        ("广东、湖南哪些部门联合发文", "文件是谁发的"),
        ("广东和湖南的社会服务意见分别什么时候出台的", "社会服务意见什么时候发的"),
        ("广东和湖南的文件,谁负责实施", ""),
        ("广东和湖南的文件对合同期限的规定,是谁发的", ""),
    ],
)
def test_only_facts_of_the_papers_are_asked_for(question: str, asked: str) -> None:
    assert _asked(question) == asked


def test_the_one_sentence_that_tells_of_the_issuing_is_told() -> None:
    told = "民政、财政2部门联合出台《关于推进社区服务的意见》，推动各级落实。"
    [claim] = _reported([passage(f"成效明显。{told}累计服务30万人。")])
    assert claim.text == told
    assert _reported([passage(f"{told}教育厅印发《关于学校服务的通知》，部署工作。")]) == ()
