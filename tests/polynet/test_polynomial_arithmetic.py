"""Predicted sizes bound the true ones, and work over budget is refused before it starts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from polynet.errors import BudgetError, InputError
from polynet.polynomial import SparsePolynomial, polynomial_context
from polynet.polynomial_arithmetic import (
    balanced_sum,
    checked_power,
    checked_product,
    predicted_power_terms,
    predicted_product_terms,
    readable_count,
)
from polynet.rational import to_fraction
from tests.polynet.polynomial_strategies import polynomials

XYZ = ("x", "y", "z")


@given(polynomials(XYZ), st.integers(0, 5))
def test_a_power_has_at_most_the_predicted_terms(p: SparsePolynomial, exponent: int) -> None:
    assert len(p.mpoly**exponent) <= predicted_power_terms(p.mpoly, exponent)


@given(polynomials(XYZ), polynomials(XYZ))
def test_a_product_has_at_most_the_predicted_terms(
    p: SparsePolynomial, q: SparsePolynomial
) -> None:
    assert len(p.mpoly * q.mpoly) <= predicted_product_terms(p.mpoly, q.mpoly)


def test_the_prediction_is_exact_for_a_generic_linear_form() -> None:
    x, y, z = polynomial_context(XYZ).gens()
    # All monomials of degree up to 6 in 3 variables: C(9, 3) = 84.
    assert predicted_power_terms(x + y + z + 1, 6) == len((x + y + z + 1) ** 6) == 84


@given(st.lists(polynomials(XYZ), max_size=9))
def test_balanced_sum_is_the_sum(summands: list[SparsePolynomial]) -> None:
    zero = SparsePolynomial.constant(XYZ, 0)
    expected = sum(summands, start=zero)
    assert balanced_sum([p.mpoly for p in summands], zero.mpoly) == expected.mpoly


def test_products_and_powers_over_the_budget_carry_the_prediction() -> None:
    x, y, z = polynomial_context(XYZ).gens()
    with pytest.raises(BudgetError, match=r"84 terms, more than the budget of 83"):
        checked_power(x + y + z + 1, 6, max_terms=83)
    with pytest.raises(BudgetError, match=r"9 terms, more than the budget of 8"):
        checked_product(x + y + z, x * y + z + 1, max_terms=8)
    assert len(checked_power(x + y + z + 1, 6, max_terms=84)) == 84


def test_powers_with_coefficients_over_the_limit_are_refused() -> None:
    (x,) = polynomial_context(["x"]).gens()
    with pytest.raises(BudgetError, match="bits"):
        checked_power(2 * x**0, 10_000_000)
    with pytest.raises(BudgetError, match="bits"):
        checked_power(x**0 + 1, 10**5000)


def test_powers_of_one_are_never_too_large() -> None:
    (x,) = polynomial_context(["x"]).gens()
    for sign, exponent in [(1, 10**5000), (-1, 10**5000 + 1)]:
        assert checked_power(sign * x**0, exponent) == sign * x**0


def test_a_product_of_long_polynomials_with_long_coefficients_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, y = polynomial_context(["x", "y"]).gens()
    long = (x + y + 1) ** 60 * 7**200
    checked_product(long, long)
    monkeypatch.setattr("polynet.polynomial_arithmetic._MAX_WORK", 10_000_000)
    with pytest.raises(BudgetError, match=r"takes 3,575,881 products .* machine words"):
        checked_product(long, long)
    with pytest.raises(BudgetError, match=r"power 2 takes .* machine words"):
        checked_power(long, 2)


def test_a_negative_power_is_refused_however_long() -> None:
    (x,) = polynomial_context(["x"]).gens()
    for exponent in (-1, -(10**5000)):
        with pytest.raises(InputError, match="negative"):
            checked_power(x, exponent)


@pytest.mark.parametrize(
    "value",
    [0, 7, -(10**30), Fraction(-3, 7), 7**20_000],
    ids=["zero", "small", "large", "fraction", "16,902 digits"],
)
def test_to_fraction_inverts_the_conversion_however_long(value: Fraction) -> None:
    exact = Fraction(value)
    assert to_fraction(fmpq(exact.numerator, exact.denominator)) == exact


def test_astronomical_counts_are_printed_as_powers_of_ten() -> None:
    assert readable_count(1_234_567) == "1,234,567"
    assert readable_count(10**5000) == "about 1.0e5000"
