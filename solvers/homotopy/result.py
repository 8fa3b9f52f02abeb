"""What a run's paths say: outcome, completeness and notes beside the solutions.

Enters: a ``PathTable`` with its target. Leaves: ``HomotopySolutions``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.completeness import Completeness, CompletenessStatus
from solvers.homotopy.endpoints import Endpoints, endpoints
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.solutions import HomotopySolutions
from solvers.homotopy.start_systems import StartSystem
from solvers.homotopy.target import Target
from solvers.outcome import Outcome

__all__ = ["n_lost", "result_of"]

_KEPT_POINTS = 4_000_000  # complex numbers, 64 MB: more points are not kept beside the solutions
_BEYOND = "ends beyond 1e9 in scaled unknowns count as infinite"


def n_lost(table: PathTable) -> int:
    """Paths without an end: failed, or not tracked."""
    return table.count(PathEnd.FAILED) + table.count(PathEnd.UNTRACKED)


def result_of(
    table: PathTable, target: Target, start: StartSystem, names: tuple[str, ...]
) -> HomotopySolutions:
    """The solutions that ``table`` holds, and what its counts say.

    Large tables give their points to the solutions.
    """
    ends = endpoints(table, target)
    large = table.points.size > _KEPT_POINTS
    lone = _lone_ends(ends, target)
    fields = ends.fields(target, in_place=large)
    return HomotopySolutions(
        names=names,
        outcome=_outcome(table, ends),
        n_at_infinity=table.count(PathEnd.AT_INFINITY),
        n_failed=n_lost(table),
        dimension=0 if len(ends.path_of) and not ends.suspicious else None,
        notes=_notes(ends),
        start=start.name,
        paths=table.frozen(points=not large),
        completeness=_completeness(table, ends, overdetermined=target.overdetermined),
        start_solutions=start,
        lone_ends=lone,
        **fields,
    )


def _lone_ends(ends: Endpoints, target: Target) -> NDArray[np.complex128]:
    table = ends.table
    lone = np.flatnonzero((table.codes == PathEnd.SINGULAR) & (ends.solution_of < 0))
    return target.unscaled(table.points[lone])


def _outcome(table: PathTable, ends: Endpoints) -> Outcome:
    if n_lost(table):
        return Outcome.INCOMPLETE
    if ends.suspicious:
        return Outcome.POSITIVE_DIMENSIONAL
    return Outcome.SOLVED if len(ends.path_of) else Outcome.INCONSISTENT


def _notes(ends: Endpoints) -> tuple[str, ...]:
    if not ends.suspicious:
        return ()
    return (
        f"{ends.suspicious:,} singular ends are each reached by one path only, which isolated "
        "solutions are not: they lie on families of solutions and are not listed",
    )


def _completeness(table: PathTable, ends: Endpoints, *, overdetermined: bool) -> Completeness:
    """A count of paths is a check, not a proof: floating point tracked them."""
    failed, untracked = table.count(PathEnd.FAILED), table.count(PathEnd.UNTRACKED)
    reasons = []
    if untracked:
        reasons.append(f"incomplete: {untracked:,} of {len(table):,} paths were not tracked")
    if failed:
        reasons.append(f"incomplete: {failed:,} of {len(table):,} paths failed")
    if reasons:
        reasons += [_BEYOND] if table.count(PathEnd.AT_INFINITY) else []
        return Completeness(CompletenessStatus.UNKNOWN, tuple(reasons))
    reasons.append(f"path count: all {len(table):,} paths ended, none failed, no two met")
    if table.count(PathEnd.AT_INFINITY):
        reasons.append(_BEYOND)
    if overdetermined:
        reasons.append("ends that do not solve all of the equations are left out")
    if ends.suspicious:
        reasons.append("solutions that lie on families are not listed")
    return Completeness(CompletenessStatus.CHECKED, tuple(reasons))
