"""The product as a process of its own, on a free port of loopback; started, watched, killed."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
PATIENCE = 240.0
# Tests of load come from one address as one visitor.
UNLIMITED = {"QUESTIONS_PER_MINUTE": "1000000", "HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}


class NotServing(Exception):
    """The server did not come up; the message is the end of what it said."""


@dataclass(frozen=True)
class Server:
    """A server that answers at `url`; `seconds` until it was ready."""

    url: str
    process: subprocess.Popen[bytes]
    seconds: float

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rsplit(":", 1)[1])

    def memory(self) -> float:
        """What it holds now, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0

    def cpu(self) -> float:
        """Seconds of processor time it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(library: Path, home: Path, settings: Mapping[str, str] = {}, port: int = 0) -> Server:
    """Start app.py on a library, with its conversations in `home`, and wait until it can answer."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    log = home / "server.log"
    started = time.monotonic()
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port)]
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*command, "--library", str(library.resolve()), "--office", str(home / "office")],
            cwd=ROOT, stdout=out, stderr=out, env=os.environ | UNLIMITED | dict(settings),
        )  # fmt: skip
    while time.monotonic() - started < PATIENCE and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return Server(url, process, time.monotonic() - started)
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    process.kill()
    raise NotServing(log.read_text(errors="replace")[-800:])


@contextmanager
def serving(library: Path, home: Path) -> Iterator[Server]:
    """A server for the length of a block."""
    server = start(library, home)
    try:
        yield server
    finally:
        server.kill()
