"""Parallel slices of a curve of solutions: their means, and where their points lead.

Enters: a ``SliceCover`` with solutions at generic parameters. Leaves: a frozen ``TraceTest``; what
it proves and why is told in ``trace_test``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.covers import SliceCover
from solvers.homotopy.group_action import Orbits
from solvers.homotopy.monodromy_graph import MonodromyGraph
from solvers.homotopy.segments import track_segment

__all__ = ["TOLERANCE", "Slices", "TraceTest", "trace_error"]

ComplexArray = NDArray[np.complex128]
IntArray = NDArray[np.int64]

TOLERANCE = 1e-9
_PARALLEL = (0, 1, 2)
_MAX_NODES = 24
_NEAR = (0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4)


@dataclass(frozen=True, slots=True, eq=False)
class TraceTest:
    """What parallel slices say about a set of solutions.

    Attributes
    ----------
    n_known
        Solutions that were tested.
    n_points
        Points of a slice.
    error
        How far their mean is from a straight line, beside their mean modulus; infinite where the
        three slices did not get equally many points.
    n_unresolved
        Points of which it remained open where they lead as the slice turns back.
    found
        ``(k, n)`` solutions that were not among the known ones.
    n_tracked
        Paths.
    """

    n_known: int
    n_points: int
    error: float
    n_unresolved: int
    found: ComplexArray
    n_tracked: int

    @property
    def passed(self) -> bool:
        """Whether the known solutions are all."""
        return self.error < TOLERANCE and not self.n_unresolved and not len(self.found)

    def __str__(self) -> str:
        measured = f"{self.n_points:,} points on a slice, error {self.error:.0e}"
        if self.passed:
            return f"trace test passed: the {self.n_known:,} solutions are all ({measured})"
        if len(self.found):
            return f"trace test failed: it found further solutions ({measured})"
        if self.n_unresolved:
            return f"trace test open: {self.n_unresolved:,} points lead nowhere known ({measured})"
        return f"trace test failed: solutions are missing ({measured})"


def trace_error(values: Sequence[ComplexArray], places: ComplexArray) -> float:
    """How far the means of ``values`` at three ``places`` are from a straight line.

    ``values[k]`` ``(n_points, n_functions)``; relative to the mean modulus, the worst function.

    The roots x of x^2 + x = tau have the mean -1/2 whatever tau; one of them alone is curved:

    >>> roots = [np.roots([1, 1, -tau])[:, None] for tau in (1, 2, 3)]
    >>> trace_error(roots, np.array([1, 2, 3])) < 1e-14
    True
    >>> trace_error([r[:1] for r in roots], np.array([1, 2, 3])) > 1e-3
    True
    """
    if len({len(own) for own in values}) > 1 or not len(values[0]):
        return float("inf")
    means = np.array([own.mean(axis=0) for own in values])
    size = np.abs(np.concatenate(list(values))).mean(axis=0)
    ratio = (places[2] - places[0]) / (places[1] - places[0])
    bend = np.abs(means[2] - means[0] - ratio * (means[1] - means[0]))
    return float((bend / np.maximum(size, np.finfo(float).tiny)).max())


@dataclass(slots=True, eq=False)
class Slices:
    """The test as it runs: nodes 0, 1, 2 of the graph are the parallel slices."""

    cover: SliceCover
    parameters: ComplexArray
    known: ComplexArray
    rng: np.random.Generator
    graph: MonodromyGraph
    n_tracked: int = 0

    def test(self) -> TraceTest:
        hyperplane = self._begin()
        base = self.cover.flat(self.parameters)
        images = self._moved(base, self.graph.states[0], self.known)
        of_known = np.unique(self.graph.nodes[0].add(images))
        self.graph.patient = True  # there is no other way between parallel slices yet
        self.graph.saturate()
        self.graph.patient = False
        error = self._error()
        while error >= TOLERANCE and len(self.graph.nodes) < _MAX_NODES:
            self.graph.add_node(self._random_slice(), _PARALLEL)
            self.graph.saturate()
            error = self._error()
        n_unresolved, found = 0, self.known[:0]
        # Each solution is the limit of one point of the slice: no more points, no more solutions.
        if error < TOLERANCE and len(self.graph.nodes[0]) != len(self.known):
            n_unresolved, found = self._others(of_known, hyperplane)
        return TraceTest(
            len(self.known),
            len(self.graph.nodes[0]),
            error,
            n_unresolved,
            found,
            self.n_tracked + self.graph.n_tracked,
        )

    def _begin(self) -> ComplexArray:
        """Three parallel slices; returns the first hyperplane."""
        first = self.cover.random_hyperplane(self.known, self.rng)
        for k in _PARALLEL:
            hyperplane = first.copy()
            if k:
                hyperplane[-1] = self.cover.random_hyperplane(self.known, self.rng)[-1]
            state = self.cover.slice(self.parameters, hyperplane)
            self.graph.add_node(state, [0] if k else [])
        return first

    def _random_slice(self) -> ComplexArray:
        """A slice at other parameters, further off the more there were.

        There, too, the points form one variety.
        """
        decades = 1.0 + len(self.graph.nodes) / 12
        state = self.cover.random_state(self.rng, decades)
        hyperplane = self.cover.random_hyperplane(self.known, self.rng, decades)
        return self.cover.slice(state[: len(self.parameters)], hyperplane)

    def _moved(
        self, start: ComplexArray, target: ComplexArray, points: ComplexArray
    ) -> ComplexArray:
        """The ends of the paths that arrive, in order."""
        table = self.cover.table(target, start)
        ends, good = track_segment(self.cover.tape, table, points)
        self.n_tracked += len(points)
        return ends[good]

    def _error(self) -> float:
        """Of all unknowns and s."""
        values = []
        for node, state in zip(self.graph.nodes[:3], self.graph.states[:3], strict=True):
            points = node.representatives
            places = self.cover.places(state, points)[:, None]
            values.append(np.concatenate([points, places], axis=1))
        return trace_error(values, np.array([state[-1] for state in self.graph.states[:3]]))

    def _others(self, of_known: IntArray, hyperplane: ComplexArray) -> tuple[int, ComplexArray]:
        """Where the points that do not come from known solutions lead as the slice turns back.

        Returns how many points remained open, and solutions that were not known.
        """
        numbers = np.setdiff1d(np.arange(len(self.graph.nodes[0])), of_known)
        n_open, near = self._turned_back(self.graph.nodes[0].representatives[numbers], hyperplane)
        last = self.cover.slice(self.parameters, _NEAR[-1] * hyperplane)
        back = self._moved(last, self.cover.flat(self.parameters), near)
        orbits = Orbits(self.graph.action, near.shape[1])
        orbits.add(self.known)
        found = back[orbits.add(back) >= len(self.known)]
        # A known solution whose image is among these is one whose way to the slice was lost; any
        # other would show that paths changed places.
        n_lost = len(self.known) - len(of_known)
        n_swapped = abs(len(back) - len(found) - n_lost)
        return n_open + len(near) - len(back) + n_swapped, found

    def _turned_back(
        self, points: ComplexArray, hyperplane: ComplexArray
    ) -> tuple[int, ComplexArray]:
        """How many points remained open, and those on the last slice that lead to solutions.

        On the slices s = e (tau - c x), s shrinks as e does on the way to a solution. On the way to
        infinity it does not, and the paths may be lost before the last slice: so those are done
        with where s did not shrink at two slices in turn.
        """
        start = self.graph.states[0]
        sizes = np.abs(self.cover.places(start, points))
        stays = np.zeros((len(points), 2), bool)
        n_open = 0
        for near in _NEAR:
            state = self.cover.slice(self.parameters, near * hyperplane)
            table = self.cover.table(state, start)
            ends, good = track_segment(self.cover.tape, table, points)
            self.n_tracked += len(points)
            n_open += int((~good & ~stays.all(axis=1)).sum())
            points, before, start = ends[good], sizes[good], state
            sizes = np.abs(self.cover.places(state, points))
            stays = np.stack([stays[good, 1], sizes > 0.6 * before], axis=1)
        n_open += int((stays[:, 0] != stays[:, 1]).sum())
        return n_open, points[~stays.any(axis=1)]
