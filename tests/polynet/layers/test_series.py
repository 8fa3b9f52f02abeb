"""Series are polynomials in t: every operation agrees with polynomial arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polynet.layers.series import (
    Array,
    Series,
    add,
    cauchy,
    multiply,
    power,
    scale,
    square,
    stack,
    truncate,
)

coefficients = st.lists(st.integers(-9, 9), min_size=1, max_size=4)
orders = st.none() | st.integers(1, 9)


def as_series(values: list[int]) -> Series:
    return tuple(np.array(value, object) for value in values)


def as_list(series: Series, length: int = 16) -> list[int]:
    return [int(c) for c in series] + [0] * (length - len(series))


def product(a: list[int], b: list[int]) -> list[int]:
    return [int(c) for c in np.convolve(a, b)]


def cut(values: list[int], order: int | None) -> list[int]:
    kept = values if order is None else values[:order]
    return kept + [0] * (16 - len(kept))


@given(coefficients, coefficients)
def test_sums_add_coefficients(a: list[int], b: list[int]) -> None:
    expected = [int(c) for c in np.polynomial.polynomial.polyadd(a, b)]
    assert as_list(add(as_series(a), as_series(b))) == cut(expected, None)


@given(coefficients, coefficients, orders)
def test_products_are_truncated_convolutions(a: list[int], b: list[int], order: int | None) -> None:
    result = multiply(as_series(a), as_series(b), order)
    assert as_list(result) == cut(product(a, b), order)


@given(coefficients, orders)
def test_square_is_the_product_with_itself(a: list[int], order: int | None) -> None:
    assert as_list(square(as_series(a), order)) == cut(product(a, a), order)


@given(coefficients, st.integers(1, 5), orders)
def test_power_is_the_repeated_product(a: list[int], exponent: int, order: int | None) -> None:
    expected = [1]
    for _ in range(exponent):
        expected = product(expected, a)
    assert as_list(power(as_series(a), exponent, order)) == cut(expected, order)


def test_the_empty_series_is_zero() -> None:
    one = (np.ones(2),)
    assert multiply((), one, None) == ()
    assert add((), one) == one
    assert square((), None) == ()
    assert power((), 3, None) == ()
    assert scale(2, ()) == ()


def test_truncation_keeps_the_first_coefficients() -> None:
    series = (np.array(1), np.array(2))
    assert truncate(series, 1) == series[:1]
    assert truncate(series, None) == series


def test_lanes_of_later_coefficients_broadcast() -> None:
    a: Series = (np.ones((3, 2)), np.arange(24.0).reshape(4, 3, 2))
    result = multiply(a, a, 2)
    assert [c.shape for c in result] == [(3, 2), (4, 3, 2)]
    np.testing.assert_array_equal(result[1], 2 * a[1])


def test_cauchy_takes_any_bilinear_map() -> None:
    a: Series = (np.eye(2), np.array([[0.0, 1.0], [0.0, 0.0]]))
    b: Series = (np.array([[1.0], [2.0]]),)
    result = cauchy(np.matmul, a, b, None)
    np.testing.assert_array_equal(result[1], [[2.0], [0.0]])


def test_stack_fills_with_zeros_and_broadcasts_lanes() -> None:
    first: Series = (np.ones(()), np.full(3, 2.0))
    second: Series = (np.zeros(()),)
    result = stack([first, second])
    assert [c.shape for c in result] == [(2,), (3, 2)]
    np.testing.assert_array_equal(result[1], [[2.0, 0.0]] * 3)


def test_stack_of_nothing_is_zero() -> None:
    assert stack([]) == ()


@pytest.mark.parametrize("dtype", [np.float32, np.complex128])
def test_precision_is_kept(dtype: type) -> None:
    x: tuple[Array, ...] = (np.ones(2, dtype), np.ones(2, dtype))
    assert all(c.dtype == dtype for c in power(x, 3, None))
