"""Families of solutions on which no path happened to end, sought on random slices.

Enters: ``HomotopySolutions`` that know of no family, and their exact system. Leaves: the same, with
outcome ``POSITIVE_DIMENSIONAL`` where a family was met, and with a reason that says what was tested
or not.

A component of dimension k meets k random hyperplanes in as many points as its degree. The equations
are replaced by n - k random combinations of them: of the solutions of both, those points are
isolated, so that a total degree homotopy ends at every one, and the rest are no solutions of the
system. Isolated solutions of the system lie on no random hyperplane. Equations are sorted by
degree, so the paths are those of the n - k highest degrees: fewer than a total degree start has.
The test is made for k = n - 1, ..., 1, fewest paths first.

It is left out where all paths ended at isolated solutions. The closure of a family in projective
space is connected to the end of some path (the contribution of a connected component to Bézout's
number is positive), and on what is neither isolated nor at infinity singular ends are examined
anyway.

Source: Sommese and Wampler, 'The Numerical Solution of Systems of Polynomials Arising in
Engineering and Science' (2005), sections 13.5 (randomisation) and 13.6, 15.1 (witness sets).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from polynet.polynomial_system import PolynomialSystem
from solvers.completeness import Completeness, CompletenessStatus
from solvers.homotopy.complex_system import ComplexSystem
from solvers.homotopy.local_dimension import examine_zero
from solvers.homotopy.path_table import PathEnd
from solvers.homotopy.solutions import HomotopySolutions
from solvers.homotopy.target import Target
from solvers.outcome import Outcome
from solvers.protocol import Solver

__all__ = ["with_unseen_families_sought"]

_WITNESS_RESIDUAL = 1e-7
_MAX_EXAMINED = 5


def with_unseen_families_sought(
    found: HomotopySolutions, system: PolynomialSystem, solver: Solver, max_paths: int
) -> HomotopySolutions:
    """``found`` with what random slices say of families, for at most ``max_paths`` paths in all.

    ``solver`` finds the isolated solutions of a slice, a ``ComplexSystem``.

    >>> from solvers.homotopy.solver import Homotopy
    >>> line = PolynomialSystem.from_strings(["(x+1)^2*(y-2)*(-2*y-2)", "3*(x+1)"])
    >>> Homotopy(start="total-degree", seed=947352).solve(line).outcome.value
    'positive-dimensional'
    """
    strayed = found.n_at_infinity + found.paths.count(PathEnd.EXCESS)
    if system.n_variables == 1 or not strayed:
        return found
    if found.outcome not in (Outcome.SOLVED, Outcome.INCONSISTENT):
        return found
    slices = _Slices.of(system, max_paths)
    for dimension in slices.affordable:
        verdict = slices.tested(dimension, system, solver)
        if verdict is not None:
            return _doubted(found, verdict)
    return _with_reasons(found, slices.reasons())


@dataclass(slots=True, eq=False)
class _Slices:
    """Equations in scaled unknowns, by descending degree, and the dimensions tested so far."""

    target: Target
    equations: Sequence[tuple[NDArray[np.int64], NDArray[np.complex128]]]
    max_paths: int
    rng: np.random.Generator
    tracked: int = 0
    open: tuple[int, ...] = ()
    """Dimensions of which paths to the slice failed."""

    @classmethod
    def of(cls, system: PolynomialSystem, max_paths: int) -> _Slices:
        rng = np.random.default_rng(0)
        target = Target.of(system, rng)
        by_degree = sorted(target.originals, key=lambda e: -int(e[0].sum(axis=1).max()))
        return cls(target, by_degree, max_paths, rng)

    def paths(self, dimension: int) -> int:
        """The number of paths to the slice of this dimension."""
        kept = self.equations[: self.target.n - dimension]
        return prod(int(powers.sum(axis=1).max()) for powers, _ in kept)

    @property
    def affordable(self) -> list[int]:
        """Dimensions from the highest down whose slices have ``max_paths`` paths together."""
        dimensions = np.arange(self.target.n - 1, 0, -1)
        total = np.cumsum(np.array([self.paths(int(k)) for k in dimensions], dtype=object))
        return [int(k) for k, paths in zip(dimensions, total, strict=True) if paths <= self.max_paths]

    def tested(self, dimension: int, system: PolynomialSystem, solver: Solver) -> bool | None:
        """True where a family meets the slice, False where that could not be told, else None."""
        ends = solver.solve(self._slice(dimension))  # type: ignore[arg-type]
        self.tracked += self.paths(dimension)
        if ends.n_failed:
            self.open = (*self.open, dimension)
        points = ends.solutions
        if isinstance(ends, HomotopySolutions) and len(ends.lone_ends):
            points = np.concatenate([points, ends.lone_ends])
        return self._verdict(points, system)

    def _slice(self, dimension: int) -> ComplexSystem:
        """Random combinations of the equations, and as many linear ones as ``dimension``."""
        n, rng = self.target.n, self.rng
        plane = np.concatenate([np.eye(n, dtype=np.int64), np.zeros((1, n), np.int64)])
        rows = [_combined(self.equations, i, n - dimension, rng) for i in range(n - dimension)]
        rows += [(plane, _random(rng, n + 1)) for _ in range(dimension)]
        names = [f"y{j}" for j in range(n)]
        return ComplexSystem.of(names, [row[0] for row in rows], [row[1] for row in rows])

    def _verdict(self, points: NDArray[np.complex128], system: PolynomialSystem) -> bool | None:
        residuals = self.target.residuals(points)
        order = np.argsort(residuals)[:_MAX_EXAMINED]
        verdict: bool | None = None
        for row in order[residuals[order] <= _WITNESS_RESIDUAL].tolist():
            point = self.target.unscaled(points[row])
            isolated = examine_zero(system, point, max_multiplicity=len(points)).isolated
            if isolated is False:
                return True
            if isolated is None:
                verdict = False
        return verdict

    def reasons(self) -> tuple[str, ...]:
        """What was tested without a hit, and what was not."""
        affordable = self.affordable
        left = [k for k in range(1, self.target.n) if k not in affordable]
        tested = [k for k in affordable[::-1] if k not in self.open]
        reasons = []
        if tested:
            reasons.append(
                f"no family of dimension {_span(tested)} meets a random slice "
                f"({self.tracked:,} paths)"
            )
        if self.open:
            which = _span(sorted(self.open))
            reasons.append(
                f"unseen families of dimension {which} are not ruled out: paths to a slice failed"
            )
        if left:
            many = sum(self.paths(k) for k in left)
            reasons.append(
                f"unseen families of dimension {_span(left)} are not ruled out: slices have "
                f"{many:,} more paths (max_family_paths={self.max_paths:,})"
            )
        return tuple(reasons)


def _combined(
    equations: Sequence[tuple[NDArray[np.int64], NDArray[np.complex128]]],
    row: int,
    kept: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.complex128]]:
    """Equation ``row`` plus random multiples of all but the first ``kept``."""
    powers, values = equations[row]
    terms = dict(zip(map(tuple, powers.tolist()), values.tolist(), strict=True))
    others = equations[kept:]
    for (own, coefficients), factor in zip(others, _random(rng, len(others)), strict=True):
        for power, value in zip(map(tuple, own.tolist()), coefficients * factor, strict=True):
            terms[power] = terms.get(power, 0.0) + value
    return np.array(list(terms), np.int64), np.array(list(terms.values()), np.complex128)


def _random(rng: np.random.Generator, size: int) -> NDArray[np.complex128]:
    """Random complex numbers of modulus near 1."""
    return np.asarray(np.exp(2j * np.pi * rng.random(size)) * (0.6 + 0.8 * rng.random(size)))


def _span(dimensions: Sequence[int]) -> str:
    """``1``, or ``1 to 3``."""
    first, last = dimensions[0], dimensions[-1]
    return str(first) if first == last else f"{first} to {last}"


def _doubted(found: HomotopySolutions, certain: bool) -> HomotopySolutions:
    """``found`` where a slice has a point of a family, or one of which that cannot be told."""
    if certain:
        reason = "a random slice meets a family of solutions; families are not listed"
        outcome, status = Outcome.POSITIVE_DIMENSIONAL, found.completeness.status
        reasons = (*found.completeness.reasons, reason)
    else:
        reason = "a random slice has a zero that may lie on a family of solutions"
        outcome, status, reasons = Outcome.INCOMPLETE, CompletenessStatus.UNKNOWN, (reason,)
    return replace(
        found,
        outcome=outcome,
        dimension=None,
        completeness=Completeness(status, reasons),
        notes=(*found.notes, reason),
    )


def _with_reasons(found: HomotopySolutions, reasons: tuple[str, ...]) -> HomotopySolutions:
    own = found.completeness
    return replace(found, completeness=replace(own, reasons=(*own.reasons, *reasons)))
