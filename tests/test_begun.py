"""Whether a rule had begun to apply on a day: the line that says from when it does tells it."""

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from passages import TODAY, asked

from assistant.begun import begun
from assistant.citations import verify
from ingest.card import Policy
from ingest.chunking import Chunk

VERSIONS = {
    "old": ("第九条 本条例自2008年3月1日起施行。", date(2008, 3, 1)),
    "new": ("第十二条 本条例自2024年7月1日起施行。", date(2024, 7, 1)),
    "amended": ("第九条 本条例自2008年3月1日起施行。", date(2025, 2, 1)),
}


def told(question: str, *held: str) -> str | None:
    """What is said to a question of a library that holds these versions of one rule."""
    policies = {
        i: Policy(id=i, title="社区服务条例", file_name=i, family="f", effective=VERSIONS[i][1]) for i in held
    }
    lines = {i: Chunk(i, i, 9, (), 0, len(VERSIONS[i][0]), VERSIONS[i][0], "", "") for i in held}
    retriever = SimpleNamespace(named=lambda query: set(held), policies=lambda: policies)
    library = SimpleNamespace(chunks_of=lambda i: [lines[i]])
    draft = begun(asked(question), cast(Any, library), cast(Any, retriever), TODAY)
    if draft is None:
        return None
    assert verify(draft.claims, asked(question))[1] == []
    return draft.claims[0].text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "2024年5月20日那天，新修的社区服务条例开始用了吗",
            "还没有施行：第十二条 本条例自2024年7月1日起施行。",
        ),
        ("2024年8月20日那天，新修的社区服务条例生效了没", "已经施行：第十二条 本条例自2024年7月1日起施行。"),
        ("2024年5月20日那天，社区服务条例施行了没有", "已经施行：第九条 本条例自2008年3月1日起施行。"),
        ("2007年5月20日那天，社区服务条例实施了吗", "还没有施行：第九条 本条例自2008年3月1日起施行。"),
        ("2024年5月20日那天，社区服务条例怎么规定收费", None),
        ("新修的社区服务条例施行了吗", None),
    ],
)
def test_the_version_that_is_meant_tells_from_when_it_applies(question: str, answer: str | None) -> None:
    assert told(question, "old", "new") == answer


def test_an_amendment_that_does_not_say_its_own_day_tells_nothing() -> None:
    assert told("2025年1月20日那天，修改后的社区服务条例施行了吗", "old", "amended") is None
