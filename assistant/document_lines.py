"""A document in, the lines that hold a fact about itself out: under its title, at its beginning or end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.document_asks import PAGES
from assistant.traits import statements
from ingest.card import RANKS, Policy
from ingest.chunking import Chunk
from ingest.particulars import dates_in

BODY = re.compile(r"(?:第[一1]条|第[一1]章|一、)")
SENTENCE = 200  # a sentence up to this length is told whole
HISTORY = re.compile(r"[（(]?(?:根据|自|于|经)?\s*\d{4}\s*年")
ISSUING = re.compile(r"(?:印发|发布|出台|制定|下发|公布|发出)了?《|印发的文件")
MADE = re.compile(r"通过|公布|发布|颁布|印发|批准|下发|制定|时间|日期|来源")
DATED = re.compile(r"\s*[（(]?[\d〇○一二三四五六七八九零]{4}\s*[年.\-]\s*[^，。；]{1,8}[)）]?\s*")
LEARNED = re.compile(
    r"(?:记者|本报|据).{0,12}\d{1,2}月\d{1,2}日|(?:记者.{0,24}|从[^，。；,]{2,24})(?:获悉|得知|了解到|得到)"
)
SOURCE = re.compile(r"来源\s*[:：]|(?:转载|摘)自")
APPROVED = re.compile("经[^，,。；;]{2,40}?(?:同意|批准|审定|审议通过)")
READERS = re.compile(r"\s*(?!.*(?:如下|以下|下列))(?:各|本|有关|省|市|县|自治区)[^。；]{1,150}[:：]\s*")
SENT = re.compile("发给[^，,。；;]{2,30}|主送")
IN_FORCE = re.compile(
    r"(?:本[一-龥]{1,10}|^|[，,。])自[^，,。；;“”]{2,24}起(?:正式)?(?:施行|实施|执行|生效|试行)"
    r"|^.{0,20}\d日\s*起?(?:施行|实施|生效)$"
)
ON_ISSUE = re.compile("(?:公布|发布|印发|颁布|下发)之日")
RUNS_OUT = re.compile("(?:本[^。；，]{1,12}|(?:施行|实施|执行|生效)[^。；]{0,6})有效期")
REPEALS = re.compile("同时废止|即行废止|予以废止|相应废止|自行废止|停止执行|同时失效")
# What is asked → the verb of the line that tells it.
VERBS = (("修", "修正|修订|修改"), ("批准", "批准"), ("通过", "通过"), ("", "公布|发布|颁布|印发|令|公告"))
LOOSE = re.compile("出台|制定|定|发$|发的|出的")  # what a law's adoption answers as well as its publication
OWN_NOTICE = re.compile("整理|为准")  # what a digest says of itself
AMENDED = re.compile("修正|修订|修改")


@dataclass(frozen=True)
class Line:
    """Words of a document: text == chunk.text[start:end]; `front` where its rules have not yet begun."""

    chunk: Chunk
    start: int
    end: int
    front: bool

    @property
    def text(self) -> str:
        """Its words."""
        return self.chunk.text[self.start : self.end].strip()


@dataclass(frozen=True)
class Document:
    """A policy with its lines, in order."""

    policy: Policy
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, policy: Policy, chunks: Sequence[Chunk]) -> Document:
        """Cut a policy's chunks into lines: statements, or whole sentences where these are not long."""
        lines: dict[tuple[int, int], Line] = {}
        front = True
        for chunk in chunks:
            for statement in statements(chunk.text):
                front = front and not BODY.match(statement.text.strip())
                start, end = statement.sentence
                if end - start > SENTENCE:
                    start, end = statement.start, statement.end
                lines.setdefault((chunk.ordinal, start), Line(chunk, start, end, front))
        return cls(policy, tuple(_whole(line) for line in lines.values()))

    @property
    def report(self) -> bool:
        """Whether it is a page about a rule, not the rule."""
        return self.policy.rank == RANKS[-1]

    def told(self, fact: str, words: str, noun: str) -> list[Line]:
        """The lines that hold a fact asked for in these words, of what the question calls so."""
        return _FOUND[fact](self, words, noun)

    def having(self, pattern: re.Pattern[str]) -> list[Line]:
        """The lines that hold a pattern."""
        return [line for line in self.lines if pattern.search(line.text)]


def _whole(line: Line) -> Line:
    """A line, with the next one where a title that begins in it ends there."""
    text = line.chunk.text
    if not line.front or text.count("《", line.start, line.end) <= text.count("》", line.start, line.end):
        return line
    closed = text.find("》", line.end)
    stop = text.find("\n", closed)
    return replace(line, end=stop if stop > 0 else len(text)) if closed > 0 else line


def _history(document: Document, words: str) -> list[Line]:
    """Of the lines under a title those that say when and by whom it was made, and when last amended."""
    events = [line for line in document.lines if line.front and HISTORY.match(line.text)]
    verb = next(held for asked, held in VERBS if asked in words)
    found = [line for line in events if re.search(verb, line.text)]
    if not found and not LOOSE.search(words):
        return []
    amended = [line for line in events if AMENDED.search(line.text)][-1:]
    first = [line for line in found or events if not AMENDED.search(line.text)][:1]
    return amended if verb == VERBS[0][1] else list(dict.fromkeys((*(first or found[:1]), *amended)))


def _published(document: Document, words: str, noun: str) -> list[Line]:
    on = document.policy.published
    if history := _history(document, words):
        return history
    dated = [line for line in document.lines if on in [day for day, _, _ in dates_in(line.text)]]
    # The day on the card of a rule that was amended is that of the amendment.
    if _history(document, "修") or any(line.front and HISTORY.match(line.text) for line in dated):
        return _history(document, "制定")
    if told := [line for line in dated if MADE.search(line.text) or DATED.fullmatch(line.text)]:
        return sorted(told, key=lambda line: bool(OWN_NOTICE.search(line.text)))[:1]
    if noun in PAGES and on is None:
        return document.having(LEARNED)[:1]
    return []


def _makers(document: Document, words: str, noun: str) -> list[Line]:
    if history := _history(document, words) or _history(document, "制定"):
        return history
    if document.report and not document.policy.source_title:
        return _signed(document)[:1] if noun in PAGES else []
    if document.report or not document.policy.issuers:
        return document.having(ISSUING)[:1]
    if signed := _signed(document):
        return signed
    told = document.having(MADE) if document.policy.digest else []
    return [line for line in told if all(issuer in line.text for issuer in document.policy.issuers)][:1]


def _signed(document: Document) -> list[Line]:
    """The lines of a signature, or of who wrote a page: nothing but the name of a maker."""
    return [line for line in document.lines if line.text in document.policy.issuers]


def _number(document: Document, words: str, noun: str) -> list[Line]:
    number = document.policy.document_number
    digits = re.findall(r"[\d一二三四五六七八九十百]+", number or "")
    found = [line for line in document.lines if line.front and digits and "号" in line.text]
    return [line for line in found if all(part in line.text for part in digits)][:1]


def _name(document: Document, words: str, noun: str) -> list[Line]:
    policy = document.policy
    names = (policy.title,) if noun in PAGES else (policy.source_title, policy.title)
    for name in ("".join((name or "").strip("《》").split()) for name in names):
        titled = [line for line in document.lines if name and name in "".join(line.text.split())]
        quoted = [line for line in titled if f"《{name}》" in "".join(line.text.split())]
        if titled:
            return (quoted if document.report and noun not in PAGES and quoted else titled)[:1]
    return []


def _effective(document: Document, words: str, noun: str) -> list[Line]:
    """The line that says from when it holds; with that of its issue, where it holds from then, or of its last
    amendment, where that came later."""
    told = document.having(IN_FORCE)[-1:]
    said = [day for line in told for day, _, _ in dates_in(line.text)]
    if told and not said:
        issued = _published(document, "公布", noun) if ON_ISSUE.search(told[0].text) else []
        return [*told, *issued] if issued else []
    amended = _history(document, "修")
    later = [day for line in amended for day, _, _ in dates_in(line.text)]
    return [*told, *(amended if said and later and later[-1] > said[0] else ())]


def _approved(document: Document, words: str, noun: str) -> list[Line]:
    approving = _history(document, "批准") if "批准" in words else []
    return approving or [line for line in document.having(APPROVED) if line.front][:1]


def _source(document: Document, words: str, noun: str) -> list[Line]:
    told = document.having(SOURCE)
    return told[:1] or ([] if document.policy.source else document.having(LEARNED)[:1])


_FOUND: dict[str, Callable[[Document, str, str], list[Line]]] = {
    "approved": _approved,
    "addressed": lambda d, words, noun: (
        [line for line in d.lines if line.front and READERS.fullmatch(line.text)] or d.having(SENT)
    )[:1],
    "number": _number,
    "expires": lambda d, words, noun: d.having(RUNS_OUT)[:1],
    "effective": _effective,
    "replaces": lambda d, words, noun: d.having(REPEALS)[-1:],
    "published": _published,
    "adopted": lambda d, words, noun: _history(d, words),
    "makers": _makers,
    "source": _source,
    "name": _name,
}
