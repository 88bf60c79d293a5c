"""A chat model that does what a test tells it, behind real HTTP on loopback: lies, hangs, cut streams."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DRIP = 0.02  # seconds between two bytes of a server that drips


@dataclass(frozen=True)
class Reply:
    """What the server sends: `pieces` one by one, `pause` seconds before each; `cut`: no proper end."""

    pieces: Sequence[bytes]
    status: int = 200
    kind: str = "text/event-stream"
    pause: float = 0.0
    cut: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def says(text: str, finish: str = "stop", pieces: int = 5) -> Reply:
    """A well-formed stream of `text`."""
    size = max(1, -(-len(text) // pieces))
    parts = [text[n : n + size] for n in range(0, len(text), size)]
    return Reply([*map(_event, parts), _event("", finish), b"data: [DONE]\n\n"])


def states(*rows: tuple[int, str, str]) -> Reply:
    """A well-formed reply of statements (passage, quote, text)."""
    statements = [{"passage": n, "quote": quote, "text": text} for n, quote, text in rows]
    return says(json.dumps({"statements": statements}, ensure_ascii=False))


def cut(reply: Reply, after: int) -> Reply:
    """The same stream, the connection broken after so many events."""
    return Reply(reply.pieces[:after], cut=True)


def drips(reply: Reply) -> Reply:
    """The same stream, a byte at a time."""
    return Reply([bytes([b]) for b in b"".join(reply.pieces)], pause=DRIP)


def hangs(seconds: float) -> Reply:
    """Nothing for so long."""
    return Reply([b""], pause=seconds)


def _event(content: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()


class ScriptedModel:
    """The server: `reply` is the next reply, or a function of the passages that were handed over.

    `requests` are the bodies that came, `keys` their Authorization headers.
    """

    def __init__(self) -> None:
        self.reply: Reply | Callable[[list[dict[str, str]]], Reply] = says("")
        self.requests: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        self.url = ""

    def data(self) -> dict[str, Any]:
        """The newest request's question and passages, read back from the user's message."""
        messages = self.requests[-1]["messages"]
        assert isinstance(messages, list)
        return dict(json.loads(messages[-1]["content"]))


@contextmanager
def scripted_model() -> Iterator[ScriptedModel]:
    """Serve on a free port of loopback."""
    model = ScriptedModel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.requests.append(body)
            model.keys.append(self.headers.get("Authorization"))
            reply = model.reply if isinstance(model.reply, Reply) else model.reply(model.data()["passages"])
            with suppress(OSError):  # the client has hung up, as it should
                self._send(reply)

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.cut:
                self.send_header("Content-Length", "1000000")
            self.end_headers()
            for piece in reply.pieces:
                time.sleep(reply.pause)
                self.wfile.write(piece)
                self.wfile.flush()

        def log_message(self, *arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
