"""What one run loses and another finds is not lost."""

from __future__ import annotations

import numpy as np
import pytest

from polynet import PolynomialSystem
from solvers import Homotopy
from solvers.homotopy import path_runner
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.repair import repair
from solvers.homotopy.tracker import Settings


def _table(points: list[complex], codes: list[PathEnd]) -> PathTable:
    table = PathTable.empty(len(points), 1)
    table.points[:, 0], table.codes[:] = points, codes
    return table


R, S, F, I = PathEnd.REGULAR, PathEnd.SINGULAR, PathEnd.FAILED, PathEnd.AT_INFINITY  # noqa: E741


@pytest.mark.parametrize(
    ("codes", "points", "other_codes", "other_points", "expected"),
    [
        ([R, F], [1, 0], [R, R], [2, 1], [1, 2]),
        ([R, F], [1, 0], [R, F], [1, 2], [1, 0]),
        ([R, F, F], [1, 0, 0], [R, R, I], [1, 3, 2], [1, 3, 0]),
        # More new ends than failed paths: something else is wrong.
        ([R, F], [1, 0], [R, R], [2, 3], [1, 0]),
        # The same as a singular end, and two that cannot be told apart.
        ([S, S, F], [1, 1, 0], [R, R, R], [1 + 1e-6, 2, 2 + 1e-6], [1, 1, 0]),
    ],
)
def test_failed_paths_get_the_ends_only_the_other_has(
    codes: list[PathEnd],
    points: list[complex],
    other_codes: list[PathEnd],
    other_points: list[complex],
    expected: list[complex],
) -> None:
    table = _table(points, codes)
    repaired = repair(table, _table(other_points, other_codes))
    assert table.points[:, 0].tolist() == expected
    assert table.count(PathEnd.FAILED) == codes.count(F) - repaired


def test_ill_conditioned_ends_are_not_taken() -> None:
    table, other = _table([1, 0], [R, F]), _table([1, 2], [R, R])
    other.conditions[:] = 1e9
    assert repair(table, other) == 0


def test_runs_that_lose_different_paths_lose_fewer_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system = PolynomialSystem.from_strings(["x^8 - 2*x*y + 1", "y^8 + x*y - 3"])
    known = Homotopy(start="total-degree").solve(system)
    # With so few steps many runs lose some of the 64 paths, not all of them the same ones.
    monkeypatch.setattr(path_runner, "_ROUNDS", (Settings(max_steps=8),))
    repaired = 0
    for seed in range(8):
        found = Homotopy(seed=seed, start="total-degree").solve(system)
        repaired += "repaired" in str(found)
        assert found.n_finite + found.n_failed == 64
        distance = np.abs(found.solutions[:, None] - known.solutions[None]).max(axis=2)
        assert (distance.min(axis=1) < 1e-9).all()
        assert len(set(distance.argmin(axis=1).tolist())) == found.n_finite
    assert repaired > 0
