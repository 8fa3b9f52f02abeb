"""Proof that algebraic points from a probabilistic engine are solutions.

Enters: equations and a solution set with its representations. Leaves: the set, and what could not
be proved of it. Points of small degree are put into the equations exactly; the others are
isolated one by one in ball arithmetic (Krawczyk's test), which simple solutions always pass.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from polynet.polynomial_system import PolynomialSystem
from solvers.algebraic_point import AlgebraicPoint
from solvers.certify import certify
from solvers.solution_set import SolutionSet
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["with_proof"]

_SMALL_DEGREE = 48  # up to here arithmetic in the number field takes milliseconds


def with_proof(system: PolynomialSystem, found: SolutionSet) -> SolutionSet:
    """``found``, with a remark in ``unproved`` for each group of points that no test proved."""
    doubts = [
        f"{point.degree} conjugate points are solutions modulo a prime"
        for place, point in enumerate(found.representations)
        if not (_solves(system, point) or _isolated(system, found, place))
    ]
    return replace(found, unproved=(*found.unproved, *doubts))


def _solves(system: PolynomialSystem, point: AlgebraicPoint) -> bool:
    """Whether all equations are found to vanish at the conjugates; not tried for large degree."""
    if not isinstance(point, UnivariateRepresentation) or point.degree > _SMALL_DEGREE:
        return False
    return all(point.vanishes(p.mpoly) for p in system.polynomials)


def _isolated(system: PolynomialSystem, found: SolutionSet, place: int) -> bool:
    """Whether each conjugate of a representation is proved to be a solution, no two the same."""
    if not system.is_square:
        return False
    candidates = found.solutions[found.members[:, 0] == place]
    if not np.isfinite(candidates).all():
        return False
    certificate = certify(system, candidates)
    return certificate.n_distinct == len(candidates)
