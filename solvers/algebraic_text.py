"""Algebraic numbers as text and as sympy expressions: radicals where they are short.

Square roots of degree 2 and of x^4 + b x^2 + c over the reals; else the minimal polynomial with
an interval that holds no other of its roots.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from math import ceil, floor, gcd, isqrt
from typing import TYPE_CHECKING

from flint import fmpq_poly, fmpz

from polynet.rational import to_fraction
from solvers.number_text import exact_text

if TYPE_CHECKING:
    import sympy

    from solvers.algebraic_number import AlgebraicNumber

__all__ = ["text", "to_sympy"]

_FACTORED_BITS = 128  # of radicands: beyond, only a perfect square is taken out
_COMPLEX_DIGITS = 6


def text(number: AlgebraicNumber) -> str:
    """The number as a fraction, in radicals, or as ``root of p in [lo, hi]``."""
    if number.is_rational:
        return exact_text(number.real_box[0])
    if number.degree == 2:
        return _surd_text(*_surd(number))
    if number.is_real:
        return _nested_text(number) or _root_text(number)
    ball = number.ball(2 * _COMPLEX_DIGITS + 64)
    real, imaginary = (float(part.mid()) for part in (ball.real, ball.imag))
    near = f"{real:.{_COMPLEX_DIGITS}g} {'-' if imaginary < 0 else '+'} "
    return f"root of {_polynomial(number)} near {near}{abs(imaginary):.{_COMPLEX_DIGITS}g}i"


def _surd(number: AlgebraicNumber) -> tuple[int, int, int, int]:
    """(p, q, s, r) with the number (p + q sqrt(s)) / r, r positive, gcd(p, q, r) = 1."""
    c, b, a = number.coefficients
    outside, inside = _square_part(b * b - 4 * a * c)
    if number.is_real:
        middle = Fraction(-b, 2 * a)
        low, high = number.interval(64)
        while low <= middle <= high:
            low, high = number.interval(2 * max(64, (high - low).denominator.bit_length()))
        sign = 1 if low > middle else -1
    else:
        sign = 1 if number.imaginary_box[0] > 0 else -1
    common = gcd(b, outside, 2 * a)
    return -b // common, sign * outside // common, inside, 2 * a // common


def _square_part(value: int) -> tuple[int, int]:
    """(k, s) with value = k^2 s, s squarefree where the value is small enough to be factored."""
    size = abs(value)
    if size.bit_length() > _FACTORED_BITS:
        root = isqrt(size)
        return (root, value // size) if root * root == size else (1, value)
    outside = 1
    for prime, exponent in fmpz(size).factor():
        outside *= int(prime) ** (int(exponent) // 2)
    return outside, value // outside**2


def _surd_text(p: int, q: int, s: int, r: int) -> str:
    radical = f"sqrt({abs(s)})" if abs(s) != 1 else ""
    if s < 0:
        radical = f"i*{radical}" if radical else "i"
    factor = radical if abs(q) == 1 else f"{abs(q)}*{radical}"
    if p:
        sum_text = f"{p} {'-' if q < 0 else '+'} {factor}"
        return sum_text if r == 1 else f"({sum_text})/{r}"
    return ("-" if q < 0 else "") + factor + ("" if r == 1 else f"/{r}")


def _nested_text(number: AlgebraicNumber) -> str | None:
    """``sqrt(x^2)`` where x^2 is real of degree 2, else None."""
    if number.degree != 4 or number.coefficients[1] or number.coefficients[3]:
        return None
    from solvers.algebraic_number import AlgebraicNumber

    square = AlgebraicNumber.near(
        fmpq_poly(list(number.coefficients[::2])), lambda bits: number.ball(bits) ** 2
    )
    sign = "-" if number < 0 else ""
    return f"{sign}sqrt({text(square)})"


def _root_text(number: AlgebraicNumber) -> str:
    """The polynomial with the shortest decimal interval that holds one of its roots."""
    others = [x for x in number.roots_of(number.minimal_polynomial) if x.is_real and x != number]
    for digits in count(2):
        scale = 10**digits
        low, high = number.interval(4 * digits + 64)
        bounds = Fraction(floor(low * scale), scale), Fraction(ceil(high * scale), scale)
        near = (x for x in others if x.real_box[0] <= bounds[1] and bounds[0] <= x.real_box[1])
        if not any(bounds[0] <= other <= bounds[1] for other in near):
            low_text, high_text = (_decimal(bound, digits) for bound in bounds)
            return f"root of {_polynomial(number)} in [{low_text}, {high_text}]"
    raise AssertionError("unreachable: the roots are distinct")


def _decimal(value: Fraction, digits: int) -> str:
    scaled = value * 10**digits
    whole, part = divmod(abs(scaled.numerator), 10**digits)
    return f"{'-' if scaled < 0 else ''}{whole}.{part:0{digits}d}"


def _polynomial(number: AlgebraicNumber) -> str:
    terms = []
    for power in range(number.degree, -1, -1):
        c = number.coefficients[power]
        if c:
            letter = {0: "", 1: "x"}.get(power, f"x^{power}")
            size = exact_text(Fraction(abs(c)))
            body = letter if abs(c) == 1 and letter else "*".join(filter(None, (size, letter)))
            terms.append(("- " if c < 0 else "+ ") + body)
    return " ".join(terms).removeprefix("+ ")


def to_sympy(number: AlgebraicNumber) -> sympy.Expr:
    """``Rational``, radicals where the degree is 2, else ``CRootOf``."""
    import sympy

    if number.is_rational:
        exact = to_fraction(number.real_box[0])
        return sympy.Rational(exact.numerator, exact.denominator)
    if number.degree == 2:
        p, q, s, r = _surd(number)
        return (p + q * sympy.sqrt(s)) / sympy.Integer(r)
    polynomial = sympy.Poly(list(reversed(number.coefficients)), sympy.Symbol("x"))
    if number.is_real:
        # Both sides order the real roots ascending, before the others.
        return sympy.CRootOf(polynomial, number.roots_of(number.minimal_polynomial).index(number))
    value = complex(number)
    places = range(number.degree)
    roots = [sympy.CRootOf(polynomial, k) for k in places]
    return min(roots, key=lambda root: abs(complex(root.evalf(30)) - value))
