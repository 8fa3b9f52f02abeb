"""Multiplicities of the solutions from a Gröbner basis modulo a prime.

Enters: the reduced graded reverse lexicographic basis of a zero-dimensional ideal I modulo a
prime p, from any engine. Leaves: how many solutions there are of each multiplicity.

Let A = F_p[x]/I, of dimension D. Multiplication by a linear form l is a linear map of A whose
characteristic polynomial is the product of (t - l(z))^m(z) over the solutions z, m(z) their
multiplicities (Cox, Little, O'Shea, Using Algebraic Geometry, 4.2). For random l the values l(z)
differ, so the squarefree factorisation reads off how many solutions have each multiplicity. Both
the choice of p and that of l fail with probability of the order of D^2 / p.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import nmod_mat, nmod_poly
from numpy.typing import NDArray

__all__ = ["ModularBasis", "NotZeroDimensional", "characteristic_polynomial", "multiplicities"]

Monomial = tuple[int, ...]
Integers = NDArray[np.int64]
_HALF = 16  # products of 31 by 16 bits leave room for sums of 2^16 terms


class NotZeroDimensional(ValueError):
    """The ideal has infinitely many zeros: some variable has no power among the leads."""


@dataclass(frozen=True, slots=True)
class ModularBasis:
    """A reduced Gröbner basis: one ``{exponents: coefficient}`` each, modulo ``prime`` < 2^31.

    The ``leads`` are the leading monomials, in the same order.
    """

    prime: int
    n_variables: int
    leads: tuple[Monomial, ...]
    elements: tuple[dict[Monomial, int], ...]

    @classmethod
    def of_terms(
        cls, prime: int, n_variables: int, elements: Sequence[dict[Monomial, int]]
    ) -> ModularBasis:
        """Finds the leads and makes them monic."""
        leads = tuple(max(element, key=_order) for element in elements)
        monic = tuple(
            {m: c * pow(element[lead], -1, prime) % prime for m, c in element.items()}
            for lead, element in zip(leads, elements, strict=True)
        )
        return cls(prime, n_variables, leads, monic)

    @property
    def is_inconsistent(self) -> bool:
        """Whether 1 is in the ideal: no solutions."""
        return any(not any(lead) for lead in self.leads)


def _order(monomial: Monomial) -> tuple[int, ...]:
    """A sort key: graded reverse lexicographic, ascending."""
    return (sum(monomial), *(-e for e in reversed(monomial)))


def multiplicities(basis: ModularBasis, *, seed: int = 0) -> tuple[tuple[int, int], ...]:
    """Pairs (multiplicity, number of solutions that have it), ascending.

    Takes O(n D^3) operations for D solutions with multiplicity in n variables. Raises
    ``NotZeroDimensional``.

    The ideal of x^2 and x y - x and y^2 - y has the zeros (0, 0), simple, and (0, 1), double:

    >>> elements = [{(2, 0): 1}, {(1, 1): 1, (1, 0): 100}, {(0, 2): 1, (0, 1): 100}]
    >>> multiplicities(ModularBasis.of_terms(101, 2, elements))
    ((1, 1), (2, 1))
    """
    if basis.is_inconsistent:
        return ()
    form = np.random.default_rng(seed).integers(1, basis.prime, basis.n_variables)
    _, factors = characteristic_polynomial(basis, form.tolist()).factor_squarefree()
    numbers: Counter[int] = Counter()
    for factor, exponent in factors:
        numbers[exponent] += factor.degree()
    return tuple(sorted(numbers.items()))


def characteristic_polynomial(basis: ModularBasis, form: Sequence[int]) -> nmod_poly:
    """The characteristic polynomial of multiplication by sum_i form_i x_i, modulo the prime.

    Its zeros are the values of the form at the solutions, with their multiplicities. Takes
    O(n D^3) operations. Raises ``NotZeroDimensional``.
    """
    standard = _standard_monomials(basis)
    forms = _NormalForms(basis, standard)
    total = np.zeros((len(standard), len(standard)), dtype=np.int64)
    for i, factor in enumerate(form):
        table = forms.multiplication_by(i)
        total = (total + table * (factor % basis.prime) % basis.prime) % basis.prime
    return nmod_mat(total.tolist(), basis.prime).charpoly()


def _standard_monomials(basis: ModularBasis) -> list[Monomial]:
    """The monomials that no lead divides, ascending."""
    n = basis.n_variables
    for i in range(n):
        if not any(sum(lead) == lead[i] for lead in basis.leads):
            raise NotZeroDimensional(f"no power of variable {i} is a leading monomial")
    leads = np.array(basis.leads, dtype=np.int64)
    found: set[Monomial] = set()
    front: set[Monomial] = {(0,) * n}
    while front:
        found |= front
        grown = {_times(monomial, i) for monomial in front for i in range(n)}
        front = {m for m in grown if not np.all(leads <= np.array(m), axis=1).any()}
    return sorted(found, key=_order)


def _times(monomial: Monomial, i: int) -> Monomial:
    return (*monomial[:i], monomial[i] + 1, *monomial[i + 1 :])


class _NormalForms:
    """Normal forms of all x_i b, b standard, in ascending order of the products.

    A product is standard, or the lead of a basis element, or x_j m for such a product m; the
    last is then x_j times the normal form of m, whose terms times x_j came before.
    """

    def __init__(self, basis: ModularBasis, standard: Sequence[Monomial]) -> None:
        self._prime = basis.prime
        self._position = {monomial: k for k, monomial in enumerate(standard)}
        n, size = basis.n_variables, len(standard)
        products = {_times(b, i) for b in standard for i in range(n)}
        border = sorted(products - self._position.keys(), key=_order)
        # One table of rows: the unit vectors of the standard monomials, then the border.
        self._row = self._position | {m: size + k for k, m in enumerate(border)}
        self._rows = np.zeros((size + len(border), size), dtype=np.int64)
        self._rows[:size] = np.eye(size, dtype=np.int64)
        self._products = np.array([[self._row[_times(b, i)] for b in standard] for i in range(n)])
        tails = dict(zip(basis.leads, basis.elements, strict=True))
        for monomial in border:
            self._rows[self._row[monomial]] = (
                self._tail(monomial, tails[monomial])
                if monomial in tails
                else self._from_divisor(monomial)
            )

    def multiplication_by(self, i: int) -> Integers:
        """Row k is the normal form of x_i times the k-th standard monomial."""
        table: Integers = self._rows[self._products[i]]
        return table

    def _tail(self, lead: Monomial, element: dict[Monomial, int]) -> Integers:
        row = np.zeros(self._rows.shape[1], dtype=np.int64)
        for monomial, coefficient in element.items():
            if monomial != lead:
                row[self._position[monomial]] = -coefficient % self._prime
        return row

    def _from_divisor(self, monomial: Monomial) -> Integers:
        for j, exponent in enumerate(monomial):
            divisor = (*monomial[:j], exponent - 1, *monomial[j + 1 :])
            if exponent and divisor in self._row and divisor not in self._position:
                break
        form = self._rows[self._row[divisor]]
        terms = np.flatnonzero(form)
        return self._combine(form[terms], self._rows[self._products[j][terms]])

    def _combine(self, weights: Integers, rows: Integers) -> Integers:
        low = (weights & ((1 << _HALF) - 1)) @ rows % self._prime
        high = (weights >> _HALF) @ rows % self._prime
        combined: Integers = ((high << _HALF) + low) % self._prime
        return combined
