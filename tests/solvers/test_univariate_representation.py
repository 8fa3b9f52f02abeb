"""Arithmetic at algebraic points, and their certified balls."""

from __future__ import annotations

import pickle
from fractions import Fraction

import numpy as np
from flint import fmpq_poly

from polynet import SparsePolynomial
from solvers.complex_roots import complex_roots
from solvers.univariate_representation import UnivariateRepresentation

ROOTS = np.array([2 ** (1 / 3) * np.exp(2j * np.pi * k / 3) for k in (0, 2, 1)])


def cube_root() -> UnivariateRepresentation:
    """x = t, y = t^2 at t^3 = 2: numerators t f'(t) = 6 and t^2 f'(t) = 6 t."""
    return UnivariateRepresentation(fmpq_poly([-2, 0, 0, 1]), (fmpq_poly([6]), fmpq_poly([0, 6])))


def test_coordinates_and_balls() -> None:
    point = cube_root()
    assert point.coordinates == (fmpq_poly([0, 1]), fmpq_poly([0, 0, 1]))
    assert (point.degree, point.n_real, point.rational_point) == (3, 1, None)
    values = np.array([[complex(x) for x in ball] for ball in point.balls(60)])
    np.testing.assert_allclose(values, np.stack([ROOTS, ROOTS**2], axis=1), rtol=1e-14)


def test_balls_reach_the_accuracy_asked_for() -> None:
    for accuracy in (53, 500):
        ball = cube_root().balls(accuracy)[0][0].real
        assert ball.rad() < 2.0**-accuracy * 1.3
        assert abs(ball**3 - 2) < 1e-14


def test_vanishing_is_decided_exactly() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    point = cube_root()
    assert point.vanishes((x * y - 2).mpoly)
    assert not point.vanishes((x * y - 2 + Fraction(1, 10**80)).mpoly)


def test_rank_is_that_at_the_solutions() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    point = cube_root()
    two = SparsePolynomial.constant(["x", "y"], 2).mpoly
    assert point.rank([[x.mpoly, y.mpoly], [y.mpoly, two]]) == 1  # 2 t - t^4 = 0
    assert point.rank([[x.mpoly, y.mpoly], [y.mpoly, x.mpoly]]) == 2


def test_pickling_and_permuting() -> None:
    point = cube_root()
    assert pickle.loads(pickle.dumps(point)) == point
    assert point.permuted([1, 0]).numerators == (point.numerators[1], point.numerators[0])


def test_real_roots_come_first_and_ascend() -> None:
    polynomial = fmpq_poly([-2, 1]) * fmpq_poly([1, 0, 1]) * fmpq_poly([3, 1])
    roots = complex_roots(polynomial)
    assert [bool(root.imag.is_zero()) for root in roots] == [True, True, False, False]
    np.testing.assert_allclose([complex(root) for root in roots[:2]], [-3, 2])
