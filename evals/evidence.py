"""Questions with quoted evidence in, how early each stage of retrieval brings it out."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from assistant import PolicyAssistant, Session
from assistant.query import understand
from assistant.retrieval import fuse
from evals.grading import Question
from evals.metrics import evidence_ranking
from evals.retrieval import DEPTH, Figures, figures
from ingest.index import Index
from ingest.words import words

STAGES = ("向量", "词语", "融合", "重排")


def evidence_figures(
    assistant: PolicyAssistant, index: Index, questions: Sequence[Question]
) -> list[Figures]:
    """Recall, MRR and nDCG of the evidence at each stage, within the scope that the question has.

    A question counts as a ranking over its quotes (see evidence_ranking). One that may be answered from any
    one of several regions counts its first quote found.
    """
    asked = [q for q in questions if q.evidence and not q.silent]
    rankings: dict[str, list[tuple[list[str], frozenset[str]]]] = {stage: [] for stage in STAGES}
    times: dict[str, list[float]] = {stage: [] for stage in STAGES}
    for question in asked:
        for stage, texts, ms in _stages(assistant, index, question):
            found = evidence_ranking(question.evidence, texts)
            gold = frozenset(question.evidence)
            if question.expected != "compare" and any(found):  # any one quote will do
                gold = frozenset({next(q for q in found if q)})
            rankings[stage].append((found, gold))
            times[stage].append(ms)
    documents = len(assistant.library.encoded())
    return [figures(stage, rankings[stage], documents, times[stage]) for stage in STAGES]


def _stages(
    assistant: PolicyAssistant, index: Index, question: Question
) -> list[tuple[str, list[str], float]]:
    """(stage, texts in order, milliseconds) for one question."""
    session = Session.from_history(question.history)
    session.as_of = question.as_of
    query = understand(question.text, session, assistant.today())
    retriever, library = assistant.retriever, assistant.library
    scope = retriever.scope(query, [region.code for region in query.regions])
    started = perf_counter()
    encoding = retriever.encode(query.search_text)
    dense = [i for i, _ in index.search(encoding.vector, DEPTH, scope.keys())]
    after_dense = perf_counter()
    cut = words(query.search_text, question=True)
    lexical = [i for i, _ in library.search_words(cut, DEPTH, scope.keys())]
    after_lexical = perf_counter()
    fused = fuse([dense, lexical])
    texts = {chunk.id: chunk.text for chunk in library.chunks(fused)}
    before_all = perf_counter()
    reranked = [p.chunk.text for p in retriever.retrieve(query, encoding)]
    done = perf_counter()
    spent = (after_dense - started, after_lexical - after_dense, after_lexical - started, done - before_all)
    ranked = ([texts[i] for i in dense], [texts[i] for i in lexical], [texts[i] for i in fused], reranked)
    return [(stage, r, 1000 * ms) for stage, r, ms in zip(STAGES, ranked, spent, strict=True)]
