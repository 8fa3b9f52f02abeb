"""The restriction of a loss to a small affine subspace, collected in floats.

A loss, weights and d directions enter; the ``FloatPolynomial`` of s -> L(w + D s) leaves. On a line
w + t D u Taylor arithmetic gives every coefficient of t exactly but for rounding. The k-th is the
homogeneous part of degree k at u, so that lines in enough directions u give all coefficients by a
small linear solve: a change of basis, no approximation, and one that is far from singular for the
directions chosen here. What is within rounding of nothing is zero, so that no
solver takes noise for structure.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.errors import ShapeError
from polynet.float_polynomial import FloatPolynomial
from polynet.loss import PolynomialLoss, check_weights

__all__ = ["float_restriction"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_NOISE = 0.25
"""Times the rounding of the loss and the greatest value of their form on the lines: coefficients
up to that are noise."""


def float_restriction(
    loss: PolynomialLoss, at: ArrayLike, directions: ArrayLike
) -> FloatPolynomial:
    """s -> L(at + directions @ s) as a polynomial in s, ``directions`` being ``(n, d)``.

    For d = 1 these are the coefficients of ``loss.along``. Raises ``ShapeError`` for arrays that do
    not fit. Cost: for degree D as much as ``along`` in D + 1 directions for a plane, in about
    (D + 2)(D + 1) / 2 for three unknowns.

    >>> import polynet as pn
    >>> loss = pn.collect(pn.Network([pn.Dense(2, 1, bias=False)]), pn.datasets.xor())
    >>> p = float_restriction(loss, [0.0, 0.0], np.eye(2))  # 2 a^2 + 2 a b + 2 b^2 - 2 a - 2 b + 2
    >>> p.exponents.tolist(), p.coefficients.round(12).tolist()
    ([[0, 0], [0, 1], [1, 0], [0, 2], [1, 1], [2, 0]], [2.0, -2.0, -2.0, 2.0, 2.0, 2.0])
    """
    weights = check_weights(at, loss.n_parameters)
    matrix = np.asarray(directions, np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != len(weights) or not matrix.shape[1]:
        raise ShapeError(
            f"directions of shape {matrix.shape} do not fit a loss in {len(weights)} parameters; "
            f"give a matrix ({len(weights)}, d), one column a direction"
        )
    degree = loss.degree_among(np.any(matrix != 0.0, axis=1))
    lines, solves = _lines(matrix.shape[1], degree)
    noise = _NOISE * loss.rounding
    parts = loss.value_series((weights, lines @ matrix.T), None)
    exponents, coefficients = [], []
    for k, (rows, solve) in enumerate(solves):
        own = np.broadcast_to(parts[k], len(lines)) if k < len(parts) else np.zeros(len(lines))
        solved = solve @ own
        solved[np.abs(solved) <= noise * float(np.abs(own).max())] = 0.0
        exponents.append(rows)
        coefficients.append(solved)
    return FloatPolynomial(np.concatenate(exponents), np.concatenate(coefficients))


@cache
def _lines(d: int, degree: int) -> tuple[FloatArray, list[tuple[IntArray, FloatArray]]]:
    """Directions ``(n_lines, d)``, and for each degree its exponents and what solves for them."""
    lines = _unit_vectors(d, degree)
    solves = []
    for k in range(degree + 1):
        rows = np.array([e for e in product(range(k + 1), repeat=d) if sum(e) == k], np.int64)
        # Monomials of one degree are of one size on the sphere after this scaling.
        sizes = np.sqrt([_multinomial(e) for e in rows.tolist()])
        table = np.prod(lines[:, None, :] ** rows, axis=2) * sizes
        solves.append((rows, sizes[:, None] * np.linalg.pinv(table)))
    return lines, solves


def _unit_vectors(d: int, degree: int) -> FloatArray:
    """Directions on which a form of this degree in d unknowns is known by its values."""
    if d == 1:
        return np.ones((1, 1))
    if d == 2:  # equal angles: the form is a trigonometric polynomial
        angles = np.pi * np.arange(degree + 1) / (degree + 1)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)
    n_lines = comb(degree + d - 1, d - 1) * 3 // 2
    normal = np.random.default_rng(d).standard_normal((n_lines, d))
    vectors: FloatArray = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    return vectors


def _multinomial(exponents: list[int]) -> int:
    total, result = 0, 1
    for e in exponents:
        total += e
        result *= comb(total, e)
    return result
