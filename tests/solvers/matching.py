"""Which solution of one list is which of another: the nearest, where there is no doubt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["matched"]

_NEAR = 1e-6
"""How near the same point must be, in distances to the next other point."""

_SMALL = 1e-3
"""Coordinates below this part of their greatest are compared with that."""


def matched(
    first: NDArray[np.complex128], second: NDArray[np.complex128]
) -> NDArray[np.intp] | None:
    """The row of ``second`` that is each row of ``first``, no two the same; else None.

    ``(n_points, n_coordinates)`` both. Distances are relative, the greatest of all coordinates.

    >>> matched(np.array([[1], [2j]]), np.array([[2j], [1 + 1e-12]])).tolist()
    [1, 0]
    >>> matched(np.array([[1], [2]]), np.array([[1], [1]])) is None
    True
    """
    if not len(first) or not len(second):
        return None if len(first) else np.empty(0, dtype=np.intp)
    floor = _SMALL * np.abs(first).max(axis=0)
    size = np.maximum(np.abs(first), np.where(floor > 0, floor, 1.0))
    between = _distances(first, second, size)
    apart = _distances(first, first, size)
    np.fill_diagonal(apart, 1.0)  # so that a lone point has a measure too
    rows = between.argmin(axis=1)
    near = between.min(axis=1) <= _NEAR * apart.min(axis=1)
    return rows if near.all() and len(set(rows.tolist())) == len(first) else None


def _distances(
    first: NDArray[np.complex128], second: NDArray[np.complex128], size: NDArray[np.float64]
) -> NDArray[np.float64]:
    """``(len(first), len(second))`` relative distances, one row at a time to save memory."""
    rows = [(np.abs(a - second) / s).max(axis=1) for a, s in zip(first, size, strict=True)]
    return np.array(rows)
