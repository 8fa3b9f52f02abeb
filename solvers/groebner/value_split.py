"""Splitting components by the values that a polynomial takes on them.

Enters: the components of critical points and the loss. Leaves: parts on which the loss has one
value (or conjugate ones), and isolated points that lay hidden in a component.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly, fmpz_mpoly_ctx

from polynet.polynomial import SparsePolynomial
from solvers.family import SolutionFamily
from solvers.groebner.algebra import Algebra
from solvers.groebner.basis import (
    Basis,
    Limits,
    LimitsReachedError,
    NormalForms,
    integer_ring,
    leading_monomials,
    over_integers,
)
from solvers.groebner.dimension import is_zero_dimensional
from solvers.groebner.overlaps import maximal_places
from solvers.groebner.positive_dimension import solution_family
from solvers.groebner.splitting import split
from solvers.groebner.zero_dimensional import separated_points
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["ValueParts", "split_by_value"]

_ALGEBRA = Algebra(Limits(1500, 4000, 30000))


@dataclass(frozen=True, slots=True)
class ValueParts:
    """Components cut by the values of a polynomial.

    ``families`` come with the irreducible polynomial over Q whose roots the values on them are
    (not irreducible where a component grew beyond the limits when cut).
    """

    families: tuple[tuple[SolutionFamily, fmpq_poly], ...]
    points: tuple[UnivariateRepresentation, ...] = ()


def split_by_value(
    families: Sequence[SolutionFamily], polynomial: SparsePolynomial, *, seed: int = 0
) -> ValueParts:
    """The parts of ``families`` on which ``polynomial`` takes conjugate values.

    Only for a ``polynomial`` that takes finitely many values on each family, as a loss does on
    its critical points: powers of it are then dependent modulo the ideal. The families are those
    of one solution set, so have their ``names`` in one order. No part lies in another, and no
    point on any.
    """
    if not families:
        return ValueParts(())
    names = families[0].names
    ring = integer_ring(names)
    places = [names.index(name) for name in polynomial.names]
    cuts = [_cut(family, polynomial.with_names(names), places, seed) for family in families]
    kept = _without_overlaps([entry for cut in cuts for entry in cut.families], ring)
    points, _ = separated_points([piece for cut in cuts for piece in cut.finite], ring, seed)
    isolated = [p for p in points if not any(family.contains(p) for family, _ in kept)]
    return ValueParts(tuple(kept), tuple(point.permuted(places) for point in isolated))


@dataclass(frozen=True, slots=True)
class _Cut:
    """What one component becomes: families with their values, and pieces of dimension zero."""

    families: list[tuple[SolutionFamily, fmpq_poly]]
    finite: list[Basis]


def _cut(
    family: SolutionFamily, polynomial: SparsePolynomial, places: Sequence[int], seed: int
) -> _Cut:
    remainder = NormalForms(_basis(family), family.names)
    value = remainder(polynomial.mpoly)
    relation = _relation(value, remainder, (polynomial.degree + 1) ** len(family.names))
    factors = [_monic(factor) for factor, _ in relation.factor()[1]]
    if len(factors) == 1:
        return _Cut([(family, factors[0])], [])
    try:
        cuts = [_at_values(_basis(family), value, factor, places, seed) for factor in factors]
    except LimitsReachedError:
        return _Cut([(family, _monic(relation))], [])
    return _Cut([f for cut in cuts for f in cut.families], [p for cut in cuts for p in cut.finite])


def _at_values(
    basis: Basis, value: fmpq_mpoly, factor: fmpq_poly, places: Sequence[int], seed: int
) -> _Cut:
    """The part of the component where ``value`` is a root of ``factor``."""
    names = value.context().names()
    ring = integer_ring(names)
    cut = _Cut([], [])
    for part in split([*basis, over_integers(_at(factor, value), ring)], ring, _ALGEBRA):
        if is_zero_dimensional(leading_monomials(part), len(names)):
            cut.finite.append(part)
        else:
            found = solution_family(part, ring, seed=seed, algebra=_ALGEBRA)
            cut.families.append((found.permuted(places), factor))
    return cut


def _without_overlaps(
    entries: Sequence[tuple[SolutionFamily, fmpq_poly]], ring: fmpz_mpoly_ctx
) -> list[tuple[SolutionFamily, fmpq_poly]]:
    """The families that lie in no other: parts of components not decomposed further may."""
    by_value: dict[str, list[tuple[SolutionFamily, fmpq_poly]]] = {}
    for entry in entries:
        by_value.setdefault(str(entry[1]), []).append(entry)
    return [
        alike[place]
        for alike in by_value.values()
        for place in maximal_places([_basis(family) for family, _ in alike], ring, _ALGEBRA)
    ]


def _basis(family: SolutionFamily) -> Basis:
    ring = integer_ring(family.names)
    return tuple(over_integers(g.mpoly, ring) for g in family.generators)


def _relation(value: fmpq_mpoly, remainder: NormalForms, most: int) -> fmpq_poly:
    """The minimal polynomial of ``value`` modulo the ideal, of degree ``most`` at most."""
    powers = [remainder(value**0)]
    size = 2
    while True:
        while len(powers) < size:
            powers.append(remainder(powers[-1] * value))
        monomials = sorted({m for power in powers for m in power.monoms()})
        known = [power.to_dict() for power in powers]
        reduced, rank = fmpq_mat([[p.get(m, fmpq(0)) for p in known] for m in monomials]).rref()
        if rank < size:
            # The first `rank` powers are independent, the next is a combination of them.
            return fmpq_poly([-reduced[i, rank] for i in range(rank)] + [1])
        if size > most:
            raise ArithmeticError(f"the polynomial takes over {most} values on the family")
        size = 2 * size


def _at(polynomial: fmpq_poly, value: fmpq_mpoly) -> fmpq_mpoly:
    result = value * 0
    for k in range(polynomial.degree(), -1, -1):
        result = result * value + polynomial[k]
    return result


def _monic(polynomial: fmpq_poly) -> fmpq_poly:
    return polynomial / polynomial[polynomial.degree()]
