"""Which of several components lie inside others.

Enters: Gröbner bases. Leaves: the places of those that lie in no other one. A component lies in
another where the generators of the other are in the radical of its ideal. Source of the test:
Cox, Little, O'Shea, 'Ideals, Varieties, and Algorithms', chapter 4, section 2 (Rabinowitsch).
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import (
    Basis,
    LimitsReachedError,
    NormalForms,
    fresh_name,
    integer_ring,
    is_unit_ideal,
    leading_monomials,
    over_rationals,
    rational_ring,
)
from solvers.groebner.dimension import dimension
from solvers.groebner.splitting import is_graph_over_hypersurface

__all__ = ["lies_within", "maximal_places"]


def maximal_places(
    pieces: Sequence[Basis], ring: fmpz_mpoly_ctx, algebra: Algebra | None = None
) -> list[int]:
    """The places of the pieces that lie in no other, one place where pieces are equal.

    A piece counts as outside where the limits of ``algebra`` stop the test.
    """
    n = len(ring.names())

    def order(i: int) -> tuple[int, bool]:
        # A piece can only lie in one of at least its dimension; of equals the clearest is kept.
        size = dimension(leading_monomials(pieces[i]), n)
        return -size, not is_graph_over_hypersurface(pieces[i])

    kept: list[int] = []
    for i in sorted(range(len(pieces)), key=order):
        if not any(lies_within(pieces[i], pieces[k], ring, algebra) for k in kept):
            kept.append(i)
    return kept


def lies_within(
    piece: Basis, other: Basis, ring: fmpz_mpoly_ctx, algebra: Algebra | None = None
) -> bool:
    """Whether every complex solution of ``piece`` solves ``other``; False beyond its limits.

    ``piece`` is a piece of a split system: a single nonlinear generator of it is irreducible.

    >>> ring = integer_ring(["x", "y"])
    >>> x, y = ring.gens()
    >>> lies_within((x**2, x * y, y**2), (x + y,), ring), lies_within((x,), (x * y - 1,), ring)
    (True, False)
    """
    names = ring.names()
    rationals, remainder = rational_ring(names), NormalForms(piece, names)
    outside = [g for g in other if not remainder.contains(over_rationals(g, rationals))]
    if is_graph_over_hypersurface(piece):  # a prime ideal
        return not outside
    try:
        return all(_vanishes(g, piece, algebra or Algebra()) for g in outside)
    except LimitsReachedError:
        return False


def _vanishes(polynomial: fmpz_mpoly, piece: Basis, algebra: Algebra) -> bool:
    """Whether ``polynomial`` is zero at all solutions: with t polynomial = 1 there is none."""
    names = polynomial.context().names()
    larger = integer_ring((*names, fresh_name(names, "inverse")))
    moved = [g.project_to_context(larger) for g in (polynomial, *piece)]
    inverted = larger.gen(len(names)) * moved[0] - 1
    return is_unit_ideal(algebra.basis([*moved[1:], inverted], larger))
