"""The assistant's MCP server as an application at /mcp, behind the same login and limits as the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Receive, Scope, Send

from page.problems import problem

# Hosts and origins are looked at by Gate already.
CHECKED = TransportSecuritySettings(enable_dns_rebinding_protection=False)
STARTING = "服务正在启动，请过几秒再试。"


class McpMount:
    """Answers requests while `running`; an MCP server can be run once, so each run makes its own."""

    def __init__(self, make: Callable[[], MCPServer]) -> None:
        self._make = make
        self._app: ASGIApp | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer within this context. No session is kept, so any of several processes can answer."""
        server = self._make()
        app = server.streamable_http_app(
            streamable_http_path="/", json_response=True, stateless_http=True, transport_security=CHECKED
        )
        async with server.session_manager.run():
            self._app = app
            try:
                yield
            finally:
                self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, /mcp as well as /mcp/."""
        if self._app is None:
            await problem(503, STARTING, {"Retry-After": "3"})(scope, receive, send)
            return
        await self._app({**scope, "path": "/", "raw_path": b"/", "root_path": ""}, receive, send)
