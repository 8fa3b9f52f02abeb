"""Buchberger's criterion, without the pairs that follow from others.

Source: Buchberger, 'A criterion for detecting unnecessary reductions in the construction of
Gröbner bases' (1979); Cox, Little, O'Shea, 'Ideals, Varieties, and Algorithms', section 2.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from flint import fmpz_mpoly, fmpz_mpoly_ctx, fmpz_mpoly_vec

from solvers.groebner.basis import leading_monomials
from solvers.groebner.engines.normal_forms import NormalForms

__all__ = ["critical_pairs", "is_groebner_basis", "reduces_to_zero"]


def is_groebner_basis(
    basis: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, deadline: float = float("inf")
) -> bool:
    """Whether every S-polynomial of ``basis`` has a representation by it below its pair.

    Without zeros in ``basis``. Raises ``PatienceLostError`` when ``time.process_time()`` passes
    ``deadline``: on a busy machine as much is proved as on another.

    >>> from solvers.groebner.basis import integer_ring
    >>> ring = integer_ring(["x", "y"])
    >>> x, y = ring.gens()
    >>> is_groebner_basis([x**2 - y, x * y - 1], ring)
    False
    >>> is_groebner_basis([x**2 - y, x * y - 1, y**2 - x], ring)
    True
    """
    forms = NormalForms(basis, ring, deadline)
    return all(forms.agree(i, j) for i, j in critical_pairs(leading_monomials(basis)))


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
    pairs = list(combinations(range(len(leading)), 2))
    degrees = [int(np.maximum(monomials[i], monomials[j]).sum()) for i, j in pairs]
    seen = np.eye(len(leading), dtype=bool)
    for k in np.argsort(degrees, kind="stable").tolist():
        i, j = pairs[k]
        common = np.maximum(monomials[i], monomials[j])
        between = seen[i] & seen[j] & np.all(monomials <= common, axis=1)
        seen[i, j] = seen[j, i] = True
        between[[i, j]] = False
        if np.minimum(monomials[i], monomials[j]).any() and not between.any():
            yield i, j
