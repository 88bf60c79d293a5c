"""The order in which statements answer, and whether the best one answers at all; nothing of its weights."""

import numpy as np
import pytest
from passages import asked, passage

from assistant import PolicyAssistant
from assistant.features import FEATURES, enumerates
from assistant.ranking import Candidate, confidence, rank
from assistant.retrieval import Passage, fuse
from assistant.wanted import wanted
from ingest.library import Library


def ranked(assistant: PolicyAssistant, question: str) -> list[Candidate]:

    query = asked(question)
    encoding = assistant.retriever.encode(query.search_text)
    passages = assistant.retriever.retrieve(query, encoding)
    return rank(query, passages, wanted(query, encoding, assistant.retriever.rarity))


def test_what_both_sides_find_comes_first() -> None:
    assert fuse([["a", "b"], ["b", "c"]]) == ["b", "a", "c"]
    assert fuse([]) == []


def test_a_side_that_counts_more_decides() -> None:
    assert fuse([["a", "b"], ["b", "a"]], weights=[2, 1]) == ["a", "b"]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("谁主管社区服务", "民政部门主管"),
        ("合同最长几年", "不得超过3年"),
        ("对服务有异议的，几天内投诉", "15日内"),
        ("广东的社区服务人员每年培训几天", "不少于5天"),
        ("安徽的社区服务经费用于哪三个方面", "人员工资、场地租金、设备购置"),
        ("社区服务的经费谁也不能挪用吗", "任何单位不得挪用"),
    ],
)
def test_the_statement_that_answers_comes_first(assistant: PolicyAssistant, question: str, best: str) -> None:
    assert best in ranked(assistant, question)[0].statement.text


def test_candidates_are_in_the_order_of_their_scores_and_always_the_same(assistant: PolicyAssistant) -> None:
    first, again = (ranked(assistant, "社区服务合同最长几年") for _ in range(2))
    assert [c.score for c in first] == sorted((c.score for c in first), reverse=True)
    assert [(c.statement, c.score) for c in first] == [(c.statement, c.score) for c in again]
    assert all(len(c.features) == len(FEATURES) for c in first)
    assert all(np.isfinite(c.features).all() for c in first)


def test_confidence_is_a_probability_that_tells_a_rule_from_none(assistant: PolicyAssistant) -> None:
    known = ranked(assistant, "社区服务合同最长可以签几年")
    unknown = ranked(assistant, "食品安全处罚由市场监管局罚多少")
    assert all(0 <= confidence(c) <= 1 for c in (*known, *unknown))
    assert confidence(known[0]) > confidence(unknown[0])


def test_a_numbered_heading_is_no_answer(assistant: PolicyAssistant) -> None:
    texts = [c.statement.text.strip() for c in ranked(assistant, "广东社区服务的经费来源")]
    assert "二、经费来源" not in texts


def test_nothing_found_is_nothing_ranked(assistant: PolicyAssistant) -> None:

    query = asked("合同最长几年")
    encoding = assistant.retriever.encode(query.search_text)
    want = wanted(query, encoding, assistant.retriever.rarity)
    assert rank(query, [], want) == []
    assert rank(query, [passage("没有向量的片段。")], want) == []


@pytest.mark.parametrize(
    ("text", "count", "holds"),
    [
        ("三个方面：甲项、乙项、丙项。", 3, True),
        ("三个方面：甲项、乙项。", 3, False),
        ("一是甲；二是乙；三是丙。", 3, True),
        ("（一）甲；（二）乙。", 2, True),
        ("甲。", 2, False),
    ],
)
def test_whether_a_statement_lists_as_many_as_are_asked_for(text: str, count: int, holds: bool) -> None:
    assert enumerates(text, count) is holds


def test_a_word_the_library_holds_everywhere_tells_less_than_a_rare_one(assistant: PolicyAssistant) -> None:
    rarity = assistant.retriever.rarity(["社区服务", "福利彩票", "独角兽"])
    assert 0 <= rarity["社区服务"] < rarity["福利彩票"] <= 1
    assert 0 < rarity["独角兽"] <= 1


def test_a_scope_of_no_policy_finds_nothing(assistant: PolicyAssistant) -> None:
    assert assistant.retriever.search("社区服务", policy_ids=[]) == []


def test_a_search_finds_passages_with_where_they_stand(assistant: PolicyAssistant) -> None:
    found: list[Passage] = assistant.retriever.search("社区服务档案保存多久", k=5)
    library: Library = assistant.library
    assert 0 < len(found) <= 5
    assert "档案" in found[0].chunk.text
    for one in found:
        assert library.text(one.policy.id)[one.chunk.start : one.chunk.end] == one.chunk.text


def feature(candidate: Candidate, name: str) -> float:
    return candidate.features[FEATURES.index(name)]


@pytest.mark.parametrize(
    ("question", "least", "most"),
    [("社区服务有没有食堂", 0.6, 1.0), ("社区服务有没有合同", 0.0, 0.0)],
)
def test_what_the_last_noun_asks_for_is_seen_to_be_unnamed(
    assistant: PolicyAssistant, question: str, least: float, most: float
) -> None:
    found = next(c for c in ranked(assistant, question) if "履行期限最长" in c.statement.text)
    assert least <= feature(found, "head_unmet") <= most


def test_a_rule_of_the_nation_is_foreign_to_a_question_of_a_region(assistant: PolicyAssistant) -> None:
    for candidate in ranked(assistant, "广东社区服务合同最长几年"):
        assert feature(candidate, "foreign") == (candidate.passage.policy.region != "440000")
    assert not any(feature(c, "foreign") for c in ranked(assistant, "社区服务合同最长几年"))
