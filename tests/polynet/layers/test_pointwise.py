"""Activations: values, exactness, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from polynet.errors import InputError
from polynet.layers import Layer, Polynomial, Power, Square


def values(layer: Layer, x: list[float]) -> list[float]:
    inputs = np.array([x])
    (outputs,) = layer.forward([], (inputs,), shape=(len(x),), order=1)
    return [float(y) for y in outputs[0]]


def test_powers_and_polynomials_have_their_values() -> None:
    assert values(Square(), [2.0, -3.0]) == [4.0, 9.0]
    assert values(Power(3), [2.0, -3.0]) == [8.0, -27.0]
    assert values(Polynomial([1, 0, Fraction(1, 2)]), [2.0, -4.0]) == [3.0, 9.0]


def test_trainable_coefficients_are_the_weights() -> None:
    layer = Polynomial([1, 0, Fraction(1, 2)], trainable=True)
    (spec,) = layer.parameters()
    assert (spec.name, spec.shape, spec.initial) == ("coefficients", (3,), (1, 0, Fraction(1, 2)))
    weights = (np.array([3.0, 2.0, 1.0]),)
    (outputs,) = layer.forward([weights], (np.array([[2.0]]),), shape=(1,), order=1)
    assert outputs.tolist() == [[11.0]]


@pytest.mark.parametrize(
    ("coefficients", "trainable", "exact"),
    [
        ([0, 1], False, True),
        ([Fraction(1, 3), sympy.Rational(1, 7)], False, True),
        ([0, 0.5], False, False),
        ([0, 0.5], True, True),
    ],
)
def test_exact_where_fixed_coefficients_are(
    coefficients: list[Any], trainable: bool, exact: bool
) -> None:
    assert Polynomial(coefficients, trainable=trainable).exact is exact


def test_zeros_at_the_end_do_not_count_unless_trained() -> None:
    assert Polynomial([0, 1, 0]) == Polynomial([0, 1])
    assert len(Polynomial([0, 1, 0], trainable=True).coefficients) == 3


@pytest.mark.parametrize("k", [0, -1, 1.5, "2", None, True])
def test_powers_must_be_positive_whole_numbers(k: Any) -> None:
    with pytest.raises(InputError, match=r"Power k is .*whole number >= 1"):
        Power(k)


@pytest.mark.parametrize(
    ("coefficients", "message"),
    [
        ([], "is constant"),
        ([1], "is constant, which cuts the network off"),
        ([1, 0, 0], "is constant"),
        (3, "takes a sequence of coefficients, constant term first, not 3"),
        ([0, float("nan")], "nan is not a finite real number"),
        ([0, float("inf")], "inf is not a finite real number"),
        ([0, 1j], "1j is not a finite real number"),
        (["a", 1], "'a' is not a finite real number"),
    ],
)
def test_bad_coefficients_are_refused(coefficients: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Polynomial(coefficients)


def test_trainable_must_be_a_bool() -> None:
    with pytest.raises(InputError, match="Polynomial trainable is 'yes'"):
        Polynomial([0, 1], trainable="yes")  # type: ignore[arg-type]
