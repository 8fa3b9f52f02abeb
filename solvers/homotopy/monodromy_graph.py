"""A graph of states with paths between them, along which known solutions lead to further ones.

Enters: a ``Cover``, a state and a solution there. Leaves: for every node the solutions found. Each
solution is tracked along each edge once, in one direction; what arrives elsewhere is new there or
tells which solution it is. Edges are one-to-one maps of solutions, so two solutions that arrive at
one place show a path that jumped, and both are dropped. Whatever path is taken, an end is kept only
where Newton's method confirms it, so jumps and failures cost chances, never correctness.

Source: Duff, Hill, Jensen, Lee, Leykin, Sommars, 'Solving polynomial systems via homotopy
continuation and monodromy' (arXiv:1609.08722).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.covers import Cover
from solvers.homotopy.group_action import GroupAction, Orbits
from solvers.homotopy.progress import PathProgress, Reporter
from solvers.homotopy.segments import track_segment

__all__ = ["Limits", "MonodromyGraph"]

ComplexArray = NDArray[np.complex128]
IntArray = NDArray[np.int64]

UNKNOWN, LOST = -1, -2
_FIRST_NODES = 4


@dataclass(slots=True, eq=False)
class _Edge:
    """``forward[i]``: the number at ``last`` of solution i at ``first``; ``backward`` alike."""

    first: int
    last: int
    forward: IntArray = field(default_factory=lambda: np.empty(0, np.int64))
    backward: IntArray = field(default_factory=lambda: np.empty(0, np.int64))

    def grown(self, n_first: int, n_last: int) -> None:
        """Make room for solutions that were found since."""
        self.forward = _padded(self.forward, n_first)
        self.backward = _padded(self.backward, n_last)

    def pending(self) -> tuple[bool, IntArray]:
        """Whether to track forward, and the numbers of the solutions to track."""
        ahead = np.flatnonzero(self.forward == UNKNOWN)
        back = np.flatnonzero(self.backward == UNKNOWN)
        return (True, ahead) if len(ahead) >= len(back) else (False, back)

    def keep(self, *, ahead: bool, numbers: IntArray, found: IntArray) -> int:
        """Record that ``numbers`` lead to ``found`` (LOST: nowhere); returns conflicts."""
        near, far = (self.forward, self.backward) if ahead else (self.backward, self.forward)
        conflicts = 0
        for number, other in zip(numbers.tolist(), found.tolist(), strict=True):
            near[number] = other
            if other < 0:
                continue
            if far[other] >= 0 and far[other] != number:
                near[far[other]] = near[number] = far[other] = LOST
                conflicts += 1
            elif far[other] == UNKNOWN:
                far[other] = number
            else:
                near[number] = LOST if far[other] == LOST else other
        return conflicts


class _Job(NamedTuple):
    """Solutions ``numbers`` of node ``start`` to track to node ``target`` along an edge."""

    edge: _Edge
    ahead: bool
    numbers: IntArray
    start: int
    target: int


class Limits(NamedTuple):
    """When to stop: at ``target`` solutions, after so many loops without new ones, or in all."""

    target: int | None = None
    idle_loops: int = 4
    loops: int = 100


def _padded(numbers: IntArray, size: int) -> IntArray:
    return np.concatenate([numbers, np.full(size - len(numbers), UNKNOWN, np.int64)])


class MonodromyGraph:
    """Nodes with states and the solutions found there, up to the group's action.

    ``n_tracked``, ``n_failed``, ``n_conflicts`` count paths; ``n_known`` those that arrived at a
    solution that was known. ``rounds`` are numbers of loops with the numbers of solutions.
    ``patient``: failed paths are tracked once more.
    """

    def __init__(
        self,
        cover: Cover,
        action: GroupAction,
        *,
        threads: int = 1,
        executor: Executor | None = None,
        progress: Reporter | None = None,
    ) -> None:
        self.cover = cover
        self.action = action
        self.states: list[ComplexArray] = []
        self.nodes: list[Orbits] = []
        self.edges: list[_Edge] = []
        self.rounds: list[tuple[int, int]] = []
        self.patient = False
        self.n_tracked = self.n_failed = self.n_conflicts = self.n_known = 0
        self._threads = threads
        self._executor = executor
        self._progress = progress
        self._begin = time.perf_counter()

    @property
    def n_loops(self) -> int:
        """The number of independent loops."""
        return len(self.edges) - len(self.nodes) + 1

    def add_node(self, state: ComplexArray, neighbours: Sequence[int] = ()) -> int:
        """A node with edges to these nodes; its number."""
        self.states.append(state)
        self.nodes.append(Orbits(self.action, self.cover.tape.n_variables))
        number = len(self.nodes) - 1
        for other in neighbours:
            self.add_edge(other, number)
        return number

    def add_edge(self, first: int, last: int) -> None:
        """Paths straight from one node to another."""
        self.edges.append(_Edge(first, last))

    def saturate(self) -> None:
        """Track every solution along every edge, and what that finds, until nothing is left."""
        while jobs := self._jobs():
            for job, (ends, good) in zip(jobs, self._tracked(jobs), strict=True):
                self._arrived(job, ends, good)
            if self._progress is not None:
                self._progress(self._now())

    def explore(self, base: int, rng: np.random.Generator, limits: Limits) -> str:
        """Draw further nodes in until nothing new is found; returns why it stopped.

        Each new node is joined to ``base`` and two others: two more independent loops.
        """
        for _ in range(max(0, _FIRST_NODES - len(self.nodes))):
            self.add_node(self.cover.random_state(rng), range(len(self.nodes)))
        self.saturate()
        idle = 0
        while True:
            before = len(self.nodes[base])
            self.rounds.append((self.n_loops, len(self.nodes[base].points)))
            if limits.target is not None and len(self.nodes[base].points) >= limits.target:
                return f"the {limits.target:,} solutions asked for were found"
            if idle >= limits.idle_loops:
                return f"stopped after {idle} loops without new solutions (no proof)"
            if self.n_loops >= limits.loops:
                return f"stopped after {self.n_loops} loops, the limit (no proof)"
            others = [node for node in range(len(self.nodes)) if node != base]
            chosen = rng.choice(others, size=2, replace=False).tolist()
            self.add_node(self.cover.random_state(rng), [base, *chosen])
            self.saturate()
            idle = 0 if len(self.nodes[base]) > before else idle + 2

    def _now(self) -> PathProgress:
        return PathProgress(
            tracked=self.n_tracked,
            total=None,
            finite=self.n_tracked - self.n_failed,
            singular=0,
            at_infinity=0,
            failed=self.n_failed,
            round=0,
            left=None,
            seconds=time.perf_counter() - self._begin,
            seconds_left=None,
            solutions=max(map(len, self.nodes)),
        )

    def _jobs(self) -> list[_Job]:
        jobs = []
        for edge in self.edges:
            edge.grown(len(self.nodes[edge.first]), len(self.nodes[edge.last]))
            ahead, numbers = edge.pending()
            if len(numbers):
                start, target = (edge.first, edge.last) if ahead else (edge.last, edge.first)
                jobs.append(_Job(edge, ahead, numbers, start, target))
        return jobs

    def _tracked(self, jobs: list[_Job]) -> list[tuple[ComplexArray, NDArray[np.bool_]]]:
        tasks = [
            (
                self.cover.tape,
                self.cover.table(self.states[job.target], self.states[job.start]),
                self.nodes[job.start].representatives[job.numbers],
            )
            for job in jobs
        ]
        run = partial(track_segment, nonzero=self.cover.nonzero, patient=self.patient)
        if self._executor is not None:
            return [f.result() for f in [self._executor.submit(run, *task) for task in tasks]]
        if self._threads == 1 or len(tasks) == 1:
            return [run(*task) for task in tasks]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(lambda task: run(*task), tasks))

    def _arrived(self, job: _Job, ends: ComplexArray, good: NDArray[np.bool_]) -> None:
        node, before = self.nodes[job.target], len(self.nodes[job.target])
        found = np.full(len(ends), LOST, np.int64)
        found[good] = node.add(ends[good])
        job.edge.grown(len(self.nodes[job.edge.first]), len(self.nodes[job.edge.last]))
        self.n_tracked += len(ends)
        self.n_failed += int((~good).sum())
        self.n_known += int(good.sum()) - (len(node) - before)
        self.n_conflicts += job.edge.keep(ahead=job.ahead, numbers=job.numbers, found=found)
