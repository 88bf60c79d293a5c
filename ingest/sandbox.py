"""Parsers run here: one child process with limits, kept for the next file and replaced when it fails.

A file that eats memory, spins or crashes the parser costs that file only. The child is a fresh interpreter
(see _start), not a fork, so it works from any thread and any program. Over its pipes: a JSON
line {"reader", "name", "size", "cpu"} and the file's bytes; back comes one with the RawText or the error.
"""

import atexit
import importlib
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from ingest.formats import RawText, UnreadableFile

MEMORY = 2 * 2**30
CPU_SECONDS = 30
WALL_SECONDS = 50  # a file costs a minute at most, with all that is done around its parser
MAX_REPLY = 64 * 2**20
LARGE_RSS = 600 * 2**20  # a child that has grown so far is replaced

TOO_SLOW = "解析超时（超过 {seconds} 秒），文件过大或结构异常。请拆分文件，或另存为 .docx 或 .txt 后再试。"
TOO_LARGE = "解析这个文件所需的内存超出限制。文件可能已损坏或经过恶意构造；请另存为 .docx 或 .txt 后再试。"
CRASHED = "解析程序因这个文件而中断，文件可能已损坏。请用原来的软件打开后另存一份再试。"
DAMAGED = "文件已损坏或结构不合规范（{error}），无法读取。请用原来的软件打开后另存一份再试。"


class _Worker:
    """One child, used by one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self, reader: str, name: str, data: bytes) -> RawText:
        """Have the child call reader(data, name); UnreadableFile if it says so, fails, or takes too long."""
        with self._lock:
            asked = {"reader": reader, "name": name, "size": len(data), "cpu": CPU_SECONDS}
            request = json.dumps(asked).encode() + b"\n"
            try:
                reply = self._exchange(request + data)
            except UnreadableFile:
                self.stop()
                raise
            if reply.get("rss", 0) > LARGE_RSS or "fatal" in reply:
                self.stop()
        if "error" in reply:
            raise UnreadableFile(reply["error"])
        return RawText(reply["text"], reply["format"], reply["encoding"], reply["title"])

    def _exchange(self, request: bytes) -> dict[str, Any]:
        child = self._child = self._child if self._child and self._child.poll() is None else _start()
        assert child.stdin is not None
        assert child.stdout is not None
        deadline = time.monotonic() + WALL_SECONDS
        try:
            child.stdin.write(request)
            child.stdin.flush()
        except BrokenPipeError:
            raise UnreadableFile(CRASHED) from None
        reply = bytearray()
        with selectors.DefaultSelector() as waiting:
            waiting.register(child.stdout, selectors.EVENT_READ)
            while not reply.endswith(b"}\n"):
                if not waiting.select(max(0.0, deadline - time.monotonic())):
                    raise UnreadableFile(TOO_SLOW.format(seconds=WALL_SECONDS))
                part = os.read(child.stdout.fileno(), 2**20)
                if not part:
                    killed_by = -child.wait()
                    raise UnreadableFile(
                        TOO_SLOW.format(seconds=CPU_SECONDS) if killed_by == signal.SIGXCPU else CRASHED
                    )
                reply += part
                if not reply.strip():  # more_time()
                    reply.clear()
                    deadline = time.monotonic() + WALL_SECONDS
                if len(reply) > MAX_REPLY:
                    raise UnreadableFile(TOO_LARGE)
        return cast(dict[str, Any], json.loads(reply))

    def stop(self) -> None:
        """End the child; the next file starts another."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()  # closes its pipes and reaps it
            self._child = None


def _start() -> subprocess.Popen[bytes]:
    package = str(Path(__file__).resolve().parents[1])
    paths = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-c", "from ingest import sandbox; sandbox.serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "2"},
    )


_replies: IO[bytes] | None = None  # set in the child only
_worker = _Worker()
atexit.register(_worker.stop)
run = _worker.run


def serve() -> None:
    """The child: answer requests until the parent closes the pipe."""
    global _replies
    requests = os.fdopen(os.dup(0), "rb")
    replies = _replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)  # what a parser prints must not enter the replies
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in requests:
        asked = json.loads(line)
        _allow(asked["cpu"])
        reply = _answer(asked["reader"], asked["name"], requests.read(asked["size"]))
        reply["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()


def more_time() -> None:
    """For a reader of many pages: begin the time limits anew for the next of them."""
    if _replies is not None:
        _allow(CPU_SECONDS)
        _replies.write(b"\n")
        _replies.flush()


def _allow(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, resource.RLIM_INFINITY))


def _answer(reader: str, name: str, data: bytes) -> dict[str, Any]:
    module, function = reader.split(":")
    try:
        return asdict(getattr(importlib.import_module(module), function)(data, name))
    except UnreadableFile as fault:
        return {"error": str(fault)}
    except MemoryError:
        return {"error": TOO_LARGE, "fatal": True}
    except Exception as fault:  # a parser given hostile bytes raises anything; here it costs one file
        return {"error": DAMAGED.format(error=type(fault).__name__), "fatal": True}
