"""To and from sympy and symengine, and what is no polynomial."""

from __future__ import annotations

import time

import numpy as np
import pytest
import symengine
import sympy
from hypothesis import given

from polynet.errors import BudgetError, InputError, ParseError
from polynet.polynomial import SparsePolynomial
from tests.polynet.polynomial_strategies import polynomials

XYZ = ("x", "y", "z")
x, y, z = sympy.symbols("x y z")


@given(polynomials(XYZ))
def test_sympy_and_symengine_give_the_polynomial_back(p: SparsePolynomial) -> None:
    assert SparsePolynomial.from_sympy(p.to_sympy(), XYZ) == p
    assert SparsePolynomial.from_sympy(p.to_symengine(), XYZ) == p


@given(polynomials(XYZ, max_exponent=2, max_terms=4))
def test_to_sympy_is_what_sympy_itself_makes_of_the_text(p: SparsePolynomial) -> None:
    assert p.to_sympy() == sympy.expand(sympy.sympify(str(p).replace("^", "**"), rational=True))


@given(polynomials(XYZ, max_exponent=2, max_terms=3))
def test_unexpanded_expressions_are_expanded(p: SparsePolynomial) -> None:
    e = p.to_sympy()
    expected = SparsePolynomial.from_sympy(sympy.expand((e + x) ** 2 * (e - y / 3)), XYZ)
    assert SparsePolynomial.from_sympy((e + x) ** 2 * (e - y / 3), XYZ) == expected


def test_symbols_are_named_exactly_as_the_variables() -> None:
    w, b = SparsePolynomial.variables(["w0_1_0", "b0_1"])
    assert (w * b).to_sympy() == sympy.Symbol("w0_1_0") * sympy.Symbol("b0_1")
    assert (w * b).to_symengine() == symengine.Symbol("w0_1_0") * symengine.Symbol("b0_1")


def test_zero_and_numbers_convert() -> None:
    zero = SparsePolynomial.constant(["x"], 0)
    assert zero.to_sympy() == 0
    assert zero.to_symengine() == 0
    assert SparsePolynomial.from_sympy(0, ["x"]) == zero
    assert SparsePolynomial.from_sympy(sympy.Rational(1, 3)).names == ()


def test_names_default_to_the_symbols_in_natural_order() -> None:
    expression = sum(sympy.Symbol(name) for name in ["x10", "x2", "a", "x1"])
    assert SparsePolynomial.from_sympy(expression).names == ("a", "x1", "x2", "x10")
    assert SparsePolynomial.from_sympy(x + y, [y, x]).names == ("y", "x")


def test_equations_stand_for_their_difference() -> None:
    p = SparsePolynomial.from_sympy(sympy.Eq(x**2, y))
    assert str(p) == "x^2 - y"


def test_symbols_with_assumptions_count_by_name() -> None:
    real = sympy.Symbol("x", real=True)
    assert SparsePolynomial.from_sympy(real + 1).names == ("x",)
    with pytest.raises(InputError, match="two symbols"):
        SparsePolynomial.from_sympy(real + x)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (0.5 * x, "float"),
        (sympy.Float(2), "float"),
        (x / y, "negative exponent"),
        (sympy.sqrt(x), "whole numbers"),
        (sympy.sqrt(2) * x, "whole numbers"),
        (x**y, "whole numbers"),
        (sympy.sin(x), "sin"),
        (sympy.pi * x, "pi"),
        (sympy.I * x, "ImaginaryUnit"),
        (sympy.oo, "Infinity"),
        (sympy.nan, "NaN"),
        (sympy.Abs(x), "Abs"),
        (sympy.Derivative(sympy.Function("f")(x), x), "Derivative"),
    ],
)
def test_what_is_no_rational_polynomial_is_refused(expression: object, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        SparsePolynomial.from_sympy(expression)


@pytest.mark.parametrize("thing", ["x + 1", None, object(), [x], sympy.true, x < 1])
def test_what_is_no_expression_is_refused(thing: object) -> None:
    with pytest.raises(InputError, match="no sympy expression"):
        SparsePolynomial.from_sympy(thing)


def test_symbols_must_be_among_the_names_and_be_identifiers() -> None:
    with pytest.raises(InputError, match="'y' occurs"):
        SparsePolynomial.from_sympy(x + y, ["x"])
    with pytest.raises(InputError, match="no variable name"):
        SparsePolynomial.from_sympy(sympy.Symbol("x'") + 1)


def test_expansions_over_budget_are_refused_at_once() -> None:
    start = time.perf_counter()
    with pytest.raises(BudgetError, match="terms"):
        SparsePolynomial.from_sympy((x + y + z + 1) ** 1000)
    assert time.perf_counter() - start < 5


def test_deep_trees_need_no_recursion() -> None:
    tree = x
    for _ in range(150):
        tree = (tree + 1) * 2 if tree.is_Add else tree * y + 1
    assert SparsePolynomial.from_sympy(tree).n_terms > 1


def test_twenty_thousand_terms_convert_in_seconds() -> None:
    rng = np.random.default_rng(0)
    names = [f"w0_{i}" for i in range(54)]
    rows = {tuple(rng.multinomial(6, [1 / 54] * 54).tolist()) for _ in range(20_000)}
    p = SparsePolynomial.from_terms(names, dict.fromkeys(rows, 3))
    start = time.perf_counter()
    expression = p.to_sympy()
    again = SparsePolynomial.from_sympy(expression, names)
    assert time.perf_counter() - start < 30
    assert again == p
    assert len(expression.args) == p.n_terms
