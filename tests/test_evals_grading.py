"""What passes and what does not; and agreement with the reference grader where BENCH_DIR holds it."""

import importlib.util
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from evals.grading import Question, Reply, failures, load_questions

BENCH = Path(os.environ.get("BENCH_DIR") or Path(__file__).parents[2] / "shared")
ASKED = Question(
    id="q",
    text="街道几名社工",
    kind="answerable",
    expected="answer",
    must_include=(("2名", "两名"),),
    must_not_include=("5名",),
    evidence=("每个街道配备不少于2名社会工作者",),
)
CITED = ("第三条 每个街道配备不少于2名社会工作者。",)


def test_a_right_short_answer_with_its_evidence_passes() -> None:
    assert failures(ASKED, Reply("answered", "不少于两名。", CITED)) == []


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply("answered", "不少于12名。", CITED), "缺少：2名"),  # 2名 inside 12名 is another number
        (Reply("answered", "2名，也可5名。", CITED), "说错：5名"),
        (Reply("abstained", "2名。", CITED), "状态：abstained"),
        (Reply("answered", "2名。" + "长" * 600, CITED), "过长：603 字"),
        (Reply("answered", "2名。", ("别的条文",)), "未引用依据"),
    ],
)
def test_each_failure_has_its_reason(reply: Reply, reason: str) -> None:
    assert failures(ASKED, reply) == [reason]


def test_a_denied_form_is_not_asserted() -> None:
    assert failures(ASKED, Reply("answered", "2名，不是5名。", CITED)) == []


def test_digests_are_graded_without_the_evidence() -> None:
    assert failures(ASKED, Reply("answered", "2名。"), facts_only=True) == []


def test_a_comparison_needs_every_quote() -> None:
    both = Question("c", "比较", "cross-region", "compare", evidence=("甲省每年评估一次", "乙省两年评估一次"))
    assert failures(both, Reply("answered", "", ("甲省每年评估一次",))) == ["未引用依据"]
    assert failures(both, Reply("answered", "", ("甲省每年评估一次", "乙省两年评估一次"))) == []


@pytest.mark.parametrize(
    ("expected", "passing"),
    [
        ("abstain", {"abstained"}),
        ("refuse", {"abstained", "refused", "clarify"}),
        ("redirect", {"abstained", "refused", "clarify"}),
        ("per_region_or_clarify", {"answered", "clarify"}),
        ("correct", {"answered", "abstained", "refused", "clarify"}),
    ],
)
def test_statuses_by_expectation(expected: str, passing: set[str]) -> None:
    question = Question("q", "问", "kind", expected)
    statuses = {"answered", "abstained", "refused", "clarify"}
    assert {s for s in statuses if not failures(question, Reply(s, "答"))} == passing


def replies(row: dict[str, Any], rng: random.Random) -> list[dict[str, Any]]:
    """Right, wrong, denied, attributed, silent, long and badly cited replies to a question."""
    quotes = [e["quote"] for e in row["evidence"]]
    wrong = rng.choice(row["must_not_include"] or ["没有"])
    forms = "，".join(rng.choice(group) for group in row["must_include"])
    region = (row.get("attribution_ok") or ["广东"])[0]
    texts = [
        row["answer"],
        forms,
        f"{forms}。{wrong}",
        f"不是{wrong}；{forms}",
        f"{region}{wrong}。{forms}",
        "",
    ]
    texts += [f"{forms}1", f"1{forms}", f"{forms}，{wrong}，没有依据", row["answer"] * 30]
    texts += ["".join(row.get("clarify_ok", [])), row["answer"].replace("2", "12")]
    cited = [quotes, quotes[:1], [q[: len(q) * 3 // 5] for q in quotes], ["无关的片段"], []]
    return [
        {"status": status, "answer": text, "citations": [{"doc": "d", "text": q} for q in rng.choice(cited)]}
        for text in texts
        for status in ("answered", "abstained", "clarify", "refused")
    ]


@pytest.mark.parametrize("name", ["policy.dev.jsonl", "law.dev.jsonl"])
def test_agrees_with_the_reference_grader(name: str) -> None:
    """Same verdict, same wrong facts and same count of reasons on every question and many replies to it."""
    if not (BENCH / "evals" / "grade.py").exists():
        pytest.skip("BENCH_DIR 未设置或不存在：跳过与参考评分程序的对照")
    spec = importlib.util.spec_from_file_location("reference", BENCH / "evals" / "grade.py")
    assert spec
    assert spec.loader
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    path = BENCH / "evals" / name
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rng = random.Random(7)
    passed = 0
    for row, question in zip(rows, load_questions(path), strict=True):
        for given in replies(row, rng):
            ours = Reply(given["status"], given["answer"], tuple(c["text"] for c in given["citations"]))
            for facts_only in (False, True):
                theirs = reference.grade(row, given, facts_only)
                mine = failures(question, ours, facts_only)
                passed += not mine
                assert len(mine) == len(theirs), (row["id"], given, mine, theirs)
                said_wrong = any(r.startswith("says") for r in theirs)
                assert any(r.startswith("说错") for r in mine) == said_wrong, (row["id"], given)
    assert passed > len(rows), "the replies must include passing ones"
