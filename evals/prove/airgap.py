"""Without any network: reading, asking and the page work. Where the system permits a network of nothing."""

from __future__ import annotations

import asyncio
import fcntl
import json
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

from evals.prove.library import corpus_files
from evals.prove.questions import PLAIN
from evals.prove.serving import ROOT, serving
from evals.prove.table import Measure, Scale, Suite
from evals.prove.visitor import ANSWERED, Visitor
from ingest.embeddings import load_embedder
from ingest.pipeline import ingest_paths

STEPS = ("确无网络", "入库", "提问", "网页")
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def prove(scale: Scale) -> Suite:
    """Run this file's own steps in a network namespace of its own."""
    unshare = shutil.which("unshare")
    for alone in (["-n"], ["-rn"]):
        if unshare and subprocess.run([unshare, *alone, "true"], capture_output=True).returncode == 0:
            command = [unshare, *alone, sys.executable, "-m", "evals.prove.airgap", str(scale.home)]
            done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
            passed = json.loads((done.stdout.strip().splitlines() or ["{}"])[-1])
            measures = tuple(
                Measure(step, "可以" if passed.get(step) else "不行", "可以", bool(passed.get(step)))
                for step in STEPS
            )
            return Suite("断网", measures, () if all(m.met for m in measures) else (done.stderr[-600:],))
    return Suite("断网", (), skipped="系统不允许 unshare -n")


def steps(home: Path) -> dict[str, bool]:
    """What works here."""
    _loopback_up()
    done = {"确无网络": not _reaches("192.0.2.1")}
    files = corpus_files()[:3]
    done["入库"] = len(ingest_paths(files, home / "library", load_embedder)) == len(files)
    asking = [sys.executable, "-m", "assistant", "ask", PLAIN[0], "--library", str(home / "library")]
    done["提问"] = subprocess.run(asking, cwd=ROOT, capture_output=True).returncode == 0
    with serving(home / "library", home) as server:
        done["网页"] = asyncio.run(_page(server.url))
    return done


def _loopback_up() -> None:
    with socket.socket() as any_socket:
        request = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | IFF_UP))


def _reaches(address: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        try:
            datagram.connect((address, 9))  # sends nothing; fails where there is no way out
        except OSError:
            return False
    return True


async def _page(url: str) -> bool:
    visitor = Visitor(url)
    await visitor.open()
    asked = await visitor.ask(PLAIN[0])
    await visitor.close()
    return asked.how == ANSWERED


if __name__ == "__main__":
    print(json.dumps(steps(Path(sys.argv[1]))), flush=True)
