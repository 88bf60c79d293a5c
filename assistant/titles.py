"""The names of rules as people say them (政采法, 那版慈善法, 上海救助条例) and the policies they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.patterns import patterns
from ingest.card import Policy
from ingest.words import words

BEFORE_TITLE = re.compile(
    r"^(?:请问|按照?|根据|依据|依照|中华人民共和国|(?:国家|国务院|全国)的|现行的?|现在的?|最新的?|修[订改正][前后]的?|[那这]个?版?的?|"
    r"[新旧老]版?的?|(?:\d{4})?年?版的?|\d{4}年?的?)+"
)
SHORTEST_TITLE = 3
KIND = re.compile(r"(?:实施)?(?:条例|办法|细则|规定|法)$")


def bare_title(name: str) -> str:
    """The name of a rule alone, in full. Example: bare_title("按2014年版的政采法") -> "政府采购法" """
    name = BEFORE_TITLE.sub("", name).rsplit("的", 1)[-1]
    aliases = patterns()["aliases"].items()
    return next((str(full) for alias, full in aliases if re.fullmatch(alias, name)), name)


def plain_number(number: str) -> str:
    """A 文号 as it compares: plain_number("粤民发〔2022〕8号") == plain_number("粤民发[2022]第8号")"""
    return re.sub(r"[〔〕\[\]()（）第\s]", "", number)


def named(name: str, question: str, policies: Sequence[Policy]) -> list[Policy]:
    """The policies that a name means: of those whose title ends so, the one the question speaks of most,
    then the shortest (政府采购法 is not 政府采购法实施条例); versions of one policy stay together.

    Example: "实施条例" asked with "政府采购的" -> 政府采购法实施条例
    """
    if not name:
        return []
    name = bare_title(name)
    ending = [p for p in policies if p.title.strip("《》").endswith(name)]
    found = ending or [p for p in policies if name in p.title] or [p for p in policies if _loosely(name, p)]
    if not found:
        return []

    def fit(policy: Policy) -> tuple[float, int]:
        rest = policy.title.removeprefix("中华人民共和国").replace(name, "")
        pairs = [rest[i : i + 2] for i in range(len(rest) - 1)]
        spoken = sum(pair in question for pair in pairs) / len(pairs) if pairs else 0.5
        return spoken, -len(policy.title)

    best = max(found, key=fit)
    return [p for p in found if p.family == best.family]


def mentioned(question: str, policies: Sequence[Policy]) -> set[str]:
    """Ids of the policies whose whole title stands in a question, whatever stands around it; of titles
    inside one another the longest.

    Example: mentioned("未成年人保护法2024年改了哪里", …) -> all versions of 中华人民共和国未成年人保护法
    """
    found: dict[str, set[str]] = {}
    for policy in policies:
        for title in {policy.title, policy.source_title or ""}:
            bare = title.strip("《》").removeprefix("中华人民共和国")
            if len(bare) >= SHORTEST_TITLE and bare in question:
                found.setdefault(bare, set()).add(policy.id)
    longest = [t for t in found if not any(t != other and t in other for other in found)]
    return {identity for title in longest for identity in found[title]}


def missing(names: Sequence[str], policies: Sequence[Policy]) -> str | None:
    """A rule that is named and that none of the policies is, if there is one."""
    for name in names:
        bare = bare_title(name)
        if len(KIND.sub("", bare)) < 2 or re.search("[里叫说怎]", bare):
            continue
        if not any(
            bare in p.title + (p.source_title or "") or _ends(bare, p) or _loosely(bare, p) for p in policies
        ):
            return bare
    return None


def _ends(name: str, policy: Policy) -> bool:
    """Whether what was taken for a name only ends in a title (新旧农产品质量安全法)."""
    title = policy.title.strip("《》").removeprefix("中华人民共和国")
    return len(title) >= SHORTEST_TITLE and name.endswith(title)


def _loosely(name: str, policy: Policy) -> bool:
    """Whether every word of a name stands in a title (上海救助条例: 上海市社会救助条例)."""
    parts = words(name)
    return len(parts) > 1 and all(part in policy.title for part in parts)
