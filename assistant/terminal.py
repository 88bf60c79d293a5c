"""A conversation in the terminal, as the page holds it: questions, follow-ups, and /commands."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from assistant.answer import Answer
from assistant.lookup import NotHeld, place_of, where
from assistant.pipeline import PolicyAssistant
from assistant.reply import Reply
from assistant.session import Session
from ingest.regions import region
from ingest.storage import LibraryError

WELCOME = "政策问答。直接提问；/帮助 看命令，/退出 结束。"
MARKUP = re.compile(r"([\\`*_\[\]<>#|!~])")
HELP = """/地区 广东　　　以后的问题按这个地区查；不写地区就取消
/日期 2020-01-01　以后的问题按这一天有效的规定查；不写日期就取消
/原文 1　　　　　上一个回答的引文 [1] 在文件里的上下文
/导出 文件.md　　把这次对话存成 Markdown
/新对话　　　　　重新开始，不接上文
/退出　　　　　　结束"""


class Told(Exception):
    """A command that cannot be carried out; the message says why."""


@dataclass
class Chat:
    """One conversation; `write` shows one line or block."""

    assistant: PolicyAssistant
    console: Console
    session: Session = field(default_factory=Session)
    replies: list[Reply] = field(default_factory=list)

    def run(self, lines: Iterable[str]) -> None:
        """Take lines until there are no more or /退出 is one."""
        self._say(WELCOME, "dim")
        for line in lines:
            said = line.strip()
            if said in ("/退出", "/quit", "/exit"):
                return
            if said:
                self._take(said)

    def _take(self, said: str) -> None:
        command, _, argument = said.partition(" ")
        try:
            if not said.startswith("/"):
                self._ask(said)
            elif command in COMMANDS:
                COMMANDS[command](self, argument.strip())
            else:
                raise Told(f"没有命令 {command}。\n{HELP}")
        except (Told, NotHeld, LibraryError) as fault:
            self._say(str(fault), "yellow")

    def _ask(self, question: str) -> None:
        answer: Answer | None = None
        with self.console.status("") as status:
            for step in self.assistant.steps(question, self.session):
                if isinstance(step, Answer):
                    answer = step
                else:
                    status.update(f"{step}…")
        assert answer is not None
        reply = Reply.of(answer, self.assistant.library.policies())
        self.replies.append(reply)
        if reply.rewritten != reply.question:
            self._say(f"理解为：{reply.rewritten}", "dim")
        self._say(reply.text)
        for notice in reply.notices:
            self._say(f"注意：{notice}", "yellow")
        for one in reply.citations:
            self._say(f"[{one.number}] {where(one)}", "cyan")
            self._say(f"    {one.quote}", "dim")
        if not reply.citations and reply.nearest:
            self._say("最接近的条款（不是答案）：", "dim")
            for one in reply.nearest:
                self._say(f"  · {where(one)}", "dim")

    def _region(self, name: str) -> None:
        place = place_of(name)
        self.session.region = place.code if place else None
        self._say(f"地区：{place.name if place else '未指定'}", "dim")

    def _day(self, text: str) -> None:
        try:
            self.session.as_of = date.fromisoformat(text) if text else None
        except ValueError:
            raise Told("日期要写成 2020-01-01 这样；不写则按今天。") from None
        self._say(f"基准日：{self.session.as_of or '今天'}", "dim")

    def _passage(self, number: str) -> None:
        cited = self.replies[-1].citations if self.replies else ()
        one = next((c for c in cited if str(c.number) == number), None)
        if one is None:
            marks = "、".join(f"/原文 {c.number}" for c in cited)
            raise Told(f"上一个回答没有引文 [{number}]。可以写：{marks}" if marks else "上一个回答没有引文。")
        shown = Text(_plain(one.text[: one.mark[0]]))
        shown.append(_plain(one.quote), style="reverse")
        shown.append(_plain(one.text[one.mark[1] :]))
        if one.lead_in:
            shown = Text(f"{_plain(one.lead_in)}\n", style="dim").append_text(shown)
        self.console.print(Panel(shown, title=Text(where(one)), title_align="left"))

    def _export(self, name: str) -> None:
        if not name:
            raise Told("请写文件名：/导出 对话.md")
        if not self.replies:
            raise Told("还没有问答可以导出。")
        path = Path(name).expanduser()
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(markdown(self.replies))
        except FileExistsError:
            raise Told(f"{path} 已经有了，请换个名字。") from None
        except OSError as fault:
            raise Told(f"写不了 {path}（{fault.strerror}），请换个位置。") from None
        self._say(f"已存到 {path}", "dim")

    def _anew(self, _: str) -> None:
        former = self.session
        self.session = Session(region=former.region, as_of=former.as_of)
        self.replies.clear()
        place = region(former.region).name if former.region else "未指定"
        self._say(f"新对话。地区：{place}；基准日：{former.as_of or '今天'}", "dim")

    def _help(self, _: str) -> None:
        self._say(HELP)

    def _say(self, text: str, style: str = "") -> None:
        self.console.print(Text(_plain(text), style=style), soft_wrap=True)


COMMANDS: dict[str, Callable[[Chat, str], None]] = {
    "/地区": Chat._region,
    "/日期": Chat._day,
    "/原文": Chat._passage,
    "/导出": Chat._export,
    "/新对话": Chat._anew,
    "/帮助": Chat._help,
}


def typed() -> Iterator[str]:
    """The lines a person types, or those of a pipe."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    import readline  # noqa: F401 - the arrow keys

    while True:
        try:
            yield input("\n问 › ")
        except (EOFError, KeyboardInterrupt):
            return


def markdown(replies: Iterable[Reply]) -> str:
    """A conversation as a document, in which no text of a policy or a person is markup."""
    parts = []
    for reply in replies:
        parts += [f"## {_text(reply.question)}", _text(reply.text).replace("\n", "\n\n")]
        parts += [f"> 注意：{_text(notice)}" for notice in reply.notices]
        for one in reply.citations:
            parts += [f"{_text(f'[{one.number}] {where(one)}')}", f"> {_text(' '.join(one.quote.split()))}"]
    return "\n\n".join(parts) + "\n"


def _text(text: str) -> str:
    return MARKUP.sub(r"\\\1", _plain(text))


def _plain(text: str) -> str:
    """Without the characters that a terminal obeys."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
