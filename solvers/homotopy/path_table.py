"""What is known of every tracked path, as arrays.

Path i began at start solution i and ended as ``codes[i]`` says. The table of a solve is kept with
its solutions, prints as counts that add up, and is what a checkpoint file holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["PathEnd", "PathTable"]


class PathEnd(IntEnum):
    """How a path ended; the numbers are those of the compiled endgame."""

    REGULAR = 0
    SINGULAR = 1
    AT_INFINITY = 2
    FAILED = 3
    EXCESS = 4
    UNTRACKED = 5


@dataclass(frozen=True, slots=True, eq=False)
class PathTable:
    """One row for each path, in the order of the start solutions.

    Attributes
    ----------
    codes
        ``PathEnd`` numbers. EXCESS: the end solves the squared system but not all equations.
    points
        ``(n_paths, n)`` ends in scaled unknowns; where the path failed or diverged, its last point.
    fingerprints
        ``(n_paths,)`` complex: a random projection of the path at t = 0.1. No two are equal unless
        two paths met.
    residuals, conditions, accuracies
        At the end: the residual with rows scaled, the condition of the scaled Jacobian, and the
        relative size of the last correction.
    windings
        Winding numbers; 1 for regular ends, 0 where there is no end.
    last_t
        Where tracking ended: 0 for finite ends.
    accepted, rejected
        Steps of the tracker.
    """

    codes: NDArray[np.int64]
    points: NDArray[np.complex128]
    fingerprints: NDArray[np.complex128]
    residuals: NDArray[np.float64]
    conditions: NDArray[np.float64]
    accuracies: NDArray[np.float64]
    windings: NDArray[np.int64]
    last_t: NDArray[np.float64]
    accepted: NDArray[np.int64]
    rejected: NDArray[np.int64]

    @classmethod
    def empty(cls, n_paths: int, n: int) -> PathTable:
        """A table of paths that are not tracked yet, to be filled in place."""
        floats = [np.zeros(n_paths) for _ in range(4)]
        integers = [np.zeros(n_paths, np.int64) for _ in range(3)]
        return cls(
            np.full(n_paths, PathEnd.UNTRACKED, np.int64),
            np.zeros((n_paths, n), np.complex128),
            np.zeros(n_paths, np.complex128),
            floats[0],
            floats[1],
            floats[2],
            integers[0],
            floats[3],
            integers[1],
            integers[2],
        )

    def __len__(self) -> int:
        return len(self.codes)

    def count(self, end: PathEnd) -> int:
        """How many paths ended so."""
        return int((self.codes == end).sum())

    def fill(
        self, paths: NDArray[np.int64], info: NDArray[np.float64], points: NDArray[np.complex128]
    ) -> None:
        """Write what the compiled tracker returned for these paths."""
        self.codes[paths] = info[:, 0]
        self.residuals[paths], self.conditions[paths] = info[:, 1], info[:, 2]
        self.accuracies[paths], self.windings[paths] = info[:, 3], info[:, 4]
        self.last_t[paths] = info[:, 5]
        self.accepted[paths], self.rejected[paths] = info[:, 6], info[:, 7]
        self.points[paths] = points

    def __str__(self) -> str:
        named = {
            PathEnd.REGULAR: "regular",
            PathEnd.SINGULAR: "singular",
            PathEnd.EXCESS: "of the squared system only",
            PathEnd.AT_INFINITY: "at infinity",
            PathEnd.FAILED: "failed",
            PathEnd.UNTRACKED: "not tracked",
        }
        always = (PathEnd.REGULAR, PathEnd.SINGULAR, PathEnd.AT_INFINITY, PathEnd.FAILED)
        parts = [
            f"{self.count(end):,} {name}"
            for end, name in named.items()
            if end in always or self.count(end)
        ]
        return f"{' + '.join(parts)} = {len(self):,} paths"
