"""A question in, the day whose law it asks for out, and which versions of a rule it means."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.patterns import patterns
from assistant.session import Session

YEAR_MONTH_DAY = re.compile(r"((?:19|20)\d{2})年(?:(\d{1,2})月)?(?:(\d{1,2})[日号])?")
EDITION = re.compile(
    r"((?:19|20)\d{2})年?(?:的|那|这|版|修订|修正|修改|改|修|施行|实施|发布|出台|通过|旧|老"
    r"|(?!\d{1,2}月)[^,，。]{0,12}(?:条例|法|办法)(?:怎么|是|里))"
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|版|[和与跟到])")
TODAY = re.compile("现在|现行|如今|目前|今天")
# 2010年在北京不让孩子上学: the law of that year; not 2018年起, which a rule may say of itself.
IN_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2})年(?!\d)(?!起|以?后|往后|之后|以来|至|到|以?前|之前|年?底|末|初|度|新增|计划)(?=[一-龥,，])"
)
AS_OF = re.compile(r"(?<!什么)(?<!啥)时候|那天|当时|时$|[,，]")
# 2024年6月厂里收了货，当时的条例: wherever it stands, the day named is the day asked for.
THEN = re.compile("当时|那时候?|那会儿?|那阵子?")


# 2022年那会儿, 2023年5月: at the beginning of a question it says whose law counts, and no rule holds it.
OF_A_DAY = re.compile(
    r"^(?:在|到了?|按照?|依照|根据)?(?:19|20)\d{2}年(?:\d{1,2}月)?份?(?:\d{1,2}[日号])?"
    r"(?:的时候|那(?:会儿?|时候?|阵子?|天|年)|时(?=[,，])|当时)?[,，、]?"
    r"(?![的版修改旧老新发出施实通以起后前之底末初度至到])(?=.{4})"
)


# 2023年接待了多少人 asks for what was done in that year.
ASKS_THE_LAW = re.compile(r"当时|那会|那时|那阵|那天|条例|办法|规定|规矩|政策|[^方办想做看说]法(?![人子])")


@dataclass(frozen=True)
class When:
    """The day whose law counts (`as_of`), and `version`: "", "current", "previous" or "change".

    `edition` is the year by which a version is called, or 0; `against` the year of the earlier of the two
    versions that are compared, or 0.
    """

    as_of: date
    version: str
    edition: int
    against: int

    def gone_by(self, today: date) -> bool:
        """Whether it is the law of a day gone by, not what has changed since."""
        return self.as_of < today and not self.version


def when(text: str, session: Session, today: date) -> When:
    """Read it. Example: 2019年版和2024年版有什么不一样 -> 2024-12-31, "change", 2024, 2019"""
    editions = [int(m[1]) for m in EDITION.finditer(text)]
    years = {*editions, *(int(year) for year in YEAR.findall(text))}
    version = next(
        (name for name, pattern in patterns()["version"].items() if re.search(str(pattern), text)), ""
    )
    with_today = version == "change" and bool(TODAY.search(text))  # 2015年版和现在的
    compared = with_today or (version == "change" and len(years) > 1)
    editions = [] if with_today else editions or ([max(years)] if compared else [])
    return When(
        session.as_of or today if with_today else _as_of(text, editions, version, session, today),
        version,
        (max(editions) if version == "change" else editions[0]) if editions else 0,
        min(years, default=0) if compared else 0,
    )


def undated(text: str) -> str:
    """A question without the day at its beginning. Example: "2022年那会儿，低保找谁批" -> "低保找谁批" """
    return OF_A_DAY.sub("", text).lstrip(",，、") if ASKS_THE_LAW.search(text) else text


def _as_of(text: str, editions: Sequence[int], version: str, session: Session, today: date) -> date:
    """The day whose law is asked for: of an edition or a past year its last day, else the day named."""
    if editions:
        # 2019年版和2024年版有什么不一样: the later one, beside which the earlier is shown.
        return min(date(max(editions) if version == "change" else editions[0], 12, 31), today)
    if session.as_of:
        return session.as_of
    m = YEAR_MONTH_DAY.search(text)
    if m and m[2]:
        year, month, day = int(m[1]), int(m[2]), int(m[3] or 31)
        before, after = text[: m.start()], text[m.end() : m.end() + 6]
        counted_from = before.endswith(("从", "自")) or after.startswith(("起", "开始"))
        if (
            1 <= month <= 12
            and 1 <= day <= 31
            and not counted_from
            and (AS_OF.search(after) or THEN.search(text))
        ):
            return min(date(year, month, min(day, monthrange(year, month)[1])), today)
    elif (m := IN_YEAR.search(text)) and not text[: m.start()].endswith(("从", "自")):
        return min(date(int(m[1]), 12, 31), today)
    return today
