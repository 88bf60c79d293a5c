"""A question, the extractive draft and the ranked statements in; a draft worded by a chat model out.

Any OpenAI-compatible server. The model is not trusted (assistant.wording decides what of its reply is said).
Where it is down, slow or talks nonsense, the extractive draft stands and a notice says so.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer import name_of
from assistant.composition import Draft
from assistant.query import Query
from assistant.ranking import Candidate
from assistant.retrieval import Passage
from assistant.settings import SettingsError
from assistant.wording import Said, Written, eligible, settle

if TYPE_CHECKING:
    from openai import DefaultHttpxClient

LOG = logging.getLogger(__name__)
PROMPTS = Path(__file__).parent / "prompts"
# Before the question stands one worked example: a small model follows it more than any rule.
TURNS = (("system", "system.txt"), ("user", "example_question.txt"), ("assistant", "example_answer.txt"))
PASSAGES = 8  # so many are handed over
PASSAGE_CHARACTERS = 2400  # of all of them together: with the rules some 2,500 tokens, which all servers take
STATEMENTS = 6  # so many are read of a reply
FAILURES = 2  # in a row; then it is left alone, and nobody waits for it, for a while
REST = 30.0  # seconds
REPLY_CHARACTERS = 20_000  # then it is hung up on; no two servers agree how to be told a limit
UNAVAILABLE = "模型暂不可用，本回答为原文摘录。"
NO_KEY = "none"  # a server without keys is sent this, never another service's key from the environment
WORDS = ("text", "quote")
ROW = re.compile(r'\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*+\}', re.DOTALL)
THOUGHT = re.compile(r"^.*?</think(?:ing)?>", re.DOTALL)


@dataclass(frozen=True)
class Settings:
    """The chat model to use; the address and the key stay out of every message."""

    base_url: str = field(repr=False)
    model: str
    api_key: str = field(default=NO_KEY, repr=False)
    timeout: float = 20.0  # seconds for the whole reply

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings | None:
        """Read LLM_BASE_URL, LLM_MODEL, LLM_API_KEY and LLM_TIMEOUT; None where no LLM_BASE_URL is set."""
        url = environment.get("LLM_BASE_URL", "").strip()
        if not url:
            return None
        if not re.match(r"https?://[^/\s]", url):
            raise SettingsError(
                "LLM_BASE_URL 应是 http:// 或 https:// 开头的地址，如 http://127.0.0.1:8080/v1"
            )
        if not (model := environment.get("LLM_MODEL", "").strip()):
            raise SettingsError("设置了 LLM_BASE_URL，还要用 LLM_MODEL 写明模型的名字")
        try:
            timeout = float(environment.get("LLM_TIMEOUT") or cls.timeout)
        except ValueError:
            timeout = 0.0
        if not 0 < timeout <= 600:
            raise SettingsError("LLM_TIMEOUT 应是秒数，大于 0，不超过 600")
        return cls(url, model, environment.get("LLM_API_KEY", "").strip() or NO_KEY, timeout)


class Writer:
    """Words answers by a chat model; threads may share it."""

    def __init__(self, settings: Settings) -> None:
        import langchain_openai  # noqa: F401  some seconds, which no question should wait for

        for name in ("httpx", "httpx2", "httpcore", "openai"):  # they log the address of every request
            logging.getLogger(name).setLevel(logging.WARNING)
        self._settings = settings
        self._failures = 0  # in a row
        self._resumes = 0.0
        self._turns = [(role, (PROMPTS / name).read_text(encoding="utf-8").strip()) for role, name in TURNS]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Writer | None:
        """The writer that LLM_BASE_URL and its fellows describe; None where they are not set."""
        settings = Settings.from_environment(environment)
        return cls(settings) if settings else None

    def write(self, query: Query, draft: Draft, candidates: Sequence[Candidate]) -> Written:
        """Have the model choose and word; a draft that asks back, calculates or is empty stays as it is."""
        worked_out = any(c.given or c.working or c.computed_dates for c in draft.claims)
        if not draft.claims or draft.clarify or worked_out:
            return Written(draft)
        near = eligible(query, draft, candidates)
        passages = handed_over(near)
        said = self._ask(material(query, passages))
        if said is None:
            return Written(draft, (UNAVAILABLE,))
        return settle(query, draft, near, passages, said)

    def _ask(self, data: str) -> list[Said] | None:
        """The model's statements: [] where its reply cannot be read, None where none came in time."""
        from openai import DefaultHttpxClient

        if time.monotonic() < self._resumes:
            return None
        client = DefaultHttpxClient(timeout=self._settings.timeout, follow_redirects=False)
        worker = ThreadPoolExecutor(1)
        reply = worker.submit(self._read, client, data)
        worker.shutdown(wait=False)
        _, late = wait([reply], self._settings.timeout)
        client.close()  # ends a reply that hangs or drips as well
        if late or (fault := reply.exception()):
            self._failures += 1
            if self._failures >= FAILURES:
                self._resumes = time.monotonic() + REST
            LOG.warning("the chat model gave no reply: %s", "too slow" if late else type(fault).__name__)
            return None
        self._failures = 0
        return read_reply(reply.result())

    def _read(self, client: DefaultHttpxClient, data: str) -> str:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        ends = time.monotonic() + self._settings.timeout
        model = ChatOpenAI(
            base_url=self._settings.base_url,
            model=self._settings.model,
            api_key=SecretStr(self._settings.api_key),
            timeout=self._settings.timeout,
            temperature=0,
            max_retries=0,
            stream_usage=False,
            use_responses_api=False,
            http_client=client,
        )
        text = ""
        for part in model.stream([*self._turns, ("user", data)]):
            text += part.text
            if len(text) > REPLY_CHARACTERS or time.monotonic() > ends:
                raise TimeoutError
        return text


def material(query: Query, passages: Sequence[Passage]) -> str:
    """The question and the numbered passages as one JSON object: nothing in a passage can end its string.

    A small model quotes what comes first: that is the text. "<" and ">" are escaped too, so that no passage
    can hold a control token of a chat template.
    """
    data = {
        "question": query.rewritten,
        "passages": [
            {
                "passage": n,
                "text": p.chunk.text,
                "policy": name_of(p.policy),
                "path": " > ".join(p.chunk.path),
            }
            for n, p in enumerate(passages, start=1)
        ],
    }
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def handed_over(candidates: Sequence[Candidate]) -> list[Passage]:
    """The passages of the best statements, as many as a small model can take in; the first always."""
    passages = list({c.passage.chunk.id: c.passage for c in candidates}.values())[:PASSAGES]
    ends = list(accumulate(len(p.chunk.text) for p in passages))
    return [p for n, p in enumerate(passages) if not n or ends[n] <= PASSAGE_CHARACTERS]


def read_reply(reply: str) -> list[Said]:
    """The statements of a reply, whatever stands around them (thoughts, code fences, chatter) and wherever it
    ends: of a list that was cut off the whole ones. A statement without a text says its quote, and one
    without a quote rests on what it says.

    Example: read_reply('```json {"statements": [{"passage": 1, "quote": "甲。", "text": "甲"}]}```')
    """
    found = []
    for row in islice(_rows(THOUGHT.sub("", reply)), STATEMENTS):
        number = re.fullmatch(r"\D{0,3}(\d{1,3})\D?", str(row.get("passage", "")))
        text, quote = (row.get(key) or row.get(other) for key, other in (WORDS, WORDS[::-1]))
        if number and isinstance(text, str) and isinstance(quote, str):
            found.append(Said(text.strip(), int(number[1]), quote))
    return found


def _rows(reply: str) -> Iterator[dict[str, Any]]:
    """The objects of a text that name a passage and hold no other object."""
    for shape in ROW.finditer(reply):
        try:
            row = json.loads(shape[0], strict=False)
        except (ValueError, RecursionError):
            continue
        if "passage" in row:
            yield row
