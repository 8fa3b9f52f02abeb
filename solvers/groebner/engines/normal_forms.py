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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from flint import Ordering, fmpz, fmpz_mpoly, fmpz_mpoly_ctx

from solvers.groebner.basis import Monomial, leading_monomials

__all__ = ["NormalForms"]

# Monomials are numbered as they are met, and a number is the exponent of the one variable here:
# sparse vectors with the arithmetic of FLINT.
_VECTORS = fmpz_mpoly_ctx.get(("e",), Ordering.lex)


@dataclass(frozen=True, slots=True)
class _Fraction:
    """A vector over the rationals in lowest terms; the denominator is positive."""

    numerator: fmpz_mpoly
    denominator: fmpz


class NormalForms:
    """Normal forms by ``basis`` of monomials that its leading monomials divide.

    Where the basis is no Gröbner basis they depend on the way, and ``agree`` finds that out.
    """

    def __init__(self, basis: Sequence[fmpz_mpoly]) -> None:
        self._basis = basis
        self._leading = leading_monomials(basis)
        self._stacked = np.array(self._leading)
        self._monomials: list[Monomial] = []
        self._normal: list[bool] = []
        self._number: dict[Monomial, int] = {}
        self._stepped: list[dict[int, int]] = [{} for _ in self._leading[0]]
        self._place = {self._numbered(m): i for i, m in enumerate(self._leading)}
        self._of: dict[int, _Fraction] = {}
        self._along: dict[tuple[int, Monomial], _Fraction] = {}

    def agree(self, i: int, j: int) -> bool:
        """Whether elements i and j give their least common multiple the same normal form."""
        common = tuple(map(max, self._leading[i], self._leading[j]))
        return self._multiple(i, common) == self._multiple(j, common)

    def _multiple(self, element: int, monomial: Monomial) -> _Fraction:
        """The normal form of ``monomial`` on the way from the leading monomial of ``element``."""
        key = element, monomial
        known = self._along.get(key)
        if known is None:
            known = self._along[key] = self._on_the_way(element, monomial)
        return known

    def _on_the_way(self, element: int, monomial: Monomial) -> _Fraction:
        start = self._leading[element]
        if monomial == start:
            return self._of_leading(element)
        further = (k for k, (a, b) in enumerate(zip(monomial, start, strict=True)) if a > b)
        variable = next(further)
        return self._times(self._multiple(element, _shifted(monomial, variable, -1)), variable)

    def _of_leading(self, element: int) -> _Fraction:
        """The normal form of what takes the place of a leading monomial: minus the tail."""
        (_, c), *tail = self._basis[element].terms()
        sign = -1 if c > 0 else 1
        terms = ((self._numbered(tuple(map(int, m))), sign * b) for m, b in tail)
        return self._reduced(terms, abs(c))

    def _normal_form(self, number: int) -> _Fraction:
        known = self._of.get(number)
        if known is None:
            known = self._of[number] = self._found(number)
        return known

    def _found(self, number: int) -> _Fraction:
        monomial = self._monomials[number]
        if number in self._place:
            return self._multiple(self._place[number], monomial)
        down = [k for k, exponent in enumerate(monomial) if exponent]
        lower = [(k, self._numbered(_shifted(monomial, k, -1))) for k in down]
        outside = [(k, before) for k, before in lower if not self._normal[before]]
        variable, before = next((pair for pair in outside if pair[1] in self._of), outside[0])
        return self._times(self._normal_form(before), variable)

    def _times(self, fraction: _Fraction, variable: int) -> _Fraction:
        """The normal form of a normal vector times one variable."""
        step = self._stepped[variable]
        terms = []
        for (exponent,), c in fraction.numerator.terms():
            number = int(exponent)
            after = step.get(number)
            if after is None:
                after = self._numbered(_shifted(self._monomials[number], variable, 1))
                step[number] = after
            terms.append((after, c))
        return self._reduced(terms, fraction.denominator)

    def _reduced(self, terms: Iterable[tuple[int, fmpz]], denominator: fmpz) -> _Fraction:
        """The normal form of a vector by those of its monomials."""
        kept: dict[tuple[int, ...], int | fmpz] = {}
        replaced, shared = [], fmpz(1)
        for number, c in terms:
            if self._normal[number]:
                kept[number,] = c
            else:
                form = self._normal_form(number)
                replaced.append((c, form))
                if form.denominator != 1:
                    shared = shared.lcm(form.denominator)
        total = _VECTORS.from_dict(kept) * shared
        for c, form in replaced:
            total += form.numerator * (c * (shared // form.denominator))
        return _in_lowest_terms(total, shared * denominator)

    def _numbered(self, monomial: Monomial) -> int:
        """The number of a monomial; whether it is normal is found out when it is met first."""
        number = self._number.get(monomial)
        if number is None:
            number = self._number[monomial] = len(self._monomials)
            self._monomials.append(monomial)
            self._normal.append(not (self._stacked <= monomial).all(axis=1).any())
        return number


def _in_lowest_terms(numerator: fmpz_mpoly, denominator: fmpz) -> _Fraction:
    if numerator.is_zero():
        return _Fraction(numerator, fmpz(1))
    if denominator == 1:
        return _Fraction(numerator, denominator)
    # The method is missing from python-flint's type stubs.
    common = numerator.content().gcd(denominator)  # type: ignore[attr-defined]
    if common == 1:
        return _Fraction(numerator, denominator)
    return _Fraction(numerator // common, denominator // common)


def _shifted(monomial: Monomial, variable: int, by: int) -> Monomial:
    return (*monomial[:variable], monomial[variable] + by, *monomial[variable + 1 :])
