"""A table in prose is read; what only looks like one is not."""

import pytest

from assistant.bands import bands

TABLE = "县级民政局配备经办人员，300户以下的至少配备2人，300户到600户的至少配备4人，600户以上的至少配备6人。"


def test_a_table_of_bands_is_read_from_prose() -> None:
    assert [(b.low, b.high, b.measure, b.result, b.unit) for b in bands(TABLE)] == [
        (None, 300, "户", 2, "人"),
        (300, 600, "户", 4, "人"),
        (600, None, "户", 6, "人"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "300户以下的至少配备2人。",  # one band is no table
        "300户以下的由街道办理，300户到600户的由县级办理。",  # bands without a number
        "经费由省级财政补助70%。",
    ],
)
def test_what_is_no_table_of_bands(text: str) -> None:
    assert bands(text) == []


def test_the_two_ends_of_a_fine_are_no_band() -> None:
    assert bands("单位处2000元以上2万元以下的罚款，个人处500元以上5000元以下的罚款。") == []
