"""`python -m assistant`: one question in a terminal, or a file of questions answered line by line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import PolicyAssistant, __main__
from assistant.__main__ import main, session_of

ROOT = Path(__file__).parent.parent


@pytest.fixture
def at_hand(assistant: PolicyAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command opens the assistant of the tests: its model is loaded already, its day is fixed."""
    monkeypatch.setattr(__main__.PolicyAssistant, "open", lambda *_: assistant)


def batch(tmp_path: Path, *rows: dict[str, object]) -> list[dict[str, object]]:
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    questions.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    assert main(["batch", str(questions), str(answers)]) == 0
    return [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("at_hand")
def test_a_file_of_questions_is_answered_in_the_contract(tmp_path: Path) -> None:
    rows = batch(
        tmp_path,
        {"id": "q1", "question": "广东社区服务人员每年培训几天？", "expected": "answer"},
        {"id": "q2", "question": "湖南社区服务人员每年培训几天？"},
        {"id": "q3", "question": "今天天气怎么样"},
    )
    assert [(row["id"], row["status"]) for row in rows] == [
        ("q1", "answered"),
        ("q2", "abstained"),
        ("q3", "refused"),
    ]
    assert {"id", "status", "answer", "citations", "ms"} <= rows[0].keys()
    (citation,) = rows[0]["citations"]
    assert citation["doc"] == "广东-社区服务人员配备.md"
    assert citation["quote"] in citation["text"]
    page = (ROOT / "tests" / "policies" / citation["doc"]).read_text(encoding="utf-8")
    assert citation["quote"] in page
    assert all(row["ms"] >= 0 for row in rows)


@pytest.mark.usefixtures("at_hand")
def test_a_question_stands_in_its_history_and_at_its_date(tmp_path: Path) -> None:
    history = [
        {"role": "user", "content": "广东社区服务经费从哪里来？"},
        {"role": "assistant", "content": "由省级财政补助70%，其余由县级财政承担。"},
    ]
    rows = batch(
        tmp_path,
        {"id": 1, "question": "那安徽呢", "history": history},
        {"id": 2, "question": "那安徽呢"},
        {"id": 3, "question": "社区服务合同最长几年？", "as_of": "2019-05-01"},
        {"id": 4, "question": "社区服务合同最长几年？"},
    )
    answers = [str(row["answer"]) for row in rows]
    assert "各承担一半" in answers[0]
    assert "各承担一半" not in answers[1]  # one conversation never leaks into the next
    assert "1年" in answers[2]
    assert "3年" in answers[3]


def test_a_row_s_session_holds_its_date() -> None:
    assert str(session_of({"as_of": "2019-05-01"}).as_of) == "2019-05-01"
    assert session_of({}).turns == []


@pytest.mark.usefixtures("at_hand")
def test_one_question_prints_its_answer_and_its_passages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "2015年的社区服务条例规定合同最长几年？"]) == 0
    told = capsys.readouterr().out
    assert "不得超过1年" in told
    assert "注意：" in told
    assert "[1] 《社区服务条例》" in told


@pytest.mark.usefixtures("at_hand")
def test_what_is_nearest_is_marked_as_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "市场监管局的食品安全处罚标准是多少？"]) == 0
    assert "最接近的条款（不是答案）" in capsys.readouterr().out


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "questions.jsonl"),
        ("这不是JSON\n", "第1行"),
        ('{"id": 1, "question": "合同最长几年"}\n{"question": "没有编号"}\n', "第2行"),
        ('{"id": 1}\n', "第1行"),
        ("[1, 2]\n", "第1行"),
        ('{"id": 1, "question": "合同最长几年", "as_of": "去年"}\n', "第1行"),
        ('{"id": 1, "question": "合同最长几年", "history": ["谁"]}\n', "第1行"),
    ],
    ids=["missing", "no JSON", "no id", "no question", "no object", "no date", "no messages"],
)
def test_a_file_that_cannot_be_used_is_told_in_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, says: str
) -> None:
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    if content is not None:
        questions.write_text(content, encoding="utf-8")
    assert main(["batch", str(questions), str(answers)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("无法完成：")
    assert says in told
    assert not answers.exists()  # nothing is answered where the file is wrong


@pytest.mark.usefixtures("at_hand")
def test_a_file_in_another_encoding_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_bytes('{"id": 1, "question": "合同最长几年"}'.encode("gb18030"))
    assert main(["batch", str(questions), str(tmp_path / "answers.jsonl")]) == 1
    assert "UTF-8" in capsys.readouterr().err


@pytest.mark.usefixtures("at_hand")
def test_answers_that_cannot_be_written_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"id": 1, "question": "合同最长几年"}', encoding="utf-8")
    assert main(["batch", str(questions), str(tmp_path / "none" / "answers.jsonl")]) == 1
    assert "answers.jsonl" in capsys.readouterr().err


def test_a_folder_without_a_library_is_told_in_chinese(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "assistant", "ask", "合同最长几年", "--library", str(tmp_path / "none")],
        cwd=ROOT,
        env={**os.environ, "LLM_BASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("无法完成：")
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "none").exists()
