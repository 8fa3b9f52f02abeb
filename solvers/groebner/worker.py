"""Solving in a second process that can be stopped.

FLINT's basis computation cannot be interrupted from Python, so a solve with limits runs in a
fresh interpreter, which is killed when its time or memory is over. System and result travel as
pickles through its standard input and output. Where this process is killed itself, Linux ends the
second one and its engines with it; elsewhere it ends by its own time limit.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from polynet.polynomial_system import PolynomialSystem
from solvers.groebner.engines.failure import EngineError
from solvers.groebner.engines.process import Program
from solvers.groebner.engines.protocol import Budget
from solvers.groebner.solution_sets import unsolved
from solvers.solution_set import SolutionSet

if TYPE_CHECKING:
    from solvers.groebner.solver import Groebner

__all__ = ["solve_within"]

_GRACE = 0.5  # seconds in which it stops its engines, with their children, before it is stopped
_SHORTEST = 0.01  # seconds that are always left


def solve_within(system: PolynomialSystem, solver: Groebner) -> SolutionSet:
    """``solver.solve_here(system)`` within the limits of ``solver``.

    Where they are reached, or the process fails, the outcome and a note say so.
    """
    # The same modules must be found there, wherever this process found them.
    paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
    command = (sys.executable, "-m", "solvers.groebner.worker")
    program = Program("the solving process", command, {"PYTHONPATH": paths})
    allowed = None if solver.timeout is None else solver.timeout + _GRACE
    ends = None if solver.timeout is None else time.time() + solver.timeout
    question = pickle.dumps((system, solver, ends))
    try:
        answer = program.run((), question, Budget(allowed, solver.memory))
    except EngineError as error:
        return unsolved(system, solver.seed, error.outcome, str(error))
    found: SolutionSet = pickle.loads(answer)
    return found


def main() -> None:
    """Read a system and a solver, solve, write the result."""
    system, solver, ends = pickle.load(sys.stdin.buffer)
    if ends is not None:
        solver = replace(solver, timeout=max(ends - time.time(), _SHORTEST))
        # FLINT holds the interpreter lock, so neither a thread nor a signal handler of Python
        # would run; this timer needs no lock.
        faulthandler.dump_traceback_later(solver.timeout + 2 * _GRACE, exit=True)
    found = solver.solve_here(system)
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
