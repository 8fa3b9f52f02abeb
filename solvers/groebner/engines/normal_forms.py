"""Normal forms of multiples of the elements of a basis, each computed once.

Reducing every S-polynomial by itself goes through the same monomials again and again, and through
numbers much longer than those of the basis and of the result. Here a multiple x m of an element is
reduced by one variable at a time: its normal form is that of x nf(m), where the monomials that are
not normal are replaced by their own normal forms, which are remembered. Each step replaces a
monomial by smaller ones through multiples of elements that do not exceed it, so that

    t - nf(t) = sum of q g, leading monomials of q g at most t,

and where two elements give the same normal form at the least common multiple of their leading
monomials, their S-polynomial has a representation below it, as Buchberger's criterion asks.
Source: Cox, Little, O'Shea, 'Ideals, Varieties, and Algorithms', section 2.9, theorem 6; the
products by one variable are those of Faugère, Gianni, Lazard and Mora (1993).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from flint import fmpz, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import leading_monomials

__all__ = ["NormalForms", "PatienceLostError"]

_Monomial: TypeAlias = tuple[int, ...]
_Term: TypeAlias = tuple[_Monomial, fmpz]


class PatienceLostError(Exception):
    """The deadline passed."""


@dataclass(frozen=True, slots=True)
class _Fraction:
    """A polynomial over the rationals in lowest terms; the denominator is positive."""

    numerator: fmpz_mpoly
    denominator: fmpz


class NormalForms:
    """Normal forms by ``basis`` of monomials that its leading monomials divide.

    Where the basis is no Gröbner basis they depend on the way, and ``agree`` finds that out.
    Raises ``PatienceLostError`` when ``time.process_time()`` passes ``deadline``.
    """

    def __init__(self, basis: Sequence[fmpz_mpoly], ring: fmpz_mpoly_ctx, deadline: float) -> None:
        self._ring, self._deadline = ring, deadline
        self._leading = leading_monomials(basis)
        self._stacked = np.array(self._leading)
        self._is_normal: dict[_Monomial, bool] = {}
        self._basis = basis
        self._place = {monomial: i for i, monomial in enumerate(self._leading)}
        self._of: dict[_Monomial, _Fraction] = {}
        self._along: dict[tuple[int, _Monomial], _Fraction] = {}

    def agree(self, i: int, j: int) -> bool:
        """Whether elements i and j give their least common multiple the same normal form."""
        if time.process_time() > self._deadline:
            raise PatienceLostError
        common = tuple(map(max, self._leading[i], self._leading[j]))
        return self._multiple(i, common) == self._multiple(j, common)

    def _multiple(self, element: int, monomial: _Monomial) -> _Fraction:
        """The normal form of ``monomial`` on the way from the leading monomial of ``element``."""
        key = element, monomial
        if key not in self._along:
            self._along[key] = self._on_the_way(element, monomial)
        return self._along[key]

    def _on_the_way(self, element: int, monomial: _Monomial) -> _Fraction:
        start = self._leading[element]
        if monomial == start:
            return self._of_leading(element)
        further = (k for k, (a, b) in enumerate(zip(monomial, start, strict=True)) if a > b)
        variable = next(further)
        return self._times(self._multiple(element, _shifted(monomial, variable, -1)), variable)

    def _of_leading(self, element: int) -> _Fraction:
        """The normal form of what takes the place of a leading monomial: minus the tail."""
        g, monomial = self._basis[element], self._leading[element]
        c = g.leading_coefficient()
        tail = self._ring.from_dict({monomial: c}) - g
        return self._reduced(_terms(tail if c > 0 else -tail), abs(c))

    def _normal_form(self, monomial: _Monomial) -> _Fraction:
        if monomial not in self._of:
            self._of[monomial] = self._found(monomial)
        return self._of[monomial]

    def _found(self, monomial: _Monomial) -> _Fraction:
        if monomial in self._place:
            return self._multiple(self._place[monomial], monomial)
        lower = ((k, _shifted(monomial, k, -1)) for k, e in enumerate(monomial) if e)
        variable, before = next((k, m) for k, m in lower if not self._normal(m))
        return self._times(self._normal_form(before), variable)

    def _times(self, fraction: _Fraction, variable: int) -> _Fraction:
        """The normal form of a normal polynomial times one variable."""
        moved = ((_shifted(m, variable, 1), c) for m, c in _terms(fraction.numerator))
        return self._reduced(moved, fraction.denominator)

    def _reduced(self, terms: Iterable[_Term], denominator: fmpz) -> _Fraction:
        """The normal form of a polynomial by those of its monomials."""
        kept, replaced = {}, []
        for monomial, c in terms:
            if self._normal(monomial):
                kept[monomial] = c
            else:
                replaced.append((c, self._normal_form(monomial)))
        shared = fmpz(1)
        for _, form in replaced:
            shared = shared.lcm(form.denominator)
        total = self._ring.from_dict(kept) * shared
        for c, form in replaced:
            total += form.numerator * (c * (shared // form.denominator))
        return _in_lowest_terms(total, shared * denominator)

    def _normal(self, monomial: _Monomial) -> bool:
        known = self._is_normal.get(monomial)
        if known is None:
            known = not (self._stacked <= monomial).all(axis=1).any()
            self._is_normal[monomial] = known
        return known


def _terms(polynomial: fmpz_mpoly) -> Iterator[_Term]:
    return ((tuple(map(int, e)), c) for e, c in polynomial.terms())


def _in_lowest_terms(numerator: fmpz_mpoly, denominator: fmpz) -> _Fraction:
    if numerator.is_zero():
        return _Fraction(numerator, fmpz(1))
    # The method is missing from python-flint's type stubs.
    common = numerator.content().gcd(denominator)  # type: ignore[attr-defined]
    if common == 1:
        return _Fraction(numerator, denominator)
    return _Fraction(numerator // common, denominator // common)


def _shifted(monomial: _Monomial, variable: int, by: int) -> _Monomial:
    return (*monomial[:variable], monomial[variable] + by, *monomial[variable + 1 :])
