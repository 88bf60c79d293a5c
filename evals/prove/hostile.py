"""What every hostile file is: its suffix, its bytes, and what must become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

HIDDEN = "每户发放98765元"
GOOD = "本办法第{}号服务由县级人民政府民政部门负责，街道办事处应当公开服务目录，接受群众监督。"


@dataclass(frozen=True)
class Made:
    """A hostile file: `planted` must not be stored as text; `refused` where nothing in it can be stored."""

    suffix: str
    data: bytes
    planted: str = ""
    refused: bool = False


Maker = Callable[[Random], Made]
