"""Least points of polynomials in few unknowns, against resultants and closed forms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from polynet.float_polynomial import FloatPolynomial
from polynet.polynomial import SparsePolynomial
from solvers import Groebner, Homotopy
from solvers.groebner.resultant import solve_bivariate
from solvers.solution_set import SolutionSet
from solvers.training.global_minimum import GlobalMinimum, global_minimum, predicted_paths


def floats(p: SparsePolynomial) -> FloatPolynomial:
    return FloatPolynomial(p.exponents, np.array([float(c) for c in p.coefficients]))


def sum_of_squares(seed: int, degree: int, n_squares: int = 4) -> SparsePolynomial:
    """A sum of squares of generic polynomials of this degree in two unknowns: bounded below."""
    rng = np.random.default_rng(seed)
    total = SparsePolynomial.constant(["x", "y"], 0)
    for _ in range(n_squares):
        terms = {
            (i, k): int(rng.integers(-9, 10))
            for i in range(degree + 1)
            for k in range(degree + 1 - i)
        }
        total = total + SparsePolynomial.from_terms(["x", "y"], terms) ** 2
    return total


def by_resultant(p: SparsePolynomial) -> tuple[int, list[np.ndarray]]:
    """The number of critical points, and the real ones, proved complete."""
    found = solve_bivariate(*p.gradient())
    assert not found.curves
    real = []
    for point in found.points:
        for ball in point.balls(128):
            if all(float(z.imag.abs_upper()) < 1e-20 for z in ball):
                real.append(np.array([float(z.real.mid()) for z in ball]))
    return sum(point.degree for point in found.points), real


@pytest.mark.parametrize("degree", [2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_all_critical_points_and_the_least_as_by_the_resultant(seed: int, degree: int) -> None:
    p = sum_of_squares(seed, degree)
    n_complex, real = by_resultant(p)
    found = global_minimum(floats(p), Homotopy())
    assert (found.n_complex, found.n_real, found.lost) == (n_complex, len(real), False)
    best = min(real, key=lambda point: floats(p).value(point))
    np.testing.assert_allclose(found.candidates[0], best, rtol=1e-9, atol=1e-9)
    gain = floats(p).value(best) - floats(p).value(np.zeros(2))
    assert found.gains[0] == pytest.approx(gain, rel=1e-9)


def test_an_exact_solver_finds_the_same() -> None:
    p = floats(sum_of_squares(11, 2))
    one, other = (global_minimum(p, solver) for solver in (Homotopy(), Groebner()))
    assert (one.n_complex, one.n_real, one.n_minima) == (
        other.n_complex,
        other.n_real,
        other.n_minima,
    )
    np.testing.assert_allclose(one.candidates, other.candidates, atol=1e-12)


def double_well(scale: float) -> FloatPolynomial:
    """x^4 - 2 x^2 + x / 10 + (y / scale)^4 - 2 (y / scale)^2 + y / (5 scale)."""
    exponents = np.array([[4, 0], [2, 0], [1, 0], [0, 4], [0, 2], [0, 1]])
    powers = scale ** -exponents[:, 1].astype(float)
    return FloatPolynomial(exponents, powers * np.array([1, -2, 0.1, 1, -2, 0.2]))


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e8])
def test_the_lower_of_four_wells_at_any_scale(scale: float) -> None:
    """Four minima, four saddles, a maximum: each unknown has its own well of two."""
    found = global_minimum(double_well(scale), Homotopy())
    x, y = (min(np.roots([4, 0, -4, slope]).real) for slope in (0.1, 0.2))
    np.testing.assert_allclose(found.candidates[0], [x, scale * y], rtol=1e-12)
    assert (found.n_complex, found.n_real, found.n_minima, found.n_maxima) == (9, 9, 4, 1)


def test_unknowns_without_effect_stay() -> None:
    flat = FloatPolynomial(np.array([[4, 0], [1, 0]]), np.array([1.0, -4.0]))
    found = global_minimum(flat, Homotopy())
    np.testing.assert_allclose(found.candidates[0], [1.0, 0.0])
    assert found.gains[0] == pytest.approx(-3.0)
    for constant in ([[0, 0]], np.empty((0, 2))):
        nothing = global_minimum(FloatPolynomial(constant, np.ones(len(constant))), Homotopy())
        assert nothing.candidates.shape == (0, 2)
        assert not nothing.lost


def test_a_circle_of_minima_is_reached_along_an_axis() -> None:
    """(x^2 + y^2 - 1)^2 has no isolated minimum: what the solver lacks the axes give."""
    exponents = np.array([[4, 0], [2, 2], [0, 4], [2, 0], [0, 2], [0, 0]])
    circle = FloatPolynomial(exponents, np.array([1.0, 2.0, 1.0, -2.0, -2.0, 1.0]))
    found = global_minimum(circle, Homotopy())
    assert found.gains[0] == pytest.approx(-1.0)
    assert np.linalg.norm(found.candidates[0]) == pytest.approx(1.0)


@dataclass(frozen=True)
class Forgetful:
    """A solver that loses all solutions but one that is a maximum or saddle."""

    def solve(self, system: object) -> SolutionSet:
        found = Homotopy().solve(system)  # type: ignore[arg-type]
        near = np.abs(found.solutions).sum(axis=1).argmin()
        return replace(found.listing(np.array([near])), n_failed=found.n_finite - 1)


def test_lost_paths_are_said_and_leave_the_axes() -> None:
    found = global_minimum(double_well(1.0), Forgetful())
    assert found.lost
    x, y = (min(np.roots([4, 0, -4, slope]).real) for slope in (0.1, 0.2))
    np.testing.assert_allclose(found.candidates[0], [0.0, y], atol=1e-9)
    np.testing.assert_allclose(found.candidates[1], [x, 0.0], atol=1e-9)


def test_gains_ascend_and_are_those_of_the_polynomial() -> None:
    p = floats(sum_of_squares(3, 3))
    found: GlobalMinimum = global_minimum(p, Homotopy())
    constant = p.value(np.zeros(2))
    np.testing.assert_allclose(p.value(found.candidates) - constant, found.gains, rtol=1e-9)
    assert (np.diff(found.gains) >= 0).all()
    assert (found.gains < 0).all()


def test_paths_are_predicted() -> None:
    assert [predicted_paths(6, d) for d in (1, 2, 3)] == [5, 25, 125]
    assert predicted_paths(0, 2) == 0
