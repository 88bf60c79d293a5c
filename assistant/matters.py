"""A question and a rule in, whether a sum may be done with the two at all: of one matter, and of one case."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.words import words

# 逾期仍不缴纳的, 情节严重的: a graver case, which a question has to name.
GRAVER = (
    (
        re.compile("逾期|仍不|拒不|拒绝"),
        re.compile("逾期|超期|过期|拖|拒|不[肯愿改交缴]|仍|还是?不|没[改交缴]|欠"),
    ),
    (re.compile("严重|重大|恶劣"), re.compile("严重|重大|恶劣|后果")),
    (re.compile("再次|累犯|两次以上"), re.compile("再次|又|第二次|两次|屡|多次")),
)
# 是一个意思吗: of what figures mean, not of how many they are.
MEANING = re.compile(
    "(?:一个|同一?个?|什么|啥|哪个)意思|意思(?:一样|相同)|一回事|一码事|同一(?:个|件|样|回|码|项|种|条)|指的是|指什么|怎么理解"
)
# 合同3年的说法是真的吗: a figure of the document, not of a case.
QUOTED = re.compile(r"说的|所说|提到|写的|规定的|那条|那个|说法|真的|属实|依据|出处|原话|一致|相同|一样")
OF_THE_CASE = 2  # words of the question that a rule must have
ASKING = re.compile(r"[^,，。；;？?]*(?:多少|几|多大)[^,，。；;？?]*")
PLAIN = frozenset(
    {"多少", "最多", "最少", "至少", "最高", "最低", "一共", "总共", "合计", "可以", "应该", "大概", "金额"}
    | {"比例", "标准", "项目", "资金", "投入", "进行", "给予", "工作", "服务", "单位", "每月", "每年", "需要"}
    | {"要求", "规定", "按照"}
)  # fmt: skip


def graver(question: str, rule: str) -> bool:
    """Whether a rule is only of a graver case than the question tells (逾期仍不改正的)."""
    return any(case.search(rule) and not told.search(question) for case, told in GRAVER)


def of_the_case(told: Iterable[str], rule: str) -> bool:
    """Whether a rule has enough of the words that tell the case."""
    return sum(word in rule for word in told) >= OF_THE_CASE


def content(text: str) -> set[str]:
    """The words that tell what a text is of."""
    found = words(text, question=True)
    return {w for w in found if len(w) > 1 and w not in PLAIN and not any(c.isdigit() for c in w)}


def named(question: str, what: str, share: float) -> bool:
    """Whether the question has so large a share of the words for what a rule's sum is for."""
    wanted = content(what)
    return bool(wanted) and sum(word in question for word in wanted) >= share * len(wanted)
