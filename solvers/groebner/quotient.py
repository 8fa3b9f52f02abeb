"""The finite quotient ring of a zero-dimensional ideal, by its standard monomials.

Enters: a reduced Gröbner basis. Leaves: multiplication by linear forms, over Q or modulo a prime.
Each product of a variable and a standard monomial is standard, or a leading monomial of the
basis, or a variable times such a product that was reduced before (the border recursion of
Faugère, Gianni, Lazard, Mora, 'Efficient computation of zero-dimensional Gröbner bases', 1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mpoly, nmod_mat
from numpy.typing import NDArray

from solvers.groebner.basis import Monomial, leading_monomials
from solvers.groebner.dimension import degrevlex_key, standard_monomials

__all__ = ["Quotient", "UnluckyPrimeError"]

Sparse = dict[int, fmpq]

_EXACT = 2**53  # floats hold all integers up to it
_BLOCK = 2**11


class UnluckyPrimeError(Exception):
    """The prime divides a leading coefficient of the basis; take another."""


@dataclass(frozen=True)
class Quotient:
    """The quotient of Q[x_1, ..., x_n] by a zero-dimensional ideal.

    ``standard`` is its monomial basis, ascending; their number is the number of complex
    solutions with multiplicity.
    """

    basis: tuple[fmpz_mpoly, ...]
    standard: tuple[Monomial, ...]

    @classmethod
    def of(cls, basis: Sequence[fmpz_mpoly], n_variables: int) -> Quotient:
        """The quotient by the ideal with this reduced Gröbner basis."""
        standard = standard_monomials(leading_monomials(basis), n_variables)
        return cls(tuple(basis), tuple(standard))

    @property
    def size(self) -> int:
        """The dimension as a vector space over Q."""
        return len(self.standard)

    def multiplication(self, form: Sequence[int]) -> fmpq_mat:
        """The matrix of multiplication by sum_j form_j x_j: column k is the image of monomial k."""
        entries = [[fmpq(0)] * self.size for _ in range(self.size)]
        for k, monomial in enumerate(self.standard):
            for j, coefficient in enumerate(form):
                if coefficient:
                    for row, value in self._column(_times(monomial, j)).items():
                        entries[row][k] += coefficient * value
        return fmpq_mat(entries)

    def times(self, j: int, vector: Sequence[fmpq]) -> list[fmpq]:
        """x_j times an element, both as vectors in the standard monomials."""
        total = [fmpq(0)] * self.size
        for monomial, value in zip(self.standard, vector, strict=True):
            if value != 0:
                for row, entry in self._column(_times(monomial, j)).items():
                    total[row] += value * entry
        return total

    def _column(self, monomial: Monomial) -> Sparse:
        """The normal form of a standard or border monomial."""
        k = self._index.get(monomial)
        return self._border[monomial] if k is None else {k: fmpq(1)}

    @cached_property
    def _index(self) -> dict[Monomial, int]:
        return {m: k for k, m in enumerate(self.standard)}

    @cached_property
    def _border(self) -> dict[Monomial, Sparse]:
        """The normal forms of the border monomials, over Q."""
        index = self._index
        leading = dict(zip(leading_monomials(self.basis), self.basis, strict=True))
        forms: dict[Monomial, Sparse] = {}
        for monomial, (j, smaller) in self._plan(index, leading):
            if smaller is None:
                forms[monomial] = _tail(leading[monomial], index)
                continue
            total: Sparse = {}
            for k, value in forms[smaller].items():
                image = _times(self.standard[k], j)
                part = {index[image]: fmpq(1)} if image in index else forms[image]
                for row, entry in part.items():
                    total[row] = total.get(row, fmpq(0)) + value * entry
            forms[monomial] = {row: value for row, value in total.items() if value != 0}
        return forms

    def multiplication_modulo(self, form: Sequence[int], prime: int) -> nmod_mat:
        """``multiplication`` reduced modulo ``prime``, which is below 2^31.

        Raises ``UnluckyPrimeError`` where the prime divides a leading coefficient.
        """
        weights = [c % prime for c in form]
        total = np.zeros((self.size, self.size), dtype=np.int64)
        for weight, matrix in zip(weights, self._matrices_modulo(prime), strict=True):
            total = (total + weight * matrix.astype(np.int64)) % prime
        return _matrix(total, prime)

    def multiplications_modulo(self, prime: int) -> list[nmod_mat]:
        """Multiplication by each variable modulo ``prime``, as ``multiplication_modulo``."""
        return [_matrix(m.astype(np.int64), prime) for m in self._matrices_modulo(prime)]

    def _matrices_modulo(self, prime: int) -> NDArray[np.float64]:
        """``(n_variables, size, size)``: column k of matrix j is x_j times monomial k."""
        index = self._index
        leading = dict(zip(leading_monomials(self.basis), self.basis, strict=True))
        n = len(self.standard[0])
        matrices = np.zeros((n, self.size, self.size), dtype=np.float64)
        owners: dict[Monomial, list[tuple[int, int]]] = {}
        for k, monomial in enumerate(self.standard):
            for j in range(n):
                image = _times(monomial, j)
                if image in index:
                    matrices[j, index[image], k] = 1
                else:
                    owners.setdefault(image, []).append((j, k))
        forms: dict[Monomial, NDArray[np.float64]] = {}
        for monomial, (j, smaller) in self._plan(index, leading):
            if smaller is None:
                column = _tail_modulo(leading[monomial], index, prime)
            else:
                column = _product_modulo(matrices[j], forms[smaller], prime)
            forms[monomial] = column
            for i, k in owners[monomial]:
                matrices[i, :, k] = column
        return matrices

    def _plan(
        self, index: dict[Monomial, int], leading: dict[Monomial, fmpz_mpoly]
    ) -> list[tuple[Monomial, tuple[int, Monomial | None]]]:
        """The border monomials, ascending, each with how its normal form is found.

        Either from the basis element it leads (None), or as variable j times a smaller one.
        """
        n = len(self.standard[0])
        border = {_times(m, j) for m in self.standard for j in range(n)} - index.keys()
        plan: list[tuple[Monomial, tuple[int, Monomial | None]]] = []
        for monomial in sorted(border, key=degrevlex_key):
            source: tuple[int, Monomial | None] = (0, None)
            if monomial not in leading:
                smaller = ((j, _over(monomial, j)) for j in range(n) if monomial[j])
                source = next(pair for pair in smaller if pair[1] in border)
            plan.append((monomial, source))
        return plan


def _times(monomial: Monomial, j: int) -> Monomial:
    return (*monomial[:j], monomial[j] + 1, *monomial[j + 1 :])


def _over(monomial: Monomial, j: int) -> Monomial:
    return (*monomial[:j], monomial[j] - 1, *monomial[j + 1 :])


def _tail(element: fmpz_mpoly, index: dict[Monomial, int]) -> Sparse:
    leading, *rest = [(tuple(map(int, e)), fmpq(c)) for e, c in element.terms()]
    return {index[e]: -c / leading[1] for e, c in rest}


def _product_modulo(
    matrix: NDArray[np.float64], vector: NDArray[np.float64], prime: int
) -> NDArray[np.float64]:
    """``matrix @ vector`` modulo a prime below 2^31, exact at any size.

    The vector goes in three parts of 11 bits, so that sums of 2^11 products stay below 2^53.
    """
    if len(vector) * prime * prime < _EXACT:
        return np.asarray(matrix @ vector % prime)
    total = np.zeros(len(vector))
    high, rest = np.divmod(vector, 2.0**22)
    for part in (high, *np.divmod(rest, 2.0**11)):
        total *= 2.0**11
        for start in range(0, len(vector), _BLOCK):
            block = slice(start, start + _BLOCK)
            # Unlike ``@`` not in threads, which wait for each other on a busy machine.
            total += np.einsum("ij,j->i", matrix[:, block], part[block]) % prime
        total %= prime
    return total


def _matrix(entries: NDArray[np.int64], prime: int) -> nmod_mat:
    n_rows, n_columns = entries.shape
    return nmod_mat(n_rows, n_columns, entries.ravel().tolist(), prime)


def _tail_modulo(
    element: fmpz_mpoly, index: dict[Monomial, int], prime: int
) -> NDArray[np.float64]:
    leading, *rest = [(tuple(map(int, e)), int(c) % prime) for e, c in element.terms()]
    if not leading[1]:
        raise UnluckyPrimeError(f"{prime} divides the leading coefficient of {element}")
    inverse = pow(leading[1], -1, prime)
    column = np.zeros(len(index), dtype=np.float64)
    for e, c in rest:
        column[index[e]] = -c * inverse % prime
    return column
