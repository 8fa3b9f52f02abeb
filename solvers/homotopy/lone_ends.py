"""Singular ends that one path alone reaches: points of families, or nearly singular solutions.

Enters: the paths of two homotopies to the same target. The solutions that both found are marked
as such. A homotopy's ends on a family depend on where it came from; an isolated solution is the
same from everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.close_points import clusters
from solvers.homotopy.path_table import PathEnd, PathTable

__all__ = ["confirm_lone_ends", "lone_singular"]

_REACH = 1e-5
_REAL = 1e-7


def confirm_lone_ends(table: PathTable, witness: PathTable) -> int:
    """Mark the lone singular ends of ``table`` REGULAR that ``witness`` has too; how many.

    Both tables are in the same scaled unknowns. Imaginary parts below the accuracy of an end
    become 0. A path that never moved proves nothing and stays as it is.
    """
    own, others = _moved(table), _moved(witness)
    points = np.concatenate([table.points[own], witness.points[others]])
    reach = np.concatenate([_reach(table, own), _reach(witness, others)])
    labels = clusters(points, reach)
    confirmed = own[np.isin(labels[: len(own)], labels[len(own) :])]
    table.codes[confirmed] = PathEnd.REGULAR
    ends = table.points[confirmed]
    size = np.maximum(1e-6, np.abs(ends).max(axis=1, initial=0.0))
    wide = np.maximum(_REAL, 10 * table.accuracies[confirmed])
    real = np.abs(ends.imag).max(axis=1, initial=0.0) <= wide * size
    table.points[confirmed[real]] = ends[real].real
    return len(confirmed)


def _moved(table: PathTable) -> NDArray[np.int64]:
    lone = lone_singular(table)
    return np.asarray(lone[np.isfinite(table.conditions[lone])])


def lone_singular(table: PathTable) -> NDArray[np.int64]:
    """Paths with singular ends that no other path shares."""
    singular = np.flatnonzero(table.codes == PathEnd.SINGULAR)
    labels = clusters(table.points[singular], _reach(table, singular))
    alone = np.bincount(labels, minlength=len(labels))[labels] == 1
    return np.asarray(singular[alone])


def _reach(table: PathTable, paths: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.maximum(_REACH, 100 * table.accuracies[paths])
