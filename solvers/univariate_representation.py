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

from flint import acb, acb_poly, arb, ctx, fmpq, fmpq_mpoly, fmpq_poly, fmpz, fmpz_poly

from polynet.rational import to_fraction

__all__ = ["UnivariateRepresentation", "complex_roots"]

_MAX_PRECISION = 1 << 15
_LARGE_BITS = 64
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

        Exactly the real roots have an imaginary part that is exactly zero.
        """
        known = self._roots.get(precision)
        if known is None:
            with ctx.workprec(precision):
                known = self._roots[precision] = complex_roots(self.minimal_polynomial)
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
                slope = acb_poly(self.minimal_polynomial.derivative())
                numerators = [acb_poly(h) for h in self.numerators]
                points = [
                    tuple(numerator(root) / slope(root) for numerator in numerators)
                    for root in self.roots(precision)
                ]
                if all(_accurate(x, accuracy) for point in points for x in point):
                    return points
            if precision > _MAX_PRECISION:
                return points
            precision *= 2

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


def _accurate(ball: acb, accuracy: int) -> bool:
    bound = (1 + abs(ball)) * arb(2) ** (-accuracy)
    return bool(ball.real.rad() < bound) and bool(ball.imag.rad() < bound)


def _root_precision(accuracy: int) -> int:
    return 2 * accuracy + 32


def complex_roots(polynomial: fmpq_poly) -> list[acb]:
    """Certified balls around the distinct roots: first the real ones, ascending.

    Exactly the real roots have an imaginary part that is exactly zero.
    """
    centre, scale = _frame(polynomial)
    numerator = polynomial(fmpq_poly([centre, scale])).numer()
    # The type stubs of python-flint leave out that multiplicities come with the roots.
    pairs: list[tuple[acb, int]] = numerator.complex_roots()  # type: ignore[assignment]
    return sorted((centre + scale * root for root, _ in pairs), key=_root_order)


def _frame(polynomial: fmpq_poly) -> tuple[fmpz, fmpz]:
    """A centre and a scale for t where roots are huge, else 0 and 1.

    FLINT takes very long for huge roots that are close together for their size.
    """
    degree = int(polynomial.degree())
    if _root_bits(polynomial.numer()) <= _LARGE_BITS:
        return fmpz(0), fmpz(1)
    mean = -polynomial[degree - 1] / (degree * polynomial[degree])
    centre = mean.floor()
    moved = polynomial(fmpq_poly([centre, 1]))
    return centre, fmpz(2) ** max(0, _root_bits(moved.numer()))


def _root_bits(polynomial: fmpz_poly) -> int:
    """About log2 of the largest size of a root (Fujiwara's bound)."""
    degree = int(polynomial.degree())
    bits = [c.bit_length() for c in polynomial.coeffs()]
    lower = (k for k in range(degree) if bits[k])
    return max(((bits[k] - bits[degree]) // (degree - k) for k in lower), default=0)


def _root_order(root: acb) -> tuple[bool, arb, arb]:
    return not root.imag.is_zero(), root.real.mid(), root.imag.mid()


def _rebuilt(coefficients: list[list[tuple[int, int]]]) -> UnivariateRepresentation:
    minimal, *numerators = [
        fmpq_poly([fmpq(p, q) for p, q in polynomial]) for polynomial in coefficients
    ]
    return UnivariateRepresentation(minimal, tuple(numerators))
