"""The solutions that a homotopy found, with the paths that led to them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from polynet.errors import InputError
from solvers.completeness import Completeness, CompletenessStatus
from solvers.homotopy.endpoints import Endpoints, endpoints
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.solution_set import SolutionSet

__all__ = ["Endpoints", "HomotopySolutions", "endpoints"]

_UNKNOWN = Completeness(CompletenessStatus.UNKNOWN, ("nothing was checked",))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HomotopySolutions(SolutionSet):
    """Solutions with the paths that led to them.

    Attributes
    ----------
    start
        The name of the start system.
    paths
        Every path; its counts add up to the number of paths tracked.
    path_of
        ``(n_finite,)``: a path that ends at each solution.
    solution_of
        ``(n_paths,)``: the solution at which each path ends, -1 for none.
    predicted
        The number of paths of each start system that was considered.
    completeness
        Whether all isolated solutions are there, and why.
    lone_ends
        ``(k, n_variables)``: singular ends that one path reaches alone. They lie on families of
        solutions, and are not listed.
    start_solutions
        What makes the start solution of a path on demand; not kept in files.
    """

    start: str = ""
    paths: PathTable = field(default_factory=lambda: PathTable.empty(0, 0))
    path_of: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    solution_of: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    predicted: dict[str, int] = field(default_factory=dict)
    completeness: Completeness = _UNKNOWN
    lone_ends: NDArray[np.complex128] = field(
        default_factory=lambda: np.empty((0, 0), np.complex128)
    )
    start_solutions: Any = None

    @property
    def residuals(self) -> NDArray[np.float64]:
        """Of each solution ``(n_finite,)``: |f_i| over the sum of its terms' moduli."""
        return np.asarray(self.paths.residuals[self.path_of])

    @property
    def conditions(self) -> NDArray[np.float64]:
        """Of each solution ``(n_finite,)``: the condition of the scaled Jacobian."""
        return np.asarray(self.paths.conditions[self.path_of])

    @property
    def accuracies(self) -> NDArray[np.float64]:
        """Of each solution ``(n_finite,)``: the relative size of the last correction."""
        return np.asarray(self.paths.accuracies[self.path_of])

    @property
    def windings(self) -> NDArray[np.int16]:
        """Of each solution ``(n_finite,)``: the winding number of a path to it."""
        return np.asarray(self.paths.windings[self.path_of])

    @property
    def n_untracked(self) -> int:
        """The number of paths that an interrupt left untracked; they count as failed."""
        return self.paths.count(PathEnd.UNTRACKED)

    def listing(self, rows: NDArray[np.int64]) -> Self:
        """The same with these of its solutions alone, in this order."""
        place = np.full(self.n_finite + 1, -1, np.int32)  # the last: paths without a solution
        place[rows] = np.arange(len(rows))
        return replace(
            self,
            solutions=self.solutions[rows],
            is_real=self.is_real[rows],
            multiplicities=self.multiplicities[rows],
            path_of=self.path_of[rows],
            solution_of=place[self.solution_of],
        )

    def start_of(self, path: int) -> NDArray[np.complex128]:
        """The start solution of a path ``(n_variables,)``, in the scaled unknowns.

        For a polyhedral start, the solution of a mixed cell's binomial equations. Raises
        ``InputError`` for a path that is none, or where the solutions were read from a file.
        """
        if self.start_solutions is None:
            raise InputError(
                "start solutions are not kept in files; solve again with the same seed for them"
            )
        if not 0 <= path < len(self.paths):
            raise InputError(f"there is no path {path}; paths go from 0 to {len(self.paths) - 1}")
        points = self.start_solutions.starts(np.array([path], np.int64))
        return np.asarray(getattr(points, "points", points)[0])

    def _counts(self) -> str:
        base = SolutionSet._counts(self)
        predicted = ", ".join(f"{name} {count:,}" for name, count in self.predicted.items())
        lines = [base, f"{self.start} start: {self.paths}" if len(self.paths) else ""]
        lines.append(f"predicted paths: {predicted}" if len(self.predicted) > 1 else "")
        lines.append(f"complete? {self.completeness}" if len(self.paths) else "")
        return "\n".join(line for line in lines if line)

    def _columns(self, n_rows: int) -> dict[str, list[str]]:
        columns = SolutionSet._columns(self, n_rows)
        if len(self.path_of) != self.n_finite:
            return columns
        return columns | self.paths.text(self.path_of[:n_rows])
