"""Scalings and sign flips of the variables that leave a polynomial as it is, and normal forms.

Enters: a polynomial. Its scalings w_j -> t^{a_j} w_j are the integer vectors a that are orthogonal
to the exponents of all its terms, its sign flips w_j -> (-1)^{a_j} w_j those that are so modulo 2:
all of them, whatever network (or none) the polynomial came from. Leaves: ``NormalForm`` objects,
a partition of space by which coordinates are zero, such that in each part a group element brings
given coordinates to 1 (scalings) or to a square root of their squares (flips). Next stage:
``gauge`` and ``sign_reduction``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd, lcm

import numpy as np
from flint import fmpq_mat, fmpz_mat, nmod_mat
from numpy.typing import NDArray

from polynet.errors import BudgetError
from polynet.polynomial import SparsePolynomial

__all__ = ["NormalForm", "normal_forms", "scalings", "sign_flips"]

IntArray = NDArray[np.int64]
_MOST_FORMS = 4096


def scalings(polynomial: SparsePolynomial) -> IntArray:
    """A basis ``(k, n)`` of the weights a with p(t^{a_1} w_1, ...) = p(w) for all t.

    >>> w, v = SparsePolynomial.variables(["w", "v"])
    >>> scalings((w**2 * v - 1) ** 2).tolist()
    [[-1, 2]]
    """
    exponents = polynomial.exponents
    # E'E has the kernel of E, and n rows only.
    gram = fmpq_mat(fmpz_mat((exponents.T @ exponents).tolist()))
    reduced, rank = gram.rref()
    n = polynomial.n_variables
    pivots = [next(j for j in range(n) if reduced[i, j] != 0) for i in range(rank)]
    rows = []
    for free in (j for j in range(n) if j not in pivots):
        row = [0] * n
        scale = lcm(*(int(reduced[i, free].q) for i in range(rank)))
        row[free] = scale
        for i, pivot in enumerate(pivots):
            row[pivot] = int(-scale * reduced[i, free])
        rows.append(row)
    return np.array(rows, np.int64).reshape(len(rows), n)


def sign_flips(polynomial: SparsePolynomial) -> IntArray:
    """A basis ``(k, n)``, zeros and ones, of the a with p((-1)^{a_1} w_1, ...) = p(w).

    >>> a, b, c = SparsePolynomial.variables(["a", "b", "c"])
    >>> sign_flips((a + b) ** 2 * c).tolist()
    [[1, 1, 0]]
    """
    n = polynomial.n_variables
    parities = np.unique(polynomial.exponents % 2, axis=0)
    basis, nullity = nmod_mat(fmpz_mat(parities.tolist()), 2).nullspace()
    rows = [[int(basis[i, j]) for i in range(n)] for j in range(nullity)]
    return np.array(rows, np.int64).reshape(nullity, n)


@dataclass(frozen=True, slots=True)
class NormalForm:
    """The points with w_j = 0 for j in ``zeros`` and w_j != 0 for j in ``pivots``.

    There the group acts freely (up to a finite subgroup) on the pivots; what is left of it when
    they are fixed does nothing to these points. ``pivots`` are as many as the dimension (for
    flips: the rank) of an orbit.
    """

    zeros: tuple[int, ...]
    pivots: tuple[int, ...]


def normal_forms(weights: IntArray, *, modulo_two: bool = False) -> list[NormalForm]:
    """The parts of space by how the group with basis ``weights`` ``(k, n)`` acts on the points.

    Coordinate by coordinate: where the elements that fix the pivots so far move it, it is either
    zero or one more pivot. So every point lies in exactly one part. Raises ``BudgetError`` for
    more than 4,096 parts.

    >>> normal_forms(np.array([[1, 1, -2]]))[:2]
    [NormalForm(zeros=(), pivots=(0,)), NormalForm(zeros=(0,), pivots=(1,))]
    """
    found = []
    rows = tuple(tuple(map(int, row)) for row in weights)
    for form in _forms(rows, 0, NormalForm((), ()), modulo_two=modulo_two):
        found.append(form)
        if len(found) > _MOST_FORMS:
            raise BudgetError(
                f"the symmetries cut space into more than {_MOST_FORMS:,} parts; restrict the "
                "loss to fewer weights, or solve it as it is"
            )
    return found


def _forms(
    rows: tuple[tuple[int, ...], ...], j: int, form: NormalForm, *, modulo_two: bool
) -> Iterator[NormalForm]:
    while rows and j < len(rows[0]) and not any(row[j] for row in rows):
        j += 1
    if not rows or j == len(rows[0]):
        yield form
        return
    pivot = NormalForm(form.zeros, (*form.pivots, j))
    yield from _forms(_fixing(rows, j, modulo_two=modulo_two), j + 1, pivot, modulo_two=modulo_two)
    zero = NormalForm((*form.zeros, j), form.pivots)
    yield from _forms(rows, j + 1, zero, modulo_two=modulo_two)


def _fixing(
    rows: tuple[tuple[int, ...], ...], j: int, *, modulo_two: bool
) -> tuple[tuple[int, ...], ...]:
    """A basis of the combinations of ``rows`` with entry 0 at j."""
    place = next(i for i, row in enumerate(rows) if row[j])
    chosen = rows[place]
    kept = []
    for row in (*rows[:place], *rows[place + 1 :]):
        if row[j]:
            row = tuple(chosen[j] * a - row[j] * b for a, b in zip(row, chosen, strict=True))
            divisor = gcd(*row)
            row = tuple(a % 2 if modulo_two else a // divisor for a in row)
        kept.append(row)
    return tuple(kept)
