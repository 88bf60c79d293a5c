"""python -m ingest: put policies into the library, look at what was made of them, keep the library sound."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ingest import terminal

# Everything heavy is imported where it is used, so that `clean` and `outline` start at once.
if TYPE_CHECKING:
    from ingest.card import Policy
    from ingest.embeddings import Embedder
    from ingest.library import Library
    from ingest.pipeline import Outcome

DEFAULT_LIBRARY = Path("var/library")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says whether it did what was asked."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] not in COMMANDS and given[0] not in ("-h", "--help"):
        given = ["add", *given]
    options = _parser().parse_args(given)
    run, _ = COMMANDS[options.command]
    from ingest.card import CardError
    from ingest.formats import UnreadableFile
    from ingest.storage import LibraryError

    try:
        return run(options)
    except (UnreadableFile, CardError, LibraryError) as fault:
        _complain(str(fault))
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        # A missing model says itself what to run.
        _complain(f"无法读写 {fault.filename}：{fault.strerror}" if fault.filename else str(fault))
    except KeyboardInterrupt:
        _complain("已中断。已存入的不会丢失，重新运行同一条命令即可继续。")
    return 1


def add(options: argparse.Namespace) -> int:
    """Ingest files and folders; 0 if anything was stored or is there already."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ingest.pipeline import ingest_paths

    outcomes: list[Outcome] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal.console(stderr=True), transient=True) as progress:
        tasks = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done, total=total)

        try:
            ingest_paths(options.paths, options.library, _load_embedder, report, outcomes)
        finally:
            progress.stop()
            terminal.print_outcomes(outcomes)
    return 0 if any(outcome.status in ("stored", "replaced", "unchanged") for outcome in outcomes) else 1


def clean(options: argparse.Namespace) -> int:
    """Print a file's clean text; what was removed goes to standard error."""
    from ingest.cleaning import clean as clean_text
    from ingest.documents import body_and_card
    from ingest.readers import read

    cleaned = clean_text(body_and_card(options.file, read(options.file))[0])
    print(cleaned.text)
    counts = Counter(repair.reason for repair in cleaned.repairs)
    print(f"清洗：{sum(counts.values())} 处改动" if counts else "清洗：没有改动", file=sys.stderr)
    for reason, count in counts.most_common():
        example = next(repair for repair in cleaned.repairs if repair.reason == reason)
        change = f"“{terminal.shown(example.before)}”"
        change += f" → “{terminal.shown(example.after)}”" if example.after else ""
        print(f"  {reason}：{count} 处，如 {change}", file=sys.stderr)
    return 0


def outline(options: argparse.Namespace) -> int:
    """Print a file's card and provisions."""
    from ingest.documents import load
    from ingest.records import policy_row

    document = load(options.file)
    if options.json:
        fields = ("kind", "label", "heading", "path", "start", "end", "text")
        found = [{field: getattr(p, field) for field in fields} for p in document.provisions]
        card = json.loads(policy_row(document.policy))
        print(json.dumps({"card": card, "provisions": found}, ensure_ascii=False, indent=1))
        return 0
    terminal.print_card(document.policy)
    for p in document.provisions:
        indent = "  " * max(len(p.path) - 1, 0)
        print(f"{indent}{p.label or p.kind} {terminal.shown(p.heading or p.text)}  [{p.start}:{p.end}]")
    return 0


def card(options: argparse.Namespace) -> int:
    """Print a file's card as YAML, to be corrected and saved beside it."""
    from ingest.card import dump_card
    from ingest.documents import CARD_SUFFIX, load

    print(dump_card(load(options.file).policy), end="")
    print(f"改正后请存为 {options.file}{CARD_SUFFIX}，再入库一次。", file=sys.stderr)
    return 0


def list_policies(options: argparse.Namespace) -> int:
    """List the library's policies."""
    from ingest.library import Library
    from ingest.regions import region

    table = terminal.table("编号", "标题", "效力层级", "地区", "发布", "施行", "失效")
    with Library.open(options.library) as library:
        policies = library.policies()
    for p in policies:
        place = region(p.region) if p.region else None
        days = [str(day or "") for day in (p.published, p.effective, p.expires)]
        terminal.row(table, p.id, p.title, p.rank or "", place.short if place else "", *days)
    terminal.console().print(table)
    print(f"共 {len(policies)} 份文件")
    return 0


def show(options: argparse.Namespace) -> int:
    """Show one policy: card, provisions, what was cleaned."""
    from ingest.library import Library

    with Library.open(options.library) as library:
        policy = _find(library, options.id)
        provisions, repairs = library.provisions(policy.id), library.repairs(policy.id)
        paths, chunks = library.sources(policy.id), library.chunks_of(policy.id)
    print(f"编号: {policy.id}")
    terminal.print_card(policy)
    print(f"来自文件: {'；'.join(terminal.shown(path, 300) for path in paths) or '（无）'}")
    print(f"检索块: {len(chunks)} 个\n\n条款:")
    for p in provisions:
        print(f"{'  ' * len(p.path)}{p.label or p.kind} {terminal.shown(p.heading or p.text)}")
    print("\n清洗:" if repairs else "\n清洗: 没有改动")
    for repair in repairs:
        print(f"  {repair.reason}：“{terminal.shown(repair.before)}” → “{terminal.shown(repair.after)}”")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Withdraw one policy."""
    return _write(
        options, lambda library: library.remove(_find(library, options.id).id), "已移除，不再能查到"
    )


def rollback(options: argparse.Namespace) -> int:
    """Take back the last ingestion, removal or rollback."""
    return _write(options, lambda library: library.rollback(), "已回到最近一次入库、移除或回退之前的状态")


def check(options: argparse.Namespace) -> int:
    """Check the library and rebuild damaged indexes; 0 if all is well afterwards."""
    from ingest.checking import check as check_library

    findings = check_library(options.library)
    for finding in findings:
        print(f"{'正常' if finding.good else '异常'}  {finding.name}：{finding.detail}")
    return 0 if all(finding.good for finding in findings) else 1


COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "add": (add, "入库文件或目录（可省略 add）"),
    "clean": (clean, "只输出一个文件清洗后的正文"),
    "outline": (outline, "输出一个文件的文件信息和条款"),
    "card": (card, "输出一个文件的文件信息（YAML），供改正"),
    "list": (list_policies, "列出资料库里的文件"),
    "show": (show, "显示一份文件：文件信息、条款、清洗记录"),
    "remove": (remove, "移除一份文件"),
    "check": (check, "检查资料库，必要时重建索引"),
    "rollback": (rollback, "撤销最近一次入库、移除或回退"),
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say it in Chinese; argparse's own words follow."""
        self.exit(2, f"错误：命令写得不完整或有误（{message}）。用法见 python -m ingest --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("python -m ingest", description="把政策文件存入资料库，或查看、检查资料库。")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for name, (_, help_text) in COMMANDS.items():
        command = commands.add_parser(name, help=help_text, description=help_text)
        if name == "add":
            command.add_argument("paths", nargs="+", type=Path, metavar="文件或目录")
        if name in ("clean", "outline", "card"):
            command.add_argument("file", type=Path, metavar="文件")
        else:
            command.add_argument(
                "--library", type=Path, default=DEFAULT_LIBRARY, metavar="目录", help="资料库目录"
            )
        if name in ("show", "remove"):
            command.add_argument("id", metavar="编号", help="list 列出的编号，或它开头的几位")
        if name == "outline":
            command.add_argument("--json", action="store_true", help="以 JSON 输出")
    return parser


def _write(options: argparse.Namespace, change: Callable[[Library], object], done: str) -> int:
    from ingest.library import Library
    from ingest.vectors import StoredModel, publish

    Library.open(options.library).close()  # a mistyped directory is not made
    with Library.create_or_open(options.library) as library:
        library.end_run()  # an interrupted ingestion before this command is not taken back with it
        change(library)
        publish(library, StoredModel.of(library))
        library.end_run()
    print(f"{done}。")
    return 0


def _find(library: Library, identity: str) -> Policy:
    from ingest.storage import LibraryError

    found = [policy for policy in library.policies() if policy.id.startswith(identity)]
    if len(found) != 1:
        said = "有多份文件" if found else "没有文件"
        raise LibraryError(f"{said}的编号以 {identity} 开头。请用 python -m ingest list 查看编号。")
    return found[0]


def _load_embedder() -> Embedder:
    from ingest.embeddings import load_embedder

    return load_embedder()


def _complain(message: str) -> None:
    print(f"错误：{message}", file=sys.stderr)


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    sys.exit(main())
