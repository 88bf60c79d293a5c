"""The conversation in the terminal does what the page does, with typed and with piped lines."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from assistant import PolicyAssistant
from assistant.reply import Reply
from assistant.terminal import Chat, markdown

ROOT = Path(__file__).parent.parent


def talk(assistant: PolicyAssistant, *lines: str) -> str:
    shown = io.StringIO()
    Chat(assistant, Console(file=shown, width=100)).run(lines)
    return shown.getvalue()


def test_a_follow_up_is_understood_and_its_passage_shown(assistant: PolicyAssistant) -> None:
    """那安徽呢 keeps the topic; /原文 shows the provision that the mark stands for."""
    said = talk(assistant, "广东社区服务经费从哪里来？", "那安徽呢？", "/原文 1")
    assert "省级财政补助70%" in said
    assert "各承担一半" in said
    assert "理解为：" in said
    passage = said[said.rindex("╭") :]
    assert "关于规范社区服务经费管理的意见" in passage
    assert "福利彩票公益金" in passage


def test_a_region_and_a_day_hold_until_they_are_taken_back(assistant: PolicyAssistant) -> None:
    question = "社区服务合同最长几年？"
    assert "不得超过3年" in talk(assistant, question)
    assert "不得超过1年" in talk(assistant, "/日期 2019-05-01", question)
    said = talk(
        assistant, "/日期 2019-05-01", "/日期", "/地区 广东", "/新对话", "服务站每周开放多少小时？", "/地区"
    )
    assert "地区：广东省；基准日：今天" in said
    assert "40小时" in said
    assert "35小时" not in said
    assert "地区：未指定" in said


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("/日期 去年",), "2020-01-01 这样"),
        (("/地区 月球",), "不认识地区“月球”"),
        (("/原文 1",), "上一个回答没有引文"),
        (("社区服务合同最长几年？", "/原文 9"), "可以写：/原文 1"),
        (("/没有",), "没有命令 /没有"),
        (("/导出 x.md",), "还没有问答"),
        (("/帮助",), "/导出 文件.md"),
        (("/退出", "社区服务合同最长几年？"), "政策问答"),
    ],
)
def test_what_cannot_be_done_is_told_and_the_conversation_goes_on(
    assistant: PolicyAssistant, lines: tuple[str, ...], told: str
) -> None:
    said = talk(assistant, *lines, "/帮助")
    assert told in said
    assert ("/新对话" in said) is ("/退出" not in lines)


def test_a_conversation_is_exported_once(assistant: PolicyAssistant, tmp_path: Path) -> None:
    """With its citations, as Markdown; never over a file that is there."""
    file = tmp_path / "对话.md"
    said = talk(assistant, "社区服务合同最长几年？", f"/导出 {file}", f"/导出 {file}")
    assert "已经有了" in said
    text = file.read_text(encoding="utf-8")
    assert text.startswith("## 社区服务合同最长几年？")
    assert "> 第六条 社区服务合同的履行期限最长不得超过3年" in text
    assert "《社区服务条例》第六条（全国，现行）" in text


def test_hostile_text_neither_commands_the_terminal_nor_marks_up(assistant: PolicyAssistant) -> None:
    hostile = "合同\x1b[2J\x1b]0;x\x07最长几年[bold]？<img src=x>"
    said = talk(assistant, hostile)
    assert "\x1b" not in said
    assert "\x07" not in said
    reply = Reply.of(assistant.answer(hostile), assistant.library.policies())
    assert r"\<img src=x\>" in markdown([reply])
    assert "\x1b" not in markdown([reply])


def test_lines_may_come_from_a_pipe(policy_library: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "chat", "--library", str(policy_library)],
        input="社区服务合同最长几年？\n/退出\n", capture_output=True, text=True, cwd=ROOT, timeout=300,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "不得超过3年" in done.stdout
