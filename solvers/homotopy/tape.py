"""A polynomial system's supports as a straight-line tape for the compiled kernels.

Enters: the exponents of every equation. Leaves: a frozen ``SystemTape``: which monomials are
products of which, and where each term of value and Jacobian finds its monomial. Coefficients are
not part of it, so one tape serves every coefficient and every homotopy on the same supports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["SystemTape", "TapeArrays"]

Monomial = tuple[int, ...]


class TapeArrays(NamedTuple):
    """The arrays that the kernels read. Registers: 1, the variables, then products.

    ``left``, ``right`` ``(n_products,)``: register 1 + n + k is the product of these two; the
    first ``n_value_products[0]`` of them are all that values need, the rest serve the Jacobian.
    ``equation_start`` ``(n + 1,)`` and ``term_register`` ``(n_terms,)``: the terms by equation.
    ``entry_row``, ``entry_column`` ``(n_entries,)`` and ``entry_start`` ``(n_entries + 1,)``: the
    nonzero entries of the Jacobian, each a sum over ``part_term``, ``part_factor`` and
    ``part_register``: coefficient of that term times factor times register.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    n_value_products: NDArray[np.int64]
    equation_start: NDArray[np.int64]
    term_register: NDArray[np.int64]
    entry_row: NDArray[np.int64]
    entry_column: NDArray[np.int64]
    entry_start: NDArray[np.int64]
    part_term: NDArray[np.int64]
    part_factor: NDArray[np.float64]
    part_register: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SystemTape:
    """Instructions for value and Jacobian of equations with the given supports.

    Terms are numbered equation by equation in the order of the supports; term k of a coefficient
    array belongs to the monomial at place k.

    Examples
    --------
    The equation c0 x^2 y + c1 in two unknowns: x*x would be one product more, but x*y and then
    x*(x*y) gives the Jacobian entries 2 c0 (x y) and c0 x^2 their monomials.

    >>> tape = SystemTape.of_supports([[(2, 1), (0, 0)], [(1, 1)]], 2)
    >>> tape.n_terms, tape.n_variables
    (3, 2)
    """

    n_variables: int
    n_equations: int
    supports: tuple[NDArray[np.int64], ...]
    arrays: TapeArrays

    @classmethod
    def of_supports(
        cls, supports: Sequence[Iterable[Sequence[int]]], n_variables: int
    ) -> SystemTape:
        """The tape of equations whose i-th has the monomials ``supports[i]`` ``(n_terms_i, n)``."""
        frozen = tuple(
            np.array(list(map(tuple, support)), dtype=np.int64).reshape(-1, n_variables)
            for support in supports
        )
        return cls(n_variables, len(frozen), frozen, _Compiler(n_variables).compiled(frozen))

    @property
    def n_terms(self) -> int:
        """The number of terms of all equations."""
        return len(self.arrays.term_register)

    @property
    def n_registers(self) -> int:
        """The number of registers: 1, the variables and all products."""
        return 1 + self.n_variables + len(self.arrays.left)


class _Compiler:
    """Hash-consed monomials; each is a product of two that come before it."""

    def __init__(self, n_variables: int) -> None:
        self._n = n_variables
        unit = tuple([0] * n_variables)
        self._register: dict[Monomial, int] = {unit: 0}
        for i in range(n_variables):
            self._register[_shifted(unit, i, 1)] = 1 + i
        self._products: list[tuple[int, int]] = []

    def compiled(self, supports: Sequence[NDArray[np.int64]]) -> TapeArrays:
        terms = [tuple(map(int, row)) for support in supports for row in support]
        # Low degrees first: higher monomials find their factors made already.
        for monomial in sorted(set(terms), key=lambda m: (sum(m), m)):
            self._make(monomial)
        n_value_products = len(self._products)
        entries: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
        term = 0
        for row, support in enumerate(supports):
            for monomial in map(tuple, support.tolist()):
                for column, exponent in enumerate(monomial):
                    if exponent:
                        part = (term, exponent, self._make(_shifted(monomial, column, -1)))
                        entries.setdefault((row, column), []).append(part)
                term += 1
        sizes = [len(support) for support in supports]
        return self._arrays(terms, sizes, entries, n_value_products)

    def _arrays(
        self,
        terms: list[Monomial],
        sizes: list[int],
        entries: dict[tuple[int, int], list[tuple[int, int, int]]],
        n_value_products: int,
    ) -> TapeArrays:
        keys = sorted(entries)
        parts = [part for key in keys for part in entries[key]]
        columns = list(zip(*parts, strict=True)) if parts else [(), (), ()]
        products = np.array(self._products, dtype=np.int64).reshape(-1, 2)
        return TapeArrays(
            left=np.ascontiguousarray(products[:, 0]),
            right=np.ascontiguousarray(products[:, 1]),
            n_value_products=np.array([n_value_products], dtype=np.int64),
            equation_start=_starts(sizes),
            term_register=np.array([self._register[m] for m in terms], dtype=np.int64),
            entry_row=np.array([row for row, _ in keys], dtype=np.int64),
            entry_column=np.array([column for _, column in keys], dtype=np.int64),
            entry_start=_starts([len(entries[key]) for key in keys]),
            part_term=np.array(columns[0], dtype=np.int64),
            part_factor=np.array(columns[1], dtype=np.float64),
            part_register=np.array(columns[2], dtype=np.int64),
        )

    def _make(self, monomial: Monomial) -> int:
        found = self._register.get(monomial)
        if found is not None:
            return found
        left, right = self._split(monomial)
        pair = self._make(left), self._make(right)
        self._products.append(pair)
        self._register[monomial] = self._n + len(self._products)
        return self._register[monomial]

    def _split(self, monomial: Monomial) -> tuple[Monomial, Monomial]:
        """Two factors: one step below a monomial that is there, a square root, or two halves."""
        unit = tuple([0] * self._n)
        for i, exponent in enumerate(monomial):
            if exponent and _shifted(monomial, i, -1) in self._register:
                return _shifted(monomial, i, -1), _shifted(unit, i, 1)
        if not any(exponent % 2 for exponent in monomial):
            half = tuple(exponent // 2 for exponent in monomial)
            return half, half
        last = max(i for i, exponent in enumerate(monomial) if exponent)
        exponent = monomial[last]
        if exponent > 3:
            power = _shifted(unit, last, exponent - exponent // 2)
            return _shifted(monomial, last, -(exponent - exponent // 2)), power
        return _shifted(monomial, last, -1), _shifted(unit, last, 1)


def _shifted(monomial: Monomial, index: int, amount: int) -> Monomial:
    return (*monomial[:index], monomial[index] + amount, *monomial[index + 1 :])


def _starts(sizes: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.asarray(sizes, dtype=np.int64)))).astype(np.int64)
