"""Untrusted text in, harmless HTML out; and the headers that hold if the escaping should ever fail.

Gradio lets overlays, forms and remote images through (gr.HTML even scripts in attributes), so every text of
a document, a file name or a person passes `escape` before our own formatting is added.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import unicodedata

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.line import BUSY as TOLD

# Format (bidi, zero width, tags), control, surrogate, private use and unassigned characters show nothing
# and mislead; variation selectors can carry hidden text.
INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u115f\u1160\u3164\uffa0\u034f]")
INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
# 'unsafe-eval': Gradio compiles the (constant) template of gr.HTML in the browser. Inline scripts run only
# by the hash of those that the server itself put into the page, so an injected handler or script does not.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "frame-src 'none'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'"
)
BUSY = json.dumps({"detail": TOLD}, ensure_ascii=False).encode()


def visible(text: str) -> str:
    """The characters of `text` that a reader can see; line breaks and tabs stay.

    Example: visible("政\\u202e策\\u200b") -> "政策"
    """
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in INVISIBLE)
    return SELECTORS.sub("", "".join(kept))


def escape(text: str) -> str:
    """`text` as inert HTML, in an element or a quoted attribute.

    Example: escape("<b onclick='x'>") -> "&lt;b onclick=&#x27;x&#x27;&gt;"
    """
    return html.escape(visible(text), quote=True)


def web_address(source: str | None) -> str | None:
    """The source if it is a plain web address (a link may be made of it), else None."""
    cleaned = visible(source or "").strip()
    return cleaned if re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[^\s\"'<>\\]*)?", cleaned) else None


class SecurityHeaders:
    """ASGI middleware: the headers above on every answer, and a full queue told in Chinese.

    Gradio's client replaces the text of a 503 by its own English one, so the full queue becomes a 429.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request; hold a page back only until its inline scripts are hashed."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        join = scope["path"].endswith("/queue/join")
        if b"text/html" in dict(scope["headers"]).get(b"accept", b""):
            # A compressed page could not be hashed.
            headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            scope = {**scope, "headers": headers}
        start: Message = {}
        body = bytearray()

        async def held(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                headers.update(HEADERS)
                headers["Content-Security-Policy"] = POLICY.format(hashes="")
                if headers.get("content-type", "").startswith("text/html") or (
                    join and message["status"] == 503
                ):
                    start = message
                else:
                    await send(message)
                return
            if not start or message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await finish()

        async def finish() -> None:
            headers = MutableHeaders(raw=start["headers"])
            content = bytes(body)
            if join and start["status"] == 503:
                start["status"], content = 429, BUSY
            else:
                headers["Content-Security-Policy"] = POLICY.format(hashes=_hashes(content))
            headers["Content-Length"] = str(len(content))
            await send(start)
            await send({"type": "http.response.body", "body": content})

        await self.app(scope, receive, held)


def _hashes(page: bytes) -> str:
    """Example: " 'sha256-…' 'sha256-…'" for a page with two inline scripts."""
    digests = (hashlib.sha256(script).digest() for script in INLINE_SCRIPT.findall(page))
    return "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
