"""Two processes over one library, one office and one Chroma server; each is killed and restarted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from evals.prove.library import corpus_library
from evals.prove.questions import PLAIN
from evals.prove.serving import UNLIMITED, NotServing, Server, free_port, start
from evals.prove.table import Measure, Scale, Suite, all_of, below

CHROMA = Path(sys.executable).with_name("chroma")
NAME, PASSWORD = "张三", "几个进程共用的密码1"
FOLLOWED = 30.0  # seconds within which a process answers from a new version
RESTART, RESTART_SHORT = 30, 120  # the short form also runs beside other tests
GENERATION = "policy_library_generation "


def prove(scale: Scale) -> Suite:
    """Ask both, publish, kill one and restart it, kill and restart the Chroma server: somebody answers."""
    library = scale.home / "library"
    shutil.copytree(corpus_library(), library, ignore=shutil.ignore_patterns("vectors"))
    file = scale.home / "users.yaml"
    _run("page", "user", "add", NAME, "--users", str(file), told=f"{PASSWORD}\n")
    port = free_port()
    settings = {"CHROMA_URL": f"http://127.0.0.1:{port}", "OFFICE_USERS": str(file)}
    questions = PLAIN[: scale.size(len(PLAIN), 3)]
    bar = scale.size(RESTART, RESTART_SHORT)
    with _running(lambda: _chroma(scale.home, port)) as vectors:
        _ingest(library, scale.home, 1, settings)
        with _running(lambda: start(library, scale.home, settings)) as one:
            with _running(lambda: start(library, scale.home, settings)) as two:
                measures = [
                    *_shared(one, two, questions),
                    _followed(library, scale.home, settings, (one, two)),
                ]
                two.kill()
                measures.append(_answered("一个进程被杀以后，另一个", [one], questions))
            with _running(lambda: start(library, scale.home, settings, two.port)) as two:
                measures.append(below("被杀的重新启动", two.seconds, bar, "秒"))
                measures.append(_answered("重新启动以后，两个", [one, two], questions))
                vectors.kill()
                measures.append(_answered("Chroma 服务被杀以后，两个", [one, two], questions))
                with _running(lambda: _chroma(scale.home, port)):
                    measures.append(_followed(library, scale.home, settings, (one, two)))
                    measures.append(_answered("Chroma 服务回来以后，两个", [one, two], questions))
    return Suite("几个进程", tuple(measures))


def _shared(one: Server, two: Server, questions: Sequence[str]) -> list[Measure]:
    """A login at one is one at the other, and both say the same."""
    with _browser(one) as client:
        there = client.get(f"{two.url}/whoami").json()
    told = [[_text(server, question) for question in questions] for server in (one, two)]
    return [
        Measure("在一个进程登录，在另一个也是", str(there.get("name")), NAME, there.get("name") == NAME),
        all_of("两个进程回答相同", sum(a == b != "" for a, b in zip(*told, strict=True)), len(questions)),
    ]


def _followed(library: Path, home: Path, settings: dict[str, str], servers: Sequence[Server]) -> Measure:
    """A document more: how long until every process answers from it."""
    number = len(list(home.glob("新*.txt"))) + 1
    _ingest(library, home, number, settings)
    begun, told = time.monotonic(), 0
    while told < len(servers) and time.monotonic() - begun < FOLLOWED:
        told = sum(
            f"第{number}号新办法" in _text(server, f"第{number}号新服务由谁负责？") for server in servers
        )
    seen = {_generation(server) for server in servers}
    seconds = time.monotonic() - begun if told == len(servers) and len(seen) == 1 else FOLLOWED
    return below("发布以后，两个进程都从新版回答", seconds, FOLLOWED, "秒")


def _answered(name: str, servers: Sequence[Server], questions: Sequence[str]) -> Measure:
    answered = sum(bool(_text(server, question)) for server in servers for question in questions)
    return all_of(f"{name}回答", answered, len(servers) * len(questions))


def _text(server: Server, question: str) -> str:
    """A process's answer; "" where it gives none."""
    with _browser(server) as client:
        reply = client.post("/api/ask", json={"question": question})
    return str(reply.json()["text"]) if reply.status_code == 200 else ""


def _generation(server: Server) -> str:
    lines = httpx.get(f"{server.url}/metrics").text.splitlines()
    return next((line.removeprefix(GENERATION) for line in lines if line.startswith(GENERATION)), "")


@contextmanager
def _browser(server: Server) -> Iterator[httpx.Client]:
    """A browser that has signed in; cookies know no ports, as behind one proxy."""
    with httpx.Client(base_url=server.url, headers={"Origin": server.url}, timeout=60) as client:
        client.post("/login", data={"name": NAME, "password": PASSWORD})
        client.headers.pop("Origin")
        client.headers["Sec-Fetch-Site"] = "same-origin"
        yield client


def _ingest(library: Path, home: Path, number: int, settings: dict[str, str]) -> None:
    """A document more, by the command that a person would use."""
    file = home / f"新{number}.txt"
    file.write_text(
        f"第{number}号新办法\n\n第一条　第{number}号新服务由县级民政部门负责。\n", encoding="utf-8"
    )
    _run("ingest", str(file), "--library", str(library), settings=settings)


def _run(module: str, *arguments: str, settings: Mapping[str, str] = {}, told: str = "") -> None:
    """A command of the product."""
    environment = os.environ | UNLIMITED | dict(settings)
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, input=told.encode(), check=True, capture_output=True, env=environment)


def _chroma(home: Path, port: int) -> Server:
    """`chroma run` on loopback; its data outlive it."""
    begun, url = time.monotonic(), f"http://127.0.0.1:{port}"
    command = [str(CHROMA), "run", "--path", str(home / "chroma"), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | UNLIMITED
    )
    while time.monotonic() - begun < 60 and process.poll() is None:
        try:
            if httpx.get(f"{url}/api/v2/heartbeat", timeout=5).status_code == 200:
                return Server(url, process, time.monotonic() - begun)
        except httpx.HTTPError:
            time.sleep(0.1)
    process.kill()
    raise NotServing("chroma run")


@contextmanager
def _running(begin: Callable[[], Server]) -> Iterator[Server]:
    server = begin()
    try:
        yield server
    finally:
        server.kill()
