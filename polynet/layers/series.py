"""Series: polynomials in one formal variable t whose coefficients are arrays.

A series is a tuple of arrays, the coefficient of t^k at index k; what is beyond its end is zero,
so ``()`` is zero. Coefficients may have further leading axes ("lanes") and broadcast from the
right. ``order`` is the number of coefficients that are kept, and None keeps all: with order 1 a
layer computes values, with order 2 directional derivatives as well, without a limit the exact
polynomial along a line. Layers are written on these operations once and serve all of that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Array",
    "Series",
    "add",
    "cauchy",
    "multiply",
    "power",
    "scale",
    "square",
    "stack",
    "transform",
    "truncate",
]

Array: TypeAlias = NDArray[Any]
Series: TypeAlias = tuple[Array, ...]


def truncate(series: Sequence[Array], order: int | None) -> Series:
    """The first ``order`` coefficients of ``series``."""
    return tuple(series if order is None else series[:order])


def transform(linear: Callable[[Array], Array], series: Series) -> Series:
    """A linear map applied to every coefficient."""
    return tuple(linear(coefficient) for coefficient in series)


def scale(factor: Any, series: Series) -> Series:
    """``factor`` times ``series``, for a number without t."""
    return tuple(factor * coefficient for coefficient in series)


def add(a: Series, b: Series) -> Series:
    """The sum of two series.

    >>> [int(c) for c in add((np.array(1), np.array(2)), (np.array(10),))]
    [11, 2]
    """
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    common = tuple(x + y for x, y in zip(a, b, strict=False))
    return common + longer[len(shorter) :]


def cauchy(
    bilinear: Callable[[Array, Array], Array], a: Series, b: Series, order: int | None
) -> Series:
    """The product of two series under a bilinear map, result[k] = sum_{i+j=k} op(a[i], b[j]).

    ``bilinear`` returns new arrays: sums are made in them.

    Cost: one call of ``bilinear`` for each pair (i, j) with i + j < ``order``.

    >>> [int(c) for c in cauchy(np.multiply, (np.array(1), np.array(2)), (np.array(3),) * 2, None)]
    [3, 9, 6]
    """
    if not a or not b:
        return ()
    full = len(a) + len(b) - 1
    result = []
    for k in range(full if order is None else min(order, full)):
        total: Any = None
        for i in range(max(0, k - len(b) + 1), min(k, len(a) - 1) + 1):
            term = bilinear(a[i], b[k - i])
            total = term if total is None else _summed(total, term)
        result.append(total)
    return tuple(result)


def _summed(total: Any, term: Any) -> Any:
    """``total + term``, in the memory of ``total`` where it has the room."""
    same = isinstance(total, np.ndarray) and isinstance(term, np.ndarray)
    if same and total.shape == term.shape and total.dtype == term.dtype:
        return np.add(total, term, out=total)
    return total + term


def multiply(a: Series, b: Series, order: int | None) -> Series:
    """The entrywise product of two series."""
    return cauchy(np.multiply, a, b, order)


def square(a: Series, order: int | None) -> Series:
    """The entrywise square, with each mixed product computed once.

    >>> [int(c) for c in square((np.array(1), np.array(3)), None)]
    [1, 6, 9]
    """
    full = max(2 * len(a) - 1, 0)
    result = []
    for k in range(full if order is None else min(order, full)):
        mixed: Any = None
        for i in range(max(0, k - len(a) + 1), (k + 1) // 2):
            term = a[i] * a[k - i]
            mixed = term if mixed is None else mixed + term
        middle = a[k // 2] * a[k // 2] if k % 2 == 0 else None
        doubled = None if mixed is None else 2 * mixed
        result.append(_sum_of_present(doubled, middle))
    return tuple(result)


def _sum_of_present(first: Any, second: Any) -> Any:
    if first is None or second is None:
        return second if first is None else first
    return first + second


def power(a: Series, exponent: int, order: int | None) -> Series:
    """The entrywise power, exponent >= 1, by repeated squaring (no division: exact at zero)."""
    result: Series | None = None
    factor, remaining = truncate(a, order), exponent
    while True:
        if remaining & 1:
            result = factor if result is None else multiply(result, factor, order)
        remaining >>= 1
        if not remaining:
            return result if result is not None else factor
        factor = square(factor, order)


def stack(columns: Sequence[Series]) -> Series:
    """Several series as the entries of one new last axis, with lanes broadcast."""
    result = []
    for k in range(max((len(column) for column in columns), default=0)):
        present = [column[k] if k < len(column) else None for column in columns]
        known = [entry for entry in present if entry is not None]
        shape = np.broadcast_shapes(*(entry.shape for entry in known))
        stacked = np.zeros((*shape, len(columns)), np.result_type(*known))
        for position, entry in enumerate(present):
            if entry is not None:
                stacked[..., position] = entry
        result.append(stacked)
    return tuple(result)
