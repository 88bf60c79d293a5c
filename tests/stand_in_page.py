"""The page on an assistant that needs no model and answers when it is let: to stop, leave and kill it.

As a program: `python stand_in_page.py PORT FOLDER`; it waits while FOLDER/hold is there.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import uvicorn

from assistant.answer import Answer, Status
from assistant.query import understand
from assistant.retrieval import Retriever
from assistant.session import Session, Turn
from ingest.library import Library
from page.desk import Desk


class StandIn:
    """Says how many questions it remembers, after it has been let."""

    retriever: Retriever

    def __init__(self, directory: Path, held: Callable[[], bool]) -> None:
        self.library = Library.open(directory)
        self.held = held

    def today(self) -> date:
        return date(2026, 6, 1)

    def steps(self, question: str, session: Session) -> Iterator[str | Answer]:
        yield "正在查找条款"
        while self.held():
            time.sleep(0.05)
        query = understand(question, Session(), self.today())
        answer = Answer(Status.ABSTAINED, f"记得前面{len(session.turns)}问。", query)
        session.turns.append(Turn(question, question, answer.text))
        yield answer


def desk(folder: Path, held: Callable[[], bool]) -> Desk:
    """A desk with an empty library in a folder."""
    Library.create_or_open(folder / "library").close()
    return Desk(folder / "library", lambda directory: StandIn(directory, held))


if __name__ == "__main__":
    import app

    folder = Path(sys.argv[2])
    stand_in = desk(folder, (folder / "hold").exists)
    stand_in.open()
    uvicorn.run(app.serve(stand_in), port=int(sys.argv[1]), log_level="error", ws="none")
