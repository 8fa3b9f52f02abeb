"""Combinations of equations with fewer high terms: the same solutions, fewer paths.

Enters: a system. Leaves: an equivalent one, its coefficient matrix in reduced row echelon form with
the monomials of high degree first. Critical systems of networks with more inputs than examples
shrink most: the equations of the first layer's weights are multiples of each other but for the
penalties, so all but one of each hidden unit become linear. For widths 3-2-3 and one example, the
mixed volume falls from 60,025 to 169.
"""

from __future__ import annotations

from math import prod

import numpy as np
from flint import fmpq, fmpq_mat, nmod_mat
from numpy.typing import NDArray

from polynet.polynomial import SparsePolynomial, polynomial_context
from polynet.polynomial_system import PolynomialSystem
from solvers.homotopy.complex_system import ComplexPolynomial, ComplexSystem

__all__ = ["row_reduced", "row_reduced_exactly"]

_ZERO = 1e-11
_PRIME = 2**31 - 1
_MAX_ENTRIES = 2_000_000


def row_reduced(system: ComplexSystem) -> ComplexSystem:
    """``system`` with its rows reduced where that lowers the product of the degrees, else as is.

    Entries below 1e-11 of their row count as zero. Cost: n_equations^2 times the monomials.

    >>> support = np.array([[3], [1], [0]])
    >>> two = ComplexSystem.of(["x"], [support, support], [[1, 2, 0], [1, 0, 4]])
    >>> [p.degree for p in row_reduced(two).polynomials]
    [3, 1]
    """
    monomials = _monomials([p.exponents for p in system.polynomials])
    place = {tuple(row): k for k, row in enumerate(monomials.tolist())}
    matrix = np.zeros((system.n_equations, len(monomials)), np.complex128)
    for row, polynomial in zip(matrix, system.polynomials, strict=True):
        row[[place[tuple(power)] for power in polynomial.exponents.tolist()]] = (
            polynomial.coefficients
        )
    reduced = _echelon(matrix)
    polynomials = tuple(
        ComplexPolynomial(monomials[row != 0], tuple(row[row != 0].tolist())) for row in reduced
    )
    result = ComplexSystem(system.names, polynomials)
    return result if _bezout(result) < _bezout(system) else system


def row_reduced_exactly(system: PolynomialSystem) -> PolynomialSystem:
    """The same for exact coefficients, without any threshold.

    Old and new equations span the same ideal, so multiplicities stay as they are. Systems of more
    than two million coefficients, zeros among them, stay as they are too.

    >>> print(row_reduced_exactly(PolynomialSystem.from_strings(["x^3 + 2*x", "x^3 + 4"])))
    2 equations in 1 variable (x), degrees 3, 1
      x^3 + 4 = 0
      x - 2 = 0
    """
    monomials = _monomials([p.exponents for p in system.polynomials])
    shape = (system.n_equations, len(monomials))
    if shape[0] * shape[1] > _MAX_ENTRIES:
        return system
    place = {tuple(row): k for k, row in enumerate(monomials.tolist())}
    entries = [fmpq(0)] * (shape[0] * shape[1])
    for i, polynomial in enumerate(system.polynomials):
        coefficients = polynomial.mpoly.coeffs()
        for power, value in zip(polynomial.exponents.tolist(), coefficients, strict=True):
            entries[i * shape[1] + place[tuple(power)]] = value
    if not _degrees_fall(system, entries, monomials):
        return system
    reduced, _ = fmpq_mat(*shape, entries).rref()
    ring = polynomial_context(system.names)
    return PolynomialSystem(
        tuple(
            SparsePolynomial(
                system.names,
                ring.from_dict({power: v for power, v in zip(place, row, strict=True) if v != 0}),
            )
            for row in reduced.tolist()
        )
    )


def _degrees_fall(
    system: PolynomialSystem, entries: list[fmpq], monomials: NDArray[np.int64]
) -> bool:
    """Whether reduced rows have lower degrees, modulo a prime: a cheap look, and nearly sure.

    The leading monomial of a reduced row is that of its pivot.
    """
    try:
        values = [int(v.p) % _PRIME * pow(int(v.q), -1, _PRIME) % _PRIME for v in entries]
    except ValueError:  # the prime divides a denominator
        return True
    reduced, rank = nmod_mat(system.n_equations, len(monomials), values, _PRIME).rref()
    degrees = monomials.sum(axis=1).tolist()
    pivots: list[int] = []
    for i in range(rank):
        pivots.append(next(k for k in range(len(degrees)) if int(reduced[i, k])))
    product = prod(degrees[k] for k in pivots) if rank == system.n_equations else 0
    return product < _bezout(system)


def _monomials(exponents: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """All monomials, those of high degree first."""
    monomials = np.unique(np.concatenate(exponents), axis=0)
    return np.asarray(monomials[np.argsort(-monomials.sum(axis=1), kind="stable")])


def _bezout(system: ComplexSystem | PolynomialSystem) -> int:
    return prod(max(polynomial.degree, 0) for polynomial in system.polynomials)


def _echelon(matrix: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Reduced row echelon form with partial pivoting; rows scaled to largest entry 1."""
    rows = matrix / _sizes(matrix)
    done = 0
    for column in range(rows.shape[1]):
        if done == len(rows):
            break
        pivot = done + int(np.argmax(np.abs(rows[done:, column])))
        if abs(rows[pivot, column]) <= _ZERO:
            rows[done:, column] = 0.0
            continue
        rows[[done, pivot]] = rows[[pivot, done]]
        own = rows[done] / rows[done, column]
        rows -= rows[:, column, None] * own
        rows[done] = own
        done += 1
    rows[np.abs(rows) <= _ZERO * _sizes(rows)] = 0.0
    return np.asarray(rows / _sizes(rows))


def _sizes(rows: NDArray[np.complex128]) -> NDArray[np.float64]:
    """The largest modulus of each row ``(n_rows, 1)``, never 0."""
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    return np.asarray(np.where(largest > 0, largest, 1.0))
