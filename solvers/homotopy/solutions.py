"""From ends of paths to distinct solutions with multiplicities.

Enters: a ``PathTable`` and the target. Leaves: a ``HomotopySolutions``, a ``SolutionSet`` that
keeps its paths.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.close_points import clusters
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.target import Target
from solvers.solution_set import SolutionSet

__all__ = ["Endpoints", "HomotopySolutions", "endpoints"]

_EXCESS_RESIDUAL = 1e-8
_REAL = 1e-10
_SINGULAR_REACH = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class HomotopySolutions(SolutionSet):
    """Solutions with the paths that led to them.

    Attributes
    ----------
    start
        The name of the start system.
    paths
        Every path; its counts add up to the number of paths tracked.
    path_of
        ``(n_finite,)``: a path that ends at each solution.
    predicted
        The number of paths of each start system that was considered.
    """

    start: str = ""
    paths: PathTable = field(default_factory=lambda: PathTable.empty(0, 0))
    path_of: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    predicted: dict[str, int] = field(default_factory=dict)

    def _counts(self) -> str:
        base = SolutionSet._counts(self)
        return f"{base}\n{self.start} start: {self.paths}"


@dataclass(frozen=True, slots=True, eq=False)
class Endpoints:
    """Distinct finite ends, the real ones first: scaled points, multiplicity, a path of each."""

    points: NDArray[np.complex128]
    is_real: NDArray[np.bool_]
    multiplicities: NDArray[np.int64]
    path_of: NDArray[np.int64]
    suspicious: int

    def fields(self, target: Target) -> dict[str, Any]:
        """Those of ``SolutionSet``."""
        points = target.unscaled(self.points)
        points[self.is_real] = points[self.is_real].real
        return {
            "solutions": points,
            "is_real": self.is_real,
            "multiplicities": self.multiplicities,
            "path_of": self.path_of,
        }


def endpoints(table: PathTable, target: Target) -> Endpoints:
    """Group the finite ends of ``table``; marks ends that do not solve all equations EXCESS.

    The multiplicity of an isolated solution is the number of paths that end there. A singular end
    that only one path reaches is ``suspicious``: it lies on a family of solutions, where another
    homotopy would end elsewhere, and is left out.
    """
    finite = (table.codes == PathEnd.REGULAR) | (table.codes == PathEnd.SINGULAR)
    if target.overdetermined:
        chosen = np.flatnonzero(finite)
        excess = chosen[target.residuals(table.points[chosen]) > _EXCESS_RESIDUAL]
        table.codes[excess] = PathEnd.EXCESS
        finite[excess] = False
    regular = np.flatnonzero(table.codes == PathEnd.REGULAR)
    singular = np.flatnonzero(table.codes == PathEnd.SINGULAR)
    reach = np.maximum(_SINGULAR_REACH, 100 * table.accuracies[singular])
    labels = clusters(table.points[singular], reach)
    n_clusters = int(labels.max(initial=-1)) + 1
    counts = np.bincount(labels, minlength=n_clusters)
    isolated = np.flatnonzero(counts > 1)
    groups = [singular[labels == k] for k in isolated]
    best = [group[np.argmin(table.accuracies[group])] for group in groups]
    path_of = np.concatenate([regular, np.array(best, np.int64)])
    multiplicities = np.concatenate([np.ones(len(regular), np.int64), counts[isolated]])
    points = table.points[path_of]
    size = np.maximum(1e-6, np.abs(points).max(axis=1, initial=0.0))
    wide = np.where(multiplicities > 1, np.maximum(1e-7, 10 * table.accuracies[path_of]), _REAL)
    is_real = np.abs(points.imag).max(axis=1, initial=0.0) <= wide * size
    order = np.lexsort((*np.round(points.real, 9).T[::-1], ~is_real))
    return Endpoints(
        points[order],
        is_real[order],
        multiplicities[order],
        path_of[order],
        int((counts == 1).sum()),
    )
