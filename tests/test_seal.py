"""Any byte of the database that changes by itself is noticed, where its content is not touched too."""

from __future__ import annotations

from pathlib import Path

from evals.prove.faults import copy_of, ingest, prepare
from evals.prove.stand_in import StandIn
from ingest import seal
from ingest.library import Library
from ingest.storage import DATABASE


def test_a_flipped_bit_breaks_the_seal(tmp_path: Path) -> None:
    """In the slack of a page as well; a writer's own change makes a new one, and so does no change."""
    prepare(tmp_path / "a" / "before")
    root = copy_of(tmp_path / "a" / "before")
    file = root / "library" / DATABASE
    place = file.with_name(f"{DATABASE}{seal.SUFFIX}")
    first = place.read_text()
    assert seal.holds(file)
    Library.create_or_open(root / "library").close()
    assert place.read_text() == first
    ingest(root, StandIn())
    assert place.read_text() != first
    assert seal.holds(file)
    sound = file.read_bytes()
    for at in (100, len(sound) // 2, len(sound) - 1):
        file.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        assert not seal.holds(file)
    file.write_bytes(sound)
    assert seal.holds(file)


def test_no_seal_is_no_claim(tmp_path: Path) -> None:
    """While a writer is at work, after it was killed, with a journal that is not empty, torn."""
    prepare(tmp_path / "a" / "before")
    file = tmp_path / "a" / "before" / "library" / DATABASE
    place = file.with_name(f"{DATABASE}{seal.SUFFIX}")
    kept = place.read_text()
    with Library.create_or_open(file.parent):
        assert not place.exists()
        assert seal.holds(file)
    assert place.read_text() == kept
    place.write_text(kept.replace('"digest": "', '"digest": "0'))
    assert not seal.holds(file)
    file.with_name(f"{DATABASE}-wal").write_bytes(b"x")
    assert seal.holds(file)
    file.with_name(f"{DATABASE}-wal").unlink()
    place.write_text(kept[:20])
    assert seal.holds(file)
