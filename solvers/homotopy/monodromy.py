"""Monodromy: all solutions of a family at generic parameters, from one.

Enters: a square ``ParametricSystem``. Leaves: a ``MonodromyResult``. Where a start system has many
more paths than there are solutions, this takes a few paths for each solution; the trace test proves
that none is missing.

The family is tilted first, f(x; p) + b = 0, so that a random point is a solution for some b, and
all solutions hang together. Loops through random (p, b) find the others; then b goes to 0.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from polynet.parametric_system import ParametricSystem
from solvers.homotopy.group_action import SolutionMap
from solvers.homotopy.monodromy_result import MonodromyResult
from solvers.homotopy.monodromy_search import MonodromySearch, tilted_homotopy
from solvers.homotopy.progress import ProgressOption, reporting
from solvers.homotopy.solutions import HomotopySolutions
from solvers.homotopy.solver_options import check_running, check_whole
from solvers.homotopy.start_pair import StartPair
from solvers.homotopy.tilted_family import tilted, with_tilts

__all__ = ["Monodromy"]

Actions = Sequence[SolutionMap] | Literal["network"]


@dataclass(frozen=True, slots=True)
class Monodromy:
    """Finds all solutions of a family at generic parameters by loops in its parameters.

    Parameters
    ----------
    seed
        Of everything random; the same seed gives the same result.
    target_solutions_count
        Stop looping at so many tilted solutions.
    max_loops_without_progress
        Stop looping after so many independent loops without new solutions.
    max_loops
        Stop looping after so many in all.
    trace_test
        Whether to prove that all are found; where it fails, looping goes on.
    group_actions
        Symmetries of the solutions at all parameters: functions of points ``(k, n)``, signed
        permutations, or ``"network"`` for the sign flips of a critical family's network. With
        them, monodromy runs in the family itself, stratum by stratum, and follows one solution of
        each orbit; only the trace test is tilted.
    threads
        As many as there are cores where None.
    executor
        Any ``concurrent.futures.Executor``, instead of threads.
    progress
        True for a bar on standard error, or a callable that is given a ``PathProgress``.

    Raises
    ------
    InputError
        For an option that cannot be used, before any work.

    Examples
    --------
    >>> family = ParametricSystem.from_strings(["x^2 + a*x + b"], variables=["x"])
    >>> result = Monodromy(seed=1).solve(family)
    >>> result.n_solutions, result.complete
    (2, True)
    >>> Monodromy().solve_at(family, [-3, 2]).solutions.real.ravel()
    array([1., 2.])
    """

    seed: int = 0
    target_solutions_count: int | None = None
    max_loops_without_progress: int = 4
    max_loops: int = 100
    trace_test: bool = True
    group_actions: Actions | None = None
    threads: int | None = None
    executor: Executor | None = None
    progress: ProgressOption = None

    def __post_init__(self) -> None:
        check_running(self)
        if self.target_solutions_count is not None:
            check_whole("target_solutions_count", self.target_solutions_count, 1)
        check_whole("max_loops_without_progress", self.max_loops_without_progress, 1)
        check_whole("max_loops", self.max_loops, 1)

    def solve(self, family: ParametricSystem, start: StartPair | None = None) -> MonodromyResult:
        """All solutions at generic parameters, or at those of ``start`` and from its solutions.

        Raises ``InputError`` for a family that is not square, a start of another family, or group
        actions that do not take solutions to solutions; ``BudgetError`` for too many strata.
        """
        begin = time.perf_counter()
        if start is not None:
            start.check_family(family)
        with reporting(self.progress) as reporter:
            search = MonodromySearch(self, family, tilted(family), start, reporter)
            search.run()
        return search.result(time.perf_counter() - begin)

    def solve_at(
        self, family: ParametricSystem, parameters: ArrayLike, start: StartPair | None = None
    ) -> HomotopySolutions:
        """All isolated solutions at ``parameters`` ``(n_parameters,)``, from generic ones."""
        target = family.coefficient_map.checked(parameters)
        found = self.solve(family, start)
        homotopy = tilted_homotopy(self, tilted(family), found.tilted_pair)
        return homotopy.follow(with_tilts(target, 0.0, family.n_variables))
