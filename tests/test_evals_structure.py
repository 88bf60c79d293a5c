"""The measure of structure and cards can fail."""

from datetime import date
from pathlib import PurePosixPath

from evals.structure import Law, gaps, wrong_fields
from ingest.card import Policy
from ingest.structure import parse


def test_a_gap_is_an_article_that_does_not_follow() -> None:
    assert gaps(parse("第一条 甲。\n\n第二条 乙。\n\n第二条之一 丙。\n\n第三条 丁。")) == []
    assert gaps(parse("第一条 甲。\n\n第二条 乙。\n\n第四条 丙。")) == ["第四条"]


def test_a_card_is_held_against_folder_name_and_heading() -> None:
    law = Law(
        PurePosixPath("DLC/广东地方法规/地方性法规/广东/某条例(2020-01-02).md"), "# 某条例\n\n第一条 甲。"
    )
    right = Policy(id="i", title="某条例", rank="地方性法规", region="440100", published=date(2020, 1, 2))
    assert wrong_fields(law, right) == set()
    assert wrong_fields(law, Policy(id="i", title="条例")) == {"title", "region", "rank", "date"}
