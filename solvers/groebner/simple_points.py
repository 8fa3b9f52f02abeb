"""The points of a system whose solutions are finitely many and simple, without a Gröbner basis.

Enters: equations, as they were given. Leaves: one univariate representation for each group of
conjugates, by an engine's rational parametrisation. What rests on luck, as with
``parametrised_points``, is proved afterwards: each point by itself, and that there is none besides
by the bound of ``engines.infinity``.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.algebra import Algebra
from solvers.groebner.engines.failure import EngineCrashedError, EngineOutputError
from solvers.groebner.parametrised_points import Reductions
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["simple_points"]


def simple_points(
    equations: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, algebra: Algebra
) -> list[UnivariateRepresentation] | None:
    """The points, None where there are none, infinitely many or multiple ones, or luck failed.

    Raises ``EngineError`` where the engine reached its limits. Cost: the engine's parametrisation,
    and the factors of its eliminating polynomial.
    """
    if algebra.parametriser is None:
        return None
    try:
        found = algebra.parametrised(equations, ring, seed=0)
    except (EngineCrashedError, EngineOutputError):
        return None  # a basis may be had all the same, and else says what is wrong
    if found is None or not 0 < found.degree == found.multiplicity:
        return None
    points = sorted(found.factored(), key=lambda p: (p.degree, str(p.minimal_polynomial)))
    reductions = Reductions(equations, ring.nvars())
    return points if all(map(reductions.vanish, points)) else None
