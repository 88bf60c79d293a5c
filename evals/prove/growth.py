"""What a question costs as a library grows: synthetic chunks with vectors of the real model's length."""

from __future__ import annotations

import statistics
import time
from datetime import date
from pathlib import Path

import numpy as np

from assistant.pipeline import PolicyAssistant
from evals import plots
from evals.prove.questions import PLAIN
from evals.prove.table import Measure, Scale, Suite
from ingest.card import Policy
from ingest.chunking import Chunk
from ingest.cleaning import CleanText
from ingest.embeddings import Embedder, Encoding, load_embedder
from ingest.library import Library
from ingest.regions import NATION
from ingest.vectors import publish

SIZES = (1_000, 10_000, 150_000, 1_000_000)
ARTICLES = 50  # a policy
TOKENS = 24  # of a chunk
PLOT = Path("var/prove/growth.svg")
WHO = ("民政部门", "街道办事处", "财政部门", "社会组织", "购买主体", "承接主体", "村民委员会", "经办机构")
WHAT = (
    "公示",
    "登记",
    "审核",
    "补助",
    "采购",
    "监督检查",
    "签订合同",
    "救助",
    "注册",
    "公布目录",
    "评估",
    "备案",
)


def prove(scale: Scale) -> Suite:
    """Ask the same questions at each size; n times the chunks may cost at most √n times as much."""
    embedder = load_embedder()
    sizes = SIZES[:2] if scale.short else SIZES
    costs = {size: _cost(size, embedder, scale) for size in sizes}
    first, last = sizes[0], sizes[-1]
    times = costs[last] / costs[first]
    measures = [
        Measure(f"{size:,} 个检索块，一问", f"{cost * 1000:.0f} 毫秒") for size, cost in costs.items()
    ]
    bar = round((last / first) ** 0.5, 1)
    measures.append(
        Measure(f"块数 {last // first} 倍，耗时", f"{times:.1f} 倍", f"< {bar:g} 倍", times < bar)
    )
    slowest = max(costs.values())
    bars = {f"{size:,}": [(cost / slowest, f"{cost * 1000:.0f} 毫秒")] for size, cost in costs.items()}
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    PLOT.write_text(plots.bars(bars), encoding="utf-8")
    return Suite("规模", tuple(measures))


def _cost(size: int, embedder: Embedder, scale: Scale) -> float:
    """The median of a question's processor time in a library of so many chunks."""
    directory = scale.home / f"{size}"
    _fill(directory, size, embedder, np.random.default_rng(scale.seed))
    assistant = PolicyAssistant.open(directory, embedder, lambda: date(2026, 6, 1)).warm()
    seconds = []
    for question in PLAIN * 2:
        started = time.process_time()
        assistant.answer(question)
        seconds.append(time.process_time() - started)
    return statistics.median(seconds)


def _fill(directory: Path, size: int, embedder: Embedder, chance: np.random.Generator) -> None:
    with Library.create_or_open(directory) as library:
        library.use_model(embedder.model_id)
        for first in range(0, size, ARTICLES):
            _policy(library, first, min(ARTICLES, size - first), embedder.dimension, chance)
        publish(library, embedder)
        library.end_run()


def _policy(library: Library, first: int, count: int, dimension: int, chance: np.random.Generator) -> None:
    identity, title = f"{first:016x}", f"第{first}号服务管理办法"
    chunks, encodings, text = [], {}, ""
    for n in range(first, first + count):
        said = f"第{n % ARTICLES + 1}条　{chance.choice(WHO)}负责第{n}号服务的{chance.choice(WHAT)}，"
        said += f"并在{chance.integers(3, 60)}日内{chance.choice(WHAT)}，接受{chance.choice(WHO)}的监督。\n"
        start, text = len(text), text + said
        key = f"{n:016x}"
        path = (f"第{n % ARTICLES + 1}条",)
        chunks.append(Chunk(key, identity, n - first, path, start, len(text) - 1, said[:-1], "", title))
        vector = chance.standard_normal(dimension).astype("f4")
        tokens = chance.integers(-90, 90, (TOKENS, dimension // 2)).astype("i1")
        spans = np.array([(k, k + 1) for k in range(TOKENS)], "u2")
        encodings[key] = Encoding(vector / np.linalg.norm(vector), tokens, spans)
    policy = Policy(id=identity, title=title, region=NATION, rank="规范性文件", family=title)
    library.replace(policy, CleanText(text, ()), [], chunks, encodings)
