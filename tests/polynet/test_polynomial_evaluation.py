"""Exact, floating and ball values of the same polynomial agree."""

from __future__ import annotations

from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polynet.errors import BudgetError, InputError, ShapeError
from polynet.polynomial import SparsePolynomial
from polynet.polynomial_evaluation import NumericForm
from tests.polynet.polynomial_strategies import points, polynomials

XYZ = ("x", "y", "z")
floats = st.floats(min_value=-4, max_value=4, allow_subnormal=False)


def by_terms(p: SparsePolynomial, w: list[complex]) -> complex:
    """The value by the definition, in Python's own arithmetic."""
    return sum(
        float(c) * np.prod([v ** int(e) for v, e in zip(w, row, strict=True)])
        for c, row in zip(p.coefficients, p.exponents, strict=True)
    )


@given(polynomials(XYZ), points(3))
def test_exact_values_are_those_of_the_definition(p: SparsePolynomial, w: list[Fraction]) -> None:
    expected = Fraction(0)
    for coefficient, row in zip(p.coefficients, p.exponents.tolist(), strict=True):
        term = coefficient
        for value, exponent in zip(w, row, strict=True):
            term *= value**exponent
        expected += term
    value = p.evaluate(w)
    assert value == expected
    assert type(value) is Fraction
    assert p.evaluate(dict(zip(XYZ, w, strict=True))) == expected
    assert p.evaluate(tuple(flint.fmpq(v.numerator, v.denominator) for v in w)) == expected


@given(polynomials(XYZ), st.lists(floats, min_size=3, max_size=3))
def test_float_values_agree_with_exact_ones(p: SparsePolynomial, w: list[float]) -> None:
    exact = p.evaluate([Fraction(v) for v in w])
    value = p.evaluate(w)
    assert type(value) is float
    assert value == pytest.approx(float(exact), rel=1e-9, abs=1e-8)
    assert p.evaluate(np.array(w)) == value


@given(polynomials(XYZ), st.lists(floats, min_size=6, max_size=6))
def test_complex_values_agree_with_the_definition(p: SparsePolynomial, w: list[float]) -> None:
    point = [complex(a, b) for a, b in zip(w[::2], w[1::2], strict=True)]
    value = p.evaluate(point)
    assert type(value) is complex
    assert value == pytest.approx(by_terms(p, point), rel=1e-9, abs=1e-6)


@given(polynomials(XYZ), points(3))
def test_balls_contain_the_exact_value(p: SparsePolynomial, w: list[Fraction]) -> None:
    exact = p.evaluate(w)
    # As a ball 3/5 has a radius of its own, so denominators are cleared before containment.
    numerator, denominator = flint.fmpz(exact.numerator), flint.fmpz(exact.denominator)
    rationals = [flint.fmpq(v.numerator, v.denominator) for v in w]
    real = p.evaluate([flint.arb(v) for v in rationals])
    assert isinstance(real, flint.arb)
    assert (real * denominator).contains(numerator)
    assert real.rad() < 1e-6
    mixed = p.evaluate([flint.acb(rationals[0]), *w[1:]])
    assert isinstance(mixed, flint.acb)
    assert (mixed * denominator).contains(numerator)


def test_a_wide_ball_gives_a_ball_around_every_value_inside() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    ball = (x**2 * y).evaluate([flint.arb(1, 0.25), 2.0])
    assert ball.contains(flint.arb("1.25") ** 2 * 2)
    assert ball.contains(flint.arb("0.75") ** 2 * 2)


def test_a_complex_number_among_real_balls_makes_a_complex_ball() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    assert (x * y).evaluate([flint.arb(2), 1j]).contains(flint.acb(0, 2))


@given(polynomials(XYZ), st.lists(st.lists(floats, min_size=3, max_size=3), max_size=5))
def test_many_points_are_evaluated_as_one_by_one(
    p: SparsePolynomial, rows: list[list[float]]
) -> None:
    values = p.evaluate_many(np.array(rows).reshape(-1, 3))
    assert values.shape == (len(rows),)
    assert values.dtype == np.float64
    for value, row in zip(values, rows, strict=True):
        assert value == pytest.approx(p.evaluate(row), rel=1e-12, abs=1e-12)


def test_blocks_do_not_change_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    p = (x + 2 * y - 1) ** 5
    rows = np.random.default_rng(0).normal(size=(50, 2))
    whole = p.evaluate_many(rows)
    monkeypatch.setattr("polynet.polynomial_evaluation._CHUNK_ENTRIES", 60)
    np.testing.assert_allclose(NumericForm.of(p.mpoly).values(rows), whole, atol=1e-10)
    np.testing.assert_allclose(whole, (rows[:, 0] + 2 * rows[:, 1] - 1) ** 5, atol=1e-9)


def test_many_complex_and_object_points_are_accepted() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    p = x**2 + y
    assert p.evaluate_many([[1j, 2], [1, 1]]).tolist() == [1 + 0j, 2 + 0j]
    assert p.evaluate_many([[Fraction(1, 2), 1]]).tolist() == [1.25]


def test_constants_and_zero_are_constant_at_every_point() -> None:
    three = SparsePolynomial.constant(["x"], 3)
    assert three.evaluate_many([[1.0], [2.0]]).tolist() == [3.0, 3.0]
    assert (three - 3).evaluate_many([[1.0], [2.0]]).tolist() == [0.0, 0.0]
    assert (three - 3).evaluate([flint.arb(1)]) == 0
    assert SparsePolynomial.constant([], 3).evaluate_many(np.empty((2, 0))).tolist() == [3.0, 3.0]


@pytest.mark.parametrize("values", [[1], [1, 2, 3, 4]])
def test_a_wrong_number_of_values_is_refused(values: list[int]) -> None:
    x, _, _ = SparsePolynomial.variables(XYZ)
    with pytest.raises(ShapeError, match="3 variables"):
        x.evaluate(values)


def test_mappings_must_name_every_variable_and_no_other() -> None:
    x, _ = SparsePolynomial.variables(["x", "y"])
    with pytest.raises(InputError, match=r"no value for \(y\)"):
        x.evaluate({"x": 1})
    with pytest.raises(InputError, match="no variable 'q'"):
        x.evaluate({"x": 1, "y": 2, "q": 3})


@pytest.mark.parametrize("points_", [np.zeros(2), np.zeros((3, 1)), np.zeros((1, 2, 2))])
def test_points_of_another_shape_are_refused(points_: np.ndarray) -> None:
    x, _ = SparsePolynomial.variables(["x", "y"])
    with pytest.raises(ShapeError, match=r"\(m, 2\)"):
        x.evaluate_many(points_)


@pytest.mark.parametrize("bad", ["one", None, [1, 2]])
def test_values_that_are_no_numbers_are_refused(bad: object) -> None:
    x, _ = SparsePolynomial.variables(["x", "y"])
    with pytest.raises(InputError, match="number"):
        x.evaluate([bad, 2.0])
    with pytest.raises(InputError, match="number"):
        x.evaluate([bad, flint.arb(1)])


def test_coefficients_beyond_floats_are_refused_for_floats_only() -> None:
    (x,) = SparsePolynomial.variables(["x"])
    p = 10**400 * x
    assert p.evaluate([2]) == 2 * 10**400
    assert p.evaluate([flint.arb(2)]).contains(flint.fmpz(2) * flint.fmpz(10) ** 400)
    with pytest.raises(InputError, match="largest float"):
        p.evaluate([2.0])


def test_exact_values_too_long_to_hold_are_refused() -> None:
    (x,) = SparsePolynomial.variables(["x"])
    p = x**2_000_000_000
    assert p.evaluate([1]) == 1
    with pytest.raises(BudgetError, match="bits"):
        p.evaluate([3**100])
