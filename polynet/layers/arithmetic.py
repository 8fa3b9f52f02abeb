"""Which arithmetic an array is in, and fixed numbers of a layer in that arithmetic.

Arrays of floats (or complex numbers) are numeric. Object arrays hold ``Fraction``s and ints,
python-flint ring elements, or expressions of a computer algebra package. This module finds out
which by looking at the elements and never imports such a package: an array can hold its
expressions only where the caller has imported it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq

from polynet.errors import InputError
from polynet.layers.series import Array
from polynet.rational import is_exact, to_fraction

__all__ = ["Coefficient", "as_coefficient", "constant", "in_one_arithmetic", "summation"]

Coefficient: TypeAlias = int | Fraction | float
"""A fixed number of a layer: exact (``int``, ``Fraction``) or a float."""

_SYMBOLIC_PACKAGES = ("symengine", "sympy")


def as_coefficient(value: Any) -> Coefficient:
    """``value`` as an ``int``, a ``Fraction`` or a finite float.

    Raises ``InputError`` for anything else.

    >>> as_coefficient(np.int64(3)), as_coefficient(Fraction(4, 2)), as_coefficient(0.5)
    (3, 2, 0.5)
    """
    if is_exact(value) and not isinstance(value, bool):
        exact = to_fraction(value)
        return int(exact) if exact.denominator == 1 else exact
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return float(value)
    raise InputError(
        f"the coefficient {value!r} is not a finite real number; give an int, a Fraction or a float"
    )


def constant(value: Coefficient, like: Array) -> Array:
    """The number ``value`` as a 0-d array in the arithmetic of ``like``.

    Floats keep the precision of ``like``, so that single precision stays single.
    """
    if like.dtype != object:
        dtype = like.dtype if like.dtype.kind in "fc" else np.dtype(np.float64)
        return np.asarray(float(value), dtype)
    result = np.empty((), object)
    result[()] = _object_constant(value, like)
    return result


def _object_constant(value: Any, like: Array) -> Any:
    return _converter(like)(value)


def in_one_arithmetic(*arrays: Array) -> tuple[Array, ...]:
    """``arrays`` of floats, ints and objects in one arithmetic.

    Beside symbolic expressions exact numbers become rationals of that package, beside
    python-flint elements they become ``fmpq``; ints and ``Fraction``s among themselves stay exact;
    beside floats they become floats. Ints alone count as float64.
    """
    if all(array.dtype != object for array in arrays):
        return tuple(_as_floats(array) if array.dtype.kind in "biu" else array for array in arrays)
    leader = next((array for array in arrays if _package(array) is not None), None)
    if leader is None and any(array.dtype.kind in "fc" for array in arrays):
        return tuple(_as_floats(array) if array.dtype.kind in "biuO" else array for array in arrays)
    convert = np.frompyfunc(_converter(arrays[0] if leader is None else leader), 1, 1)
    return tuple(np.asarray(convert(array.astype(object)), object) for array in arrays)


def _as_floats(array: Array) -> Array:
    return array.astype(np.float64)


def summation(*arrays: Array) -> Callable[[list[Any]], Any]:
    """The function that sums a list of elements of ``arrays``, all at once where it can."""
    package = next((name for name in map(_package, arrays) if name is not None), None)
    if package in _SYMBOLIC_PACKAGES:
        n_ary_sum = sys.modules[package].Add
        return lambda terms: n_ary_sum(*terms)
    zero = fmpq(0) if package == "flint" else 0
    return lambda terms: sum(terms, zero)


def _converter(like: Array) -> Callable[[Any], Any]:
    """The map that takes exact Python numbers to those of the arithmetic of ``like``."""
    package = _package(like)
    if package in _SYMBOLIC_PACKAGES:
        rational = sys.modules[package].Rational
        return lambda x: rational(x.numerator, x.denominator) if _is_python_exact(x) else x
    if package == "flint":
        return lambda x: fmpq(x.numerator, x.denominator) if _is_python_exact(x) else x
    return lambda x: x


def _is_python_exact(value: Any) -> bool:
    return isinstance(value, (int, Fraction))


def _package(array: Array) -> str | None:
    """The package of the first element that is no plain Python number."""
    if array.dtype != object:
        return None
    for element in array.flat:
        package = type(element).__module__.partition(".")[0]
        if package not in ("builtins", "fractions", "numpy"):
            return package
    return None
