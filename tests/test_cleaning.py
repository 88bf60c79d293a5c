"""Cleaning cases are the text files in fixtures/cleaning: a page, a line with ".", what is left of it."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.cleaning import character_error_rate, comparable, leave_alone
from ingest.cleaning import PageFacts, Repair, clean
from ingest.readers import read

FIXTURES = Path(__file__).parent / "fixtures" / "cleaning"
CASES = sorted(FIXTURES.glob("*.txt"))
BENCH = Path(os.environ.get("BENCH_DIR", Path(__file__).parents[1].parent / "shared"))
needs_bench = pytest.mark.skipif(not (BENCH / "evals/clean").is_dir(), reason="needs BENCH_DIR")


def case(path: Path) -> tuple[str, str]:
    given, expected = path.read_text(encoding="utf-8").split("\n.\n")
    return given, expected.rstrip("\n")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_page_leaves_its_document(path: Path) -> None:
    page, document = case(path)
    assert clean(page).text == document


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cleaning_twice_equals_cleaning_once(path: Path) -> None:
    once = clean(case(path)[0]).text
    assert clean(once).text == once


def test_facts_of_removed_furniture_are_kept() -> None:
    assert clean(case(FIXTURES / "furniture.txt")[0]).meta == PageFacts(
        published="2021-03-04",
        source="某省民政厅",
        title="关于做好临时救助工作的通知",
        breadcrumbs="首页 > 政务公开 > 通知公告",
    )


def test_every_repair_names_its_reason() -> None:
    assert clean("實(shí)施,,發(fā)展,。\n县级民政部门办理。").repairs == (
        Repair("转换器插入的拼音", "(shí)", ""),
        Repair("转换器插入的拼音", "(fā)", ""),
        Repair("重复的标点", ",", "", 2),
        Repair("繁体还原为简体", "實", "实"),
        Repair("繁体还原为简体", "發", "发"),
    )


def test_a_character_that_cannot_be_proven_is_marked_and_reported() -> None:
    repairs = clean(case(FIXTURES / "cut_beyond_repair.txt")[0]).repairs
    assert Repair("字节损坏，无法还原", "?jī)", "\ufffd") in repairs


PIECES = st.sampled_from(
    [
        *(line for path in CASES for line in case(path)[0].split("\n")),
        "", " ", ",", "、", "?", "發(fā)", "?jī)", "|", "# ", "第一条 ",
        "\u200b", "\r", "　", "&amp;nbsp;", "-", "相关新闻",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(PIECES, st.sampled_from(["", "\n", "\n\n"])), max_size=14))
def test_cleaning_is_idempotent_on_mixed_pages(pieces: list[tuple[str, str]]) -> None:
    once = clean("".join(text + end for text, end in pieces)).text
    assert clean(once).text == once


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_cleaning_is_idempotent_on_any_text(text: str) -> None:
    once = clean(text).text
    assert clean(once).text == once


def test_laws_are_left_alone(tmp_path: Path) -> None:
    law = "# 某某条例\n\n2020年1月1日通过\n\n## 第一章　总　则\n\n第一条 为规范（以下略），制定本条例。\n"
    (tmp_path / "law.md").write_text(law, encoding="utf-8")
    figures = leave_alone([tmp_path / "law.md"])
    assert (figures.documents, figures.changed, figures.unstable) == (1, 0, [])


def test_character_error_rate_is_edits_over_length() -> None:
    assert comparable("---\ntitle: x\n---\n# （一） 总则") == "(一)总则"
    assert character_error_rate("abxd", "abcd") == 1 / 4


@needs_bench
@pytest.mark.parametrize("gold", sorted((BENCH / "evals/clean").glob("*.md")), ids=lambda path: path.stem)
def test_seed_pages_come_out_as_cleaned_by_hand(gold: Path) -> None:
    text = gold.read_text(encoding="utf-8")
    source = text.split("source_file: ")[1].split("\n")[0]
    ours = clean(read(BENCH / "seeds" / source).text).text
    assert character_error_rate(comparable(ours), comparable(text)) <= 0.001
