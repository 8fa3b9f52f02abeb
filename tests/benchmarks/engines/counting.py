"""Outside engines that count the solutions of a polynomial system.

Enters: a ``PolynomialSystem``. Leaves: ``EngineCounts``. The programs are looked for and never
needed: an engine without its program says so.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from polynet import PolynomialSystem
from tests.benchmarks.engines.msolve import count_with_msolve
from tests.benchmarks.engines.phc import count_with_phc
from tests.benchmarks.engines.quotient_algebra import NotZeroDimensional
from tests.benchmarks.engines.runner import EngineCounts, Runner, find_program
from tests.benchmarks.engines.singular import count_with_singular

__all__ = ["ENGINES", "count_with"]

ENGINES: Mapping[str, Callable[[PolynomialSystem, Runner], EngineCounts]] = MappingProxyType(
    {"msolve": count_with_msolve, "Singular": count_with_singular, "phc": count_with_phc}
)


def count_with(
    engine: str, system: PolynomialSystem, *, seconds: float = 600.0, program: str | None = None
) -> EngineCounts:
    """Runs an engine of ``ENGINES`` for at most ``seconds``; trouble comes back in ``problem``."""
    program = program or find_program(engine)
    if program is None:
        return EngineCounts(engine, problem="not installed")
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(program, Path(folder), started + seconds)
        try:
            counts = ENGINES[engine](system, runner)
        except subprocess.TimeoutExpired:
            counts = EngineCounts(engine, problem=f"over {seconds:.0f} s")
        except NotZeroDimensional:
            counts = EngineCounts(engine, problem="infinitely many solutions")
    return replace(counts, seconds=time.perf_counter() - started)
