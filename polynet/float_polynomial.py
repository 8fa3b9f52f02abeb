"""Polynomials in a few unknowns with float coefficients.

What leaves the float restriction of a loss to a small subspace (``float_restriction``), for solvers
that look for its critical points. Exact polynomials are ``SparsePolynomial``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polynet.errors import ShapeError
from polynet.rational import read_only

__all__ = ["FloatPolynomial"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FloatPolynomial:
    """sum_k coefficients[k] s^exponents[k], s of d unknowns.

    ``exponents`` ``(n_terms, d)``, ``coefficients`` ``(n_terms,)``. Raises ``ShapeError`` where
    they do not fit.

    >>> p = FloatPolynomial(np.array([[0, 0], [2, 1]]), np.array([1.0, 3.0]))
    >>> p.degree, p.value(np.array([2.0, 1.0]))
    (3, 13.0)
    >>> [d.value(np.array([2.0, 1.0])) for d in p.gradient()]
    [12.0, 12.0]
    """

    exponents: NDArray[np.int64]
    coefficients: FloatArray

    def __post_init__(self) -> None:
        exponents = np.array(self.exponents, np.int64)
        coefficients = np.array(self.coefficients, np.float64)
        if exponents.ndim != 2 or coefficients.shape != exponents.shape[:1]:
            raise ShapeError(
                f"exponents of shape {exponents.shape} do not fit coefficients of shape "
                f"{coefficients.shape}; give one row of exponents for each coefficient"
            )
        object.__setattr__(self, "exponents", read_only(exponents))
        object.__setattr__(self, "coefficients", read_only(coefficients))

    @property
    def n_unknowns(self) -> int:
        """Number d of unknowns."""
        return int(self.exponents.shape[1])

    @property
    def degree(self) -> int:
        """The greatest total degree of a term whose coefficient is not zero; -1 where none is."""
        present = self.exponents[self.coefficients != 0.0]
        return int(present.sum(axis=1).max(initial=-1))

    def value(self, points: FloatArray) -> Any:
        """Values at points ``(*lanes, d)``, of shape ``lanes``."""
        terms = np.prod(points[..., None, :] ** self.exponents, axis=-1)
        values = terms @ self.coefficients
        return float(values) if np.ndim(values) == 0 else values

    def derivative(self, unknown: int) -> FloatPolynomial:
        """The partial derivative by the unknown at this position."""
        kept = self.exponents[:, unknown] > 0
        exponents = self.exponents[kept].copy()
        coefficients = self.coefficients[kept] * exponents[:, unknown]
        exponents[:, unknown] -= 1
        return FloatPolynomial(exponents, coefficients)

    def gradient(self) -> tuple[FloatPolynomial, ...]:
        """All d partial derivatives."""
        return tuple(self.derivative(j) for j in range(self.n_unknowns))

    def without_constant(self) -> FloatPolynomial:
        """The rest, so that small values are not lost beside a great constant."""
        kept = self.exponents.any(axis=1)
        return FloatPolynomial(self.exponents[kept], self.coefficients[kept])

    def among(self, unknowns: NDArray[np.bool_]) -> FloatPolynomial:
        """The polynomial in the marked unknowns ``(d,)`` alone, the others at zero."""
        kept = ~self.exponents[:, ~unknowns].any(axis=1)
        return FloatPolynomial(self.exponents[kept][:, unknowns], self.coefficients[kept])

    def scaled(self, factors: FloatArray) -> FloatPolynomial:
        """The polynomial of r with s_j = factors[j] r_j."""
        return FloatPolynomial(
            self.exponents, self.coefficients * np.prod(factors**self.exponents, axis=1)
        )

    def on_axis(self, unknown: int) -> FloatArray:
        """Coefficients, constant term first, where the other unknowns are zero."""
        rows = self.exponents.sum(axis=1) == self.exponents[:, unknown]
        powers = self.exponents[rows, unknown]
        result = np.zeros(int(powers.max(initial=0)) + 1)
        np.add.at(result, powers, self.coefficients[rows])
        return result
