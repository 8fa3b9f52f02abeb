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

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.close_points import met_points
from solvers.homotopy.covers import Cover
from solvers.homotopy.group_action import GroupAction, Orbits
from solvers.homotopy.parameter_start import ParameterStart
from solvers.homotopy.path_runner import CAREFUL, track_batch
from solvers.homotopy.path_table import PathEnd
from solvers.homotopy.tape import SystemTape
from solvers.homotopy.tracker import Settings

__all__ = ["MonodromyGraph", "track_segment"]

ComplexArray = NDArray[np.complex128]
IntArray = NDArray[np.int64]

UNKNOWN, LOST = -1, -2
_SAME = 1e-7
_MAX_RESIDUAL = 1e-9
_MAX_CONDITION = 1e10
_ZERO = 1e-9


def track_segment(
    tape: SystemTape, table: ComplexArray, starts: ComplexArray
) -> tuple[ComplexArray, NDArray[np.bool_]]:
    """Ends ``(k, n)`` of the paths along ``table`` from ``starts``, and which are solutions.

    Paths that failed or met are tracked once more with care. An end counts where the endgame found
    it regular, with a small residual and condition, and with no coordinate zero.
    """
    start = ParameterStart(tape, table, starts)
    everything = np.arange(len(starts))
    _, info, middle, ends = track_batch(start, everything, Settings())
    again = np.flatnonzero(_doubtful(info, middle, ends))
    if len(again):
        _, info[again], middle[again], ends[again] = track_batch(start, again, CAREFUL)
    good = ~_doubtful(info, middle, ends)
    good &= (info[:, 1] < _MAX_RESIDUAL) & (info[:, 2] < _MAX_CONDITION)
    size = np.abs(ends).max(axis=1, initial=0.0)
    good &= (np.abs(ends) > _ZERO * size[:, None]).all(axis=1)
    return ends, good


def _doubtful(
    info: NDArray[np.float64], middle: ComplexArray, ends: ComplexArray
) -> NDArray[np.bool_]:
    """Paths that failed, or that are at one place with another at t = 0.1 or at the end."""
    doubtful = np.asarray(info[:, 0] != PathEnd.REGULAR)
    regular = np.flatnonzero(~doubtful)
    for points in (middle, ends):
        doubtful[regular[met_points(points[regular], _SAME)]] = True
    return doubtful


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


def _padded(numbers: IntArray, size: int) -> IntArray:
    return np.concatenate([numbers, np.full(size - len(numbers), UNKNOWN, np.int64)])


class MonodromyGraph:
    """Nodes with states and the solutions found there, up to the group's action.

    ``n_tracked``, ``n_failed``, ``n_conflicts`` count paths; ``n_known`` those that arrived at a
    solution that was known.
    """

    def __init__(
        self,
        cover: Cover,
        action: GroupAction,
        *,
        threads: int = 1,
        executor: Executor | None = None,
    ) -> None:
        self.cover = cover
        self.action = action
        self.states: list[ComplexArray] = []
        self.nodes: list[Orbits] = []
        self.edges: list[_Edge] = []
        self.n_tracked = self.n_failed = self.n_conflicts = self.n_known = 0
        self._threads = threads
        self._executor = executor

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
            pieces = [self._segment(*job) for job in jobs]
            for (edge, ahead, numbers), (ends, good) in zip(
                jobs, self._tracked(pieces), strict=True
            ):
                self._arrived(edge, ahead, numbers, ends, good)

    def _jobs(self) -> list[tuple[_Edge, bool, IntArray]]:
        jobs = []
        for edge in self.edges:
            edge.grown(len(self.nodes[edge.first]), len(self.nodes[edge.last]))
            ahead, numbers = edge.pending()
            if len(numbers):
                jobs.append((edge, ahead, numbers))
        return jobs

    def _segment(
        self, edge: _Edge, ahead: bool, numbers: IntArray  # noqa: FBT001
    ) -> tuple[SystemTape, ComplexArray, ComplexArray]:
        start, target = (edge.first, edge.last) if ahead else (edge.last, edge.first)
        table = self.cover.table(self.states[target], self.states[start])
        return self.cover.tape, table, self.nodes[start].representatives[numbers]

    def _tracked(
        self, pieces: list[tuple[SystemTape, ComplexArray, ComplexArray]]
    ) -> list[tuple[ComplexArray, NDArray[np.bool_]]]:
        if self._executor is not None:
            futures = [self._executor.submit(track_segment, *piece) for piece in pieces]
            return [future.result() for future in futures]
        if self._threads == 1 or len(pieces) == 1:
            return [track_segment(*piece) for piece in pieces]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(lambda piece: track_segment(*piece), pieces))

    def _arrived(
        self,
        edge: _Edge,
        ahead: bool,  # noqa: FBT001
        numbers: IntArray,
        ends: ComplexArray,
        good: NDArray[np.bool_],
    ) -> None:
        node = self.nodes[edge.last if ahead else edge.first]
        found = np.full(len(numbers), LOST, np.int64)
        before = len(node)
        found[good] = node.add(ends[good])
        edge.grown(len(self.nodes[edge.first]), len(self.nodes[edge.last]))
        self.n_tracked += len(numbers)
        self.n_failed += int((~good).sum())
        self.n_known += int(good.sum()) - (len(node) - before)
        self.n_conflicts += edge.keep(ahead=ahead, numbers=numbers, found=found)
