"""Compiled residuals in double-double arithmetic (about 31 digits).

A complex double-double is four floats: high and low part of the real and of the imaginary part.
Points and coefficients come in as complex doubles and are taken as exact. Compiled without
reassociation or contraction, on which the error-free transformations depend. Source: Dekker,
'A floating-point technique for extending the available precision' (1971).
"""

from __future__ import annotations

from numba import njit

__all__ = ["evaluate_precisely"]

_SPLITTER = 134217729.0  # 2^27 + 1

_OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy"}


@njit(**_OPTIONS)
def _two_sum(a, b):
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@njit(**_OPTIONS)
def _two_product(a, b):
    product = a * b
    carry = _SPLITTER * a
    a_high = carry - (carry - a)
    a_low = a - a_high
    carry = _SPLITTER * b
    b_high = carry - (carry - b)
    b_low = b - b_high
    error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, error


@njit(**_OPTIONS)
def _add(a, a_low, b, b_low):
    total, error = _two_sum(a, b)
    error += a_low + b_low
    high = total + error
    return high, error - (high - total)


@njit(**_OPTIONS)
def _multiply(a, a_low, b, b_low):
    product, error = _two_product(a, b)
    error += a * b_low + a_low * b
    high = product + error
    return high, error - (high - product)


@njit(**_OPTIONS)
def _complex_product(a, b, out):
    """``out`` is the product of two complex double-doubles ``(4,)``."""
    real, real_low = _multiply(a[0], a[1], b[0], b[1])
    part, part_low = _multiply(a[2], a[3], b[2], b[3])
    imaginary, imaginary_low = _multiply(a[0], a[1], b[2], b[3])
    other, other_low = _multiply(a[2], a[3], b[0], b[1])
    out[0], out[1] = _add(real, real_low, -part, -part_low)
    out[2], out[3] = _add(imaginary, imaginary_low, other, other_low)


@njit(**_OPTIONS)
def evaluate_precisely(tape, x, coefficients, registers, out):
    """Values of all equations at ``x``, rounded to complex doubles once, at the end.

    ``registers`` ``(n_registers + 2, 4)`` is room to work in.
    """
    n = len(x)
    term, coefficient = len(registers) - 2, len(registers) - 1
    for i in range(n + 1):
        for part in range(4):
            registers[i, part] = 0.0
    registers[0, 0] = 1.0
    for i in range(n):
        registers[1 + i, 0] = x[i].real
        registers[1 + i, 2] = x[i].imag
    for k in range(tape.n_value_products[0]):
        _complex_product(registers[tape.left[k]], registers[tape.right[k]], registers[1 + n + k])
    for part in range(4):
        registers[coefficient, part] = 0.0
    for i in range(len(out)):
        real, real_low, imaginary, imaginary_low = 0.0, 0.0, 0.0, 0.0
        for k in range(tape.equation_start[i], tape.equation_start[i + 1]):
            registers[coefficient, 0] = coefficients[0, k].real
            registers[coefficient, 2] = coefficients[0, k].imag
            _complex_product(
                registers[coefficient], registers[tape.term_register[k]], registers[term]
            )
            real, real_low = _add(real, real_low, registers[term, 0], registers[term, 1])
            imaginary, imaginary_low = _add(
                imaginary, imaginary_low, registers[term, 2], registers[term, 3]
            )
        out[i] = complex(real + real_low, imaginary + imaginary_low)
