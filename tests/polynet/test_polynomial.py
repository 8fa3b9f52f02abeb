"""SparsePolynomial: construction, ring operations, derivatives, and what it refuses."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpq_mpoly_ctx
from hypothesis import given
from hypothesis import strategies as st

from polynet.errors import BudgetError, InputError, ShapeError
from polynet.polynomial import SparsePolynomial, checked_names, is_name, polynomial_context
from tests.polynet.polynomial_strategies import fractions, points, polynomials

XYZ = ("x", "y", "z")


def xyz() -> tuple[SparsePolynomial, ...]:
    return SparsePolynomial.variables(XYZ)


@given(polynomials(XYZ), polynomials(XYZ), points(3))
def test_ring_operations_commute_with_evaluation(
    p: SparsePolynomial, q: SparsePolynomial, w: list[Fraction]
) -> None:
    at_p, at_q = p.evaluate(w), q.evaluate(w)
    assert (p + q).evaluate(w) == at_p + at_q
    assert (p - q).evaluate(w) == at_p - at_q
    assert (p * q).evaluate(w) == at_p * at_q
    assert (p**3).evaluate(w) == at_p**3
    assert (-p).evaluate(w) == -at_p


@given(polynomials(XYZ), fractions)
def test_numbers_join_in_from_both_sides(p: SparsePolynomial, c: Fraction) -> None:
    constant = SparsePolynomial.constant(XYZ, c)
    assert p + c == c + p == p + constant
    assert p - c == -(c - p) == p - constant
    assert p * c == c * p == p * constant
    if c:
        assert (p / c) * c == p


@given(polynomials(XYZ), polynomials(XYZ))
def test_derivative_obeys_the_product_rule(p: SparsePolynomial, q: SparsePolynomial) -> None:
    for name in XYZ:
        expected = p.derivative(name) * q + p * q.derivative(name)
        assert (p * q).derivative(name) == expected


@given(polynomials(XYZ))
def test_gradient_agrees_with_sympy(p: SparsePolynomial) -> None:
    expression = p.to_sympy()
    for name, derivative in zip(XYZ, p.gradient(), strict=True):
        expected = sympy.diff(expression, sympy.Symbol(name))
        assert derivative == SparsePolynomial.from_sympy(expected, XYZ)


@given(polynomials(XYZ))
def test_terms_rebuild_the_polynomial(p: SparsePolynomial) -> None:
    terms = {tuple(map(int, row)): c for row, c in zip(p.exponents, p.coefficients, strict=True)}
    assert p.exponents.shape == (p.n_terms, 3)
    assert SparsePolynomial.from_terms(XYZ, terms) == p


@given(polynomials(XYZ))
def test_exponents_are_those_of_flint(p: SparsePolynomial) -> None:
    assert p.exponents.tolist() == [[int(e) for e in row] for row in p.mpoly.monoms()]
    assert p.exponents.dtype == np.int64
    assert not p.exponents.flags.writeable


@given(polynomials(XYZ))
def test_terms_descend_in_graded_reverse_lexicographic_order(p: SparsePolynomial) -> None:
    keys = [(sum(row), [-int(e) for e in row[::-1]]) for row in p.exponents]
    assert keys == sorted(keys, reverse=True)


@given(polynomials(XYZ))
def test_degrees_are_the_greatest_exponents(p: SparsePolynomial) -> None:
    rows = p.exponents.tolist()
    assert p.degree == max((sum(row) for row in rows), default=-1)
    assert p.degree_in("y") == max((row[1] for row in rows), default=-1)
    assert p.degree_in_group(["x", "z"]) == max((row[0] + row[2] for row in rows), default=-1)


@given(polynomials(XYZ))
def test_equal_polynomials_hash_alike_and_survive_pickling(p: SparsePolynomial) -> None:
    again = pickle.loads(pickle.dumps(p))
    assert again == p
    assert hash(again) == hash(p)
    assert copy.deepcopy(p) == p


def test_equality_compares_names_in_order() -> None:
    x, y = SparsePolynomial.variables(["x", "y"])
    assert x + y == y + x
    assert x != y
    assert x != SparsePolynomial.variables(["y", "x"])[1]
    assert x != "x"


@given(polynomials(XYZ), points(3))
def test_with_names_moves_between_rings(p: SparsePolynomial, w: list[Fraction]) -> None:
    wider = p.with_names(["z", "extra", "x", "y"])
    assert wider.names == ("z", "extra", "x", "y")
    assert wider.evaluate([w[2], 7, w[0], w[1]]) == p.evaluate(w)
    assert wider.with_names(XYZ) == p


def test_with_names_refuses_to_drop_a_variable_that_occurs() -> None:
    x, y, _ = xyz()
    with pytest.raises(InputError, match="y occur"):
        (x + y).with_names(["x"])
    assert (y - y + x).with_names(["x"]).names == ("x",)


def test_zero_polynomial_has_degree_minus_one() -> None:
    zero = SparsePolynomial.constant(XYZ, 0)
    assert zero.is_zero
    assert zero.n_terms == 0
    assert zero.degree == zero.degree_in("x") == zero.degree_in_group(["x"]) == -1
    assert zero.exponents.shape == (0, 3)
    assert zero.coefficients == ()
    assert str(zero) == "0"


def test_a_polynomial_without_variables_is_a_number() -> None:
    five = SparsePolynomial.constant([], 5)
    assert five.degree == 0
    assert five.evaluate([]) == 5
    assert five.gradient() == ()


def test_it_cannot_be_changed() -> None:
    x, _, _ = xyz()
    with pytest.raises(FrozenInstanceError):
        x.names = ("a", "b", "c")  # type: ignore[misc]


def test_coefficients_may_have_ten_thousand_digits() -> None:
    x, _, _ = xyz()
    huge = 7**12_000
    p = huge * x + Fraction(1, huge)
    assert p.coefficients == (huge, Fraction(1, huge))
    assert p.evaluate([1, 0, 0]) == huge + Fraction(1, huge)
    assert pickle.loads(pickle.dumps(p)) == p
    assert SparsePolynomial.from_sympy(p.to_sympy(), XYZ) == p
    assert SparsePolynomial.from_sympy(p.to_symengine(), XYZ) == p


def test_numpy_integers_and_flint_rationals_are_exact_coefficients() -> None:
    x, _, _ = xyz()
    assert np.int64(3) * x == x * 3
    assert x * fmpq(1, 3) == x / 3
    assert x * sympy.Rational(1, 3) == x / 3


@pytest.mark.parametrize("value", [0.5, 1j, np.float64(2.0)])
def test_floats_are_refused_as_coefficients(value: complex) -> None:
    x, _, _ = xyz()
    with pytest.raises(InputError, match="exact"):
        x + value
    with pytest.raises(InputError, match="exact"):
        value * x
    with pytest.raises(InputError, match="exact"):
        SparsePolynomial.from_terms(["x"], {(1,): value})
    with pytest.raises(InputError, match="exact"):
        x / value


def test_other_operands_are_a_type_error() -> None:
    x, _, _ = xyz()
    with pytest.raises(TypeError):
        x + "y"
    with pytest.raises(TypeError):
        [] * x  # type: ignore[operator]


def test_polynomials_in_different_variables_do_not_mix() -> None:
    x, _, _ = xyz()
    (u,) = SparsePolynomial.variables(["u"])
    with pytest.raises(InputError, match="with_names"):
        x + u


def test_division_by_zero_or_by_a_polynomial_is_refused() -> None:
    x, y, _ = xyz()
    with pytest.raises(InputError, match="zero"):
        x / 0
    with pytest.raises(InputError, match="polynomial"):
        x / y


@pytest.mark.parametrize("exponent", [-1, 0.5, True, Fraction(1, 2)])
def test_powers_other_than_whole_ones_are_refused(exponent: object) -> None:
    x, _, _ = xyz()
    with pytest.raises(InputError, match="exponent"):
        x**exponent  # type: ignore[operator]


@pytest.mark.parametrize("exponent", [2**40, 10**5000], ids=["2^40", "10^5000"])
def test_powers_beyond_the_degree_limit_are_refused(exponent: int) -> None:
    x, y, _ = xyz()
    with pytest.raises(BudgetError, match="degree"):
        (x + y) ** exponent


@pytest.mark.parametrize(
    "names", [["x", "x"], ["2x"], ["a b"], [""], ["nan"], ["Inf"], ["λ"], ["x[0]"], ["x\n"], "xy"]
)
def test_bad_names_are_refused(names: list[str]) -> None:
    with pytest.raises(InputError, match=r"variable name|named twice|sequence of names"):
        checked_names(names)


@given(st.text(max_size=6))
def test_names_are_what_is_name_says(text: str) -> None:
    if is_name(text):
        assert SparsePolynomial.variables([text])[0].to_string() == text
    else:
        with pytest.raises(InputError):
            SparsePolynomial.variables([text])


@pytest.mark.parametrize("exponents", [(1,), (1, 2, 3), [1, 2], 3])
def test_exponents_must_be_one_for_each_variable(exponents: object) -> None:
    with pytest.raises((ShapeError, TypeError)):
        SparsePolynomial.from_terms(["x", "y"], {exponents: 1})  # type: ignore[dict-item]


@pytest.mark.parametrize("exponent", [-1, 0.5, "1"])
def test_exponents_must_be_whole_and_not_negative(exponent: object) -> None:
    with pytest.raises(InputError, match="non-negative integer"):
        SparsePolynomial.from_terms(["x"], {(exponent,): 1})  # type: ignore[dict-item]


def test_a_degree_beyond_the_limit_is_refused() -> None:
    with pytest.raises(BudgetError, match="degree"):
        SparsePolynomial.from_terms(["x"], {(2**70,): 1})


def test_an_mpoly_of_another_ring_is_refused() -> None:
    lexicographic = fmpq_mpoly_ctx.get(["x"], "lex").gen(0)
    with pytest.raises(InputError, match="polynomial_context"):
        SparsePolynomial(("x",), lexicographic)
    with pytest.raises(InputError, match="polynomial_context"):
        SparsePolynomial(("y",), polynomial_context(["x"]).gen(0))
    with pytest.raises(InputError, match="fmpq_mpoly"):
        SparsePolynomial(("x",), 3)  # type: ignore[arg-type]


def test_unknown_variables_are_named_in_the_error() -> None:
    x, _, _ = xyz()
    for query in (x.derivative, x.degree_in):
        with pytest.raises(InputError, match=r"no variable 'q'.*x, y, z"):
            query("q")


def test_dense_exponents_over_budget_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polynet.polynomial._MAX_DENSE_ENTRIES", 5)
    x, y, _ = xyz()
    with pytest.raises(BudgetError, match="sparse_exponents"):
        _ = (x + y).exponents
