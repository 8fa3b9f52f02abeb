"""A family solved at generic complex parameters.

Enters: a ``ParametricSystem``. Leaves: a ``StartPair`` with the reason why it is complete, or why
it is not known to be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.errors import InputError
from polynet.parametric_system import ParametricSystem
from solvers.homotopy.complex_system import ComplexSystem, residuals
from solvers.homotopy.path_table import PathEnd
from solvers.homotopy.row_reduction import row_reduced
from solvers.homotopy.solutions import HomotopySolutions
from solvers.homotopy.solver import Homotopy
from solvers.homotopy.start_pair import StartPair
from solvers.number_text import counted
from solvers.outcome import Outcome

if TYPE_CHECKING:
    from solvers.protocol import Solver

__all__ = ["generic_point", "solve_generic"]

ComplexArray = NDArray[np.complex128]
_MAX_RESIDUAL = 1e-8
_DRAWS = 3
_SEED_STRIDE = 1_000_003


def generic_point(n_parameters: int, rng: np.random.Generator) -> ComplexArray:
    """Random complex parameters of modulus 1/2 to 3/2: generic with probability one."""
    angles = 2 * np.pi * rng.random(n_parameters)
    return np.asarray(np.exp(1j * angles) * (0.5 + rng.random(n_parameters)))


def solve_generic(
    family: ParametricSystem,
    solver: Solver | None = None,
    *,
    seed: int = 0,
    point: ArrayLike | None = None,
) -> StartPair:
    """Solve ``family`` at generic complex parameters: the start of all parameter homotopies.

    Where paths fail, it is solved at other generic parameters, three times at most.

    Parameters
    ----------
    family
        With as many equations as variables.
    solver
        ``Homotopy(seed=seed)`` where None.
    seed
        Of the random parameters.
    point
        Complex parameters ``(n_parameters,)`` instead of random ones; the pair then counts as
        not known to be complete, as the point may be special.

    Raises
    ------
    InputError
        For a family that is not square.
    BudgetError
        From the solver.

    Examples
    --------
    >>> family = ParametricSystem.from_strings(["x^2 + a*x + b"], variables=["x"])
    >>> solve_generic(family).n_solutions
    2
    """
    if not family.is_square:
        raise InputError(
            f"the family has {counted(family.n_equations, 'equation', 'equations')} in "
            f"{counted(family.n_variables, 'variable', 'variables')}; "
            "parameter homotopies need as many equations as variables"
        )
    engine = solver or Homotopy(seed=seed)
    if point is not None:
        chosen = family.coefficient_map.checked(point)
        pair, _ = _solved(family, engine, chosen, seed)
        reason = f"the point was chosen by the caller; there: {pair.reason}"
        return replace(pair, complete=False, reason=reason)
    best: StartPair | None = None
    for draw in range(_DRAWS):
        chosen = generic_point(family.n_parameters, np.random.default_rng([seed, draw]))
        pair, failed = _solved(family, _reseeded(engine, draw), chosen, seed)
        best = pair if best is None else _better(best, pair)
        if not failed:
            break
    return best or pair


def _solved(
    family: ParametricSystem, solver: Solver, point: ComplexArray, seed: int
) -> tuple[StartPair, bool]:
    """The pair at ``point``, and whether other parameters may do better."""
    system = ComplexSystem.at(family, point)
    reduced: Any = row_reduced(system)
    found: Any = solver.solve(reduced)
    complete, reason = _completeness(found)
    if reduced is not system:
        reason += ", after row reduction"
    worst = residuals(system, found.solutions).max(initial=0.0)
    if worst > _MAX_RESIDUAL:
        complete, reason = False, f"residuals up to {worst:.1e}"
    pair = StartPair(
        fingerprint=family.fingerprint,
        variables=family.variables,
        parameters=family.parameters,
        point=point,
        solutions=found.solutions[found.multiplicities == 1],
        complete=complete,
        reason=reason,
        start=found.start if isinstance(found, HomotopySolutions) else found.solver,
        seed=seed,
    )
    cut_short = isinstance(found, HomotopySolutions) and found.paths.count(PathEnd.UNTRACKED)
    return pair, bool(found.n_failed) and not cut_short


def _reseeded(solver: Solver, draw: int) -> Solver:
    """The solver with other random numbers for another draw."""
    if draw and isinstance(solver, Homotopy):
        return replace(solver, seed=solver.seed + _SEED_STRIDE * draw)
    return solver


def _better(old: StartPair, new: StartPair) -> StartPair:
    """The one with more solutions; a complete one that has fewer is contradicted by the other."""
    if old.n_solutions > new.n_solutions:
        return old
    reason = f"{new.reason}; at other parameters: {old.reason}"
    return replace(new, reason=reason)


def _completeness(found: Any) -> tuple[bool, str]:
    """Whether the regular solutions are all solutions at generic parameters, and why."""
    if found.n_failed or not found.outcome.solved:
        return False, f"{found.n_failed:,} paths failed; {found.outcome.value}"
    if found.outcome is Outcome.POSITIVE_DIMENSIONAL:
        return False, "families of solutions at generic parameters"
    if found.n_singular:
        return False, f"{found.n_singular:,} solutions are singular at generic parameters"
    if not isinstance(found, HomotopySolutions):
        return True, found.solver
    return True, f"path count: {found.start} start, {found.paths}"
