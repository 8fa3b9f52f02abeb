"""One target of a parameter homotopy: its paths followed, and their ends judged.

Enters: ``ParameterPaths`` and target parameters. Leaves: a ``Followed``. Where paths failed, or
where real equations lack the conjugate of a solution, ``Detours`` gives the same family's
solutions at other generic parameters, from which other paths lead to the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.conjugates import n_without_conjugate
from solvers.homotopy.endpoints import Endpoints, endpoints
from solvers.homotopy.generic_solve import generic_point
from solvers.homotopy.lone_ends import confirm_lone_ends
from solvers.homotopy.parameter_start import ParameterPaths, ParameterStart
from solvers.homotopy.path_runner import PathRunner
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.progress import Reporter
from solvers.homotopy.result import n_lost
from solvers.homotopy.target import Target

__all__ = ["DETOURS", "Detours", "Followed", "Tracking", "follow", "settle"]

ComplexArray = NDArray[np.complex128]

DETOURS = 2
"""Other generic parameters that are tried before a path counts as failed."""
_DRAWS = 3
_ZERO = 1e-12


@dataclass(frozen=True, slots=True)
class Tracking:
    """How paths are tracked: random numbers and where the work is done."""

    seed: int = 0
    threads: int | None = 1
    executor: Executor | None = None
    progress: Reporter | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """The ends of all paths to one target; ``n_unpaired`` solutions lack their conjugate."""

    start: ParameterStart
    table: PathTable
    target: Target
    ends: Endpoints
    n_unpaired: int

    @classmethod
    def of(cls, start: ParameterStart, table: PathTable, target: Target, *, real: bool) -> Followed:
        """What the paths of ``table`` say of the target; ``real``: its parameters are."""
        ends = endpoints(table, target)
        unpaired = n_without_conjugate(ends.points, ends.is_real) if real else 0
        return cls(start, table, target, ends, unpaired)

    @property
    def interrupted(self) -> bool:
        """Whether the run was cut short."""
        return bool(self.table.count(PathEnd.UNTRACKED))

    @property
    def n_lost(self) -> int:
        """Paths without an end."""
        return n_lost(self.table)

    @property
    def has_zero_equation(self) -> bool:
        """Whether an equation is zero at the target, so that no solution is isolated."""
        return not all(own.any() for own in self.target.coefficients)

    @property
    def doubtful(self) -> bool:
        """Whether another way to the target should be tried."""
        return bool(self.n_lost or self.n_unpaired) and not self.interrupted

    def better_than(self, other: Followed) -> bool:
        """Whether fewer paths failed, or as many and fewer solutions lack their conjugate."""
        return (self.n_lost, self.n_unpaired) < (other.n_lost, other.n_unpaired)

    def points(self) -> ComplexArray:
        """The distinct finite solutions ``(n_finite, n)``, the real ones first."""
        return np.asarray(self.ends.fields(self.target)["solutions"])


def follow(paths: ParameterPaths, target: ComplexArray, tracking: Tracking) -> Followed:
    """Follow ``paths`` to the parameters ``target`` ``(n_parameters,)``."""
    start, scaled = paths.to(target)
    options: dict[str, Any] = {
        "threads": tracking.threads,
        "executor": tracking.executor,
        "progress": tracking.progress,
    }
    runner = PathRunner.of(start, np.random.default_rng([tracking.seed, 1]), **options)
    table = runner.run()
    _end_constant_paths(paths, table)
    return Followed.of(start, table, scaled, real=not target.imag.any())


def _end_constant_paths(paths: ParameterPaths, table: PathTable) -> None:
    """Give failed paths that never move their end: those where every term is zero, whatever t.

    The origin of a critical system is one; where its Hessian is singular at the target, nothing
    that the tracker could do to the path would show it.
    """
    for path in np.flatnonzero(table.codes == PathEnd.FAILED):
        point = paths.solutions[path]
        point = np.where(np.abs(point) < _ZERO, 0.0, point)
        if not any((point**support).all(axis=1).any() for support in paths.tape.supports):
            table.codes[path], table.points[path] = PathEnd.SINGULAR, point
            table.windings[path], table.conditions[path] = 1, np.inf
            for column in (table.residuals, table.accuracies, table.last_t):
                column[path] = 0.0


def settle(
    paths: ParameterPaths,
    target: ComplexArray,
    detours: Sequence[ParameterPaths | None] | Detours,
    tracking: Tracking,
) -> tuple[Followed, int]:
    """Follow ``paths`` to ``target``, and other ways where that leaves doubts; and how many ways.

    Singular ends that are alone are compared with those of a detour: what two homotopies end at
    is an isolated solution, whereas on a family they end at different points.
    """
    best, used = follow(paths, target, tracking), 0
    while best.doubtful and used < DETOURS:
        other, used = detours[used], used + 1
        found = None if other is None else follow(other, target, tracking)
        if found is not None and found.better_than(best):
            best = found
    witness = detours[0] if best.ends.suspicious and not best.interrupted else None
    if witness is not None:
        used = max(used, 1)
        if confirm_lone_ends(best.table, follow(witness, target, tracking).table):
            real = not target.imag.any()
            best = Followed.of(best.start, best.table, best.target, real=real)
    return best, used


@dataclass(slots=True, eq=False)
class Detours:
    """Solutions at further generic parameters, found when they are first asked for."""

    paths: ParameterPaths
    tracking: Tracking
    _known: list[ParameterPaths | None] = field(default_factory=list)

    def __getitem__(self, number: int) -> ParameterPaths | None:
        """The paths of detour ``number``; None where it was not found in full."""
        while len(self._known) <= number:
            self._known.append(self._found(len(self._known)))
        return self._known[number]

    def _found(self, number: int) -> ParameterPaths | None:
        for draw in range(_DRAWS):
            rng = np.random.default_rng([self.tracking.seed, 2, number, draw])
            point = generic_point(len(self.paths.point), rng)
            followed = follow(self.paths, point, self.tracking)
            if (
                len(followed.ends.points)
                == followed.table.count(PathEnd.REGULAR)
                == len(self.paths.solutions)
            ):
                return self.paths.moved(point, followed.points())
        return None
