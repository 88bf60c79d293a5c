"""A run in, one self-contained HTML page out, beside the figures that were last accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from evals.answers import Graded, Summary
from evals.metrics import Operating, percent
from evals.plots import bars, curves, parts_of_time
from evals.runs import Figure, Run, headline
from evals.suites import Result

# figure → whether more is better; milliseconds are told and not judged, machines differ.
DIRECTION = {
    "通过率": 1,
    "说错": -1,
    "拒答精确": 1,
    "拒答召回": 1,
    "误拒": -1,
    "引用召回": 1,
    "依据 R@5": 1,
    "R@10": 1,
    "R@100": 1,
}
KINDS = {
    "answerable": "有规定",
    "unanswerable": "无规定",
    "calculation": "计算",
    "cross-region": "跨地区比较",
    "ambiguous-region": "未写地区",
    "followup": "追问",
    "adversarial": "诱导与越界",
    "version-current": "现行版本",
    "version-past": "旧版本",
    "version-change": "新旧变化",
}
MOST_BARS = 9


def html(run: Run, before: Mapping[str, Mapping[str, Figure]]) -> str:
    """The page: settings, then one card a set."""
    style = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
    rows = "".join(f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in run.settings.items())
    cards = "".join(_card(result, before.get(result.name, {})) for result in run.results)
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>评测报告</title><style>{style}</style><h1>政策问答评测</h1>"
        f'<p class="soft">{escape(run.settings["时间"])}　箭头是与上次认可的结果相比。</p>'
        f"{_overview(run.results)}{cards}<section><h2>设置</h2><table>{rows}</table></section></html>\n"
    )


def _overview(results: Sequence[Result]) -> str:
    asked = [result for result in results if result.answers]
    if len(asked) < 2:
        return ""
    rows = {result.name: [_share(s.passed, s.questions) for s in result.answers] for result in asked}
    keys = _keys(s.system for s in asked[0].answers)
    return f"<section class=narrow><h3>{keys}各题库通过率</h3>{bars(rows, whiskers=True)}</section>"


def _card(result: Result, before: Mapping[str, Figure]) -> str:
    tiles = "".join(_tile(name, value, before.get(name)) for name, value in headline(result).items())
    parts = [
        f"<h2>{escape(result.name)}</h2><p class=soft>{escape(result.note)}</p><div class=tiles>{tiles}</div>"
    ]
    plots: list[tuple[str, str]] = []
    if result.answers:
        parts.append(_answers_table(result.answers))
        systems = result.answers
        plots.append((_keys(s.system for s in systems) + "按题型", _tallies([s.by_kind for s in systems])))
        plots.append((_keys(s.system for s in systems) + "按地区", _tallies([s.by_region for s in systems])))
        plots += _thresholds(systems[0].risk_coverage)
        if systems[0].stages:
            plots.append(("各阶段用时（中位）", parts_of_time(systems[0].stages)))
    if result.retrieval:
        shares = {f.search: [(f.recall_5, ""), (f.recall_10, ""), (f.mrr_10, "")] for f in result.retrieval}
        plots.append((_keys(("R@5", "R@10", "MRR@10")) + "检索各阶段", bars(shares)))
    if result.mutation:
        shares = {
            m.kind: [(m.stopped / m.tried, f"{m.stopped}/{m.tried}")] for m in result.mutation if m.tried
        }
        plots.append(("篡改正确答案后，核对拦下多少", bars(shares, whiskers=True)))
    parts.append(
        "<div class=plots>" + "".join(f"<div><h3>{t}</h3>{svg}</div>" for t, svg in plots) + "</div>"
    )
    if result.retrieval:
        parts.append(_retrieval_table(result))
    if result.failed:
        parts.append(_failures(result.failed))
    return f"<section>{''.join(parts)}</section>"


def _thresholds(points: Sequence[Operating]) -> list[tuple[str, str]]:
    """What a higher threshold on confidence would bring, up to the present one at the end of each curve."""
    if not points:
        return []
    now, across = points[-1], "作答的占全部题（含没有规定的题）"
    title = f"风险—覆盖：只答最有把握的；现在答 {now.coverage:.0%}，其中错 {now.risk:.0%}"
    plots = [(title, curves([[(p.coverage, p.risk) for p in points]], across, "所答的错误率"))]
    precision = [(p.coverage, p.precision) for p in points if p.precision is not None]
    recall = [(p.coverage, p.recall) for p in points if p.recall is not None]
    if precision and recall:
        keys = _keys((f"精确 {percent(now.precision)}", f"召回 {percent(now.recall)}"))
        plots.append((keys + "拒答：再少答一些会怎样", curves([precision, recall], across, "")))
    return plots


def _tile(name: str, value: Figure, before: Figure | None) -> str:
    shown = f"{value:.1%}" if name in DIRECTION and name != "说错" else f"{value:g}"
    change = ""
    if before is not None and value != before:
        better = DIRECTION.get(name, 0) * (value - before)
        tone = "up" if better > 0 else "down" if better < 0 else "soft"
        arrow, old = "↑" if value > before else "↓", f"{before:.1%}" if "%" in shown else f"{before:g}"
        change = f' <span class="{tone}">{arrow} 原 {old}</span>'
    return f'<div class="tile"><b>{shown}</b><span>{escape(name)}{change}</span></div>'


def _keys(names: Iterable[str]) -> str:
    keys = "".join(f'<i class="key s{n}"></i>{escape(name)}' for n, name in enumerate(names))
    return f'<span style="float:right;font-weight:400">{keys}</span>'


def _tallies(systems: Sequence[Mapping[str, tuple[int, int]]]) -> str:
    frequent = sorted(systems[0], key=lambda key: -systems[0][key][1])[:MOST_BARS]
    rows = {KINDS.get(key, key): [_share(*s.get(key, (0, 0))) for s in systems] for key in frequent}
    return bars(rows, whiskers=True)


def _share(passed: int, asked: int) -> tuple[float, str]:
    return passed / max(asked, 1), f"{passed}/{asked}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    heads = "".join(f"<th>{escape(h)}</th>" for h in head)
    return f"<div class=wide><table><tr>{heads}</tr>{cells}</table></div>"


def _answers_table(systems: Sequence[Summary]) -> str:
    head = (
        "",
        "通过",
        "说错",
        "拒答精确",
        "拒答召回",
        "误拒",
        "引用精确",
        "引用召回",
        "答案字数",
        "中位毫秒",
        "p95",
    )
    return _table(
        head,
        (
            (
                s.system,
                f"{s.passed}/{s.questions}（{s.passed / max(s.questions, 1):.1%}）",
                str(s.wrong_facts),
            )
            + tuple(percent(v) for v in (s.refusal_precision, s.refusal_recall, s.over_refusal))
            + tuple(percent(v) for v in (s.citation_precision, s.citation_recall))
            + (f"{s.chars_median:.0f}", f"{s.ms_median:.1f}", f"{s.ms_p95:.1f}")
            for s in systems
        ),
    )


def _retrieval_table(result: Result) -> str:
    head = ("检索", "题数", "条数", "R@5", "R@10", "R@100", "MRR@10", "nDCG@10", "毫秒")
    return _table(
        head,
        (
            (f.search, str(f.queries), str(f.documents))
            + tuple(f"{v:.3f}" for v in (f.recall_5, f.recall_10, f.recall_100, f.mrr_10, f.ndcg_10))
            + (f"{f.ms:.1f}",)
            for f in result.retrieval
        ),
    )


def _failures(failed: Sequence[Graded]) -> str:
    rows = (
        (
            g.question.id,
            g.question.text,
            "；".join(g.reasons),
            f"[{g.reply.status}] {g.reply.text}",
            g.question.reference,
        )
        for g in failed
    )
    table = _table(("题号", "问题", "原因", "所答", "应答"), rows)
    return f"<details><summary>未通过的 {len(failed)} 题</summary>{table}</details>"
