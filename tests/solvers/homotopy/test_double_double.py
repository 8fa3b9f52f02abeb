"""Double-double residuals beside exact rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from solvers.homotopy import double_double
from solvers.homotopy.tape import SystemTape
from tests.solvers.homotopy.from_python import from_python

two_product = from_python(double_double._two_product)
coefficients_as_given = from_python(double_double.coefficients_as_given)
coefficients_precisely = from_python(double_double.coefficients_precisely)
evaluate_precisely = from_python(double_double.evaluate_precisely)


def _gaussian_product(a, b):
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def _exact(z):
    return Fraction(float(z.real)), Fraction(float(z.imag))


def _exact_value(support, coefficients, x):
    total = [Fraction(0), Fraction(0)]
    for power, coefficient in zip(support, coefficients, strict=True):
        term = coefficient
        for value, exponent in zip(x, power, strict=True):
            for _ in range(exponent):
                term = _gaussian_product(term, _exact(value))
        total = [total[0] + term[0], total[1] + term[1]]
    return total


@pytest.mark.parametrize("seed", range(10))
def test_the_error_of_a_product_is_exact(seed):
    a, b = np.random.default_rng(seed).standard_normal(2).tolist()

    high, low = two_product(a, b)

    assert Fraction(high) + Fraction(low) == Fraction(a) * Fraction(b)


@pytest.mark.parametrize("seed", range(5))
def test_a_residual_that_cancels_keeps_its_digits(seed):
    rng = np.random.default_rng(seed)
    support = [(3, 0), (2, 1), (0, 2), (0, 0)]
    x = rng.standard_normal(2) + 1j * rng.standard_normal(2)
    coefficients = rng.standard_normal(4) + 1j * rng.standard_normal(4)
    # The constant cancels the rest to about 16 digits.
    rest = _exact_value(support[:3], [_exact(c) for c in coefficients[:3]], x)
    coefficients[3] = -complex(float(rest[0]), float(rest[1]))
    tape = SystemTape.of_supports([support, [(0, 1)]], 2)
    given = np.concatenate([coefficients, [0.0]])
    room, registers = np.zeros((len(given) + 3, 4)), np.zeros((tape.n_registers + 1, 4))
    out = np.zeros(2, np.complex128)

    coefficients_as_given(given, room)
    evaluate_precisely(tape.arrays, x, room, registers, out)

    real, imaginary = _exact_value(support, [_exact(c) for c in coefficients], x)
    assert abs(float(real)) < 1e-14
    assert out[0].real == pytest.approx(float(real), rel=1e-12, abs=1e-30)
    assert out[0].imag == pytest.approx(float(imaginary), rel=1e-12, abs=1e-30)


def test_a_tiny_part_of_the_start_system_is_not_drowned():
    table = np.array([[1.0, 0.5 + 0.25j]])
    room = np.zeros((1 + 3, 4))

    coefficients_precisely(table, 1e-20 + 0.0j, room)

    # 1 + 1e-20 (1/2 + i/4): the low parts hold what a double would lose.
    assert room[0, 0] == 1.0
    assert room[0, 1] == pytest.approx(5e-21, rel=1e-12)
    assert room[0, 2] + room[0, 3] == pytest.approx(2.5e-21, rel=1e-12)
