"""Algebraic points: all conjugates of one solution, by one polynomial and its roots.

Enters: an irreducible f in Q[t] and polynomials h_1, ..., h_n in Q[t]. The points are
x_j = h_j(t) / f'(t) at the roots t of f; over f' the coefficients are far smaller than without.
Exact questions (is p zero at the point, the rank of a matrix there) are arithmetic in the field
Q[t]/(f); numbers come as certified balls. Source: Rouillier, 'Solving zero-dimensional systems
through the rational univariate representation' (1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import (
    acb,
    arb,
    ctx,
    fmpq,
    fmpq_mat,
    fmpq_mpoly,
    fmpq_poly,
    nmod,
    nmod_mat,
    nmod_poly,
)

from polynet.rational import to_fraction
from solvers.algebraic_number import AlgebraicNumber, ball_interval
from solvers.complex_roots import complex_roots
from solvers.polynomial_values import PolynomialValues

__all__ = ["UnivariateRepresentation"]

_MAX_PRECISION = 1 << 15
_PRIMES = (4611686018427387847, 4611686018427387817, 4611686018427387787)
_FIRST_ACCURACY = 64  # what solvers and classification ask for first


@dataclass(frozen=True)
class UnivariateRepresentation:
    """The conjugate points x_j = h_j(t) / f'(t), f(t) = 0, of degree deg f over the rationals.

    Parameters
    ----------
    minimal_polynomial
        f, monic and irreducible over Q.
    numerators
        h_1, ..., h_n, of degree below deg f.

    Examples
    --------
    >>> root_two = UnivariateRepresentation(fmpq_poly([-2, 0, 1]), (fmpq_poly([4]),))
    >>> root_two.degree, root_two.n_real
    (2, 2)
    >>> [float(x.real) for (x,) in root_two.balls(53)]
    [-1.4142135623730951, 1.4142135623730951]
    """

    minimal_polynomial: fmpq_poly
    numerators: tuple[fmpq_poly, ...]

    def __reduce__(self) -> tuple[object, ...]:
        polynomials = [self.minimal_polynomial, *self.numerators]
        return _rebuilt, ([[(int(c.p), int(c.q)) for c in p.coeffs()] for p in polynomials],)

    def permuted(self, places: Sequence[int]) -> UnivariateRepresentation:
        """The same points with coordinate ``places[j]`` at place j."""
        numerators = tuple(self.numerators[place] for place in places)
        return UnivariateRepresentation(self.minimal_polynomial, numerators)

    @cached_property
    def coordinates(self) -> tuple[fmpq_poly, ...]:
        """The coordinates as polynomials in t, of degree below deg f."""
        inverse = self.inverse(self.minimal_polynomial.derivative())
        return tuple(self.reduce(h * inverse) for h in self.numerators)

    @property
    def degree(self) -> int:
        """The number of conjugate points."""
        return int(self.minimal_polynomial.degree())

    @cached_property
    def rational_point(self) -> tuple[Fraction, ...] | None:
        """The point itself where it is rational, else None."""
        if self.degree != 1:
            return None
        return tuple(to_fraction(h[0]) for h in self.numerators)

    @cached_property
    def n_real(self) -> int:
        """How many of the conjugate points are real."""
        return sum(
            bool(root.imag.is_zero()) for root in self.roots(_root_precision(_FIRST_ACCURACY))
        )

    def roots(self, precision: int) -> list[acb]:
        """Certified balls around the roots of f: first the real ones, ascending.

        Exactly the real roots have an imaginary part that is exactly zero. The order is the same
        at every precision.
        """
        known = self._roots.get(precision)
        if known is None:
            first = _root_precision(_FIRST_ACCURACY)
            isolated = [] if precision == first else self.roots(first)
            with ctx.workprec(precision):
                known = complex_roots(self.minimal_polynomial, isolated)
            if isolated:
                known = _in_order_of(isolated, known)
            self._roots[precision] = known
        return known

    @cached_property
    def _roots(self) -> dict[int, list[acb]]:
        return {}

    def balls(self, accuracy: int) -> list[tuple[acb, ...]]:
        """Certified balls of the points, each coordinate to about ``accuracy`` bits.

        A coordinate counts as accurate when its radius is below 2^-accuracy times 1 + |x|.
        """
        precision = _root_precision(accuracy)
        while True:
            with ctx.workprec(precision):
                points = self._points_at(self.roots(precision))
                if all(_accurate(x, accuracy) for point in points for x in point):
                    return points
            if precision > _MAX_PRECISION:
                return points
            precision += precision // 2

    def _points_at(self, roots: Sequence[acb]) -> list[tuple[acb, ...]]:
        """The coordinates at balls around roots of f, at the working precision."""
        polynomials = (self.minimal_polynomial.derivative(), *self.numerators)
        values = PolynomialValues([p.numer() for p in polynomials]).at(roots)
        slope, *rest = [
            [value / acb(p.denom()) for value in row]
            for p, row in zip(polynomials, values, strict=True)
        ]
        return [tuple(h / d for h in column) for d, *column in zip(slope, *rest, strict=True)]

    def boxes(self, accuracy: int) -> list[tuple[tuple[Fraction, Fraction], ...]]:
        """Exact rational bounds (lo, hi) of each coordinate, for each real point.

        As accurate as ``balls``.
        """
        real = self.balls(accuracy)[: self.n_real]
        return [tuple(ball_interval(x.real) for x in point) for point in real]

    def coordinate(self, root: int, j: int) -> AlgebraicNumber:
        """Coordinate j of the point at a root of f, as a number of its own.

        Cost: ``coordinate_polynomial``, and the complex roots of that polynomial.
        """
        return AlgebraicNumber.near(
            self.coordinate_polynomial(j), lambda bits: self.balls(bits)[root][j]
        )

    def coordinate_degree(self, j: int) -> int:
        """The degree over Q of coordinate j: the rank of its powers in Q[t]/(f).

        Modulo one prime, of 62 bits: a lower bound that is nearly surely the degree.
        Cost: rank of a deg f by deg f matrix.
        """
        return _degree_modulo(self.minimal_polynomial, self.numerators[j])

    def coordinate_polynomial(self, j: int) -> fmpq_poly:
        """The minimal polynomial over Q of coordinate j, monic; proved.

        By the linear relation among 1, x_j, x_j^2, ... in Q[t]/(f), whose length is known from one
        prime: where the degree is far below deg f that is far less than
        ``minimal_polynomial_of``. Each coordinate is computed once.
        """
        known = self._coordinate_polynomials.get(j)
        if known is None:
            degree = self.coordinate_degree(j)
            element = self.coordinates[j]
            known = self._relation(element, degree) if 2 * degree <= self.degree else None
            known = self.minimal_polynomial_of(element) if known is None else known
            self._coordinate_polynomials[j] = known
        return known

    @cached_property
    def _coordinate_polynomials(self) -> dict[int, fmpq_poly]:
        return {}

    def _relation(self, element: fmpq_poly, degree: int) -> fmpq_poly | None:
        """The monic polynomial of that degree, the least possible, with root ``element``."""
        powers = [fmpq_poly([1])]
        for _ in range(degree):
            powers.append(self.reduce(powers[-1] * element))
        columns = [[power[i] for power in powers] for i in range(self.degree)]
        reduced, rank = fmpq_mat(columns).rref()
        # Fewer than degree + 1: the first `degree` powers are independent modulo the prime.
        if rank != degree:
            return None
        return fmpq_poly([-reduced[i, degree] for i in range(degree)] + [1])

    def value(self, polynomial: fmpq_mpoly) -> fmpq_poly:
        """``polynomial`` at the point, as an element of Q[t]/(f)."""
        powers: list[list[fmpq_poly]] = [[fmpq_poly([1])] for _ in self.coordinates]
        total = fmpq_poly([0])
        for exponents, coefficient in polynomial.terms():
            term = fmpq_poly([coefficient])
            for j, exponent in enumerate(exponents):
                if exponent:
                    term = self.reduce(term * self._power(powers, j, int(exponent)))
            total += term
        return self.reduce(total)

    def _power(self, powers: list[list[fmpq_poly]], j: int, exponent: int) -> fmpq_poly:
        known = powers[j]
        while len(known) <= exponent:
            known.append(self.reduce(known[-1] * self.coordinates[j]))
        return known[exponent]

    def reduce(self, element: fmpq_poly) -> fmpq_poly:
        """The representative of degree below deg f of ``element``."""
        return element % self.minimal_polynomial

    def vanishes(self, polynomial: fmpq_mpoly) -> bool:
        """Whether ``polynomial`` is zero at the point: decided exactly."""
        return self.value(polynomial).degree() < 0

    def rank(self, matrix: Sequence[Sequence[fmpq_mpoly]]) -> int:
        """The rank of a matrix of polynomials at the point, by elimination in Q[t]/(f)."""
        rows = [[self.value(entry) for entry in row] for row in matrix]
        rank = 0
        for column in range(len(rows[0]) if rows else 0):
            pivot = next((r for r in range(rank, len(rows)) if rows[r][column].degree() >= 0), None)
            if pivot is None:
                continue
            rows[rank], rows[pivot] = rows[pivot], rows[rank]
            inverse = self.inverse(rows[rank][column])
            for r in range(rank + 1, len(rows)):
                if rows[r][column].degree() >= 0:
                    factor = self.reduce(rows[r][column] * inverse)
                    rows[r] = [
                        self.reduce(a - factor * b)
                        for a, b in zip(rows[r], rows[rank], strict=True)
                    ]
            rank += 1
        return rank

    def inverse(self, element: fmpq_poly) -> fmpq_poly:
        """The inverse in Q[t]/(f) of an element that is not zero."""
        _, inverse, _ = element.xgcd(self.minimal_polynomial)
        return self.reduce(inverse)

    def minimal_polynomial_of(self, element: fmpq_poly) -> fmpq_poly:
        """The minimal polynomial over Q of an element of Q[t]/(f), monic.

        The characteristic polynomial of multiplication is a power of it.
        """
        columns = []
        current = self.reduce(element)
        for _ in range(self.degree):
            columns.append([current[i] for i in range(self.degree)])
            current = self.reduce(current * fmpq_poly([0, 1]))
        characteristic = fmpq_mat(columns).charpoly()
        _, factors = characteristic.factor()
        factor = factors[0][0]
        return factor / fmpq(factor[factor.degree()])


def _accurate(ball: acb, accuracy: int) -> bool:
    bound = (1 + abs(ball)) * arb(2) ** (-accuracy)
    return bool(ball.real.rad() < bound) and bool(ball.imag.rad() < bound)


def _degree_modulo(minimal: fmpq_poly, numerator: fmpq_poly) -> int:
    """The degree of h / f' in F_p[t]/(f), p the first prime that leaves f separable."""
    for prime in _PRIMES:
        try:
            f, h = (_reduced(polynomial, prime) for polynomial in (minimal, numerator))
            slope, inverse, _ = f.derivative().xgcd(f)
        except ZeroDivisionError:  # the prime divides a denominator
            continue
        if slope.degree() == 0:
            element, degree = h * inverse % f, int(f.degree())
            powers = [nmod_poly([1], prime)]
            for _ in range(degree - 1):
                powers.append(powers[-1] * element % f)
            return int(
                nmod_mat([[power[i] for i in range(degree)] for power in powers], prime).rank()
            )
    return int(minimal.degree())


def _reduced(polynomial: fmpq_poly, prime: int) -> nmod_poly:
    inverse = nmod(int(polynomial.denom()), prime) ** -1
    return nmod_poly([int(c) % prime for c in polynomial.numer().coeffs()], prime) * inverse


def _in_order_of(first: list[acb], roots: list[acb]) -> list[acb]:
    """Tighter balls of the same roots, in the order of the ``first`` ones.

    Real parts that are equal, as those of conjugates, say nothing about the order.
    """
    n_real = sum(bool(root.imag.is_zero()) for root in first)
    return roots[:n_real] + [
        next(root for root in roots[n_real:] if root.overlaps(ball)) for ball in first[n_real:]
    ]


def _root_precision(accuracy: int) -> int:
    return 2 * accuracy + 64


def _rebuilt(coefficients: list[list[tuple[int, int]]]) -> UnivariateRepresentation:
    minimal, *numerators = [
        fmpq_poly([fmpq(p, q) for p, q in polynomial]) for polynomial in coefficients
    ]
    return UnivariateRepresentation(minimal, tuple(numerators))
