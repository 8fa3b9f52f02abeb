"""What monodromy found, and how sure it is.

Leaves ``Monodromy.solve``. Its start pairs are what parameter homotopies begin with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from polynet.parametric_system import ParametricSystem
from solvers.homotopy.solutions import HomotopySolutions
from solvers.homotopy.start_pair import StartPair
from solvers.homotopy.stratum_search import StratumRecord
from solvers.homotopy.trace_slices import TraceTest
from solvers.outcome import Outcome

__all__ = ["MonodromyResult"]

_ZERO = 1e-9


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MonodromyResult:
    """All solutions of a family at generic parameters that monodromy found.

    Attributes
    ----------
    family
        The family that was solved.
    tilted_pair
        Solutions of the tilted family ``f(x; p) + b = 0`` at generic p and b; from these every
        isolated solution at any p is reached, singular ones too.
    generic
        The solutions at the same p and b = 0, with the paths that led there.
    trace
        The trace test, None where it was not asked for or there was nothing to test.
    reason
        Why it stopped, or what the trace test proves.
    complete
        Whether the trace test passed and no path to b = 0 failed: then every isolated solution is
        there.
    rounds
        Numbers of independent loops with the numbers of tilted solutions known then.
    strata
        What was found stratum by stratum, where group actions were used.
    n_tracked, n_known, n_failed
        Paths in loops; those that arrived at a solution known at their node; those that failed.
        The others found a solution there.
    n_conflicts
        Pairs of paths that arrived at one solution, which cannot be, and were dropped.
    interrupted
        Whether the run was cut short.
    seed, seconds
        Of the run.
    """

    family: ParametricSystem
    tilted_pair: StartPair
    generic: HomotopySolutions
    trace: TraceTest | None
    reason: str
    complete: bool
    rounds: tuple[tuple[int, int], ...]
    strata: tuple[StratumRecord, ...]
    n_tracked: int
    n_known: int
    n_failed: int
    n_conflicts: int
    interrupted: bool
    seed: int
    seconds: float

    @property
    def point(self) -> NDArray[np.complex128]:
        """The generic parameters ``(n_parameters,)``."""
        return self.tilted_pair.point[: self.family.n_parameters]

    @property
    def solutions(self) -> NDArray[np.complex128]:
        """The solutions there, ``(n_solutions, n_variables)``."""
        return self.generic.solutions

    @property
    def n_solutions(self) -> int:
        """The number of distinct solutions."""
        return len(self.solutions)

    @property
    def n_loops(self) -> int:
        """The number of independent loops, in all strata together."""
        tilted = self.rounds[-1][0] if self.rounds else 0
        return tilted + sum(record.n_loops for record in self.strata)

    def zero_patterns(self) -> dict[tuple[str, ...], int]:
        """How many solutions have zeros exactly in these variables."""
        size = np.abs(self.solutions).max(axis=1, initial=0.0, keepdims=True)
        zero = np.abs(self.solutions) <= _ZERO * np.maximum(size, 1.0)
        names = np.array(self.family.variables)
        counts = Counter(tuple(names[row].tolist()) for row in zero)
        return dict(sorted(counts.items(), key=lambda item: (len(item[0]), item[0])))

    def start_pair(self) -> StartPair:
        """The regular solutions as the start of parameter homotopies in ``family``.

        It is complete where the result is, and all paths to b = 0 that ended did so at regular
        solutions.
        """
        regular = self.generic.multiplicities == 1
        complete, reason = self.complete, self.reason
        if complete and self.generic.outcome is Outcome.POSITIVE_DIMENSIONAL:
            complete, reason = False, "families of solutions at generic parameters"
        elif complete and not regular.all():
            singular = int((~regular).sum())
            complete, reason = False, f"{singular:,} solutions are singular at generic parameters"
        return StartPair(
            self.family.fingerprint,
            self.family.variables,
            self.family.parameters,
            self.point,
            self.solutions[regular],
            complete,
            reason,
            "monodromy",
            self.seed,
        )

    def __str__(self) -> str:
        lines = [
            f"{self.n_solutions:,} solutions at generic parameters, seed {self.seed}",
            ("complete: " if self.complete else "not proved complete: ") + self.reason,
            *self._searches(),
            self._accounted(),
        ]
        if self.trace is not None:
            lines.append(f"{self.trace.n_tracked:,} paths in the trace test")
        lines += [f"to b = 0: {self.generic.paths}", *self.generic.notes]
        sizes: Counter[int] = Counter()
        for names, count in self.zero_patterns().items():
            sizes[len(names)] += count
        if set(sizes) != {0}:
            lines.append(
                ", ".join(f"{count:,} with {zeros} zeros" for zeros, count in sizes.items())
            )
        return "\n".join([*lines, f"{self.seconds:.2f} s"])

    def _accounted(self) -> str:
        new = self.n_tracked - self.n_known - self.n_failed
        return (
            f"{self.n_loops} loops: {new:,} new + {self.n_known:,} known + {self.n_failed:,} "
            f"failed = {self.n_tracked:,} paths, {self.n_conflicts:,} pairs met and were dropped"
        )

    def _searches(self) -> list[str]:
        """The growth of the tilted solutions, and the strata that have any."""
        lines = []
        if self.rounds:
            steps = ", ".join(f"{count:,} after {loops}" for loops, count in self.rounds)
            lines.append(f"tilted solutions by loops: {steps}")
        found = [record for record in self.strata if record.n_solutions]
        if self.strata:
            orbits, loops = sum(r.n_orbits for r in found), sum(r.n_loops for r in found)
            lines.append(
                f"{len(found)} of {len(self.strata)} strata have solutions: {orbits:,} orbits, "
                f"{loops} loops"
            )
        return lines

    def __repr__(self) -> str:
        state = "complete" if self.complete else "not proved complete"
        return f"MonodromyResult({self.n_solutions:,} solutions, {state}: {self.reason})"
