"""python -m evals.prove: run the suites, each in a process of its own, and write var/prove/table.md."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console

from evals.prove import table
from evals.prove.table import Scale, Suite

# A suite → what it is called. Each is a module of this package with `prove(scale)`.
SUITES = {
    "crash": "崩溃",
    "killed_server": "网页被杀",
    "hostile_files": "恶意文件",
    "hostile_questions": "恶意提问",
    "injections": "注入",
    "load": "负载",
    "isolation": "隔离",
    "workers": "几个进程",
    "soak": "长时间",
    "airgap": "断网",
    "growth": "规模",
}
LONG_ONLY = frozenset({"growth"})
GUARD = Path(__file__).parent / "guard"
PROBE = "192.0.2.1"  # what airgap.py tries to reach, in vain
LIMIT = 4 * 3600.0
console = Console()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suites asked for; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m evals.prove", description="可靠性验证，写出结果表。")
    parser.add_argument("--seed", type=int, default=20261122, help="随机种子：同一种子，同样的用例")
    parser.add_argument("--short", action="store_true", help="短测，几分钟")
    parser.add_argument("--only", metavar="NAME", nargs="+", choices=SUITES, help="只测这些项目")
    parser.add_argument("--out", type=Path, default=Path("var/prove"), help="结果表的目录")
    parser.add_argument("--suite", choices=SUITES, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.suite:
        return _run_here(options.suite, options.seed, options.short)
    names = options.only or [name for name in SUITES if not (options.short and name in LONG_ONLY)]
    settings = (
        f"{datetime.now():%Y-%m-%d %H:%M}，种子 {options.seed}，{'短测' if options.short else '全量'}，"
        f"{os.cpu_count()} 核。"
    )
    suites: list[Suite] = []
    for name in names:
        console.print(f"{SUITES[name]} …")
        suites.append(_run(name, options.seed, options.short))
        page = table.save(suites, settings, options.out)
        _show(suites[-1])
    console.print(f"结果：{page}")
    return 0 if all(suite.met for suite in suites) else 1


def _run(name: str, seed: int, short: bool) -> Suite:
    """One suite in a child: what kills it costs that suite only."""
    command = [sys.executable, "-m", "evals.prove", "--suite", name, "--seed", str(seed)]
    started = time.monotonic()
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as outside:
        paths = os.pathsep.join(filter(None, (str(GUARD), os.environ.get("PYTHONPATH"))))
        done = subprocess.run(
            [*command, *(["--short"] if short else [])], stdout=subprocess.PIPE, text=True, timeout=LIMIT,
            env=os.environ | {"PYTHONPATH": paths, "OUTSIDE_LOG": outside.name},
        )  # fmt: skip
        calls = outside.read().splitlines()
    seconds = time.monotonic() - started
    last = done.stdout.strip().splitlines()[-1:] or [""]
    try:
        suite = table.from_json(last[0])
    except (json.JSONDecodeError, TypeError, KeyError):
        failed = table.Measure("没有跑完", f"退出码 {done.returncode}", "0", False)
        suite = Suite(SUITES[name], (failed,))
    expected = [call for call in calls if PROBE not in call]
    return replace(
        suite,
        name=SUITES[name],
        seconds=seconds,
        measures=(*suite.measures, table.none("连接或查询本机以外", len(expected))),
        faults=tuple(f"种子 {seed}：{fault}" for fault in (*suite.faults, *expected)),
    )


def _run_here(name: str, seed: int, short: bool) -> int:
    home = Path(tempfile.mkdtemp(prefix=f"prove-{name}-"))
    try:
        suite = importlib.import_module(f"evals.prove.{name}").prove(Scale(seed, short, home))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(table.to_json(suite), flush=True)
    return 0


def _show(suite: Suite) -> None:
    if suite.skipped:
        console.print(f"  跳过：{suite.skipped}", markup=False)
    for measure in suite.measures:
        mark = ("✓" if measure.met else "✗") if measure.bar else " "
        console.print(f"  {mark} {measure.name}：{measure.value}　{measure.bar}", markup=False)
    for fault in suite.faults[:5]:
        console.print(f"    {fault!r}", markup=False)


if __name__ == "__main__":
    sys.exit(main())
