"""The assistant in a terminal: `python -m assistant chat`, `ask "问题"`, `batch QUESTIONS ANSWERS`, `mcp`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from assistant import tools
from assistant.answer import Answer
from assistant.pipeline import PolicyAssistant
from assistant.session import Session
from assistant.terminal import Chat, typed
from ingest.library import DEFAULT_LIBRARY
from ingest.storage import LibraryError
from ingest.terminal import console


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 where it could be carried out."""
    parser = argparse.ArgumentParser(prog="python -m assistant", description="政策问答：答案附原文出处")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="回答一个问题")
    ask.add_argument("question")
    batch = commands.add_parser("batch", help="回答一个文件里的问题（JSONL）")
    batch.add_argument("questions", type=Path)
    batch.add_argument("answers", type=Path)
    chat = commands.add_parser("chat", help="在终端里对话，可以追问")
    mcp = commands.add_parser("mcp", help="供其他程序的模型调用（MCP，标准输入输出）")
    for command in (ask, batch, chat, mcp):
        command.add_argument("--library", type=Path, default=DEFAULT_LIBRARY, help="资料库目录")
    options = parser.parse_args(arguments)
    try:
        assistant = PolicyAssistant.open(options.library)
        if options.command == "ask":
            _print(assistant.answer(options.question))
        elif options.command == "chat":
            Chat(assistant.warm(), console()).run(typed())
        elif options.command == "mcp":
            tools.server(assistant.steps, lambda: assistant).run("stdio")
        else:
            answer_file(assistant, options.questions, options.answers)
    except (LibraryError, ValueError) as fault:
        print(f"无法完成：{fault}", file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"无法完成：不能读写 {fault.filename}，请检查路径和权限（{fault.strerror}）", file=sys.stderr)
        return 1
    return 0


def answer_file(assistant: PolicyAssistant, questions: Path, answers: Path) -> None:
    """Answer a JSONL file of questions (id, question, and perhaps history and as_of), one JSON line each."""
    rows = read_questions(questions)
    assistant.warm()
    with answers.open("w", encoding="utf-8") as out:
        for row in rows:
            answer = assistant.answer(row["question"], session_of(row))
            out.write(json.dumps(_reply(row["id"], answer), ensure_ascii=False) + "\n")


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of questions; ValueError names the first line that cannot be used."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as fault:
        raise ValueError(f"{path} 不是 UTF-8 编码，请另存为 UTF-8 后再试") from fault
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                row = json.loads(line)
                session_of(row)
                rows.append({**row, "id": row["id"], "question": str(row["question"])})
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise ValueError(
                f"{path} 第{number}行不能用。每行应为一个 JSON 对象，含 id 和 question，"
                "可有 history 和 as_of（如 2020-03-01）"
            ) from fault
    return rows


def session_of(row: Mapping[str, Any]) -> Session:
    """The conversation that a row of a question file stands in."""
    session = Session.from_history(row.get("history", ()))
    if row.get("as_of"):
        session.as_of = date.fromisoformat(row["as_of"])
    return session


def _reply(identity: str, answer: Answer) -> dict[str, object]:
    return {
        "id": identity,
        "status": str(answer.status),
        "answer": answer.text,
        "citations": [
            {"doc": c.policy.file_name, "title": c.policy.title, "quote": c.quote, "text": c.chunk.text}
            for c in answer.citations
        ],
        "confidence": round(answer.confidence, 4),
        "ms": round(answer.ms, 1),
    }


def _print(answer: Answer) -> None:
    print(answer.text)
    for notice in answer.notices:
        print(f"注意：{notice}")
    for citation in answer.citations:
        where = " > ".join(citation.chunk.path)
        print(f"\n[{citation.number}] 《{citation.policy.title}》{where}\n    {citation.quote}")
    if not answer.citations and answer.nearest:
        print("\n最接近的条款（不是答案）：")
        for passage in answer.nearest:
            print(f"  《{passage.policy.title}》{' > '.join(passage.chunk.path)}")


if __name__ == "__main__":
    sys.exit(main())
