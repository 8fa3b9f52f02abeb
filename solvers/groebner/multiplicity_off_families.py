"""Multiplicities of isolated points of a solution set that has families, too.

Enters: equations of an ideal I, its families, the isolated points. Leaves: their multiplicities, 0
where they are not known. A point with a Jacobian of full rank is simple. For others let g_k vanish
on family k and at none of the points: I + (1 - u_1 g_1, 1 - u_2 g_2, ...) has the isolated points
alone, with the same local rings, so that its quotient ring has finite dimension and tells. Source:
Cox, Little, O'Shea, 'Using Algebraic Geometry', chapter 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from flint import acb, acb_mat, fmpz_mpoly, fmpz_mpoly_ctx

from polynet.polynomial_evaluation import ball_value
from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import (
    Basis,
    LimitsReachedError,
    fresh_name,
    integer_ring,
    is_unit_ideal,
    leading_monomials,
    over_rationals,
    rational_ring,
)
from solvers.groebner.dimension import is_zero_dimensional
from solvers.groebner.multiplicity import multiplicities
from solvers.groebner.quotient import Quotient
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["multiplicities_off_families"]

_BITS = 64
_LARGEST = 50  # of random coefficients
_DRAWS = 20


def multiplicities_off_families(
    equations: Sequence[fmpz_mpoly],
    families: Sequence[Basis],
    points: Sequence[UnivariateRepresentation],
    form: Sequence[int],
    ring: fmpz_mpoly_ctx,
    algebra: Algebra,
) -> list[int]:
    """The multiplicity of each of ``points``, all isolated and with the separating ``form``.

    ``families`` are ideals of the components of positive dimension. Zeros where some point is not
    simple and FLINT does not have the basis within the limits of ``algebra``: no engine is asked.
    Cost: that basis, in one variable more for each family, and ``multiplicities``.
    """
    rng = np.random.default_rng(0)
    unknown = [0] * len(points)
    if all(_is_simple(equations, point, ring, rng) for point in points):
        return [1] * len(points)
    drawn = [_vanishing(family, points, ring, rng) for family in families]
    cut = [g for g in drawn if g is not None]
    if len(cut) < len(families):
        return unknown
    try:
        basis = _off(equations, cut, ring, replace(algebra, engine=None))
    except LimitsReachedError:
        return unknown
    n = ring.nvars() + len(families)
    if is_unit_ideal(basis) or not is_zero_dimensional(leading_monomials(basis), n):
        return unknown
    try:
        return multiplicities(Quotient.of(basis, n), points, (*form, *[0] * len(families)))
    except ArithmeticError:  # a family that is not decomposed further may hide other points
        return unknown


def _is_simple(
    equations: Sequence[fmpz_mpoly],
    point: UnivariateRepresentation,
    ring: fmpz_mpoly_ctx,
    rng: np.random.Generator,
) -> bool:
    """Whether the Jacobian is seen to have full rank at one, hence at all, of the conjugates."""
    n, rationals = ring.nvars(), rational_ring(ring.names())
    if len(equations) < n:
        return False
    ball = point.balls(_BITS)[0]
    jacobian = acb_mat(
        [
            [acb(ball_value(over_rationals(e.derivative(j), rationals), ball)) for j in range(n)]
            for e in equations
        ]
    )
    rows = rng.integers(1, _LARGEST, size=(n, len(equations))).tolist()
    return not (acb_mat(rows) * jacobian).det().contains(0)


def _vanishing(
    family: Basis,
    points: Sequence[UnivariateRepresentation],
    ring: fmpz_mpoly_ctx,
    rng: np.random.Generator,
) -> fmpz_mpoly | None:
    """A combination of the generators that is proved to vanish at none of the points.

    By balls, at one of the conjugates each, which decides for all. None where none was found.
    """
    rationals = rational_ring(ring.names())
    balls = [point.balls(_BITS)[0] for point in points]
    for _ in range(_DRAWS):
        weights = map(int, rng.integers(1, _LARGEST, size=len(family)))
        found = sum((w * g for w, g in zip(weights, family, strict=True)), ring.constant(0))
        rational = over_rationals(found, rationals)
        if not any(acb(ball_value(rational, ball)).contains(0) for ball in balls):
            return found
    return None


def _off(
    equations: Sequence[fmpz_mpoly],
    cut: Sequence[fmpz_mpoly],
    ring: fmpz_mpoly_ctx,
    algebra: Algebra,
) -> Basis:
    """The basis of I + (1 - u_k g_k), with the g_k of ``cut``."""
    names = list(ring.names())
    for _ in cut:
        names.append(fresh_name(names, "u"))
    larger = integer_ring(names)
    inverses = larger.gens()[ring.nvars() :]
    ones = [1 - u * g.project_to_context(larger) for u, g in zip(inverses, cut, strict=True)]
    lifted = [e.project_to_context(larger) for e in equations]
    return algebra.basis([*lifted, *ones], larger)
