"""What every solver of polynomial systems offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from polynet.polynomial_system import PolynomialSystem
    from solvers.solution_set import SolutionSet

__all__ = ["Solver"]


@runtime_checkable
class Solver(Protocol):
    """A small frozen object that finds the solutions of a polynomial system.

    One that needs exact coefficients says so by an attribute ``exact`` that is true.
    """

    def solve(self, system: PolynomialSystem) -> SolutionSet:
        """All solutions of ``system``, with counts and how the solve ended."""
        ...
