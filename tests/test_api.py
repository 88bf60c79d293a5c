"""The API for programs: what it returns, how it refuses, what its documentation says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant import PolicyAssistant
from assistant.reply import Reply
from page.access import Access
from page.desk import Desk
from page.limits import Limits, Rate
from page.server import routes


@pytest.fixture
def desk(assistant: PolicyAssistant, policy_library: Path, tmp_path: Path) -> Desk:
    made = Desk(policy_library, lambda _: assistant, office_dir=tmp_path / "office")
    made._open()
    return made


@pytest.fixture
def client(desk: Desk) -> TestClient:
    server = routes(desk, Access.single_user())
    return TestClient(server, base_url="http://127.0.0.1", raise_server_exceptions=False)


def test_a_question_is_answered_as_a_reply(client: TestClient) -> None:
    """What comes back is the Reply that the page shows, each quote the source's own characters."""
    answer = client.post("/api/ask", json={"question": "社区服务合同最长几年？"})
    assert answer.status_code == 200
    reply = Reply.from_json(answer.text)
    assert reply.status == "answered"
    assert reply.citations
    for cited in reply.citations:
        assert cited.text[slice(*cited.mark)] == cited.quote


def test_follow_ups_belong_to_a_conversation_of_the_callers(
    client: TestClient, desk: Desk, tmp_path: Path
) -> None:
    """The same name continues; another caller's conversation of that name is another one."""
    first = {"question": "广东社区服务经费从哪里来？", "conversation": "a"}
    follow = {"question": "那安徽呢？", "conversation": "a"}
    client.post("/api/ask", json=first)
    assert "经费" in client.post("/api/ask", json=follow).json()["rewritten"]
    open_to_all = Access.for_start("0.0.0.0", None, True, tmp_path)
    stranger = TestClient(routes(desk, open_to_all), base_url="http://x", client=("10.0.0.9", 1))
    assert "经费" not in stranger.post("/api/ask", json=follow).json()["rewritten"]


def test_a_region_and_a_date_hold_for_the_question(client: TestClient) -> None:
    asked = {"question": "服务站每周开放多少小时？", "region": "广东", "as_of": "2026-01-01"}
    reply = client.post("/api/ask", json=asked).json()
    assert (reply["regions"], reply["as_of"]) == (["广东省"], "2026-01-01")


def test_passages_are_found_and_a_provision_is_read_whole(client: TestClient) -> None:
    """A provision is found by title and number however that is written; its neighbours are named."""
    found = client.get("/api/search", params={"q": "经费来源", "limit": 3}).json()
    assert 0 < len(found) <= 3
    policies = client.get("/api/policies").json()
    assert {p["standing"] for p in policies} > {"现行"}
    held = next(p for p in policies if p["title"] == "社区服务条例" and p["standing"] == "现行")
    texts = {
        client.get("/api/provision", params={"policy": policy, "label": label}).json()["text"]
        for policy in (held["id"], held["title"], f"《{held['title']}》")
        for label in ("第五条", "5", "第5条", "五")
    }
    assert len(texts) == 1
    article = client.get("/api/provision", params={"policy": held["id"], "label": "5"}).json()
    assert article["text"].startswith("第五条")
    assert (article["before"], article["after"]) == ("第四条", "第六条")


@pytest.mark.parametrize(
    ("method", "path", "arguments", "status", "said"),
    [
        ("GET", "/api/provision", {"params": {"policy": "没有的办法", "label": "1"}}, 404, "没有收录"),
        (
            "GET",
            "/api/provision",
            {"params": {"policy": "社区服务条例", "label": "999"}},
            404,
            "第一条 至",
        ),
        ("POST", "/api/ask", {"json": {"question": ""}}, 422, "question 不能为空"),
        ("POST", "/api/ask", {"json": {"question": "问" * 1001}}, 422, "question 太长"),
        ("POST", "/api/ask", {"json": {"question": "问", "as_of": "去年"}}, 422, "2020-01-01 这样的日期"),
        ("POST", "/api/ask", {"json": {"question": "问", "region": "月球"}}, 404, "不认识地区“月球”"),
        ("POST", "/api/ask", {"content": b"{"}, 422, "内容不合要求"),
        ("GET", "/api/search", {"params": {"q": "问", "limit": 1000}}, 422, "limit 太大"),
        ("GET", "/api/none", {}, 404, "/api/docs"),
        ("GET", "/api/ask", {}, 405, "/api/docs"),
    ],
)
def test_a_refusal_is_a_problem_told_in_chinese(
    client: TestClient, method: str, path: str, arguments: dict[str, object], status: int, said: str
) -> None:
    refused = client.request(method, path, **arguments)  # type: ignore[arg-type]
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (refused.status_code, refused.json()["status"]) == (status, status)
    assert said in refused.json()["detail"]


def test_a_fault_tells_the_number_to_look_up_and_nothing_else(
    client: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(desk, "policies", broken)
    fault = client.get("/api/policies")
    assert fault.status_code == 500
    assert fault.headers["X-Request-ID"] in fault.json()["detail"]
    assert "secret" not in fault.text


def test_questions_have_a_rate(desk: Desk, tmp_path: Path) -> None:
    access = Access.for_start("0.0.0.0", None, True, tmp_path)
    client = TestClient(routes(desk, access, Limits(Rate(1, 1, lambda: 0))), base_url="http://x")
    statuses = [client.get("/api/search", params={"q": "经费来源"}).status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_a_desk_without_an_assistant_is_a_503_with_a_remedy(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "none")
    desk._open()
    client = TestClient(routes(desk), base_url="http://127.0.0.1")
    refused = client.post("/api/ask", json={"question": "问"})
    assert refused.status_code == 503
    assert "请联系管理员" in refused.json()["detail"]


def test_the_documentation_names_every_operation_and_loads_nothing_from_elsewhere(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    page = client.get("/api/docs", headers={"Accept": "text/html"}).text
    assert set(described["paths"]) == {"/ask", "/search", "/provision", "/policies"}
    for path in described["paths"]:
        assert f"/api{path}</code>" in page
    for shape in ("Reply", "Cited", "Article", "Held", "Asked"):
        assert f'<h3 id="{shape}">' in page
    assert "<script" not in page
    assert set(re.findall(r'(?:href|src)="([^"#]+)', page)) == {
        "/page/page.css",
        "/page/api.css",
        "openapi.json",
    }
