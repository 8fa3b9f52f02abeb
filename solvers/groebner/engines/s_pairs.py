"""Buchberger's criterion, without the pairs that follow from others.

Source: Buchberger, 'A criterion for detecting unnecessary reductions in the construction of
Gröbner bases' (1979); Cox, Little, O'Shea, 'Ideals, Varieties, and Algorithms', section 2.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import or_, sub

import numpy as np
from flint import fmpz, fmpz_mpoly, fmpz_mpoly_vec
from numpy.typing import NDArray

from solvers.groebner.basis import Monomial, leading_monomials
from solvers.groebner.engines.normal_forms import NormalForms
from solvers.groebner.engines.patience import Patience

__all__ = ["critical_pairs", "is_groebner_basis", "reduces_to_zero"]

_SHORT = 512  # bits: below that FLINT divides faster than normal forms are put together here


def is_groebner_basis(basis: Sequence[fmpz_mpoly], patience: Patience | None = None) -> bool:
    """Whether every S-polynomial of ``basis`` has a representation by it below its pair.

    Without zeros in ``basis``. S-polynomials are divided by the basis where its numbers are short,
    and else by :class:`NormalForms`: a division multiplies by one leading coefficient after the
    other. Raises ``PatienceLostError`` when ``patience`` is over.

    >>> from solvers.groebner.basis import integer_ring
    >>> ring = integer_ring(["x", "y"])
    >>> x, y = ring.gens()
    >>> is_groebner_basis([x**2 - y, x * y - 1])
    False
    >>> is_groebner_basis([x**2 - y, x * y - 1, y**2 - x])
    True
    """
    if not basis:
        return True
    patience = patience or Patience()
    longest = max(int(c).bit_length() for g in basis for c in g.coeffs())
    divided = _Division(basis) if longest <= _SHORT else NormalForms(basis)
    for i, j in critical_pairs(leading_monomials(basis)):
        patience.check()
        if not divided.agree(i, j):
            return False
    return True


class _Division:
    """Elements of a basis by their S-polynomials."""

    def __init__(self, basis: Sequence[fmpz_mpoly]) -> None:
        self._basis, self._ring = basis, basis[0].context()
        self._vector = fmpz_mpoly_vec(list(basis), self._ring)

    def agree(self, i: int, j: int) -> bool:
        """Whether division of the S-polynomial of elements i and j leaves nothing."""
        f, g = self._basis[i], self._basis[j]
        one, other = leading_monomials([f, g])
        common = tuple(map(max, one, other))
        a, b = f.leading_coefficient(), g.leading_coefficient()
        shared = a.gcd(b)
        s_polynomial = self._term(common, one, b // shared) * f
        s_polynomial -= self._term(common, other, a // shared) * g
        return reduces_to_zero(s_polynomial, self._vector)

    def _term(self, common: Monomial, leading: Monomial, coefficient: fmpz) -> fmpz_mpoly:
        exponents = tuple(map(sub, common, leading))
        return self._ring.from_dict({exponents: coefficient})


def reduces_to_zero(polynomial: fmpz_mpoly, basis: fmpz_mpoly_vec) -> bool:
    """Whether division by the basis leaves nothing."""
    # The method is missing from python-flint's type stubs.
    return bool(polynomial.reduction_primitive_part(basis).is_zero())  # type: ignore[attr-defined]


def critical_pairs(leading: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, int]]:
    """The pairs of elements whose S-polynomials have to be looked at.

    In ascending degree of the least common multiple. A pair follows where the leading monomials
    have no common variable, and where a third one divides the common multiple and makes pairs
    with both that came before.

    >>> list(critical_pairs([(2, 0), (1, 1), (0, 2)]))
    [(0, 1), (1, 2)]
    """
    monomials = np.array(leading, dtype=np.int64)
    first, second = np.triu_indices(len(leading), 1)
    degrees = np.maximum(monomials[first], monomials[second]).sum(axis=1)
    linked = np.minimum(monomials[first], monomials[second]).max(axis=1) > 0
    at_most = _sets_at_most(monomials)
    seen = [0] * len(leading)
    order = np.argsort(degrees, kind="stable")
    columns = (column[order].tolist() for column in (first, second, linked))
    for i, j, is_linked in zip(*columns, strict=True):
        if is_linked and not _any_divides(leading[i], leading[j], seen[i] & seen[j], at_most):
            yield i, j
        seen[i] |= 1 << j
        seen[j] |= 1 << i


def _sets_at_most(monomials: NDArray[np.int64]) -> list[list[int]]:
    """For each variable and exponent the monomials with no higher power of it, as bits."""
    result = []
    for column in monomials.T.tolist():
        sets = [0] * (max(column) + 1)
        for place, exponent in enumerate(column):
            sets[exponent] |= 1 << place
        result.append(list(accumulate(sets, or_)))
    return result


def _any_divides(
    one: Monomial, other: Monomial, candidates: int, at_most: Sequence[Sequence[int]]
) -> bool:
    """Whether one of the candidates divides the least common multiple of two monomials."""
    for a, b, sets in zip(one, other, at_most, strict=True):
        if not candidates:
            return False
        candidates &= sets[max(a, b)]
    return bool(candidates)
