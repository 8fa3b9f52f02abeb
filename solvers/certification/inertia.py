"""The inertia of a symmetric ball matrix by elimination, where a first attempt in floats fails.

``solvers.classify`` proves an inertia by Gershgorin's discs after a change of basis in floats,
which needs a condition number below some 1e12. Elimination in ball arithmetic has no such limit.
"""

from __future__ import annotations

import numpy as np
from flint import arb, arb_mat

from solvers.classify import certified_inertia
from solvers.critical_point import Inertia

__all__ = ["eliminated_inertia", "nonsingular_inertia"]

_BALANCE = 0.6403882  # (1 + sqrt 17) / 8: least growth of entries, Bunch and Parlett


def nonsingular_inertia(matrix: arb_mat) -> Inertia | None:
    """The inertia of every symmetric matrix in a ball matrix; None where the balls are too wide.

    A result also proves that none of them is singular.
    """
    return certified_inertia(matrix) or eliminated_inertia(matrix)


def eliminated_inertia(matrix: arb_mat) -> Inertia | None:
    """As ``nonsingular_inertia``, by the signs of the pivots of an interval L D L^T.

    A pivot is a diagonal entry, or a block of two whose determinant is negative, which has one
    eigenvalue of each sign; what remains is the Schur complement (Haynsworth: inertias add up).
    Pivots are chosen as in Bunch and Parlett, SIAM J. Numer. Anal. 8 (1971). Cost: n^3 / 3.

    >>> eliminated_inertia(arb_mat([[0, 1], [1, 0]]))
    Inertia(positive=1, negative=1, zero=0)
    """
    rows: list[list[arb]] = matrix.tolist()
    positive = negative = 0
    while rows:
        block = _pivot(rows)
        if len(block) == 1:
            pivot = rows[block[0]][block[0]]
            if pivot.contains(0):
                return None
            positive, negative = positive + bool(pivot > 0), negative + bool(pivot < 0)
            rows = _without_one(rows, block[0])
        else:
            remaining = _without_two(rows, *block)
            if remaining is None:
                return None
            positive, negative, rows = positive + 1, negative + 1, remaining
    return Inertia(positive, negative, 0)


def _pivot(rows: list[list[arb]]) -> tuple[int, ...]:
    """The place of the greatest diagonal entry, or the two of a much greater other one."""
    size = np.abs([[float(entry.mid()) for entry in row] for row in rows])
    diagonal = int(np.argmax(np.diag(size)))
    i, j = divmod(int(np.argmax(np.tril(size, -1))), len(rows))
    if i == j or size[diagonal, diagonal] >= _BALANCE * size[i, j]:
        return (diagonal,)
    return i, j


def _without_one(rows: list[list[arb]], place: int) -> list[list[arb]]:
    """The Schur complement of a diagonal entry."""
    rest = [i for i in range(len(rows)) if i != place]
    pivot = rows[place]
    factors = {i: rows[i][place] / pivot[place] for i in rest}
    return [[rows[i][j] - factors[i] * pivot[j] for j in rest] for i in rest]


def _without_two(rows: list[list[arb]], first: int, second: int) -> list[list[arb]] | None:
    """The Schur complement of a block of two with negative determinant, else None."""
    p, q = rows[first], rows[second]
    determinant = p[first] * q[second] - p[second] * p[second]
    if not determinant < 0:
        return None
    rest = [i for i in range(len(rows)) if i not in (first, second)]
    result = []
    for i in rest:
        a, b = rows[i][first], rows[i][second]
        left = (a * q[second] - b * p[second]) / determinant
        right = (b * p[first] - a * p[second]) / determinant
        result.append([rows[i][j] - left * p[j] - right * q[j] for j in rest])
    return result
