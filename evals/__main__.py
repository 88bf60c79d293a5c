"""python -m evals: measure what we claim. python -m evals retrieval: rank any test collection."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from evals import report, retrieval, runs, suites
from evals.metrics import percent
from evals.suites import CACHE
from evals.vector_cache import CachedEmbedder
from ingest.embeddings import load_embedder
from ingest.storage import LibraryError

console = Console()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        return _retrieval(arguments[1:]) if arguments[:1] == ["retrieval"] else _evaluate(arguments)
    except (LibraryError, FileNotFoundError) as fault:
        console.print(f"[red]{fault}")
        return 1


def _evaluate(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals", description="评测答案与检索，写出报告。")
    parser.add_argument("--only", metavar="SET", nargs="+", choices=suites.SUITES, help="只测这些集")
    parser.add_argument(
        "--all", action="store_true", help="不抽样：全部 STARD 条文、全部 CMRC 问题（首次约一小时）"
    )
    parser.add_argument("--accept", action="store_true", help="把这次的数字记为以后比较的基准")
    parser.add_argument("--out", type=Path, default=Path("var/evals"), help="报告目录")
    options = parser.parse_args(arguments)
    folder = Path(os.environ.get("BENCH_DIR") or "../shared")
    bench = suites.Bench(
        CachedEmbedder(load_embedder(), CACHE / "vectors.sqlite3"),
        CACHE,
        folder if folder.is_dir() else None,
        options.all,
        console.print,
    )
    results = []
    for name in options.only or suites.SUITES:
        if name in suites.NEEDS_BENCH and bench.folder is None:
            console.print(f"[yellow]跳过 {name}：没有外部题库；设置 BENCH_DIR 指向它的目录即可。")
            continue
        results.append(suites.SUITES[name](bench))
        _show(results[-1])
    run = runs.Run(runs.settings(bench.embedder.model_id, bench.embedder.engine), results)
    page = runs.save(run, report.html(run, runs.accepted()), options.out)
    if options.accept:
        runs.accept(run)
    console.print(f"报告：{page}")
    return 0


def _show(result: suites.Result) -> None:
    table = Table(title=result.name, caption=result.note)
    if result.answers:
        for head in ("", "通过", "说错", "拒答", "误拒", "引用", "字数", "毫秒", "p95"):
            table.add_column(head, justify="right" if head else "left")
        for s in result.answers:
            shares = (percent(v) for v in (s.refusal_recall, s.over_refusal, s.citation_recall))
            times = (f"{s.chars_median:.0f}", f"{s.ms_median:.0f}", f"{s.ms_p95:.0f}")
            table.add_row(s.system, f"{s.passed}/{s.questions}", str(s.wrong_facts), *shares, *times)
        console.print(table)
    if result.retrieval:
        table = Table(title=f"{result.name} · 检索")
        for head in ("", "R@5", "R@10", "R@100", "MRR@10", "nDCG@10", "毫秒"):
            table.add_column(head, justify="right" if head else "left")
        for f in result.retrieval:
            shares = (f"{v:.3f}" for v in (f.recall_5, f.recall_10, f.recall_100, f.mrr_10, f.ndcg_10))
            table.add_row(f.search, *shares, f"{f.ms:.1f}")
        console.print(table)
    for m in result.mutation:
        console.print(f"篡改 · {m.kind}：{m.tried} 处，拦下 {m.stopped} 处")


def _retrieval(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evals retrieval", description="为一套检索题库建索引并检索。"
    )
    parser.add_argument("corpus", type=Path, help="文档：每行 id, title, text 的 JSON，可用 gzip")
    parser.add_argument("queries", type=Path, help="问题：每行 qid, question, gold 的 JSON")
    parser.add_argument("--run", type=Path, help="写出结果：问题号、文档号、名次、分数，至多 100 个")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="只用 N 篇文档：应查到的，加随机的（固定种子）"
    )
    parser.add_argument("--stages", action="store_true", help="也测向量、词语、融合各阶段")
    options = parser.parse_args(arguments)
    corpus, lookups = retrieval.load_corpus(options.corpus), retrieval.load_lookups(options.queries)
    if options.sample:
        corpus, lookups = retrieval.sample(corpus, lookups, options.sample, len(lookups))
    embedder = load_embedder()
    with Progress(console=console, transient=True) as progress:
        indexing = progress.add_task("建索引", total=len(corpus))
        advance = lambda n: progress.advance(indexing, n)  # noqa: E731
        with retrieval.collection(corpus, embedder, CACHE / "retrieval", advance) as indexed:
            chosen = indexed.searches if options.stages else {"重排": indexed.searches["重排"]}
            searching = progress.add_task("检索", total=len(lookups) * len(chosen))
            for name, search in chosen.items():
                f, found = retrieval.measure(
                    name, search, lookups, len(corpus), lambda: progress.advance(searching)
                )
                console.print(
                    f"{name}：{f.queries} 题，{f.documents} 篇；Recall@10 {f.recall_10:.3f}，"
                    f"Recall@100 {f.recall_100:.3f}，MRR@10 {f.mrr_10:.3f}，nDCG@10 {f.ndcg_10:.3f}；"
                    f"每题 {f.ms:.0f} 毫秒",
                    soft_wrap=True,
                )
    if options.run:
        retrieval.write_run(options.run, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
