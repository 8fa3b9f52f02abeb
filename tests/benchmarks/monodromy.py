"""Monodromy with trace test: deep linear networks and the square network on XOR, on many seeds.

One figure for each architecture: how many seeds give the known number of solutions with the trace
test passed. The note has the paths of the best start system (the stable mixed volume) beside those
that monodromy took, the points of the trace test with its error, and the seconds of one seed,
without symmetries and with the network's sign flips.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

import polynet as pn
from polynet.critical_family import CriticalFamily, critical_family
from solvers.homotopy.mixed_cells import mixed_cells
from solvers.homotopy.monodromy import Monodromy
from solvers.homotopy.monodromy_result import MonodromyResult
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.timing import timed

__all__ = ["measure"]

Actions = Literal["network"] | None


@dataclass(frozen=True)
class Case:
    """A family with its number of solutions at generic parameters."""

    name: str
    family: Callable[[], CriticalFamily]
    n_solutions: int


def _linear(widths: tuple[int, ...], n_examples: int, n_solutions: int) -> Case:
    layers = [pn.Dense(a, b, bias=False) for a, b in pairwise(widths)]
    name = "-".join(map(str, widths)) + ("" if n_examples == 1 else f"/{n_examples}")
    return Case(name, lambda: critical_family(pn.Network(layers), n_examples), n_solutions)


def _xor(n_hidden: int, n_solutions: int) -> Case:
    layers = [pn.Dense(2, n_hidden, bias=False), pn.Square(), pn.Dense(n_hidden, 1, bias=False)]
    data = pn.Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])

    def family() -> CriticalFamily:
        return critical_family(pn.Network(layers), 4, parameters=("l2",), data=data)

    return Case(f"xor {n_hidden}", family, n_solutions)


CASES = (
    _linear((1, 1, 1), 1, 5),
    _linear((2, 1, 2), 1, 9),
    _linear((3, 1, 3), 1, 13),
    _linear((1, 2, 1), 1, 9),
    _linear((2, 2, 2), 1, 33),
    _linear((2, 2, 3), 1, 73),
    _linear((3, 2, 3), 1, 73),
    _linear((2, 3, 2), 1, 73),
    _linear((1, 1, 1, 1), 1, 17),
    _linear((2, 1, 1, 2), 1, 33),
    _linear((1, 2, 2, 1), 1, 129),
    _linear((2, 1, 2), 2, 17),
    _linear((1, 1, 1, 1, 1), 1, 49),
    _xor(1, 21),
    _xor(2, 385),
)


def measure(settings: Settings) -> list[Figure]:
    """Each architecture with and without symmetries."""
    seeds = settings.seeds or (3 if settings.quick else 20)
    cases = [case for case in CASES if not settings.rows or case.name in settings.rows]
    ways: tuple[Actions, ...] = (None, "network")
    return [_figure(case, way, seeds, settings) for case in cases for way in ways]


def _figure(case: Case, actions: Actions, seeds: int, settings: Settings) -> Figure:
    family = case.family()
    runs = [timed(lambda seed=seed: _solved(family, actions, seed, settings))
            for seed in range(seeds)]  # fmt: skip
    results = [result for result, _ in runs]
    right = [r.n_solutions == case.n_solutions and r.complete for r in results]
    seconds = float(np.median([time for _, time in runs]))
    way = "alone" if actions is None else "with sign flips"
    return Figure(
        "monodromy",
        f"{case.name} {way}: seeds with {case.n_solutions} solutions, trace test passed",
        float(sum(right)),
        "",
        "at least",
        float(seeds),
        _note(family, results[-1], seconds),
    )


def _solved(
    family: CriticalFamily, actions: Actions, seed: int, settings: Settings
) -> MonodromyResult:
    return Monodromy(seed=seed, group_actions=actions, threads=settings.threads).solve(family)


def _note(family: CriticalFamily, result: MonodromyResult, seconds: float) -> str:
    volume = mixed_cells(family.supports, with_origin=True, seed=0).mixed_volume
    parts = [f"mixed volume {volume:,}", f"{result.n_loops} loops, {result.n_tracked:,} paths"]
    if result.trace is not None:
        parts.append(f"trace {result.trace.n_points:,} points, error {result.trace.error:.0e}")
    return "; ".join([*parts, f"{seconds:.2f} s a seed"])
