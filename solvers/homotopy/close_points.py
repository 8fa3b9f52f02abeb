"""Points that are the same up to rounding, among many, in O(n log n).

Random lines are divided into cells: points that are near share the cells of all lines, and only
within a cell distances are computed. Work is done in blocks: a million points need no second copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

__all__ = ["clusters", "met_points"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
Pairs = tuple[IntArray, IntArray]

_BLOCK = 8192
_N_LINES = 2
_SMALL = 16
_MIXER = np.int64(-7046029254386353131)  # odd: multiplication permutes the integers


def clusters(
    points: ComplexArray, tolerance: float | FloatArray, *, rows: IntArray | None = None
) -> IntArray:
    """Numbers of the clusters ``(n_points,)``: points closer than ``tolerance`` share one.

    Distance is relative: the largest difference of a coordinate over max(1, largest coordinate).
    ``tolerance`` may be one for each point; the greater of two counts. Chains of close points are
    one cluster. Clusters are numbered by first appearance. With ``rows``, of these points only.

    >>> clusters(np.array([[1.0], [2.0], [1.0 + 1e-12]], complex), 1e-9)
    array([0, 1, 0])
    """
    rows = np.arange(len(points)) if rows is None else rows
    label = _components(len(rows), *_near_pairs(points, tolerance, rows))
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)


def met_points(points: ComplexArray, tolerance: float, *, rows: IntArray | None = None) -> IntArray:
    """Places among ``rows`` (all points where None) that have another within ``tolerance``."""
    rows = np.arange(len(points)) if rows is None else rows
    return np.unique(np.concatenate(_near_pairs(points, tolerance, rows)))


def _near_pairs(points: ComplexArray, tolerance: float | FloatArray, rows: IntArray) -> Pairs:
    """Close pairs, enough to connect every cluster, as places in ``rows``."""
    size, lines = _projections(points, rows)
    reach = np.asarray(tolerance * size)
    widest = float(np.max(tolerance, initial=0.0))
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    if len(rows) < 2:
        return left[0], right[0]
    for cells in _grids(size, lines, widest):
        places, group = _shared(cells)
        if not len(places):  # nearly always
            continue
        small = np.bincount(group)[group] <= _SMALL
        for pair in (
            *_pairs_of_small(places[small], group[small]),
            *_pairs_of_large(points, rows, reach, places[~small], group[~small]),
        ):
            close = _close(points, rows, reach, *pair)
            left.append(close[0])
            right.append(close[1])
    return np.concatenate(left), np.concatenate(right)


def _projections(points: ComplexArray, rows: IntArray) -> tuple[FloatArray, FloatArray]:
    """Sizes ``(n_rows,)`` and places on lines ``(_N_LINES, n_rows)``.

    None of these moves by more than the largest coordinate does.
    """
    n = points.shape[1]
    directions = np.random.default_rng(0).standard_normal((2, n, _N_LINES))
    directions /= np.abs(directions).sum(axis=(0, 1))
    size, lines = np.empty(len(rows)), np.empty((_N_LINES, len(rows)))
    for block in _blocks(len(rows)):
        own = points[rows[block]]
        size[block] = np.maximum(1.0, np.abs(own).max(axis=1, initial=0.0))
        lines[:, block] = (own.real @ directions[0] + own.imag @ directions[1]).T
    return size, lines


def _grids(size: FloatArray, lines: FloatArray, tolerance: float) -> Iterator[IntArray]:
    """Cells of every point in several grids; close points share their cell in at least one.

    A grid divides log2 size and the lines, each as it is or shifted by half a cell: what is less
    than half a cell apart is not divided by one of the two.
    """
    for size_shift in (0.0, 0.5):
        scale = np.floor(np.log2(size) + size_shift)
        width = np.maximum(8.0 * tolerance * np.exp2(scale), 1e-300)
        for shifts in product((0.0, 0.5), repeat=len(lines)):
            # Numbers of cells may wrap around: points far apart may share one, close ones do.
            with np.errstate(over="ignore", invalid="ignore"):
                cells = scale.astype(np.int64)
                for line, shift in zip(lines, shifts, strict=True):
                    numbers = np.fmod(np.floor(line / width + shift), 2.0**52)
                    cells = cells * _MIXER + numbers.astype(np.int64)
            yield cells


def _shared(cells: IntArray) -> tuple[IntArray, IntArray]:
    """Places that share a cell with another, cell after cell, and the numbers of the cells."""
    order = np.argsort(cells, kind="stable")
    group = np.cumsum(np.diff(cells[order], prepend=cells[order[:1]]) != 0)
    shared = np.bincount(group)[group] > 1 if len(group) else np.empty(0, np.bool_)
    return order[shared], np.asarray(group[shared], np.int64)


def _pairs_of_small(places: IntArray, group: IntArray) -> Iterator[Pairs]:
    for offset in range(1, _SMALL):
        same = np.flatnonzero(group[offset:] == group[:-offset])
        if not len(same):
            break
        for block in _blocks(len(same)):
            yield places[same[block]], places[same[block] + offset]


def _pairs_of_large(
    points: ComplexArray, rows: IntArray, reach: FloatArray, places: IntArray, group: IntArray
) -> Iterator[Pairs]:
    """From each point that is reached to those that are not yet, until a cluster is whole."""
    for rest in np.split(places, np.flatnonzero(np.diff(group)) + 1):
        frontier: list[int] = []
        while len(rest) > 1 or (len(rest) and frontier):
            if not frontier:
                frontier, rest = [int(rest[0])], rest[1:]
            one = np.full(len(rest), frontier.pop())
            near = np.isin(rest, _close(points, rows, reach, one, rest)[1])
            yield one[near], rest[near]
            frontier += rest[near].tolist()
            rest = rest[~near]


def _close(
    points: ComplexArray, rows: IntArray, reach: FloatArray, left: IntArray, right: IntArray
) -> Pairs:
    """Those of the pairs that are close."""
    distance = np.abs(points[rows[left]] - points[rows[right]]).max(axis=1, initial=0.0)
    near = distance <= np.maximum(reach[left], reach[right])
    return left[near], right[near]


def _components(n: int, left: IntArray, right: IntArray) -> IntArray:
    """For each of n places the least place it is connected to by the pairs."""
    label = np.arange(n)
    while len(left):
        before = label.copy()
        least = np.minimum(label[left], label[right])
        for side in (left, right):
            np.minimum.at(label, before[side], least)
            np.minimum.at(label, side, least)
        label = label[label]
        if np.array_equal(label, before):
            break
    return label


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, min(start + _BLOCK, n)) for start in range(0, n, _BLOCK))
