"""Proof that algebraic points from a probabilistic engine are solutions.

Enters: equations and a solution set with its representations. Leaves: the set, and what could not
be proved of it. Points are isolated one by one in ball arithmetic (Krawczyk's test), which simple
solutions always pass; what does not is put into the equations exactly, where that is quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from flint import fmpz_mpoly
from numpy.typing import NDArray

from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from solvers.algebraic_point import AlgebraicPoint
from solvers.certify import certify
from solvers.groebner.basis import over_rationals, rational_ring
from solvers.solution_set import SolutionSet
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["is_proved", "with_proof"]

_BITS = 64
_SMALL_DEGREE = 48  # up to here arithmetic in the number field takes milliseconds,
_SMALL_SIZE = 200_000  # in bits times degree, unless its numbers are long


def with_proof(system: PolynomialSystem, found: SolutionSet) -> SolutionSet:
    """``found``, with a remark in ``unproved`` for each group of points that no test proved."""
    numbers = _isolated(system, found.solutions)
    doubts = [
        f"{point.degree} conjugate points are solutions modulo a prime"
        for place, point in enumerate(found.representations)
        if not (_are_distinct(numbers[found.members[:, 0] == place]) or _solves(system, point))
    ]
    return replace(found, unproved=(*found.unproved, *doubts))


def is_proved(equations: Sequence[fmpz_mpoly], point: UnivariateRepresentation) -> bool:
    """Whether all conjugates of ``point`` are proved to solve the equations.

    For a large degree there must be as many equations as variables, and the points be simple.
    """
    names = tuple(equations[0].context().names())
    ring = rational_ring(names)
    system = PolynomialSystem(
        tuple(SparsePolynomial(names, over_rationals(e, ring)) for e in equations)
    )
    candidates = np.array([[complex(x) for x in ball] for ball in point.balls(_BITS)])
    return _are_distinct(_isolated(system, candidates)) or _solves(system, point)


def _solves(system: PolynomialSystem, point: AlgebraicPoint) -> bool:
    """Whether all equations are found to vanish at the conjugates; not tried for large points."""
    if not isinstance(point, UnivariateRepresentation) or point.degree > _SMALL_DEGREE:
        return False
    polynomials = (point.minimal_polynomial, *point.numerators)
    bits = max(int(p.numer().height_bits()) for p in polynomials)
    if bits * point.degree > _SMALL_SIZE:
        return False
    return all(point.vanishes(p.mpoly) for p in system.polynomials)


def _isolated(system: PolynomialSystem, candidates: NDArray[np.complex128]) -> NDArray[np.int64]:
    """The number of the solution that each candidate is proved to be near, -1 where it is not."""
    if not system.is_square:
        return np.full(len(candidates), -1)
    known = np.where(np.isfinite(candidates), candidates, np.nan)
    verdicts = certify(system, known).verdicts
    return np.array([v.solution if v.certified else -1 for v in verdicts], np.int64)


def _are_distinct(numbers: NDArray[np.int64]) -> bool:
    return bool((numbers >= 0).all()) and len(np.unique(numbers)) == len(numbers)
