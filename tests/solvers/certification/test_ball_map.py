"""Sparse systems on balls: the same values and derivatives as in exact arithmetic."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from flint import acb, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from polynet import PolynomialSystem
from polynet.polynomial import SparsePolynomial
from polynet.rational import to_fmpq
from solvers.certification.ball_map import CombinedMap, SparseMap
from tests.polynet.polynomial_strategies import points, polynomials

NAMES = ("x", "y", "z")


@settings(max_examples=60)
@given(st.lists(polynomials(NAMES, max_exponent=5), min_size=1, max_size=3), points(3))
def test_values_and_jacobian_contain_the_exact_ones(found, point):
    system = PolynomialSystem(tuple(found))
    mapping = SparseMap(system)
    with ctx.workprec(300):
        box = [acb(to_fmpq(x)) for x in point]
        values = mapping.values(box)
        jacobian = mapping.jacobian(box)
        for i, polynomial in enumerate(system.polynomials):
            assert close(values[i], polynomial.evaluate(point))
            for j, name in enumerate(NAMES):
                assert close(jacobian[i, j], polynomial.derivative(name).evaluate(point))
    assert (mapping.n_equations, mapping.n_variables) == (len(found), 3)


def close(ball: acb, exact: object) -> bool:
    """Whether the ball meets the rational number and is narrow."""
    return ball.overlaps(acb(to_fmpq(exact))) and ball.real.rad() < 1e-60


@settings(max_examples=30)
@given(polynomials(NAMES, max_exponent=4), points(3), st.integers(0, 10**6))
def test_values_on_a_box_contain_those_at_its_points(polynomial, point, seed):
    mapping = SparseMap(PolynomialSystem((polynomial,)))
    rng = np.random.default_rng(seed)
    inside = [float(x) + 0.25 * rng.uniform(-1, 1) for x in point]
    box = [acb(arb(to_fmpq(x), 0.25), arb(0, 0.1)) for x in point]
    exact = SparsePolynomial.evaluate(polynomial, [acb(x) for x in inside])
    assert mapping.values(box)[0].overlaps(acb(exact))
    assert mapping.jacobian(box)[0, 0].overlaps(acb(polynomial.derivative("x").evaluate(inside)))


def test_the_zero_polynomial_and_constants():
    mapping = SparseMap(PolynomialSystem.from_strings(["0*x", "3/4", "x"]))
    assert [complex(v) for v in mapping.values([acb(5)])] == [0, 0.75, 5]
    assert [complex(v) for v in mapping.jacobian([acb(5)]).entries()] == [0, 0, 1]


def test_high_powers_take_few_products():
    mapping = SparseMap(PolynomialSystem.from_strings(["x^1000 - 1"]))
    with ctx.workprec(128):
        (value,) = mapping.values([acb(1.001)])
        assert value.overlaps(acb(1.001) ** 1000 - 1)
        assert value.real.rad() < 1e-30


def test_coefficients_are_rounded_anew_at_each_precision():
    mapping = SparseMap(PolynomialSystem.from_strings(["x - 1/3"]))
    for bits in (64, 256, 64):
        with ctx.workprec(bits):
            radius = mapping.values([acb(0)])[0].real.rad()
        assert 2.0 ** -(bits + 8) < float(radius) < 2.0 ** -(bits - 8)


def test_combinations_are_those_of_values_and_jacobians():
    whole = SparseMap(PolynomialSystem.from_strings(["x + y", "x*y", "y^2"], ["x", "y"]))
    mapping = CombinedMap(whole, [[1, 2, 3], [0, 1, -1]])
    point = [acb(2), acb(3)]
    assert [complex(v) for v in mapping.values(point)] == [5 + 12 + 27, 6 - 9]
    assert [complex(v) for v in mapping.jacobian(point).entries()] == [7, 23, 3, -4]
    assert (mapping.n_equations, mapping.n_variables) == (2, 2)


@pytest.mark.parametrize("weights", [None, [[3, 1]]])
def test_copies_evaluate_the_same(weights):
    mapping = SparseMap(PolynomialSystem.from_strings(["x^2 - 1/3", "x^3"]))
    mapping = CombinedMap(mapping, weights) if weights else mapping
    copy = pickle.loads(pickle.dumps(mapping))
    assert [str(v) for v in copy.values([acb(2)])] == [str(v) for v in mapping.values([acb(2)])]
