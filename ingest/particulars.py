"""A text and its provisions in, what it says about itself out: dates, makers, numbers, what it repeals.

Every function reads what is written and answers None or () where nothing is: a card never guesses.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.numbering import read_number

_HAN = "〇○Ｏ零一二三四五六七八九十"
_DIGITS = str.maketrans("０１２３４５６７８９○Ｏ", "0123456789〇〇")
_DAY = rf"[0-9]{{1,2}}|[{_HAN}]{{1,3}}"
_DATE = re.compile(rf"([0-9]{{4}}|[{_HAN}]{{4}})\s*[年.\-/]\s*({_DAY})\s*[月.\-/]\s*({_DAY})(?:\s*日)?")
# The verb of an event and what it means for the version at hand.
_MADE = re.compile(r"通过|公布|发布|修正|修订|修改|批准|印发|颁布|制定|下发")
_STARTS = re.compile(r"施行|实施|生效|执行")
_BODY_END = r"(?:人民代表大会|办公室|中心|总局|总署|厅|局|部|委|办|会|署|院|府|行)"
_LABEL = re.compile(r"^[（(]?(?:(?:发文|制定|印发|发布)(?:机关|单位|部门)[:：])?")
_REPORTED = re.compile(
    r"(?:^|[，,。；;由经据向从])((?:[^，,。；;《》“”、]{2,40}、)*[^，,。；;《》“”、]{2,40}?)(?:近日|日前)?"
    r"(?:联合|共同|正式|已|近日|日前)*(?:印发|发布|出台|制定|下发|公布)(?:了)?《"
)
_LEARNED = re.compile(r"从([^，,。；《》]{2,30})(?:获悉|了解到|得知)")
_NUMBER = re.compile(r"([\u4e00-\u9fff]{1,12})[〔\[【（(［]\s*(\d{4})\s*[〕\]】）)］]\s*第?\s*(\d+)\s*号")
_DECREE = re.compile(rf"([\u4e00-\u9fff、\s]{{2,40}}?(?:令|公告))[\s（(]*第?\s*([0-9{_HAN}百千]+)\s*号")


@dataclass(frozen=True)
class Event:
    """Something that happened to a document: on this day, in these words."""

    on: date
    words: str


def dates_in(text: str) -> Iterator[tuple[date, int, int]]:
    """Every real date with its span: "二〇二〇年三月一日" and "2020-03-01" alike."""
    plain = text.translate(_DIGITS)
    for match in _DATE.finditer(plain):
        try:
            yield date(*(read_number(part) for part in match.groups())), match.start(), match.end()
        except (ValueError, KeyError):
            continue


def date_of(text: str) -> date | None:
    """The first date in a text, or None."""
    return next((on for on, _, _ in dates_in(text)), None)


def events(note: str) -> list[Event]:
    """Read the lines under a title: each date with the words up to the next one."""
    found = list(dates_in(note))
    ends = [*(start for _, start, _ in found), len(note)][1:]
    return [Event(on, note[end:stop].strip()) for (on, _, end), stop in zip(found, ends, strict=True)]


def made_on(history: Sequence[Event]) -> date | None:
    """The day of the last adoption, publication or revision."""
    return max((event.on for event in history if _MADE.search(event.words)), default=None)


def starts_on(history: Sequence[Event], text: str, published: date | None) -> date | None:
    """The day from which this version is in force: never before its own last revision."""
    stated = [event.on for event in history if _STARTS.search(event.words) and not _MADE.search(event.words)]
    said = re.findall(
        r"自([^，。；“”]{4,24}?)(?:之日)?起(?:正式)?(?:施行|实施|执行|生效|试行)", text.translate(_DIGITS)
    )
    for words in reversed(said):
        if re.search(r"公布|发布|印发|颁布|下发|通过|批准", words):
            stated += [published] if published else []
            break
        if (on := date_of(words)) is not None:
            stated.append(on)
            break
    if not stated:
        return None
    return max(stated[-1], published) if published else stated[-1]


def ends_on(text: str, start: date | None) -> date | None:
    """The last day of 有效期: "有效期5年" counted from the start, or the day that is named."""
    match = re.search(
        r"(?:本[^。；，]{1,12}|(?:施行|实施|执行|生效)[^。；]{0,4}?)有效期(?:限)?(?:为|至|到|自|：|:)?([^。；]{1,40})",
        text,
    )
    if not match:
        return None
    named = [on for on, _, _ in dates_in(match[1])]
    if named:
        return named[-1]
    years = re.match(rf"\s*([0-9０-９{_HAN}两]{{1,3}})\s*年", match[1])
    if not years or start is None:
        return None
    last = date(start.year + read_number(years[1]), start.month, min(start.day, 28))
    return date.fromordinal(last.toordinal() + start.day - min(start.day, 28) - 1)


def repeals(text: str) -> tuple[str, ...]:
    """The titles a closing sentence repeals: 《…》同时废止."""
    titles: list[str] = []
    for sentence in re.split(r"[。\n]", text):
        if re.search(r"同时废止|即行废止|予以废止|相应废止|停止执行|自行废止|同时失效", sentence):
            titles += re.findall(r"《((?:[^《》]|《[^《》]*》)+)》", sentence.split("废止")[0] + "")
    return tuple(dict.fromkeys(titles))


def makers(title: str, history: Sequence[Event], signed: Sequence[str], opening: str) -> tuple[str, ...]:
    """Who made a document: by the note under its title, its title, its signature, or the page about it."""
    for event in history:
        if _MADE.search(event.words) and (bodies := _adopting(event.words)):
            return bodies
    heads = re.match(rf"(.+?{_BODY_END}(?:[、 　].+?{_BODY_END})*)\s*(?:关于|印发|转发|公告|令)", title)
    if heads and (bodies := split_bodies(heads[1])):
        return bodies
    if bodies := tuple(dict.fromkeys(body for line in signed for body in split_bodies(line))):
        return bodies
    reported = _REPORTED.search(opening) or _LEARNED.search(opening)
    return split_bodies(reported[1]) if reported else ()


def _adopting(words: str) -> tuple[str, ...]:
    """第九届全国人民代表大会常务委员会第二十八次会议通过 -> 全国人民代表大会常务委员会."""
    head = re.split(r"《|〈|<", words)[0]
    head = re.sub(r"(?:通过|公布|发布|修正|修订|批准|印发).*", "", head)
    decree = _DECREE.search(head)
    if decree:
        return split_bodies(re.sub(r"(?:令|公告)$", "", decree[1]))
    head = head.replace("人大常委会", "人民代表大会常务委员会")
    head = re.sub(rf"第?[{_HAN}百0-9]+(?:届|次)(?:全体|常务)?(?:会议)?", "", head)
    head = re.sub(r"审判委员会|检察委员会|会议|常务会$|公告|^[由经]", "", head)
    return split_bodies(head)


def split_bodies(words: str) -> tuple[str, ...]:
    """民政部、财政部 -> both; what is not the name of a body is left out."""
    plain = words.strip().replace("中华人民共和国", "") or words
    parts = [
        _LABEL.sub("", re.sub(r"\s", "", part))
        for part in re.split(r"[、，, 　]|联合|(?<=[厅局部委办会署院府行])和", plain)
    ]
    return tuple(dict.fromkeys(part for part in parts if re.fullmatch(rf".{{1,30}}{_BODY_END}", part)))


def document_number(head: str) -> str | None:
    """The 文号 among the lines around a title: 民发〔2020〕5号, 财政部令第102号; the last one counts."""
    found = [f"{m[1]}〔{m[2]}〕{m[3]}号" for m in _NUMBER.finditer(head)]
    if not found:
        found = [f"{_maker(m[1])}第{m[2]}号" for m in _DECREE.finditer(head)]
    return found[-1] if found else None


def _maker(decree: str) -> str:
    """中华人民共和国财政部令 -> 财政部令."""
    return re.sub(r"^.*(?:中华人民共和国|\d日)|^日|\s", "", decree)


def reported_title(opening: str) -> str | None:
    """The 《…》 a page reports on: the one it says was issued, or gives a short name to."""
    short = re.search(r"《((?:[^《》]|《[^《》]*》){6,80})》\s*[（(]以下简称", opening)
    issued = re.search(
        r"(?:印发|发布|出台|制定|下发|公布)(?:了)?《((?:[^《》]|《[^《》]*》){6,80})》", opening
    )
    found = short or issued
    return found[1] if found else None
