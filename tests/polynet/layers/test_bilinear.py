"""Matrix products over floats, rationals and expressions."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest
import symengine
import sympy
from flint import fmpq

from polynet.layers.bilinear import matmul


def test_floats_go_to_numpy() -> None:
    generator = np.random.default_rng(0)
    a, b = generator.standard_normal((4, 1, 2, 3)), generator.standard_normal((5, 3, 6))
    np.testing.assert_array_equal(matmul(a, b), a @ b)


@pytest.mark.parametrize("number", [int, Fraction, fmpq, symengine.Integer, sympy.Integer])
def test_objects_agree_with_integers_for_all_lanes(number: type) -> None:
    generator = np.random.default_rng(1)
    a, b = generator.integers(-3, 4, (4, 1, 2, 3)), generator.integers(-3, 4, (5, 3, 6))
    convert = np.frompyfunc(lambda x: number(int(x)), 1, 1)
    result = matmul(convert(a), convert(b))
    assert result.shape == (4, 5, 2, 6)
    assert (result == a @ b).all()


def test_mixed_ints_and_symbols_stay_exact() -> None:
    x, y = symengine.symbols("x y")
    result = matmul(np.array([[2, 0, 1]]), np.array([[x], [y], [x * y]], object))
    assert result[0, 0] == 2 * x + x * y


def test_products_are_not_multiplied_out() -> None:
    x, y = symengine.symbols("x y")
    result = matmul(np.array([[x]], object), np.array([[x + y]], object))
    assert result[0, 0].func is symengine.Mul


def test_an_empty_sum_is_zero_of_the_same_arithmetic() -> None:
    x = symengine.Symbol("x")
    assert isinstance(matmul(np.array([[0, x]], object), np.array([[1], [0]]))[0, 0], type(x - x))
    assert isinstance(matmul(np.array([[0, fmpq(2)]], object), np.array([[1], [0]]))[0, 0], fmpq)


def test_long_symbolic_sums_take_linear_time() -> None:
    n = 20_000  # term by term this would copy 2·10⁸ terms
    row = np.array([[symengine.Symbol(f"x{i}") for i in range(n)]], object)
    start = time.perf_counter()
    total = matmul(row, np.ones((n, 1), np.int64))[0, 0]
    assert len(total.args) == n
    assert time.perf_counter() - start < 5
