"""What files are called, spelled so that it can be kept, and what the system's errors about them mean."""

from __future__ import annotations

import errno
import os
from pathlib import PurePosixPath

WHY = {
    errno.EACCES: "没有读取权限，请改权限后再试",
    errno.EPERM: "没有读取权限，请改权限后再试",
    errno.ENOENT: "文件不存在，请检查路径",
    errno.ENAMETOOLONG: "文件名太长，请改短后再试",
    errno.ELOOP: "链接绕圈，请直接给出文件本身",
    errno.EIO: "磁盘读取出错，请检查磁盘",
    errno.EMFILE: "打开的文件太多，请稍后再试",
}


def untaken(name: str, taken: dict[str, int]) -> str:
    """Two members of one name are two files: 通知.docx, 通知（2）.docx.

    `taken` holds each name with the last number it was given, so that thousands are quickly told apart.
    """
    path, number, free = PurePosixPath(name), taken.get(name, 1), name
    while free in taken:
        number += 1
        free = str(path.parent / f"{path.stem}（{number}）{path.suffix}")
    taken[name] = number
    taken.setdefault(free, 1)
    return free


def why(fault: OSError) -> str:
    """What the system's error means and what to do next, in Chinese."""
    return WHY.get(fault.errno or 0, "系统不允许读取，请检查文件和磁盘")


def spelled(path: str) -> str:
    """A path of any bytes as text that can be kept: names from old Chinese systems are in GBK.

    Example: spelled(os.fsdecode("低保.txt".encode("gbk"))) -> "低保.txt"
    """
    return "/".join(_spelled(os.fsencode(part)) for part in path.split("/"))


def _spelled(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("gb18030", "backslashreplace")
