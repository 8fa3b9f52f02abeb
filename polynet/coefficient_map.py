"""Coefficients that are polynomials in parameters, evaluated in complex floats for many points.

Enters: for every term of a system the polynomial in the parameters that is its coefficient.
Leaves: a frozen ``CoefficientMap`` from parameter points to coefficients, and from straight paths
of points to coefficients as polynomials in t. Each monomial of the parameters is computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.errors import InputError, ShapeError

__all__ = ["CoefficientMap"]

ComplexArray = NDArray[np.complex128]
Pieces = Sequence[tuple[tuple[int, ...], float]]


@dataclass(frozen=True, slots=True, eq=False)
class CoefficientMap:
    """c_k(p) = sum over the pieces of term k of value times a monomial in p.

    ``powers`` ``(n_monomials, n_parameters)`` are the distinct monomials; ``values`` and
    ``monomials`` ``(n_pieces,)`` the pieces, term by term; term k begins at ``first[k]``.

    Examples
    --------
    The coefficients 3 a b - a and b^2 at (a, b) = (2, 5):

    >>> terms = [[((1, 1), 3.0), ((1, 0), -1.0)], [((0, 2), 1.0)]]
    >>> CoefficientMap.of(terms, 2).at([2, 5]).real
    array([28., 25.])
    """

    powers: NDArray[np.int64]
    values: NDArray[np.float64]
    monomials: NDArray[np.int64]
    first: NDArray[np.int64]

    @classmethod
    def of(cls, terms: Sequence[Pieces], n_parameters: int) -> CoefficientMap:
        """The map whose k-th coefficient has the pieces ``terms[k]``, at least one each."""
        number: dict[tuple[int, ...], int] = {}
        monomials = [number.setdefault(power, len(number)) for term in terms for power, _ in term]
        return cls(
            np.array(list(number), np.int64).reshape(len(number), n_parameters),
            np.array([value for term in terms for _, value in term], np.float64),
            np.array(monomials, np.int64),
            np.concatenate(([0], np.cumsum([len(term) for term in terms])))[:-1].astype(np.int64),
        )

    @property
    def n_parameters(self) -> int:
        """The number of parameters."""
        return int(self.powers.shape[1])

    @property
    def n_terms(self) -> int:
        """The number of coefficients."""
        return len(self.first)

    @property
    def degree(self) -> int:
        """The greatest total degree in the parameters."""
        return int(self.powers.sum(axis=1).max(initial=0))

    def at(self, points: ArrayLike) -> ComplexArray:
        """Coefficients ``(..., n_terms)`` at complex points ``(..., n_parameters)``."""
        checked = self.checked(points)
        values = np.ones((*checked.shape[:-1], len(self.powers)), np.complex128)
        for j, column in enumerate(self.powers.T):
            for power in range(1, int(column.max(initial=0)) + 1):
                values[..., column >= power] *= checked[..., j, None]
        return self._summed(values)

    def along(self, target: ArrayLike, start: ArrayLike) -> ComplexArray:
        """Coefficients at (1 - t) target + t start as ``(n_terms, degree + 1)`` powers of t.

        Products of the linear functions of t that the parameters are there, so accurate to
        rounding; column 0 is the coefficient at ``target``.
        """
        first, last = self.checked(target), self.checked(start)
        if first.shape != last.shape or first.ndim != 1:
            raise ShapeError(
                f"a path leads from one point ({self.n_parameters},) to another; the points have "
                f"the shapes {last.shape} and {first.shape}"
            )
        slope = last - first
        rows = np.zeros((len(self.powers), self.degree + 1), np.complex128)
        rows[:, 0] = 1.0
        for j, column in enumerate(self.powers.T):
            for power in range(1, int(column.max(initial=0)) + 1):
                chosen = column >= power
                old = rows[chosen]
                new = first[j] * old
                new[:, 1:] += slope[j] * old[:, :-1]
                rows[chosen] = new
        return self._summed(rows.T).T.copy()

    def checked(self, points: ArrayLike) -> ComplexArray:
        """``points`` as complex floats ``(..., n_parameters)``; refuses other shapes and NaN."""
        try:
            array = np.asarray(points, np.complex128)
        except (TypeError, ValueError, OverflowError) as error:
            raise InputError(f"parameter values must be finite numbers: {error}") from error
        if array.ndim == 0 or array.shape[-1] != self.n_parameters:
            raise ShapeError(
                f"parameter values of shape {array.shape} for {self.n_parameters} parameters; "
                f"give ({self.n_parameters},), or (m, {self.n_parameters}) for m points"
            )
        if not np.isfinite(array).all():
            raise InputError("a parameter value is NaN or infinite; every value must be finite")
        return array

    def _summed(self, monomials: ComplexArray) -> ComplexArray:
        """Values of monomials ``(..., n_monomials)`` to coefficients ``(..., n_terms)``."""
        if not self.n_terms:
            return np.empty((*monomials.shape[:-1], 0), np.complex128)
        pieces = monomials[..., self.monomials] * self.values
        return np.asarray(np.add.reduceat(pieces, self.first, axis=-1))
