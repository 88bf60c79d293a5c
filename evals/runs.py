"""Results in, figures with their settings as JSON out, kept and compared with the run last accepted."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from evals.suites import Result
from ingest.chunking import CRUMB, LIMIT

ACCEPTED = Path(__file__).parent / "accepted.json"
PACKAGES = ("chromadb", "langchain-chroma", "sentence-transformers", "onnxruntime", "torch", "jieba")
Figure = float | int


@dataclass(frozen=True)
class Run:
    """Everything that one run measured, and with what."""

    settings: Mapping[str, str]
    results: Sequence[Result]


def settings(model: str, engine: str) -> dict[str, str]:
    """What a score depends on."""
    root = Path(__file__).parents[1]

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    return {
        "时间": datetime.now().isoformat(" ", "minutes"),
        "代码": (git("rev-parse", "--short", "HEAD") or "未知")
        + ("（有未提交的修改）" if git("status", "-s") else ""),
        "向量模型": f"{model}（{engine}）",
        "交叉编码器": os.environ.get("RERANKER_MODEL") or "无",
        "答案撰写": os.environ.get("LLM_MODEL") or "摘取原文（无语言模型）",
        "切分": f"按条，至多 {LIMIT} 字，不足 {CRUMB} 字并入相邻",
        "基线切分": "RecursiveCharacterTextSplitter 1000/200，k=4",
        "机器": f"{platform.machine()}，{os.cpu_count()} 核（负载 {os.getloadavg()[0]:.0f}）",
        "依赖": f"Python {platform.python_version()}，"
        + "，".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def headline(result: Result) -> dict[str, Figure]:
    """The few figures of a set that are compared with the accepted run."""
    figures: dict[str, Figure | None] = {}
    if result.answers:
        ours = result.answers[0]
        figures |= {
            "通过率": round(ours.passed / max(ours.questions, 1), 4),
            "说错": ours.wrong_facts,
            "拒答精确": ours.refusal_precision,
            "拒答召回": ours.refusal_recall,
            "误拒": ours.over_refusal,
            "引用召回": ours.citation_recall,
            "中位毫秒": round(ours.ms_median, 1),
            "p95 毫秒": round(ours.ms_p95, 1),
        }
    if result.retrieval:
        last = result.retrieval[-1]
        if result.answers:
            figures["依据 R@5"] = round(last.recall_5, 4)
        else:
            figures |= {"R@10": round(last.recall_10, 4), "R@100": round(last.recall_100, 4)}
            figures["中位毫秒"] = round(last.ms, 1)
    return {name: round(value, 4) for name, value in figures.items() if value is not None}


def accepted() -> dict[str, dict[str, Figure]]:
    """The figures by set of the run last accepted; empty before the first."""
    if not ACCEPTED.exists():
        return {}
    sets: dict[str, dict[str, Figure]] = json.loads(ACCEPTED.read_text(encoding="utf-8"))["sets"]
    return sets


def accept(run: Run) -> None:
    """Keep this run's figures as those to compare with; sets that it did not measure stay as they were."""
    sets = accepted() | {r.name: headline(r) for r in run.results}
    kept = {"settings": dict(run.settings), "sets": sets}
    ACCEPTED.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def save(run: Run, page: str, folder: Path) -> Path:
    """Write report.json and the page, report.html, into `folder`; the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = {"settings": dict(run.settings), "results": [asdict(result) for result in run.results]}
    text = json.dumps(stored, ensure_ascii=False, indent=1, default=str)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    written = folder / "report.html"
    written.write_text(page, encoding="utf-8")
    return written
