"""Gauss-Newton's method with as many digits as needed, for systems of full column rank.

Enters: equations on balls, at least as many as unknowns, and a point. Leaves: the zero beside it to
hundreds of bits, or None. Midpoints only: nothing is proved, but a step of 2^-200 after a few that
doubled the digits, and equations as small, leave little doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from flint import acb, acb_mat, arb
from numpy.typing import NDArray

from polynet.polynomial import SparsePolynomial
from polynet.polynomial_system import PolynomialSystem
from solvers.certification.ball_map import SparseMap
from solvers.certification.boxes import exact_midpoint, greatest

__all__ = ["BITS", "STEP_BITS", "ScaledMap", "Slices", "to_complex"]

BITS = 256
_STEPS = 14
STEP_BITS = 190  # the last step is below 2^-190
_ZERO_BITS = 215  # equations are below 2^-215 of their terms' size
_RANK_BITS = 100  # a pseudo-inverse above 2^100 is that of a singular matrix


@dataclass(frozen=True, slots=True, eq=False)
class Slices:
    """Linear equations sum_j rows_ij (z_j - through_j) = shifts_i that are added to others.

    ``rows`` ``(c, n)``, ``through`` ``(n,)``, ``shifts`` ``(c,)``.
    """

    rows: NDArray[np.complex128]
    through: Sequence[acb]
    shifts: NDArray[np.complex128]

    def values(self, point: Sequence[acb]) -> list[acb]:
        """The equations at ``point``."""
        moved = acb_mat(len(point), 1, [x - y for x, y in zip(point, self.through, strict=True)])
        found = (self.matrix() * moved).entries()
        return [x - acb(complex(s)) for x, s in zip(found, self.shifts, strict=True)]

    def matrix(self) -> acb_mat:
        """``rows`` as balls."""
        return acb_mat([[acb(complex(x)) for x in row] for row in self.rows])


class ScaledMap:
    """A system on balls, its equations over the size of their derivatives around a point.

    The size is the greatest derivative that the moduli of the terms add up to where every
    coordinate of ``near`` is at least 1 in modulus: a row of the Jacobian that vanishes at the
    point stays small.
    """

    def __init__(self, system: PolynomialSystem, near: Sequence[acb]) -> None:
        moduli = [acb(max(1.0, abs(complex(x)))) for x in to_complex(near)]
        sizes = SparseMap(_absolute(system)).jacobian(moduli).tolist()
        self._map = SparseMap(system)
        largest = [float(np.abs(to_complex(row)).max()) for row in sizes]
        self._weights = [acb(arb(2) ** -round(np.log2(max(x, 1e-300)))) for x in largest]

    def values(self, point: Sequence[acb]) -> list[acb]:
        """The midpoints of the scaled equations at ``point`` ``(n,)``: ``(m,)``."""
        values = self._map.values(point)
        return [exact_midpoint(w * x) for w, x in zip(self._weights, values, strict=True)]

    def rows(self, point: Sequence[acb]) -> list[list[acb]]:
        """The midpoints of the rows of the Jacobian, ``(m, n)``."""
        rows = self._map.jacobian(point).mid().tolist()
        return [[w * x for x in row] for w, row in zip(self._weights, rows, strict=True)]

    def jacobian(self, point: Sequence[acb]) -> NDArray[np.complex128]:
        """``rows`` in doubles."""
        return np.array([to_complex(row) for row in self.rows(point)])

    def regular_zero(
        self, start: Sequence[acb], *, reach: float, slices: Slices | None = None
    ) -> list[acb] | None:
        """The zero within ``reach`` of ``start`` ``(n,)``, where the rank is n there.

        With ``slices`` the zero and the rank of both together. None where there is none, as far
        as ``BITS`` bits tell. Cost: a few Jacobians and normal equations of n unknowns.
        """
        point = [exact_midpoint(acb(x)) for x in start]
        size = greatest([arb(1), *(x.abs_upper() for x in point)])
        for _ in range(_STEPS):
            found = self._step(point, slices)
            if found is None:
                return None
            move, inverse = found
            point = [exact_midpoint(x - y) for x, y in zip(point, move, strict=True)]
            if not _size(x - y for x, y in zip(point, start, strict=True)) <= reach * size:
                return None
            if _size(move) <= size * arb(2) ** -STEP_BITS:
                regular = inverse <= arb(2) ** (2 * _RANK_BITS)
                zero = _size(self.values(point)) <= size * arb(2) ** -_ZERO_BITS
                return point if regular and zero else None
        return None

    def _step(self, point: Sequence[acb], slices: Slices | None) -> tuple[list[acb], arb] | None:
        """The least-squares step, and the size of the inverse of the normal equations."""
        rows, right = self.rows(point), self.values(point)
        if slices is not None:
            rows += slices.matrix().tolist()
            right += slices.values(point)
        matrix = acb_mat(rows).mid()
        adjoint = matrix.conjugate().transpose()
        try:
            inverse = (adjoint * matrix).mid().inv().mid()
        except ZeroDivisionError:
            return None
        move = (inverse * (adjoint * acb_mat(len(right), 1, right))).entries()
        return [exact_midpoint(x) for x in move], _size(inverse.entries())


def _absolute(system: PolynomialSystem) -> PolynomialSystem:
    """The system with the moduli of its coefficients."""
    return PolynomialSystem(
        tuple(
            SparsePolynomial.from_terms(
                p.names,
                dict(zip(map(tuple, p.exponents), map(abs, p.coefficients), strict=True)),
            )
            for p in system.polynomials
        )
    )


def _size(values: Iterable[acb]) -> arb:
    return greatest(x.abs_upper() for x in values)


def to_complex(point: Sequence[acb]) -> NDArray[np.complex128]:
    """The midpoints, rounded to doubles."""
    return np.array([complex(float(x.real.mid()), float(x.imag.mid())) for x in point])
