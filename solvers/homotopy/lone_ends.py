"""Singular ends that one path alone reaches: points of families, or solutions that are nearly
singular.

Enters: the ends of two homotopies to the same target. Leaves: the ends with the solutions that
both found. A homotopy's ends on a family depend on where it came from; an isolated solution is the
same from everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.close_points import clusters
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.solutions import Endpoints

__all__ = ["with_confirmed"]

_REACH = 1e-5
_REAL = 1e-7


def with_confirmed(ends: Endpoints, table: PathTable, witness: PathTable) -> Endpoints:
    """``ends`` of ``table`` with the lone singular ends that ``witness`` has too.

    Both tables are in the same scaled unknowns. They count as solutions of multiplicity 1, and the
    rest stays ``suspicious``. A path that never moved proves nothing and stays as well.
    """
    own, others = _lone(table), _lone(witness)
    points = np.concatenate([table.points[own], witness.points[others]])
    reach = np.concatenate([_reach(table, own), _reach(witness, others)])
    labels = clusters(points, reach)
    confirmed = own[np.isin(labels[: len(own)], labels[len(own) :])]
    if not len(confirmed):
        return ends
    added = table.points[confirmed]
    size = np.maximum(1e-6, np.abs(added).max(axis=1, initial=0.0))
    wide = np.maximum(_REAL, 10 * table.accuracies[confirmed])
    real = np.abs(added.imag).max(axis=1, initial=0.0) <= wide * size
    is_real = np.concatenate([ends.is_real, real])
    merged = np.concatenate([ends.points, added])
    order = np.lexsort((*np.round(merged.real, 9).T[::-1], ~is_real))
    return Endpoints(
        merged[order],
        is_real[order],
        np.concatenate([ends.multiplicities, np.ones(len(added), np.int64)])[order],
        np.concatenate([ends.path_of, confirmed])[order],
        ends.suspicious - len(confirmed),
    )


def _lone(table: PathTable) -> NDArray[np.int64]:
    """Paths with singular ends that no other path shares, but for paths that never moved."""
    singular = np.flatnonzero(table.codes == PathEnd.SINGULAR)
    labels = clusters(table.points[singular], _reach(table, singular))
    alone = np.bincount(labels, minlength=len(labels))[labels] == 1
    return np.asarray(singular[alone & np.isfinite(table.conditions[singular])])


def _reach(table: PathTable, paths: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.maximum(_REACH, 100 * table.accuracies[paths])
