"""Critical points of a polynomial in one unknown over the rationals, exactly.

The derivative is factored; the real roots of its factors are algebraic numbers. The derivative
changes sign just at roots of odd multiplicity, so that going from minus infinity upwards says what
each of them is, and values are compared as the algebraic numbers that they are.
"""

from __future__ import annotations

from flint import acb, arb, ctx, fmpq_mat, fmpq_poly

from solvers.algebraic_number import AlgebraicNumber
from solvers.univariate.points import LineCriticalPoints, LineKind, LinePoint

__all__ = ["exact_critical_points"]


def exact_critical_points(polynomial: fmpq_poly) -> LineCriticalPoints:
    """All real critical points of ``polynomial``, with values, as algebraic numbers."""
    derivative = polynomial.derivative()
    degree = int(polynomial.degree())
    if degree < 1:
        return LineCriticalPoints((), None, bounded_below=True, constant=True, exact=True)
    lead = derivative[degree - 1]
    sign = 1 if (lead > 0) == (degree % 2 == 1) else -1  # of the derivative at minus infinity
    points = []
    for root, multiplicity in _real_roots(derivative):
        after = -sign if multiplicity % 2 else sign
        points.append(LinePoint(root, value_at(polynomial, root), _kind(sign, after)))
        sign = after
    bounded = degree % 2 == 0 and lead > 0
    least = min(points, key=_value_then_size) if bounded else None
    return LineCriticalPoints(
        tuple(points), least, bounded_below=bounded, constant=False, exact=True
    )


def value_at(polynomial: fmpq_poly, point: AlgebraicNumber) -> AlgebraicNumber:
    """The value at an algebraic number: a root of the characteristic polynomial of p in Q[t]/m.

    >>> root = AlgebraicNumber.roots_of(fmpq_poly([-2, 0, 1]))[1]
    >>> print(value_at(fmpq_poly([1, 1, 1]), root))
    3 + sqrt(2)
    """
    modulus = fmpq_poly(point.minimal_polynomial)
    size = point.degree
    rows, image = [], polynomial % modulus
    for _ in range(size):
        rows.append([image[k] for k in range(size)])
        image = image * fmpq_poly([0, 1]) % modulus
    # m is irreducible, so the characteristic polynomial is a power of one irreducible factor.
    factor = fmpq_mat(rows).charpoly().numer().factor()[1][0][0]

    def ball(bits: int) -> acb:
        with ctx.workprec(2 * bits + 64):
            total, x = acb(0), point.ball(2 * bits)
            for coefficient in reversed(polynomial.coeffs()):
                total = total * x + acb(arb(coefficient))
            return total

    return AlgebraicNumber.near(factor, ball)


def _real_roots(polynomial: fmpq_poly) -> list[tuple[AlgebraicNumber, int]]:
    """The distinct real roots, ascending, with multiplicities."""
    roots = [
        (root, multiplicity)
        for factor, multiplicity in polynomial.numer().factor()[1]
        for root in AlgebraicNumber.roots_of(factor)
        if root.is_real
    ]
    return sorted(roots, key=lambda pair: pair[0])


def _kind(before: int, after: int) -> LineKind:
    if before == after:
        return LineKind.INFLECTION
    return LineKind.MINIMUM if after > 0 else LineKind.MAXIMUM


def _value_then_size(point: LinePoint) -> tuple[AlgebraicNumber | float, float]:
    return point.value, abs(float(point.t))
