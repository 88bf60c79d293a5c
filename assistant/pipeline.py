"""The table of contents of the product: a question in, a verified answer out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from assistant.answer import Answer, Status, abstained, as_of_then, not_held, refused, worded
from assistant.begun import begun
from assistant.citations import verify
from assistant.composition import Draft, draft, ranked
from assistant.document_facts import told
from assistant.follow_ups import regions_in
from assistant.llm import Writer
from assistant.papers_compared import told_of_each
from assistant.query import Query, understand
from assistant.ranking import Candidate
from assistant.reranking import Reranker
from assistant.retrieval import Passage, Retriever
from assistant.session import Session, Turn
from assistant.wording import Written
from ingest.embeddings import Embedder, QueryEncoding, load_embedder
from ingest.index import Index
from ingest.library import DEFAULT_LIBRARY, Library
from ingest.storage import LibraryError

SEEN = 10  # a rule cited in one of so many best passages is spoken of, though the library does not hold it
LEANING = 0.5  # how sure an answer is at least that takes a question's missing words from the one before


class StaleLibrary(LibraryError):
    """The library was made with another embedding model; the message says what to run."""


class PolicyAssistant:
    """Answers questions from one library. Safe to share by threads; a session belongs to one conversation."""

    def __init__(
        self,
        library: Library,
        index: Index,
        embedder: Embedder,
        today: Callable[[], date] = date.today,
        writer: Writer | None = None,
        reranker: Reranker | None = None,
    ):
        self.library = library
        self.writer = writer
        self.reranker = reranker
        self.retriever = Retriever(library, index, embedder)
        self.today = today

    @classmethod
    def open(
        cls,
        library_dir: Path = DEFAULT_LIBRARY,
        embedder: Embedder | None = None,
        today: Callable[[], date] = date.today,
    ) -> PolicyAssistant:
        """Open a library that `python -m ingest` has made.

        Raises LibraryError where there is none, or where it was made with another embedding model.
        """
        embedder = embedder or load_embedder()
        library = Library.open(library_dir)
        if library.model and library.model != embedder.model_id:
            raise StaleLibrary(f"资料库 {library_dir} 是用另一个向量模型建立的；请重新运行：make ingest")
        writer, reranker = Writer.from_environment(), Reranker.from_environment()
        return cls(library, Index(library_dir, embedder), embedder, today, writer, reranker)

    def warm(self) -> PolicyAssistant:
        """Load what is loaded late (dictionaries, indexes), so that no person's question pays for it.

        A model that is configured is not asked: a start costs nobody a call.
        """
        query = understand("政府购买服务有哪些规定", Session(), self.today())
        encoding = self.retriever.encode(query.search_text)
        draft(query, *self._ranked(query, encoding, self.retriever.retrieve(query, encoding)))
        return self

    def answer(self, question: str, session: Session | None = None) -> Answer:
        """Answer a question; the turn is added to the session."""
        *_, answer = self.steps(question, session)
        assert isinstance(answer, Answer)
        return answer

    def steps(self, question: str, session: Session | None = None) -> Iterator[str | Answer]:
        """The stages of an answer in Chinese, as they begin, then the answer itself."""
        started = time.perf_counter()
        session = session if session is not None else Session()
        yield "正在理解问题"
        query = understand(question, session, self.today())
        if query.refusal:
            answer = refused(query)
        else:
            yield "正在查找条款"
            query = query if session.region else self._somewhere_held(query)
            encoding = self.retriever.encode(query.search_text)
            passages = self.retriever.retrieve(query, encoding)
            yield "正在撰写并核对" if self.writer else "正在核对原文"
            answer = self._answer(query, encoding, passages)
            if query.may_lean and answer.status is Status.ABSTAINED:
                answer = self._leaning(question, session) or answer
                query = answer.query
            if query.as_of < self.today() and answer.citations:
                answer = as_of_then(answer)
        answer = replace(answer, ms=(time.perf_counter() - started) * 1000)
        _remember(session, query, answer)
        yield answer

    def _somewhere_held(self, query: Query) -> Query:
        """A question that names no place goes on from the one before, but not about a place of which no
        document is held: that was told."""
        if query.follow_up or regions_in(query.focus) or any(map(self.retriever.covers, query.regions)):
            return query
        return replace(query, regions=())

    def _leaning(self, question: str, session: Session) -> Answer | None:
        """The answer to a question as one that leans on the question before, where one is sure."""
        query = understand(question, session, self.today(), leaning=True)
        encoding = self.retriever.encode(query.search_text)
        answer = self._answer(query, encoding, self.retriever.retrieve(query, encoding))
        return answer if answer.status is Status.ANSWERED and answer.confidence >= LEANING else None

    def _answer(self, query: Query, encoding: QueryEncoding, passages: Sequence[Passage]) -> Answer:
        since = begun(query, self.library, self.retriever, self.today())
        title = None if since else self.retriever.missing_title(query)
        if title and (query.articles or not any(title in p.chunk.text for p in passages[:SEEN])):
            return not_held(query, f"《{title}》", passages)
        unheld = [r.short for r in query.regions if not self.retriever.covers(r)]
        if query.regions and len(unheld) == len(query.regions):
            return not_held(query, "、".join(unheld) + "的文件", passages)
        papers = told_of_each if len(query.regions) > 1 else told
        if of_itself := since or papers(query, passages, self.library, self.retriever):
            written = Written(of_itself)
        else:
            candidates, each = self._ranked(query, encoding, passages)
            written = self._written(query, draft(query, candidates, each), candidates)
        verified, rejected = verify(written.draft.claims, query)
        answer = worded(query, written.draft, verified, [*written.rejected, *rejected], passages, unheld)
        if query.follow_up and _answers_the_one_before(query, answer):
            return abstained(query, answer.rejected, passages, answer.confidence)
        return replace(answer, notices=(*written.notices, *answer.notices))

    def _ranked(
        self, query: Query, encoding: QueryEncoding, passages: Sequence[Passage]
    ) -> tuple[list[Candidate], list[list[Candidate]]]:
        """The statements of the passages, the best first, and those for each ask of several; whoever writes
        takes them in this order."""
        candidates, each = ranked(query, encoding, passages, self.retriever.rarity)
        return (self.reranker.reorder(query, candidates) if self.reranker else candidates), each

    def _written(self, query: Query, drafted: Draft, candidates: Sequence[Candidate]) -> Written:
        return self.writer.write(query, drafted, candidates) if self.writer else Written(drafted)


def _answers_the_one_before(query: Query, answer: Answer) -> bool:
    """Whether nothing that is quoted holds any of the nouns asked (工会经费怎么收, after another matter)."""
    asked = {noun for ask in query.asks for noun in ask.nouns}
    told = "".join(citation.quote for citation in answer.citations)
    return len(asked) > 1 and not any(noun in told for noun in asked)


def _remember(session: Session, query: Query, answer: Answer) -> None:
    if answer.status is not Status.REFUSED:
        session.turns.append(Turn(query.question, query.rewritten, answer.text))
