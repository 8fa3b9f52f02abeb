"""Compiled residuals in double-double arithmetic (about 31 digits).

A complex double-double is four floats: high and low part of the real and of the imaginary part.
Points and tables come in as complex doubles and are taken as exact. Compiled without
reassociation or contraction, on which the error-free transformations depend. Source: Dekker,
'A floating-point technique for extending the available precision' (1971).
"""

from __future__ import annotations

from numba import float64
from numba.extending import intrinsic

from solvers.homotopy.compilation import strict, strict_separate

__all__ = ["coefficients_as_given", "coefficients_precisely", "evaluate_precisely"]


@strict
def _two_sum(a, b):
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@intrinsic
def _fused(typing_context, a, b, c):
    """a b + c, rounded once."""

    def generate(context, builder, signature, arguments):
        return builder.fma(*arguments)

    return float64(float64, float64, float64), generate


@strict
def _two_product(a, b):
    product = a * b
    return product, _fused(a, b, -product)


@strict
def _add(a, a_low, b, b_low):
    total, error = _two_sum(a, b)
    error += a_low + b_low
    high = total + error
    return high, error - (high - total)


@strict
def _multiply(a, a_low, b, b_low):
    product, error = _two_product(a, b)
    error += a * b_low + a_low * b
    high = product + error
    return high, error - (high - product)


@strict
def _complex_product(a, b, out):
    """``out`` is the product of two complex double-doubles ``(4,)``."""
    real, real_low = _multiply(a[0], a[1], b[0], b[1])
    part, part_low = _multiply(a[2], a[3], b[2], b[3])
    imaginary, imaginary_low = _multiply(a[0], a[1], b[2], b[3])
    other, other_low = _multiply(a[2], a[3], b[0], b[1])
    out[0], out[1] = _add(real, real_low, -part, -part_low)
    out[2], out[3] = _add(imaginary, imaginary_low, other, other_low)


@strict
def _load(value, out):
    out[0], out[1], out[2], out[3] = value.real, 0.0, value.imag, 0.0


@strict_separate
def coefficients_precisely(table, t, out):
    """Coefficients sum_j table[k, j] t^j into ``out`` ``(n_terms + 3, 4)``, whose end is room.

    For tiny t the part of the start system would drown in rounding, and with it the path.
    """
    n_terms, n_powers = table.shape
    place, constant, product = out[n_terms], out[n_terms + 1], out[n_terms + 2]
    _load(t, place)
    for k in range(n_terms):
        _load(table[k, n_powers - 1], out[k])
        for j in range(n_powers - 2, -1, -1):
            _complex_product(out[k], place, product)
            _load(table[k, j], constant)
            out[k, 0], out[k, 1] = _add(product[0], product[1], constant[0], constant[1])
            out[k, 2], out[k, 3] = _add(product[2], product[3], constant[2], constant[3])


@strict
def coefficients_as_given(values, out):
    """The complex ``values`` ``(n_terms,)`` as they are."""
    for k in range(len(values)):
        _load(values[k], out[k])


@strict_separate
def evaluate_precisely(tape, x, coefficients, registers, out):
    """Values of all equations at ``x``, rounded to complex doubles once, at the end.

    ``coefficients`` ``(n_terms + 3, 4)`` as above; ``registers`` ``(n_registers + 1, 4)`` is room
    to work in.
    """
    n = len(x)
    term = registers[len(registers) - 1]
    _load(1.0 + 0.0j, registers[0])
    for i in range(n):
        _load(x[i], registers[1 + i])
    for k in range(tape.n_value_products[0]):
        _complex_product(registers[tape.left[k]], registers[tape.right[k]], registers[1 + n + k])
    for i in range(len(out)):
        real, real_low, imaginary, imaginary_low = 0.0, 0.0, 0.0, 0.0
        for k in range(tape.equation_start[i], tape.equation_start[i + 1]):
            _complex_product(coefficients[k], registers[tape.term_register[k]], term)
            real, real_low = _add(real, real_low, term[0], term[1])
            imaginary, imaginary_low = _add(imaginary, imaginary_low, term[2], term[3])
        out[i] = complex(real + real_low, imaginary + imaginary_low)
