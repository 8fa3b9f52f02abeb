"""Compiled: the least points of many polynomials, on all threads."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from solvers.univariate.evaluation import value_at
from solvers.univariate.kernels import INFLECTION, MAXIMUM, critical_points

__all__ = ["least_points_of_rows"]

_ROWS = 256  # polynomials that one task takes: they share its scratch memory


@njit(cache=True, parallel=True, error_model="numpy")
def least_points_of_rows(rows):
    """t, value ``(n,)`` and counts ``(n, 3)``: points, maxima, inflections."""
    n, width = rows.shape
    where, value = np.full(n, np.nan), np.full(n, np.nan)
    counts = np.zeros((n, 3), np.int64)
    for task in prange((n + _ROWS - 1) // _ROWS):
        t, kinds = np.empty(width), np.empty(width, np.int64)
        for i in range(task * _ROWS, min(n, (task + 1) * _ROWS)):
            count, best = critical_points(rows[i], t, kinds)
            counts[i, 0] = max(count, 0)
            for k in range(count):
                counts[i, 1] += kinds[k] == MAXIMUM
                counts[i, 2] += kinds[k] == INFLECTION
            if best >= 0:
                where[i], value[i] = t[best], value_at(rows[i], t[best])
    return where, value, counts
