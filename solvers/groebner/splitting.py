"""Splitting a system by the factors of its basis elements, until none factors.

If f g lies in the ideal, every solution solves f or g. Each split is exact, so the pieces have
exactly the solutions of the system; a later piece may use that the earlier factor is not zero
there, which removes it from all other elements. Pieces may share solutions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import (
    Limits,
    groebner_basis,
    is_unit_ideal,
    over_integers,
    over_rationals,
    primitive,
    rational_ring,
)

__all__ = ["Splitting", "irreducible_factors", "split"]


@dataclass(frozen=True, slots=True)
class Splitting:
    """The Gröbner bases of a system and of the pieces that make up its solution set."""

    whole: tuple[fmpz_mpoly, ...]
    pieces: tuple[tuple[fmpz_mpoly, ...], ...]


def split(
    equations: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, limits: Limits | None = None
) -> Splitting:
    """The Gröbner basis of ``equations`` and those of pieces whose elements are irreducible.

    Raises ``LimitsReachedError`` where a basis outgrows ``limits``.

    >>> from solvers.groebner.basis import integer_ring
    >>> ring = integer_ring(["x", "y"])
    >>> x, y = ring.gens()
    >>> [[str(g) for g in piece] for piece in split([x * y, x * (x - 1)], ring).pieces]
    [['x'], ['y', 'x - 1']]
    """
    whole = groebner_basis(equations, ring, limits)
    pieces: dict[tuple[str, ...], tuple[fmpz_mpoly, ...]] = {}
    _collect(whole, ring, limits, frozenset(), pieces)
    return Splitting(whole, tuple(pieces.values()))


def _collect(
    basis: tuple[fmpz_mpoly, ...],
    ring: fmpz_mpoly_ctx,
    limits: Limits | None,
    nonzero: frozenset[str],
    pieces: dict[tuple[str, ...], tuple[fmpz_mpoly, ...]],
) -> None:
    """Split ``basis`` under the assumption that no polynomial of ``nonzero`` vanishes."""
    while True:
        if is_unit_ideal(basis):
            return
        factored = [_factors(element, nonzero) for element in basis]
        if any(not factors for factors in factored):
            return  # an element is a product of polynomials that do not vanish here
        simplified = [_product(factors) for factors in factored]
        if simplified == list(basis):
            break
        basis = groebner_basis(simplified, ring, limits)
    reducible = [factors for factors in factored if len(factors) > 1]
    if not reducible:
        pieces.setdefault(tuple(map(str, basis)), basis)
        return
    excluded = nonzero
    cheapest = min(reducible, key=lambda factors: max(map(_cost, factors)))
    for factor in sorted(cheapest, key=_cost):
        possible = [[f for f in factors if str(f) not in excluded] for factors in factored]
        if not all(possible):
            return  # an element has only factors that were split off before
        inside = [factor, *map(_product, possible)]
        _collect(groebner_basis(inside, ring, limits), ring, limits, excluded, pieces)
        excluded |= {str(factor)}


def _factors(element: fmpz_mpoly, nonzero: frozenset[str]) -> list[fmpz_mpoly]:
    """The distinct irreducible factors of ``element`` that may vanish."""
    return [factor for factor in irreducible_factors(element) if str(factor) not in nonzero]


def irreducible_factors(element: fmpz_mpoly) -> list[fmpz_mpoly]:
    """The distinct irreducible factors over Q, primitive; none for a constant."""
    try:
        return [primitive(factor) for factor, _ in element.factor()[1]]
    except OverflowError:
        # python-flint 0.9 fails to sort factors with some coefficients beyond 31 bits; the
        # rational factorisation does not.
        ring = element.context()
        rational = over_rationals(element, rational_ring(ring.names()))
        return [over_integers(factor, ring) for factor, _ in rational.factor()[1]]


def _product(factors: Sequence[fmpz_mpoly]) -> fmpz_mpoly:
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return primitive(result)


def _cost(factor: fmpz_mpoly) -> tuple[int, int, str]:
    return factor.total_degree(), len(factor), str(factor)
