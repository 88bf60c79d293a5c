"""Nobody gets in who may not: log-in, roles, sessions, back-off, and requests from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.testclient import TestClient

from ingest.library import Library
from page import users
from page.access import Access, AccessError, Role, Visitor, is_loopback, visitor_of
from page.backoff import Backoff
from page.desk import Desk
from page.server import routes
from page.sessions import HOURS, Sessions
from page.users import Users

PASSWORD = "一个足够长的密码01"
SAME = {"Sec-Fetch-Site": "same-origin"}
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2 with the least work: what is tested here is not argon2."""
    hasher = users.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(users, "HASHER", hasher)
    monkeypatch.setattr(users, "NOBODY", hasher.hash("nobody"))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "users.yaml"
    users.add(path, "张三", Role.MANAGER, PASSWORD)
    users.add(path, "李四", Role.READER, PASSWORD)
    return path


@pytest.fixture
def access(people: Path, tmp_path: Path) -> Iterator[Access]:
    made = Access.for_start("0.0.0.0", people, False, tmp_path / "office")
    yield made
    made.sessions.close()


@pytest.fixture
def server(library: Library, access: Access) -> FastAPI:
    return office(library, access)


def office(library: Library, access: Access) -> FastAPI:
    """The product's server with two routes of Gradio's kind."""
    server = routes(Desk(library.directory), access)

    @server.get("/who")
    def who(request: Request) -> str:
        visitor = visitor_of(request)
        return f"{visitor.name} {visitor.role}"

    @server.post("/gradio_api/upload")
    @server.post("/gradio_api/queue/join")
    @server.post("/gradio_api/proxy=x")
    def done() -> str:
        return "done"

    return server


def browser(server: FastAPI, base: str = "http://office.example") -> TestClient:
    return TestClient(server, base_url=base, follow_redirects=False, headers=SAME)


def signed_in(server: FastAPI, name: str, base: str = "http://office.example") -> TestClient:
    client = browser(server, base)
    response = client.post("/login", data={"name": name, "password": PASSWORD})
    assert response.status_code == 303, response.text
    return client


def test_only_this_machine_is_served_without_a_login(tmp_path: Path, people: Path) -> None:
    """Any other address without users refuses to start and says what to do; --no-login makes readers."""
    assert Access.for_start("127.0.0.1", None, False, tmp_path).everyone == Visitor("本机", Role.MANAGER)
    for host in ("0.0.0.0", "::", "192.168.1.2", "office.example", ""):
        with pytest.raises(AccessError, match="python -m page user add"):
            Access.for_start(host, None, False, tmp_path)
    anyone = Access.for_start("0.0.0.0", None, True, tmp_path).everyone
    assert anyone
    assert not anyone.manages
    assert Access.for_start("127.0.0.1", people, False, tmp_path).everyone is None
    (tmp_path / "none.yaml").write_text("users: []", encoding="utf-8")
    with pytest.raises(AccessError, match="没有人"):
        Access.for_start("0.0.0.0", tmp_path / "none.yaml", False, tmp_path)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("localhost.evil", False),
    ],
)
def test_what_is_this_machine(host: str, local: bool) -> None:
    assert is_loopback(host) is local


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},  # a name that was made to point at this machine
        {"X-Forwarded-For": "10.0.0.9"},
        {"Forwarded": "for=10.0.0.9"},
        {"Via": "1.1 proxy"},
    ],
)
def test_what_is_for_this_machine_is_not_passed_on(library: Library, headers: dict[str, str]) -> None:
    client = browser(office(library, Access.single_user()), "http://127.0.0.1")
    assert client.get("/who").json() == "本机 manager"
    assert client.get("/who", headers=headers).status_code == 421


@pytest.mark.parametrize(
    "path", ["/", "/who", "/document/x", "/gradio_api/info", "/config", "/login_check", "//page/"]
)
def test_without_a_login_there_is_nothing_to_see(server: FastAPI, path: str) -> None:
    """A page leads to the log-in and back; what is not a page says so."""
    client = browser(server)
    assert client.get(path).status_code == 401
    led = client.get(path, headers=HTML)
    assert led.status_code == 303
    assert led.headers["Location"].startswith("/login?next=/")
    assert client.post("/gradio_api/queue/join").status_code == 401
    for public in ("/healthz", "/login", "/page/page.css"):
        assert client.get(public).status_code == 200


def test_a_person_signs_in_asks_and_signs_out(server: FastAPI) -> None:
    client = browser(server)
    assert 'name="next" value="/who?a"' in client.get("/login?next=/who%3Fa").text
    answer = client.post("/login", data={"name": " 李四 ", "password": PASSWORD, "next": "/who"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/who")
    cookie = next(c for c in answer.headers.get_list("Set-Cookie") if c.startswith("session="))
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert client.get("/who").json() == "李四 reader"
    assert client.get("/whoami").json() == {"name": "李四", "role": "reader", "signed_in": True}
    stolen = client.cookies["session"]
    assert client.post("/logout").headers["Location"] == "/login"
    client.cookies.set("session", stolen)
    assert client.get("/who").status_code == 401


def test_the_cookie_is_secure_behind_tls(server: FastAPI) -> None:
    client = browser(server, "https://office.example")
    answer = client.post("/login", data={"name": "李四", "password": PASSWORD})
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "after", ["//evil.example", "https://evil.example", "/\\evil.example", "/login", "x", "/a\nb"]
)
def test_the_login_leads_to_this_site_only(server: FastAPI, after: str) -> None:
    answer = browser(server).post("/login", data={"name": "李四", "password": PASSWORD, "next": after})
    assert answer.headers["Location"] == "/"


def test_only_managers_upload_and_nobody_uses_gradios_proxy(server: FastAPI) -> None:
    reader, manager = signed_in(server, "李四"), signed_in(server, "张三")
    assert reader.post("/gradio_api/queue/join").json() == "done"
    refused = reader.post("/gradio_api/upload")
    assert refused.status_code == 403
    assert "联系管理员" in refused.json()["detail"]
    assert manager.post("/gradio_api/upload").json() == "done"
    assert manager.post("/gradio_api/proxy=x").status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://office.example"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://office.example:8080"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_another_sites_page_cannot_act_for_a_person(
    server: FastAPI, headers: dict[str, str], status: int
) -> None:
    """A request that changes something comes from a page of ours, or it is refused: CSRF."""
    client = signed_in(server, "张三")
    del client.headers["Sec-Fetch-Site"]
    assert client.post("/gradio_api/queue/join", headers=headers).status_code == status


def test_a_failed_login_tells_nothing_and_slows_down(library: Library, access: Access) -> None:
    """One sentence for a wrong name and a wrong password; after five failures even the right one waits."""
    access.names = Backoff(free=5, clock=lambda: 0.0)
    client = browser(office(library, access))
    wrong = client.post("/login", data={"name": "李四", "password": "错"}, headers={"X-Request-ID": "r" * 12})
    nobody = client.post(
        "/login", data={"name": "王五", "password": "错"}, headers={"X-Request-ID": "r" * 12}
    )
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.text.replace("李四", "王五") == nobody.text
    for _ in range(4):
        client.post("/login", data={"name": "李四", "password": "错"})
    slowed = client.post("/login", data={"name": "李四", "password": PASSWORD})
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "1")
    assert "请等 1 秒" in slowed.text
    assert client.post("/login", data={"name": "张三", "password": PASSWORD}).status_code == 303


def test_an_unknown_name_is_looked_at_as_long_as_a_known_one(
    people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password of a name that nobody has is verified too, against a hash of nothing."""
    seen: list[str] = []
    hasher = users.HASHER

    class Watching:
        def verify(self, hashed: str, password: str) -> bool:
            seen.append(hashed)
            return hasher.verify(hashed, password)

    monkeypatch.setattr(users, "HASHER", Watching())
    kept = Users(people)
    assert kept.check("王五", PASSWORD) is None
    assert kept.check("李四", "错") is None
    assert seen == [users.NOBODY, kept.all()["李四"].password]


def test_a_name_in_the_form_stays_text(server: FastAPI) -> None:
    page = browser(server).post("/login", data={"name": '"><script>x</script>', "password": "错"})
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "script-src 'self' 'unsafe-eval';" in page.headers["Content-Security-Policy"]


def test_sessions_outlive_a_restart_and_end(people: Path, tmp_path: Path) -> None:
    """Kept in a file by digest only; ended by time, by signing out, by a new password, by removal."""
    now = 1000.0
    file = tmp_path / "office" / "sessions.sqlite3"
    kept = Users(people)
    first = Sessions(file, lambda: now)
    identity, other = first.begin(kept.all()["张三"]), first.begin(kept.all()["李四"])
    first.close()
    assert identity.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    sessions = Sessions(file, lambda: now)
    access = Access(kept, sessions=sessions)

    def name_of(session: str) -> str | None:
        from starlette.datastructures import Headers

        visitor = access.visitor(Headers({"cookie": f"session={session}"}))
        return visitor.name if visitor else None

    assert (name_of(identity), name_of(other), name_of("x"), name_of("")) == ("张三", "李四", None, None)
    users.add(people, "张三", Role.MANAGER, PASSWORD + "新")
    users.remove(people, "李四")
    assert (name_of(identity), name_of(other)) == (None, None)
    fresh = sessions.begin(kept.all()["张三"])
    now += HOURS * 3600 - 1
    assert name_of(fresh) == "张三"
    now += 2
    assert name_of(fresh) is None
    sessions.close()


def test_a_token_opens_what_its_user_may_and_needs_no_origin(server: FastAPI, people: Path) -> None:
    token = users.issue_token(people, "李四")
    assert token not in people.read_text(encoding="utf-8")
    program = TestClient(
        server, base_url="http://office.example", headers={"Authorization": f"Bearer {token}"}
    )
    assert program.get("/who").json() == "李四 reader"
    assert program.post("/gradio_api/queue/join").json() == "done"
    assert program.post("/gradio_api/upload").status_code == 403
    wrong = program.get("/api/policies", headers={"Authorization": "Bearer x"})
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert wrong.headers["Content-Type"] == "application/problem+json"
    users.revoke_tokens(people, "李四")
    assert program.get("/who").status_code == 401


def test_a_gradio_request_tells_its_visitor() -> None:
    """Gradio hands its handlers a wrapper of its own; what says nothing is a reader."""
    import gradio as gr

    visitor = Visitor("张三", Role.MANAGER)
    inner = Request({"type": "http", "headers": [], "visitor": visitor})
    assert visitor_of(gr.Request(inner)) is visitor
    assert visitor_of(inner) is visitor
    assert not visitor_of(gr.Request()).manages
    assert not visitor_of(None).manages
