"""Parameter homotopies: from one solved system of a family to any other.

Enters: a family, a start pair and target parameters. Leaves: ``HomotopySolutions`` of one target,
or the counts and real solutions of many. As many paths as there are solutions at generic
parameters lead to each target, and all isolated solutions are among their ends.
"""

from __future__ import annotations

import time
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from importlib.metadata import version

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.errors import InputError, ShapeError
from polynet.parametric_system import ParametricSystem
from solvers.completeness import Completeness, CompletenessStatus
from solvers.homotopy.followed import DETOURS, Detours, Followed, Tracking, settle
from solvers.homotopy.followed_targets import FollowedTargets
from solvers.homotopy.many_targets import ManyTargets
from solvers.homotopy.parameter_start import ParameterPaths
from solvers.homotopy.progress import ProgressOption, reporting
from solvers.homotopy.result import result_of
from solvers.homotopy.solutions import HomotopySolutions
from solvers.homotopy.solver_options import check_running
from solvers.homotopy.start_pair import StartPair
from solvers.number_text import counted
from solvers.outcome import Outcome

__all__ = ["ParameterHomotopy"]

ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True, slots=True, eq=False)
class ParameterHomotopy:
    """Follows the solutions of a start pair to other parameters of the same family.

    Parameters
    ----------
    family
        With as many equations as variables.
    pair
        A ``StartPair`` of this family, from ``solve_generic`` or a file.
    seed
        Of detours.
    threads
        As many as there are cores where None.
    executor
        Any ``concurrent.futures.Executor``, instead of threads.
    progress
        True for a bar on standard error, or a callable that is given a ``PathProgress``.

    Raises
    ------
    InputError
        For a pair of another family, a family that is not square, or an option that cannot be used.

    Examples
    --------
    >>> from solvers.homotopy.generic_solve import solve_generic
    >>> family = ParametricSystem.from_strings(["x^2 + a*x + b"], variables=["x"])
    >>> homotopy = ParameterHomotopy(family, solve_generic(family))
    >>> homotopy.follow([-3, 2]).solutions.real.ravel()
    array([1., 2.])
    >>> homotopy.follow_many([[-3, 2], [0, 1], [2, 1]]).n_real
    array([2, 0, 1])
    """

    family: ParametricSystem
    pair: StartPair
    seed: int = 0
    threads: int | None = None
    executor: Executor | None = None
    progress: ProgressOption = None
    _paths: ParameterPaths = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.family.is_square:
            raise InputError(
                f"the family has {counted(self.family.n_equations, 'equation', 'equations')} in "
                f"{counted(self.family.n_variables, 'variable', 'variables')}; parameter "
                "homotopies need as many"
            )
        self.pair.check_family(self.family)
        check_running(self)
        paths = ParameterPaths.of(self.family, self.pair.point, self.pair.solutions)
        object.__setattr__(self, "_paths", paths)

    def follow(self, target: ArrayLike) -> HomotopySolutions:
        """All isolated solutions at the parameters ``target`` ``(n_parameters,)``.

        At parameters that are not generic, paths go to infinity, end together in a singular
        solution, or end on a family of solutions; each is counted as what it is. Raises
        ``ShapeError`` or ``InputError`` for a target that is no point.
        """
        begin = time.perf_counter()
        point = self._checked(target, 1)
        with reporting(self.progress) as reporter:
            tracking = Tracking(self.seed, self.threads, self.executor, reporter)
            best, used = settle(self._paths, point, Detours(self._paths, tracking), tracking)
        return self._solutions(best, used, time.perf_counter() - begin)

    def follow_many(self, targets: ArrayLike) -> FollowedTargets:
        """Counts and real solutions at each of ``targets`` ``(m, n_parameters)``.

        The same as ``follow`` one by one, but threads or executor share targets instead of paths.
        An interrupt returns what is there. Cost: n_solutions paths for each target.
        """
        begin = time.perf_counter()
        points = self._checked(targets, 2)
        with reporting(self.progress) as reporter:
            run = ManyTargets.of(
                self._paths, points, self.threads, executor=self.executor, progress=reporter
            )
            run.track(self._paths, np.arange(len(points)))
            doubtful = run.doubtful()
            if len(doubtful) and not run.interrupted:
                detours = Detours(self._paths, Tracking(self.seed))
                run.track(self._paths, doubtful, tuple(detours[k] for k in range(DETOURS)))
        return FollowedTargets.of(
            points,
            self.pair.n_solutions,
            run.rows,
            complete=self.pair.complete,
            interrupted=run.interrupted,
            seconds=time.perf_counter() - begin,
        )

    def _checked(self, targets: ArrayLike, n_axes: int) -> ComplexArray:
        points = self.family.coefficient_map.checked(targets)
        if points.ndim != n_axes:
            wanted = "(n_parameters,)" if n_axes == 1 else "(m, n_parameters)"
            raise ShapeError(f"targets of shape {points.shape} are not {wanted}")
        return points

    def _solutions(self, found: Followed, detours: int, seconds: float) -> HomotopySolutions:
        result = result_of(found.table, found.target, found.start, self.family.variables)
        return replace(
            result,
            outcome=self._outcome(found),
            completeness=self._completeness(found, result.completeness),
            notes=(*result.notes, *self._notes(found, detours)),
            solver="parameter homotopy",
            engines={"numba": version("numba")},
            seed=self.seed,
            seconds=seconds,
        )

    def _completeness(self, found: Followed, of_paths: Completeness) -> Completeness:
        """That of the paths, as long as there is nothing against it."""
        doubts = []
        if not self.pair.complete:
            doubts.append(f"the start pair is not known to be complete: {self.pair.reason}")
        if found.n_unpaired:
            doubts.append(f"{found.n_unpaired:,} solutions lack their conjugate: some are lost")
        if doubts:
            return Completeness(CompletenessStatus.UNKNOWN, (*doubts, *of_paths.reasons))
        return replace(of_paths, reasons=(*of_paths.reasons, f"start pair: {self.pair.reason}"))

    def _outcome(self, found: Followed) -> Outcome:
        if found.n_lost or found.n_unpaired or not self.pair.complete:
            return Outcome.INCOMPLETE
        if found.ends.suspicious or found.has_zero_equation:
            return Outcome.POSITIVE_DIMENSIONAL
        return Outcome.SOLVED if len(found.ends.points) else Outcome.INCONSISTENT

    def _notes(self, found: Followed, detours: int) -> tuple[str, ...]:
        notes = []
        if found.interrupted:
            notes.append("interrupted: not all paths were tracked")
        if detours:
            notes.append(f"{counted(detours, 'detour', 'detours')} over other generic parameters")
        if found.has_zero_equation:
            notes.append("an equation is zero at this target: its solutions come in families")
        elif not self.pair.n_solutions:
            notes.append(
                "at generic parameters there is no isolated solution, and so none here; families "
                "of solutions at this target are not looked for"
            )
        return tuple(notes)
