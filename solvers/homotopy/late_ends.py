"""Paths that were taken for infinite where rounding stopped them, and that had arrived.

Enters: the paths to an exact system. Large solutions of badly scaled systems look like poles for
long: the endgame then goes by the last valuation that had settled. Paths whose last point is near a
regular zero of the system end there.
"""

from __future__ import annotations

import numpy as np

from polynet.polynomial_system import PolynomialSystem
from solvers.homotopy.local_dimension import regular_zero_near
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.target import Target

__all__ = ["confirm_late_ends"]

_LATE = 1e-12
_MAX_EXAMINED = 200
_SAME = 1e-9


def confirm_late_ends(table: PathTable, target: Target, system: PolynomialSystem) -> int:
    """Mark ends at infinity REGULAR that are zeros of ``system`` not found yet; how many.

    Looks at the first 200 paths that came so near to t = 0 that nothing should move any more.
    """
    late = np.flatnonzero((table.codes == PathEnd.AT_INFINITY) & (table.last_t <= _LATE))
    scales = np.ldexp(1.0, target.scales)
    confirmed = 0
    for path in late[:_MAX_EXAMINED].tolist():
        if not np.isfinite(table.points[path]).all():
            continue
        found = regular_zero_near(system, target.unscaled(table.points[path]))
        if found is None:
            continue
        end = found[0] / scales
        others = table.points[table.codes == PathEnd.REGULAR]
        size = np.maximum(np.abs(others), np.abs(end))
        if (np.abs(others - end) <= _SAME * size).all(axis=1).any():
            continue
        table.codes[path], table.points[path] = PathEnd.REGULAR, end
        table.conditions[path], table.accuracies[path] = found[1], np.finfo(np.float64).eps
        table.residuals[path] = target.residuals(end[None])[0]
        table.windings[path], table.last_t[path] = 1, 0.0
        confirmed += 1
    return confirmed
