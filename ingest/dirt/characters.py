"""Dirt within a line: invisible characters, readings in brackets, doubled punctuation, converted script."""

import html
import re
import unicodedata
from functools import cache
from typing import cast

from ingest.dirt.repairs import Repair, Step, substitute

# One syllable of pinyin with its tone mark; the tone is what tells it from an English word.
SYLLABLE = "[a-zü]{0,4}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ][a-zü]{0,4}"
HANZI = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
READING = re.compile(rf"(?<=[{HANZI}])[（(]\s*(?:{SYLLABLE}|[ㄅ-ㄩˊˇˋ˙ー]+)\s*[)）]")
TONELESS = re.compile(rf"(?<=[{HANZI}])[（(]\s*[a-zü]{{1,6}}\s*[)）]")

# Radicals that PDF fonts put in place of characters and that NFKC leaves alone.
RADICALS = str.maketrans(
    "⺁⺠⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
    "厂民母虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
)
COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
# Cf of Unicode (zero width, bidi, soft hyphen, tags), variation selectors, controls other than \n and \t.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]"
)
LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|[lr][ds]quo|mdash|hellip|middot|[e]?[mn]sp|#\d{2,6}|#x[\da-fA-F]{2,5});"
)

# A converter's comma before the mark that stands there by right, and marks typed twice.
COMMA_BEFORE_MARK = re.compile(r"(?<![\s,，])[，,][ \u3000]?(?=[，,、。；;：:！？])(?![,，]\d)")
SAME_MARK_TWICE = re.compile("([、；：])\\1+|(?<!。)。。(?!。)")

# Words of the mainland's offices, and of those who write traditional characters by right.
MAINLAND = re.compile(
    "“|信息|網絡|質量|視頻|軟件|項目|自治區|黨委|省委|民政[部廳局]|財政[部廳局]|人民政府|縣級|國務院|街道|鄉鎮|習近平|人大代表|社區"
)
TRADITIONAL_HOME = re.compile(
    "[「」『』]|香港|澳門|臺灣|台灣|臺北|中華民國|行政院|立法[院會]|特區政府|資訊|網路|專案|品質|數位|軟體|里長|公所|市議會|政務司"
)


@cache
def _common() -> frozenset[str]:
    """The 3,755 characters of GB 2312 level 1: four fifths and more of any Chinese text."""
    rows = (bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return frozenset(b.decode("gb2312", "ignore") for b in rows) - {""}


@cache
def _traditional() -> re.Pattern[str]:
    """Characters that the conversion to simplified changes."""
    block = [chr(code) for code in range(0x4E00, 0xA000)]
    return re.compile(f"[{''.join(c for c in block if to_simplified(c) != c)}]")


@cache
def _converter() -> object:
    import opencc

    return opencc.OpenCC("tw2s")


def to_simplified(text: str) -> str:
    """Traditional to simplified by OpenCC; tw2s also sets 著 right (隨著 -> 随着, 著作 stays).

    Example: to_simplified("實施機制") -> "实施机制"
    """
    return cast(str, _converter().convert(text))  # type: ignore[attr-defined]  # opencc has no types


def common_share(text: str) -> float:
    """How much of the text's Chinese characters are everyday ones, 0..1 (1 for none at all)."""
    hanzi = [c for c in text if "\u3400" <= c <= "\u9fff"]
    return sum(c in _common() for c in to_simplified("".join(hanzi))) / len(hanzi) if hanzi else 1.0


def is_traditional(text: str) -> bool:
    """Whether the text as a whole is written in traditional characters."""
    found = len(_traditional().findall(text))
    return found > 0 and found > 0.12 * len(re.findall("[\u4e00-\u9fff]", text))


def normalise(text: str) -> Step:
    """Line ends, entities, invisible characters and look-alike radicals; no change of width."""
    text = LINE_ENDS.sub("\n", text)
    text, repairs = substitute("网页实体代码还原", ENTITY, html.unescape, text)
    text, invisible = substitute("不可见字符", INVISIBLE, "", text)
    text, done = substitute(
        "部首或兼容字形还原为汉字",
        COMPATIBLE,
        lambda c: unicodedata.normalize("NFKC", c.translate(RADICALS)),
        text,
    )
    return text, repairs + invisible + done


def strip_readings(text: str) -> Step:
    """Pinyin or bopomofo that a converter put in brackets after a character.

    Three in a page are a converter's; one or two are only if the character is an everyday one, since an
    author does explain how a rare one is read: 垚（yáo）stays, 發(fā)展 does not.
    Example: strip_readings("社會(huì )服務(wù)") -> ("社會服務", [...])
    """
    found = [m.start() for m in READING.finditer(text)]
    if not found:
        return text, []
    if len(found) < 3 and not all(to_simplified(text[i - 1]) in _common() for i in found):
        return text, []
    repairs: list[Repair] = []
    if len(found) >= 3 and TONELESS.search(text):
        from pypinyin import Style, pinyin

        def reads(match: str) -> str:
            said = match.strip("（()） ")
            return "" if said in toneless else match

        toneless = {
            s
            for m in TONELESS.finditer(text)
            for s in pinyin(text[m.start() - 1], style=Style.NORMAL, heteronym=True)[0]
            if s == m[0].strip("（()） ")
        }
        text, repairs = substitute("转换器插入的拼音", TONELESS, reads, text)
    text, done = substitute("转换器插入的拼音", READING, "", text)
    return text, repairs + done


def mend_punctuation(text: str) -> Step:
    """A comma doubled before another mark goes: “,,” -> “,”, “,、” -> “、”, “,。” -> “。”."""
    text, repairs = substitute("重复的标点", COMMA_BEFORE_MARK, "", text)
    text, done = substitute("重复的标点", SAME_MARK_TWICE, lambda marks: marks[0], text)
    return text, repairs + done


def is_converted(text: str, had_readings: bool) -> bool:
    """Whether a page in traditional characters was once simplified: dirt or mainland words say so."""
    if not is_traditional(text):
        return False
    return had_readings or len(set(MAINLAND.findall(text))) >= 2 + 2 * len(
        set(TRADITIONAL_HOME.findall(text))
    )


def simplify(text: str) -> Step:
    """Turn a converted page back to simplified characters, line by line."""
    changed: dict[tuple[str, str], int] = {}
    lines = []
    for line in text.split("\n"):
        plain = to_simplified(line)
        if len(plain) == len(line):
            for pair in zip(line, plain, strict=True):
                if pair[0] != pair[1]:
                    changed[pair] = changed.get(pair, 0) + 1
        elif plain != line:
            changed[line, plain] = 1
        lines.append(plain)
    return "\n".join(lines), [Repair("繁体还原为简体", a, b, n) for (a, b), n in changed.items()]
