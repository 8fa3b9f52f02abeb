"""Equations with complex coefficients in floats, for solving at complex parameters.

Enters: supports and coefficients, say of a ``ParametricSystem`` at a point. Leaves: a
``ComplexSystem``, which ``Homotopy.solve`` takes like a ``PolynomialSystem``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polynet.errors import InputError
from polynet.parametric_system import ParametricSystem

__all__ = ["ComplexPolynomial", "ComplexSystem", "residuals"]


@dataclass(frozen=True, slots=True, eq=False)
class ComplexPolynomial:
    """sum_k coefficients[k] x^exponents[k] with nonzero complex coefficients.

    ``exponents`` ``(n_terms, n)``, ``coefficients`` a tuple of n_terms complex numbers.
    """

    exponents: NDArray[np.int64]
    coefficients: tuple[complex, ...]

    @property
    def degree(self) -> int:
        """The total degree; -1 for the zero polynomial."""
        return int(self.exponents.sum(axis=1).max(initial=-1))

    @property
    def is_zero(self) -> bool:
        """Whether there is no term."""
        return not self.coefficients


@dataclass(frozen=True, slots=True, eq=False)
class ComplexSystem:
    """The equations p_1 = 0, ..., p_m = 0 in the variables ``names``.

    Examples
    --------
    >>> import numpy as np
    >>> system = ComplexSystem.of(["x"], [np.array([[2], [0]])], [[1.0, -2j]])
    >>> from solvers.homotopy.solver import Homotopy
    >>> Homotopy().solve(system).n_finite
    2
    """

    names: tuple[str, ...]
    polynomials: tuple[ComplexPolynomial, ...]

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        supports: Sequence[NDArray[np.int64]],
        coefficients: Sequence[ArrayLike],
    ) -> ComplexSystem:
        """Equation i has the monomials ``supports[i]``; terms with coefficient 0 are left out.

        Raises ``InputError`` for coefficients that are not finite.
        """
        polynomials = []
        for support, own in zip(supports, coefficients, strict=True):
            values = np.asarray(own, np.complex128)
            if not np.isfinite(values).all():
                raise InputError("a coefficient is NaN or infinite; every one must be finite")
            kept = values != 0
            polynomials.append(ComplexPolynomial(support[kept], tuple(values[kept].tolist())))
        return cls(tuple(names), tuple(polynomials))

    @classmethod
    def at(cls, family: ParametricSystem, point: ArrayLike) -> ComplexSystem:
        """The system of ``family`` at the complex parameters ``point`` ``(n_parameters,)``."""
        return cls.of(family.variables, family.supports, family.coefficients(point))

    @property
    def n_variables(self) -> int:
        """The number of variables."""
        return len(self.names)

    @property
    def n_equations(self) -> int:
        """The number of equations."""
        return len(self.polynomials)

    @property
    def is_square(self) -> bool:
        """Whether there are as many equations as variables."""
        return self.n_equations == self.n_variables


def residuals(system: ComplexSystem, points: NDArray[np.complex128]) -> NDArray[np.float64]:
    """The greatest |p_i| over its terms' moduli and 1e-8 summed, ``(k,)`` at points ``(k, n)``."""
    worst = np.zeros(len(points))
    for polynomial in system.polynomials:
        terms = np.prod(points[:, None, :] ** polynomial.exponents, axis=2)
        terms = terms * np.array(polynomial.coefficients)
        value, size = np.abs(terms.sum(axis=1)), np.abs(terms).sum(axis=1)
        worst = np.maximum(worst, value / (size + 1e-8))
    return worst
