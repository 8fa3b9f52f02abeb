"""Clusters of close points are those that comparing all pairs finds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from solvers.homotopy.close_points import clusters, met_points


def _by_all_pairs(points: NDArray[np.complex128], tolerance: object) -> NDArray[np.int64]:
    size = np.maximum(1.0, np.abs(points).max(axis=1, initial=0.0))
    reach = np.broadcast_to(np.asarray(tolerance, float), len(points)) * size
    distance = np.abs(points[:, None] - points[None]).max(axis=2, initial=0.0)
    near = distance <= np.maximum(reach[:, None], reach[None])
    label = np.full(len(points), -1)
    for first in range(len(points)):
        waiting = [first] if label[first] < 0 else []
        while waiting:
            one = waiting.pop()
            label[one] = label[first] = first if label[first] < 0 else label[first]
            waiting += np.flatnonzero(near[one] & (label < 0)).tolist()
    return np.unique(label, return_inverse=True)[1]


@pytest.mark.parametrize("seed", range(60))
def test_clusters_are_those_of_all_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, n_points = int(rng.integers(1, 4)), int(rng.integers(0, 60))
    centres = rng.standard_normal((max(1, n_points // 3), 2 * n)).view(np.complex128)
    points = centres[rng.integers(0, len(centres), n_points)]
    points = points + rng.choice([0, 1e-3, 0.05]) * rng.standard_normal(points.shape)
    if seed % 3 == 0:
        points = points * 10.0 ** rng.integers(0, 9, (n_points, 1))
    tolerance = 10.0 ** -rng.integers(1, 9, n_points) if seed % 2 else 0.02
    expected = _by_all_pairs(points, tolerance)
    np.testing.assert_array_equal(clusters(points, tolerance), expected)
    if not seed % 2:
        shared = np.flatnonzero(np.bincount(expected, minlength=1)[expected] > 1)
        np.testing.assert_array_equal(met_points(points, 0.02), shared)


def test_many_equal_points_are_one_cluster() -> None:
    points = np.zeros((20_000, 3), complex)
    points[::2] += 1.0
    assert np.bincount(clusters(points, 1e-9)).tolist() == [10_000, 10_000]


def test_a_chain_is_one_cluster() -> None:
    points = np.arange(200)[:, None] * 0.9e-3 + 0j
    assert clusters(points, 1e-3).max() == 0
    assert len(met_points(points, 0.8e-3)) == 0


def test_rows_pick_points() -> None:
    points = np.array([[1.0], [2.0], [1.0], [2.0]], complex)
    assert clusters(points, 1e-9, rows=np.array([3, 0, 2])).tolist() == [0, 1, 1]
    assert met_points(points, 1e-9, rows=np.array([3, 0, 2])).tolist() == [1, 2]


def test_far_points_do_not_blur_near_ones() -> None:
    points = np.array([[1e9], [1.0], [1.5], [1e9 + 10]], complex)
    assert clusters(points, 1e-7).tolist() == [0, 1, 2, 0]
