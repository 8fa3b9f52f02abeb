"""A smaller ideal with the same real points, where sums of squares give one."""

from __future__ import annotations

from flint import fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import Basis, is_unit_ideal

__all__ = ["real_locus"]


def real_locus(piece: Basis, ring: fmpz_mpoly_ctx, algebra: Algebra) -> Basis:
    """A basis of an ideal with the same real points: sums of squares give their summands."""
    while not is_unit_ideal(piece):
        roots = [root for g in piece for root in _summands(g, ring)]
        if not roots:
            return piece
        larger = algebra.basis([*piece, *roots], ring)
        if larger == piece:
            return piece
        piece = larger
    return piece


def _summands(polynomial: fmpz_mpoly, ring: fmpz_mpoly_ctx) -> list[fmpz_mpoly]:
    """m_1, ..., m_k where the polynomial is sum_i c_i m_i^2, all c_i of one sign; else none."""
    terms = [(tuple(map(int, e)), int(c)) for e, c in polynomial.terms()]
    even = all(exponent % 2 == 0 for e, _ in terms for exponent in e)
    if not even or len({c > 0 for _, c in terms}) > 1:
        return []
    if len(terms) == 1 and sum(terms[0][0]) <= 1:
        return []
    return [ring.from_dict({tuple(x // 2 for x in e): 1}) for e, _ in terms]
