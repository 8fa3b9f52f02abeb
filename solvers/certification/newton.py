"""Newton's method on midpoints, at one precision: a candidate becomes a good centre for a box.

Nothing is proved here. One Jacobian serves several steps once they are short.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from flint import acb, acb_mat, arb, ctx

from solvers.certification.ball_map import BallMap
from solvers.certification.boxes import exact_midpoint, greatest

__all__ = ["NewtonEnd", "Refined", "approximate_inverse", "better_start", "newton"]

_MAX_STEPS = 30
_SETTLED_BITS = 10  # a step that many bits above the last one kept counts as rounding
_PROGRESS = arb(2) ** -6  # steps that shrink by that much in all are not wandering
_LINEAR = arb(2) ** -4  # a step not shorter than this times the one before: not quadratic


class NewtonEnd(Enum):
    """How a run of Newton's method ended."""

    SETTLED = "settled"  # steps are down to rounding
    SLOW = "slow"  # still contracting when steps ran out, so by no more than constant factors
    UNSETTLED = "unsettled"  # wandering
    STRAYED = "strayed"  # left the neighbourhood of the candidate
    SINGULAR = "singular"  # a Jacobian without inverse


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """The last iterate ``(n,)``, an approximate inverse of the Jacobian near it, and the end.

    ``inverse`` is None where it must be computed anew at ``centre``.
    """

    centre: list[acb]
    inverse: acb_mat | None
    end: NewtonEnd


def newton(mapping: BallMap, start: Sequence[acb], *, home: Sequence[acb], reach: arb) -> Refined:
    """Newton's method from the point ``start`` ``(n,)`` at the working precision.

    Stops where steps are down to rounding, after 30 steps, or where an iterate is farther than
    ``reach`` from ``home`` in the greatest coordinate.
    """
    centre = list(start)
    inverse: acb_mat | None = None
    sizes: list[arb] = []
    short = arb(2) ** -(ctx.prec // 4)
    for _ in range(_MAX_STEPS):
        if inverse is None:
            inverse = approximate_inverse(mapping, centre)
            if inverse is None:
                return Refined(centre, None, NewtonEnd.SINGULAR)
        step = (inverse * acb_mat(len(centre), 1, mapping.values(centre))).entries()
        centre = [exact_midpoint(x - move) for x, move in zip(centre, step, strict=True)]
        if not _size(x - y for x, y in zip(centre, home, strict=True)) <= reach:
            return Refined(centre, None, NewtonEnd.STRAYED)
        scale = _size(centre)
        size = _size(map(exact_midpoint, step))
        linear = bool(sizes) and not size <= sizes[-1] * _LINEAR
        if not size <= short * scale or linear:
            inverse = None
        if _settled(step, centre):
            return Refined(centre, inverse, NewtonEnd.SETTLED)
        sizes.append(size)
    slow = sizes[-1] <= sizes[0] * _PROGRESS
    return Refined(centre, None, NewtonEnd.SLOW if slow else NewtonEnd.UNSETTLED)


def better_start(mapping: BallMap, first: Sequence[acb], second: Sequence[acb]) -> list[acb]:
    """The point with the shorter Newton step at the working precision."""
    one, two = _step_size(mapping, first), _step_size(mapping, second)
    return list(second if one is None or (two is not None and two < one) else first)


def approximate_inverse(mapping: BallMap, centre: Sequence[acb]) -> acb_mat | None:
    """The midpoint of the inverse of the Jacobian's midpoint; None where it seems singular."""
    jacobian = mapping.jacobian(centre).mid()
    try:
        return jacobian.inv().mid()
    except ZeroDivisionError:
        return None


def _step_size(mapping: BallMap, point: Sequence[acb]) -> arb | None:
    inverse = approximate_inverse(mapping, point)
    if inverse is None:
        return None
    return _size((inverse * acb_mat(len(point), 1, mapping.values(point))).entries())


def _size(point: Iterable[acb]) -> arb:
    """The greatest modulus of a coordinate, rounded up."""
    return greatest(x.abs_upper() for x in point)


def _settled(step: Sequence[acb], centre: Sequence[acb]) -> bool:
    """Whether every coordinate of the step is within its own error or the last bits kept."""
    last_bits = arb(2) ** (_SETTLED_BITS - ctx.prec)
    return all(
        exact_midpoint(move).abs_upper()
        <= 4 * (move.real.rad() + move.imag.rad()) + last_bits * x.abs_upper()
        for move, x in zip(step, centre, strict=True)
    )
