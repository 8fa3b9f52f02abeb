"""Upper bounds on the number of isolated solutions of a polynomial system, from its degrees.

Enters: degrees, in all variables or in groups of them. Leaves: exact integers. Nothing here
looks at coefficients or expands anything, so the bounds come before the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log2, prod

from flint import fmpz, fmpz_poly

from polynet.errors import BudgetError, InputError, ShapeError
from polynet.rational import integer_of

__all__ = ["bezout_number", "multihomogeneous_bezout"]

# About ten seconds of work.
MAX_BITS = 2**30


def bezout_number(degrees: Iterable[int], *, multiplicities: Iterable[int] | None = None) -> int:
    """Bezout's number prod_i d_i of a square system of equations of these total degrees.

    A square system has at most that many isolated complex solutions, with multiplicity; a
    nonzero constant has degree 0, and the number is 0. ``multiplicities`` says how many equations
    have each degree, 1 each when left out. Raises ``InputError`` for a degree below 0 (a zero
    polynomial constrains nothing), ``BudgetError`` for a number of more than ``MAX_BITS`` bits.

    >>> bezout_number([2, 3, 4]), bezout_number([3], multiplicities=[4])
    (24, 81)
    """
    counted = _counted_rows(((degree,) for degree in degrees), multiplicities, 1)
    if (0,) in counted:
        return 0
    _check_bits(sum(count * log2(degree) for (degree,), count in counted.items()), 1, MAX_BITS)
    return prod(degree**count for (degree,), count in counted.items())


def multihomogeneous_bezout(
    degree_matrix: Iterable[Sequence[int]],
    group_sizes: Iterable[int],
    *,
    multiplicities: Iterable[int] | None = None,
    max_bits: int = MAX_BITS,
) -> int:
    """The multihomogeneous Bezout number for variables in groups.

    The coefficient of prod_g a_g^{n_g} in prod_i (sum_g d_ig a_g)^{m_i}, where d_ig is the degree
    of equation i in group g, n_g the number of variables in group g, and m_i how many equations
    share row i. A square system has at most that many isolated complex solutions (Morgan and
    Sommese 1987, "A homotopy for solving general polynomial systems that respects m-homogeneous
    structures"; Wampler 1992, "Bezout number calculations for multi-homogeneous polynomial
    systems", whose row expansion this is, with rows of equal degrees taken as one power).

    Parameters
    ----------
    degree_matrix
        Degrees ``(n_rows, n_groups)``.
    group_sizes
        The number of variables in each group ``(n_groups,)``.
    multiplicities
        How many equations have each row ``(n_rows,)``; 1 each when left out.
    max_bits
        The budget for all integers that are carried at once.

    Raises
    ------
    ShapeError
        When the number of equations is not the number of variables, or a row has not one degree
        for each group.
    BudgetError
        When the coefficients to carry are predicted to exceed ``max_bits`` bits. Their number is
        prod_g (2 n_g + 1) over all groups but the largest.

    Examples
    --------
    The eigenvalue problem A x = s x of size 3, bilinear in s and the direction of x (two
    coordinates): 3 eigenvalues, where Bezout's number is 8.

    >>> multihomogeneous_bezout([(1, 1)] * 3, [1, 2])
    3
    """
    sizes = [_size(size) for size in group_sizes]
    rows = _counted_rows(degree_matrix, multiplicities, len(sizes))
    _check_square(sum(rows.values()), sum(sizes))
    if any(not any(row) for row in rows):
        return 0
    largest = max(range(len(sizes)), key=sizes.__getitem__, default=0)
    inner = [size for g, size in enumerate(sizes) if g != largest]
    bits = sum(count * log2(sum(row)) for row, count in rows.items())
    _check_bits(bits, prod(2 * size + 1 for size in inner), max_bits)
    box = _Box(inner)
    total = box.constant(1)
    for row, count in rows.items():
        # a_largest is set to 1: the product is homogeneous, so its exponent is known.
        linear = box.linear(row[largest], [d for g, d in enumerate(row) if g != largest])
        total = box.product(total, box.power(linear, count))
    return integer_of(box.corner(total))


class _Box:
    """Polynomials truncated to exponents at most n_g in each variable, packed into one variable.

    Kronecker substitution with stride 2 n_g + 1, so that products do not run into each other and
    flint's fast univariate multiplication does the work.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = tuple(sizes)
        self._strides = [prod(2 * s + 1 for s in sizes[:g]) for g in range(len(sizes))]
        self._length = 1 + sum(n * s for n, s in zip(self._sizes, self._strides, strict=True))
        self._kept = self._positions()

    def _positions(self) -> list[int]:
        kept = [0]
        for size, stride in zip(self._sizes, self._strides, strict=True):
            kept = [start + stride * e for e in range(size + 1) for start in kept]
        return kept

    def constant(self, value: int) -> fmpz_poly:
        return fmpz_poly([value])

    def linear(self, constant: int, slopes: Sequence[int]) -> fmpz_poly:
        coefficients = [0] * (1 + max([0, *self._strides]))
        coefficients[0] = constant
        for stride, slope in zip(self._strides, slopes, strict=True):
            coefficients[stride] += slope
        return fmpz_poly(coefficients)

    def product(self, left: fmpz_poly, right: fmpz_poly) -> fmpz_poly:
        full = left.mul_low(right, self._length)
        if len(self._sizes) < 2:
            return full
        truncated = [fmpz(0)] * self._length
        for position in self._kept:
            truncated[position] = full[position]
        return fmpz_poly(truncated)

    def power(self, base: fmpz_poly, exponent: int) -> fmpz_poly:
        result = self.constant(1)
        for bit in bin(exponent)[2:]:
            result = self.product(result, result)
            if bit == "1":
                result = self.product(result, base)
        return result

    def corner(self, value: fmpz_poly) -> fmpz:
        return value[self._length - 1]


def _counted_rows(
    degree_matrix: Iterable[Sequence[int]], multiplicities: Iterable[int] | None, n_groups: int
) -> dict[tuple[int, ...], int]:
    rows = [tuple(_degree(degree) for degree in row) for row in degree_matrix]
    counts = [1] * len(rows) if multiplicities is None else [_size(m) for m in multiplicities]
    if len(counts) != len(rows):
        raise ShapeError(f"{len(counts)} multiplicities for {len(rows)} rows; give one for each")
    counted: dict[tuple[int, ...], int] = {}
    for row, count in zip(rows, counts, strict=True):
        if len(row) != n_groups:
            raise ShapeError(f"row {row} has {len(row)} degrees for {n_groups} groups")
        counted[row] = counted.get(row, 0) + count
    return counted


def _degree(value: int) -> int:
    if int(value) != value or value < 0:
        raise InputError(
            f"degree {value!r} is not a whole number from 0 on; leave out zero polynomials, which "
            "constrain nothing"
        )
    return int(value)


def _size(value: int) -> int:
    if int(value) != value or value < 1:
        raise InputError(f"group size or multiplicity {value!r} is not a whole number from 1 on")
    return int(value)


def _check_square(n_equations: int, n_variables: int) -> None:
    if n_equations != n_variables:
        raise ShapeError(
            f"{n_equations} equations in {n_variables} variables; the number counts the solutions "
            "of a square system, so give as many equations as variables"
        )


def _check_bits(bits: float, states: int, max_bits: int) -> None:
    if states * max(1.0, bits) > max_bits:
        raise BudgetError(
            f"the count carries {states:,} integers of up to {bits:,.0f} bits, over the limit of "
            f"{max_bits:,} bits in all; use fewer groups, or only the Bezout number"
        )
