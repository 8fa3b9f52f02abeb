"""Boxes in C^n: one complex ball for each coordinate.

A coordinate is a rectangle, a real interval for each of its real and imaginary part, as
python-flint's ``acb`` has it. Arithmetic happens at flint's working precision; every operation
here is exact or errs to the safe side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import acb, arb

__all__ = ["Box", "ExactBall", "exact_midpoint", "greatest", "upper_float"]

ExactBall: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""A real ball as dyadic numbers: midpoint and radius, each (mantissa, exponent of two)."""


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """The product of complex balls, one for each variable.

    >>> unit = Box((acb(arb(0, 1), arb(0, 1)),))
    >>> unit.holds_inside(Box((acb(0.5),))), unit.overlaps(Box((acb(3),)))
    (True, False)
    """

    coordinates: tuple[acb, ...]

    @classmethod
    def around(cls, centre: Sequence[acb], radii: Sequence[arb]) -> Box:
        """The squares of half side ``radii`` ``(n,)`` around exact points ``centre`` ``(n,)``."""
        return cls(
            tuple(
                acb(arb(point.real, radius), arb(point.imag, radius))
                for point, radius in zip(centre, radii, strict=True)
            )
        )

    @property
    def centre(self) -> tuple[acb, ...]:
        """The midpoint, exactly."""
        return tuple(exact_midpoint(ball) for ball in self.coordinates)

    @property
    def radius(self) -> float:
        """An upper bound of the half sides."""
        halves = (part.rad() for ball in self.coordinates for part in (ball.real, ball.imag))
        return upper_float(greatest(halves))

    @property
    def conjugate(self) -> Box:
        """The mirror image in the real points."""
        return Box(tuple(ball.conjugate() for ball in self.coordinates))

    @property
    def excludes_real(self) -> bool:
        """Whether no point of the box is real: some imaginary part cannot be 0."""
        return any(not ball.imag.contains(0) for ball in self.coordinates)

    def on_real_axis(self) -> Box:
        """The real points of the box."""
        return Box(tuple(acb(ball.real) for ball in self.coordinates))

    def overlaps(self, other: Box) -> bool:
        """Whether the boxes may share a point; False proves that they do not."""
        pairs = zip(self.coordinates, other.coordinates, strict=True)
        return all(mine.overlaps(theirs) for mine, theirs in pairs)

    def holds(self, other: Box) -> bool:
        """Whether ``other`` lies in this box."""
        pairs = zip(self.coordinates, other.coordinates, strict=True)
        return all(mine.contains(theirs) for mine, theirs in pairs)

    def holds_inside(self, other: Box) -> bool:
        """Whether ``other`` lies in the interior of this box."""
        pairs = zip(self.coordinates, other.coordinates, strict=True)
        return all(mine.contains_interior(theirs) for mine, theirs in pairs)

    def distance(self, point: Sequence[acb]) -> arb:
        """An upper bound of max_i |x_i - point_i| over the x in the box."""
        pairs = zip(self.coordinates, point, strict=True)
        return greatest((mine - theirs).abs_upper() for mine, theirs in pairs)

    def __reduce__(self) -> tuple[Any, ...]:
        # Read back with radii rounded up in their thirtieth bit: the copy encloses the box.
        return _rebuilt, (tuple((_exact(b.real), _exact(b.imag)) for b in self.coordinates),)


def exact_midpoint(ball: acb) -> acb:
    """The midpoint, a point."""
    return ball.mid()


def greatest(values: Iterable[arb]) -> arb:
    """The greatest of exact non-negative numbers; 0 for none, NaN where one is NaN."""
    best = arb(0)
    for value in values:
        if not (value <= best or best.is_nan()):
            best = value
    return best


def upper_float(value: arb) -> float:
    """The least float that is surely not below ``value``, or the one after it."""
    return math.nextafter(float(value.abs_upper()), math.inf) if not value.is_zero() else 0.0


def _exact(ball: arb) -> ExactBall:
    (mantissa, exponent), (size, scale) = ball.mid().man_exp(), ball.rad().man_exp()
    return (int(mantissa), int(exponent)), (int(size), int(scale))


def _rebuilt(balls: Sequence[tuple[ExactBall, ExactBall]]) -> Box:
    return Box(tuple(acb(arb(*real), arb(*imag)) for real, imag in balls))
