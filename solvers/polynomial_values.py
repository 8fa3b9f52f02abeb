"""Values of polynomials at many points at once, in ball arithmetic.

Enters: integer polynomials, then points. Leaves: a ball for each value. With w about the square
root of the degree, every polynomial falls into blocks of w coefficients. One product of matrices,
coefficients times 1, z, ..., z^(w-1), gives the blocks at all points, and Horner's rule in z^w puts
them together. So few products follow one another that balls hardly grow; by Horner's rule alone
complex ones may grow by the square root of 2 in each. Source: Paterson, Stockmeyer, 'On the number
of nonscalar multiplications necessary to evaluate polynomials' (1973).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from flint import acb, acb_mat, arb, fmpz_poly

__all__ = ["PolynomialValues"]


class PolynomialValues:
    """Polynomials to be evaluated, with coefficients as balls of the working precision.

    Cost: for m polynomials of degree n at k points a product of matrices of m n and w k entries,
    and (m n / w + w) k products of balls.

    >>> [[four, nine]] = PolynomialValues([fmpz_poly([0, 0, 1])]).at([acb(2), acb(3)])
    >>> float(four.real), float(nine.real)
    (4.0, 9.0)
    """

    def __init__(self, polynomials: Sequence[fmpz_poly]) -> None:
        length = max(len(p) for p in polynomials) or 1
        self._width = isqrt(2 * length) + 1  # rather many powers, which all polynomials share
        self._n_blocks = -(-length // self._width)
        starts = range(0, self._n_blocks * self._width, self._width)
        self._coefficients = acb_mat(
            [
                [+arb(p[start + k]) for k in range(self._width)]  # + rounds
                for p in polynomials
                for start in starts
            ]
        )

    def at(self, points: Sequence[acb]) -> list[list[acb]]:
        """The values of each polynomial at all points."""
        powers = [[acb(1)] * len(points), list(points)]
        for exponent in range(2, self._width + 1):
            half = exponent // 2
            factors = zip(powers[half], powers[exponent - half], strict=True)
            powers.append([a * b for a, b in factors])
        blocks = (self._coefficients * acb_mat(powers[: self._width])).tolist()
        found = []
        for end in range(self._n_blocks, len(blocks) + 1, self._n_blocks):
            values = blocks[end - 1]
            for block in reversed(blocks[end - self._n_blocks : end - 1]):
                terms = zip(values, powers[self._width], block, strict=True)
                values = [value * giant + rest for value, giant, rest in terms]
            found.append(values)
        return found
