"""The login page: a name and a password in, a session out; slower after each failure."""

from __future__ import annotations

import math
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from page.access import SESSION, Access, cookie, visitor_of
from page.audit import Action, note
from page.metrics import Metrics
from page.safety import escape
from page.sessions import HOURS
from page.users import clean_name

FORM = Template((Path(__file__).parent / "assets" / "login.html").read_text(encoding="utf-8"))
WRONG = "姓名或密码不对，请再试。忘了密码请联系管理员重设。"
SLOWED = "试错的次数太多，请等 {seconds} 秒再试。忘了密码请联系管理员重设。"


def sign_in_routes(access: Access, metrics: Metrics) -> APIRouter:
    """GET and POST /login, POST /logout, GET /whoami."""
    router = APIRouter()

    @router.get("/login")
    def form(request: Request, next: str = "/") -> Response:
        if access.users is None or visitor_of(request).signed_in:
            return RedirectResponse(_local(next), 303)
        return _form(next)

    @router.post("/login")
    async def sign_in(request: Request) -> Response:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        name, password, after = (fields.get(key, [""])[0] for key in ("name", "password", "next"))
        if access.users is None:
            return RedirectResponse("/", 303)
        address = request.client.host if request.client else ""
        known_as = clean_name(name)[:64]
        wait = max(access.names.wait(known_as), access.addresses.wait(address))
        if wait:
            seconds = math.ceil(wait)
            metrics.sign_ins.labels("slowed").inc()
            return _form(after, name, SLOWED.format(seconds=seconds), 429, {"Retry-After": str(seconds)})
        # Counted before the password is looked at, so that many tries at once are not free.
        access.names.failed(known_as)
        access.addresses.failed(address)
        user = await run_in_threadpool(access.users.check, name, password)
        if user is None:
            metrics.sign_ins.labels("failed").inc()
            # A name that nobody has may be a password typed into the wrong field.
            note(request, Action.FAILED, name=known_as if known_as in access.users.all() else "（不存在）")
            return _form(after, name, WRONG, 401)
        access.names.succeeded(known_as)
        access.addresses.succeeded(address)
        metrics.sign_ins.labels("ok").inc()
        note(request, Action.SIGNED_IN, name=user.name)
        response = RedirectResponse(_local(after), 303)
        _set(request, response, access.sessions.begin(user), HOURS * 3600)
        return response

    @router.post("/logout")
    def sign_out(request: Request) -> Response:
        access.sessions.end(cookie(Headers(scope=request.scope), SESSION))
        note(request, Action.SIGNED_OUT)
        response = RedirectResponse("/login", 303)
        _set(request, response, "", 0)
        return response

    @router.get("/whoami")
    def whoami(request: Request) -> Response:
        visitor = visitor_of(request)
        return JSONResponse({"name": visitor.name, "role": visitor.role, "signed_in": visitor.signed_in})

    return router


def _form(
    after: str, name: str = "", fault: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    told = f'<p class="fault" id="fault" role="alert">{escape(fault)}</p>' if fault else ""
    page = FORM.substitute(after=escape(_local(after)), name=escape(name[:64]), fault=told)
    return HTMLResponse(page, status, {"Cache-Control": "no-store", **(headers or {})})


def _local(address: str) -> str:
    """A path of this site, whatever was asked for.

    Example: _local("//evil.example/") -> "/"
    """
    plain = address.startswith("/") and address[1:2] not in ("/", "\\") and address.isprintable()
    return address if plain and not address.startswith(("/login", "/logout")) else "/"


def _set(request: Request, response: Response, session: str, seconds: int) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(SESSION, session, seconds, httponly=True, samesite="strict", secure=secure)
