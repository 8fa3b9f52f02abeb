"""The components of a solution set: by factors, and where these prove nothing by minimal primes.

Enters: equations and their Gröbner basis. Leaves: the bases of pieces that make up the solutions.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import Basis, LimitsReachedError, leading_monomials
from solvers.groebner.dimension import is_zero_dimensional
from solvers.groebner.splitting import is_graph_over_hypersurface, split

__all__ = ["components"]


def components(
    equations: Sequence[fmpz_mpoly], whole: Basis, ring: fmpz_mpoly_ctx, algebra: Algebra
) -> tuple[tuple[Basis, ...], bool]:
    """Pieces whose union is the solution set, and whether all are minimal primes.

    Splitting by factors is quick, and proves what it makes prime in most cases; else minimal
    primes are computed where an engine has them. ``whole`` is the basis of ``equations``. Raises
    ``LimitsReachedError`` where neither is within the limits, ``EngineError`` where one failed.
    """
    try:
        pieces = split(equations, ring, algebra, whole=whole)
    except LimitsReachedError:
        if algebra.decomposer is None:
            raise
        return algebra.minimal_primes(whole, ring), True
    clear = all(
        is_graph_over_hypersurface(p)
        or is_zero_dimensional(leading_monomials(p), len(ring.names()))
        for p in pieces
    )
    if clear or algebra.decomposer is None:
        return pieces, False
    return algebra.minimal_primes(whole, ring), True
