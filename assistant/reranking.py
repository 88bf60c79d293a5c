"""Ranked statements in, the same in another order out: a cross-encoder reads the best with the question.

A cross-encoder reads question and text together (Nogueira and Cho, 2019), which is dearer and often sharper
than comparing vectors. Its scores have a scale of their own, so only their order counts: it is fused with the
linear model's order by reciprocal rank, and each place keeps the score that stood there, so that all that is
measured by scores (what is close to the best, which region answers) keeps its meaning. Whether anything is
answered at all still depends on the features of the statement that comes first (assistant.ranking).
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock

from assistant.query import Query
from assistant.ranking import Candidate
from assistant.retrieval import fuse
from assistant.settings import SettingsError

LOG = logging.getLogger(__name__)
READ = 20  # statements read with the question: the cost grows with each
SCORING = ("ForSequenceClassification", "ForCausalLM", "ForConditionalGeneration")  # heads that give a score
# Two texts of one length that no model able to read the rules can find alike.
TRIAL = ("购买服务的合同期限是几年", ("合同的期限不超过三年", "服务主体由县级审核吗"))


class Reranker:
    """A cross-encoder of sentence-transformers: a directory, or a name in its cache; threads may share it."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(name, device="cpu", local_files_only=True)
        except Exception as fault:  # whatever a broken directory makes four libraries raise
            raise SettingsError(_fault(name, f"打不开（{type(fault).__name__}）")) from fault
        self._lock = Lock()  # a tokenizer of transformers sets its truncation at every call
        heads = self._model.config.architectures or []
        if len(self._model) == 1 and not any(head.endswith(SCORING) for head in heads):
            raise SettingsError(_fault(name, "不是重排模型，没有打分的一层"))
        if self._model.num_labels != 1:
            raise SettingsError(_fault(name, f"每对文本给出 {self._model.num_labels} 个分数，应为一个"))
        one, other = self._scores(*TRIAL) or (0.0, 0.0)
        if one == other:
            raise SettingsError(_fault(name, "读不出中文的差别，可能缺少分词器"))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Reranker | None:
        """The cross-encoder that RERANKER_MODEL names; None where it is not set."""
        name = environment.get("RERANKER_MODEL", "").strip()
        return cls(name) if name else None

    def reorder(self, query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The statements with the best READ of them in their new order; the old one where the model fails."""
        best = candidates[:READ]
        scores = self._scores(query.rewritten, [_told(c) for c in best])
        if scores is None:
            return list(candidates)
        ours = [str(n) for n in range(len(best))]
        theirs = sorted(ours, key=lambda n: -scores[int(n)])
        places = [best[int(n)] for n in fuse([ours, theirs])]
        kept = [replace(c, score=place.score) for c, place in zip(places, best, strict=True)]
        return [*kept, *candidates[READ:]]

    def _scores(self, question: str, texts: Sequence[str]) -> list[float] | None:
        """A score for each text; None where the model gives none that can be used."""
        try:
            with self._lock:
                pairs = [(question, text) for text in texts]
                scores = [float(s) for s in self._model.predict(pairs, show_progress_bar=False)]
        except (RuntimeError, ValueError, IndexError) as fault:  # torch: no memory, a token it does not know
            LOG.warning("the cross-encoder gave no scores: %s", type(fault).__name__)
            return None
        return scores if all(map(math.isfinite, scores)) else None


def _told(candidate: Candidate) -> str:
    """A statement with what it needs to be understood alone: its document, its headings, its lead."""
    chunk, statement = candidate.passage.chunk, candidate.statement
    lead = chunk.text[slice(*statement.lead)] if statement.lead else chunk.lead_in
    return "\n".join(part for part in (chunk.context, lead.strip(), statement.text.strip()) if part)


def _fault(name: str, why: str) -> str:
    return (
        f"RERANKER_MODEL 指定的重排模型 {name} 不能用：{why}；请改成一个 CrossEncoder 的目录"
        "（或本机缓存里已有的模型名），或取消这个设置"
    )
