"""Published tables of deep linear networks' critical points, computed again.

Source: Mehta, Chen, Tang, Hauenstein (arXiv:1810.07716); Bharadwaj, Hosten (arXiv:2301.12651).
At generic complex data every row's counts are the same for all data: each seed draws new data, and
is a failure unless both counts equal the table. Real counts are a distribution over random real
data, by parameter homotopy from one start pair; the published ones are from 100 data sets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

import polynet as pn
from polynet.critical_family import CriticalFamily, critical_family
from solvers import Homotopy
from solvers.homotopy.complex_system import ComplexSystem
from solvers.homotopy.followed_targets import FollowedTargets
from solvers.homotopy.generic_solve import generic_point, solve_generic
from solvers.homotopy.index_counts import index_counts
from solvers.homotopy.mixed_cells import mixed_cells
from solvers.homotopy.parameter_homotopy import ParameterHomotopy
from solvers.homotopy.start_pair import StartPair
from tests.benchmarks.figure import Figure, Settings
from tests.benchmarks.timing import timed

__all__ = ["measure"]

_FEW_PATHS = 10_000
_ZERO = 1e-8
_PUBLISHED = {
    (1, 1, 1): {1: 43, 3: 57},
    (2, 2, 2): {1: 6, 3: 9, 5: 77, 9: 8},
}


class Verdict(IntEnum):
    """Whether one seed gave the table's counts; ``AGAIN``: at the second or third data drawn."""

    WRONG = 0
    RIGHT = 1
    AGAIN = 2


@dataclass(frozen=True)
class Row:
    """One architecture: widths, examples, and the published counts where there are any."""

    widths: tuple[int, ...]
    n_examples: int
    n_complex: int
    n_no_zero: int | None = None
    bezout: int | None = None
    mixed_volume: int | None = None

    @property
    def name(self) -> str:
        """2-2-3, or 2-1-2/2 for two examples."""
        widths = "-".join(map(str, self.widths))
        return widths if self.n_examples == 1 else f"{widths}/{self.n_examples}"

    @cached_property
    def family(self) -> CriticalFamily:
        """Gradient equations with data and one penalty per weight as parameters."""
        pairs = pairwise(self.widths)
        network = pn.Network([pn.Dense(a, b, bias=False) for a, b in pairs])
        return critical_family(network, self.n_examples)

    def right(self, solutions: NDArray[np.complex128], n_failed: int) -> bool:
        """Whether both counts are those of the table and no path is missing."""
        size = np.maximum(1.0, np.abs(solutions).max(axis=1, keepdims=True, initial=0.0))
        n_no_zero = int((np.abs(solutions) > _ZERO * size).all(axis=1).sum())
        wanted = self.n_no_zero in (None, n_no_zero)
        return len(solutions) == self.n_complex and wanted and n_failed == 0


ROWS = (
    Row((1, 1, 1), 1, 5, 4, 9, 5),
    Row((2, 1, 2), 1, 9, 8, 81, 33),
    Row((3, 1, 3), 1, 13, 12, 729, 245),
    Row((1, 2, 1), 1, 9, 0, 81, 25),
    Row((2, 2, 2), 1, 33, 16, 6_561, 1_089),
    Row((2, 2, 3), 1, 73, 48, 59_049, 5_329),
    Row((3, 2, 3), 1, 73, 48, 531_441, 60_025),
    Row((2, 3, 2), 1, 73, 0, 531_441, 35_937),
    Row((1, 1, 1, 1), 1, 17, 16, 125, 17),
    Row((2, 1, 1, 2), 1, 33, 32, 3_125, 129),
    Row((1, 2, 2, 1), 1, 129, 64, 390_625, 1_857),
    Row((2, 1, 2), 2, 17),
    Row((1, 1, 1, 1, 1), 1, 49),
)


def measure(settings: Settings) -> list[Figure]:
    """The table's rows, then real counts."""
    seeds = settings.seeds or (5 if settings.quick else 100)
    n_real = 1_000 if settings.n_real is None else settings.n_real
    rows = [row for row in ROWS if not settings.rows or row.name in settings.rows]
    figures = [figure for row in rows for figure in _of_row(row, seeds, settings)]
    for row in rows:
        if row.widths in _PUBLISHED and row.n_examples == 1 and n_real:
            figures += _real_counts(row, n_real, settings)
    return figures


def _of_row(row: Row, seeds: int, settings: Settings) -> list[Figure]:
    figures = []
    if row.mixed_volume is not None:
        figures.append(_bounds(row))
    if "plain" in settings.methods and (row.mixed_volume or 0) <= _FEW_PATHS:
        figures += _counted(row, "polyhedral", seeds, lambda seed: _plain(row, seed, settings))
    if "reduced" in settings.methods:
        figures += _counted(row, "rows reduced", seeds, lambda seed: _reduced(row, seed, settings))
    if "parameter" in settings.methods:
        pair = solve_generic(row.family, Homotopy(seed=0, threads=settings.threads))
        homotopy = ParameterHomotopy(row.family, pair, threads=settings.threads)
        name = "from a start pair"
        figures += _counted(row, name, seeds, lambda seed: _followed(row, homotopy, seed))
    return figures


def _bounds(row: Row) -> Figure:
    bezout = prod(row.family.degrees)
    volume = mixed_cells(row.family.supports, with_origin=True, seed=0).mixed_volume
    right = (bezout, volume) == (row.bezout, row.mixed_volume)
    note = f"Bezout {bezout:,}, stable mixed volume {volume:,}"
    return Figure("landscape", f"{row.name}: bounds as published", float(right), "",
                  "at least", 1.0, note)  # fmt: skip


def _counted(row: Row, way: str, seeds: int, solve: Callable[[int], Verdict]) -> list[Figure]:
    """How many seeds give the table's counts, and the seconds of one."""
    results = [timed(lambda seed=seed: solve(seed)) for seed in range(seeds)]
    wrong = [seed for seed, (verdict, _) in enumerate(results) if not verdict]
    again = [seed for seed, (verdict, _) in enumerate(results) if verdict is Verdict.AGAIN]
    zeros = "" if row.n_no_zero is None else f", N_C* = {row.n_no_zero}"
    name = f"{row.name}: {way}: seeds with N_C = {row.n_complex}{zeros}"
    notes = [f"wrong seeds: {wrong}"] if wrong else []
    notes += [f"solved at other data, as paths failed: {again}"] if again else []
    note = "; ".join(notes)
    seconds = float(np.median([time for _, time in results]))
    return [
        Figure("landscape", name, float(seeds - len(wrong)), "", "at least", float(seeds), note),
        Figure("landscape", f"{row.name}: {way}: median of one solve", seconds, "s"),
    ]


def _data(row: Row, seed: int) -> NDArray[np.complex128]:
    return generic_point(row.family.n_parameters, np.random.default_rng([seed, 99]))


def _plain(row: Row, seed: int, settings: Settings) -> Verdict:
    system: Any = ComplexSystem.at(row.family, _data(row, seed))
    found = Homotopy(seed=seed, start="polyhedral", threads=settings.threads).solve(system)
    return Verdict(row.right(found.solutions, found.n_failed) and found.n_singular == 0)


def _reduced(row: Row, seed: int, settings: Settings) -> Verdict:
    pair = solve_generic(row.family, Homotopy(seed=seed, threads=settings.threads), seed=seed)
    right = row.right(pair.solutions, int(not pair.complete))
    return Verdict.AGAIN if right and "at other parameters" in pair.reason else Verdict(right)


def _followed(row: Row, homotopy: ParameterHomotopy, seed: int) -> Verdict:
    found = homotopy.follow(_data(row, seed))
    return Verdict(row.right(found.solutions, found.n_failed) and found.n_singular == 0)


def _real_counts(row: Row, n_targets: int, settings: Settings) -> list[Figure]:
    """N_R and indices over data x, y ~ N(0, 1) with penalties ~ U[0, 1]."""
    family = row.family
    pair: StartPair = solve_generic(family, Homotopy(threads=settings.threads))
    rng = np.random.default_rng(0)
    n_data = family.n_parameters - family.n_variables
    data = rng.standard_normal((n_targets, n_data))
    targets = np.hstack([data, rng.random((n_targets, family.n_variables))])
    followed = ParameterHomotopy(family, pair, threads=settings.threads).follow_many(targets)
    label = f"{row.name}: {n_targets:,} real data sets"
    figures = [
        Figure("landscape", f"{label}, {pair.n_solutions} paths each", followed.seconds, "s"),
        _none(f"{label}: not solved in full", int((~followed.solved).sum())),
        _none(f"{label}: N_C not {row.n_complex}", int((followed.n_finite != row.n_complex).sum())),
        _none(f"{label}: N_R even", int((followed.n_real % 2 == 0).sum())),
    ]
    if row.widths == (1, 1, 1):
        figures.append(_none(f"{label}: against |xy| > sqrt(l1 l2)", _against_rule(followed)))
    return figures + _distribution(row, label, followed) + _indices(row, label, followed)


def _none(name: str, count: int) -> Figure:
    return Figure("landscape", name, float(count), "", "at most", 0.0)


def _against_rule(followed: FollowedTargets) -> int:
    """Data of 1-1-1 where N_R is not 3 for |x y| > sqrt(l1 l2), else 1."""
    x, y, first, second = followed.targets.real.T
    wanted = np.where(np.abs(x * y) > np.sqrt(first * second), 3, 1)
    return int((followed.n_real != wanted).sum())


def _distribution(row: Row, label: str, followed: FollowedTargets) -> list[Figure]:
    published = _PUBLISHED[row.widths]
    share = {count: 100 * n / len(followed) for count, n in followed.real_counts().items()}
    counts = sorted({*share, *published})
    figures = [
        Figure("landscape", f"{label}: N_R = {count}", share.get(count, 0.0), "%",
               note=f"published: {published.get(count, 0)} of 100")
        for count in counts
    ]  # fmt: skip
    mean = sum(count * n for count, n in published.items()) / 100
    note = f"published: {mean:.2f}"
    own = float(followed.n_real.mean())
    return [*figures, Figure("landscape", f"{label}: mean N_R", own, "", note=note)]


def _indices(row: Row, label: str, followed: FollowedTargets) -> list[Figure]:
    counts = index_counts(row.family, followed)
    signs = (-1) ** np.arange(counts.shape[1])
    figures = [_none(f"{label}: sum of (-1)^index not 1", int((counts @ signs != 1).sum()))]
    for index in np.flatnonzero(counts.any(axis=0)):
        numbers = sorted(Counter(counts[:, index].tolist()).items())
        note = ", ".join(f"{n} in {100 * m / len(followed):.1f} %" for n, m in numbers)
        mean = float(counts[:, index].mean())
        name = f"{label}: mean number of index {index}"
        figures.append(Figure("landscape", name, mean, "", note=note))
    return figures
