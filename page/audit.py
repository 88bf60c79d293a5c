"""Who did what, and when: a line in the audit log for what matters afterwards. Never a question's text."""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import Any

from page.access import visitor_of
from page.logs import AUDIT, request_id

LOG = logging.getLogger(AUDIT)


class Action(StrEnum):
    """What is kept a record of."""

    SIGNED_IN = "sign in"
    FAILED = "sign-in failed"
    SIGNED_OUT = "sign out"
    UPLOADED = "upload"
    WITHDREW = "withdraw"
    CORRECTED = "correct"
    TOOK_BACK = "take back"
    EXPORTED = "export"
    REINDEXED = "reindex"


def note(request: Any, action: Action, name: str = "", **about: str | int) -> None:
    """Keep a record; `about` names what it was done to: a file, a policy's id, a count.

    Example: note(request, Action.WITHDREW, policy="9f…")
    """
    inner = getattr(request, "request", request)
    client = getattr(inner, "scope", {}).get("client")
    LOG.info(
        action,
        extra={
            "who": name or visitor_of(request).name,
            "address": client[0] if client else None,
            "request_id": request_id(request),
            **{f"about_{key}": value for key, value in about.items()},
        },
    )
