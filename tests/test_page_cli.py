"""python -m page: users are added, listed, given tokens and removed; passwords are read, never arguments."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from page.__main__ import main
from page.users import Users

PASSWORD = "一个足够长的密码01"


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_user_is_added_listed_given_a_token_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "users.yaml"
    monkeypatch.setenv("OFFICE_USERS", str(file))
    typed(monkeypatch, f"{PASSWORD}\n")
    assert main(["user", "add", "张三", "--role", "manager"]) == 0
    kept = Users(file)
    assert kept.check("张三", PASSWORD)
    capsys.readouterr()
    assert main(["user", "token", "张三"]) == 0
    token = capsys.readouterr().out.strip()
    assert kept.of_token(token) == kept.all()["张三"]
    assert main(["user", "list"]) == 0
    assert capsys.readouterr().out == "张三\tmanager\t1 个令牌\n"
    assert main(["user", "revoke", "张三"]) == 0
    assert kept.of_token(token) is None
    assert main(["user", "remove", "张三"]) == 0
    assert kept.all() == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["user", "list"], "没有用户文件"),
        (["user", "remove", "王五"], "没有用户“王五”"),
        (["user", "token", "王五"], "没有用户“王五”"),
        (["user", "add", "王五"], "密码至少"),
    ],
)
def test_what_cannot_be_done_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OFFICE_USERS", raising=False)
    typed(monkeypatch, "短\n")
    assert main(arguments) == 1
    assert said in capsys.readouterr().err
