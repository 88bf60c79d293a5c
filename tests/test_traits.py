"""What is kept of a text between questions is what reading it anew would give."""

import numpy as np
import pytest

from assistant.asked import Groups
from assistant.features import inside
from assistant.traits import folded, statements, traits

RULE = "宁夏的標準：\n（一）300户以下的，配2名；\n（二）其余的，每年3月1日前报告。"


def test_a_statement_is_read_with_its_lead_and_its_heading() -> None:
    """Its words are folded, the figures of each clause keep their unit, a date is seen."""
    first = statements(RULE)[1]
    lead = RULE[slice(*(first.lead or (0, 0)))]
    told = traits(first.text, lead, "标題")
    assert (told.text, told.heading, told.dated, told.bare) == (
        "(一)300户以下的,配2名;宁夏的标准:",
        "标题",
        False,
        False,
    )
    assert [(c.text, c.units) for c in told.clauses] == [("(一)300户以下的", {"户"}), ("配2名", {"名"})]
    assert traits(statements(RULE)[2].text, "", "").dated
    assert folded("標準") == "标准"


def test_a_text_is_read_once() -> None:
    """The second question pays nothing for it."""
    assert statements(RULE) is statements(RULE)
    assert traits("甲。", "", "") is traits("甲。", "", "")


def test_means_of_groups_of_places() -> None:
    """Words of one, two and three tokens, which may share one."""
    values = np.array([0.5, 1.0, 0.0, 0.25], np.float32)
    groups = Groups.of([np.array([1]), np.array([0, 1]), np.array([1, 2, 3])])
    assert groups.means(values) == pytest.approx([1.0, 0.75, 1.25 / 3])
    assert Groups.of([]).means(values) == []


def test_tokens_of_a_stretch_are_those_that_touch_it() -> None:
    """A token that only ends where the stretch begins is not in it."""
    spans = np.array([(0, 2), (2, 3), (3, 5), (5, 6)])
    assert [inside(spans, 2, 4), inside(spans, 3, 3), inside(spans, 0, 9)] == [
        slice(1, 3),
        slice(2, 2),
        slice(0, 4),
    ]
