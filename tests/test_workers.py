"""Several processes serve one library, one office and one Chroma server, and each may die."""

from pathlib import Path

from evals.prove.table import Scale
from evals.prove.workers import prove


def test_processes_share_what_is_kept_and_outlive_each_other(tmp_path: Path) -> None:
    """Started, killed and restarted: see `evals.prove.workers`."""
    suite = prove(Scale(seed=1, short=True, home=tmp_path))
    assert [measure for measure in suite.measures if not measure.met] == []
    assert len(suite.measures) == 9
