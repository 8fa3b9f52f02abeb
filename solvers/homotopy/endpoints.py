"""From ends of paths to distinct solutions with multiplicities.

Enters: a ``PathTable`` and the target. Leaves: ``Endpoints``, which become the fields of
``HomotopySolutions``. A million ends need no second copy: what is computed of them is computed in
blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.close_points import clusters
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.target import Target

__all__ = ["Endpoints", "endpoints"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

_EXCESS_RESIDUAL = 1e-8
_REAL = 1e-10
_SINGULAR_REACH = 1e-5
_REGULAR_REACH = 1e-8
_BLOCK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Endpoints:
    """Distinct finite ends of ``table``, the real ones first, and a path of each.

    ``solution_of`` ``(n_paths,)`` says which of them each path ends at, -1 for none;
    ``suspicious`` counts singular ends that one path reaches alone.
    """

    table: PathTable
    is_real: NDArray[np.bool_]
    multiplicities: IntArray
    path_of: IntArray
    solution_of: NDArray[np.int32]
    suspicious: int

    @property
    def points(self) -> ComplexArray:
        """The ends in scaled unknowns, ``(n_finite, n)``."""
        return np.asarray(self.table.points[self.path_of])

    def fields(self, target: Target, *, in_place: bool = False) -> dict[str, Any]:
        """Those of ``HomotopySolutions``.

        With ``in_place`` the solutions may take the memory of the table's points, whose values
        are then lost.
        """
        if in_place and 2 * len(self.path_of) > len(self.table):
            points = self.table.points
            for column, scale in enumerate(target.scales.tolist()):
                own = points[self.path_of, column] * 2.0**scale
                points[: len(own), column] = own
            points = points[: len(self.path_of)]
        else:
            points = target.unscaled(self.points)
        points.imag[self.is_real] = 0.0
        points.setflags(write=False)
        return {
            "solutions": points,
            "is_real": self.is_real,
            "multiplicities": self.multiplicities,
            "path_of": self.path_of,
            "solution_of": self.solution_of,
        }


def endpoints(table: PathTable, target: Target) -> Endpoints:
    """Group the finite ends of ``table``; marks ends that do not solve all equations EXCESS.

    The multiplicity of an isolated solution is the number of paths that end there. A singular end
    that only one path reaches is ``suspicious``: it lies on a family of solutions, where another
    homotopy would end elsewhere, and is left out.
    """
    if target.overdetermined:
        _mark_excess(table, target)
    singular = np.flatnonzero(table.codes == PathEnd.SINGULAR)
    labels, best, counts = _singular_clusters(table, singular)
    if _join_regular(table, best[counts == 1]):
        singular = np.flatnonzero(table.codes == PathEnd.SINGULAR)
        labels, best, counts = _singular_clusters(table, singular)
    regular = np.flatnonzero(table.codes == PathEnd.REGULAR)
    isolated = np.flatnonzero(counts > 1)
    path_of = np.concatenate([regular, best[isolated]])
    multiplicities = np.concatenate([np.ones(len(regular), np.int64), counts[isolated]])
    is_real = _real_ends(table, path_of, multiplicities)
    order = _ascending(table, path_of, is_real)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    solution_of = np.full(len(table), -1, np.int32)
    solution_of[regular] = place[: len(regular)]
    of_cluster = np.full(len(counts), -1, np.int32)
    of_cluster[isolated] = place[len(regular) :]
    solution_of[singular] = of_cluster[labels]
    return Endpoints(
        table,
        is_real[order],
        multiplicities[order],
        path_of[order],
        solution_of,
        int((counts == 1).sum()),
    )


def _mark_excess(table: PathTable, target: Target) -> None:
    finite = (table.codes == PathEnd.REGULAR) | (table.codes == PathEnd.SINGULAR)
    rows = np.flatnonzero(finite)
    for block in _blocks(len(rows)):
        own = rows[block]
        table.codes[own[target.residuals(table.points[own]) > _EXCESS_RESIDUAL]] = PathEnd.EXCESS


def _singular_clusters(table: PathTable, singular: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Cluster of each singular end; the most accurate path of each cluster, and its size."""
    accuracies = table.accuracies[singular]
    reach = np.maximum(_SINGULAR_REACH, 100 * accuracies)
    labels = clusters(table.points, reach, rows=singular)
    by_accuracy = np.lexsort((accuracies, labels))
    first = np.flatnonzero(np.diff(labels[by_accuracy], prepend=-1))
    return labels, singular[by_accuracy[first]], np.bincount(labels)


def _join_regular(table: PathTable, lone: IntArray) -> bool:
    """Mark regular ends SINGULAR where a lone singular one is; whether there are any.

    Of the paths to a double solution one may look regular.
    """
    if not len(lone):
        return False
    rows = np.flatnonzero(table.codes == PathEnd.REGULAR)
    rows = np.concatenate([lone, rows])
    labels = clusters(table.points, _REGULAR_REACH, rows=rows)
    joined = rows[len(lone) :][np.isin(labels[len(lone) :], labels[: len(lone)])]
    table.codes[joined] = PathEnd.SINGULAR
    return bool(len(joined))


def _real_ends(table: PathTable, path_of: IntArray, multiplicities: IntArray) -> NDArray[np.bool_]:
    is_real = np.empty(len(path_of), np.bool_)
    wide = np.where(multiplicities > 1, np.maximum(1e-7, 10 * table.accuracies[path_of]), _REAL)
    for block in _blocks(len(path_of)):
        points = table.points[path_of[block]]
        size = np.maximum(1e-6, np.abs(points).max(axis=1, initial=0.0))
        is_real[block] = np.abs(points.imag).max(axis=1, initial=0.0) <= wide[block] * size
    return is_real


def _ascending(table: PathTable, path_of: IntArray, is_real: NDArray[np.bool_]) -> IntArray:
    """The real ones first, then by the real parts of the coordinates, ties by the next."""
    order = np.arange(len(path_of))
    for column in range(table.points.shape[1])[::-1]:
        key = np.round(table.points[path_of[order], column].real, 9)
        order = order[np.argsort(key, kind="stable")]
    return np.asarray(order[np.argsort(~is_real[order], kind="stable")])


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, min(start + _BLOCK, n)) for start in range(0, n, _BLOCK))
