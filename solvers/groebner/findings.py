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
from solvers.groebner.overlaps import maximal_places
from solvers.groebner.positive_dimension import solution_family
from solvers.groebner.quotient import Quotient
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
    n = len(ring.names())
    start = time.monotonic()
    whole, lucky = algebra.basis_of_system(equations, ring)
    if is_unit_ideal(whole):
        found = Findings(Outcome.INCONSISTENT, dimension=-1, degree=0)
    elif is_zero_dimensional(leading_monomials(whole), n):
        found = _points(equations, whole, ring, seed=seed, algebra=algebra)
    else:
        found = _with_families(equations, whole, ring, seed=seed, algebra=algebra)
    if lucky is None:
        return found
    patience = _patience(start)
    check = algebra.check(whole, equations, ring, patience)
    if check.refuted:
        raise EngineOutputError(lucky.name, f"gave a wrong basis: {check.reason}")
    if check.proved:
        return found
    doubt = f"the Gröbner basis by {lucky.name}: {check.reason}"
    return replace(found, unproved=(doubt, *found.unproved))


def _patience(start: float) -> float:
    """The seconds that a proof may take of what was computed since ``start``."""
    return max(_PATIENCE, time.monotonic() - start)


def _points(
    equations: Sequence[fmpz_mpoly],
    whole: Basis,
    ring: fmpz_mpoly_ctx,
    *,
    seed: int,
    algebra: Algebra,
) -> Findings:
    start = time.monotonic()
    quotient = Quotient.of(whole, len(ring.names()))
    pieces = split(equations, ring, algebra, whole=whole)
    points, form = separated_points(pieces, ring, seed, algebra)
    try:
        counts = multiplicities(quotient, points, form)
    except ArithmeticError as error:
        if not algebra.used:
            raise
        raise EngineOutputError(", ".join(algebra.used), f"lost solutions: {error}") from error
    # As many points as the quotient ring has dimensions are all, whatever luck they came by.
    unproved = () if max(counts) == 1 else algebra.unproved(_patience(start))
    return Findings(Outcome.SOLVED, tuple(points), tuple(counts), (), 0, quotient.size, unproved)


def _with_families(
    equations: Sequence[fmpz_mpoly],
    whole: Basis,
    ring: fmpz_mpoly_ctx,
    *,
    seed: int,
    algebra: Algebra,
) -> Findings:
    start, n = time.monotonic(), len(ring.names())
    pieces, prime = components(equations, whole, ring, algebra)
    finite = [p for p in pieces if is_zero_dimensional(leading_monomials(p), n)]
    larger = [p for p in pieces if p not in finite]
    kept = range(len(larger)) if prime else maximal_places(larger, ring, algebra)
    families = [
        solution_family(larger[place], ring, seed=seed, prime=prime, algebra=algebra)
        for place in kept
    ]
    families.sort(key=lambda family: (-family.dimension, -family.degree))
    points, _ = separated_points(finite, ring, seed, algebra)
    isolated = tuple(
        p for p in points if prime or not any(family.contains(p) for family in families)
    )
    size, degree = dimension_and_degree(leading_monomials(whole), n)
    unknown = (0,) * len(isolated)
    unproved = algebra.unproved(_patience(start))
    outcome = Outcome.POSITIVE_DIMENSIONAL
    return Findings(outcome, isolated, unknown, tuple(families), size, degree, unproved)
