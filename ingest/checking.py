"""Is a library sound? Every index compared with the truth, in a child process that may crash without harm."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest import seal, sums
from ingest.library import Library
from ingest.storage import DATABASE, LibraryError, connect_to_write, told_in_chinese
from ingest.vectors import TOLERATED, StoredModel, discard_current, open_current, publish

RESTORE = "请从备份恢复，或移走资料库后重新入库原始文件（python -m ingest 目录）"
CHANGED = "文件里有字节和上次写完时不同，可能是硬盘出了故障，请先换盘"
DATABASE_PART, WORDS, VECTORS = "数据库", "全文索引", "向量索引"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    good: bool
    detail: str


def check(library_dir: Path) -> list[Finding]:
    """Look at everything; an index that is not sound is made anew from the truth and looked at again."""
    findings = _in_child(library_dir)
    damaged = [finding for finding in findings if not finding.good and finding.name in (WORDS, VECTORS)]
    if not damaged or not all(finding.good for finding in findings if finding.name == DATABASE_PART):
        return findings
    with Library.create_or_open(library_dir) as library:
        if any(finding.name == WORDS for finding in damaged):
            library.reindex()
        if any(finding.name == VECTORS for finding in damaged):
            discard_current(library_dir)
        publish(library, StoredModel.of(library))
    was = [Finding("修复", True, f"{finding.name}已重建。原因：{finding.detail}") for finding in damaged]
    return was + _in_child(library_dir)


def inspect(library_dir: Path) -> Iterator[Finding]:
    """Look at one thing after the other, in this process."""
    with Library.open(library_dir) as library:
        yield from _database(library_dir / DATABASE)
        waiting = len(library.unencoded())
        detail = f"有 {waiting} 个检索块还没有向量，请运行：python -m ingest 文件或目录"
        yield Finding("向量", not waiting, detail if waiting else "每个检索块都有向量")
        yield _vectors(library)


def _database(file: Path) -> Iterator[Finding]:
    whole = seal.holds(file)
    # FTS5's own check is written as an insertion, so it needs a connection that may write.
    with told_in_chinese(file), closing(connect_to_write(file)) as db:
        wrong = [str(said) for (said, *_) in db.execute("PRAGMA integrity_check") if said != "ok"]
        wrong += [f"{row[0]} 有失去归属的行" for row in db.execute("PRAGMA foreign_key_check")]
        wrong += [] if whole else [CHANGED, RESTORE]
        yield _finding(DATABASE_PART, wrong, "结构完整")
        policies = db.execute("SELECT id, text FROM policies").fetchall()
        wrong = []
        for policy_id, text in policies:
            rows = db.execute('SELECT id, start, "end", text FROM chunks WHERE policy_id = ?', (policy_id,))
            wrong += [f"检索块 {row[0]} 与正文不符" for row in rows if text[row[1] : row[2]] != row[3]]
        db.execute(sums.TABLE)
        wrong += sums.changed(db)
        wrong = [*wrong[:3], RESTORE] if wrong else []
        yield _finding("正文", wrong, f"{len(policies)} 份文件，每个检索块逐字与正文一致")
        (chunks,) = db.execute("SELECT count(*) FROM chunks").fetchone()
        (indexed,) = db.execute("SELECT count(*) FROM search").fetchone()
        wrong = [] if indexed == chunks else [f"应有 {chunks} 行，实有 {indexed} 行"]
        try:
            db.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as fault:
            wrong.append(f"内部校验未通过：{fault}")
        yield _finding(WORDS, wrong, f"{indexed} 行，与检索块一致")


def _vectors(library: Library) -> Finding:
    try:
        index = open_current(library.directory, StoredModel.of(library))
    except LibraryError as fault:
        return Finding(VECTORS, False, str(fault))
    try:
        lost = index.lost(library)
        absent = library.encoded().keys() - index.ids
    finally:
        index.close()
    wrong = [f"{len(lost)} 个检索块用自己的向量找不到"] if len(lost) > TOLERATED * len(index.ids) else []
    wrong += [f"缺少 {len(absent)} 个检索块"] if absent else []
    right = f"版本 {index.version} 与清单一致，{len(index.ids)} 个检索块中有 {len(index.ids) - len(lost)} 个"
    return _finding(VECTORS, wrong, f"{right}能用自己的向量找到" + ("，其余仍可按词语找到" if lost else ""))


def _finding(name: str, wrong: list[str], right: str) -> Finding:
    return Finding(name, not wrong, "；".join(wrong[:5]) or right)


def _in_child(library_dir: Path) -> list[Finding]:
    package = Path(__file__).parent.parent
    child = subprocess.run(
        [sys.executable, "-m", "ingest.checking", str(library_dir)],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env=os.environ | {"PYTHONPATH": str(package), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    findings = [Finding(**json.loads(line)) for line in child.stdout.splitlines() if line.startswith("{")]
    if child.returncode:
        said = child.stderr.strip().splitlines()[-1:] or ["没有说明"]
        findings.append(Finding(VECTORS, False, f"检查进程异常退出（{child.returncode}）：{said[0]}"))
    return findings


if __name__ == "__main__":
    try:
        for finding in inspect(Path(sys.argv[1])):
            print(json.dumps(asdict(finding), ensure_ascii=False), flush=True)
    except LibraryError as fault:
        print(json.dumps(asdict(Finding(DATABASE_PART, False, str(fault))), ensure_ascii=False))
