"""Fixed numbers meet each array in its own arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import symengine
import sympy
from flint import fmpq

from polynet.errors import InputError
from polynet.layers.arithmetic import (
    Coefficient,
    as_coefficient,
    constant,
    in_one_arithmetic,
    summation,
)

X = symengine.Symbol("x")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (2, 2),
        (np.int32(2), 2),
        (Fraction(4, 2), 2),
        (sympy.Rational(1, 3), Fraction(1, 3)),
        (symengine.Rational(1, 3), Fraction(1, 3)),
        (fmpq(1, 3), Fraction(1, 3)),
        (0.5, 0.5),
        (np.float32(0.5), 0.5),
    ],
)
def test_coefficients_are_ints_fractions_or_floats(given: object, expected: Coefficient) -> None:
    result = as_coefficient(given)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize("value", ["1", None, 1j, float("nan"), float("inf"), True, X, [1]])
def test_other_coefficients_are_refused(value: object) -> None:
    with pytest.raises(InputError, match="give an int, a Fraction or a float"):
        as_coefficient(value)


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (Fraction(1), Fraction),
        (fmpq(1), fmpq),
        (X, type(symengine.Rational(1, 2))),
        (sympy.Symbol("x"), type(sympy.Rational(1, 2))),
    ],
)
def test_exact_constants_take_the_type_of_the_objects(element: object, expected: type) -> None:
    value = constant(Fraction(1, 2), np.array([0, element], object))[()]
    assert type(value) is expected or isinstance(value, expected)
    assert value == value + 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_constants_keep_the_precision_of_floats(dtype: type) -> None:
    assert constant(Fraction(1, 2), np.ones(1, dtype)).dtype == dtype


def test_ints_alone_become_floats() -> None:
    a, b = in_one_arithmetic(np.array([1, 2]), np.array([True]))
    assert a.dtype == b.dtype == np.float64


def test_ints_beside_fractions_stay_exact() -> None:
    a, b = in_one_arithmetic(np.array([1, 2]), np.array([Fraction(1, 2)], object))
    assert type(a[0]) is int
    assert b[0] == Fraction(1, 2)


def test_fractions_beside_floats_become_floats() -> None:
    a, b = in_one_arithmetic(np.array([0.5]), np.array([Fraction(1, 4)], object))
    assert a.dtype == b.dtype == np.float64
    assert b[0] == 0.25


def test_fractions_beside_symbols_become_rationals_of_their_package() -> None:
    a, b = in_one_arithmetic(np.array([Fraction(1, 2), 3], object), np.array([X], object))
    assert a[0] * b[0] == X / 2
    assert isinstance(a[1], symengine.Basic)


def test_floats_beside_symbols_stay_floats() -> None:
    a, b = in_one_arithmetic(np.array([0.5]), np.array([X], object))
    assert a[0] * b[0] == 0.5 * X


def test_summation_looks_at_all_arrays() -> None:
    total = summation(np.array([1, 2]), np.array([0, X], object))
    assert total([X, X, 1]) == 2 * X + 1
