"""政策库: what is listed, how an upload becomes a policy, who may, and all of it in a real Chromium."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
from fakes import PURCHASE, RELIEF, FakeEmbedder, statute
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient
from test_app import CHROMIUM, PATIENCE, ask, browser, page, site  # noqa: F401

from ingest.card import CardError, Policy
from ingest.library import Library
from page import deliveries, logs, shelf
from page.access import ANYONE, Access
from page.desk import Desk
from page.holdings import Filter, day_of, holdings, relatives, standings
from page.intake import Batch, Intake, Job, Refused
from page.server import routes
from page.side_by_side import side_by_side
from page.tabs import manage
from page.tabs.card_form import FIELDS, card_of, values_of

TODAY = date(2026, 6, 1)
NOTICE = """海南省养老补贴办法

第一条 高龄老年人每人每月养(yǎng)老(lǎo)补贴二百元。

第二条 本办法由海南省民政厅解释。
"""
OLD = replace(PURCHASE.policy, id="old", published=date(2014, 1, 1), document_number="财综〔2014〕96号")
SUCCESSOR = replace(
    PURCHASE.policy, id="next", family="x", title="新办法", supersedes=("政府购买服务管理办法",)
)


def titles(library: Library, **wanted: object) -> list[str]:
    return [one.policy.title for one in holdings(library, Filter(**wanted), TODAY)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["宁夏社会救助办法", "政府购买服务管理办法"]),
        ({"text": "购买服务管理"}, ["政府购买服务管理办法"]),
        ({"text": "公示七日"}, ["宁夏社会救助办法"]),
        ({"text": "月球"}, []),
        ({"text": "月球上没有的民政词语"}, []),  # one word of several is not enough
        ({"region": "640000"}, ["宁夏社会救助办法"]),
        ({"region": "440000"}, []),
        ({"rank": "法律"}, []),
        ({"standing": "现行"}, ["宁夏社会救助办法", "政府购买服务管理办法"]),
        ({"standing": "已失效"}, []),
        ({"since": date(2020, 1, 3)}, []),
        ({"until": date(2020, 1, 2), "text": "宁夏"}, ["宁夏社会救助办法"]),
    ],
)
def test_the_list_holds_what_the_filter_lets_through(
    library: Library, wanted: dict[str, object], found: list[str]
) -> None:
    assert titles(library, **wanted) == found


def test_a_number_is_found_whatever_its_brackets(library: Library, embedder: FakeEmbedder) -> None:
    numbered = statute("编号办法", ["街道办事处每年三月以前公布购买服务目录，并接受居民监督。"])
    replace(numbered, policy=replace(numbered.policy, document_number="民发〔2014〕3号")).store(
        library, embedder
    )
    assert titles(library, text="民发[2014] 3号") == ["编号办法"]


def test_a_region_holds_what_lies_in_it() -> None:
    """A city's rule is listed under its province, and the nation's under the nation alone."""
    from page.holdings import _lies_in

    assert [_lies_in(code, "640000") for code in ("640000", "640100", "440000", "100000", None)] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert not _lies_in("640000", "100000")


def test_a_timeline_tells_versions_and_successors() -> None:
    policies = [OLD, PURCHASE.policy, SUCCESSOR]
    assert standings(policies, TODAY) == {"old": "已被取代", PURCHASE.policy.id: "已被取代", "next": "现行"}
    assert [(r.held.policy.id, r.how) for r in relatives(PURCHASE.policy, policies, TODAY)] == [
        (PURCHASE.policy.id, "本文件"),
        ("next", "取代本文件"),
        ("old", "同一政策的另一版本"),
    ]


@pytest.mark.parametrize(
    ("typed", "day"), [("", None), ("2019", date(2019, 1, 1)), ("2019年3月4日", date(2019, 3, 4))]
)
def test_a_day_is_read_as_people_type_it(typed: str, day: date | None) -> None:
    assert day_of(typed) == day
    with pytest.raises(ValueError, match="去年"):
        day_of("去年")


def test_a_card_goes_through_its_form_unchanged() -> None:
    policy = replace(RELIEF.policy, supersedes=("旧办法", "试行办法"), expires=date(2030, 1, 1), digest=True)
    assert card_of(policy, values_of(policy)) == replace(
        policy, family=card_of(policy, values_of(policy)).family
    )


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("published", "去年", "发布日期"),
        ("region", "火星", "适用地区"),
        ("title", "", "标题"),
        ("rank", "圣旨", "效力层级"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(field: str, typed: str, told: str) -> None:
    values = values_of(RELIEF.policy)
    values[[name for name, *_ in FIELDS].index(field)] = typed
    with pytest.raises(CardError, match=told):
        card_of(RELIEF.policy, values)


def upload(folder: Path, name: str, text: str | bytes) -> Path:
    """A file where Gradio would put it."""
    file = folder / "gradio" / name / name
    file.parent.mkdir(parents=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def read(intake: Intake, folder: Path, **files: str | bytes) -> Batch:
    job = intake.read("me", "甲", [upload(folder, f"{name}.txt", text) for name, text in files.items()])
    assert job.ended.wait(60)
    batch = intake.batch("me")
    assert batch
    return batch


def test_an_upload_is_drafted_and_its_file_removed(tmp_path: Path) -> None:
    """Gradio's copy goes at once, ours with the drafts; a bad file has its reason."""
    intake = Intake(tmp_path / "library")
    batch = read(intake, tmp_path, 办法=NOTICE, 空=b"")
    assert [(d.name, bool(d.policy), bool(d.reason)) for d in batch.drafts] == [
        ("办法.txt", True, False),
        ("空.txt", False, True),
    ]
    assert list((tmp_path / "gradio").iterdir()) == []
    assert batch.folder.is_dir()
    intake.drop("me")
    assert not batch.folder.exists()
    assert intake.batch("other") is None


def test_uploads_of_a_killed_process_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, new = tmp_path / "policy-intake-old", tmp_path / "policy-intake-new"
    for folder in (old, new):
        (folder / "0001").mkdir(parents=True)
    os.utime(old, (0, 0))
    Intake(tmp_path / "library")
    assert (old.exists(), new.exists()) == (False, True)


def test_one_change_at_a_time_and_the_second_is_told_whose_the_first_is(tmp_path: Path) -> None:
    intake = Intake(tmp_path)
    intake.latest = Job("add", "甲")
    with pytest.raises(Refused, match="甲 正在存入文件"):
        intake.change("withdraw", "乙", policy_id="x")
    intake.latest.ended.set()
    job = intake.change("withdraw", "乙", policy_id="x")
    assert job.ended.wait(60)
    assert "没有编号" in job.failure


def test_a_change_that_fails_tells_the_number_of_its_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change runs in a thread of its own; the sentence and the log have the number all the same."""
    monkeypatch.setattr("page.intake.run", lambda *_: 1 / 0)
    with logs.numbered(SimpleNamespace(scope={"request_id": "r0123456789ab"})):
        job = Intake(tmp_path).change("withdraw", "甲", policy_id="x")
    assert job.ended.wait(10)
    assert "r0123456789ab" in job.failure


@pytest.mark.parametrize("count", [0, 51])
def test_too_many_files_are_refused(tmp_path: Path, count: int) -> None:
    files = [upload(tmp_path, f"{n}.txt", "文") for n in range(count)]
    with pytest.raises(Refused, match="1 到 50"):
        Intake(tmp_path).read("me", "甲", files)
    assert not any(file.exists() for file in files)


def test_a_text_that_is_held_begins_with_the_card_that_is_held(tmp_path: Path) -> None:
    batch = read(Intake(tmp_path / "library"), tmp_path, 办法=NOTICE)
    drafted = batch.drafts[0].policy
    assert drafted
    batch.take_known([replace(drafted, title="改正过的")])
    assert [card.title for _, card in batch.ready()] == ["改正过的"]
    assert "相同" in deliveries.note(drafted, [drafted])
    assert "其他版本" in deliveries.note(drafted, [replace(drafted, id="x", published=date(2001, 1, 1))])
    assert deliveries.note(drafted, []) == ""


def test_both_texts_stand_beside_one_another() -> None:
    shown = side_by_side("同一段\n民政(zhèng)<b>", "同一段\n民政<b>")
    assert "<td>民政<del>(zhèng)</del>&lt;b&gt;</td><td>民政&lt;b&gt;</td>" in shown
    assert "1 段相同" in shown
    assert "<b>" not in shown


def test_names_and_texts_of_documents_are_inert() -> None:
    """Titles, file names, reasons and repairs are shown as the characters they are."""
    evil = "<img src=x onerror=alert(1)>"
    policy: Policy = replace(RELIEF.policy, title=evil, document_number=evil, issuers=(evil,))
    job = Job("add", evil, failure=evil)
    for shown in (
        shelf.listing([shelf.Held(policy, "现行")], 1, ""),
        shelf.detail(shelf.Held(policy, "现行"), [], []),
        deliveries.progress(job),
    ):
        assert "<img" not in shown
        assert "&lt;img" in shown


def test_a_reader_may_look_and_change_nothing(library: Library, tmp_path: Path) -> None:
    """Neither by uploading nor by calling what the page hides from readers."""
    desk = Desk(library.directory, office_dir=tmp_path)
    client = TestClient(routes(desk, Access(everyone=ANYONE)))
    assert client.get(f"/document/{RELIEF.policy.id}").status_code == 200
    assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 403
    assert client.get("/export/missing.xlsx").status_code == 403
    request = SimpleNamespace(request=SimpleNamespace(scope={"visitor": ANYONE}))
    with pytest.raises(gr.Error, match="不能修改文件库"):
        manage._manager(request)  # type: ignore[arg-type]


expect.set_options(timeout=PATIENCE)
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium")


@needs_chromium
def test_upload_correct_store_ask_withdraw(page: Page, tmp_path: Path) -> None:  # noqa: F811
    """Two files and a bad one: what is stored is found by asking, and when withdrawn no more."""
    files = {
        "办法.txt": NOTICE.encode(),
        "<b>另一.md": "# 海南省走访办法\n\n第一条 每季度走访一次。\n".encode(),
        "坏.pdf": b"?",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    page.get_by_role("tab", name="政策库").click()
    expect(page.locator("#listing tbody tr")).to_have_count(2)
    page.get_by_role("button", name="管理文件库").click()
    page.locator("#upload input[type=file]").set_input_files(str(tmp_path / "坏.pdf"))
    expect(page.locator("#drafts .refused")).to_be_visible()
    expect(page.get_by_role("button", name="存入文件库")).to_be_disabled()
    page.locator("#upload input[type=file]").set_input_files([str(tmp_path / name) for name in files])
    drafts = page.locator("#drafts tbody tr")
    expect(drafts).to_have_count(3)
    expect(page.get_by_role("button", name="存入文件库")).to_be_enabled()
    expect(page.locator("#drafts .refused")).to_contain_text("扩展名是 .pdf")
    page.locator("#drafts .pick", has_text="海南省养老补贴办法").click()
    page.locator("#draft-title textarea, #draft-title input").fill("海南省高龄补贴办法")
    page.locator("#draft-region textarea, #draft-region input").fill("火星")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("不是省、市、县的名称")).to_be_visible()
    page.locator("#draft-region textarea, #draft-region input").fill("海南")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#drafts")).to_contain_text("海南省高龄补贴办法")
    page.get_by_role("button", name="存入文件库").click()
    expect(page.locator("#progress .badge")).to_have_count(2)
    expect(page.locator("#listing tbody tr")).to_have_count(4)
    page.locator("#listing .pick", has_text="高龄补贴").click()
    page.locator("#detail summary").click()
    page.locator("#detail [data-compare]").click()
    expect(page.locator("#detail .beside del").first).to_have_text("(yǎng)")
    page.locator("#detail a.open").click()
    expect(page.locator("#reader h2")).to_have_text("海南省高龄补贴办法")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="问答").click()
    ask(page, "海南高龄老年人每月补贴多少元？")
    expect(page.locator("#newest .answer")).to_contain_text("二百元")
    page.get_by_role("tab", name="政策库").click()
    page.get_by_role("button", name="撤下", exact=True).click()
    page.get_by_role("button", name="确认撤下").click()
    expect(page.locator("#progress")).to_contain_text("已撤下")
    expect(page.locator("#listing tbody tr")).to_have_count(3)
    page.get_by_role("tab", name="问答").click()
    ask(page, "海南高龄老年人每月补贴多少元？")
    expect(page.locator("#newest .answer")).not_to_contain_text("二百元")


@needs_chromium
def test_a_list_is_searched_while_typing(page: Page) -> None:  # noqa: F811
    page.get_by_role("tab", name="政策库").click()
    expect(page.locator("#listing")).to_contain_text("走访办法")
    page.get_by_label("标题、文号或正文里的词").fill("公益一类事业单位")
    expect(page.locator("#listing tbody tr")).to_have_count(1)
    expect(page.locator("#listing")).to_contain_text("采购办法")
    page.get_by_label("标题、文号或正文里的词").fill("火星")
    expect(page.locator("#listing")).to_contain_text("没有符合条件的文件")


@needs_chromium
def test_on_a_phone_what_is_told_of_a_document_stands_in_one_line(page: Page) -> None:  # noqa: F811
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("tab", name="政策库").click()
    row = page.locator("#listing tbody tr", has_text="采购办法")
    expect(row).to_be_visible()
    tops = row.locator("td:nth-child(n+2)").evaluate_all("cells => cells.map(c => Math.round(c.offsetTop))")
    assert max(tops) - min(tops) < 10
