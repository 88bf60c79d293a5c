"""A change's process does not outlive the page that began it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

CHILD = (
    "import time; from ingest import background as b; b.die_with_parent(); print(flush=True); time.sleep(99)"
)
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
input()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_a_change_is_killed_with_the_page(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    child = Path("/proc", parent.stdout.readline().strip(), "stat")
    assert child.exists()
    parent.kill()
    parent.communicate()
    end = time.monotonic() + 20
    while _lives(child):
        assert time.monotonic() < end
        time.sleep(0.05)


def _lives(stat: Path) -> bool:
    try:
        return stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
