"""The multiplicity of an isolated zero: the dimension of its dual space.

Enters: a system and a zero to many digits. Leaves: an integer. The differential conditions of order
up to d that hold on the ideal at the zero are the kernel of a Macaulay matrix; where going from d
to d + 1 adds none, there are no more, and their number is the multiplicity. Source: Dayton, Zeng,
'Computing the multiplicity structure in solving polynomial systems', ISSAC 2005.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from math import comb

import numpy as np
from flint import acb, fmpq
from numpy.typing import NDArray

from polynet.polynomial_system import PolynomialSystem
from solvers.homotopy.precise_newton import to_complex

__all__ = ["monomials", "multiplicity"]

_MAX_COLUMNS = 800
_MAX_ORDER = 20
_ZERO = 1e-9

_Powers = tuple[int, ...]


def multiplicity(system: PolynomialSystem, zero: Sequence[acb], *, limit: int = 500) -> int | None:
    """The multiplicity of ``zero`` ``(n_variables,)``, known to far more digits than doubles have.

    Above ``limit`` counting stops, and a greater number comes back: of a point of a family it grows
    without end. None where matrices of more than 800 columns or orders beyond 20 would be needed.
    Cost: a singular value decomposition of each matrix.

    >>> system = PolynomialSystem.from_strings(["x^2", "y^3 - x*y"])
    >>> multiplicity(system, [acb(0), acb(0)])
    6
    """
    shifted = [_shifted(p.exponents, p.mpoly.coeffs(), zero) for p in system.polynomials]
    known = 1
    for order in range(1, _MAX_ORDER + 1):
        if comb(system.n_variables + order, order) > _MAX_COLUMNS:
            return None
        found = _nullity(shifted, system.n_variables, order)
        if found == known or found > limit:
            return found
        known = found
    return None


def _nullity(shifted: Sequence[dict[_Powers, complex]], n: int, order: int) -> int:
    """The dimension of the conditions of order up to ``order``."""
    columns = {powers: k for k, powers in enumerate(monomials(n, order))}
    rows = []
    for factor in monomials(n, order - 1):
        for polynomial in shifted:
            row = np.zeros(len(columns), complex)
            for powers, value in polynomial.items():
                place = columns.get(tuple(a + b for a, b in zip(powers, factor, strict=True)))
                if place is not None:
                    row[place] = value
            rows.append(row)
    return len(columns) - _rank(np.array(rows))


def _rank(matrix: NDArray[np.complex128]) -> int:
    """The rank by singular values, rows scaled to length 1."""
    sizes = np.linalg.norm(matrix, axis=1)
    kept = matrix[sizes > 0] / sizes[sizes > 0, None]
    if not len(kept):
        return 0
    values = np.linalg.svd(kept, compute_uv=False)
    return int((values > _ZERO * values[0]).sum())


def monomials(n: int, order: int) -> Iterator[_Powers]:
    """Exponents ``(n,)`` of degree up to ``order``, ascending by degree."""
    for degree in range(order + 1):
        for chosen in combinations_with_replacement(range(n), degree):
            powers = [0] * n
            for variable in chosen:
                powers[variable] += 1
            yield tuple(powers)


def _shifted(
    exponents: NDArray[np.int64], coefficients: Sequence[fmpq], zero: Sequence[acb]
) -> dict[_Powers, complex]:
    """The coefficients of p(zero + y) in y; those below rounding are left out."""
    found: dict[_Powers, acb] = {}
    for powers, coefficient in zip(exponents.tolist(), coefficients, strict=True):
        terms: dict[_Powers, acb] = {(): acb(fmpq(coefficient))}
        for variable, power in enumerate(powers):
            expanded = [
                acb(comb(power, k)) * zero[variable] ** (power - k) for k in range(power + 1)
            ]
            terms = {(*t, k): v * e for t, v in terms.items() for k, e in enumerate(expanded)}
        for t, v in terms.items():
            found[t] = found.get(t, acb(0)) + v
    rounded = dict(zip(found, to_complex(list(found.values())), strict=True))
    largest = max(map(abs, rounded.values()), default=0.0)
    return {t: complex(v) for t, v in rounded.items() if abs(v) > 1e-40 * largest}
