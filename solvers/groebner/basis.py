"""Reduced Gröbner bases over the rationals, and normal forms by them.

Polynomials are primitive ``fmpz_mpoly`` in a degree reverse lexicographic ring: a basis over Q
with denominators cleared. The engine is FLINT's Buchberger algorithm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import lcm
from typing import Any

from flint import (
    Ordering,
    fmpq,
    fmpq_mpoly,
    fmpq_mpoly_ctx,
    fmpz_mpoly,
    fmpz_mpoly_ctx,
    fmpz_mpoly_vec,
)

__all__ = [
    "BRIEF",
    "QUICK",
    "TRIES",
    "Basis",
    "Limits",
    "LimitsReachedError",
    "Monomial",
    "NormalForms",
    "flint_basis",
    "fresh_name",
    "integer_ring",
    "is_unit_ideal",
    "leading_monomials",
    "over_integers",
    "over_rationals",
    "primitive",
    "rational_ring",
    "sorted_basis",
]

_GROWTH = 4  # times that coefficients may be as long as those of the generators, at least

Monomial = tuple[int, ...]
Basis = tuple[fmpz_mpoly, ...]
"""A reduced Gröbner basis."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a basis computation gives up: elements, terms and coefficient bits at most."""

    elements: int
    terms: int
    bits: int


TRIES = (
    (Limits(300, 600, 3000), 6),
    (Limits(1500, 4000, 30000), 3),
    (Limits(5000, 20000, 10**6), 1),
)
"""Limits, with how many orders of the variables to try within them: cheap tries first.

How far intermediate bases swell depends erratically on the order of the variables.
"""


BRIEF = Limits(300, 600, 600)
"""Limits for a first try in few variables where a stronger engine is at hand: seldom a tenth of the
time that the engine takes where they are reached."""


QUICK = Limits(80, 100, 300)
"""The same in many variables: limits do not bound time, and within those of ``TRIES`` a basis in
fourteen variables took minutes."""


class LimitsReachedError(Exception):
    """A basis grew beyond its limits; another order of the variables may stay within them."""


def integer_ring(names: Sequence[str]) -> fmpz_mpoly_ctx:
    """The ring Z[names] in degree reverse lexicographic order."""
    return fmpz_mpoly_ctx.get(tuple(names), Ordering.degrevlex)


def rational_ring(names: Sequence[str]) -> fmpq_mpoly_ctx:
    """The ring Q[names] in degree reverse lexicographic order."""
    return fmpq_mpoly_ctx.get(tuple(names), Ordering.degrevlex)


def fresh_name(names: Sequence[str], wanted: str) -> str:
    """``wanted``, or it with underscores after it where a variable has that name.

    >>> fresh_name(["x", "t"], "t")
    't_'
    """
    while wanted in names:
        wanted += "_"
    return wanted


def over_integers(polynomial: fmpq_mpoly, ring: fmpz_mpoly_ctx) -> fmpz_mpoly:
    """The primitive integer multiple of a rational polynomial in the same variables."""
    terms = [(exponents, coefficient) for exponents, coefficient in polynomial.terms()]
    common = lcm(*(int(coefficient.q) for _, coefficient in terms)) if terms else 1
    cleared = ring.from_dict({e: int(c * common) for e, c in terms})
    return primitive(cleared)


def over_rationals(polynomial: fmpz_mpoly, ring: fmpq_mpoly_ctx) -> fmpq_mpoly:
    """An integer polynomial as a rational one in the same variables."""
    return fmpq_mpoly(polynomial, ring)


def primitive(polynomial: fmpz_mpoly) -> fmpz_mpoly:
    """``polynomial`` without its content, with positive leading coefficient."""
    if polynomial.is_zero():
        return polynomial
    _, part = polynomial.primitive()
    return part if part.leading_coefficient() > 0 else -part


def leading_monomials(basis: Iterable[fmpz_mpoly]) -> list[Monomial]:
    """The exponents of the leading term of each element."""
    return [tuple(int(e) for e in element.monomial(0)) for element in basis]


def is_unit_ideal(basis: Sequence[fmpz_mpoly]) -> bool:
    """Whether the basis generates everything: the equations have no complex solution."""
    return any(element.is_constant() and not element.is_zero() for element in basis)


def flint_basis(
    generators: Iterable[fmpz_mpoly], ring: fmpz_mpoly_ctx, limits: Limits | None = None
) -> tuple[fmpz_mpoly, ...]:
    """The reduced Gröbner basis of ``generators``, primitive, ascending by leading term degree.

    Raises ``LimitsReachedError`` beyond ``limits``. Without limits the time is unbounded: it
    depends on the order of the variables in no foreseeable way.

    >>> ring = integer_ring(["x", "y"])
    >>> x, y = ring.gens()
    >>> [str(g) for g in flint_basis([x**2 + y**2 - 1, x - y], ring)]
    ['x - y', '2*y^2 - 1']
    """
    nonzero = [primitive(g) for g in generators if not g.is_zero()]
    if is_unit_ideal(nonzero):
        return (ring.constant(1),)
    vector = fmpz_mpoly_vec(nonzero, ring)
    if not nonzero:
        return ()
    # The type stubs of python-flint have neither of the two types of result right.
    bounds = None if limits is None else (limits.elements, limits.terms, _bits(limits, nonzero))
    result: Any = vector.buchberger_naive(limits=bounds)
    vector, finished = (result, True) if limits is None else result
    if not finished:
        raise LimitsReachedError
    found = list(vector)
    if is_unit_ideal(found):
        return (ring.constant(1),)
    reduced = fmpz_mpoly_vec(_minimal(found), ring).autoreduction()
    return sorted_basis(reduced)


def sorted_basis(elements: Iterable[fmpz_mpoly]) -> Basis:
    """The elements of a reduced basis, primitive, ascending by degree, length and leading term."""
    return tuple(sorted(map(primitive, elements), key=_place))


def _place(element: fmpz_mpoly) -> tuple[int, int, Monomial]:
    leading = () if element.is_zero() else tuple(-int(e) for e in element.monomial(0))
    return int(element.total_degree()), len(element), leading


def _bits(limits: Limits, generators: Sequence[fmpz_mpoly]) -> int:
    """Where coefficients are too long, also for generators whose own are long."""
    longest = max(int(c).bit_length() for g in generators for c in g.coeffs())
    return max(limits.bits, _GROWTH * longest)


def _minimal(basis: list[fmpz_mpoly]) -> list[fmpz_mpoly]:
    """The elements whose leading monomial no other one divides: still a Gröbner basis."""
    ordered = sorted(
        zip(leading_monomials(basis), basis, strict=True), key=lambda pair: sum(pair[0])
    )
    kept: list[tuple[Monomial, fmpz_mpoly]] = []
    for monomial, element in ordered:
        if not any(all(a <= b for a, b in zip(k, monomial, strict=True)) for k, _ in kept):
            kept.append((monomial, element))
    return [element for _, element in kept]


class NormalForms:
    """Remainders modulo a Gröbner basis, with exact rational coefficients.

    FLINT reduces up to a scalar. One more variable, below all others and in no leading term,
    rides along with coefficient 1 and brings the scalar back.
    """

    def __init__(self, basis: Sequence[fmpz_mpoly], names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._rationals = rational_ring(names)
        self._tagged = integer_ring((*self._names, fresh_name(names, "scale_of_reduction")))
        self._empty = not basis
        self._basis = fmpz_mpoly_vec(
            [element.project_to_context(self._tagged) for element in basis], self._tagged
        )
        self._tag = (0,) * len(self._names) + (1,)

    def __call__(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The remainder of ``polynomial``: zero exactly when it lies in the ideal."""
        terms = {(*exponents, 0): c for exponents, c in polynomial.terms()}
        common = lcm(*(int(c.q) for c in terms.values())) if terms else 1
        tagged = self._tagged.from_dict(
            {**{e: int(c * common) for e, c in terms.items()}, self._tag: common}
        )
        if not self._empty:
            # The method is missing from python-flint's type stubs.
            tagged = tagged.reduction_primitive_part(self._basis)  # type: ignore[attr-defined]
        remainder = {tuple(map(int, e)): fmpq(c) for e, c in tagged.terms()}
        scale = remainder.pop(self._tag)
        return self._rationals.from_dict({e[:-1]: c / scale for e, c in remainder.items()})

    def contains(self, polynomial: fmpq_mpoly) -> bool:
        """Whether ``polynomial`` lies in the ideal."""
        return bool(self(polynomial).is_zero())
