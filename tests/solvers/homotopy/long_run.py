"""A run in a process of its own, for tests that stop it: ``python long_run.py FOLDER [processes]``.

Says "started" when the first batch is kept, and writes ``result.json`` at the end.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from polynet import PolynomialSystem
from solvers import Homotopy
from solvers.homotopy import path_runner
from solvers.homotopy.progress import PathProgress

EQUATIONS = [f"x{i}^4 - 3*x{i}*x{(i + 1) % 4} + x{(i + 2) % 4} - {i + 2}" for i in range(4)]


def slowly(now: PathProgress) -> None:
    """Gives the test time to stop the run."""
    if now.round == 0 and now.tracked < now.total:
        sys.stdout.write("started\n")
        sys.stdout.flush()
        time.sleep(0.02)


def main(folder: Path, executor: ProcessPoolExecutor | None) -> None:
    """Solve, in a way that saves after every batch."""
    path_runner.SECONDS_BETWEEN_SAVES = path_runner.PAUSE_PER_SAVE = 0.0
    solver = Homotopy(
        start="total-degree",
        threads=1,
        executor=executor,
        progress=slowly,
        checkpoint=folder / "run.npz",
    )
    found = solver.solve(PolynomialSystem.from_strings(EQUATIONS))
    found.to_json(folder / "result.json")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        with ProcessPoolExecutor(int(sys.argv[2]), mp_context=get_context("spawn")) as pool:
            main(Path(sys.argv[1]), pool)
    else:
        main(Path(sys.argv[1]), None)
