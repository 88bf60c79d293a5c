"""A browser without a screen: opens the page, asks through Gradio's queue, reads what comes back."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

import httpx

ANSWERED, TOLD, FAILED, HUNG = "answered", "told", "failed", "hung"
PATIENCE = 60.0


@dataclass(frozen=True)
class Asked:
    """How one question went: answered, told to come again, failed, or hung; and all text that came back."""

    how: str
    seconds: float
    text: str


class Visitor:
    """One browser on the page of a server; its cookie is its own."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=PATIENCE, headers={"Origin": url})
        self._session = secrets.token_hex(6)
        self._submit: dict[str, Any] = {}
        self._names: list[str | None] = []
        self._outputs: list[str | None] = []
        self.conversation = ""

    async def open(self) -> None:
        """Load the page (its cookie) and learn which function answers a question."""
        page = await self._client.get("/", headers={"Accept": "text/html"})
        page.raise_for_status()
        config = (await self._client.get("/config")).json()
        ids = {c["id"]: c["props"].get("elem_id") for c in config["components"]}
        self._submit = next(
            one
            for one in config["dependencies"]
            if any(ids.get(target) == "question" and event == "submit" for target, event in one["targets"])
        )
        self._names = [ids.get(number) for number in self._submit["inputs"]]
        self._outputs = [ids.get(number) for number in self._submit["outputs"]]

    async def ask(self, question: str) -> Asked:
        """Ask in the page's conversation, and wait for the end."""
        started = time.monotonic()
        values = {"question": question, "place": "", "day": "", "current": self.conversation}
        body = {
            "data": [values.get(str(name)) for name in self._names],
            "fn_index": self._submit["id"],
            "session_hash": self._session,
            "trigger_id": None,
        }
        try:
            joined = await self._client.post("/gradio_api/queue/join", json=body)
            if joined.status_code == 429:
                return Asked(TOLD, time.monotonic() - started, joined.text)
            joined.raise_for_status()
            how, text = await self._follow()
        except httpx.TimeoutException:
            return Asked(HUNG, time.monotonic() - started, "")
        except httpx.HTTPError as fault:
            return Asked(FAILED, time.monotonic() - started, f"{type(fault).__name__}: {fault}")
        return Asked(how, time.monotonic() - started, text)

    async def get(self, path: str) -> httpx.Response:
        """Read another page, as this browser."""
        return await self._client.get(path)

    async def api(self, question: str) -> Asked:
        """Ask through the API."""
        started = time.monotonic()
        try:
            reply = await self._client.post("/api/ask", json={"question": question})
        except httpx.TimeoutException:
            return Asked(HUNG, time.monotonic() - started, "")
        except httpx.HTTPError as fault:
            return Asked(FAILED, time.monotonic() - started, f"{type(fault).__name__}: {fault}")
        how = {200: ANSWERED, 429: TOLD, 503: TOLD}.get(reply.status_code, FAILED)
        return Asked(how, time.monotonic() - started, reply.text)

    def begin_anew(self) -> None:
        """Ask the next question in a conversation of its own."""
        self.conversation = ""

    async def close(self) -> None:
        """Leave."""
        await self._client.aclose()

    async def _follow(self) -> tuple[str, str]:
        """The events of a question: the last data of every output, and how it ended."""
        seen: list[str] = []
        path = f"/gradio_api/queue/data?session_hash={self._session}"
        async with self._client.stream("GET", path) as events:
            async for line in events.aiter_lines():
                if not line.startswith("data:"):
                    continue
                event = json.loads(line[5:])
                if event["msg"] in ("process_generating", "process_completed"):
                    seen.append(json.dumps(event.get("output", {}), ensure_ascii=False))
                if event["msg"] == "process_generating":
                    self._keep(event["output"].get("data", []))
                if event["msg"] == "process_completed":
                    text = "\n".join(seen)
                    good = event.get("success") and 'class=\\"answer' in text
                    return (ANSWERED if good else FAILED), text
                if event["msg"] in ("unexpected_error", "queue_full"):
                    return FAILED, line
        return FAILED, "\n".join(seen)

    def _keep(self, data: list[Any]) -> None:
        """Remember which conversation the page shows."""
        if "current" in self._outputs and len(data) == len(self._outputs):
            value = data[self._outputs.index("current")]
            if isinstance(value, str):
                self.conversation = value
