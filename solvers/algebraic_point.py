"""What is asked of exact points, whichever way they are known."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from flint import acb, fmpq_mpoly, fmpq_poly

from polynet.errors import InputError
from solvers.univariate_representation import UnivariateRepresentation

if TYPE_CHECKING:
    from solvers.solution_set import SolutionSet

__all__ = ["AlgebraicPoint", "conjugate_points"]


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


def conjugate_points(found: SolutionSet) -> tuple[UnivariateRepresentation, ...]:
    """The isolated solutions of ``found``, each with its conjugates.

    Raises ``InputError`` where the solver does not give them so.
    """
    points = found.representations
    exact = tuple(p for p in points if isinstance(p, UnivariateRepresentation))
    if len(exact) < len(points) or (found.n_finite and not exact):
        raise InputError(
            f"{found.solver} gives no conjugate algebraic points, but exact solutions by one "
            "polynomial each are needed here; use Groebner()"
        )
    return exact
