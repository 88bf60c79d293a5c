"""A manager's browser without a screen: uploads files on the page, stores them, and reads what it is told."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 120.0
STORED = ("已存入", "已更新", "没有变化")


class Manager:
    """One browser on the page of a server that lets everybody manage."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=PATIENCE, headers={"Origin": url})
        self._session = secrets.token_hex(6)
        self._client.get("/", headers={"Accept": "text/html"}).raise_for_status()
        config = self._client.get("/config").json()
        props = {one["id"]: one["props"] for one in config["components"]}
        self._events = {
            (str(props[target].get("elem_id") or props[target].get("value")), event): one["id"]
            for one in config["dependencies"]
            for target, event in one["targets"]
            if target in props
        }

    def upload(self, file: Path) -> str:
        """Upload a file and have its card drafted; what the page says."""
        sent = self._client.post("/gradio_api/upload", files={"files": (file.name, file.read_bytes())})
        sent.raise_for_status()
        data = {"path": sent.json()[0], "orig_name": file.name, "meta": {"_type": "gradio.FileData"}}
        return self._call(self._events["upload", "upload"], [[data]])

    def store(self) -> str:
        """Store what was uploaded; what the page says at the end."""
        return self._press("library.store")

    def index_anew(self) -> str:
        """Have both indexes made anew; what the page says at the end."""
        return self._press("library.index")

    def found(self, words: str) -> str:
        """What the search of the API finds, as text."""
        reply = self._client.get("/api/search", params={"q": words, "limit": 5})
        reply.raise_for_status()
        return reply.text

    def ask(self, question: str) -> dict[str, Any]:
        """A reply of the API."""
        reply = self._client.post("/api/ask", json={"question": question})
        reply.raise_for_status()
        return dict(reply.json())

    def close(self) -> None:
        """Leave."""
        self._client.close()

    def _press(self, key: str) -> str:
        return self._call(next(n for (name, _), n in self._events.items() if f'"{key}"' in name), [])

    def _call(self, event: int, data: list[Any]) -> str:
        body = {"data": data, "fn_index": event, "session_hash": self._session, "trigger_id": None}
        self._client.post("/gradio_api/queue/join", json=body).raise_for_status()
        path = f"/gradio_api/queue/data?session_hash={self._session}"
        said = ""
        with self._client.stream("GET", path) as events:
            for line in events.iter_lines():
                told = json.loads(line[5:]) if line.startswith("data:") else {}
                if told.get("msg") in ("process_generating", "process_completed"):
                    said = json.dumps(told.get("output", {}), ensure_ascii=False) or said
                if told.get("msg") == "process_completed":
                    return said
        return said
