"""Whether a body may have a role, as the statements found say it."""

import pytest
from passages import asked, candidates, passage

from assistant.standing import of_the_body, standing

BUYERS = "购买主体是各级国家机关。"
EXCLUDED = "公益一类事业单位和群团组织，不得作为购买主体。"
ITEMS = "不得纳入政府购买服务范围的事项：应当由政府直接履职的事项。"
PERSONS = "企业和具备条件的个人可以作为承接主体。"


@pytest.mark.parametrize(
    ("question", "rules", "told", "says"),
    [
        ("镇政府能不能当购买主体", (ITEMS, BUYERS), [BUYERS], "可以"),
        (
            "妇联可以自己购买服务吗",
            (BUYERS, "群团组织不得作为购买主体。"),
            ["群团组织不得作为购买主体。"],
            "不可以",
        ),
        ("企业能来接活吗", (BUYERS, PERSONS), [PERSONS], "可以"),
        ("个人能来接活吗", (BUYERS, PERSONS), [PERSONS], ""),  # on a condition
        ("公益一类事业单位能当购买主体吗", (BUYERS, EXCLUDED), [EXCLUDED], "不可以"),
        ("村委会能不能当购买主体", (BUYERS, PERSONS), [], ""),
        ("购买主体有哪些", (BUYERS,), [], ""),  # asks not whether
    ],
)
def test_what_gives_the_body_its_role_or_denies_it(
    question: str, rules: tuple[str, ...], told: list[str], says: str
) -> None:
    query = asked(question)
    own = of_the_body(query, candidates(*(passage(rule, start=90 * n) for n, rule in enumerate(rules))))
    assert [c.passage.chunk.text for c in own] == told
    assert standing(query, own) == says


def test_rules_that_disagree_give_no_verdict() -> None:
    both = candidates(passage(BUYERS), passage("国家机关不得作为购买主体。", start=90))
    assert standing(asked("镇政府能不能当购买主体"), both) == ""
