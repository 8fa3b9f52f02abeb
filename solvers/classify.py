"""The inertia of a Hessian, exact or proved.

At a rational point: the signs of the characteristic polynomial, by Descartes' rule, which is
exact because all eigenvalues are real. At an algebraic point: the number of zero eigenvalues by
the rank over the number field, the signs of the others by Gershgorin's discs around a nearly
diagonal congruent matrix in ball arithmetic.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat
from numpy.typing import NDArray

from solvers.critical_point import Inertia

__all__ = ["certified_inertia", "exact_inertia", "midpoints", "numerical_inertia", "scaled"]

_LARGE = 1e300


def exact_inertia(matrix: fmpq_mat) -> Inertia:
    """The inertia of a symmetric rational matrix.

    >>> exact_inertia(fmpq_mat([[0, 1], [1, 0]]))
    Inertia(positive=1, negative=1, zero=0)
    """
    coefficients: list[fmpq] = matrix.charpoly().coeffs()
    zero = next(k for k, c in enumerate(coefficients) if c != 0)
    signs = [c > 0 for c in coefficients if c != 0]
    positive = sum(a != b for a, b in pairwise(signs))
    return Inertia(positive, matrix.nrows() - zero - positive, zero)


def certified_inertia(matrix: arb_mat, zero: int = 0) -> Inertia | None:
    """The inertia of every symmetric matrix in the ball matrix with ``zero`` zero eigenvalues.

    None where the balls are too wide to tell. The number of zero eigenvalues must be known; with
    0 a result also proves that there is none.

    >>> certified_inertia(arb_mat([[2, 1], [1, -3]]))
    Inertia(positive=1, negative=1, zero=0)
    """
    matrix = scaled(matrix)
    middle = midpoints(matrix)
    if not np.isfinite(middle).all():
        return None
    values, vectors = np.linalg.eigh((middle + middle.T) / 2)
    order = np.argsort(-np.abs(values))
    basis = arb_mat((vectors[:, order] * _scaling(values[order], zero)).tolist())
    # Congruence keeps the inertia where the basis is invertible (Sylvester).
    if basis.det().contains(0):
        return None
    congruent = basis.transpose() * matrix * basis
    return _count_discs(congruent, zero)


def scaled(matrix: arb_mat) -> arb_mat:
    """The matrix, divided by a power of two where entries are near or beyond the range of floats.

    The inertia is the same.
    """
    largest = max((abs(entry).mid() for entry in matrix.entries()), default=arb(0))
    if not largest.is_finite() or largest < _LARGE:
        return matrix
    mantissa, exponent = largest.man_exp()
    return matrix * arb(2) ** -(int(mantissa).bit_length() + int(exponent))


def midpoints(matrix: arb_mat) -> NDArray[np.float64]:
    """The midpoints of the balls, as floats."""
    rows, columns = matrix.nrows(), matrix.ncols()
    return np.array([[float(matrix[i, j].mid()) for j in range(columns)] for i in range(rows)])


def _scaling(values: NDArray[np.float64], zero: int) -> NDArray[np.float64]:
    """Powers of two that bring the nonzero eigenvalues to about 1 in size."""
    sizes = np.abs(values)
    kept = sizes[: len(sizes) - zero]
    smallest = float(kept[-1]) if len(kept) and kept[-1] > 0 else 1.0
    sizes = np.maximum(sizes, smallest)
    return np.exp2(-np.round(np.log2(sizes) / 2))


def _count_discs(matrix: arb_mat, zero: int) -> Inertia | None:
    """The inertia by Gershgorin's discs, the last ``zero`` around zero and apart from the rest."""
    n = matrix.nrows()
    size = [[abs(matrix[i, j]) for j in range(n)] for i in range(n)]
    reach = [sum(size[i], arb(0)) for i in range(n)]
    positive = 0
    for i in range(n - zero):
        # The distance of the disc from zero: |centre| less the sum of the others in the row.
        gap = size[i][i] - (reach[i] - size[i][i])
        if not all(gap > far for far in [arb(0), *reach[n - zero :]]):
            return None
        positive += bool(matrix[i, i] > 0)
    return Inertia(positive, n - zero - positive, zero)


def numerical_inertia(matrix: NDArray[np.float64], tolerance: float = 1e-9) -> Inertia:
    """The inertia by floating point; eigenvalues below ``tolerance`` times the largest are zero.

    >>> numerical_inertia(np.diag([1.0, -2.0, 1e-15]))
    Inertia(positive=1, negative=1, zero=1)
    """
    values = np.linalg.eigvalsh(matrix)
    cut = tolerance * max(float(np.abs(values).max(initial=0.0)), 1e-300)
    positive = int((values > cut).sum())
    negative = int((values < -cut).sum())
    return Inertia(positive, negative, len(values) - positive - negative)
