"""The homotopy solver: every isolated complex solution of a polynomial system.

Enters: a ``PolynomialSystem`` or ``ComplexSystem``. Leaves: ``HomotopySolutions`` with all counts.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from os import PathLike
from typing import TYPE_CHECKING, Literal

import numpy as np

from solvers.homotopy.checkpoint import Checkpoint, RunName
from solvers.homotopy.close_solutions import with_close_solutions_resolved
from solvers.homotopy.complex_system import ComplexSystem
from solvers.homotopy.late_ends import confirm_late_ends
from solvers.homotopy.path_runner import PathRunner, RunState
from solvers.homotopy.path_table import PathTable
from solvers.homotopy.precise_paths import follow_precisely
from solvers.homotopy.progress import ProgressOption, Reporter, reporting
from solvers.homotopy.repair import repair
from solvers.homotopy.result import n_lost, result_of
from solvers.homotopy.row_reduction import row_reduced_exactly
from solvers.homotopy.singular_ends import with_singular_ends_examined
from solvers.homotopy.solutions import HomotopySolutions
from solvers.homotopy.solver_options import check_options, writable_file
from solvers.homotopy.start_choice import Start, StartChoice
from solvers.homotopy.start_systems import StartSystem
from solvers.homotopy.target import Target
from solvers.homotopy.unseen_families import with_unseen_families_sought
from solvers.homotopy.untracked import solved_without_tracking
from solvers.number_text import counted

if TYPE_CHECKING:
    from polynet.polynomial_system import PolynomialSystem

__all__ = ["Homotopy"]

_RESTARTS = 2


@dataclass(frozen=True, slots=True)
class Homotopy:
    """Tracks paths from a start system with known solutions to all isolated solutions.

    Parameters
    ----------
    seed
        Of everything random; the same seed gives the same result, to the bit, on any number of
        threads or processes.
    start
        ``"total-degree"``, ``"multihomogeneous"``, ``"polyhedral"``, or ``"auto"``, which takes the
        one with the fewest paths (a polyhedral start has to save a fifth).
    groups
        Variables in groups, for the multihomogeneous start; ``"auto"`` or None finds them, by the
        layers where the variables are named as network weights.
    threads
        As many as there are cores where None.
    max_paths
        Refuse to track more.
    max_family_paths
        Track at most so many more where paths went to infinity, to see whether there are families
        of solutions on which none ended; 0 for none.
    executor
        Any ``concurrent.futures.Executor``, instead of threads.
    progress
        True for a bar on standard error, or a callable that is given a ``PathProgress``.
    checkpoint
        A file that holds the paths tracked so far; a run with the same file goes on from there.

    Raises
    ------
    InputError
        For an option that cannot be used, before any work.

    Examples
    --------
    >>> from polynet import PolynomialSystem
    >>> system = PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x - y"])
    >>> found = Homotopy(seed=0).solve(system)
    >>> found.n_finite, found.n_real, found.n_failed
    (2, 2, 0)
    """

    seed: int = 0
    start: Start = "auto"
    groups: Sequence[Sequence[str]] | Literal["auto"] | None = "auto"
    threads: int | None = None
    max_paths: int = 1_000_000
    max_family_paths: int = 100
    executor: Executor | None = None
    progress: ProgressOption = None
    checkpoint: str | PathLike[str] | None = None

    def __post_init__(self) -> None:
        check_options(self)

    def solve(self, system: PolynomialSystem | ComplexSystem) -> HomotopySolutions:
        """All isolated complex solutions of ``system``, and how every path ended.

        Ctrl-C ends the run early and returns what was found, with outcome ``INCOMPLETE``.

        Raises ``BudgetError`` where every start system has more than ``max_paths`` paths, and
        ``InputError`` for groups that are no partition of the variables, or a checkpoint that
        cannot be written or is of another run.
        """
        begin = time.perf_counter()
        self._choice.check(system.names)
        checkpoint = self._opened(system)
        reduced = _reduced(system)
        found = solved_without_tracking(reduced)
        if found is None:
            found = _Attempts(self, reduced, checkpoint).result()
            if not isinstance(reduced, ComplexSystem):
                found = with_singular_ends_examined(found, reduced)
                found = with_close_solutions_resolved(found, reduced)
                found = with_unseen_families_sought(
                    found, reduced, self._of_slices, self.max_family_paths
                )
        return replace(
            found,
            solver=f"homotopy ({self.start})",
            engines={"numba": _numba_version()},
            seed=self.seed,
            seconds=time.perf_counter() - begin,
        )

    @property
    def _of_slices(self) -> Homotopy:
        return Homotopy(seed=self.seed, start="total-degree", threads=1)

    @property
    def _choice(self) -> StartChoice:
        groups = "auto" if self.groups is None else self.groups
        return StartChoice(self.start, groups, self.max_paths, self.seed)

    def _opened(self, system: PolynomialSystem | ComplexSystem) -> Checkpoint | None:
        if self.checkpoint is None:
            return None
        groups = "auto" if self.groups in (None, "auto") else "|".join(map(",".join, self.groups))
        name = RunName(_equations_hash(system), self.seed, self.start, groups)
        return Checkpoint.opened(writable_file(self.checkpoint), name)


@dataclass(frozen=True, slots=True, eq=False)
class _Attempt:
    """A run with the random numbers of ``number``; all of it is made from seed and number."""

    number: int
    target: Target
    start: StartSystem
    predicted: dict[str, int]
    runner: PathRunner

    @property
    def n_lost(self) -> int:
        return n_lost(self.runner.table)

    @property
    def worth_a_restart(self) -> bool:
        """Whether other random numbers may do better."""
        return self.n_lost > len(self.runner.table.undecided)


@dataclass(slots=True, eq=False)
class _Attempts:
    """Runs of a system: the seed's, and with other random numbers while paths get stuck or meet."""

    solver: Homotopy
    system: PolynomialSystem | ComplexSystem
    checkpoint: Checkpoint | None
    repaired: int = 0

    def result(self) -> HomotopySolutions:
        """The solutions of the attempt in which the fewest paths failed."""
        best, number = self._earlier()
        with reporting(self.solver.progress) as reporter:
            while True:
                attempt = self._run(number, best, reporter)
                runner = attempt.runner
                best = self._better(best, attempt)
                del attempt  # its table may be large
                # Other random numbers help paths that jumped or got stuck on the way.
                if runner.interrupted or not best.worth_a_restart or number == _RESTARTS:
                    break
                number += 1
        followed = 0
        if not isinstance(self.system, ComplexSystem):
            if not best.target.overdetermined and not runner.interrupted:
                followed = follow_precisely(best.runner.table, best.start, self.system)
            confirm_late_ends(best.runner.table, best.target, self.system)
        found = result_of(best.runner.table, best.target, best.start, self.system.names)
        notes = (*_run_notes(runner, number, self.repaired, followed), *found.notes)
        return replace(found, predicted=best.predicted, notes=notes)

    def _better(self, best: _Attempt | None, attempt: _Attempt) -> _Attempt:
        """The one that lost fewer paths, with what the other found in their place."""
        if best is None:
            return attempt
        if attempt.n_lost < best.n_lost:
            best, attempt = attempt, best
        # Ends of an overdetermined system's square part are no solutions yet.
        if not best.target.overdetermined and np.array_equal(
            best.target.scales, attempt.target.scales
        ):
            self.repaired += repair(best.runner.table, attempt.runner.table)
        return best

    def _earlier(self) -> tuple[_Attempt | None, int]:
        """The best attempt that a checkpoint holds, and the number of the one under way."""
        if self.checkpoint is None or self.checkpoint.best is None:
            return None, 0 if self.checkpoint is None else self.checkpoint.attempt
        best = self._prepared(self.checkpoint.best_attempt)
        best.runner.resume(RunState.ended(self.checkpoint.best))
        self.repaired = self.checkpoint.repaired
        return best, self.checkpoint.attempt

    def _run(self, number: int, best: _Attempt | None, reporter: Reporter | None) -> _Attempt:
        attempt = self._prepared(number)
        runner, checkpoint = attempt.runner, self.checkpoint
        runner.progress = reporter
        if checkpoint is not None:
            table: PathTable | None = None if best is None else best.runner.table
            checkpoint.enter(number, attempt.start, table, 0 if best is None else best.number)
            checkpoint.repaired = self.repaired
            if checkpoint.state is not None:
                runner.resume(checkpoint.state)
                checkpoint.state = None
            runner.save = checkpoint.save
        runner.run()
        return attempt

    def _prepared(self, number: int) -> _Attempt:
        solver = self.solver
        rng = np.random.default_rng([solver.seed, number])
        target = Target.of(self.system, rng)
        start, predicted = solver._choice.made(target, self.system.names, rng)
        runner = PathRunner.of(start, rng, threads=solver.threads, executor=solver.executor)
        return _Attempt(number, target, start, predicted, runner)


def _reduced(system: PolynomialSystem | ComplexSystem) -> PolynomialSystem | ComplexSystem:
    """The same equations with rows reduced where that lowers degrees or shows dependent ones."""
    from polynet.polynomial_system import PolynomialSystem

    if not isinstance(system, PolynomialSystem):
        return system
    reduced = row_reduced_exactly(system)
    nonzero = tuple(p for p in reduced.polynomials if not p.is_zero)
    return PolynomialSystem(nonzero) if nonzero else reduced


@cache
def _numba_version() -> str:
    """Looked up once, as that takes as long as a small system does."""
    return version("numba")


def _run_notes(runner: PathRunner, restarts: int, repaired: int, followed: int) -> tuple[str, ...]:
    notes = []
    if runner.interrupted:
        untracked = int(runner.table.counts[-1])
        notes.append(runner.note or f"interrupted: {untracked:,} paths were not tracked")
    if restarts:
        notes.append(f"{restarts} more runs with other random numbers, as paths failed")
    if repaired:
        notes.append(f"repaired: {repaired:,} failed paths have ends that another run found")
    if followed:
        notes.append(f"{counted(followed, 'path', 'paths')} to infinity took more than doubles")
    return tuple(notes)


def _equations_hash(system: PolynomialSystem | ComplexSystem) -> str:
    """A hash of the unknowns and equations, however they were written."""
    content = hashlib.sha256(repr(system.names).encode())
    for polynomial in system.polynomials:
        content.update(np.asarray(polynomial.exponents, np.int64).tobytes())
        content.update(repr(polynomial.coefficients).encode())
    return content.hexdigest()[:16]
