"""The solution set of an ideal: isolated points, families, dimension and degree.

Enters: equations in an integer ring. Leaves: ``Findings``. Pieces of dimension zero become
algebraic points, the others families; whatever is listed is part of the solution set, and what
is not is not.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flint import fmpz_mpoly, fmpz_mpoly_ctx

from solvers.family import SolutionFamily
from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import Basis, is_unit_ideal, leading_monomials
from solvers.groebner.components import components
from solvers.groebner.dimension import dimension_and_degree, is_zero_dimensional
from solvers.groebner.engines.failure import EngineOutputError
from solvers.groebner.multiplicity import multiplicities
from solvers.groebner.multiplicity_off_families import multiplicities_off_families
from solvers.groebner.overlaps import maximal_places
from solvers.groebner.positive_dimension import solution_family
from solvers.groebner.quotient import Quotient
from solvers.groebner.simple_points import simple_points
from solvers.groebner.splitting import split
from solvers.groebner.zero_dimensional import separated_points
from solvers.outcome import Outcome
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["Findings", "findings"]

_PATIENCE = 90.0  # seconds for the proof of a basis at least; else as long as the rest took


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known of a solution set.

    ``multiplicities`` are 0 where they are not known; ``unproved`` has what was checked modulo
    primes only, and why.
    """

    outcome: Outcome
    points: tuple[UnivariateRepresentation, ...] = ()
    multiplicities: tuple[int, ...] = ()
    families: tuple[SolutionFamily, ...] = ()
    dimension: int | None = None
    degree: int | None = None
    unproved: tuple[str, ...] = ()


def findings(
    equations: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, seed: int, algebra: Algebra
) -> Findings:
    """The solution set of ``equations``.

    Raises ``LimitsReachedError`` where a basis outgrew the limits and no engine went beyond
    them, ``EngineError`` where an engine failed.
    """
    start = time.monotonic()
    whole, lucky = algebra.small_basis(equations, ring), None
    if whole is None:
        points = simple_points(equations, ring, algebra)
        if points:
            return _counted(points, equations, ring, algebra, start)
        whole, lucky = algebra.large_basis(equations, ring)
    search = _Search(equations, whole, ring, seed, algebra)
    if is_unit_ideal(whole):
        found = Findings(Outcome.INCONSISTENT, dimension=-1, degree=0)
    elif search.is_finite(whole):
        found = search.points()
    else:
        found = search.with_families()
    if lucky is None:
        return found
    patience = _patience(start)
    # As many distinct points as the quotient has dimensions are proved one by one afterwards.
    simple = found.outcome is Outcome.SOLVED and max(found.multiplicities) == 1
    check = algebra.check(whole, equations, ring, patience, zeros_known=simple)
    if check.refuted:
        raise EngineOutputError(lucky.name, f"gave a wrong basis: {check.reason}")
    if check.proved:
        return found
    doubt = f"the Gröbner basis by {lucky.name}: {check.reason}"
    return replace(found, unproved=(doubt, *found.unproved))


def _counted(
    points: Sequence[UnivariateRepresentation],
    equations: Sequence[fmpz_mpoly],
    ring: fmpz_mpoly_ctx,
    algebra: Algebra,
    start: float,
) -> Findings:
    """The findings where all solutions are simple; that none is missing is proved or a doubt."""
    size = sum(point.degree for point in points)
    check = algebra.check_count(size, tuple(equations), ring, _patience(start))
    unproved = () if check.proved else (f"that there is no other point: {check.reason}",)
    counts = (1,) * len(points)
    return Findings(Outcome.SOLVED, tuple(points), counts, (), 0, size, unproved)


def _patience(start: float) -> float:
    """The seconds that a proof may take of what was computed since ``start``."""
    return max(_PATIENCE, time.monotonic() - start)


@dataclass(frozen=True, slots=True)
class _Search:
    """``equations`` with their basis ``whole``, and what to solve them with."""

    equations: Sequence[fmpz_mpoly]
    whole: Basis
    ring: fmpz_mpoly_ctx
    seed: int
    algebra: Algebra

    def is_finite(self, piece: Basis) -> bool:
        """Whether the solutions of ``piece`` are isolated."""
        return is_zero_dimensional(leading_monomials(piece), self.ring.nvars())

    def points(self) -> Findings:
        """The solutions where all are isolated."""
        start = time.monotonic()
        quotient = Quotient.of(self.whole, self.ring.nvars())
        pieces = split(self.equations, self.ring, self.algebra, whole=self.whole)
        points, form = separated_points(pieces, self.ring, self.seed, self.algebra)
        try:
            counts = multiplicities(quotient, points, form)
        except ArithmeticError as error:
            used = self.algebra.used
            if not used:
                raise
            raise EngineOutputError(", ".join(used), f"lost solutions: {error}") from error
        # As many points as the quotient ring has dimensions are all, whatever luck they came by.
        unproved = () if max(counts) == 1 else self._unproved(start)
        size = quotient.size
        return Findings(Outcome.SOLVED, tuple(points), tuple(counts), (), 0, size, unproved)

    def with_families(self) -> Findings:
        """The solutions where some are not isolated."""
        start, ring, algebra = time.monotonic(), self.ring, self.algebra
        pieces, prime = components(self.equations, self.whole, ring, algebra)
        finite = [piece for piece in pieces if self.is_finite(piece)]
        larger = [piece for piece in pieces if piece not in finite]
        kept = range(len(larger)) if prime else maximal_places(larger, ring, algebra)
        families = [
            solution_family(larger[place], ring, seed=self.seed, prime=prime, algebra=algebra)
            for place in kept
        ]
        families.sort(key=lambda family: (-family.dimension, -family.degree))
        points, form = separated_points(finite, ring, self.seed, algebra)
        isolated = tuple(
            p for p in points if prime or not any(family.contains(p) for family in families)
        )
        counts = multiplicities_off_families(self.equations, larger, isolated, form, ring, algebra)
        size, degree = dimension_and_degree(leading_monomials(self.whole), ring.nvars())
        outcome, unproved = Outcome.POSITIVE_DIMENSIONAL, self._unproved(start)
        return Findings(outcome, isolated, tuple(counts), tuple(families), size, degree, unproved)

    def _unproved(self, start: float) -> tuple[str, ...]:
        """What rests on luck after as long as the search took."""
        return self.algebra.unproved(_patience(start))
