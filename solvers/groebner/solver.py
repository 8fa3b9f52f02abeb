"""The exact solver: every solution of a small rational system, isolated or not.

Enters: a ``PolynomialSystem``. Its Gröbner basis is split by factors; pieces of dimension zero
become algebraic points with certified balls, the others families. Leaves: a ``SolutionSet``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import flint
import numpy as np
from flint import fmpz_mpoly, fmpz_mpoly_ctx

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
from solvers.groebner.positive_dimension import maximal_pieces, separating_form, solution_family
from solvers.groebner.quotient import Quotient
from solvers.groebner.splitting import Splitting, split
from solvers.groebner.zero_dimensional import NotSeparatingError, algebraic_points
from solvers.outcome import Outcome
from solvers.solution_set import SolutionSet
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["Groebner"]

_ORDERS = ("grevlex",)
_ENGINES = ("flint",)
_ATTEMPTS = 8
_DOUBLE_BITS = 64
# Cheap tries first: how long a basis takes depends erratically on the order of the variables.
_TRIES = (Limits(300, 600, 3000), Limits(1000, 3000, 20000))


@dataclass(frozen=True, slots=True)
class Groebner:
    """Solves by Gröbner bases in exact arithmetic.

    Parameters
    ----------
    seed
        Of the random linear forms and slices; results differ at most in the samples of families.
    timeout
        Seconds after which the basis computation is stopped, with outcome ``BUDGET_SPENT``;
        None for no limit. With a timeout the basis is computed in a second process.
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

        Raises ``InputError`` for an engine or order that does not exist.
        """
        self._check()
        start = time.perf_counter()
        ring = integer_ring(system.names)
        equations = [over_integers(p.mpoly, ring) for p in system.polynomials]
        try:
            splitting = self._split(equations, ring)
            found = _solved(splitting, ring, self.seed)
        except (LimitsReachedError, TimeoutError):
            found = _Found(Outcome.BUDGET_SPENT)
        return found.solution_set(system.names, self, time.perf_counter() - start)

    def _check(self) -> None:
        if self.order not in _ORDERS:
            raise InputError(f"order {self.order!r} is not known; use one of {_ORDERS}")
        if self.engine is not None and self.engine not in _ENGINES:
            raise InputError(f"engine {self.engine!r} is not known; use one of {_ENGINES}")
        if self.timeout is not None and not self.timeout > 0:
            raise InputError(f"timeout {self.timeout!r} must be a positive number of seconds")

    def _split(self, equations: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx) -> Splitting:
        if self.timeout is not None:
            from solvers.groebner.worker import split_within

            return split_within(self.timeout, equations, ring)
        return split_in_some_order(equations, ring)


def split_in_some_order(equations: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx) -> Splitting:
    """``split``, within growing limits, at last without."""
    for limits in _TRIES:
        try:
            return split(equations, ring, limits)
        except LimitsReachedError:
            continue
    return split(equations, ring)


@dataclass(frozen=True, slots=True)
class _Found:
    outcome: Outcome
    points: tuple[UnivariateRepresentation, ...] = ()
    multiplicities: tuple[int, ...] = ()
    families: tuple[SolutionFamily, ...] = ()
    dimension: int | None = None
    degree: int | None = None

    def solution_set(
        self, names: tuple[str, ...], solver: Groebner, seconds: float
    ) -> SolutionSet:
        # The real conjugates of a point are the first of its balls.
        rows = [
            (k >= point.n_real, i, k, ball)
            for i, point in enumerate(self.points)
            for k, ball in enumerate(point.balls(_DOUBLE_BITS))
        ]
        rows.sort(key=lambda row: row[0])
        values = [[complex(x) for x in ball] for *_, ball in rows]
        return SolutionSet(
            names=names,
            outcome=self.outcome,
            solutions=np.array(values, dtype=np.complex128).reshape(len(rows), len(names)),
            is_real=np.array([not row[0] for row in rows], dtype=np.bool_),
            multiplicities=np.array([self.multiplicities[row[1]] for row in rows], dtype=np.int64),
            evidence=Evidence.CERTIFIED,
            families=self.families,
            dimension=self.dimension,
            degree=self.degree,
            representations=self.points,
            members=np.array([row[1:3] for row in rows], dtype=np.int64).reshape(-1, 2),
            solver="Groebner",
            engines={"python-flint": flint.__version__},
            seed=solver.seed,
            seconds=seconds,
        )


def _solved(splitting: Splitting, ring: fmpz_mpoly_ctx, seed: int) -> _Found:
    n = len(ring.names())
    leading = leading_monomials(splitting.whole)
    if not splitting.pieces:
        return _Found(Outcome.INCONSISTENT, dimension=-1, degree=0)
    if not is_zero_dimensional(leading, n):
        return _with_families(splitting, ring, seed)
    quotient = Quotient.of(splitting.whole, n)
    for attempt in range(_ATTEMPTS):
        form = separating_form(n, seed, attempt)
        try:
            points = _distinct_points(splitting.pieces, ring, form)
        except NotSeparatingError:
            continue
        counts = multiplicities(quotient, points, form)
        return _Found(Outcome.SOLVED, tuple(points), tuple(counts), (), 0, quotient.size)
    return _Found(Outcome.INCOMPLETE)


def _distinct_points(
    pieces: Sequence[tuple[fmpz_mpoly, ...]], ring: fmpz_mpoly_ctx, form: Sequence[int]
) -> list[UnivariateRepresentation]:
    """The points of all pieces, each once; raises where two share a value of the form."""
    found: dict[str, UnivariateRepresentation] = {}
    for piece in pieces:
        for point in algebraic_points(piece, ring, form):
            known = found.setdefault(str(point.minimal_polynomial), point)
            if known.numerators != point.numerators:
                raise NotSeparatingError(f"{tuple(form)} has one value at points of two pieces")
    return sorted(found.values(), key=lambda p: (p.degree, str(p.minimal_polynomial)))


def _with_families(splitting: Splitting, ring: fmpz_mpoly_ctx, seed: int) -> _Found:
    n = len(ring.names())
    finite = [p for p in splitting.pieces if is_zero_dimensional(leading_monomials(p), n)]
    larger = [p for p in splitting.pieces if p not in finite]
    families = [
        solution_family(piece, ring, seed=seed)
        for piece in maximal_pieces(larger, ring.names())
    ]
    families.sort(key=lambda family: (-family.dimension, -family.degree))
    for attempt in range(_ATTEMPTS):
        try:
            points = _distinct_points(finite, ring, separating_form(n, seed, attempt))
        except NotSeparatingError:
            continue
        isolated = [point for point in points if not _on_a_family(point, families)]
        size, degree = dimension_and_degree(leading_monomials(splitting.whole), n)
        unknown = (0,) * len(isolated)
        outcome = Outcome.POSITIVE_DIMENSIONAL
        return _Found(outcome, tuple(isolated), unknown, tuple(families), size, degree)
    return _Found(Outcome.INCOMPLETE)


def _on_a_family(point: UnivariateRepresentation, families: Sequence[SolutionFamily]) -> bool:
    return any(all(point.vanishes(g.mpoly) for g in f.generators) for f in families)
