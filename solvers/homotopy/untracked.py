"""Systems whose solutions are known without tracking a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polynet.errors import InputError
from solvers.completeness import Completeness, CompletenessStatus
from solvers.homotopy.solutions import HomotopySolutions
from solvers.number_text import counted
from solvers.outcome import Outcome

if TYPE_CHECKING:
    from polynet.polynomial_system import PolynomialSystem
    from solvers.homotopy.complex_system import ComplexSystem

__all__ = ["solved_without_tracking"]


def solved_without_tracking(system: PolynomialSystem | ComplexSystem) -> HomotopySolutions | None:
    """The result where constants are among the equations, or too few of them; else None.

    Raises ``InputError`` where there are no equations or no unknowns.
    """
    if not system.names:
        raise InputError("the system has no unknowns; name at least one")
    if any(p.degree == 0 for p in system.polynomials):
        note = "an equation, or a combination of them, is a nonzero constant"
        return _empty(system, Outcome.INCONSISTENT, note, dimension=-1)
    n_equations, n = sum(not p.is_zero for p in system.polynomials), len(system.names)
    if n_equations < n:
        found = counted(n_equations, "independent equation", "independent equations")
        note = (
            f"{found} in {n} unknowns: every component has dimension {n - n_equations} or more; "
            "add equations, or use Groebner() for families"
        )
        return _empty(system, Outcome.POSITIVE_DIMENSIONAL, note, dimension=None)
    return None


def _empty(
    system: PolynomialSystem | ComplexSystem,
    outcome: Outcome,
    note: str,
    *,
    dimension: int | None,
) -> HomotopySolutions:
    none: Any = np.empty(0)
    return HomotopySolutions(
        names=system.names,
        outcome=outcome,
        solutions=np.empty((0, len(system.names)), np.complex128),
        is_real=none.astype(bool),
        multiplicities=none.astype(np.int64),
        dimension=dimension,
        notes=(note,),
        completeness=Completeness(CompletenessStatus.PROVED, (note,)),
    )
