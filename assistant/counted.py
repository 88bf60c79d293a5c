"""A question in, those of its figures out that a rule may give something for, and of how many bodies each is.

两个镇各350户 is 350户 of two; of 两万户居民，救助对象420户 only the second counts who is helped; the ends of
选1到2个 count nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.figures import Figure, figures

N = r"[\d一二两三四五六七八九十]+"
BODY = "乡镇|镇|乡|街道|县|区|市|局"
OF_SO_MANY = re.compile(
    rf"(?P<n>{N}个)(?:{BODY})[^,，。；;、\d]{{0,10}}?(?:各自?|均|每个|都)[^,，。；;、\d]{{0,8}}$"
)
SO_MANY_OF = re.compile(rf"(?P<n>{N}个)$")
THAT_HAVE = re.compile(rf"^的?(?:{BODY})")
FROM = re.compile(r"[由从][^,，。]{0,12}$")
RANGE_TO = re.compile(r"(?:个|名|人|户)?(?:[-—~～]|到|至)$")
RANGE = re.compile(rf"^(?:[-—~～]|到|至){N}")
LOW = re.compile(rf"{N}$")
# Who lives somewhere is not who is helped there.
RESIDENTS = re.compile("^(?:左右的?|的)?(?:居民|人家|常住|人口|住户|村民|户籍)")
ALL_WHO_LIVE = re.compile("(?:常住|户籍|居民|住户|总户数|总人口|总共住)[^,，。；;]{0,4}$")
SIDE = re.compile("^(?:及|或|和)?以(?P<side>[上下])")


@dataclass(frozen=True)
class Counted:
    """A figure of a question, of how many bodies it is, and on which side of it they are ("上", "下", "")."""

    figure: Figure
    bodies: Figure | None = None
    side: str = ""


def counted(question: str) -> list[Counted]:
    """The figures of a question that count something, in order."""
    told = figures(question)
    many = [f for f in told if f.value > 1]
    found = [_read(question, f) for f in many or told if not _idle(question, f)]
    bodies = {(c.bodies.start, c.bodies.end) for c in found if c.bodies}
    return [c for c in found if (c.figure.start, c.figure.end) not in bodies]


def _idle(question: str, figure: Figure) -> bool:
    """Whether it is an end of a range (1到2个), or counts who lives somewhere."""
    before, after = question[: figure.start], question[figure.end :]
    to = RANGE_TO.search(before)
    ranged = bool(to and LOW.search(before[: to.start()]) and not FROM.search(before[: to.start()]))
    ranged |= bool(RANGE.search(after)) and not FROM.search(before)
    return ranged or bool(RESIDENTS.search(after) or ALL_WHO_LIVE.search(before))


def _read(question: str, figure: Figure) -> Counted:
    before, after = question[: figure.start], question[figure.end :]
    m = OF_SO_MANY.search(before) or (SO_MANY_OF.search(before) if THAT_HAVE.search(after) else None)
    bodies = next((f for f in figures(question) if m and f.start == m.start("n") and f.value > 1), None)
    side = SIDE.search(after)
    return Counted(figure, bodies, side["side"] if side else "")
