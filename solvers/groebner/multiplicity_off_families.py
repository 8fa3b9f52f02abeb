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
_LARGEST = 50  # of random coefficients, which make a coincidence unlikely; one is noticed


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
    """
    rng = np.random.default_rng(0)
    if all(_is_simple(equations, point, ring, rng) for point in points):
        return [1] * len(points)
    try:
        basis = _off(equations, families, ring, replace(algebra, engine=None), rng)
    except LimitsReachedError:
        return [0] * len(points)
    n = ring.nvars() + len(families)
    if is_unit_ideal(basis) or not is_zero_dimensional(leading_monomials(basis), n):
        return [0] * len(points)
    try:
        return multiplicities(Quotient.of(basis, n), points, (*form, *[0] * len(families)))
    except ArithmeticError:  # some g_k vanishes at one of the points
        return [0] * len(points)


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


def _off(
    equations: Sequence[fmpz_mpoly],
    families: Sequence[Basis],
    ring: fmpz_mpoly_ctx,
    algebra: Algebra,
    rng: np.random.Generator,
) -> Basis:
    """The basis of I + (1 - u_k g_k), with random combinations g_k of the generators."""
    names = list(ring.names())
    for _ in families:
        names.append(fresh_name(names, "u"))
    larger = integer_ring(names)
    inverses = larger.gens()[ring.nvars() :]
    products = [
        u * sum(int(rng.integers(1, _LARGEST)) * g.project_to_context(larger) for g in family)
        for u, family in zip(inverses, families, strict=True)
    ]
    lifted = [e.project_to_context(larger) for e in equations]
    return algebra.basis([*lifted, *(1 - p for p in products)], larger)
