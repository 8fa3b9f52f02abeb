"""What is found on a line: its critical points, and the least of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from solvers.algebraic_number import AlgebraicNumber

__all__ = ["LineCriticalPoints", "LineKind", "LinePoint"]


class LineKind(Enum):
    """What a critical point of a polynomial in one unknown is."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    INFLECTION = "inflection"


@dataclass(frozen=True, slots=True)
class LinePoint:
    """A critical point: where, the value there, and what it is; exact numbers or floats."""

    t: AlgebraicNumber | float
    value: AlgebraicNumber | float
    kind: LineKind

    def __str__(self) -> str:
        return f"{self.kind.value} {self.value} at {self.t}"


@dataclass(frozen=True, slots=True)
class LineCriticalPoints:
    """All real critical points of a polynomial in one unknown, ascending.

    ``least`` is the global minimum (of equal ones the nearest to 0), None where the polynomial is
    ``constant`` or not ``bounded_below``. Every point of a constant is critical; none is listed.
    """

    points: tuple[LinePoint, ...]
    least: LinePoint | None
    bounded_below: bool
    constant: bool
    exact: bool

    def of_kind(self, kind: LineKind) -> tuple[LinePoint, ...]:
        """The points of one kind."""
        return tuple(point for point in self.points if point.kind is kind)
