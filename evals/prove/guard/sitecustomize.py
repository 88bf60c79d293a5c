"""On PYTHONPATH this file is run by every Python process at its start: it writes down who is called outside.

A line of the file named by OUTSIDE_LOG for each connection to, or look-up of, anything but this machine.
"""

from __future__ import annotations

import os
import socket
import sys

LOG = os.environ.get("OUTSIDE_LOG", "")
HERE = {"", "localhost", "0.0.0.0", "::", "::1", socket.gethostname()}
LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
CALLS = {**dict.fromkeys(("socket.connect", "socket.sendto"), 1), **dict.fromkeys(LOOKUPS, 0)}


def is_outside(host: object) -> bool:
    """Whether a host, as Python's socket functions take it, is another machine."""
    if isinstance(host, tuple):
        host = host[0]
    elif not isinstance(host, str):
        return False  # None, a descriptor, or bytes: the address of a local socket
    elif host.startswith(("/", "\0")):
        return False
    name = host.decode("idna", "replace") if isinstance(host, bytes) else str(host)
    return name not in HERE and not name.startswith("127.")


def watch(event: str, args: tuple[object, ...]) -> None:
    """An audit hook (PEP 578)."""
    at = CALLS.get(event)
    if at is not None and len(args) > at and is_outside(args[at]):
        with open(LOG, "a", encoding="utf-8") as log:
            log.write(f"{event} {args[at]!r} {sys.argv[:3]}\n")


if LOG:
    sys.addaudithook(watch)
