"""Which stretch of a text a training question's row means; one whose stretch has moved is left out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.session import Turn
from evals.metrics import normalise
from evals.training_libraries import Material, unpack
from evals.training_questions import (
    LIBRARIES_OF,
    MIXED,
    TRAINING,
    Read,
    TrainingQuestion,
    checksum_of,
    elsewhere,
    read_questions,
    read_set,
    stretch,
)
from ingest.storage import LibraryError

LAW = """# 河道条例

第一条　为了保护河道，制定本条例。

第二条　河道由水务局 （５ 人）管理。
采砂应当取得许可。

# 附

第二条　又一个第二条。
"""
PAGE = "某省建成 12 个站。\n每站三人。"
HELD = {"河道条例.md": LAW, "页.txt": PAGE}
ARTICLE_2 = "河道由水务局(5人)管理。采砂应当取得许可。"


def write(folder: Path, name: str, *rows: object) -> None:
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    (folder / name).write_text("".join(lines), encoding="utf-8")


def once(read: Read) -> list[TrainingQuestion]:
    """The questions without the library that each is asked of, those of the mixed one left out."""
    return [replace(q, library="") for q in read.questions if q.library != MIXED]


def place(text: str, quote: str) -> list[object]:
    at = text.index(quote)
    return [at, at + len(quote), checksum_of(quote)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of few rows: a document, a provision, a set with a conversation, a message."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "001.txt").write_text("报道\n\n某市设 ８ 个点。\n", encoding="utf-8")
    write(
        tmp_path,
        "documents.jsonl",
        {"document": "001.txt", "question": "几个点", "answer": [4, 12]},
        {"document": "001.txt", "question": "点的电话", "answer": None},
    )
    questions = [["谁管河", place(ARTICLE_2, "水务局(5人)管理")], ["河里能钓鱼吗", None]]
    write(tmp_path, "laws.jsonl", {"law": "河道条例.md", "article": "第二条", "questions": questions})
    evidence = [["页.txt", *place(normalise(PAGE), "建成12个站")]]
    turns = [{"role": "user", "content": "某省呢"}, {"role": "assistant", "content": "在建。"}]
    both = [*evidence, ["河道条例.md", *place(normalise(LAW), "采砂应当取得许可")]]
    row = {"group": "pages-1", "question": "几个站", "expected": "answer", "evidence": evidence}
    write(
        tmp_path,
        "pages.jsonl",
        {**row, "history": turns, "as_of": "2020-03-01"},
        {**row, "group": "laws-3", "expected": "compare", "evidence": both},
        {**row, "question": "站长是谁", "expected": "abstain", "evidence": []},
    )
    write(tmp_path, "messages.jsonl", {"question": "讲个笑话", "kind": "chat"})
    return tmp_path


def test_a_row_becomes_a_question_with_its_evidence(folder: Path) -> None:
    read = read_questions(HELD.__getitem__, folder)
    document = normalise("报道\n\n某市设 ８ 个点。\n")
    turns = ({"role": "user", "content": "某省呢"}, {"role": "assistant", "content": "在建。"})
    twelve, day = ("建成12个站",), date(2020, 3, 1)
    assert read.moved == 0
    assert once(read) == [
        TrainingQuestion("几个点", "documents", "001.txt", True, ("某市设 ８ 个点",), document),
        TrainingQuestion("点的电话", "documents", "001.txt", False, (), document),
        TrainingQuestion(
            "谁管河", "provisions", "河道条例.md", True, ("水务局(5人)管理",), "第二条" + ARTICLE_2
        ),
        TrainingQuestion("河里能钓鱼吗", "provisions", "河道条例.md", False, (), "第二条" + ARTICLE_2),
        TrainingQuestion("几个站", "pages", "pages-1", True, twelve, history=turns, as_of=day),
        TrainingQuestion("几个站", "laws", "laws-3", True, (*twelve, "采砂应当取得许可"), compares=True),
        TrainingQuestion("站长是谁", "pages", "pages-1", False),
        TrainingQuestion("讲个笑话", "messages", "messages-chat", False),
    ]
    assert [q.library for q in read.questions] == [
        *["training"] * 4,
        *["pages", MIXED, "laws", "pages", MIXED],
        *["pages", MIXED],
    ]


def test_a_session_is_what_was_said_before(folder: Path) -> None:
    asked = once(read_questions(HELD.__getitem__, folder))[4]
    assert asked.session().turns == [Turn("某省呢", "某省呢", "在建。")]
    assert asked.session().as_of == date(2020, 3, 1)


@pytest.mark.parametrize(
    ("name", "before", "after", "lost"),
    [
        ("河道条例.md", "河道由", "本市河道由", {2, 5}),  # what follows stands two characters further on
        ("河道条例.md", "第二条　河", "第三条　河", {2}),  # the article is another one now
        ("页.txt", "12", "13", {4, 5}),
    ],
)
def test_a_stretch_that_has_moved_is_left_out_and_counted(
    folder: Path, name: str, before: str, after: str, lost: set[int]
) -> None:
    changed = HELD | {name: HELD[name].replace(before, after)}
    whole, read = (read_questions(texts.__getitem__, folder) for texts in (HELD, changed))
    left = [q.text for n, q in enumerate(once(whole)) if n not in lost]
    assert [q.text for q in once(read)] == left
    assert read.moved == len(lost)


def test_a_stretch_is_known_by_its_checksum() -> None:
    assert stretch("甲乙丙", 1, 3, checksum_of("乙丙")) == "乙丙"
    assert stretch("甲乙丁", 1, 3, checksum_of("乙丙")) is None


def test_a_document_s_question_of_another_region_is_answered_by_nothing() -> None:
    asked = [
        TrainingQuestion("江苏的站谁管", "documents", "001.txt", True, ("民政局",), "正文"),
        TrainingQuestion("江苏几个站", "documents", "001.txt", True, ("三个",), "正文"),
        TrainingQuestion("甘肃谁出钱", "documents", "002.txt", False),
    ]
    assert list(elsewhere(asked)) == [TrainingQuestion("甘肃的站谁管", "documents", "001.txt", False)]


def test_in_a_set_that_quotes_its_evidence_what_is_to_be_refused_has_no_answer(tmp_path: Path) -> None:
    row = {"id": "1", "type": "t", "question": "几年", "must_include": [], "must_not_include": []}
    quote = [{"doc": "d", "quote": "不超过3年"}]
    write(
        tmp_path,
        "law.dev.jsonl",
        {**row, "expected": "answer", "evidence": quote},
        {**row, "expected": "abstain", "evidence": []},
        {**row, "expected": "refuse", "evidence": []},
    )
    assert read_set(tmp_path / "law.dev.jsonl", "laws") == [
        TrainingQuestion("几年", "laws", "law.dev", True, ("不超过3年",)),
        TrainingQuestion("几年", "laws", "law.dev", False),
        TrainingQuestion("几年", "laws", "law.dev", False),
    ]


def test_the_shipped_rows_are_whole_and_name_what_their_library_holds() -> None:
    """Where every text is empty, all that has a stretch is left out, and the rest is read."""
    read = read_questions(lambda name: "")
    laws = (TRAINING / "laws.txt").read_text(encoding="utf-8").splitlines()
    documents = {path.name for path in (TRAINING / "documents").iterdir()}
    assert {q.kind for q in read.questions} <= set(LIBRARIES_OF)
    assert {q.group for q in read.questions if q.kind == "documents"} == documents
    assert {q.group for q in read.questions if q.kind == "provisions"} <= set(laws)
    assert all(normalise(q.evidence[0]) in q.within for q in read.questions if q.evidence)
    assert len(read.questions) + read.moved > 12_000
    assert sum(path.stat().st_size for path in TRAINING.rglob("*.*")) < 4 * 2**20


def test_a_page_is_cleaned_and_a_law_is_as_it_stands(tmp_path: Path) -> None:
    pages, laws = tmp_path / "seeds", tmp_path / "laws"
    for at in (pages, laws):
        at.mkdir()
    dirty = "首页 > 政务公开 > 正文\n\n省民政廳印發(fā)通知，要求各站配備三人，每年培訓兩次。\n"
    (pages / "页.txt").write_text(dirty, encoding="utf-8")
    (laws / "河道条例.md").write_text(LAW, encoding="utf-8")
    material = Material(pages, laws, {})
    assert "(fā)" not in material.text_of("页.txt")
    assert material.text_of("河道条例.md") == LAW
    assert material.text_of("没有的条例.md") == ""


def test_without_the_texts_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="BENCH_DIR"):
        unpack(tmp_path / "nowhere", tmp_path)
