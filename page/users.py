"""A file of users in, people with a role out: `users.yaml` holds names, roles, argon2id hashes and tokens.

Example of an entry: {name: 张三, role: manager, password: $argon2id$…, tokens: [sha256 of a token]}
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import tempfile
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LOG = logging.getLogger(__name__)
MIN_PASSWORD, MAX_PASSWORD, MAX_NAME = 10, 256, 64
HASHER = PasswordHasher()
# Verified against for a name that nobody has, so that the time of an answer does not tell.
NOBODY = HASHER.hash(secrets.token_hex())
VERIFYING = threading.BoundedSemaphore(2)  # one hash takes 64 MiB


class AccessError(Exception):
    """The start or a change of users is refused; the message says why and what to do."""


class Role(StrEnum):
    """What a person may do; a manager may do all that a reader may."""

    READER = "reader"
    MANAGER = "manager"


@dataclass(frozen=True)
class User:
    """A person who may sign in; `tokens` are sha256 digests of what their programs send."""

    name: str
    role: Role
    password: str
    tokens: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Changes with the password, which ends the sessions begun with the old one."""
        return _digest(self.password)


class Users:
    """The users of a file, read again when the file has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._kept: dict[str, User] = {}

    def all(self) -> dict[str, User]:
        """Users by name; where a changed file cannot be read, those it held before."""
        stamp = self._now()
        if stamp != self._stamp or stamp is None:
            try:
                self._kept = {user.name: user for user in read(self.path)}
            except AccessError:
                if self._stamp is None:
                    raise
                LOG.exception("the file of users cannot be read; the users known before stay")
            self._stamp = stamp or self._stamp
        return self._kept

    def _now(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def check(self, name: str, password: str) -> User | None:
        """The user of that name and password; takes as long for a name that nobody has."""
        user = self.all().get(clean_name(name))
        with VERIFYING:
            try:
                HASHER.verify(user.password if user else NOBODY, password[:MAX_PASSWORD])
            except (VerificationError, InvalidHashError):
                return None
        return user

    def of_token(self, token: str) -> User | None:
        """The user whose program sends this token."""
        digest = _digest(token)
        users = self.all().values()
        return next((u for u in users if any(hmac.compare_digest(digest, t) for t in u.tokens)), None)


def read(path: Path) -> list[User]:
    """The users of a file."""
    try:
        rows = (yaml.safe_load(path.read_text(encoding="utf-8")) or {})["users"]
        return [_user(row) for row in rows or ()]
    except FileNotFoundError as fault:
        raise AccessError(
            f"没有用户文件 {path}。请先建立：python -m page user add 姓名 --role manager --users {path}"
        ) from fault
    except OSError as fault:
        raise AccessError(f"用户文件 {path} 读不出来（{fault.strerror}），请检查路径和权限。") from fault
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise AccessError(
            f"用户文件 {path} 的格式不对。每人应有 name、role（reader 或 manager）和 password；"
            "请用 python -m page user 来修改。"
        ) from fault


def write(path: Path, users: Iterable[User]) -> None:
    """Put a new file in the place of the old one at once, readable by its owner only."""
    rows = [{**asdict(user), "role": str(user.role), "tokens": list(user.tokens)} for user in users]
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yaml.safe_dump({"users": rows}, file, allow_unicode=True, sort_keys=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def add(path: Path, name: str, role: Role, password: str) -> None:
    """Add a user, or give one that is there another role and password; their tokens stay."""
    name = clean_name(name)
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise AccessError(f"姓名要写 1 到 {MAX_NAME} 个字，不能有控制字符。")
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise AccessError(f"密码至少 {MIN_PASSWORD} 个字符，最多 {MAX_PASSWORD} 个。")
    users = _by_name(path)
    former = users.get(name)
    users[name] = User(name, role, HASHER.hash(password), former.tokens if former else ())
    write(path, users.values())


def remove(path: Path, name: str) -> None:
    """Take a user away, and with them their sessions and tokens."""
    users = _by_name(path)
    del users[_known(users, name)]
    write(path, users.values())


def issue_token(path: Path, name: str) -> str:
    """A new token for a user's programs; only its digest is kept, so it is shown this once."""
    users = _by_name(path)
    known = _known(users, name)
    token = secrets.token_urlsafe(32)
    users[known] = replace(users[known], tokens=(*users[known].tokens, _digest(token)))
    write(path, users.values())
    return token


def revoke_tokens(path: Path, name: str) -> None:
    """End all tokens of a user."""
    users = _by_name(path)
    known = _known(users, name)
    users[known] = replace(users[known], tokens=())
    write(path, users.values())


def clean_name(name: str) -> str:
    """The same name however it was typed: full-width letters and spaces around it do not count."""
    return unicodedata.normalize("NFKC", name).strip()


def _by_name(path: Path) -> dict[str, User]:
    return {user.name: user for user in read(path)} if path.exists() else {}


def _known(users: dict[str, User], name: str) -> str:
    if clean_name(name) not in users:
        raise AccessError(f"没有用户“{name}”。现有：{'、'.join(users) or '无'}")
    return clean_name(name)


def _user(row: dict[str, Any]) -> User:
    password = str(row["password"])
    if not password.startswith("$argon2id$"):
        raise ValueError("not an argon2id hash")
    return User(clean_name(str(row["name"])), Role(row["role"]), password, tuple(row.get("tokens") or ()))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
