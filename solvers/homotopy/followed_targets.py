"""Many targets of a parameter homotopy: counts for each, and the real solutions.

Leaves ``ParameterHomotopy.follow_many``; the paths themselves are not kept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers.homotopy.followed import Followed
from solvers.homotopy.path_table import PathEnd

__all__ = ["FollowedTargets", "TargetRow"]

IntArray = NDArray[np.int64]


class TargetRow(NamedTuple):
    """What is kept of one target; the fields are those of ``FollowedTargets``."""

    n_finite: int
    n_real: int
    n_singular: int
    n_at_infinity: int
    n_failed: int
    n_finite_paths: int
    n_singular_paths: int
    n_on_families: int
    n_unpaired: int
    real_solutions: NDArray[np.float64]

    @classmethod
    def of(cls, followed: Followed) -> TargetRow:
        """The row of a target."""
        table, ends = followed.table, followed.ends
        real = followed.points()[ends.is_real].real
        return cls(
            len(ends.points),
            int(ends.is_real.sum()),
            int((ends.multiplicities > 1).sum()),
            table.count(PathEnd.AT_INFINITY),
            followed.n_lost,
            table.count(PathEnd.REGULAR) + table.count(PathEnd.SINGULAR),
            table.count(PathEnd.SINGULAR),
            ends.suspicious,
            followed.n_unpaired,
            np.ascontiguousarray(real),
        )

    @classmethod
    def untracked(cls, n_paths: int, n: int) -> TargetRow:
        """The row of a target whose paths were not tracked."""
        return cls(0, 0, 0, 0, n_paths, 0, 0, 0, 0, np.empty((0, n)))

    @property
    def doubtful(self) -> bool:
        """Whether another way to the target should be tried."""
        return bool(self.n_failed or self.n_unpaired or self.n_on_families)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FollowedTargets:
    """Counts ``(m,)`` for m targets.

    Attributes
    ----------
    targets
        ``(m, n_parameters)``.
    n_tracked
        Paths to each target: those in ``n_finite_paths``, ``n_at_infinity`` and ``n_failed``.
    n_finite, n_real, n_singular
        Distinct isolated complex solutions, the real ones, those with multiplicity above 1.
    n_at_infinity, n_failed, n_finite_paths
        Paths that diverged, that failed (or were not tracked), that ended at a finite point.
    n_singular_paths
        Those of the finite paths whose end is singular.
    n_on_families
        Paths that ended singular and alone: not isolated solutions, but points of families.
    n_unpaired
        Non-real solutions of a real target whose conjugates were not found.
    real_solutions
        For each target ``(n_real, n_variables)``.
    complete
        Whether the start pair was complete.
    interrupted
        Whether the run was cut short.
    """

    targets: NDArray[np.complex128]
    n_tracked: int
    n_finite: IntArray
    n_real: IntArray
    n_singular: IntArray
    n_at_infinity: IntArray
    n_failed: IntArray
    n_finite_paths: IntArray
    n_singular_paths: IntArray
    n_on_families: IntArray
    n_unpaired: IntArray
    real_solutions: tuple[NDArray[np.float64], ...]
    complete: bool
    interrupted: bool
    seconds: float

    @classmethod
    def of(
        cls,
        targets: NDArray[np.complex128],
        n_tracked: int,
        rows: list[TargetRow],
        *,
        complete: bool,
        interrupted: bool,
        seconds: float,
    ) -> FollowedTargets:
        """The rows as columns."""
        counts: dict[str, Any] = {
            name: np.array([getattr(row, name) for row in rows], np.int64)
            for name in TargetRow._fields
            if name != "real_solutions"
        }
        return cls(
            targets=targets,
            n_tracked=n_tracked,
            real_solutions=tuple(row.real_solutions for row in rows),
            complete=complete,
            interrupted=interrupted,
            seconds=seconds,
            **counts,
        )

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def solved(self) -> NDArray[np.bool_]:
        """``(m,)``: whether every path has an end, all isolated, and no conjugate is missing."""
        return np.asarray((self.n_failed == 0) & (self.n_unpaired == 0) & (self.n_on_families == 0))

    def real_counts(self) -> dict[int, int]:
        """How many targets have each number of real solutions."""
        return dict(sorted(Counter(self.n_real.tolist()).items()))

    def __str__(self) -> str:
        m = max(len(self), 1)
        lines = [
            f"{len(self):,} targets of {self.n_tracked:,} paths, {self.seconds:.2f} s: "
            f"{int(self.solved.sum()):,} solved",
            f"paths: {self.n_finite_paths.sum():,} finite + {self.n_at_infinity.sum():,} at "
            f"infinity + {self.n_failed.sum():,} failed = {len(self) * self.n_tracked:,}",
            f"{self.n_on_families.sum():,} ends on families, {self.n_unpaired.sum():,} solutions "
            "without their conjugate",
            f"isolated solutions: {self.n_finite.mean() if len(self) else 0:.2f} on average, "
            f"{self.n_real.mean() if len(self) else 0:.2f} real",
        ]
        lines += [
            f"  {count} real: {number:,} targets ({100 * number / m:.1f} %)"
            for count, number in self.real_counts().items()
        ]
        if not self.complete:
            lines.append("the start pair is not known to be complete: solutions may be missing")
        if self.interrupted:
            lines.append("interrupted: targets that were not tracked count as failed")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"FollowedTargets({len(self):,} targets, {int(self.solved.sum()):,} solved)"
