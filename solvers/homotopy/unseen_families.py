"""Families of solutions on which no path happened to end, sought on random slices.

Enters: ``HomotopySolutions`` that know of no family, and their exact system. Leaves: the same, with
outcome ``POSITIVE_DIMENSIONAL`` where a slice met one, else with a reason: what was tested.

A component of dimension k meets k random hyperplanes in as many points as its degree. The equations
are replaced by n - k random combinations of them: those points are isolated solutions of these and
the hyperplanes, so that a total degree homotopy ends at every one; other ends do not solve the
system. No isolated solution of the system lies on random hyperplanes. With equations in order of
degree, there are as many paths as the product of the n - k highest degrees, less than a total
degree start has. The test is made for k = n - 1, ..., 1, fewest paths first, where all of them
together are within a budget.

It is left out where every path ended at a zero of the system. Bézout's number counts each connected
component of the solutions in projective space at least once, so with a total degree start some path
ends on the component that a family is part of: at infinity, or at a singular zero, which is
examined by itself. For the other starts this is a rule of experience: no random system broke it.

Source: Sommese and Wampler, 'The Numerical Solution of Systems of Polynomials Arising in
Engineering and Science' (2005), sections 13.5 (randomisation) and 13.6 (witness sets).
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
from solvers.solution_set import SolutionSet

__all__ = ["with_unseen_families_sought"]

Equation = tuple[NDArray[np.int64], NDArray[np.complex128]]

_WITNESS_RESIDUAL = 1e-7
_MAX_EXAMINED = 5


def with_unseen_families_sought(
    found: HomotopySolutions, system: PolynomialSystem, solver: Solver, max_paths: int
) -> HomotopySolutions:
    """``found`` with what random slices say of families; they take ``max_paths`` paths at most.

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
    slices = _Slices.of(system)
    if slices.n_paths > max_paths:
        return _with_reason(
            found,
            f"families on which no path ended are not ruled out: random slices have "
            f"{slices.n_paths:,} more paths (max_family_paths={max_paths:,})",
        )
    n_failed = 0
    for dimension in slices.dimensions:
        ends = solver.solve(slices.slice(dimension))  # type: ignore[arg-type]
        n_failed += ends.n_failed
        verdict = slices.verdict(ends, system)
        if verdict is not None:
            return _doubted(found, on_family=verdict)
    return _with_reason(found, _tested(slices.n_paths, n_failed))


def _tested(n_paths: int, n_failed: int) -> str:
    if n_failed:
        return (
            f"families on which no path ended are not ruled out: {n_failed:,} of {n_paths:,} paths "
            "to random slices failed"
        )
    return f"no family meets random slices ({n_paths:,} more paths)"


@dataclass(frozen=True, slots=True, eq=False)
class _Slices:
    """Equations in scaled unknowns, by descending degree; ``rng`` draws combinations and planes."""

    target: Target
    equations: Sequence[Equation]
    rng: np.random.Generator

    @classmethod
    def of(cls, system: PolynomialSystem) -> _Slices:
        rng = np.random.default_rng(0)
        target = Target.of(system, rng)
        return cls(target, sorted(target.originals, key=_degree, reverse=True), rng)

    @property
    def dimensions(self) -> range:
        """From the highest down: fewest paths first."""
        return range(self.target.n - 1, 0, -1)

    @property
    def n_paths(self) -> int:
        """The number of paths to the slices of all dimensions."""
        kept = [self.equations[: self.target.n - k] for k in self.dimensions]
        return sum(prod(map(_degree, equations)) for equations in kept)

    def slice(self, dimension: int) -> ComplexSystem:
        """Random combinations of the equations, and as many linear ones as ``dimension``."""
        n, rng = self.target.n, self.rng
        linear = np.concatenate([np.eye(n, dtype=np.int64), np.zeros((1, n), np.int64)])
        rows = [_combined(self.equations, i, n - dimension, rng) for i in range(n - dimension)]
        rows += [(linear, _random(rng, n + 1)) for _ in range(dimension)]
        names = [f"y{j}" for j in range(n)]
        return ComplexSystem.of(names, [row[0] for row in rows], [row[1] for row in rows])

    def verdict(self, ends: SolutionSet, system: PolynomialSystem) -> bool | None:
        """True where an end is on a family, False where that could not be told, None for none."""
        points = ends.solutions
        if isinstance(ends, HomotopySolutions) and len(ends.lone_ends):
            points = np.concatenate([points, ends.lone_ends])
        residuals = self.target.residuals(points)
        order = np.argsort(residuals)[:_MAX_EXAMINED]
        verdict: bool | None = None
        for row in order[residuals[order] <= _WITNESS_RESIDUAL].tolist():
            point = self.target.unscaled(points[row])
            isolated = examine_zero(system, point, max_multiplicity=self.n_paths).isolated
            if isolated is False:
                return True
            if isolated is None:
                verdict = False
        return verdict


def _degree(equation: Equation) -> int:
    return int(equation[0].sum(axis=1).max())


def _combined(
    equations: Sequence[Equation],
    row: int,
    kept: int,
    rng: np.random.Generator,
) -> Equation:
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


def _doubted(found: HomotopySolutions, *, on_family: bool) -> HomotopySolutions:
    """``found`` where a slice has a point of a family, or one of which that cannot be told."""
    if on_family:
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


def _with_reason(found: HomotopySolutions, reason: str) -> HomotopySolutions:
    own = found.completeness
    return replace(found, completeness=replace(own, reasons=(*own.reasons, reason)))
