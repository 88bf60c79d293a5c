"""What a person sees of `python -m ingest`: texts, tables, reasons and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from fakes import FakeEmbedder

from ingest.__main__ import main
from ingest.library import Library
from ingest.pipeline import ingest_paths
from ingest.words import words

NOTICE = """关于开展政府购买服务试点的通知

一、购买主体

使用财政性资金的各级行政机关是购买主体，应当编制购买服务目录并向社会公布。

二、承接主体

依法登记的社会组织和企业可以承接服务，应当具备相应的专业人员和设施设备。
"""


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> FakeEmbedder:
    embedder = FakeEmbedder()
    monkeypatch.setattr("ingest.embeddings.load_embedder", lambda model=None: embedder)
    return embedder


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good document, working directory beside it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "通知.txt").write_text(NOTICE, encoding="gb18030")
    return folder


def _run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def _id() -> str:
    with Library.open(Path("var/library")) as library:
        return library.policies()[0].id


def test_stored_then_unchanged_then_replaced(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, files)
    assert code == 0
    assert "已存入 1 份" in out
    code, out, _ = _run(capsys, "add", files)
    assert (code, "未变化 1 份" in out) == (0, True)
    (files / "通知.txt").write_text(NOTICE.replace("公布", "公示"))
    code, out, _ = _run(capsys, files)
    assert (code, "已替换 1 份" in out) == (0, True)
    assert "共 1 份文件" in _run(capsys, "list")[1]


def test_one_bad_file_among_good_ones_is_named_with_a_reason(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "空.txt").touch()
    (files / "假.txt").write_bytes(bytes(range(256)) * 20)
    (files / "副本.txt").write_text(NOTICE)
    (files / ".隐藏.txt").write_text(NOTICE)
    (files / "README.md").write_text("# 说明")
    (files / "孤.docx.card.yaml").write_text("title: 无")
    os.symlink("/etc/passwd", files / "链接.txt")
    os.mkfifo(files / "管道.txt")
    code, out, _ = _run(capsys, files, files / "不存在.txt")
    assert code == 0
    assert "已存入 1 份，已替换 0 份，未变化 1 份，已跳过 5 份，未入库 3 份。" in out
    for said in (
        "内容与已入库的",
        "文件是空的",
        "不跟随",
        "不是普通文件",
        "隐藏文件",
        "说明文件",
        "文件不存在",
    ):
        assert said in out.replace("\n", "")


def test_files_in_a_zip_are_stored_each_with_its_outcome(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(files / "汇编.zip", "w") as archive:
        archive.writestr("一.txt", NOTICE)
        archive.writestr("二.txt", NOTICE.replace("公布", "公示"))
    (files / "通知.txt").unlink()
    assert "已存入 2 份" in _run(capsys, files)[1]
    assert "未变化 2 份" in _run(capsys, files)[1]


def test_nothing_stored_is_an_error(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "通知.txt").write_text("")
    code, out, _ = _run(capsys, files)
    assert (code, "未入库 1 份" in out) == (1, True)


def test_clean_prints_the_text_alone(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "通知.txt").write_text(NOTICE.replace("目录", "目\u200b录"))
    code, out, err = _run(capsys, "clean", files / "通知.txt")
    assert (code, out.strip()) == (0, NOTICE.strip())
    assert err.startswith("清洗：")


def test_clean_starts_at_once(files: Path) -> None:
    """It imports neither the model nor Chroma."""
    code = "import sys; from ingest.__main__ import main; main(['clean', sys.argv[1]]);"
    code += "assert not {'torch', 'chromadb', 'sentence_transformers', 'langchain_core'} & set(sys.modules)"
    package = Path(__file__).parent.parent
    command = [sys.executable, "-c", code, str(files / "通知.txt")]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(package)})


def test_outline_gives_exact_spans(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = _run(capsys, "clean", files / "通知.txt")
    code, out, _ = _run(capsys, "outline", files / "通知.txt", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["card"]["title"] == "关于开展政府购买服务试点的通知"
    assert "一、" in {provision["label"] for provision in found["provisions"]}
    assert all(text[p["start"] : p["end"]] == p["text"] for p in found["provisions"])


def test_a_corrected_card_beside_the_file_costs_no_encoding(
    files: Path, capsys: pytest.CaptureFixture[str], model: FakeEmbedder
) -> None:
    _run(capsys, files)
    _, out, _ = _run(capsys, "card", files / "通知.txt")
    card = yaml.safe_load(out)
    (files / "通知.txt.card.yaml").write_text(yaml.safe_dump(card | {"region": "广东"}, allow_unicode=True))
    model.encoded.clear()
    code, out, _ = _run(capsys, files)
    assert (code, "已替换 1 份" in out, model.encoded) == (0, True, [])
    assert "广东省" in _run(capsys, "show", _id())[1]


def test_a_card_that_cannot_be_read_is_a_reason(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "通知.txt.card.yaml").write_text("title: [未完")
    code, out, _ = _run(capsys, files)
    assert (code, "通知.txt.card.yaml 第 1 行" in out) == (1, True)


def test_front_matter_is_the_card(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "通知.txt").rename(files / "通知.md")
    body = f"---\ntitle: 试点通知\nregion: 广东\npublished: 2020-01-02\n---\n{NOTICE}"
    (files / "通知.md").write_text(body)
    _run(capsys, files)
    with Library.open(Path("var/library")) as library:
        (policy,) = library.policies()
        assert (policy.title, policy.region, str(policy.published)) == ("试点通知", "440000", "2020-01-02")
        assert "---" not in library.text(policy.id)


def test_remove_and_rollback(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(capsys, files)
    identity = _id()
    assert _run(capsys, "remove", identity[:6])[0] == 0
    assert "共 0 份文件" in _run(capsys, "list")[1]
    assert _run(capsys, "rollback")[0] == 0
    assert identity in _run(capsys, "list")[1]
    code, _, err = _run(capsys, "remove", "不存在")
    assert (code, "python -m ingest list" in err) == (1, True)


def test_show_tells_the_card_the_provisions_and_the_cleaning(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "通知.txt").write_text(NOTICE.replace("目录", "目\u200b录"))
    _run(capsys, files)
    _, out, _ = _run(capsys, "show", _id())
    assert "title: 关于开展政府购买服务试点的通知" in out
    assert "承接主体" in out
    assert "清洗:\n" in out


def test_without_a_library_it_says_what_to_run(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["list"], ["show", "1"], ["remove", "1"], ["rollback"]):
        code, _, err = _run(capsys, *command, "--library", "absent")
        assert (code, "python -m ingest" in err) == (1, True)
    assert not Path("absent").exists()


def test_words_find_a_text_before_it_is_encoded(files: Path) -> None:
    """A model that fails to load costs the vectors, not the text; the next run does the rest."""

    def broken() -> FakeEmbedder:
        raise FileNotFoundError("找不到默认向量模型；请先运行：make setup")

    with pytest.raises(FileNotFoundError):
        ingest_paths([files], Path("library"), broken)
    with Library.open(Path("library")) as library:
        assert library.search_words(words("购买主体"), 3)
        assert len(library.unencoded()) == library.size
    (outcome,) = ingest_paths([files], Path("library"), FakeEmbedder())
    assert outcome.status == "unchanged"
    with Library.open(Path("library")) as library:
        assert library.unencoded() == []


def test_terminal_codes_in_names_are_not_obeyed(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "\x1b[31m红[bold].txt").write_text("")
    _, out, _ = _run(capsys, files)
    assert "\x1b" not in out
    assert "[bold]" in out
