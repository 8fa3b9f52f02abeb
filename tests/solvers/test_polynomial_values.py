"""Values at many points against Horner's rule on one, and against exact arithmetic."""

from __future__ import annotations

import pytest
from flint import acb, acb_poly, ctx, fmpq, fmpz_poly
from hypothesis import given
from hypothesis import strategies as st

from solvers.polynomial_values import PolynomialValues

_COEFFICIENTS = st.lists(st.integers(-(10**30), 10**30), max_size=60)
_GAUSSIAN = st.tuples(st.integers(-20, 20), st.integers(-20, 20))


@given(st.lists(_COEFFICIENTS, min_size=1, max_size=3), st.lists(_GAUSSIAN, max_size=5))
def test_balls_contain_the_exact_values(
    rows: list[list[int]], points: list[tuple[int, int]]
) -> None:
    polynomials = [fmpz_poly(row) for row in rows]
    found = PolynomialValues(polynomials).at([acb(*point) for point in points])
    with ctx.workprec(1000):  # room for whole numbers of this size
        expected = [[acb_poly(p)(acb(*point)) for point in points] for p in polynomials]
    assert [len(row) for row in found] == [len(points)] * len(rows)
    for balls, values in zip(found, expected, strict=True):
        assert all(ball.contains(value) for ball, value in zip(balls, values, strict=True))


@pytest.mark.parametrize("degree", [0, 1, 2, 7, 100, 344])
def test_rational_points_of_every_degree(degree: int) -> None:
    polynomial = fmpz_poly([(-3) ** k + k for k in range(degree + 1)])
    point = fmpq(2, 3)
    [[ball]] = PolynomialValues([polynomial]).at([acb(point)])
    assert ball.real.contains(polynomial(point))
    assert ball.imag.contains(0)


def test_balls_grow_less_than_by_horner() -> None:
    polynomial = fmpz_poly([1] * 200)
    point = acb(0.6, 0.8)
    [[ball]] = PolynomialValues([polynomial]).at([point])
    assert ball.rad() < 1e-6 * acb_poly(polynomial)(point).rad()
