"""Solving in a second process that can be stopped.

FLINT's basis computation cannot be interrupted from Python, so a solve with a time limit runs in
a fresh interpreter, which is killed when the time is over. System and result travel as pickles
through its standard input and output. Where the parent is killed itself, Linux ends the second
process with it; elsewhere it ends by its own time limit.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import pickle
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from polynet.errors import PolynetError
from polynet.polynomial_system import PolynomialSystem
from solvers.solution_set import SolutionSet

if TYPE_CHECKING:
    from solvers.groebner.solver import Groebner

__all__ = ["solve_within"]

_GRACE = 1.0  # seconds after which the second process ends itself if it was not stopped
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


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
            input=pickle.dumps((os.getpid(), seconds, system, solver)),
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
    parent, seconds, system, solver = pickle.load(sys.stdin.buffer)
    _end_with(parent, seconds)
    found = solver.solve(system)
    sys.stdout.buffer.write(pickle.dumps(found))


def _end_with(parent: int, seconds: float) -> None:
    """End this process soon after ``seconds``, on Linux also with its parent.

    FLINT holds the interpreter lock, so neither a thread nor a signal handler of Python would
    run; the timer of ``faulthandler`` needs no lock.
    """
    faulthandler.dump_traceback_later(seconds + _GRACE, exit=True)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it was gone before
            sys.exit("the process that asked is gone")


if __name__ == "__main__":
    main()
