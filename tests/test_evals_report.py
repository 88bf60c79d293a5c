"""The report is one page that says what was measured, escapes what it shows, and compares with before."""

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evals import report, runs
from evals.answers import Graded, Summary
from evals.grading import Question, Reply
from evals.metrics import Operating
from evals.mutation import Caught
from evals.retrieval import Figures
from evals.suites import Result

OURS = Summary(
    system="本产品", questions=10, passed=8, wrong_facts=1, refusal_precision=1.0, refusal_recall=0.5,
    over_refusal=0.1, citation_precision=0.9, citation_recall=0.8, chars_median=90, ms_median=42.0,
    ms_p95=80.0,
    by_kind={"answerable": (8, 9), "unanswerable": (0, 1)}, by_region={"广东": (8, 10)},
    risk_coverage=[Operating(0.5, 0.0, 0.5, 1.0), Operating(0.9, 0.2, 1.0, 0.5)],
    stages={"正在查找条款": 40.0},
)  # fmt: skip
FIGURES = Figures("重排", 10, 35, 0.9, 0.95, 1.0, 0.8, 0.85, 12.0)
WRONG = Graded(Question("q1", "<script>问</script>", "k", "answer"), Reply("answered", "答"), ("说错：9",))
RESULT = Result(
    "题库", "说明", (OURS, replace(OURS, system="基线")), (FIGURES,), (Caught("改", 4, 3, ("x",)),), (WRONG,)
)
RUN = runs.Run({"时间": "2026-01-01 10:00", "代码": "abc"}, [RESULT])


def test_the_page_holds_every_part_and_no_script_or_outside_request() -> None:
    page = report.html(RUN, {})
    for shown in (
        "题库",
        "8/10（80.0%）",
        "有规定",
        "现在答 90%，其中错 20%",
        "精确 100%",
        "召回 50%",
        "重排",
        "3/4",
        "&lt;script&gt;问",
        "说错：9",
        "abc",
    ):
        assert shown in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=|url\(", page)
    for drawing in re.findall(r"<svg.*?</svg>", page, re.S):
        ElementTree.fromstring(drawing)


def test_a_change_is_told_with_its_direction() -> None:
    page = report.html(RUN, {"题库": {"通过率": 0.75, "说错": 0, "中位毫秒": 40.0}})
    assert '<span class="up">↑ 原 75.0%' in page
    assert '<span class="down">↑ 原 0<' in page, "more wrong facts are worse"
    assert '<span class="soft">↑ 原 40<' in page, "machines differ: time is told, not judged"


def test_a_set_in_which_everything_has_an_answer_draws_no_refusals() -> None:
    summary = replace(OURS, risk_coverage=[Operating(1.0, 0.1, None, None)])
    page = report.html(runs.Run({"时间": ""}, [replace(RESULT, answers=(summary,))]), {})
    assert "现在答 100%，其中错 10%" in page
    assert "拒答：" not in page


def test_headlines_of_a_retrieval_set() -> None:
    only = Result("检索", "", retrieval=(replace(FIGURES, search="词语", recall_10=0.1), FIGURES))
    assert runs.headline(only) == {"R@10": 0.95, "R@100": 1.0, "中位毫秒": 12.0}


def test_accepting_keeps_the_sets_that_were_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "ACCEPTED", tmp_path / "accepted.json")
    assert runs.accepted() == {}
    runs.accept(RUN)
    runs.accept(runs.Run(RUN.settings, [replace(RESULT, name="另一套")]))
    assert set(runs.accepted()) == {"题库", "另一套"}
    assert runs.accepted()["题库"]["通过率"] == 0.8


def test_saving_writes_figures_and_page(tmp_path: Path) -> None:
    page = runs.save(RUN, "<!doctype html>", tmp_path / "out")
    stored = json.loads((page.parent / "report.json").read_text(encoding="utf-8"))
    assert stored["results"][0]["answers"][0]["passed"] == 8
    assert stored["settings"]["代码"] == "abc"
    assert page.read_text(encoding="utf-8") == "<!doctype html>"
