"""Points that are the same up to rounding, among many, in O(n log n)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["clusters", "met_points"]


def clusters(
    points: NDArray[np.complex128], tolerance: float | NDArray[np.float64]
) -> NDArray[np.int64]:
    """Numbers of the clusters ``(n_points,)``: points closer than ``tolerance`` share one.

    Distance is relative: the largest difference of a coordinate over max(1, largest coordinate).
    ``tolerance`` may be one for each point; the greater of two counts. Points are sorted along a
    random line, so only neighbours there are compared.

    >>> clusters(np.array([[1.0], [2.0], [1.0 + 1e-12]], complex), 1e-9)
    array([0, 1, 0])
    """
    n_points, n = points.shape
    size = np.maximum(1.0, np.abs(points).max(axis=1, initial=0.0))
    reach = np.broadcast_to(np.asarray(tolerance, float), n_points) * size
    direction = np.random.default_rng(0).standard_normal((2, n))
    direction /= np.abs(direction).sum()
    # This projection moves by no more than the point does.
    shadow = points.real @ direction[0] + points.imag @ direction[1]
    order = np.argsort(shadow, kind="stable")
    label = np.arange(n_points)
    for offset in range(1, n_points):
        left, right = order[:-offset], order[offset:]
        near = np.flatnonzero(shadow[right] - shadow[left] <= np.maximum(reach[left], reach[right]))
        if not len(near):
            break
        left, right = left[near], right[near]
        distance = np.abs(points[left] - points[right]).max(axis=1)
        for k in np.flatnonzero(distance <= np.maximum(reach[left], reach[right])):
            _join(label, int(left[k]), int(right[k]))
    roots = np.array([_root(label, i) for i in range(n_points)], dtype=np.int64)
    _, first, numbers = np.unique(roots, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return np.asarray(rank[numbers], dtype=np.int64)


def met_points(points: NDArray[np.complex128], tolerance: float) -> NDArray[np.int64]:
    """Indices of the points that have another within ``tolerance``."""
    if len(points) < 2:
        return np.empty(0, np.int64)
    # Nearly always there are none, and one look along the line says so.
    labels = clusters(points, tolerance)
    return np.flatnonzero(np.bincount(labels)[labels] > 1)


def _root(label: NDArray[np.int64], i: int) -> int:
    while label[i] != i:
        label[i] = label[label[i]]
        i = int(label[i])
    return i


def _join(label: NDArray[np.int64], i: int, j: int) -> None:
    a, b = _root(label, i), _root(label, j)
    label[max(a, b)] = min(a, b)
