"""The file of users: written whole or not at all, private, and read again when it changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from page import users
from page.backoff import Backoff
from page.users import AccessError, Role, Users

PASSWORD = "一个足够长的密码01"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "users.yaml"
    users.add(path, "张三", Role.MANAGER, PASSWORD)
    return path


def test_a_password_is_kept_as_an_argon2id_hash_in_a_private_file(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert PASSWORD not in text
    assert "$argon2id$" in text
    assert file.stat().st_mode & 0o777 == 0o600
    kept = Users(file)
    assert kept.check("张三", PASSWORD) == kept.all()["张三"]
    assert kept.check(" 张三 ", PASSWORD)
    assert kept.check("张三", PASSWORD + "x") is None
    assert kept.check("张三", "") is None


def test_a_change_that_fails_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.read_bytes()

    def broken(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="no space"):
        users.add(file, "李四", Role.READER, PASSWORD)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("", PASSWORD, "姓名"),
        ("a\nb", PASSWORD, "姓名"),
        ("x" * 65, PASSWORD, "姓名"),
        ("李四", "短", "密码至少"),
    ],
)
def test_what_is_no_name_or_password_is_refused(file: Path, name: str, password: str, said: str) -> None:
    with pytest.raises(AccessError, match=said):
        users.add(file, name, Role.READER, password)


@pytest.mark.parametrize(
    "text",
    ["", "users:\n- name: a", "users:\n- {name: a, role: boss, password: $argon2id$x}", "[", "users: {a: b}",
     "users:\n- {name: a, role: reader, password: plain}"],
)  # fmt: skip
def test_a_broken_file_is_told_and_never_opens_the_door(tmp_path: Path, text: str) -> None:
    path = tmp_path / "users.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AccessError, match="格式不对"):
        Users(path).all()
    with pytest.raises(AccessError, match="没有用户文件"):
        Users(tmp_path / "none.yaml").all()


def test_a_changed_file_counts_at_once_and_a_broken_change_does_not(file: Path) -> None:
    kept = Users(file)
    assert list(kept.all()) == ["张三"]
    users.add(file, "李四", Role.READER, PASSWORD)
    assert list(kept.all()) == ["张三", "李四"]
    file.write_text("[", encoding="utf-8")
    assert list(kept.all()) == ["张三", "李四"]
    with pytest.raises(AccessError, match="没有用户“王五”"):
        users.remove(tmp := file.with_name("other.yaml"), "王五")
    assert not tmp.exists()


def test_waiting_doubles_to_a_quarter_of_an_hour_and_is_forgotten() -> None:
    now = 0.0
    backoff = Backoff(free=3, clock=lambda: now)
    waits = []
    for _ in range(15):
        backoff.failed("张三")
        waits.append(backoff.wait("张三"))
    assert waits[:6] == [0, 0, 1, 2, 4, 8]
    assert waits[-1] == 900
    assert backoff.wait("李四") == 0
    now = 3700.0
    assert backoff.wait("张三") == 0
    backoff.failed("张三")
    assert backoff.wait("张三") == 0
    backoff.succeeded("张三")


def test_many_made_up_names_do_not_free_a_slowed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("page.backoff.REMEMBERED", 100)
    backoff = Backoff(free=1, clock=lambda: 0.0)
    for _ in range(9):
        backoff.failed("张三")
    for n in range(1000):
        backoff.failed(f"x{n}")
    assert backoff.wait("张三") == 256
