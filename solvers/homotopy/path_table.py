"""What is known of every tracked path, as arrays.

Path i began at start solution i and ended as ``codes[i]`` says. The table of a solve is kept with
its solutions, prints as counts that add up, and is what a checkpoint file holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any

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


_SCALARS: dict[str, type[np.generic]] = {
    "codes": np.int8,
    "residuals": np.float64,
    "conditions": np.float64,
    "accuracies": np.float64,
    "windings": np.int16,
    "last_t": np.float64,
    "accepted": np.int32,
    "rejected": np.int32,
    "fingerprints": np.complex128,
}
_NAMES = {
    PathEnd.REGULAR: "finite",
    PathEnd.AT_INFINITY: "at infinity",
    PathEnd.SINGULAR: "singular",
    PathEnd.FAILED: "failed",
    PathEnd.EXCESS: "of the squared system only",
    PathEnd.UNTRACKED: "not tracked",
}
_SMALL_T = 1e-6
_ALWAYS = (PathEnd.REGULAR, PathEnd.AT_INFINITY, PathEnd.SINGULAR, PathEnd.FAILED)


@dataclass(frozen=True, slots=True, eq=False)
class PathTable:
    """One row for each path, in the order of the start solutions; 59 + 16 n bytes a path.

    Attributes
    ----------
    codes
        ``PathEnd`` numbers. EXCESS: the end solves the squared system but not all equations.
    points
        ``(n_paths, n)`` ends in scaled unknowns; where the path failed or diverged, its last point.
        ``(0, n)`` in a result that is large or was read from a file; its ``solution_of`` says where
        finite paths end.
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

    Examples
    --------
    >>> table = PathTable.empty(3, n=2)
    >>> table.codes[:2] = PathEnd.REGULAR, PathEnd.AT_INFINITY
    >>> print(table)
    1 finite + 1 at infinity + 0 singular + 0 failed + 1 not tracked = 3 paths
    """

    codes: NDArray[np.int8]
    points: NDArray[np.complex128]
    fingerprints: NDArray[np.complex128]
    residuals: NDArray[np.float64]
    conditions: NDArray[np.float64]
    accuracies: NDArray[np.float64]
    windings: NDArray[np.int16]
    last_t: NDArray[np.float64]
    accepted: NDArray[np.int32]
    rejected: NDArray[np.int32]

    @classmethod
    def empty(cls, n_paths: int, n: int) -> PathTable:
        """A table of paths that are not tracked yet, to be filled in place."""
        columns = {name: np.zeros(n_paths, kind) for name, kind in _SCALARS.items()}
        columns["codes"].fill(PathEnd.UNTRACKED)
        return cls(points=np.zeros((n_paths, n), np.complex128), **columns)

    @classmethod
    def of_columns(cls, columns: Mapping[str, Any], n: int) -> PathTable:
        """The table of these columns by name; fingerprints and points may be left out.

        Raises ``ValueError`` for columns of different lengths or unknown codes.
        """
        n_paths = len(columns["codes"])
        made = {name: np.zeros(n_paths, kind) for name, kind in _SCALARS.items()}
        for name in made.keys() & columns.keys():
            if len(columns[name]) != n_paths:
                raise ValueError(f"{len(columns[name])} {name} for {n_paths} codes")
            made[name][:] = columns[name]
        if n_paths and not 0 <= int(made["codes"].min()) <= int(made["codes"].max()) < len(PathEnd):
            raise ValueError("unknown codes of path ends")
        points = np.asarray(columns.get("points", np.empty((0, n))), np.complex128)
        if points.shape not in ((n_paths, n), (0, n)):
            raise ValueError(f"points of shape {points.shape} for {n_paths} paths")
        return cls(points=points, **made)

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """All arrays by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def frozen(self, *, points: bool = True) -> PathTable:
        """The same, read-only, with or without the points."""
        kept = self.points if points else np.empty((0, self.points.shape[1]), np.complex128)
        table = replace(self, points=kept)
        for column in table.columns.values():
            column.setflags(write=False)
        return table

    def __len__(self) -> int:
        return len(self.codes)

    def count(self, end: PathEnd) -> int:
        """How many paths ended so."""
        return int(np.count_nonzero(self.codes == end))

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many paths ended in each way, in the order of ``PathEnd``."""
        return np.bincount(self.codes, minlength=len(PathEnd))

    @property
    def undecided(self) -> NDArray[np.int64]:
        """Paths that failed at a small t: near an end, but finite or infinite was not found out."""
        small = (self.last_t > 0) & (self.last_t <= _SMALL_T)
        return np.flatnonzero((self.codes == PathEnd.FAILED) & small)

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

    def text(self, paths: NDArray[np.int64]) -> dict[str, list[str]]:
        """Columns of text that say how these ``paths`` ended, by their headings."""
        steps = self.accepted[paths] + self.rejected[paths]
        return {
            "residual": [f"{value:.1e}" for value in self.residuals[paths]],
            "condition": [f"{value:.1e}" for value in self.conditions[paths]],
            "accuracy": [f"{value:.1e}" for value in self.accuracies[paths]],
            "winding": [str(value) for value in self.windings[paths]],
            "steps": [str(value) for value in steps],
            "end": [PathEnd(code).name.lower().replace("_", " ") for code in self.codes[paths]],
            "path": [str(path) for path in paths],
        }

    def __str__(self) -> str:
        counts = self.counts
        parts = [
            f"{counts[end]:,} {name}"
            for end, name in _NAMES.items()
            if end in _ALWAYS or counts[end]
        ]
        noun = "paths" if counts[PathEnd.UNTRACKED] else "tracked"
        return f"{' + '.join(parts)} = {len(self):,} {noun}"
