"""From what is found in a ring to a solution set in the variables as they were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import flint
import numpy as np

from polynet.polynomial_system import PolynomialSystem
from solvers.critical_point import Evidence
from solvers.groebner.findings import Findings
from solvers.outcome import Outcome
from solvers.solution_set import SolutionSet

__all__ = ["solution_set", "unsolved"]

_DOUBLE_BITS = 64
_NOT_DECOMPOSED = "isolated solutions may be hidden in families that are not decomposed further"


def unsolved(
    system: PolynomialSystem,
    seed: int,
    outcome: Outcome,
    reason: str = "",
    engines: Mapping[str, str] | None = None,
) -> SolutionSet:
    """The empty result of a solve that did not finish, with the reason among its notes."""
    nothing = solution_set(Findings(outcome), system.names, system.names, seed, engines or {})
    return replace(nothing, notes=(reason,) if reason else ())


def solution_set(
    found: Findings,
    names: tuple[str, ...],
    order: tuple[str, ...],
    seed: int,
    engines: Mapping[str, str],
) -> SolutionSet:
    """The result in the variables ``names``, found with them in ``order``."""
    places = [order.index(name) for name in names]
    points = tuple(point.permuted(places) for point in found.points)
    # The real conjugates of a point are the first of its balls.
    rows = [
        (k >= point.n_real, i, k, [complex(x) + 0 for x in ball])  # no -0.0
        for i, point in enumerate(points)
        for k, ball in enumerate(point.balls(_DOUBLE_BITS))
    ]
    # The real ones first, ascending.
    rows.sort(key=lambda row: (row[0], [] if row[0] else [x.real for x in row[3]]))
    values = [row[3] for row in rows]
    clear = all(family.irreducible for family in found.families)
    return SolutionSet(
        names=names,
        outcome=found.outcome,
        solutions=np.array(values, dtype=np.complex128).reshape(len(rows), len(names)),
        is_real=np.array([not row[0] for row in rows], dtype=np.bool_),
        multiplicities=np.array([found.multiplicities[row[1]] for row in rows], dtype=np.int64),
        evidence=Evidence.CERTIFIED,
        families=tuple(family.permuted(places) for family in found.families),
        dimension=found.dimension,
        degree=found.degree,
        representations=points,
        members=np.array([row[1:3] for row in rows], dtype=np.int64).reshape(-1, 2),
        solver="Groebner",
        engines={"python-flint": flint.__version__, **engines},
        seed=seed,
        notes=() if clear else (_NOT_DECOMPOSED,),
    )
