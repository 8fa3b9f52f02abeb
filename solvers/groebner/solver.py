"""The exact solver: every solution of a small rational system, isolated or not.

Enters: a ``PolynomialSystem``. Its Gröbner basis is split by factors; pieces of dimension zero
become algebraic points with certified balls, the others families. Leaves: a ``SolutionSet``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any

import flint
import numpy as np
from flint import fmpz_mpoly_ctx

from polynet.errors import InputError
from polynet.polynomial_system import PolynomialSystem
from solvers.critical_point import Evidence
from solvers.family import SolutionFamily
from solvers.groebner.basis import (
    Limits,
    LimitsReachedError,
    integer_ring,
    leading_monomials,
    over_integers,
)
from solvers.groebner.dimension import dimension_and_degree, is_zero_dimensional
from solvers.groebner.multiplicity import multiplicities
from solvers.groebner.overlaps import maximal_places
from solvers.groebner.positive_dimension import solution_family
from solvers.groebner.quotient import Quotient
from solvers.groebner.splitting import Splitting, split
from solvers.groebner.zero_dimensional import separated_points
from solvers.outcome import Outcome
from solvers.solution_set import SolutionSet
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["Groebner", "spent"]

_ORDERS = ("grevlex",)
_ENGINES = ("flint",)
_DOUBLE_BITS = 64
_LONGEST = 2_000_000  # seconds, 23 days: operating systems wait little longer
_NOT_DECOMPOSED = "isolated solutions may be hidden in families that are not decomposed further"
# Cheap tries first: how far intermediate bases swell depends erratically on the order of the
# variables, so several orders are tried before the limits are raised.
_TRIES = (
    (Limits(300, 600, 3000), 6),
    (Limits(1500, 4000, 30000), 3),
    (Limits(5000, 20000, 10**6), 1),
)


@dataclass(frozen=True, slots=True)
class Groebner:
    """Solves by Gröbner bases in exact arithmetic.

    Parameters
    ----------
    seed
        Of the random linear forms and slices; results differ at most in the samples of families.
    timeout
        Seconds after which the computation is stopped, with outcome ``BUDGET_SPENT``; None for no
        limit on time (there is one on the size of bases). With a timeout a second process solves.
    order
        The monomial order; ``"grevlex"``.
    engine
        What computes bases: ``"flint"``, or None to choose.

    Examples
    --------
    >>> system = PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x^2 - y"])
    >>> found = Groebner().solve(system)
    >>> found.n_finite, found.n_real
    (4, 2)
    """

    seed: int = 0
    timeout: float | None = None
    order: str = "grevlex"
    engine: str | None = None

    def solve(self, system: PolynomialSystem) -> SolutionSet:
        """All solutions of ``system``; see ``SolutionSet.outcome`` for how it ended.

        Raises ``InputError`` for an engine or order that does not exist, a timeout that is no
        positive number of seconds, or a negative seed.
        """
        self._check(system)
        start = time.perf_counter()
        if self.timeout is not None:
            from solvers.groebner.worker import solve_within

            found = solve_within(self.timeout, system, replace(self, timeout=None))
        else:
            found = self._solve_here(system)
        return replace(found, seconds=time.perf_counter() - start)

    def _check(self, system: PolynomialSystem) -> None:
        if self.order not in _ORDERS:
            raise InputError(f"order {self.order!r} is not known; use one of {_ORDERS}")
        if self.engine is not None and self.engine not in _ENGINES:
            raise InputError(f"engine {self.engine!r} is not known; use one of {_ENGINES}")
        if self.timeout is not None and not _is_number(self.timeout, Real, 0, _LONGEST):
            raise InputError(
                f"timeout {self.timeout!r} must be a positive number of seconds up to "
                f"{_LONGEST:,}, or None for no limit"
            )
        if not _is_number(self.seed, Integral, -1, float("inf")):
            raise InputError(f"seed {self.seed!r} must be an integer from 0 on")
        if not system.n_variables:
            raise InputError("the system has no variables; name at least one")

    def _solve_here(self, system: PolynomialSystem) -> SolutionSet:
        for names, limits in _attempts(system.names, self.seed):
            ring = integer_ring(names)
            moved = [p.with_names(names) for p in system.polynomials]
            try:
                splitting = split([over_integers(p.mpoly, ring) for p in moved], ring, limits)
                found = _solved(splitting, ring, self.seed, limits)
            except LimitsReachedError:
                continue
            return found.solution_set(system.names, names, self.seed)
        return _Found(Outcome.BUDGET_SPENT).solution_set(system.names, system.names, self.seed)


def _is_number(value: Any, kind: Any, above: float, most: float) -> bool:
    """Whether ``value`` is a number of ``kind``, over ``above`` and up to ``most``."""
    return isinstance(value, kind) and not isinstance(value, bool) and above < value <= most


def spent(system: PolynomialSystem, seed: int) -> SolutionSet:
    """What is known of ``system`` when the time is over: nothing."""
    return _Found(Outcome.BUDGET_SPENT).solution_set(system.names, system.names, seed)


def _attempts(names: tuple[str, ...], seed: int) -> Iterator[tuple[tuple[str, ...], Limits]]:
    """Orders of the variables and limits to try, whatever order ``names`` come in."""
    for limits, count in _TRIES:
        ordered = sorted(names)
        rng = np.random.default_rng(seed)
        for k in range(count):
            yield tuple(ordered), limits
            ordered = ordered[::-1] if k == 0 else [ordered[i] for i in rng.permutation(len(names))]


@dataclass(frozen=True, slots=True)
class _Found:
    outcome: Outcome
    points: tuple[UnivariateRepresentation, ...] = ()
    multiplicities: tuple[int, ...] = ()
    families: tuple[SolutionFamily, ...] = ()
    dimension: int | None = None
    degree: int | None = None

    def solution_set(
        self, names: tuple[str, ...], order: tuple[str, ...], seed: int
    ) -> SolutionSet:
        """The result in the variables ``names``, having been computed in ``order``."""
        places = [order.index(name) for name in names]
        points = tuple(point.permuted(places) for point in self.points)
        # The real conjugates of a point are the first of its balls.
        rows = [
            (k >= point.n_real, i, k, [complex(x) + 0 for x in ball])  # no -0.0
            for i, point in enumerate(points)
            for k, ball in enumerate(point.balls(_DOUBLE_BITS))
        ]
        # The real ones first, ascending.
        rows.sort(key=lambda row: (row[0], [] if row[0] else [x.real for x in row[3]]))
        values = [row[3] for row in rows]
        return SolutionSet(
            names=names,
            outcome=self.outcome,
            solutions=np.array(values, dtype=np.complex128).reshape(len(rows), len(names)),
            is_real=np.array([not row[0] for row in rows], dtype=np.bool_),
            multiplicities=np.array([self.multiplicities[row[1]] for row in rows], dtype=np.int64),
            evidence=Evidence.CERTIFIED,
            families=tuple(family.permuted(places) for family in self.families),
            dimension=self.dimension,
            degree=self.degree,
            representations=points,
            members=np.array([row[1:3] for row in rows], dtype=np.int64).reshape(-1, 2),
            solver="Groebner",
            engines={"python-flint": flint.__version__},
            seed=seed,
            notes=() if all(family.irreducible for family in self.families) else (_NOT_DECOMPOSED,),
        )


def _solved(splitting: Splitting, ring: fmpz_mpoly_ctx, seed: int, limits: Limits) -> _Found:
    n = len(ring.names())
    leading = leading_monomials(splitting.whole)
    if not splitting.pieces:
        return _Found(Outcome.INCONSISTENT, dimension=-1, degree=0)
    if not is_zero_dimensional(leading, n):
        return _with_families(splitting, ring, seed, limits)
    quotient = Quotient.of(splitting.whole, n)
    points, form = separated_points(splitting.pieces, ring, seed, limits)
    counts = multiplicities(quotient, points, form)
    return _Found(Outcome.SOLVED, tuple(points), tuple(counts), (), 0, quotient.size)


def _with_families(splitting: Splitting, ring: fmpz_mpoly_ctx, seed: int, limits: Limits) -> _Found:
    n = len(ring.names())
    finite = [p for p in splitting.pieces if is_zero_dimensional(leading_monomials(p), n)]
    larger = [p for p in splitting.pieces if p not in finite]
    families = [
        solution_family(larger[place], ring, seed=seed, limits=limits)
        for place in maximal_places(larger, ring, limits)
    ]
    families.sort(key=lambda family: (-family.dimension, -family.degree))
    points, _ = separated_points(finite, ring, seed, limits)
    isolated = tuple(p for p in points if not any(family.contains(p) for family in families))
    size, degree = dimension_and_degree(leading_monomials(splitting.whole), n)
    unknown = (0,) * len(isolated)
    outcome = Outcome.POSITIVE_DIMENSIONAL
    return _Found(outcome, isolated, unknown, tuple(families), size, degree)
