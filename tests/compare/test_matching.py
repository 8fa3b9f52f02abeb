"""End points against critical sets that are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import solvers
from compare.matching import CriticalMap, Place
from polynet import SparsePolynomial

X, Y = SparsePolynomial.variables(["x", "y"])


@pytest.fixture(scope="module")
def two_wells() -> CriticalMap:
    """Minima at (+-1, 0), a saddle at the origin."""
    return CriticalMap(solvers.find_critical_points((X * X - 1) ** 2 + Y * Y))


@pytest.fixture(scope="module")
def hyperbola() -> CriticalMap:
    """Minima along xy = 1, a saddle at the origin."""
    return CriticalMap(solvers.find_critical_points((X * Y - 1) ** 2))


def test_ends_are_told_by_level_and_point(two_wells):
    ends = np.array([[1.0, 0.0], [-1.0, 1e-4], [0.0, 1e-5], [0.9, 0.3], [np.nan, 0.0]])
    first, second, third, fourth, fifth = two_wells.match(ends)
    kinds = [two_wells.levels[m.level].kind for m in (first, second, third, fourth)]
    assert kinds == ["minimum", "minimum", "saddle", "minimum"]
    assert two_wells.critical.real[second.point].point[0] == -1.0
    assert [m.arrived for m in (first, second, third, fourth)] == [True, True, True, False]
    assert second.distance == pytest.approx(1e-4)
    assert fourth.distance == pytest.approx(np.hypot(0.1, 0.3))
    assert fifth is None


def test_counts_tell_arrived_from_near_and_diverged(two_wells):
    ends = np.array([[1.0, 0.0], [-1.0, 0.0], [0.9, 0.3], [np.nan, 0.0]])
    counts = two_wells.counts(two_wells.match(ends))
    assert counts == {Place(0): 2, Place(0, arrived=False): 1, Place(None): 1}
    assert two_wells.words(Place(0)) == "minimum ×2"
    assert two_wells.words(Place(0, arrived=False)) == "near minimum ×2"


def test_what_is_between_two_close_points_has_arrived_at_neither():
    scale = SparsePolynomial.constant(["x", "y"], 1) / 1000
    wells = CriticalMap(
        solvers.find_critical_points((X * X - scale * scale) ** 2 * 1_000_000 + Y * Y)
    )
    assert len(wells.critical.real) == 3  # at -0.001, 0 and 0.001
    (between,) = wells.match(np.array([[0.0006, 0.0]]))
    (at,) = wells.match(np.array([[0.0009, 0.0]]))
    assert (between.arrived, at.arrived) == (False, True)


def test_the_distance_to_a_family_is_that_to_its_nearest_point(hyperbola):
    end = np.array([2.001, 0.502])
    nearest = minimize_scalar(
        lambda t: np.hypot(t - end[0], 1 / t - end[1]), bounds=(1.5, 2.5), options={"xatol": 1e-12}
    )
    (match,) = hyperbola.match(end[None])
    assert match.distance == pytest.approx(nearest.fun, rel=1e-2)
    assert hyperbola.levels[match.level].dimension == 1
    assert str(hyperbola.levels[match.level]) == "minimum, family 1 of dimension 1"
    assert match.point is None
    assert not match.arrived


def test_a_point_beside_a_family_is_found_too(hyperbola):
    (match,) = hyperbola.match(np.array([[1e-6, 0.0]]))
    assert hyperbola.levels[match.level].kind == "saddle"
    assert match.arrived
