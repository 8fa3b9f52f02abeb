"""The one bilinear operation of layers with weights: matrix products over any arithmetic.

Float and complex arrays go to BLAS. Object arrays hold exact numbers or symbolic expressions,
and then every entry is one sum: expressions are summed all at once (term by term would take time
quadratic in their number) and never multiplied out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polynet.layers.arithmetic import summation
from polynet.layers.series import Array

__all__ = ["matmul"]


def matmul(a: Array, b: Array) -> Array:
    """The matrix product of ``(*lanes, n, k)`` and ``(*lanes, k, m)``, lanes broadcast.

    For object arrays products with an exact zero are left out.

    >>> from fractions import Fraction
    >>> matmul(np.array([[Fraction(1, 2), 2]]), np.array([[2], [3]]))
    array([[Fraction(7, 1)]], dtype=object)
    """
    if a.dtype != object and b.dtype != object:
        product: Array = np.matmul(a, b)
        return product
    return _object_matmul(a.astype(object), b.astype(object))


def _object_matmul(a: Array, b: Array) -> Array:
    total = summation(a, b)
    lanes = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    left = np.broadcast_to(a, (*lanes, *a.shape[-2:]))
    right = np.broadcast_to(b, (*lanes, *b.shape[-2:]))
    result = np.empty((*lanes, a.shape[-2], b.shape[-1]), object)
    for lane in np.ndindex(lanes):
        columns = [_without_zeros(column) for column in right[lane].T]
        for i, row in enumerate(left[lane]):
            entries = _without_zeros(row)
            for j, column in enumerate(columns):
                pairs = zip(entries, column, strict=True)
                products = [x * y for x, y in pairs if x is not None and y is not None]
                result[(*lane, i, j)] = total(products)
    return result


def _without_zeros(vector: Array) -> list[Any]:
    return [None if entry == 0 else entry for entry in vector]
