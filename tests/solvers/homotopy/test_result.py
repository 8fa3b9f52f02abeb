"""What is said of a run is what the ends of its paths are."""

from __future__ import annotations

import numpy as np
import pytest

from polynet.polynomial_system import PolynomialSystem
from solvers.completeness import CompletenessStatus
from solvers.homotopy import result
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.result import n_lost, result_of
from solvers.homotopy.solutions import HomotopySolutions
from solvers.homotopy.start_systems import TotalDegree
from solvers.homotopy.target import Target
from solvers.outcome import Outcome

SYSTEM = PolynomialSystem.from_strings(["x^2 - 5*x + 6", "y^2 - 1"])
"""The solutions (2, 1), (2, -1), (3, 1), (3, -1); four paths."""
EXCESS = PolynomialSystem.from_strings(["x^2 - 5*x + 6", "y^2 - 1", "x + y - 3"])
REGULAR, SINGULAR, INFINITE, FAILED, _, UNTRACKED = PathEnd
POINTS = np.array([[2, 1], [2, -1], [3, 1], [3, -1]], np.complex128)


def _result(
    codes: list[PathEnd], points: object = POINTS, system: PolynomialSystem = SYSTEM
) -> HomotopySolutions:
    rng = np.random.default_rng(0)
    target = Target.of(system, rng)
    table = PathTable.empty(len(codes), 2)
    table.codes[:] = codes
    table.points[:] = np.asarray(points, np.complex128) / np.exp2(target.scales)
    return result_of(table, target, TotalDegree(target, rng), system.names)


def test_regular_ends_are_solutions_in_the_unknowns_of_the_system() -> None:
    found = _result([REGULAR] * 4)
    assert found.outcome is Outcome.SOLVED
    assert {tuple(row) for row in found.solutions.real.tolist()} == {
        (2, 1),
        (2, -1),
        (3, 1),
        (3, -1),
    }
    assert (found.n_real, found.n_failed, found.n_at_infinity, found.dimension) == (4, 0, 0, 0)
    assert found.completeness.status is CompletenessStatus.CHECKED
    assert found.completeness.reasons == ("path count: all 4 paths ended, none failed, no two met",)
    np.testing.assert_array_equal(found.solutions[found.solution_of], POINTS)
    np.testing.assert_array_equal(found.solution_of[found.path_of], np.arange(4))


@pytest.mark.parametrize(
    ("lost", "reason"), [(FAILED, "1 of 4 paths failed"), (UNTRACKED, "1 of 4 paths were not")]
)
def test_a_lost_path_leaves_completeness_unknown(lost: PathEnd, reason: str) -> None:
    found = _result([REGULAR, REGULAR, lost, REGULAR])
    assert found.outcome is Outcome.INCOMPLETE
    assert (found.n_finite, found.n_failed) == (3, 1)
    assert found.solution_of[2] == -1
    assert found.completeness.status is CompletenessStatus.UNKNOWN
    assert reason in str(found.completeness)


def test_both_ways_to_lose_paths_are_named() -> None:
    found = _result([REGULAR, FAILED, UNTRACKED, UNTRACKED])
    assert n_lost(found.paths) == found.n_failed == 3
    assert len(found.completeness.reasons) == 2


def test_paths_to_infinity_alone_are_no_solutions() -> None:
    found = _result([INFINITE] * 4)
    assert found.outcome is Outcome.INCONSISTENT
    assert (found.n_finite, found.n_at_infinity, found.dimension) == (0, 4, None)
    assert found.completeness.status is CompletenessStatus.CHECKED


def test_singular_ends_at_one_place_are_one_multiple_solution() -> None:
    points = [[2, 1], [2, 1 + 1e-9], [3, 1], [3, -1]]
    found = _result([SINGULAR, SINGULAR, REGULAR, REGULAR], points)
    assert found.outcome is Outcome.SOLVED
    assert sorted(found.multiplicities.tolist()) == [1, 1, 2]
    assert found.n_singular == 1
    assert found.solution_of[0] == found.solution_of[1]


def test_a_lone_singular_end_lies_on_a_family() -> None:
    found = _result([SINGULAR, REGULAR, REGULAR, REGULAR])
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert (found.n_finite, found.dimension, found.solution_of[0]) == (3, None, -1)
    np.testing.assert_array_equal(found.lone_ends, POINTS[:1])
    assert "1 singular ends are each reached by one path only" in found.notes[0]
    assert "families are not listed" in str(found.completeness)


def test_ends_that_do_not_solve_all_equations_are_left_out() -> None:
    """Of the four, (2, 1) alone is on x + y = 3."""
    found = _result([REGULAR] * 4, system=EXCESS)
    assert found.solutions.real.tolist() == [[2, 1]]
    assert found.paths.count(PathEnd.EXCESS) == 3
    assert "do not solve all of the equations" in str(found.completeness)
    assert "3 of the squared system only = 4 tracked" in str(found.paths)


def test_points_of_large_tables_are_given_to_the_solutions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = _result([REGULAR, FAILED, REGULAR, REGULAR])
    monkeypatch.setattr(result, "_KEPT_POINTS", 7)
    large = _result([REGULAR, FAILED, REGULAR, REGULAR])
    assert (whole.paths.points.shape, large.paths.points.shape) == ((4, 2), (0, 2))
    np.testing.assert_array_equal(large.solutions, whole.solutions)
    np.testing.assert_array_equal(large.paths.codes, whole.paths.codes)
