"""Algebraic numbers against closed forms and sympy."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy
from flint import fmpq_poly, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from polynet import PolynomialSystem
from polynet.errors import InputError
from solvers import Groebner, Homotopy
from solvers.algebraic_number import AlgebraicNumber
from solvers.univariate_representation import UnivariateRepresentation

roots_of = AlgebraicNumber.roots_of


@pytest.mark.parametrize(
    ("coefficients", "texts"),
    [
        ([3, -4], ["3/4"]),
        ([-1, -1, 1], ["(1 - sqrt(5))/2", "(1 + sqrt(5))/2"]),
        ([-2, 0, 1], ["-sqrt(2)", "sqrt(2)"]),
        ([-1, 0, 8], ["-sqrt(2)/4", "sqrt(2)/4"]),
        ([1, -2, -1], ["-1 - sqrt(2)", "-1 + sqrt(2)"]),
        ([1, 0, 1], ["-i", "i"]),
        ([1, -1, 1], ["(1 - i*sqrt(3))/2", "(1 + i*sqrt(3))/2"]),
        ([-1, 0, -1, 0, 1], ["-sqrt((1 + sqrt(5))/2)", "sqrt((1 + sqrt(5))/2)"]),
        ([-1, -1, 0, 1], ["root of x^3 - x - 1 in [1.32, 1.33]"]),
    ],
)
def test_text(coefficients: list[int], texts: list[str]) -> None:
    found = [str(x) for x in roots_of(fmpz_poly(coefficients))]
    assert found[: len(texts)] == texts


def test_intervals_in_text_hold_one_root() -> None:
    close = fmpz_poly([-2, 4000, -2_000_000, 0, 1])  # a root pair near 1/1000
    texts = [str(x) for x in roots_of(close) if x.is_real]
    assert len(set(texts)) == len(texts) == 4


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=4))
@settings(max_examples=8, deadline=None)
def test_roots_agree_with_sympy(coefficients: list[int]) -> None:
    x = sympy.Symbol("x")
    for factor, _ in fmpz_poly(coefficients).factor()[1]:
        if factor.degree() < 1:
            continue
        found = roots_of(factor)
        expected = sympy.Poly(list(reversed(list(map(int, factor.coeffs())))), x)
        real = [number for number in found if number.is_real]
        assert len(real) == expected.count_roots()
        for number, root in zip(real, expected.real_roots(), strict=True):
            low, high = number.interval(200)
            assert high - low < Fraction(2, 2**200) * (1 + abs(high))
            assert sympy.Rational(low) <= root.evalf(80) + sympy.Rational(1, 10**70)
            assert sympy.Rational(high) >= root.evalf(80) - sympy.Rational(1, 10**70)
        for number in found:
            assert complex(number.to_sympy().evalf(30)) == pytest.approx(complex(number))


def test_comparison_is_exact() -> None:
    two = roots_of(fmpz_poly([-2, 0, 1]))[1]
    near = roots_of(fmpz_poly([-2 * 10**80 - 1, 0, 10**80]))[1]  # sqrt(2 + 1e-80)
    assert two < near
    assert two != near
    assert float(two) == float(near)
    low, high = two.interval(300)
    assert two == AlgebraicNumber(two.coefficients, (Fraction(1), Fraction(2)))
    assert len({two, AlgebraicNumber((-2, 0, 1), (low, high))}) == 1
    assert low < two < high
    assert AlgebraicNumber.rational(Fraction(1, 2)) == Fraction(1, 2)
    assert all(a < b for a, b in pairwise(roots_of(fmpz_poly([1, 0, -10, 0, 1]))))


def test_what_cannot_be_is_refused() -> None:
    unit = roots_of(fmpz_poly([1, 0, 1]))[0]
    with pytest.raises(InputError, match=r"not real; ball"):
        unit.interval(10)
    with pytest.raises(InputError, match="not real"):
        assert unit < 0
    with pytest.raises(InputError, match="not irreducible"):
        roots_of(fmpz_poly([-1, 0, 1]))
    with pytest.raises(InputError, match="not rational"):
        unit.to_fraction()


def test_pickling() -> None:
    number = roots_of(fmpz_poly([-1, -1, 0, 1]))[1]
    assert pickle.loads(pickle.dumps(number)) == number


def test_coordinates_of_a_representation() -> None:
    # t = sqrt2 + sqrt3, x = sqrt2, y = sqrt6
    system = PolynomialSystem.from_strings(["x^2 - 2", "y^2 - 6"])
    found = Groebner().solve(system)
    (point,) = found.representations
    assert [point.coordinate_degree(j) for j in (0, 1)] == [2, 2]
    rows = {tuple(map(str, found.algebraic(row))) for row in range(4)}
    assert rows == {(a, b) for a in ("-sqrt(2)", "sqrt(2)") for b in ("-sqrt(6)", "sqrt(6)")}
    for row in range(4):
        for (low, high), number in zip(found.boxes(row, 300), found.algebraic(row), strict=True):
            assert low < number < high
            assert high - low < Fraction(1, 2**290)
    assert point.boxes(300)[2] in [found.boxes(row, 300) for row in range(4)]


def test_rational_and_full_degree_coordinates() -> None:
    point = UnivariateRepresentation(
        fmpq_poly([-2, 0, 0, 1]), (fmpq_poly([6]), fmpq_poly([0, 0, 3]), fmpq_poly([0, 6]))
    )
    numbers = [point.coordinate(0, j) for j in range(3)]
    assert numbers[1] == 1
    assert numbers[0].coefficients == (-2, 0, 0, 1)
    assert numbers[2].coefficients == (-4, 0, 0, 1)


def test_complex_solutions_come_as_balls() -> None:
    system = PolynomialSystem.from_strings(["x^4 + x + 1", "y - x^2"])
    found = Groebner().solve(system)
    for row in range(found.n_finite):
        x, y = found.balls(row, 400)
        assert (x**2 - y).contains(0)
        assert x.real.rad() < 2.0**-390
        assert complex(x) == pytest.approx(found.solutions[row, 0])
        a, b = found.algebraic(row)
        assert a.coefficients == (1, 1, 0, 0, 1)
        assert np.isclose(complex(a) ** 2, complex(b))
        with pytest.raises(InputError, match="not real"):
            found.boxes(row, 10)


def test_order_of_conjugates_is_the_same_at_every_precision() -> None:
    # All on one vertical line: real parts say nothing about the order.
    point = UnivariateRepresentation(fmpq_poly([4, 0, 5, 0, 1]) + 21, (fmpq_poly([1]),))
    first = [complex(root) for root in point.roots(160)]
    for precision in (96, 224, 500, 1200):
        assert [complex(root) for root in point.roots(precision)] == pytest.approx(first)


def test_numerical_sets_have_no_exact_numbers() -> None:
    found = Homotopy().solve(PolynomialSystem.from_strings(["x^2 - 2"]))
    with pytest.raises(InputError, match=r"floating-point.*Groebner"):
        found.algebraic(0)
    with pytest.raises(InputError, match="no solution 7"):
        Groebner().solve(PolynomialSystem.from_strings(["x^2 - 2"])).balls(7, 10)


def test_huge_roots_that_are_close_are_told_apart() -> None:
    """Two roots near 6 10^11 differ by less than the rounding of the root near 4 10^31."""
    polynomial = fmpz_poly(
        [
            -359999999999999999992000000,
            1200000000000000,
            -13697864449761803131198187799120000000000000000000001000,
            45659548165872677104353959330400000000000000,
            -38049623471560564254528299442000,
            1,
        ]
    )
    numbers = AlgebraicNumber.roots_of(polynomial)
    low, high = numbers[:2]
    assert low.real_box[1] < high.real_box[0]
    assert len(set(numbers)) == 5
    assert 0 < high.interval(200)[0] - low.interval(200)[1] < Fraction(1, 10**16)
    assert str(low) != str(high)
