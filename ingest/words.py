"""Text in, words out for the lexical index: one cut for documents and questions, so that they meet.

Words are those of jieba's search mode (a long word and the words inside it) over text that is folded to
simplified characters, NFKC and lower case; a number is kept with its unit as well.
"""

import logging
import math
import re
import tempfile
import unicodedata
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

_STOP = """
的 地 得 了 着 过 和 与 及 或 在 是 也 都 就 而 之 其 于 以 被 把 对 为 从 到 由 向 让 给 跟 将 等 里 上 下 中
时 个 我 你 您 他 她 它 们 我们 你们 他们 咱们 这 那 哪 这个 那个 哪个 哪些 这些 那些 这样 那样 这里 那里 哪儿
哪里 什么 怎么 怎样 怎么样 怎么办 如何 多少 几 谁 为什么 是否 是不是 能不能 可不可以 要不要 有没有 会不会
吗 呢 吧 啊 呀 嘛 么 哦 请 请问 想 要 问 知道 告诉 一下 一个 有 会 能 可以 应该 需要 说 还 又 再 很
但 但是 如果 因为 所以 关于 到底 究竟 具体 比如
"""
_UNITS = """
% ‰ 元 万 亿 万元 亿元 千元 百元 角 分 户 人 名 人次 个 件 项 家 所 份 张 次 倍 岁 周岁 年 年度 月 个月 日 天
号 小时 分钟 周 工作日 条 款 章 节 编 级 档 平方米 平米 亩 公顷 公里 米 公斤 吨 度 期 批 届 页 字 位 台 辆 套
"""
STOP_WORDS = frozenset(_STOP.split())
UNITS = frozenset(_UNITS.split())
NUMBER = re.compile(r"\d[\d.,:/-]*%?")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
NOUNS = frozenset({"n", "nz", "nt", "vn", "l", "j", "an"})
MOST_FREQUENT = 1_000_000
HELD = re.compile(r"\w")
# The segmenter takes the square of the length of what nothing breaks; no sentence is so long.
UNBROKEN = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%-]{1000}")


def words(text: str, question: bool = False) -> list[str]:
    """Cut text into words, in order, repeats kept; a question loses its stop words unless it has no others.

    Example: words("城鄉低保標準每月300元") -> ["城乡", "低保", "标准", "每月", "300", "300元", "元"]
    """
    found = list(_cut(fold(text)))
    return [word for word in found if word not in STOP_WORDS] or found if question else found


def uncommon(word: str) -> float:
    """How rare a word is in Chinese at large, in 0..1, by the segmenter's own counts; unknown ones are 0.7.

    Example: uncommon("孩子") < uncommon("食堂") < uncommon("公益金")
    """
    counts: dict[str, int] = segmenter().FREQ
    found = counts.get(word, 0)
    return 1 - math.log(found + 1) / math.log(MOST_FREQUENT) if found else 0.7


def nouns(text: str) -> list[str]:
    """The common nouns of a folded text, in order; names of places, people and times are left out.

    Example: nouns("社会救助协理员的学历有什么要求") -> ["社会", "协理员", "学历"]
    """
    return [word for word, tag in _tagger().cut(text) if tag in NOUNS and len(word) > 1]


def fold(text: str) -> str:
    """Fold width, case, thousands and traditional characters away: "１,０００萬元A" -> "1000万元a"."""
    simplified: str = _to_simplified().convert(unicodedata.normalize("NFKC", text))
    return THOUSANDS.sub("", simplified.lower())


def _cut(folded: str) -> Iterator[str]:
    number = ""
    for word in segmenter().cut_for_search(UNBROKEN.sub(r"\g<0>\n", folded)):
        if HELD.search(word):
            if number and word in UNITS:
                yield number + word
            yield word
        number = word if NUMBER.fullmatch(word) else ""


@cache
def _to_simplified() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _tagger() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from jieba.posseg import POSTokenizer
    return POSTokenizer(segmenter())


@cache
def segmenter() -> Any:
    """The one jieba of this process."""
    with warnings.catch_warnings():
        # jieba 0.42 has invalid escapes and imports pkg_resources; both warn at import and do no harm.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # jieba would trust a marshal file of a fixed name where anyone can write, and gains nothing by it.
    with tempfile.TemporaryDirectory() as tokenizer.tmp_dir:
        tokenizer.initialize()
    return tokenizer
