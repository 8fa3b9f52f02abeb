"""The multiplicity of a rational zero, counted exactly where it is too high for floating point.

Enters: a system and a point near which a singular zero was found. Leaves: the rational zero and its
multiplicity, or None. As in ``dual_space`` the conditions of order up to d are counted until there
are no more, but modulo a prime, so that ranks are no matter of opinion: modulo a prime there are at
least as many conditions as over the rationals. That counting ends proves that the zero is isolated,
and its multiplicity is at most the number that comes out; by an unlucky prime alone it is less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import comb, lcm

import numpy as np
from numpy.typing import NDArray

from polynet.polynomial_system import PolynomialSystem
from solvers.homotopy.dual_space import monomials

__all__ = ["exact_multiplicity", "rational_zero_near"]

_PRIME = 2**61 - 1
_MAX_COLUMNS = 20_000
_MAX_UPDATES = 2_000_000  # of single entries, a second or so
_NEAR = 1e-6
_LARGEST_DENOMINATOR = 1000

_Powers = tuple[int, ...]
_Row = dict[int, int]


def rational_zero_near(
    system: PolynomialSystem, point: NDArray[np.complex128]
) -> tuple[Fraction, ...] | None:
    """The zero of ``system`` within 1e-6 of ``point`` with denominators up to 1000, if any.

    >>> line = PolynomialSystem.from_strings(["(2*x - 1)^2"])
    >>> rational_zero_near(line, np.array([0.5000001 - 1e-8j]))
    (Fraction(1, 2),)
    """
    rounded = [Fraction(float(x)).limit_denominator(_LARGEST_DENOMINATOR) for x in point.real]
    size = max(1.0, float(np.abs(point).max(initial=0.0)))
    if not np.abs(point - np.array(rounded, float)).max(initial=0.0) <= _NEAR * size:
        return None
    values = (p.evaluate(rounded) for p in system.polynomials)
    return tuple(rounded) if not any(values) else None


def exact_multiplicity(
    system: PolynomialSystem, zero: Sequence[Fraction], *, limit: int = 500
) -> int | None:
    """The multiplicity of the rational ``zero`` ``(n_variables,)``.

    None where it is above ``limit``, or not counted with 2,000,000 operations on entries of sparse
    matrices: none of these is a statement about the zero.

    >>> system = PolynomialSystem.from_strings(["x^2", "y^3 - x*y"])
    >>> exact_multiplicity(system, [Fraction(0), Fraction(0)])
    6
    """
    moved = [_moved(p.exponents.tolist(), p.coefficients, zero) for p in system.polynomials]
    elimination, known, order, n = _Elimination(), 1, 1, system.n_variables
    while comb(n + order, order) <= _MAX_COLUMNS:
        found = elimination.nullity(moved, n, order)
        if found is None or found > limit:
            return None
        if found == known:
            return found
        known, order = found, order + 1
    return None


class _Elimination:
    """Ranks of Macaulay matrices modulo a prime, with one budget for all of them."""

    def __init__(self) -> None:
        self.left = _MAX_UPDATES

    def nullity(self, moved: Sequence[dict[_Powers, int]], n: int, order: int) -> int | None:
        """The dimension of the conditions of order up to ``order``; None beyond the budget."""
        columns = {powers: k for k, powers in enumerate(monomials(n, order))}
        pivots: dict[int, _Row] = {}
        for factor in monomials(n, order - 1):
            for polynomial in moved:
                row = _multiple(polynomial, factor, columns)
                if not self._insert(row, pivots):
                    return None
        return len(columns) - len(pivots)

    def _insert(self, row: _Row, pivots: dict[int, _Row]) -> bool:
        """Reduce ``row`` by the pivots and add what is left; False where the budget is spent."""
        while row:
            first = min(row)
            pivot = pivots.get(first)
            if pivot is None:
                inverse = pow(row[first], -1, _PRIME)
                pivots[first] = {k: v * inverse % _PRIME for k, v in row.items()}
                return True
            self.left -= len(pivot) + len(row)
            if self.left < 0:
                return False
            factor = row[first]
            for k, v in pivot.items():
                value = (row.get(k, 0) - factor * v) % _PRIME
                if value:
                    row[k] = value
                else:
                    row.pop(k, None)
        return True


def _multiple(polynomial: dict[_Powers, int], factor: _Powers, columns: dict[_Powers, int]) -> _Row:
    """The terms of ``factor`` times ``polynomial`` that have a column."""
    row: _Row = {}
    for powers, value in polynomial.items():
        place = columns.get(tuple(a + b for a, b in zip(powers, factor, strict=True)))
        if place is not None:
            row[place] = value
    return row


def _moved(
    exponents: Iterable[Sequence[int]], coefficients: Iterable[Fraction], zero: Sequence[Fraction]
) -> dict[_Powers, int]:
    """The coefficients of p(zero + y) in y, times their denominators, modulo the prime.

    Without those that vanish.
    """
    found: dict[_Powers, Fraction] = {}
    for powers, coefficient in zip(exponents, coefficients, strict=True):
        terms: dict[_Powers, Fraction] = {(): Fraction(coefficient)}
        for power, value in zip(powers, zero, strict=True):
            expanded = [comb(power, k) * value ** (power - k) for k in range(power + 1)]
            terms = {(*t, k): v * e for t, v in terms.items() for k, e in enumerate(expanded) if e}
        for t, v in terms.items():
            found[t] = found.get(t, Fraction(0)) + v
    common = lcm(*(v.denominator for v in found.values()))
    images = {t: int(v * common) % _PRIME for t, v in found.items()}
    return {t: v for t, v in images.items() if v}
