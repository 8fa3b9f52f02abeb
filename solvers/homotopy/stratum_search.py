"""Monodromy stratum by stratum, with symmetries: one solution of each orbit is tracked.

Enters: a family, generic parameters and symmetries of its solutions there. Leaves: solutions of all
strata that have any. Tilting would break the symmetries, so each stratum is begun with a seed of
its own; completeness is not known before the trace test.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from polynet.critical_family import CriticalFamily
from polynet.errors import InputError
from polynet.parametric_system import ParametricSystem
from polynet.symmetry import SignedPermutation, network_symmetry
from solvers.homotopy.covers import StratumCover
from solvers.homotopy.group_action import GroupAction, SolutionMap
from solvers.homotopy.monodromy_graph import Limits, MonodromyGraph
from solvers.homotopy.progress import Reporter
from solvers.homotopy.seed_pairs import Seeding, SeedPair, seed_pair
from solvers.homotopy.segments import track_segment
from solvers.homotopy.strata import Stratum, strata

__all__ = ["StratumRecord", "network_actions", "search_strata"]

ComplexArray = NDArray[np.complex128]

_SOLVES = 1e-8
_SEEDS = 5


@dataclass(frozen=True, slots=True)
class StratumRecord:
    """What was found in a stratum: solutions, orbits under a group of ``order``, loops, paths.

    Of the ``n_tracked`` paths, ``n_known`` arrived at solutions known at their node.
    """

    zeros: tuple[int, ...]
    seeding: Seeding
    n_solutions: int
    n_orbits: int
    order: int
    n_loops: int
    n_tracked: int
    n_known: int
    n_failed: int
    n_conflicts: int

    @classmethod
    def empty(cls, zeros: tuple[int, ...], seeding: Seeding, n_solutions: int) -> StratumRecord:
        """Of a stratum that took no paths: without solutions, or the origin."""
        return cls(zeros, seeding, n_solutions, n_solutions, 1, 0, 0, 0, 0, 0)


def network_actions(family: ParametricSystem) -> list[SolutionMap]:
    """Symmetries of a critical family's network that hold whatever the penalties: sign flips.

    Raises ``InputError`` for other families.
    """
    if not isinstance(family, CriticalFamily) or "l2" not in family.varied:
        raise InputError(
            "group_actions='network' needs a critical family with the penalties 'l2' among its "
            "parameters; give the symmetries as functions of points"
        )
    each_its_own = np.arange(family.n_variables)
    return list(network_symmetry(family.network).generators(each_its_own))


def search_strata(
    family: ParametricSystem,
    point: ComplexArray,
    actions: Sequence[SolutionMap],
    rng: np.random.Generator,
    limits: Limits,
    *,
    threads: int = 1,
    executor: Executor | None = None,
    progress: Reporter | None = None,
) -> tuple[ComplexArray, tuple[StratumRecord, ...]]:
    """Solutions ``(k, n)`` at the parameters ``point``, and a record for each stratum."""
    found, records = [np.empty((0, family.n_variables), np.complex128)], []
    for stratum in strata(family.supports):
        if not stratum.dimension:
            found.append(np.zeros((1, family.n_variables), np.complex128))
            records.append(StratumRecord.empty(stratum.zeros, Seeding.FOUND, 1))
            continue
        cover = StratumCover(family, stratum)
        seed = _seed_at(cover, point, rng)
        if seed.point is None:
            records.append(StratumRecord.empty(stratum.zeros, seed.seeding, 0))
            continue
        action = _restricted_action(cover, actions, point, seed.point[None])
        graph = MonodromyGraph(cover, action, threads=threads, executor=executor, progress=progress)
        graph.add_node(point)
        graph.nodes[0].add(seed.point[None])
        graph.explore(0, rng, limits)
        node = graph.nodes[0]
        found.append(stratum.lifted(node.points))
        records.append(
            StratumRecord(
                stratum.zeros,
                seed.seeding,
                len(node.points),
                len(node),
                action.order,
                graph.n_loops,
                graph.n_tracked,
                graph.n_known,
                graph.n_failed,
                graph.n_conflicts,
            )
        )
    return np.concatenate(found), tuple(records)


def _seed_at(cover: StratumCover, point: ComplexArray, rng: np.random.Generator) -> SeedPair:
    """A solution in the stratum at ``point``, moved there from where it was easy to find."""
    for _ in range(_SEEDS):
        seed = seed_pair(cover, rng)
        if seed.state is None or seed.point is None:
            return seed
        table = cover.table(point, seed.state)
        ends, good = track_segment(cover.tape, table, seed.point[None], nonzero=True)
        if good[0]:
            return SeedPair(Seeding.FOUND, point, ends[0])
    return SeedPair(Seeding.NONE)


def _restricted_action(
    cover: StratumCover, actions: Sequence[SolutionMap], point: ComplexArray, probe: ComplexArray
) -> GroupAction:
    """The actions that stay in the stratum, on its unknowns; each is tried on a solution."""
    kept = []
    for action in actions:
        image = action(cover.stratum.lifted(probe))
        if np.asarray(image).shape != (1, len(cover.stratum.kept) + len(cover.stratum.zeros)):
            raise InputError(
                f"a group action takes points (1, n) to shape {np.shape(image)}; it must keep it"
            )
        if np.abs(image[:, list(cover.stratum.zeros)]).max(initial=0.0) > 0:
            continue
        if cover.residuals(point, image[:, cover.stratum.kept])[0] > _SOLVES:
            name = getattr(action, "description", "") or repr(action)
            raise InputError(
                f"the group action {name!r} takes a solution to a point that is none; give only "
                "symmetries of the equations at all parameters"
            )
        kept.append(_on_stratum(action, cover.stratum))
    return GroupAction.generated(kept, probe)


def _on_stratum(action: SolutionMap, stratum: Stratum) -> SolutionMap:
    if isinstance(action, SignedPermutation):
        place = np.full(len(action.sources), -1)
        place[stratum.kept] = np.arange(len(stratum.kept))
        sources, signs = place[action.sources[stratum.kept]], action.signs[stratum.kept]
        return SignedPermutation(action.description, sources, signs)
    return lambda points: action(stratum.lifted(points))[:, stratum.kept]
