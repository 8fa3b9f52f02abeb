"""What is asked of exact points, whichever way they are known."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from flint import acb, fmpq_mpoly, fmpq_poly

__all__ = ["AlgebraicPoint"]


class AlgebraicPoint(Protocol):
    """Points that answer exact questions alike: conjugates, or conjugates up to symmetries.

    ``UnivariateRepresentation`` has them by one polynomial, ``SignOrbit`` by their invariants.
    """

    @property
    def degree(self) -> int:
        """The number of points."""

    @property
    def n_real(self) -> int:
        """How many of them are real."""

    @property
    def rational_point(self) -> tuple[Fraction, ...] | None:
        """The point itself where it is one rational point, else None."""

    def balls(self, accuracy: int) -> list[tuple[acb, ...]]:
        """Certified balls of the points, each coordinate to ``accuracy`` bits, real ones first."""

    def value(self, polynomial: fmpq_mpoly) -> fmpq_poly:
        """``polynomial`` at the points, as an element of a number field."""

    def rank(self, matrix: Sequence[Sequence[fmpq_mpoly]]) -> int:
        """The rank at the points of a matrix of polynomials."""
