"""Dimension, degree and Hilbert series of an ideal, read from its leading monomials.

A polynomial ideal and the ideal of its leading terms (in a degree order) have the same affine
Hilbert function. Source: Cox, Little, O'Shea, 'Ideals, Varieties, and Algorithms', chapter 9;
the series by the recursion of Bigatti, 'Computation of Hilbert-Poincaré series' (1997).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from flint import fmpz_poly
from numpy.typing import NDArray

from solvers.groebner.basis import Monomial

__all__ = [
    "degrevlex_key",
    "dimension",
    "dimension_and_degree",
    "hilbert_numerator",
    "independent_sets",
    "is_zero_dimensional",
    "standard_monomials",
]

IntArray = NDArray[np.int64]


def is_zero_dimensional(monomials: Sequence[Monomial], n_variables: int) -> bool:
    """Whether some power of every variable is a leading monomial."""
    powers = {m.index(max(m)) for m in monomials if sum(map(bool, m)) == 1}
    return len(powers) == n_variables


def dimension(monomials: Sequence[Monomial], n_variables: int) -> int:
    """The dimension of the solution set, -1 where it is empty.

    It is the greatest number of variables such that no leading monomial is in them alone.
    """
    if any(not any(m) for m in monomials):
        return -1
    return len(next(independent_sets(monomials, n_variables), ()))


def independent_sets(monomials: Sequence[Monomial], n_variables: int) -> Iterator[tuple[int, ...]]:
    """The largest sets of variables in which no leading monomial is written.

    The variables of such a set can be chosen freely on some component of greatest dimension.
    """
    supports = _minimal_sets([frozenset(i for i, e in enumerate(m) if e) for m in monomials])
    for size in range(n_variables, -1, -1):
        found = False
        for chosen in combinations(range(n_variables), size):
            inside = set(chosen)
            if not any(support <= inside for support in supports):
                found = True
                yield chosen
        if found:
            return


def _minimal_sets(sets: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    kept: list[frozenset[int]] = []
    for candidate in sorted(set(sets), key=len):
        if not any(k <= candidate for k in kept):
            kept.append(candidate)
    return kept


def hilbert_numerator(monomials: Sequence[Monomial], n_variables: int) -> fmpz_poly:
    """K(t) with Hilbert series K(t) / (1 - t)^n_variables of the quotient by the monomials.

    >>> hilbert_numerator([(2, 0), (1, 1)], 2)
    x^3 + (-2)*x^2 + 1
    """
    rows = np.array(list(monomials), dtype=np.int64).reshape(-1, n_variables)
    return _numerator(_minimal(rows))


def _numerator(generators: IntArray) -> fmpz_poly:
    """``hilbert_numerator`` of minimal generators, ``(n, n_variables)``."""
    if not len(generators):
        return fmpz_poly([1])
    if not generators.any(axis=1).all():
        return fmpz_poly([0])
    uses = (generators > 0).sum(axis=0)
    pivot = int(uses.argmax())
    if uses[pivot] <= 1:  # pairwise coprime: the quotient is a complete intersection
        result = fmpz_poly([1])
        for degree in generators.sum(axis=1).tolist():
            result *= fmpz_poly([1] + [0] * (degree - 1) + [-1])
        return result
    # The pivot variable x: K(I) = K(I + x) + t K(I : x), and K(I + x) = (1 - t) K(J) where J has
    # the generators without x.
    divisible = generators[:, pivot] > 0
    without = _numerator(generators[~divisible])
    quotient = generators.copy()
    quotient[divisible, pivot] -= 1
    return fmpz_poly([1, -1]) * without + fmpz_poly([0, 1]) * _numerator(_minimal(quotient))


def _minimal(monomials: IntArray) -> IntArray:
    """The rows that no other one divides, each once."""
    rows = np.unique(monomials, axis=0)
    divides: NDArray[np.bool_] = np.all(rows[:, None, :] <= rows, axis=2)
    np.fill_diagonal(divides, False)
    minimal: IntArray = rows[~divides.any(axis=0)]
    return minimal


def dimension_and_degree(monomials: Sequence[Monomial], n_variables: int) -> tuple[int, int]:
    """Dimension and degree of the ideal; (-1, 0) for the whole ring.

    Cancelling (1 - t)^(n - dimension) from the numerator leaves a polynomial whose value at 1 is
    the degree: the number of points, with multiplicity, in which a generic affine subspace of
    complementary dimension meets the components of greatest dimension.

    >>> dimension_and_degree([(1, 1)], 2)
    (1, 2)
    """
    numerator = hilbert_numerator(monomials, n_variables)
    if not numerator:
        return -1, 0
    order = 0
    while int(numerator(1)) == 0:
        numerator = numerator // fmpz_poly([1, -1])
        order += 1
    return n_variables - order, int(numerator(1))


def standard_monomials(monomials: Sequence[Monomial], n_variables: int) -> list[Monomial]:
    """The monomials that no leading monomial divides: a basis of a finite quotient ring.

    Ascending in degree reverse lexicographic order. Endless for positive dimension: ask
    ``is_zero_dimensional`` first.
    """
    leading = np.array(list(monomials), dtype=np.int64).reshape(-1, n_variables)
    found: list[Monomial] = []
    level: set[Monomial] = {(0,) * n_variables}
    while level:
        ordered = sorted(level, key=degrevlex_key)
        divides = np.all(np.array(ordered)[:, None, :] >= leading, axis=2)
        outside = np.any(divides, axis=1).tolist()
        level = {m for m, out in zip(ordered, outside, strict=True) if not out}
        found.extend(m for m in ordered if m in level)
        level = {(*m[:i], m[i] + 1, *m[i + 1 :]) for m in level for i in range(n_variables)}
    return found


def degrevlex_key(monomial: Monomial) -> tuple[int, ...]:
    """A sort key that is ascending in degree reverse lexicographic order."""
    return (sum(monomial), *(-e for e in reversed(monomial)))
