"""Compiled: the value of a float polynomial, with a bound of its rounding error.

Where coefficients are hundreds of binary orders apart a polynomial is held as mantissas f with
exponents e, of f_k 2^(e_k): ``evaluate_wide`` takes x = m 2^a and sums 2^b times a polynomial in m
whose greatest coefficient is about 1, so that nothing overflows, and what underflows is too small
to count beside the rest.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = [
    "EPS",
    "TINY_EXPONENT",
    "evaluate",
    "evaluate_wide",
    "exponent",
    "midpoint",
    "shifted",
    "split",
    "value_at",
]

EPS = 2.0**-52
TINY_EXPONENT = -100_000
"""The exponent of zero, far below every other."""

_MAX_SHIFT = 4000  # past every float; ldexp takes no powers much greater


@njit(cache=True, nogil=True, error_model="numpy")
def exponent(x):
    """The e with 2^(e-1) <= |x| < 2^e."""
    return math.frexp(x)[1] if x != 0.0 else TINY_EXPONENT


@njit(cache=True, nogil=True, error_model="numpy")
def split(c):
    """Mantissas and exponents of ``c``."""
    f, e = np.zeros(len(c)), np.full(len(c), TINY_EXPONENT)
    for k in range(len(c)):
        if c[k] != 0.0:
            f[k], e[k] = math.frexp(c[k])
    return f, e


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def evaluate(f, n, x):
    """f(x), f'(x) and a bound of the rounding error of f(x), by Horner's rule."""
    value, slope, size = f[n], 0.0, abs(f[n])
    for k in range(n - 1, -1, -1):
        slope = slope * x + value
        value = value * x + f[k]
        size = size * abs(x) + abs(f[k])
    return value, slope, 2.0 * (n + 1) * EPS * size


@njit(cache=True, nogil=True, error_model="numpy")
def evaluate_wide(f, e, n, x):
    """2^-b f(x), a bound of its rounding error, and b."""
    if x == 0.0:
        return f[0], 0.0, e[0]
    m, a = math.frexp(x)
    b = TINY_EXPONENT
    for k in range(n + 1):
        if f[k] != 0.0:
            b = max(b, e[k] + a * k)
    value, size = 0.0, 0.0
    for k in range(n, -1, -1):
        coefficient = shifted(f[k], e[k] + a * k - b) if f[k] != 0.0 else 0.0
        value = value * m + coefficient
        size = size * abs(m) + abs(coefficient)
    return value, 2.0 * (n + 1) * EPS * size, b


@njit(cache=True, nogil=True, error_model="numpy")
def shifted(x, power):
    """x 2^power, for any power."""
    return math.ldexp(x, min(max(power, -_MAX_SHIFT), _MAX_SHIFT))


@njit(cache=True, nogil=True, error_model="numpy")
def value_at(c, x):
    """sum_k c[k] x^k; terms that overflow are summed at a scale where they do not."""
    value = 0.0
    for k in range(len(c) - 1, -1, -1):
        value = value * x + c[k]
    if math.isfinite(value):
        return value
    f, e = split(c)
    value, _, b = evaluate_wide(f, e, len(c) - 1, x)
    return shifted(value, b)


@njit(cache=True, nogil=True)
def midpoint(low, high):
    """The float in the middle of those from ``low`` to ``high``, in their order."""
    ends = np.array([low, high]).view(np.int64)
    one, two = _in_order(ends[0]), _in_order(ends[1])
    ends[0] = _in_order((one >> 1) + (two >> 1) + (one & two & 1))
    return ends.view(np.float64)[0]


@njit(cache=True, nogil=True)
def _in_order(bits):
    """The bits of a float as a number that grows with it; its own inverse."""
    return bits if bits >= 0 else np.int64(-(2**63)) - bits
