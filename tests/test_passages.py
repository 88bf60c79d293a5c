"""The order of a plain search: what a whole passage has that speaks for it."""

import dataclasses

import numpy as np
import pytest

from assistant.passages import SIGNALS, in_order, signals
from assistant.retrieval import Passage
from ingest.card import Policy
from ingest.chunking import Chunk


def passage(title: str, text: str, near: float = 0.8, policy: str = "p", rank: int | None = None) -> Passage:
    chunk = Chunk(f"{policy}{text[:4]}", policy, 0, (title,), 0, len(text), text, "", title)
    card = Policy(id=policy, title=title, file_name=title, family=title)
    similar = np.full((4, 6), near, np.float32)
    return Passage(chunk, card, near, similar, lexical_rank=rank, cosine=near)


def told(
    one: Passage, question: str = "拖欠工资怎么办", sizes: dict[str, int] | None = None
) -> dict[str, float]:
    return dict(zip(SIGNALS, signals("拖欠工资怎么办", [one], {})[0], strict=True))


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("中华人民共和国民法典", "statute"),
        ("劳动合同法", "statute"),
        ("工伤保险条例（2010年修订）", "regulation"),
        ("最高人民法院关于审理民间借贷案件适用法律若干问题的规定", "interpretation"),
        ("四川省民政厅关于开展试点工作的通知", ""),
    ],
)
def test_the_kind_of_a_rule_is_told_by_the_end_of_its_name(title: str, kind: str) -> None:
    values = told(passage(title, "用人单位应当支付工资。"))
    assert [k for k in ("statute", "regulation", "interpretation") if values[k]] == ([kind] if kind else [])


def test_a_passage_that_comes_nearer_stands_higher() -> None:
    near, far = passage("甲法", "支付工资。", 0.9), passage("甲法", "缴纳会费。", 0.7)
    assert in_order("拖欠工资怎么办", [far, near], {}) == [near, far]


def test_of_equal_passages_the_comprehensive_statute_stands_higher() -> None:
    code, notice = passage("民法典", "支付工资。", policy="a"), passage("某局通知", "支付工资。", policy="b")
    assert in_order("拖欠工资怎么办", [notice, code], {"a": 1260, "b": 3})[0] is code


def test_pairs_of_characters_count_by_how_few_passages_hold_them() -> None:
    both = [passage("甲法", "拖欠工资的，应当支付。"), passage("甲法", "工资应当支付。")]
    column = SIGNALS.index("pairs")
    first, second = signals("拖欠工资", both, {})[:, column]
    assert first == 1.0
    assert 0 < second < 0.5


def test_a_passage_found_by_words_alone_has_its_rank_counted() -> None:
    found = passage("甲法", "支付工资。", rank=1)
    assert told(found)["lexical"] > told(dataclasses.replace(found, lexical_rank=None))["lexical"]


def test_nothing_found_is_no_order() -> None:
    assert in_order("拖欠工资怎么办", [], {}) == []
