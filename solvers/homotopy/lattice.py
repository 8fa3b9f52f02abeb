"""Cosets of integer lattices, for binomial systems."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["coset_sizes"]


def coset_sizes(basis: NDArray[np.int64]) -> tuple[int, ...]:
    """Sizes h such that the integer points of the box prod [0, h_i) represent Z^n modulo a lattice.

    The lattice is spanned by the columns of ``basis`` ``(n, n)``; h is the diagonal of its
    Hermite form, found by column operations, with Python's integers.

    >>> coset_sizes(np.array([[2, 0], [1, 3]]))
    (2, 3)
    >>> coset_sizes(np.array([[2, 1], [0, 3]]))
    (1, 6)
    """
    columns = [list(map(int, column)) for column in np.asarray(basis).T]
    n = len(columns)
    sizes = []
    for row in range(n):
        while True:
            nonzero = [k for k in range(row, n) if columns[k][row]]
            pivot = min(nonzero, key=lambda k: abs(columns[k][row]))
            if len(nonzero) == 1:
                break
            for k in nonzero:
                if k != pivot:
                    times = columns[k][row] // columns[pivot][row]
                    columns[k] = [
                        a - times * b for a, b in zip(columns[k], columns[pivot], strict=True)
                    ]
        columns[row], columns[pivot] = columns[pivot], columns[row]
        sizes.append(abs(columns[row][row]))
    return tuple(sizes)
