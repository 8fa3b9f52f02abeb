"""Ends that failed paths did not reach, from another run with other random numbers.

Another homotopy leads other start solutions to each solution, so what one run loses another nearly
always finds. Enters: two path tables of one system. Leaves: the first, with fewer failed paths.
"""

from __future__ import annotations

import numpy as np

from solvers.homotopy.close_points import clusters
from solvers.homotopy.path_table import PathEnd, PathTable

__all__ = ["repair"]

_APART = 1e-5
_MAX_CONDITION = 1e8  # beyond, one solution may look like two
_MAX_PATHS = 200_000


def repair(table: PathTable, other: PathTable) -> int:
    """Give failed paths of ``table`` the regular ends that only ``other`` has; returns how many.

    Both tables have the same scaled unknowns. Nothing is done where there are more such ends than
    failed paths, as then something else is wrong, or where ends are too close to tell apart.
    """
    lost = np.flatnonzero(table.codes == PathEnd.FAILED)
    if not len(lost) or len(table) + len(other) > _MAX_PATHS:
        return 0
    ends = np.flatnonzero((table.codes == PathEnd.REGULAR) | (table.codes == PathEnd.SINGULAR))
    offered = np.flatnonzero((other.codes == PathEnd.REGULAR) & (other.conditions < _MAX_CONDITION))
    labels = clusters(np.concatenate([table.points[ends], other.points[offered]]), _APART)
    alone = np.bincount(labels, minlength=1)[labels] == 1
    new = offered[alone[len(ends) :]]
    if len(new) > len(lost):
        return 0
    for name, column in table.columns.items():
        column[lost[: len(new)]] = other.columns[name][new]
    return len(new)
