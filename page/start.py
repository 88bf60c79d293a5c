"""Options and environment in, a page being served out, or a reason why it is not."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI

from ingest.library import DEFAULT_LIBRARY
from ingest.storage import LibraryError
from page import logs
from page.access import Access, users_file
from page.desk import Desk, fill, to_fill
from page.limits import Limits
from page.store import StoreError
from page.users import AccessError

CORPUS = Path(__file__).parent.parent / "corpus"
TAKEN = "端口 {port} 打不开，可能已有程序在用。换一个：python app.py --port 7861"
SWITCH = 0.001
Serve = Callable[[Desk, Access, Limits], FastAPI]


def main(serve: Serve, arguments: list[str] | None = None) -> int:
    """Open the page; the exit code is not 0 where it cannot be opened."""
    options = _options(arguments)
    if not _is_free(options.host, options.port):
        print(TAKEN.format(port=options.port), file=sys.stderr)
        return 1
    desk = Desk(options.library, office_dir=options.office)
    try:
        access = Access.for_start(options.host, users_file(options.users), options.no_login, desk.office_dir)
        if to_fill(options.library):
            fill(options.library, CORPUS)
        desk.policies()
        desk.store.listed("")
    except (LibraryError, AccessError, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    # While a question is thought about, what is sent and received must not wait for the interpreter.
    sys.setswitchinterval(SWITCH)
    server = serve(desk, access, Limits.from_environment())
    logs.set_up(desk.office_dir / "audit.jsonl")
    desk.open()
    print(f"请在浏览器打开：http://{options.host}:{options.port}", flush=True)
    _run(server, options)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    env = os.environ
    parser = argparse.ArgumentParser(prog="python app.py", description="打开政策问答的网页。")
    parser.add_argument("--host", default=env.get("HOST", "127.0.0.1"), help="默认只允许本机访问")
    parser.add_argument("--port", type=int, default=env.get("PORT", "7860"))
    parser.add_argument("--library", type=Path, default=DEFAULT_LIBRARY, help="文件库目录")
    parser.add_argument("--office", type=Path, help="对话、反馈、登录记录的目录；默认在文件库旁边的 office/")
    parser.add_argument("--users", type=Path, help="用户文件；有了它就要登录（或设 OFFICE_USERS）")
    parser.add_argument(
        "--no-login", action="store_true", help="不登录，所有人只能提问和查看；只用在自带登录的代理后面"
    )
    parser.add_argument(
        "--trusted-proxy",
        default=env.get("TRUSTED_PROXY", ""),
        help="前面代理的地址；只有它发来的 X-Forwarded-For 和 X-Forwarded-Proto 才算数",
    )
    return parser.parse_args(arguments)


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _run(server: FastAPI, options: argparse.Namespace) -> None:
    import uvicorn

    uvicorn.run(
        server,
        host=options.host,
        port=options.port,
        ws="none",
        log_config=None,  # ours
        access_log=False,  # ours has the request's number
        log_level="warning",
        proxy_headers=bool(options.trusted_proxy),
        forwarded_allow_ips=options.trusted_proxy or None,
        server_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=75,  # as proxies keep theirs, or a request meets a connection that is being closed
    )
