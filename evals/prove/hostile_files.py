"""Hostile files into a library: none crashes, none is silently empty, none reaches out, good ones stay."""

from __future__ import annotations

import os
import re
import socket
from contextlib import suppress
from pathlib import Path
from random import Random

from evals.prove.files_office import OFFICE
from evals.prove.files_sealed import SEALED
from evals.prove.files_text import TEXTS
from evals.prove.hostile import GOOD, Made
from evals.prove.table import Measure, Scale, Suite, all_of, below, none
from evals.prove.watched import PUBLISHED, Handled, ingest_watched
from ingest.library import Library
from ingest.words import words

KINDS = {**TEXTS, **OFFICE, **SEALED}
LONG, SHORT = (600, 80)
SECONDS = 60.0
MEMORY = 2.0  # GB
CHINESE = re.compile("[一-龥]{4}")
# {} is the number that keeps names apart; a name may also be no text at all in UTF-8.
NAMES = (
    "{}-通知",
    "{}-\u202e通知",
    "{}\n通知",
    "-rf {}",
    "{}..",
    "{} ",
    "{}" + "长" * 70,
    "{}\x1b[31m",
    "{}'\"<b>&",
    "{}%2e%2e%2f",
    "{}\u200b",
    "{}💥",
    "{}$(touch pwned)",
    "{};rm",
    "{}\t",
    "CON{}",
    "{}.docx",
    "~{}",
    "{}\\..\\x",
    "{}*?[a]",
    "{}\udcff\udcfe",
)
EVERY = 10  # a good file after so many hostile ones


def prove(scale: Scale) -> Suite:
    """Make them, ingest them one by one in a watched process, and look at what is where afterwards."""
    folder = scale.home / "files"
    folder.mkdir()
    canaries = _canaries(scale.home)
    made, good = make(scale.seed, scale.size(LONG, SHORT), folder)
    special = _special(folder / "special")
    before = _tree(scale.home)
    handled = ingest_watched(folder, scale.home)
    outside = [f"库外有变化：{path}" for path in sorted(_tree(scale.home) ^ before)]
    kept = _stored(scale.home / "library", good.values())
    published = (scale.home / "library" / PUBLISHED).read_text(encoding="utf-8")
    wrong = [fault for one in handled for fault in judge(one, made.get(one.path))]
    wrong += [f"没有说法：{path.name!r}" for path in {*made, *special} - {one.path for one in handled}]
    listed = [outcome for one in handled for outcome in one.outcomes]
    refused = [o for o in listed if o.status in ("rejected", "skipped")]
    crashed = [one for one in handled if one.died]
    measures = (
        Measure("恶意文件", str(len(made) + len(special)), str(scale.size(500, SHORT))),
        none("程序中断或卡住", len(crashed)),
        none("没有说法、空的、藏字入库", len(wrong)),
        Measure("存入／拒收", f"{len(listed) - len(refused)} / {len(refused)}"),
        all_of("拒收的都用中文说明", sum(bool(CHINESE.search(o.reason)) for o in refused), len(refused)),
        below("一个文件最久", max(one.seconds for one in handled), SECONDS, "秒"),
        below("一个文件最多占内存", max(one.memory for one in handled), MEMORY, "GB"),
        none("库外的变化", len(outside) + _touched(canaries)),
        all_of("夹在中间的好文件", kept, len(good)),
        Measure("之后发布", published[:30], "成功", published.startswith("v0")),
    )
    slow = sorted(handled, key=lambda one: -one.seconds)[:5]
    told = [f"中断：{one.path.name!r}（{_kind(one.path)}）{one.died}" for one in crashed]
    told += [f"{one.seconds:.0f} 秒：{one.path.name!r}" for one in slow if one.seconds > SECONDS]
    told += [f"不是中文：{o.name!r} {o.reason}" for o in refused if not CHINESE.search(o.reason)]
    return Suite("恶意文件", measures, (*told, *wrong, *outside))


def make(seed: int, count: int, folder: Path) -> tuple[dict[Path, Made], dict[Path, str]]:
    """Write so many hostile files, the kinds in turn, and good ones among them, each found by a number."""
    hostile: dict[Path, Made] = {}
    good: dict[Path, str] = {}
    kinds = list(KINDS)
    for n in range(count):
        chance = Random(f"{seed}-{n}")
        kind = kinds[n % len(kinds)]
        made = KINDS[kind](chance)
        name = (chance.choice(NAMES) if chance.random() < 0.5 else "{}-通知").format(f"{n:04}{kind}")
        path = folder / f"{name.replace('/', '')}{made.suffix}"
        path.write_bytes(made.data)
        hostile[path] = made
        if n % EVERY == 0:
            number = f"{seed % 1000:03}{n:06}"
            path = folder / f"{n:04}-好.txt"
            path.write_text(f"第{number}号服务办法\n\n第一条　{GOOD.format(number)}\n", encoding="utf-8")
            good[path] = number
        if kind == "文件信息":
            _card_beside(path if made.suffix == ".txt" else folder / f"{n:04}-好.txt", chance)
    return hostile, good


def judge(one: Handled, made: Made | None) -> list[str]:
    """What is wrong with how a file was handled."""
    name = f"{one.path.name!r}"
    wrong = [f"没有结果：{name}"] if not one.outcomes and not one.died else []
    for outcome in one.outcomes:
        if outcome.status in ("rejected", "skipped"):
            continue
        if not outcome.text.strip():
            wrong.append(f"存入了空文：{name}")
        if made and made.planted and made.planted in outcome.text:
            wrong.append(f"藏的字入库：{name} {made.planted}")
        if made and made.refused:
            wrong.append(f"应拒而存：{name}")
    return wrong


def _kind(path: Path) -> str:
    return re.sub(r"^.*?\d{4}", "", path.stem)[:12]


def _card_beside(path: Path, chance: Random) -> None:
    """Not the good files' own: a card that cannot be read is a reason to refuse a file."""
    card = chance.choice(("[", "- 1", "title: !!python/name:os.system", "a: &a [*a]", "\x00", "region: 火星"))
    if path.exists() and "好" not in path.name:
        path.with_name(f"{path.name}.card.yaml").write_text(card, encoding="utf-8")


def _special(folder: Path) -> list[Path]:
    """Links, pipes, sockets and devices; what the system does not permit is left out."""
    folder.mkdir()
    made = [
        folder / name for name in ("passwd.txt", "zero.txt", "loop.txt", "pipe.txt", "dir.txt", "sparse.txt")
    ]
    made[0].symlink_to("/etc/passwd")
    made[1].symlink_to("/dev/zero")
    made[2].symlink_to("loop.txt")
    os.mkfifo(made[3])
    made[4].mkdir()
    (made[4] / "self").symlink_to("..")
    with made[5].open("wb") as sparse:
        sparse.truncate(50 * 2**30)
    with socket.socket(socket.AF_UNIX) as listener, suppress(OSError):
        listener.bind(str(folder / "s.txt"))
        made.append(folder / "s.txt")
    with suppress(OSError):
        os.mknod(folder / "device.txt", 0o600 | 0o020000, os.makedev(1, 5))
        made.append(folder / "device.txt")
    return [path for path in made if path.name != "dir.txt"]


def _canaries(home: Path) -> dict[Path, bytes]:
    """Files where path tricks would land: beside the library, above it, and in the working directory."""
    files = [home / "canary.txt", home / "library-canary.txt", home / "cwd" / "canary.txt"]
    (home / "cwd").mkdir()
    for file in files:
        file.write_bytes(b"canary")
    return {file: file.read_bytes() for file in files}


def _touched(canaries: dict[Path, bytes]) -> int:
    return sum(not file.exists() or file.read_bytes() != data for file, data in canaries.items())


def _tree(home: Path) -> set[tuple[str, int]]:
    """Every path outside the library, with its size; the process's own temporary folder may hold nothing."""
    found = set()
    for folder, _, files in os.walk(home):
        if not Path(folder).is_relative_to(home / "library"):
            found |= {(str(Path(folder) / f), (Path(folder) / f).lstat().st_size) for f in files}
            found.add((folder, 0))
    return found


def _stored(library_dir: Path, numbers: object) -> int:
    """How many of the good files are found by their own number."""
    assert hasattr(numbers, "__iter__")
    with Library.open(library_dir) as library:
        texts = [library.text(policy.id) for policy in library.policies()]
        found = [n for n in numbers if library.search_words(words(f"第{n}号服务"), 5)]
    return sum(any(f"第{n}号服务" in text for text in texts) for n in found)
