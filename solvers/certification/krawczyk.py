"""Krawczyk's test: a box in C^n that provably holds exactly one solution, and a simple one.

For a centre c, a box B around it and any matrix Y,

    K(B) = c - Y F(c) + (1 - Y J(B)) (B - c).

Where K(B) lies in B there is a solution in K(B); where also the contraction
q = max_i sum_j |1 - Y J(B)|_ij r_j / r_i is below 1 / sqrt 2, r the half sides, B holds no other
one, and the Jacobian is invertible everywhere in B. Sources: Krawczyk, Computing 4 (1969);
Breiding, Rose, Timme, arXiv:2011.05000, Theorem 2.1 (with r in place of a unit norm, which is a
change of coordinates).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import acb, acb_mat, arb, ctx

from solvers.certification.ball_map import BallMap
from solvers.certification.boxes import Box, greatest

__all__ = ["Isolation", "isolating_box"]

_SHRINKING = 1 - arb(2) ** -20
_INFLATIONS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Isolation:
    """Proof of one simple solution: it lies in ``enclosure``, and ``region`` holds no other."""

    region: Box
    enclosure: Box

    def __reduce__(self) -> tuple[Any, ...]:
        # A copied box may be larger by a few units in the thirtieth bit; the region must not be.
        return Isolation, (_shrunk(self.region), self.enclosure)


def isolating_box(mapping: BallMap, centre: Sequence[acb], inverse: acb_mat) -> Isolation | None:
    """A box around the points ``centre`` ``(n,)`` with a proof, or None where none was found.

    Half sides are tried at half the working precision, which leaves room for the other points
    near the solution to be told equal; then at a few times the Newton step, inflated where the
    image is larger (Rump). Cost: two evaluations of a Jacobian in the good case.
    """
    n = len(centre)
    residual = inverse * acb_mat(n, 1, mapping.values(centre))
    scales = _scales(centre)
    radii = [arb(2) ** -(ctx.prec // 2) * scale for scale in scales]
    found, _ = _attempt(mapping, centre, inverse, residual, radii)
    if found is not None:
        return found
    steps = [step.abs_upper() for step in residual.entries()]
    rounding = arb(2) ** (4 - ctx.prec)
    radii = [4 * step + rounding * scale for step, scale in zip(steps, scales, strict=True)]
    for _ in range(_INFLATIONS):
        found, image = _attempt(mapping, centre, inverse, residual, radii)
        if found is not None:
            return found
        radii = [
            2 * greatest([radius, (ball - point).abs_upper()])
            for radius, ball, point in zip(radii, image.coordinates, centre, strict=True)
        ]
    return None


def _attempt(
    mapping: BallMap,
    centre: Sequence[acb],
    inverse: acb_mat,
    residual: acb_mat,
    radii: Sequence[arb],
) -> tuple[Isolation | None, Box]:
    """Krawczyk's test on the box of half sides ``radii``, and the image."""
    box = Box.around(centre, radii)
    deviation = _identity(len(centre)) - inverse * mapping.jacobian(box.coordinates)
    offsets = acb_mat(len(centre), 1, [acb(arb(0, r), arb(0, r)) for r in radii])
    moves = (deviation * offsets - residual).entries()
    image = Box(tuple(point + move for point, move in zip(centre, moves, strict=True)))
    proved = box.holds_inside(image) and _contracts(deviation, radii)
    return (Isolation(box, image) if proved else None), image


def _contracts(deviation: acb_mat, radii: Sequence[arb]) -> bool:
    """Whether q < 1 / sqrt 2, that is 2 q^2 < 1, in every row."""
    for row, radius in zip(deviation.tolist(), radii, strict=True):
        reach = sum((e.abs_upper() * r for e, r in zip(row, radii, strict=True)), arb(0))
        if not 2 * reach * reach < radius * radius:
            return False
    return True


def _scales(centre: Sequence[acb]) -> list[arb]:
    """The size of each coordinate; small ones count as a thousandth of the greatest."""
    sizes = [point.abs_upper() for point in centre]
    most = greatest(sizes)
    floor = most / 1024 if most > 0 else arb(1)
    return [greatest([size, floor]).mid() for size in sizes]


def _identity(size: int) -> acb_mat:
    return acb_mat([[int(i == j) for j in range(size)] for i in range(size)])


def _shrunk(box: Box) -> Box:
    return Box(
        tuple(
            acb(*(arb(part.mid(), part.rad() * _SHRINKING) for part in (ball.real, ball.imag)))
            for ball in box.coordinates
        )
    )
