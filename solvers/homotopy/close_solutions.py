"""Regular solutions close to each other: several indeed, or a multiple one that rounding split.

Enters: ``HomotopySolutions`` and their exact system. Leaves: the same, each cluster of solutions
refined with the exact coefficients. Coefficients rounded to doubles turn a double zero into two
regular ones, about the root of the rounding error apart: these are one again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from polynet.polynomial_system import PolynomialSystem
from solvers.completeness import Completeness, CompletenessStatus
from solvers.homotopy.close_points import clusters
from solvers.homotopy.local_dimension import examine_zero, regular_zero_near
from solvers.homotopy.solutions import HomotopySolutions
from solvers.number_text import counted
from solvers.outcome import Outcome

__all__ = ["with_close_solutions_resolved"]

_CLOSE = 1e-4
_SAME = 1e-13
_REAL = 1e-12
_MAX_CLUSTERS = 100


def with_close_solutions_resolved(
    found: HomotopySolutions, system: PolynomialSystem
) -> HomotopySolutions:
    """``found`` with simple solutions within 1e-4 of each other told apart: at most 100 clusters.

    >>> from solvers.homotopy.solver import Homotopy
    >>> close = PolynomialSystem.from_strings(["(x - 1)*(x - 100001/100000)"])
    >>> Homotopy().solve(close).multiplicities.tolist()
    [1, 1]
    """
    rows = np.flatnonzero(found.multiplicities == 1)
    points = found.paths.points[found.path_of] if len(found.paths.points) else found.solutions
    labels = clusters(points, _CLOSE, rows=rows)
    crowded = np.flatnonzero(np.bincount(labels) > 1)[:_MAX_CLUSTERS]
    if not len(crowded):
        return found
    work = _Work(found, system)
    for label in crowded.tolist():
        work.resolve(rows[labels == label])
    return work.result()


class _Work:
    """Solutions of ``found`` that are refined, merged or in doubt, cluster after cluster."""

    def __init__(self, found: HomotopySolutions, system: PolynomialSystem) -> None:
        self.found, self.system = found, system
        self.solutions, self.is_real = found.solutions.copy(), found.is_real.copy()
        self.multiplicities = found.multiplicities.copy()
        self.solution_of = found.solution_of.copy()
        self.dropped: list[int] = []
        self.doubtful = 0

    def resolve(self, rows: NDArray[np.int64]) -> None:
        """Refine the cluster of ``rows``, and merge those that are no regular zeros."""
        zeros = [regular_zero_near(self.system, self.solutions[row]) for row in rows]
        refined = [zero[0] for zero in zeros if zero is not None]
        rest = np.array([row for row, z in zip(rows, zeros, strict=True) if z is None], np.int64)
        if _coincide(refined) or (len(rest) and not self._merged(rest)):
            self.doubtful += len(rows)
            return
        for row, zero in zip(rows.tolist(), zeros, strict=True):
            if zero is not None:
                self._put(row, zero[0])

    def _merged(self, rows: NDArray[np.int64]) -> bool:
        """Whether these are one zero of multiplicity ``len(rows)``, which they then become."""
        if len(rows) == 1:
            return False
        center = self.solutions[rows].mean(axis=0)
        zero = examine_zero(self.system, center, max_multiplicity=len(rows))
        if not zero.isolated or zero.multiplicity != len(rows):
            return False
        first, *others = rows.tolist()
        self._put(first, zero.point)
        self.multiplicities[first] = len(rows)
        self.solution_of[np.isin(self.solution_of, others)] = first
        self.dropped += others
        return True

    def _put(self, row: int, point: NDArray[np.complex128]) -> None:
        size = max(1e-6, float(np.abs(point).max(initial=0.0)))
        self.is_real[row] = np.abs(point.imag).max(initial=0.0) <= _REAL * size
        self.solutions[row] = point.real if self.is_real[row] else point

    def result(self) -> HomotopySolutions:
        """All of ``found``'s fields, the real solutions first."""
        found = self.found
        kept = np.setdiff1d(np.arange(found.n_finite), np.array(self.dropped, np.int64))
        order = kept[np.argsort(~self.is_real[kept], kind="stable")]
        found = replace(
            found,
            solutions=self.solutions,
            is_real=self.is_real,
            multiplicities=self.multiplicities,
            solution_of=self.solution_of,
        ).listing(order)
        if not self.doubtful:
            return found
        reason = (
            f"{counted(self.doubtful, 'solution is', 'solutions are')} too close to others "
            "to be told apart: some may be one multiple solution"
        )
        return replace(
            found,
            outcome=Outcome.INCOMPLETE,
            completeness=Completeness(CompletenessStatus.UNKNOWN, (reason,)),
            notes=(*found.notes, reason),
        )


def _coincide(points: list[NDArray[np.complex128]]) -> bool:
    """Whether two of a few refined points are the same up to rounding."""
    return any(
        bool((np.abs(one - other) <= _SAME * np.maximum(np.abs(one), np.abs(other))).all())
        for k, one in enumerate(points)
        for other in points[:k]
    )
