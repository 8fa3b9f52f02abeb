"""Solve a polynomial system with a solver of choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polynet.errors import InputError

if TYPE_CHECKING:
    from polynet.polynomial_system import PolynomialSystem
    from solvers.protocol import Solver
    from solvers.solution_set import SolutionSet

__all__ = ["solve"]


def solve(system: PolynomialSystem, solver: Solver | None = None) -> SolutionSet:
    """All solutions of ``system`` by ``solver`` (default: ``Groebner()``, exact).

    Raises ``InputError`` where ``system`` is not a ``PolynomialSystem``. How the solve ended is
    in the ``outcome`` of the result; running out of budget is no exception.
    """
    from polynet.polynomial_system import PolynomialSystem

    if not isinstance(system, PolynomialSystem):
        raise InputError(
            f"{type(system).__name__} is no PolynomialSystem; make one with "
            "PolynomialSystem.from_strings([...]) or critical_system(polynomial)"
        )
    if solver is None:
        from solvers.groebner.solver import Groebner

        solver = Groebner()
    if isinstance(solver, type):
        raise InputError(f"{solver.__name__} is a class of solvers; use {solver.__name__}()")
    if not callable(getattr(solver, "solve", None)):
        raise InputError(f"{solver!r} is no solver; use for example solvers.Groebner()")
    return solver.solve(system)
