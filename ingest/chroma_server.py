"""A Chroma server instead of directories: a collection for each published version, shared by processes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from chromadb.api.client import Client

COLLECTION = "policies"
NAMED = "collection"  # the file of a version that names its collection on the server
SERVER_SECONDS = 10.0
LISTED = 10_000


class Unreachable(OSError):
    """The Chroma server does not answer."""


def collection_of(version: Path) -> str:
    """The collection of a version: one of a server's many, or the only one of its own directory."""
    named = version / NAMED
    return named.read_text(encoding="ascii").strip() if named.exists() else COLLECTION


def count_on(server: str, version: Path) -> int:
    """How many chunks a server holds of a version; -1 if it does not know it."""
    from chromadb.errors import NotFoundError

    with faults_of_chroma():
        try:
            return connect(server).get_collection(collection_of(version)).count()
        except NotFoundError:
            return -1


def sweep(server: str, ours: str, kept: Collection[str]) -> None:
    """Drop the collections whose name begins with `ours`, but for those kept."""
    with faults_of_chroma():
        client = connect(server)
        for collection in client.list_collections(limit=LISTED):
            if collection.name.startswith(ours) and collection.name not in kept:
                client.delete_collection(collection.name)


@lru_cache(maxsize=4)
def connect(server: str) -> Client:
    """The process's one client of a Chroma server, every setting said here.

    It is kept, because Chroma's close() leaves its connections open, and it connects anew by itself.
    """
    import chromadb
    from chromadb.config import Settings

    address = urlsplit(server)
    port = address.port or (443 if address.scheme == "https" else 8000)
    settings = Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]
    client = chromadb.HttpClient(
        address.hostname or "", port, ssl=address.scheme == "https", settings=settings
    )
    # Without a limit a server that hangs would hold every question; there is no setting for it.
    client._server._session.timeout = SERVER_SECONDS  # type: ignore[attr-defined]
    return cast("Client", client)


@contextmanager
def faults_of_chroma() -> Iterator[None]:
    """Chroma's own errors as OSError, to be told like those of the disk, which most of them are."""
    from chromadb.errors import ChromaError
    from httpx import HTTPError

    try:
        yield
    except HTTPError as fault:
        raise Unreachable(f"Chroma server unreachable: {fault}") from fault
    except ValueError as fault:
        if "Could not connect" not in str(fault):
            raise
        raise Unreachable(f"Chroma server unreachable: {fault}") from fault
    except ChromaError as fault:
        raise OSError(f"Chroma: {fault}") from fault
