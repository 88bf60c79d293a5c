"""Who is asking, and may they: every request gets a Visitor or is turned away, before anything else sees it.

Three ways to start: on this machine alone (no login, everyone manages), with a file of users, or without a
login on purpose behind a proxy that has its own (everyone may only read).
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from page.backoff import Backoff
from page.problems import problem
from page.sessions import Sessions
from page.users import AccessError, Role, User, Users

SESSION = "session"
# What may be seen without a login: health, the page's own style and script, and the login itself.
PUBLIC = frozenset({"/healthz", "/readyz", "/metrics", "/login", "/favicon.ico"})
ASSETS = "/page/"
MACHINES = ("/api/", "/mcp")
MANAGERS = ("/gradio_api/upload", "/upload")
# Routes of Gradio's that the page does not use and that fetch from elsewhere or take files.
CLOSED = ("/gradio_api/proxy=", "/proxy=", "/gradio_api/process_recording", "/process_recording")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NO_LOGIN = "请先登录。如果刚才已经登录，可能是时间太久，请刷新页面重新登录。"
NO_TOKEN = "需要令牌：请求头写 Authorization: Bearer 令牌。令牌由管理员用 python -m page user token 发给您。"
NOT_ALLOWED = "您的账号只能提问和查看，不能修改文件库。需要的话请联系管理员。"
ELSEWHERE = "这个请求不是从本页面发出的，没有执行。请回到本页面再操作一次。"
NOT_SERVED = "本页面不提供这个功能。"
OTHER_HOST = "没有登录的本机方式只能从本机直接访问。给别人用，请先建立用户文件，再用 --users 启动。"
# What proxies add. A proxy on this machine must not open to everybody what is for this machine alone.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
REFUSED_START = (
    "{host} 不只是本机，别人也能打开，所以需要登录。请先建立用户：\n"
    "  python -m page user add 姓名 --role manager --users users.yaml\n"
    "再用 --users users.yaml 启动（或设 OFFICE_USERS=users.yaml）。\n"
    "前面的代理已经要求登录的，可加 --no-login：所有人只能提问和查看，不能修改文件库。"
)


@dataclass(frozen=True)
class Visitor:
    """Who is asking; `signed_in` is False where no login is asked for."""

    name: str
    role: Role
    signed_in: bool = False

    @property
    def manages(self) -> bool:
        """Whether this person may change the library."""
        return self.role is Role.MANAGER


LOCAL = Visitor("本机", Role.MANAGER)
ANYONE = Visitor("访客", Role.READER)


def visitor_of(request: Any) -> Visitor:
    """Who sent a request, Gradio's or FastAPI's; a reader where nobody has said."""
    return visitor_in(getattr(getattr(request, "request", request), "scope", {}))


def visitor_in(scope: Scope) -> Visitor:
    """The visitor that Gate found for a request."""
    visitor = scope.get("visitor")
    return visitor if isinstance(visitor, Visitor) else ANYONE


@dataclass
class Access:
    """How people get in. `everyone` is who anybody is without a login; `local` serves this machine only."""

    users: Users | None = None
    everyone: Visitor | None = None
    local: bool = False
    sessions: Sessions = field(default_factory=Sessions)
    names: Backoff = field(default_factory=lambda: Backoff(free=5))
    addresses: Backoff = field(default_factory=lambda: Backoff(free=20))

    @classmethod
    def single_user(cls) -> Access:
        """This machine only, without a login."""
        return cls(everyone=LOCAL, local=True)

    @classmethod
    def for_start(cls, host: str, users: Path | None, no_login: bool, office: Path) -> Access:
        """How a start lets people in; AccessError for one that would let in anybody from anywhere."""
        if users:
            kept = Users(users)
            if not kept.all():
                raise AccessError(f"用户文件 {users} 里没有人。请用 python -m page user add 姓名 来添加。")
            return cls(kept, sessions=Sessions(office / "sessions.sqlite3"))
        if no_login:
            return cls(everyone=ANYONE)
        if not is_loopback(host):
            raise AccessError(REFUSED_START.format(host=host))
        return cls.single_user()

    def visitor(self, headers: Headers) -> Visitor | None:
        """Who sends these headers: by a token, else by a session."""
        if self.users is None:
            return self.everyone
        if token := bearer(headers):
            return _signed_in(self.users.of_token(token))
        kept = self.sessions.of(cookie(headers, SESSION))
        user = self.users.all().get(kept[0]) if kept else None
        return _signed_in(user) if user and kept and user.fingerprint == kept[1] else None


class Gate:
    """ASGI middleware: says who a request is from (scope["visitor"]) or answers it in the page's place."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request of a visitor who may send it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            refusal = self._refusal(scope)
            await (refusal or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        path, headers = scope["path"], Headers(scope=scope)
        if self.access.local and not is_direct(headers):
            return problem(421, OTHER_HOST)
        if scope["method"] not in SAFE and not bearer(headers) and not same_origin(headers):
            return problem(403, ELSEWHERE)
        visitor = self.access.visitor(headers)
        scope["visitor"] = visitor
        if path.startswith(CLOSED):
            return problem(404, NOT_SERVED)
        if path in PUBLIC or path.startswith(ASSETS):
            return None
        if visitor is None:
            return _sign_in_first(path, headers, scope["method"])
        if path.startswith(MANAGERS) and scope["method"] not in SAFE and not visitor.manages:
            return problem(403, NOT_ALLOWED)
        return None


def same_origin(headers: Headers) -> bool:
    """Whether a browser sends this from a page of ours; programs, which send no cookie, are no danger.

    Browsers say where from: in Sec-Fetch-Site (over TLS and on this machine), and in Origin.
    """
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    if origin := headers.get("origin"):
        return urlsplit(origin).netloc == headers.get("host", "")
    return "cookie" not in headers


def is_direct(headers: Headers) -> bool:
    """Whether a request names this machine and no proxy passed it on; a strange name may be rebinding."""
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    return is_loopback(host) and not any(name in headers for name in FORWARDED)


def is_loopback(host: str) -> bool:
    """Example: is_loopback("127.0.0.1") -> True; is_loopback("0.0.0.0") -> False."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def bearer(headers: Headers) -> str:
    """The token of an Authorization header, "" without one."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def cookie(headers: Headers, name: str) -> str:
    """The value of a cookie, "" without one."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def users_file(option: Path | None) -> Path | None:
    """The file of users that was named at the start or in the environment."""
    named = os.environ.get("OFFICE_USERS", "")
    return option or (Path(named) if named else None)


def _signed_in(user: User | None) -> Visitor | None:
    return Visitor(user.name, user.role, signed_in=True) if user else None


def _sign_in_first(path: str, headers: Headers, method: str) -> Response:
    if path.startswith(MACHINES):
        return problem(401, NO_TOKEN, {"WWW-Authenticate": "Bearer"})
    if method == "GET" and "text/html" in headers.get("accept", ""):
        return RedirectResponse(f"/login?next={quote(path, safe='/')}", 303)
    return JSONResponse({"detail": NO_LOGIN}, 401)
