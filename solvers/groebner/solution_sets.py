"""From what is found in a ring to a solution set in the variables as they were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import flint
import numpy as np

from polynet.polynomial_system import PolynomialSystem
from solvers.critical_point import Evidence
from solvers.groebner.findings import Findings
from solvers.listed_points import ListedPoints
from solvers.outcome import Outcome
from solvers.solution_set import SolutionSet

__all__ = ["solution_set", "unsolved"]

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
    listed = ListedPoints.of(points, len(names))
    counts = [found.multiplicities[i] for i, _ in listed.members]
    clear = all(family.irreducible for family in found.families)
    return SolutionSet(
        names=names,
        outcome=found.outcome,
        solutions=listed.solutions,
        is_real=listed.is_real,
        multiplicities=np.array(counts, dtype=np.int64),
        evidence=Evidence.CERTIFIED,
        families=tuple(family.permuted(places) for family in found.families),
        dimension=found.dimension,
        degree=found.degree,
        representations=points,
        members=listed.members,
        solver="Groebner",
        engines={"python-flint": flint.__version__, **engines},
        seed=seed,
        notes=() if clear else (_NOT_DECOMPOSED,),
        unproved=found.unproved,
    )
