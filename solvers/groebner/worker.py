"""Solving in a second process that can be stopped.

FLINT's basis computation cannot be interrupted from Python, so a solve with a time limit runs in
a fresh interpreter, which is killed when the time is over. System and result travel as pickles
through its standard input and output.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

from polynet.errors import PolynetError
from polynet.polynomial_system import PolynomialSystem
from solvers.solution_set import SolutionSet

if TYPE_CHECKING:
    from solvers.groebner.solver import Groebner

__all__ = ["solve_within"]


def solve_within(seconds: float, system: PolynomialSystem, solver: Groebner) -> SolutionSet:
    """``solver.solve(system)``, or the outcome ``BUDGET_SPENT`` after ``seconds``.

    Raises ``PolynetError`` with the words of the second process where that fails.
    """
    from solvers.groebner.solver import spent

    # The same modules must be found there, wherever this process found them.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)}
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "solvers.groebner.worker"],
            input=pickle.dumps((system, solver)),
            capture_output=True,
            timeout=seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return spent(system, solver.seed)
    if finished.returncode:
        words = finished.stderr.decode(errors="replace").strip().splitlines()
        last = words[-1] if words else "no message"
        raise PolynetError(
            f"the solving process ended with status {finished.returncode}: {last}; "
            "give timeout=None to solve in this process"
        )
    found: SolutionSet = pickle.loads(finished.stdout)
    return found


def main() -> None:
    """Read a system and a solver, solve, write the result."""
    system, solver = pickle.load(sys.stdin.buffer)
    found = solver.solve(system)
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
