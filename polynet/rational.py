"""Exact numbers: which values count as exact, and conversion among their types.

Exact are Python ``int`` and ``Fraction``, numpy integers, and the rationals of python-flint,
sympy and symengine. Floats are not: no float becomes a rational unless the caller says so.
"""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpz
from numpy.typing import NDArray

from polynet.errors import DataError

__all__ = [
    "all_exact",
    "exact_array",
    "float_array",
    "integer_of",
    "is_exact",
    "object_array",
    "read_only",
    "to_float",
    "to_fmpq",
    "to_fraction",
]

_PLAIN_INT_BITS = 4_096


def is_exact(value: object) -> bool:
    """Whether ``value`` is an exact rational number.

    >>> is_exact(3), is_exact(Fraction(1, 3)), is_exact(0.5)
    (True, True, False)
    """
    if isinstance(value, (numbers.Rational, np.integer, fmpq, fmpz)):
        return True
    return bool(getattr(value, "is_Rational", False))


def all_exact(values: Iterable[object]) -> bool:
    """Whether every one of ``values`` is an exact rational number."""
    return all(is_exact(value) for value in values)


def to_fmpq(value: Any) -> fmpq:
    """The exact rational ``value`` as a python-flint ``fmpq``.

    Raises ``TypeError`` for a float: conversion of floats is the caller's decision.

    >>> to_fmpq(Fraction(2, 6))
    1/3
    """
    if isinstance(value, (fmpq, fmpz)):
        return fmpq(value)
    if isinstance(value, (numbers.Rational, np.integer)):
        return fmpq(int(value.numerator), int(value.denominator))
    if getattr(value, "is_Rational", False):
        numerator, denominator = value.as_numer_denom()
        return fmpq(int(numerator), int(denominator))
    raise TypeError(f"{value!r} of type {type(value).__name__} is not an exact rational number")


def to_fraction(value: Any) -> Fraction:
    """The exact rational ``value`` as a ``Fraction``.

    >>> to_fraction(fmpq(2, 6))
    Fraction(1, 3)
    """
    exact = to_fmpq(value)
    return Fraction(integer_of(exact.p), integer_of(exact.q))


def integer_of(value: fmpz) -> int:
    """``value`` as an ``int``, however many digits it has.

    Python limits the decimal route from ``fmpz`` to ``int`` to 4,300 digits; the hexadecimal one
    has no limit.
    """
    if value.bit_length() < _PLAIN_INT_BITS:
        return int(value)
    return int(value.str(base=16), 16)


def to_float(value: Any) -> float:
    """``value``, exact or not, rounded to the nearest float.

    >>> to_float(fmpq(1, 4))
    0.25
    """
    return float(to_fraction(value)) if is_exact(value) else float(value)


def exact_array(values: NDArray[Any]) -> NDArray[Any]:
    """``values`` as exact numbers: floats become the rational numbers that they are.

    Integer and object arrays are returned as they are.

    >>> exact_array(np.array([0.5, 2.0]))
    array([Fraction(1, 2), Fraction(2, 1)], dtype=object)
    """
    if values.dtype.kind in "iuO":
        return values
    return object_array([Fraction(float(value)) for value in values.ravel()], values.shape)


def float_array(values: NDArray[Any]) -> NDArray[np.float64]:
    """``values`` rounded to float64; ``DataError`` for a number beyond the range of floats."""
    try:
        return values.astype(np.float64, copy=False)
    except OverflowError:
        raise DataError(
            "a number is beyond the range of floats, 1.8e308; scale the data, or ask at exact "
            "arguments (integers and Fractions in lists)"
        ) from None


def object_array(values: Sequence[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """``values`` in C order as an object array of ``shape``; no element is looked into.

    >>> object_array([Fraction(1, 2), 3], (2,))
    array([Fraction(1, 2), 3], dtype=object)
    """
    result = np.empty(len(values), object)
    result[:] = values
    return result.reshape(shape)


def read_only(values: NDArray[Any]) -> NDArray[Any]:
    """A copy of ``values`` that cannot be written to, for frozen objects."""
    values = values.copy()
    values.flags.writeable = False
    return values
