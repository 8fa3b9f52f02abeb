"""How long a fresh process takes: the first import, and the first study.

Whole processes are timed from outside, the interpreter's own start included.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks.figure import Figure, Goal, Settings
from tests.benchmarks.timing import timed

__all__ = ["measure"]

_REPOSITORY = Path(__file__).resolve().parents[2]


def measure(settings: Settings) -> list[Figure]:
    """Medians over fresh processes; one run before them warms the caches."""
    n_imports = 5 if settings.quick else 10
    with tempfile.TemporaryDirectory() as folder:
        study = ["-m", "polynet", "study", "xor", "--out", folder]
        return [
            _figure("nothing at all, for comparison", ["-c", ""], n_imports),
            _figure("import polynet", ["-c", "import polynet"], n_imports, 0.5),
            _figure("polynet study xor, kernels cached", study, settings.rounds, 3.0),
        ]


def _figure(
    name: str, arguments: Sequence[str], repeats: int, asked: float | None = None
) -> Figure:
    goal: Goal | None = None if asked is None else "below"
    try:
        seconds, note = median_process_seconds(arguments, repeats), ""
    except subprocess.CalledProcessError as error:
        seconds, note = None, (error.stderr.strip().splitlines() or ["it failed"])[-1]
    return Figure("start", f"fresh process: {name}", seconds, "s", goal, asked, note)


def median_process_seconds(arguments: Sequence[str], repeats: int) -> float:
    """Seconds of ``python *arguments`` in a new process, after one run that does not count."""

    def run() -> None:
        subprocess.run(
            [sys.executable, *arguments],
            check=True,
            capture_output=True,
            text=True,
            cwd=_REPOSITORY,
        )

    run()
    return median(timed(run)[1] for _ in range(repeats))
