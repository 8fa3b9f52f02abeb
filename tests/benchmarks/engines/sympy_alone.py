"""sympy on one system, in a process of its own that can be stopped.

``python -m tests.benchmarks.engines.sympy_alone TASK`` reads a system as text and writes JSON:
the seconds of the processor, without those of importing and reading, and how many solutions or
elements it gave.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from polynet import PolynomialSystem

__all__ = ["Answer", "ask_sympy"]

_IMPORTING = 10.0  # seconds at most


@dataclass(frozen=True, slots=True)
class Answer:
    """Seconds and the number of what it gave; None and what happened where it gave nothing."""

    seconds: float | None = None
    count: int | None = None
    error: str = ""


def ask_sympy(task: str, system: PolynomialSystem, seconds: float) -> Answer:
    """``task`` is ``"groebner"``, ``"solve_poly_system"`` or ``"solve"``; stopped after a time."""
    command = [sys.executable, "-m", __name__, task]
    try:
        done = subprocess.run(
            command,
            input=system.to_text(),
            capture_output=True,
            text=True,
            timeout=seconds + _IMPORTING,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(error=f"stopped after {seconds:g} s")
    if done.returncode:
        return Answer(error=done.stderr.strip().splitlines()[-1][:150])
    answer = Answer(**json.loads(done.stdout))
    if answer.seconds is not None and answer.seconds > seconds:
        return Answer(error=f"stopped after {seconds:g} s")
    return answer


_TASKS: dict[str, Callable[[list[Any], list[Any]], Any]] = {
    "groebner": lambda equations, names: sympy.groebner(equations, *names, order="grevlex").exprs,
    "solve_poly_system": lambda equations, names: sympy.solve_poly_system(equations, *names),
    "solve": lambda equations, names: sympy.solve(equations, names, dict=True),
}


def main(task: str) -> None:
    """Read a system, let sympy do its task, write the answer."""
    system = PolynomialSystem.from_text(sys.stdin.read())
    names = [sympy.Symbol(name) for name in system.names]
    equations = [p.to_sympy() for p in system.polynomials]
    start = time.process_time()
    found = _TASKS[task](equations, names)
    print(json.dumps({"seconds": time.process_time() - start, "count": len(found or ())}))


if __name__ == "__main__":
    main(sys.argv[1])
