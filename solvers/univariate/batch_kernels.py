"""Compiled: the least points of many polynomials, on all threads."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from solvers.univariate.kernels import INFLECTION, MAXIMUM, critical_points

__all__ = ["least_points_of_rows"]

_ROWS = 256  # polynomials that one task takes: they share its scratch memory


@njit(cache=True, parallel=True, error_model="numpy")
def least_points_of_rows(rows):
    """t, value ``(n,)`` and counts ``(n, 4)``: points, maxima, inflections, bounded or not."""
    n, width = rows.shape
    where, value = np.full(n, np.nan), np.full(n, np.nan)
    counts = np.zeros((n, 4), np.int64)
    for task in prange((n + _ROWS - 1) // _ROWS):
        t, kinds = np.empty(width), np.empty(width, np.int64)
        for i in range(task * _ROWS, min(n, (task + 1) * _ROWS)):
            count, best = critical_points(rows[i], t, kinds)
            counts[i, 0] = max(count, 0)
            for k in range(count):
                counts[i, 1] += kinds[k] == MAXIMUM
                counts[i, 2] += kinds[k] == INFLECTION
            counts[i, 3] = best >= 0 or count < 0
            if best >= 0:
                total = 0.0
                for k in range(width - 1, -1, -1):
                    total = total * t[best] + rows[i, k]
                where[i], value[i] = t[best], total
    return where, value, counts
