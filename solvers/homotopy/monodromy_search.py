"""One run of monodromy: known solutions, loops and trace tests in turns, then b to 0.

Enters: the options of ``Monodromy`` and a family. Leaves: a ``MonodromyResult``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from polynet.parametric_system import ParametricSystem
from solvers.homotopy.covers import SliceCover, StratumCover
from solvers.homotopy.generic_solve import generic_point
from solvers.homotopy.group_action import GroupAction
from solvers.homotopy.monodromy_graph import Limits, MonodromyGraph
from solvers.homotopy.monodromy_result import MonodromyResult
from solvers.homotopy.parameter_homotopy import ParameterHomotopy
from solvers.homotopy.path_runner import cores
from solvers.homotopy.progress import Reporter
from solvers.homotopy.seed_pairs import Seeding, seed_pair
from solvers.homotopy.segments import track_segment
from solvers.homotopy.start_pair import StartPair
from solvers.homotopy.strata import Stratum
from solvers.homotopy.stratum_search import StratumRecord, network_actions, search_strata
from solvers.homotopy.tilted_family import with_tilts
from solvers.homotopy.trace_slices import TraceTest
from solvers.homotopy.trace_test import trace_test
from solvers.outcome import Outcome

if TYPE_CHECKING:
    from solvers.homotopy.monodromy import Monodromy

__all__ = ["MonodromySearch", "tilted_homotopy"]

ComplexArray = NDArray[np.complex128]

_SEEDS = 5
_ATTEMPTS = 4


def tilted_homotopy(
    options: Monodromy, family: ParametricSystem, pair: StartPair
) -> ParameterHomotopy:
    """The parameter homotopy from a pair of a tilted family."""
    return ParameterHomotopy(
        family, pair, seed=options.seed, threads=options.threads, executor=options.executor
    )


def _threads(options: Monodromy) -> int:
    return options.threads or cores()


@dataclass(slots=True, eq=False)
class MonodromySearch:
    """A run of ``Monodromy.solve``; node 0 of ``graph`` is at the tilted parameters ``base``."""

    options: Monodromy
    family: ParametricSystem
    tilted: ParametricSystem
    start: StartPair | None
    progress: Reporter | None
    rng: np.random.Generator = field(init=False)
    cover: SliceCover = field(init=False)
    graph: MonodromyGraph = field(init=False)
    point: ComplexArray = field(init=False)
    base: ComplexArray = field(init=False)
    trace: TraceTest | None = None
    strata: tuple[StratumRecord, ...] = ()
    reason: str = ""
    interrupted: bool = False
    dependent: bool = False

    def __post_init__(self) -> None:
        options, n = self.options, self.family.n_variables
        self.rng = np.random.default_rng([options.seed, 3])
        drawn = generic_point(self.family.n_parameters, self.rng)
        self.point = drawn if self.start is None else self.start.point
        self.base = with_tilts(self.point, generic_point(n, self.rng), n)
        self.cover = SliceCover(self.tilted, self.rng)
        self.graph = MonodromyGraph(
            self.cover,
            GroupAction.trivial(n),
            threads=_threads(options),
            executor=options.executor,
            progress=self.progress,
        )
        self.graph.add_node(self.cover.flat(self.base))

    def run(self) -> None:
        """Find solutions until the trace test passes or nothing new comes."""
        try:
            known = self._known()
            if len(known):
                self._add_untilted(known)
            if not len(self.graph.nodes[0]):
                self._add_seed()
            if not self.dependent:
                self._loop(from_strata=bool(self.strata))
        except KeyboardInterrupt:
            self.interrupted, self.reason = True, "interrupted"

    def _limits(self) -> Limits:
        options = self.options
        return Limits(
            options.target_solutions_count, options.max_loops_without_progress, options.max_loops
        )

    def _known(self) -> ComplexArray:
        """Solutions at b = 0 to begin with: those given, or those of all strata."""
        if self.start is not None:
            return self.start.solutions
        actions = self.options.group_actions
        if actions is None:
            return np.empty((0, self.family.n_variables), np.complex128)
        found, self.strata = search_strata(
            self.family,
            self.point,
            network_actions(self.family) if isinstance(actions, str) else actions,
            self.rng,
            self._limits()._replace(target=None),
            threads=_threads(self.options),
            executor=self.options.executor,
            progress=self.progress,
        )
        self.reason = "strata searched until loops found nothing new (no proof)"
        return found

    def _add_untilted(self, points: ComplexArray) -> None:
        """Follow solutions at b = 0 to the tilted parameters."""
        untilted = self.cover.flat(with_tilts(self.point, 0.0, self.family.n_variables))
        table = self.cover.table(self.graph.states[0], untilted)
        ends, good = track_segment(self.cover.tape, table, points)
        self.graph.nodes[0].add(ends[good])

    def _add_seed(self) -> None:
        """A random point is a solution of the tilted equations for some b; move it to the base."""
        cover = StratumCover(self.tilted, Stratum.whole(self.tilted.supports))
        for _ in range(_SEEDS):
            seed = seed_pair(cover, self.rng)
            if seed.state is None or seed.point is None:
                self.dependent = seed.seeding is not Seeding.NONE
                break
            table = cover.table(self.base, seed.state)
            ends, good = track_segment(cover.tape, table, seed.point[None])
            if good[0]:
                self.graph.nodes[0].add(ends)
                return
        self.dependent = True
        self.reason = (
            "the Jacobian is singular everywhere: no solution at generic parameters is isolated"
        )

    def _loop(self, *, from_strata: bool) -> None:
        """Loops and trace tests in turns; a test that found what was missing needs no loops."""
        limits, search, attempt = self._limits(), not from_strata, 0
        while attempt < _ATTEMPTS:
            if search:
                self.reason = self.graph.explore(0, self.rng, limits)
            if not self.options.trace_test:
                return
            trace = self.trace = self._tested()
            self.reason = str(trace)
            if trace.passed or self.graph.n_loops >= limits.loops:
                return
            before = len(self.graph.nodes[0])
            self.graph.nodes[0].add(trace.found)
            search = len(self.graph.nodes[0]) == before
            attempt += search
            limits = limits._replace(target=None, idle_loops=2 * limits.idle_loops)

    def _tested(self) -> TraceTest:
        options = self.options
        return trace_test(
            self.cover,
            self.base,
            self.graph.nodes[0].points,
            seed=int(self.rng.integers(1 << 62)),
            threads=_threads(options),
            executor=options.executor,
        )

    def result(self, seconds: float) -> MonodromyResult:
        """With the solutions at b = 0."""
        begin = time.perf_counter()
        complete = self.trace is not None and self.trace.passed and not self.interrupted
        if complete and max(map(len, self.graph.nodes)) > len(self.graph.nodes[0]):
            complete = False
            self.reason = "there are more solutions at other parameters: those given are special"
        pair = StartPair(
            self.tilted.fingerprint,
            self.tilted.variables,
            self.tilted.parameters,
            self.base,
            self.graph.nodes[0].points,
            complete,
            self.reason,
            "monodromy",
            self.options.seed,
        )
        target = with_tilts(self.point, 0.0, self.family.n_variables)
        generic = tilted_homotopy(self.options, self.tilted, pair).follow(target)
        if complete and generic.n_failed:
            complete, self.reason = False, f"{generic.n_failed:,} paths to b = 0 failed"
        if self.dependent:
            generic = replace(generic, outcome=Outcome.POSITIVE_DIMENSIONAL, notes=(self.reason,))
        return MonodromyResult(
            family=self.family,
            tilted_pair=pair,
            generic=generic,
            trace=self.trace,
            reason=self.reason,
            complete=complete,
            rounds=tuple(self.graph.rounds),
            strata=self.strata,
            n_tracked=self.graph.n_tracked + sum(record.n_tracked for record in self.strata),
            n_known=self.graph.n_known + sum(record.n_known for record in self.strata),
            n_failed=self.graph.n_failed + sum(record.n_failed for record in self.strata),
            n_conflicts=self.graph.n_conflicts + sum(r.n_conflicts for r in self.strata),
            interrupted=self.interrupted,
            seed=self.options.seed,
            seconds=seconds + time.perf_counter() - begin,
        )
