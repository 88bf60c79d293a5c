"""Hostile text stays text, wherever the page shows it; and the headers hold if escaping should fail."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from assistant.answer import Answer, Status
from assistant.citations import Citation
from assistant.query import understand
from assistant.reply import Reply
from assistant.retrieval import Passage
from assistant.session import Session
from ingest.card import Policy, standing
from ingest.chunking import Chunk
from ingest.structure import parse
from page import answers, documents, talk
from page.conversations import COOKIE, VisitorCookie
from page.exchanges import Exchange, Listed
from page.safety import BUSY, SecurityHeaders, escape, visible, web_address
from page.talk import View

PAYLOADS = (
    "<script>window.pwned=1</script>",
    "<img src=x onerror='window.pwned=1'>",
    '"><svg onload=window.pwned=1>',
    "' onmouseover='window.pwned=1",
    "<iframe src='https://evil.example/'></iframe>",
    "<form action='https://evil.example/'><input name=password></form>",
    "<div style='position:fixed;inset:0;background:red'>请登录</div>",
    "![x](https://evil.example/pixel.png)",
    "[点这里](javascript:window.pwned=1)",
    "<a href='javascript:window.pwned=1'>点</a>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=https://evil.example/a.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<object data=https://evil.example/></object>",
    "<mark id=quote onclick=window.pwned=1>",
    "${window.pwned=1} {{constructor.constructor('window.pwned=1')()}} `${1}`",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "</textarea></title><script>window.pwned=1</script>",
    "$$\\href{javascript:window.pwned=1}{x}$$",
    "政\u202e策\u2066文\u200b件\U000e0041",
    "| <img src=https://evil.example/p.png> | `x` |",
)
# What our own formatting is made of; nothing else may come out.
TAGS = re.compile(
    "article|section|div|p|span|h2|h3|ul|li|a|b|mark|blockquote|details|summary|dl|dt|dd|table|tr|td|button"
    "|html|head|body|main|meta|title|link|small|label|input"
)
ATTRIBUTES = re.compile(
    "data-.*|value|maxlength|placeholder|download|class|id|href|role|lang|tabindex|rel|target|type|name|content|charset|aria-.*"
)


def policy(text: str) -> Policy:
    return Policy(
        "0123456789abcdef",
        text,
        issuers=(text,),
        document_number=text,
        rank=text,
        region="640000",
        supersedes=(text,),
        source=text,
        source_title=text,
        digest=True,
        file_name=text,
        family="x",
    )


def shown(payload: str) -> Iterator[str]:
    """Every place of the page that shows text of a document or a person, filled with the payload."""
    text = f"第一条 {payload}\n\n{payload}"
    chunk = Chunk("c", "0123456789abcdef", 0, (payload,), 0, len(text), text, payload, payload)
    query = understand(payload or "问", Session(), date(2026, 11, 22))
    citation = Citation(1, policy(payload), chunk, payload, 4, 4 + len(payload))
    near = Passage(chunk, policy(payload), 0.5)
    for answer in (
        Answer(Status.ANSWERED, f"{payload}[1][9]\n- {payload}[1]", query, (citation,), notices=(payload,)),
        Answer(Status.ABSTAINED, payload, query, nearest=(near,)),
    ):
        reply = Reply.of(answer, [policy(payload)])
        said = [
            Exchange(1, payload, reply=reply, suggestions=(payload,)),
            Exchange(2, payload, failure=payload),
        ]
        for view in (View(said), View(said[:1], disliked=1), View(said[:1], editing=1)):
            yield talk.talk(view)
        yield answers.sources(reply, [policy(payload)])
        yield answers.sources(reply, ())
    yield talk.talk(View([Exchange(1, payload)], running=(1, payload)))
    yield talk.talk(View([], examples=[payload]))
    yield talk.drawer([Listed("c" * 32, payload, datetime(2026, 6, 1))], "")
    body = documents.document(policy(payload), text, parse(text), (4, 4 + len(payload)), "现行")
    yield documents.document_page(policy(payload), body)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_makes_no_element_of_its_own(payload: str) -> None:
    """A payload adds no element, handler, style or foreign address, and no invisible character."""
    for page in shown(payload):
        assert visible(page) == page
        for element in html.fromstring(page).iter():
            assert TAGS.fullmatch(str(element.tag)), page
            for name, value in element.attrib.items():
                assert ATTRIBUTES.fullmatch(str(name)), page
                if name in ("href", "src") and element.tag != "link":
                    assert re.match(
                        r"document/0123456789abcdef\?|0123456789abcdef/text|export/(answer|conversation)/\w+\.",
                        value,
                    ), page


def test_an_abstention_shows_what_was_searched_and_what_is_no_answer() -> None:
    """The nearest passages are there to read, unmarked, and said not to be the answer."""
    chunk = Chunk("c", "0123456789abcdef", 0, ("第一条",), 0, 5, "第一条 甲", "", "")
    query = understand("宁夏的押金怎么退", Session(), date(2026, 11, 22))
    near = Passage(chunk, policy("甲办法"), 0.5)
    reply = Reply.of(Answer(Status.ABSTAINED, "没有规定。", query, nearest=(near,)), [policy("甲办法")])
    page = html.fromstring(answers.sources(reply, [policy("甲办法")]))
    text = page.text_content()
    assert "检索范围：宁夏回族自治区；以 2026年11月22日 现行的规定为准。" in text
    assert [e.text_content() for e in page.find_class("not")] == ["不是答案Not an answer"]
    assert "第一条 甲" in text
    assert list(page.iter("mark")) == []


def test_a_chip_says_that_its_rule_no_longer_holds() -> None:
    """A rule in force needs no word; one that is not is marked beside its name, in answer and panel."""
    chunk = Chunk("c", "0123456789abcdef", 0, ("第一条",), 0, 5, "第一条 甲", "", "")
    query = understand("问", Session(), date(2026, 11, 22))
    old = replace(policy("甲办法"), expires=date(2020, 1, 1))
    for kept, told in ((policy("甲办法"), []), (old, ["已失效"])):
        citation = Citation(1, kept, chunk, "第一条", 0, 3)
        reply = Reply.of(Answer(Status.ANSWERED, "甲。[1]", query, (citation,)), [kept])
        for shown in (answers.answer(reply), answers.sources(reply, [kept])):
            assert [e.text for e in html.fromstring(shown).find_class("past")] == told


@given(st.text())
def test_escaped_text_reads_the_same_and_holds_no_markup(text: str) -> None:
    """Parsing the escaped text gives back the visible text, as one text node."""
    escaped = escape(text)
    assert not set("<>\"'") & set(escaped)
    parsed = html.fromstring(f"<div>{escaped}</div>")
    assert len(parsed) == 0
    assert (parsed.text or "") == visible(text)


@given(st.text(alphabet="甲乙\n|<#\u200b ", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_marks_hold_exactly_the_quoted_characters(text: str, start: int, length: int) -> None:
    """Whatever lines, tables and headings do, what is marked is what was quoted (white space aside)."""
    span = (min(start, len(text)), min(start + length, len(text)))
    parsed = html.fromstring(f"<div>{documents.paragraphs(text, [span])}</div>")
    marked = "".join(mark.text_content() for mark in parsed.iter("mark"))
    wanted = visible(text[slice(*span)])
    # Line ends, table bars and the # of a heading are formatting, not characters that a reader sees.
    fold = str.maketrans("", "", "\n| #")
    assert marked.translate(fold) == wanted.translate(fold)


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("https://www.gov.cn/a/b.html?x=1", "https://www.gov.cn/a/b.html?x=1"),
        ("javascript:alert(1)", None),
        ("https://a.example/' onclick='x", None),
        ("data:text/html,x", None),
        ("某某省民政厅网站", None),
        (None, None),
    ],
)
def test_only_plain_web_addresses_become_links(source: str | None, address: str | None) -> None:
    assert web_address(source) == address


def site() -> TestClient:
    async def page(_: object) -> HTMLResponse:
        return HTMLResponse("<script>one()</script><script src=a.js></script><p>x</p>")

    async def full(_: object) -> JSONResponse:
        return JSONResponse({"detail": "Queue is full."}, 503)

    routes = [Route("/", page), Route("/gradio_api/queue/join", full, methods=["POST"])]
    return TestClient(SecurityHeaders(VisitorCookie(Starlette(routes=routes))))


def test_only_the_pages_own_inline_scripts_may_run() -> None:
    """Scripts run by the hash of what the server wrote itself, never by 'unsafe-inline'."""
    response = site().get("/", headers={"Accept": "text/html", "Accept-Encoding": "br"})
    rules = dict(
        rule.strip().split(" ", 1) for rule in response.headers["Content-Security-Policy"].split(";")
    )
    digest = base64.b64encode(hashlib.sha256(b"one()").digest()).decode()
    assert rules["script-src"] == f"'self' 'unsafe-eval' 'sha256-{digest}'"
    assert rules["img-src"] == "'self' data: blob:"
    assert rules["frame-ancestors"] == "'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_full_queue_is_told_in_chinese() -> None:
    response = site().post("/gradio_api/queue/join")
    assert (response.status_code, response.content) == (429, BUSY)


def test_streams_are_passed_on_piece_by_piece() -> None:
    """Events of an answer under way must not wait for its end."""
    sent: list[Message] = []

    async def app(scope: object, receive: object, send: object) -> None:
        assert callable(send)
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        assert [m["type"] for m in sent] == ["http.response.start", "http.response.body"]

    async def run() -> None:
        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request"}

        await SecurityHeaders(app)({"type": "http", "path": "/", "headers": []}, receive, send)

    asyncio.run(run())
    assert len(sent) == 2


def test_a_browser_gets_one_random_id_that_scripts_cannot_read() -> None:
    """The id comes with the first page, is not given again, and differs for every browser."""
    first, second = site(), site()
    given_out = first.get("/", headers={"Accept": "text/html"}).headers["Set-Cookie"]
    assert "HttpOnly" in given_out
    assert "SameSite=Strict" in given_out
    assert "Set-Cookie" not in first.get("/").headers
    second.get("/")
    assert first.cookies[COOKIE] != second.cookies[COOKIE]


@pytest.mark.parametrize(
    ("card", "others", "state"),
    [
        ({}, (), "现行"),
        ({"effective": date(2027, 1, 1)}, (), "尚未施行"),
        ({"expires": date(2026, 11, 21)}, (), "已失效"),
        ({"expires": date(2026, 11, 22)}, (), "现行"),
        ({"published": date(2020, 1, 1)}, ({"published": date(2024, 1, 1)},), "已被取代"),
        ({"published": date(2020, 1, 1)}, ({"published": date(2027, 1, 1)},), "现行"),
        ({"published": date(2020, 1, 1)}, ({"family": "y", "supersedes": ("甲办法",)},), "已被取代"),
    ],
)
def test_standing_of_a_policy_on_a_day(
    card: dict[str, object], others: tuple[dict[str, object], ...], state: str
) -> None:
    def made(identity: str, fields: dict[str, object]) -> Policy:
        return Policy(**{"id": identity, "title": "甲办法", "family": "x", **fields})  # type: ignore[arg-type]

    kept = [made("1", card), *(made(str(n), fields) for n, fields in enumerate(others, 2))]
    assert standing(kept[0], kept, date(2026, 11, 22)) == state
