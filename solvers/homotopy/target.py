"""The system to solve, made ready for tracking: square, scaled, in complex floats.

Enters: a ``PolynomialSystem`` or ``ComplexSystem`` with at least as many equations as unknowns.
Leaves: a frozen ``Target``: supports and coefficients of as many equations as unknowns. Unknowns
and equations are scaled by powers of two, which rounds nothing, so that coefficients come near 1;
an overdetermined system gets random multiples of its surplus equations added to the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import frexp, ldexp
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from polynet.polynomial_system import PolynomialSystem
    from solvers.homotopy.complex_system import ComplexSystem

__all__ = ["Target"]

ComplexArray = NDArray[np.complex128]
Coefficients = tuple[Fraction | complex, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Square equations in scaled unknowns y, x_j = 2^scales[j] y_j.

    ``supports[i]`` ``(n_terms_i, n)`` and ``coefficients[i]`` ``(n_terms_i,)`` are equation i;
    ``originals`` are all equations of the system in the same form and scaling, for residuals.
    """

    supports: tuple[NDArray[np.int64], ...]
    coefficients: tuple[ComplexArray, ...]
    scales: NDArray[np.int64]
    originals: tuple[tuple[NDArray[np.int64], ComplexArray], ...]

    @classmethod
    def of(cls, system: PolynomialSystem | ComplexSystem, rng: np.random.Generator) -> Target:
        """The target of ``system``; ``rng`` draws the multiples where it is overdetermined."""
        polynomials: list[Any] = list(system.polynomials)
        if not system.is_square:
            polynomials.sort(key=lambda p: -p.degree)
        exponents = [p.exponents for p in polynomials]
        exact: list[Coefficients] = [p.coefficients for p in polynomials]
        rows, columns = _balance(exponents, exact)
        equations = tuple(
            (powers, _scaled(powers, values, int(row), columns))
            for powers, values, row in zip(exponents, exact, rows, strict=True)
        )
        square = _squared(equations, system.n_variables, rng)
        supports, coefficients = zip(*square, strict=True)
        return cls(supports, coefficients, columns, equations)

    @classmethod
    def of_table(
        cls, supports: tuple[NDArray[np.int64], ...], table: ComplexArray
    ) -> tuple[Target, ComplexArray]:
        """The target of a homotopy's ``table`` at t = 0, and the table in the scaled unknowns.

        Row k of ``table`` ``(n_terms, n_powers)`` belongs to term k, equation by equation in the
        order of ``supports``. Terms that are zero at t = 0 keep their place.
        """
        ends = np.cumsum([len(support) for support in supports])[:-1]
        values = np.split(table[:, 0], ends)
        kept = [own != 0 for own in values]
        rows, columns = _balance(
            [support[k] for support, k in zip(supports, kept, strict=True)],
            [tuple(own[k].tolist()) for own, k in zip(values, kept, strict=True)],
        )
        shifts = [
            support @ columns + row for support, row in zip(supports, rows.tolist(), strict=True)
        ]
        scaled = table * np.ldexp(1.0, np.concatenate(shifts))[:, None]
        coefficients = tuple(np.split(scaled[:, 0], ends))
        originals = tuple(zip(supports, coefficients, strict=True))
        return cls(supports, coefficients, columns, originals), scaled

    @property
    def n(self) -> int:
        """The number of unknowns and equations."""
        return len(self.scales)

    @property
    def degrees(self) -> tuple[int, ...]:
        """The total degree of each equation."""
        return tuple(int(support.sum(axis=1).max()) for support in self.supports)

    @property
    def overdetermined(self) -> bool:
        """Whether the system had more equations than unknowns."""
        return len(self.originals) > self.n

    def unscaled(self, points: ComplexArray) -> ComplexArray:
        """Points in the system's own unknowns."""
        return np.asarray(points * np.ldexp(1.0, self.scales))

    def residuals(self, points: ComplexArray) -> NDArray[np.float64]:
        """The greatest |f_i| over its terms' moduli and its largest coefficient, ``(n_points,)``.

        At scaled points. With the coefficient, so that it is small at the origin too, where all
        terms vanish.
        """
        worst = np.zeros(len(points))
        for powers, values in self.originals:
            terms = values * np.prod(points[:, None, :] ** powers, axis=2)
            size = np.abs(terms).sum(axis=1) + np.abs(values).max(initial=0.0)
            worst = np.maximum(worst, np.abs(terms.sum(axis=1)) / np.where(size > 0, size, 1.0))
        return worst


def _log2(value: Fraction | complex) -> float:
    """log2 |value| to about a bit, for any size."""
    if not isinstance(value, Fraction):
        return float(frexp(abs(value))[1])
    return float(abs(value.numerator).bit_length() - value.denominator.bit_length())


def _balance(
    exponents: list[NDArray[np.int64]], exact: list[Coefficients]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Binary exponents for rows and unknowns that bring all log |coefficient| near 0.

    Least squares; source: Morgan, 'Solving Polynomial Systems Using Continuation' (1987), ch. 5.
    """
    n, n_terms = exponents[0].shape[1], sum(map(len, exponents))
    matrix, right = np.zeros((n_terms, len(exponents) + n)), np.zeros(n_terms)
    term = 0
    for row, (powers, values) in enumerate(zip(exponents, exact, strict=True)):
        for power, value in zip(powers, values, strict=True):
            matrix[term, row] = 1.0
            matrix[term, len(exponents) :] = power
            right[term] = -_log2(value)
            term += 1
    found = np.linalg.lstsq(matrix, right, rcond=None)[0]
    columns = np.rint(found[len(exponents) :]).astype(np.int64)
    rows = []
    for powers, values in zip(exponents, exact, strict=True):
        sizes = [_log2(v) + float(p @ columns) for p, v in zip(powers, values, strict=True)]
        rows.append(-int(max(sizes, default=0)))
    return np.array(rows, dtype=np.int64), columns


def _scaled(
    powers: NDArray[np.int64], values: Coefficients, row: int, columns: NDArray[np.int64]
) -> ComplexArray:
    shifts = powers @ columns + row
    return np.array(
        [_times_power(v, int(s)) for v, s in zip(values, shifts, strict=True)], np.complex128
    )


def _times_power(value: Fraction | complex, shift: int) -> complex:
    """``value 2^shift``, rounded once and whatever the size of its parts."""
    if not isinstance(value, Fraction):
        return complex(ldexp(value.real, shift), ldexp(value.imag, shift))
    bits = abs(value.numerator).bit_length() - value.denominator.bit_length()
    reduced = value * Fraction(2) ** -bits
    mantissa, exponent = frexp(float(reduced))
    return ldexp(mantissa, exponent + bits + shift)


def _squared(
    equations: tuple[tuple[NDArray[np.int64], ComplexArray], ...],
    n: int,
    rng: np.random.Generator,
) -> list[tuple[NDArray[np.int64], ComplexArray]]:
    """n equations: each of the first n plus random multiples of all beyond."""
    if len(equations) == n:
        return list(equations)
    square = []
    for powers, values in equations[:n]:
        terms = dict(zip(map(tuple, powers.tolist()), values.tolist(), strict=True))
        for other_powers, other_values in equations[n:]:
            factor = np.exp(2j * np.pi * rng.random())
            for power, value in zip(other_powers.tolist(), other_values, strict=True):
                terms[tuple(power)] = terms.get(tuple(power), 0.0) + factor * value
        square.append(
            (np.array(list(terms), np.int64), np.array(list(terms.values()), np.complex128))
        )
    return square
