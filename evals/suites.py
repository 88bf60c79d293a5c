"""Which documents, which questions, which rivals: every set that `make eval` measures, one function each."""

from __future__ import annotations

import json
import random
import tarfile
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant import PolicyAssistant
from evals.answers import Graded, Product, Summary, ask, summarise
from evals.baselines import Tutorial, WordsAlone
from evals.evidence import evidence_figures
from evals.grading import Question, load_questions
from evals.mutation import Caught, mutate
from evals.retrieval import Figures, collection, load_corpus, load_lookups, measure, sample
from evals.vector_cache import CachedEmbedder
from ingest.index import Index
from ingest.pipeline import ingest_paths
from ingest.readers import read
from ingest.storage import LibraryError

ROOT = Path(__file__).parents[1]
CACHE = Path("var/cache")
QUESTIONS = Path(__file__).parent / "questions"
CORPUS = ROOT / "corpus"
SEED = 20


@dataclass(frozen=True)
class Result:
    """One set measured. The first summary and the last retrieval figures are the product's."""

    name: str
    note: str
    answers: tuple[Summary, ...] = ()
    retrieval: tuple[Figures, ...] = ()
    mutation: tuple[Caught, ...] = ()
    failed: tuple[Graded, ...] = ()


@dataclass(frozen=True)
class Bench:
    """What a run has at hand: the model, the folder of test sets outside the repository, how much to do."""

    embedder: CachedEmbedder
    cache: Path
    folder: Path | None
    everything: bool = False
    say: Callable[[str], None] = print


def own(bench: Bench) -> Result:
    """Our questions on the shipped corpus."""
    questions = [q for path in sorted(QUESTIONS.glob("*.jsonl")) for q in load_questions(path)]
    return _graded(bench, "自拟题", "自带资料 corpus/ 上的自拟问题", [CORPUS], questions)


def policy(bench: Bench) -> Result:
    """The provincial questions on the raw pages."""
    questions = load_questions(_folder(bench) / "evals" / "policy.dev.jsonl")
    return _graded(bench, "五省政策题", "五个原始网页，未经人工清洗", [_folder(bench) / "seeds"], questions)


def digest(bench: Bench) -> Result:
    """The provincial questions on the shipped corpus, by facts alone: a digest has words of its own."""
    questions = load_questions(_folder(bench) / "evals" / "policy.dev.jsonl")
    note = "同一套题，用自带资料作答，只判事实，不判引文"
    return _graded(bench, "五省政策题·要点", note, [CORPUS], [replace(q, evidence=()) for q in questions])


def law(bench: Bench) -> Result:
    """Procurement, social assistance and charity law: 247 laws, old and new versions, several provinces."""
    folder = _folder(bench)
    questions = load_questions(folder / "evals" / "law.dev.jsonl")
    wanted = domain_laws(folder)
    with tempfile.TemporaryDirectory() as temporary:
        unpack_laws(folder, wanted, Path(temporary))
        note = f"{len(wanted)} 部法律法规，含新旧版本和各省规定"
        return _graded(bench, "法律法规题", note, [Path(temporary)], questions)


def domain_laws(folder: Path) -> set[str]:
    """Paths, within the collection of laws, of those on procurement, social assistance and charity."""
    lines = (folder / "laws" / "domain_index.jsonl").read_text(encoding="utf-8").splitlines()
    return {json.loads(line)["path"] for line in lines if line.strip()}


def unpack_laws(folder: Path, wanted: Collection[str], target: Path) -> None:
    """Put the wanted files of the collection of laws below `target`."""
    with tarfile.open(folder / "laws" / "laws_md.tar.xz") as archive:
        for member in archive:
            if member.name.removeprefix("./") in wanted:
                archive.extract(member, target, filter="data")


def stard(bench: Bench) -> Result:
    """Lay questions to articles of law."""
    folder = _folder(bench) / "retrieval" / "stard"
    corpus, lookups = load_corpus(folder / "corpus.jsonl.gz"), load_lookups(folder / "queries.dev.jsonl")
    note = "口语问题找法条"
    if not bench.everything:
        corpus, lookups = sample(corpus, lookups, documents=5000, queries=200, seed=SEED)
        note += f"；抽样（固定种子）：{len(lookups)} 题的应查条文和其他条文，共 {len(corpus)} 条"
    rivals: list[Figures] = []
    texts = {d.id: f"{d.title}\n{d.text}" for d in corpus}
    for make in (WordsAlone, lambda t: Tutorial(t, bench.embedder)):
        system = make(texts)
        rivals.append(measure(system.name, system.search, lookups, len(corpus))[0])
    with collection(corpus, bench.embedder.inner, bench.cache / "retrieval") as indexed:
        ours = [measure(name, search, lookups, len(corpus))[0] for name, search in indexed.searches.items()]
    return Result("STARD 法条检索", note, retrieval=(*rivals, *ours))


def cmrc(bench: Bench) -> Result:
    """Facts out of passages; half of them are left out, so that half of the questions have no answer."""
    folder = _folder(bench) / "retrieval" / "cmrc"
    passages, lookups = (
        load_corpus(folder / "passages.dev.jsonl"),
        load_lookups(folder / "questions.dev.jsonl"),
    )
    rng = random.Random(SEED)
    held = {p.id for p in rng.sample(passages, len(passages) // 2)}
    chosen = lookups if bench.everything else rng.sample(lookups, min(200, len(lookups)))
    questions = []
    for lookup in chosen:
        (gold,) = lookup.gold
        answers = lookup.answers if gold in held else ()
        questions.append(
            Question(
                lookup.id,
                lookup.question,
                "有答案" if answers else "无答案",
                "answer" if answers else "abstain",
                reference="；".join(lookup.answers),
                must_include=(tuple(answers),) if answers else (),
            )
        )
    with tempfile.TemporaryDirectory() as temporary:
        for p in passages:
            if p.id in held:
                Path(temporary, f"{p.id}.txt").write_text(f"{p.title}\n\n{p.text}\n", encoding="utf-8")
        note = "百科段落找答案；一半段落不入库，相应问题应当不作答"
        return _graded(bench, "CMRC 抽取", note, [Path(temporary)], questions)


SUITES: Mapping[str, Callable[[Bench], Result]] = {
    "own": own,
    "policy": policy,
    "digest": digest,
    "law": law,
    "stard": stard,
    "cmrc": cmrc,
}
NEEDS_BENCH = frozenset({"policy", "digest", "law", "stard", "cmrc"})


def _folder(bench: Bench) -> Path:
    assert bench.folder is not None  # the command line runs NEEDS_BENCH only with a folder
    return bench.folder


def _graded(
    bench: Bench,
    name: str,
    note: str,
    paths: Sequence[Path],
    questions: Sequence[Question],
) -> Result:
    """Ingest into a fresh library, ask the product and both baselines, falsify what was right."""
    with tempfile.TemporaryDirectory() as temporary:
        library_dir = Path(temporary) / "library"
        outcomes = ingest_paths(paths, library_dir, bench.embedder)
        stored = [o.path for o in outcomes if o.policy]
        for outcome in outcomes:
            if not outcome.policy:
                bench.say(f"  未入库 {outcome.path.name}：{outcome.reason}")
        if not stored:
            raise LibraryError(f"{name}：没有一个文件入库，无法评测；原因见上。")
        bench.say(f"{name}：入库 {len(stored)} 个文件")
        texts = {str(path): read(path).text for path in stored}
        product = Product(PolicyAssistant.open(library_dir, bench.embedder))
        graded = ask(product, questions)
        summaries = [summarise(product, graded)]
        for system in (Tutorial(texts, bench.embedder), WordsAlone(texts)):
            summaries.append(summarise(system, ask(system, questions)))
        right = [product.answers[g.question.id] for g in graded if g.passed]
        retrieval: list[Figures] = []
        if any(question.evidence for question in questions):
            index = Index(library_dir, bench.embedder)
            retrieval = evidence_figures(product.assistant, index, questions)
            index.close()
        return Result(
            name,
            note,
            tuple(summaries),
            tuple(retrieval),
            tuple(mutate(right)),
            tuple(g for g in graded if not g.passed),
        )
