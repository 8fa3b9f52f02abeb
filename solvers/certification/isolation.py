"""One candidate, at rising precision, until it is proved and known to be real or not.

Enters: a square ``BallMap`` and a point. Leaves: an ``Isolated`` with the proof, or with the
``Failure``. Next stage: ``separation``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flint import acb, arb, ctx

from solvers.certification.ball_map import BallMap, CombinedMap
from solvers.certification.boxes import exact_midpoint, greatest, upper_float
from solvers.certification.failure import Failure
from solvers.certification.krawczyk import Isolation, isolating_box
from solvers.certification.newton import (
    NewtonEnd,
    Refined,
    approximate_inverse,
    better_start,
    newton,
)

__all__ = ["Effort", "Isolated", "isolate"]


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: bits of the first and the last attempt, each twice the one before.

    A solution farther from its candidate than ``reach`` times max(1, the greatest coordinate) is
    not taken for it.
    """

    precision: int
    max_precision: int
    reach: float


@dataclass(frozen=True, slots=True, eq=False)
class Isolated:
    """What is proved of one candidate.

    ``proof`` is None exactly where no simple solution of the square map was isolated; ``failure``
    None exactly where the candidate is certified so far. ``real`` says whether the solution is
    real, None where unknown. ``precision`` is that of the last attempt, in bits; ``distance`` an
    upper bound of the greatest difference of a coordinate from the candidate.
    """

    proof: Isolation | None
    failure: Failure | None
    real: bool | None
    precision: int
    distance: float = math.inf


def isolate(
    mapping: BallMap, candidate: Sequence[acb], effort: Effort, *, least: int = 0
) -> Isolated:
    """Prove that there is exactly one solution in a small box near the finite ``candidate``.

    The first attempt is at ``effort.precision`` bits, or the first precision after it that is at
    least ``least``. Cost: a few evaluations of map and Jacobian where the solution is simple and
    not badly conditioned; Newton's method up to ``max_precision`` where it is singular.
    """
    start = [exact_midpoint(x) for x in candidate]
    best = start
    precision, end = effort.precision, NewtonEnd.SETTLED
    while precision < least:
        precision *= 2
    while precision <= effort.max_precision:
        with ctx.workprec(precision):
            if best is not start:
                # Rounding may have carried Newton's method away from a good candidate.
                best = better_start(mapping, start, best)
            found = _attempt(mapping, candidate, best, effort)
        if isinstance(found, Isolated):
            return found
        best, end = found.centre, found.end
        precision *= 2
    return Isolated(None, _failure(end), None, precision // 2)


def _attempt(
    mapping: BallMap, candidate: Sequence[acb], start: Sequence[acb], effort: Effort
) -> Isolated | Refined:
    """The result at the working precision, or the refined point where more bits may help."""
    size = greatest([arb(1), *(x.abs_upper() for x in candidate)])
    reach = arb(effort.reach) * size
    refined = newton(mapping, start, home=candidate, reach=reach)
    precision = int(ctx.prec)
    if refined.end is NewtonEnd.STRAYED:
        return Isolated(None, Failure.NO_SOLUTION_NEAR, None, precision)
    centre, inverse = refined.centre, refined.inverse
    if inverse is None:
        inverse = approximate_inverse(mapping, centre)
    proof = None if inverse is None else isolating_box(mapping, centre, inverse)
    if proof is None:
        return refined
    real = _is_real(proof)
    if real is None and 2 * precision <= effort.max_precision:
        return refined
    distance = proof.enclosure.distance(candidate)
    failure = None if distance <= reach else Failure.NO_SOLUTION_NEAR
    if failure is None and isinstance(mapping, CombinedMap):
        failure = _of_all_equations(mapping.whole, proof)
    if failure is Failure.NO_SOLUTION_NEAR:
        return Isolated(None, failure, None, precision)
    return Isolated(proof, failure, real, precision, upper_float(distance))


def _is_real(proof: Isolation) -> bool | None:
    """Whether the solution is real, for equations with real coefficients.

    Its conjugate is a solution too: if that must lie in the region, the two are the same.
    """
    if proof.enclosure.excludes_real:
        return False
    return True if proof.region.holds(proof.enclosure.conjugate) else None


def _of_all_equations(whole: BallMap, proof: Isolation) -> Failure:
    """What the values of all equations on the enclosure say about a solution of some."""
    values = whole.values(proof.enclosure.coordinates)
    if all(value.contains(0) for value in values):
        return Failure.SQUARE_PART_ONLY
    return Failure.REFUTED


def _failure(end: NewtonEnd) -> Failure:
    return Failure.NOT_CONVERGING if end is NewtonEnd.UNSETTLED else Failure.SINGULAR
