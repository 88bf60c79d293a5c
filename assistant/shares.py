"""Shares that a rule sets (不少于三分之二, 不得超过2%, 3倍以下), taken of a figure of the question."""

from __future__ import annotations

import re
from fractions import Fraction

from assistant.citations import Claim, Working, worked_out
from assistant.figures import Figure, figures, plain
from assistant.matters import ASKING, content, graver
from assistant.operands import stands
from assistant.query import Query
from assistant.ranking import Candidate
from ingest.regions import NATION

RATE = (
    r"[百千]分之[零一二三四五六七八九十百]+(?:点[零一二三四五六七八九]+)?|[二三四五六七八九十]分之[一二三四五六七八九]"
    r"|\d+(?:\.\d+)?%|\d/\d|[一二三四五六七八九十\d]+倍"
)
SHARE = re.compile(rf"(?:不得少于|不少于|不低于|占|不得低于|须有|应当有)[^，。；]{{0,20}}?(?P<share>{RATE})")
AT_MOST = re.compile(rf"(?:不得?超过|不高于|不得高于)[^，。；]{{0,20}}?(?P<share>{RATE})")
MOST_ASKED = re.compile("最多|至多|顶多|不能超过|上限|最高")
NOT = re.compile("(?<![除并是])非(?!法)([一-龥]{2})|不(公募|营利|盈利)")  # 非公募基金会
STILL_LACKING = re.compile("还差|还缺|还[要得需][^,，。]{0,6}多少|才(?:够|达标)")
AMONG_IT = re.compile("其中[，,]?[^，,；;。]*$")
WHOLE = re.compile("预算|总额|总[^,，。]{0,6}$")
BASES = ("收入|进账|挣|赚", "支出|花|开支", "余额|账上|结余")  # of what a share is taken
PERSONS = ("人", "名", "位")
PERSON = re.compile("人|理事|员|代表|专家|委|职工|户主")
BOUND = re.compile(
    rf"(?P<side>不得?超过|不高于|不得高于|不低于|不得低于|不少于|不得少于)[^，。；]{{0,24}}?(?P<share>{RATE})"
)
PORTION = re.compile(
    r"(?:不得?超过|不高于|不低于|不得低于|不少于|不得少于|按|处|以)(?P<base>[^，。；]{0,24}?)"
    rf"(?P<share>{RATE})(?:以上(?P<more>{RATE})以下)?"
)


def share(query: Query, candidate: Candidate) -> Claim | None:
    """The least or the most of a number in the question that a rule's share leaves whole (不少于三分之二)."""
    text = candidate.statement.text
    counts = [f for f in figures(query.focus) if f.unit in ("人", "名", "位", "个") and f.value > 1]
    found = [(m, least) for rule, least in ((SHARE, True), (AT_MOST, False)) for m in rule.finditer(text)]
    if not counts or not found or "amount" not in query.kinds or contrary(query.focus, text):
        return None
    fits = [_shared(_clause(text, m), query.focus) for m, _ in found]
    m, least = found[fits.index(max(fits))]
    if len({one["share"] for (one, _), fit in zip(found, fits, strict=True) if fit == max(fits)}) > 1:
        return None  # 其中公办园不低于百分之五十: which of the shares is asked for is not clear
    if not least and not MOST_ASKED.search(query.focus):
        return None
    whole, part = counts[0].value, figures(m["share"])[0].value
    exact = whole * part
    down = Fraction(exact.numerator // exact.denominator)
    count = down + (least and down != exact)
    rounded = "up" if least else "down"
    working = (Working("×", (whole, part), exact), Working("×", (whole, part), count, rounded))
    rate = m["share"] if m["share"].startswith(("百分之", "千分之")) or "%" in m["share"] else str(part)
    shown = f"={plain(exact)}" if count == exact else f"≈{plain(exact)}，向{'上' if least else '下'}取整"
    limit = f"{'至少' if least else '最多'}{plain(count)}{_unit(query.focus, counts[0])}"
    said = f"{limit}（{plain(whole)}×{rate}{shown}）"
    return worked_out(candidate.passage, text, said, (whole,), working)


def _unit(question: str, counted: Figure) -> str:
    """In what a part of so many is counted: persons, or what the question counts."""
    followed = question[counted.end : counted.end + 4]
    return "人" if counted.unit in PERSONS or PERSON.search(followed) else counted.unit


def contrary(question: str, rule: str) -> bool:
    """Whether one of the two speaks only of what is not what the other names (公募, 非公募)."""
    for pair in (*NOT.findall(rule), *NOT.findall(question)):
        word = "".join(pair)
        named = [bool(re.search(rf"(?<![非不]){word}", text)) for text in (question, rule)]
        denied = [bool(re.search(rf"[非不]{word}", text)) for text in (question, rule)]
        if named[0] != named[1] and denied[0] != denied[1] and named[0] != denied[0]:
            return True
    return False


def bound(query: Query, candidate: Candidate) -> Claim | None:
    """Whether one sum of the question is within the share of the other that a rule sets (不低于30%)."""
    of = sorted(sums(query), key=lambda f: -f.value)
    m = BOUND.search(candidate.statement.text)
    if len(of) != 2 or not m or not ("yes_no" in query.kinds or STILL_LACKING.search(query.focus)):
        return None
    if contrary(query.focus, candidate.statement.text):
        return None
    whole, part = of
    rate = figures(m["share"])[0].value
    limit = whole.value * rate
    least = m["side"].endswith(("低于", "少于"))
    kept = part.value >= limit if least else part.value <= limit
    relation = "等于" if part.value == limit else "高于" if part.value > limit else "低于"
    said = (
        f"{'符合' if kept else '不符合'}：{whole.text}×{m['share']}={money(limit)}，{part.text}{relation}它"
    )
    steps = [Working("×", (whole.value, rate), limit)]
    if least and not kept and STILL_LACKING.search(query.focus):
        steps.append(Working("-", (limit, part.value), limit - part.value))
        said += f"，还差{money(limit - part.value)}"
    return worked_out(candidate.passage, candidate.statement.text, said, (whole.value, part.value), steps)


def _share_of_share(query: Query, candidate: Candidate, of: Figure, share: str) -> Claim | None:
    """A share of what another share leaves (预留百分之三十以上；其中…不低于百分之六十), of the whole."""
    own = re.split("[，,；;。]", query.focus[: of.start])[-1]
    sentence = candidate.passage.chunk.text[slice(*candidate.statement.sentence)]
    before = re.findall(RATE, sentence.split("其中")[0])
    if not query.regions and candidate.passage.policy.region not in (None, NATION):
        return None  # a region's two shares are not everybody's
    if not WHOLE.search(own) or len(before) != 1 or sentence.count("其中") != 1:
        return None
    first, second = figures(before[0])[0].value, figures(share)[0].value
    part = of.value * first
    steps = (Working("×", (of.value, first), part), Working("×", (part, second), part * second))
    said = f"{of.text}×{before[0]}={money(part)}，其中{money(part)}×{share}={money(part * second)}"
    return worked_out(candidate.passage, sentence, said, (of.value,), steps)


def of_the_matter(question: str, candidate: Candidate) -> bool:
    """Whether the rule, or its document's title, has a word of what is asked (经济补偿多少)."""
    rule = candidate.statement.text + candidate.passage.policy.title
    asked = [words for clause in ASKING.findall(question) if (words := content(clause))]
    return all(any(stands(word, rule) for word in words) for words in asked)


def portion(query: Query, candidate: Candidate) -> Claim | None:
    """A share or a multiple, as a rule sets it, of the one sum in the question (不得超过2%, 3倍以下)."""
    of = sums(query)
    found = [m for m in PORTION.finditer(candidate.statement.text) if "罚款" not in m["base"]]  # of a fine
    if len(of) != 1 or not found or "amount" not in query.kinds:
        return None
    if contrary(query.focus, candidate.statement.text) or STILL_LACKING.search(query.focus):
        return None
    if not of_the_matter(query.focus, candidate):
        return None
    m = max(found, key=lambda m: _shared(_clause(candidate.statement.text, m), query.focus))
    case = re.split("[；;。]", candidate.statement.text[: m.start()])[-1]
    if _other_base(query.focus, m["base"]) or graver(query.focus, case):
        return None
    if AMONG_IT.search(candidate.statement.text[: m.start()]) and not m["base"]:
        return _share_of_share(query, candidate, of[0], m["share"])
    shares = [(text, figures(text)[0].value) for text in (m["share"], m["more"]) if text]
    working = [Working("×", (of[0].value, share), of[0].value * share) for _, share in shares]
    said = "，".join(
        f"{of[0].text}×{text}={money(step.result)}" for (text, _), step in zip(shares, working, strict=True)
    )
    return worked_out(candidate.passage, candidate.statement.text, said, (of[0].value,), working)


def _other_base(question: str, base: str) -> bool:
    """Whether a share is of something else than the question tells (of the spending, not of the income)."""
    of, told = ({kind for kind in BASES if re.search(kind, text)} for text in (base, question))
    return bool(of and told) and not of & told


def _clause(text: str, m: re.Match[str]) -> str:
    """The clause that a match stands in."""
    return re.split(r"[，,；;。]", text[: m.start()])[-1] + m.group()


def _shared(clause: str, question: str) -> int:
    """How many pairs of characters of a clause the question has."""
    return sum(clause[n : n + 2] in question for n in range(len(clause) - 1))


def sums(query: Query) -> list[Figure]:
    """The sums of money of a question; 160万 is one without a unit, and 加一块 is none."""
    told = [f for f in figures(query.focus) if f.text != "一块"]
    return [f for f in told if f.unit == "元" or (not f.unit and re.search("[万亿]$", f.text))]


def money(value: Fraction) -> str:
    """A sum as people write it. Example: money(Fraction(15000)) -> "1.5万元" """
    return f"{plain(value / 10000)}万元" if value >= 10000 else f"{plain(value)}元"
