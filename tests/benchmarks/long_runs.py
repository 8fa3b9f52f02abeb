"""Paths by the million, seconds a path, and the first call: what a run of the homotopy costs.

Every figure is of a process of its own, as memory and the first call are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.figure import Figure, Settings

__all__ = ["measure"]

_REPOSITORY = Path(__file__).resolve().parents[2]
_UNKNOWNS = (2, 5, 10, 15, 20)
_LEAST_SECONDS = 3.0

# Equation i: x_i^d - x_{i+1}/(50 + i) - (i + 2)/(i + 1), with d^n solutions where none is linear.
# The first call is on a system of one path, and what comes after it is warm.
_PROGRAM = """
import json, resource, sys, time
from polynet import PolynomialSystem
from solvers import Homotopy
n, degree, powers, threads, enough = json.loads(sys.argv[1])
rows = [
    f"x{i}^{degree if i < powers else 1} - 1/{50+i}*x{(i+1) % n} - {i+2}/{i+1}" for i in range(n)
]
solver = Homotopy(start="total-degree", threads=threads, max_paths=1 << 21)
solver.solve(PolynomialSystem.from_strings(["x - 1"]))
system, calls, begin = PolynomialSystem.from_strings(rows), 0, time.perf_counter()
while not calls or time.perf_counter() - begin < enough:
    found, calls = solver.solve(system), calls + 1
seconds = (time.perf_counter() - begin) / calls
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([seconds, len(found.paths), found.n_finite, found.n_failed, memory]))
"""

_AUTO = """
import time
begin = time.perf_counter()
from polynet import PolynomialSystem
from solvers import Homotopy
assert Homotopy().solve(PolynomialSystem.from_strings(["x^2*y - 2*x + 1", "y^2 - x*y"])).n_finite
print(time.perf_counter() - begin)
"""


def measure(settings: Settings) -> list[Figure]:
    """Memory of a million paths; seconds a path by unknowns and threads; first calls."""
    return [_memory(settings), *_scaling(settings), *_first_calls()]


def _memory(settings: Settings) -> Figure:
    """4^10 paths in 10 unknowns; with ``--full`` 2^20 in 20, which is the larger table."""
    n, degree = (20, 2) if settings.full else (10, 4)
    if settings.quick:
        degree = 2
    seconds, n_paths, finite, failed, memory = _run(n, degree, n, settings.threads, 0.0)
    note = f"{finite:,} finite, {failed:,} failed, {seconds:,.0f} s"
    name = f"memory: {n_paths:,.0f} total-degree paths in {n} unknowns"
    return Figure("paths", name, memory, "MiB", "below", 1024.0, note)


def _scaling(settings: Settings) -> list[Figure]:
    """About a thousand paths of equations of which twelve at most are not linear."""
    figures = []
    for n in _UNKNOWNS[:3] if settings.quick else _UNKNOWNS:
        degree = {2: 32, 5: 4}.get(n, 2)
        each = {}
        for threads in (1, 2):
            seconds, n_paths, _, failed, _ = _run(n, degree, 12, threads, _LEAST_SECONDS)
            each[threads] = seconds / n_paths
            note = f"{n_paths:,.0f} paths, {failed:,.0f} failed"
            if threads == 2:
                note += f"; {each[1] / each[2]:.2f} times as fast as on 1"
            name = f"a path in {n} unknowns, on {threads} thread{'s'[: threads - 1]}"
            figures.append(Figure("paths", name, each[threads], "s", note=note))
    return figures


def _first_calls() -> list[Figure]:
    """The default solver in a new process, with kernels in the cache and without."""
    with tempfile.TemporaryDirectory() as folder:
        cold = _output(_AUTO, NUMBA_CACHE_DIR=folder)
        warm = min(_output(_AUTO, NUMBA_CACHE_DIR=folder) for _ in range(3))
    note = "imports included"
    return [
        Figure("paths", "first call, nothing cached", cold, "s", "below", 20.0, note),
        Figure("paths", "first call, kernels cached", warm, "s", "below", 2.0, note),
    ]


def _run(n: int, degree: int, powers: int, threads: int, enough: float) -> list[float]:
    """Seconds, paths, finite and failed ones, and MiB."""
    found: list[float] = _output(_PROGRAM, json.dumps([n, degree, powers, threads, enough]))
    return found


def _output(program: str, *arguments: str, **environment: str) -> Any:
    """What the program prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=_REPOSITORY,
        env=os.environ | environment,
    )
    return json.loads(done.stdout)
