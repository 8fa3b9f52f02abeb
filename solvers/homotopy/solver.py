"""The homotopy solver: every isolated complex solution of a polynomial system.

Enters: a ``PolynomialSystem``. Leaves: ``HomotopySolutions`` with the counts of all paths.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from importlib.metadata import version
from math import prod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from polynet.errors import BudgetError, InputError
from solvers.homotopy.path_runner import PathRunner, Progress
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.solutions import Endpoints, HomotopySolutions, endpoints
from solvers.homotopy.start_systems import LinearProduct, Polyhedral, StartSystem, TotalDegree
from solvers.homotopy.target import Target
from solvers.outcome import Outcome

if TYPE_CHECKING:
    from polynet.polynomial_system import PolynomialSystem
    from solvers.homotopy.mixed_cells import MixedCells

__all__ = ["Homotopy"]

Start = Literal["auto", "total-degree", "multihomogeneous", "polyhedral"]
_STARTS = ("auto", "total-degree", "multihomogeneous", "polyhedral")
_RESTARTS = 2
# A polyhedral path is two paths, and pays where it saves a fifth of them.
_COSTS = {"polyhedral": 1.25}


@dataclass(frozen=True, slots=True)
class Homotopy:
    """Tracks paths from a start system with known solutions to all isolated solutions.

    Parameters
    ----------
    seed
        Of everything random; the same seed gives the same result.
    start
        ``"total-degree"``, ``"multihomogeneous"`` (in ``groups``), ``"polyhedral"``, or ``"auto"``,
        which takes the one with the fewest paths (a polyhedral start has to save a fifth).
    groups
        Variables in groups, for the multihomogeneous start.
    threads
        As many as there are cores where None.
    max_paths
        Refuse to track more.
    executor
        Any ``concurrent.futures.Executor``, instead of threads.
    progress
        Called with the numbers of paths tracked and of all paths.

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
    groups: Sequence[Sequence[str]] | None = None
    threads: int | None = None
    max_paths: int = 1_000_000
    executor: Executor | None = None
    progress: Progress | None = None

    def __post_init__(self) -> None:
        if self.start not in _STARTS:
            raise InputError(f"start {self.start!r} is none of {', '.join(_STARTS)}")
        if self.start == "multihomogeneous" and self.groups is None:
            raise InputError("a multihomogeneous start needs groups=[[names], [names], ...]")
        if self.threads is not None and self.threads < 1:
            raise InputError(f"threads is {self.threads}; use 1 or more, or None for all cores")

    def solve(self, system: PolynomialSystem) -> HomotopySolutions:
        """All isolated complex solutions of ``system``, and how every path ended.

        Raises ``BudgetError`` where every start system has more than ``max_paths`` paths.
        """
        begin = time.perf_counter()
        found = _without_tracking(system)
        if found is None:
            found = self._tracked(system)
        return replace(
            found,
            solver=f"homotopy ({self.start})",
            engines={"numba": version("numba")},
            seed=self.seed,
            seconds=time.perf_counter() - begin,
        )

    def _tracked(self, system: PolynomialSystem) -> HomotopySolutions:
        """Tracked with the seed's random numbers; with others as long as paths fail."""
        best = found = self._attempt(system, 0)
        attempt = 0
        while best.n_failed and attempt < _RESTARTS and not found.paths.count(PathEnd.UNTRACKED):
            attempt += 1
            found = self._attempt(system, attempt)
            if found.n_failed < best.n_failed:
                best = found
        if attempt:
            note = f"{attempt} more runs with other random numbers, as paths failed"
            best = replace(best, notes=(*best.notes, note))
        return best

    def _attempt(self, system: PolynomialSystem, attempt: int) -> HomotopySolutions:
        rng = np.random.default_rng([self.seed, attempt])
        target = Target.of(system, rng)
        start, predicted = self._chosen(system, target, rng)
        runner = PathRunner.of(
            start, rng, threads=self.threads, executor=self.executor, progress=self.progress
        )
        table = runner.run()
        ends = endpoints(table, target)
        return HomotopySolutions(
            names=system.names,
            outcome=_outcome(table, ends),
            n_at_infinity=table.count(PathEnd.AT_INFINITY),
            n_failed=table.count(PathEnd.FAILED) + table.count(PathEnd.UNTRACKED),
            dimension=0 if len(ends.points) else None,
            notes=_notes(table, ends, interrupted=runner.interrupted),
            start=start.name,
            paths=table,
            predicted=predicted,
            **ends.fields(target),
        )

    def _chosen(
        self, system: PolynomialSystem, target: Target, rng: np.random.Generator
    ) -> tuple[StartSystem, dict[str, int]]:
        """The start system with the fewest paths among those asked for."""
        predicted = {}
        cells: MixedCells | None = None
        groups = [[system.names.index(name) for name in group] for group in self.groups or ()]
        if self.start in ("auto", "total-degree"):
            predicted["total degree"] = prod(target.degrees)
        if self.start == "multihomogeneous" or (self.start == "auto" and groups):
            predicted["multihomogeneous"] = _group_number(target, groups)
        least = min(predicted.values(), default=None)
        if self.start == "polyhedral" or (self.start == "auto" and (least is None or least > 1)):
            cells = _cells(target, self.seed, None if least is None else least)
            if cells is not None:
                predicted["polyhedral"] = cells.mixed_volume
        name = min(predicted, key=lambda key: predicted[key] * _COSTS.get(key, 1.0))
        if predicted[name] > self.max_paths:
            counts = ", ".join(f"{key} {count:,}" for key, count in predicted.items())
            raise BudgetError(
                f"{counts} paths, over max_paths={self.max_paths:,}; raise max_paths, or give "
                "groups of variables for a multihomogeneous start"
            )
        if name == "polyhedral" and cells is not None:
            return Polyhedral(target, cells, rng), predicted
        if name == "multihomogeneous":
            return LinearProduct(target, groups, rng), predicted
        return TotalDegree(target, rng), predicted


def _cells(target: Target, seed: int, max_paths: int | None) -> MixedCells | None:
    """Mixed cells with the origin in every support; None where finding them costs too much."""
    from solvers.homotopy.mixed_cells import mixed_cells

    try:
        return mixed_cells(target.supports, with_origin=True, seed=seed, max_cells=max_paths)
    except BudgetError:
        if max_paths is None:
            raise
        return None


def _group_number(target: Target, groups: Sequence[Sequence[int]]) -> int:
    from polynet.root_counts import multihomogeneous_bezout

    if sorted(i for group in groups for i in group) != list(range(target.n)):
        raise InputError("each variable must be in exactly one of the groups")
    rows = [
        [int(support[:, list(group)].sum(axis=1).max()) for group in groups]
        for support in target.supports
    ]
    return multihomogeneous_bezout(rows, [len(group) for group in groups])


def _without_tracking(system: PolynomialSystem) -> HomotopySolutions | None:
    """The result where nothing is tracked: constants among the equations, or too few of them."""
    if any(p.degree == 0 for p in system.polynomials):
        note = "an equation is a nonzero constant"
        return _empty(system, Outcome.INCONSISTENT, note, dimension=-1)
    nonzero = [p for p in system.polynomials if not p.is_zero]
    if len(nonzero) < system.n_variables:
        note = (
            f"{len(nonzero)} equations that are not zero in {system.n_variables} unknowns: every "
            f"component has dimension {system.n_variables - len(nonzero)} or more"
        )
        return _empty(system, Outcome.POSITIVE_DIMENSIONAL, note, dimension=None)
    return None


def _empty(
    system: PolynomialSystem, outcome: Outcome, note: str, *, dimension: int | None
) -> HomotopySolutions:
    none: Any = np.empty(0)
    return HomotopySolutions(
        names=system.names,
        outcome=outcome,
        solutions=np.empty((0, system.n_variables), np.complex128),
        is_real=none.astype(bool),
        multiplicities=none.astype(np.int64),
        dimension=dimension,
        notes=(note,),
    )


def _outcome(table: PathTable, ends: Endpoints) -> Outcome:
    if table.count(PathEnd.FAILED) or table.count(PathEnd.UNTRACKED):
        return Outcome.INCOMPLETE
    if ends.suspicious:
        return Outcome.POSITIVE_DIMENSIONAL
    return Outcome.SOLVED if len(ends.points) else Outcome.INCONSISTENT


def _notes(table: PathTable, ends: Endpoints, *, interrupted: bool) -> tuple[str, ...]:
    notes = []
    if interrupted:
        notes.append(f"interrupted: {table.count(PathEnd.UNTRACKED):,} paths were not tracked")
    if ends.suspicious:
        notes.append(
            f"{ends.suspicious:,} singular ends are each reached by one path only, which isolated "
            "solutions are not: they lie on families of solutions and are not listed"
        )
    return tuple(notes)
