"""What an administrator does to the office: `python -m page user …`, `backup FILE`, `restore FILE`."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from ingest.library import DEFAULT_LIBRARY
from ingest.storage import LibraryError
from page import users
from page.access import users_file
from page.backup import BackupError, Place, backup, restore
from page.store import StoreError
from page.users import AccessError, Role

ROLES = {Role.READER: "只能提问和查看", Role.MANAGER: "还能增删文件"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 where it could be carried out."""
    options = _parser().parse_args(arguments)
    try:
        run: Callable[[argparse.Namespace], None] = options.run
        run(options)
    except (AccessError, BackupError, LibraryError, StoreError) as fault:
        print(f"无法完成：{fault}", file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"无法完成：不能读写 {fault.filename}（{fault.strerror}），请检查路径和权限。", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m page", description="管理用户，备份和恢复")
    commands = parser.add_subparsers(required=True)
    people = commands.add_parser("user", help="用户").add_subparsers(required=True)
    add = people.add_parser("add", help="添加用户，或改密码和角色；从标准输入读密码")
    add.add_argument("--role", type=Role, choices=list(Role), default=Role.READER, help="默认 reader")
    about = {
        "list": ("列出用户", _list),
        "remove": ("删除用户，其登录和令牌立即失效", _remove),
        "token": ("发给用户的程序一个令牌，只显示这一次", _token),
        "revoke": ("作废用户的所有令牌", _revoke),
    }
    parsers = {name: people.add_parser(name, help=text) for name, (text, _) in about.items()}
    for name, one in (("add", add), *parsers.items()):
        one.add_argument("--users", type=Path, help="用户文件；默认 OFFICE_USERS，再默认 users.yaml")
        one.set_defaults(run=_add if name == "add" else about[name][1])
        if name != "list":
            one.add_argument("name")
    for name, run, text in (
        ("backup", _backup, "备份文件库、对话和用户；可以在运行时做"),
        ("restore", _restore, "恢复备份；先停下服务。原来的文件改名留在旁边"),
    ):
        one = commands.add_parser(name, help=text)
        one.add_argument("file", type=Path, help="备份文件 .tar")
        one.add_argument("--library", type=Path, default=DEFAULT_LIBRARY, help="文件库目录")
        one.add_argument("--office", type=Path, help="默认在文件库旁边的 office/")
        one.add_argument("--users", type=Path, help="用户文件；默认 OFFICE_USERS")
        one.set_defaults(run=run)
    return parser


def _place(options: argparse.Namespace) -> Place:
    office = options.office or options.library.parent / "office"
    return Place(options.library, office, users_file(options.users))


def _backup(options: argparse.Namespace) -> None:
    count = backup(_place(options), options.file)
    print(f"已备份 {count} 个文件到 {options.file}，并核对过。里面有密码的哈希和对话，请妥善保存。")


def _restore(options: argparse.Namespace) -> None:
    count = restore(options.file, _place(options))
    print(f"已恢复 {count} 个文件，向量索引已重建。原来的文件改名为 .before-…，确认无误后可以删除。")


def _file(options: argparse.Namespace) -> Path:
    return users_file(options.users) or Path("users.yaml")


def _add(options: argparse.Namespace) -> None:
    users.add(_file(options), options.name, options.role, _password())
    print(f"已写入 {_file(options)}：{options.name}，{options.role}（{ROLES[options.role]}）。")


def _list(options: argparse.Namespace) -> None:
    for user in users.read(_file(options)):
        print(f"{user.name}\t{user.role}\t{len(user.tokens)} 个令牌")


def _remove(options: argparse.Namespace) -> None:
    users.remove(_file(options), options.name)
    print(f"已删除 {options.name}。")


def _token(options: argparse.Namespace) -> None:
    print(users.issue_token(_file(options), options.name))


def _revoke(options: argparse.Namespace) -> None:
    users.revoke_tokens(_file(options), options.name)
    print(f"{options.name} 的令牌都已作废。")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("密码：")
    if first != getpass.getpass("再输一遍："):
        raise AccessError("两次输入的密码不一样，请重来。")
    return first


if __name__ == "__main__":
    sys.exit(main())
