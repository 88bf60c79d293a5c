"""A policy's provisions in, the sentences of it out that make sense alone: what an exercise may ask about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.retrieval import Passage
from ingest.card import Policy
from ingest.chunking import Chunk
from ingest.structure import Provision

SHORTEST, LONGEST = 16, 130
SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?][”’」』]?")
LABEL = re.compile(
    r"\s*(?:第[零〇一二两三四五六七八九十百千\d]+条(?:之[一二三四五六七八九十])?(?:至第[零〇一二两三四五六七八九十百千]+条)?"
    r"|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+、|\d{1,2}[.．、])[\s\u3000]*"
)
# Words that lean on what stands before, or that point elsewhere.
LEANING = re.compile(
    r"^(?:其(?!他)|该|此|这|它|上述|前款|前述|前项|有前|依照前|但|并|同时|或者|以及|因此|据此|另外|还|也|对此|具体|除前|违反前|两者|二者)"
)
POINTING = re.compile(
    r"前款|前条|前[一二两三四五]款|前项|上述|上款|本条|本款|下列|如下|附件|附表|见附|以下(?:简称|内容|情形|条件|材料)"
    r"|(?:本|依照|按照)[^，。]{0,6}第[零一二三四五六七八九十百\d]+[条款章]|第[一二三四五六七八九十]+款|的内容是[：:]"
    r"|[这那]\S{0,1}[个些项类份种]|[，；]其(?!他|中)[^，；。]{0,6}(?:标准|办法|情形)由"
)
# About the document itself, how it came about or was reported: no rule of it.
ABOUT = re.compile(
    r"非官方原文|报道|记者|文章|网页|栏目|题为|标题|全称|署名|发布时间|撰写|摘要|通过，|次会议|修正|修订|公布根据"
    r"|自[^，。]{2,14}起(?:施行|实施|执行)|同时废止|制定本|参照本|适用本|解释权|负责解释|授予|接见|表彰了|贯彻的是|主题教育|的通知分析"
    r"|(?:立法目的|目的)[：:]|依据是"
)
SAYS = re.compile(
    r"应当?|可以|不得|必须|不能|禁止|负责|由|是|为|指|包括|不超过|不低于|至少|要|实行|建立|给予|支持|鼓励|列入"
)
PAIRS = ("（）", "“”", "《》", "()", "‘’", "〔〕")


@dataclass(frozen=True)
class Rule:
    """One sentence that stands alone; `text` is a verbatim piece of passage.chunk.text."""

    text: str
    passage: Passage


def rules(policy: Policy, provisions: Sequence[Provision], chunks: Sequence[Chunk]) -> Iterator[Rule]:
    """The sentences that open a 条, 款 or paragraph of a policy and need nothing around them, in order.

    The first sentence has its subject; a later one often has left it out.
    """
    starts = [chunk.start for chunk in chunks]
    for provision in provisions:
        if provision.kind not in ("条", "款", "段", "部分"):
            continue
        label = LABEL.match(provision.text)
        sentence = SENTENCE.match(provision.text, label.end() if label else 0)
        if sentence is None or provision.text[sentence.end() - 2 : sentence.end()] == "：":
            continue
        text = sentence.group().strip()
        place = bisect_right(starts, provision.start) - 1
        if place >= 0 and stands_alone(text) and text in chunks[place].text:
            yield Rule(text, Passage(chunks[place], policy, 0.0))


def stands_alone(text: str) -> bool:
    """Whether a sentence says something by itself.

    Example: stands_alone("该办法由前款规定的部门制定。") -> False
    """
    return (
        SHORTEST <= len(text) <= LONGEST
        and all(text.count(pair[0]) == text.count(pair[1]) for pair in PAIRS)
        and bool(SAYS.search(text))
        and not any(pattern.search(text) for pattern in (LEANING, POINTING, ABOUT))
    )
