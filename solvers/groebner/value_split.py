"""Splitting a component by the values that a polynomial takes on it.

Enters: a component of critical points and the loss. Leaves: parts on which the loss has one value
(or conjugate ones), and isolated points that lay hidden in the component.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly, fmpz_mpoly, fmpz_mpoly_ctx

from polynet.polynomial import SparsePolynomial
from solvers.family import SolutionFamily
from solvers.groebner.basis import (
    Limits,
    LimitsReachedError,
    NormalForms,
    integer_ring,
    leading_monomials,
    over_integers,
)
from solvers.groebner.dimension import is_zero_dimensional
from solvers.groebner.positive_dimension import finite_points, maximal_pieces, solution_family
from solvers.groebner.splitting import split
from solvers.univariate_representation import UnivariateRepresentation

__all__ = ["ValueParts", "split_by_value"]

_MOST_VALUES = 40
_LIMITS = Limits(1500, 4000, 30000)


@dataclass(frozen=True, slots=True)
class ValueParts:
    """A component cut by the values of a polynomial.

    ``families`` come with the irreducible polynomial over Q whose roots the values on them are.
    """

    families: tuple[tuple[SolutionFamily, fmpq_poly], ...]
    points: tuple[UnivariateRepresentation, ...] = ()


def split_by_value(
    family: SolutionFamily, polynomial: SparsePolynomial, *, seed: int = 0
) -> ValueParts:
    """The parts of ``family`` on which ``polynomial`` takes conjugate values.

    Only for a ``polynomial`` that takes finitely many values on the family, as a loss does on its
    critical points: powers of it are then dependent modulo the ideal.
    """
    names = family.generators[0].names
    ring = integer_ring(names)
    piece = tuple(over_integers(g.mpoly, ring) for g in family.generators)
    remainder = NormalForms(piece, names)
    value = remainder(polynomial.with_names(names).mpoly)
    if value.is_constant():
        constant = value.leading_coefficient() if not value.is_zero() else fmpq(0)
        return ValueParts(((family, fmpq_poly([-constant, 1])),))
    relation = _relation(value, remainder)
    factors = [_monic(factor) for factor, _ in relation.factor()[1]]
    if len(factors) == 1:
        return ValueParts(((family, factors[0]),))
    try:
        parts = [_at_values(piece, ring, value, factor, seed) for factor in factors]
    except LimitsReachedError:
        return ValueParts(((family, _monic(relation)),))
    places = [names.index(name) for name in polynomial.names]
    return ValueParts(
        tuple(
            (part.permuted(places), values) for found in parts for part, values in found.families
        ),
        tuple(point.permuted(places) for found in parts for point in found.points),
    )


def _at_values(
    piece: tuple[fmpz_mpoly, ...],
    ring: fmpz_mpoly_ctx,
    value: fmpq_mpoly,
    factor: fmpq_poly,
    seed: int,
) -> ValueParts:
    """The part of the component where ``value`` is a root of ``factor``."""
    names = ring.names()
    pieces = split([*piece, over_integers(_at(factor, value), ring)], ring, _LIMITS).pieces
    families, points = [], []
    for part in maximal_pieces(pieces, names):
        if is_zero_dimensional(leading_monomials(part), len(names)):
            points += finite_points(part, ring, seed, _LIMITS)
        else:
            families.append(solution_family(part, ring, seed=seed, limits=_LIMITS))
    isolated = [
        point
        for point in points
        if not any(all(point.vanishes(g.mpoly) for g in f.generators) for f in families)
    ]
    return ValueParts(tuple((family, factor) for family in families), tuple(isolated))


def _relation(value: fmpq_mpoly, remainder: NormalForms) -> fmpq_poly:
    """The minimal polynomial of ``value`` modulo the ideal."""
    powers = [remainder(value**0)]
    while True:
        powers.append(remainder(powers[-1] * value))
        monomials = sorted({m for power in powers for m in power.monoms()})
        known = [power.to_dict() for power in powers]
        matrix = fmpq_mat([[row.get(m, fmpq(0)) for row in known] for m in monomials])
        reduced, rank = matrix.rref()
        if rank < len(powers):
            return fmpq_poly([-reduced[i, rank] for i in range(rank)] + [1])
        if len(powers) > _MOST_VALUES:
            raise ArithmeticError(f"the polynomial takes over {_MOST_VALUES} values on the family")


def _at(polynomial: fmpq_poly, value: fmpq_mpoly) -> fmpq_mpoly:
    result = value * 0
    for k in range(polynomial.degree(), -1, -1):
        result = result * value + polynomial[k]
    return result


def _monic(polynomial: fmpq_poly) -> fmpq_poly:
    return polynomial / polynomial[polynomial.degree()]
