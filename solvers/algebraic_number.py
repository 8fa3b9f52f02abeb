"""Algebraic numbers: an irreducible integer polynomial and a box that holds one of its roots.

Enters: a polynomial and a certified ball. Leaves: a frozen number that refines to any precision,
compares exactly and prints as a fraction, in radicals, or as a root in an interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering
from math import gcd
from typing import TYPE_CHECKING, Any

from flint import acb, arb, ctx, fmpq, fmpq_poly, fmpz_poly

from polynet.errors import InputError
from polynet.rational import is_exact, to_fmpq, to_fraction
from solvers.complex_roots import complex_roots

if TYPE_CHECKING:
    import sympy

__all__ = ["AlgebraicNumber", "ball_interval"]

Interval = tuple[Fraction, Fraction]

_FIRST_BITS = 64
_ZERO = (Fraction(0), Fraction(0))


def ball_interval(ball: arb) -> Interval:
    """The exact end points of a real ball.

    >>> ball_interval(arb(3) / 4)
    (Fraction(3, 4), Fraction(3, 4))
    """
    # lower() and upper() round to the precision of the context, mid() and rad() do not.
    middle, radius = to_fraction(ball.mid().fmpq()), to_fraction(ball.rad().fmpq())
    return middle - radius, middle + radius


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class AlgebraicNumber:
    """One root of an irreducible polynomial over the rationals.

    Numbers with the same minimal polynomial and the same root are equal, however wide the boxes
    are. ``<`` and the like are between real numbers, decided by refining until they separate.

    Parameters
    ----------
    coefficients
        Of the minimal polynomial, constant term first: coprime integers, the last one positive.
    real_box, imaginary_box
        Exact rational intervals of the real and the imaginary part that hold this root and no
        other. The imaginary one is (0, 0) exactly where the number is real.

    Examples
    --------
    >>> low, high = AlgebraicNumber.roots_of(fmpz_poly([-1, -1, 1]))
    >>> print(low, high)
    (1 - sqrt(5))/2 (1 + sqrt(5))/2
    >>> low < 0 < high, float(high)
    (True, 1.618033988749895)
    >>> print(AlgebraicNumber.roots_of(fmpz_poly([-1, -1, 0, 1]))[0])
    root of x^3 - x - 1 in [1.32, 1.33]
    """

    coefficients: tuple[int, ...]
    real_box: Interval
    imaginary_box: Interval = _ZERO

    @classmethod
    def rational(cls, value: Any) -> AlgebraicNumber:
        """The exact rational ``value``; ``TypeError`` for a float."""
        exact = to_fraction(value)
        return cls((-exact.numerator, exact.denominator), (exact, exact))

    @classmethod
    def near(cls, polynomial: fmpz_poly | fmpq_poly, ball: Callable[[int], acb]) -> AlgebraicNumber:
        """The root of the irreducible ``polynomial`` that ``ball(bits)`` holds at every ``bits``.

        ``ball`` must enclose a root, ever tighter. Cost: all complex roots, at growing precision.
        """
        coefficients = _primitive(polynomial)
        if len(coefficients) == 2:
            return cls.rational(Fraction(-coefficients[0], coefficients[1]))
        bits = _FIRST_BITS
        while True:
            held = [root for root in _roots(coefficients, bits) if root.overlaps(ball(bits))]
            if len(held) == 1:
                return cls._in_ball(coefficients, held[0])
            if not held:
                raise InputError("the ball holds no root of the polynomial; give one that does")
            bits *= 2

    @classmethod
    def roots_of(cls, polynomial: fmpz_poly | fmpq_poly) -> tuple[AlgebraicNumber, ...]:
        """All roots of an irreducible polynomial: first the real ones, ascending.

        Raises ``InputError`` for a polynomial that is constant or factors over the rationals.
        """
        coefficients = _primitive(polynomial)
        factors = fmpz_poly(list(coefficients)).factor()[1]
        if len(coefficients) < 2 or len(factors) != 1 or factors[0][1] != 1:
            raise InputError(f"{polynomial} is not irreducible; give one of its factors")
        if len(coefficients) == 2:
            return (cls.rational(Fraction(-coefficients[0], coefficients[1])),)
        return tuple(cls._in_ball(coefficients, b) for b in _roots(coefficients, _FIRST_BITS))

    @classmethod
    def _in_ball(cls, coefficients: tuple[int, ...], ball: acb) -> AlgebraicNumber:
        return cls(coefficients, ball_interval(ball.real), ball_interval(ball.imag))

    @property
    def minimal_polynomial(self) -> fmpz_poly:
        """Over the integers: primitive, irreducible, with positive leading coefficient."""
        return fmpz_poly(list(self.coefficients))

    @property
    def degree(self) -> int:
        """The degree of the minimal polynomial."""
        return len(self.coefficients) - 1

    @property
    def is_rational(self) -> bool:
        """Whether this is a rational number."""
        return self.degree == 1

    @property
    def is_real(self) -> bool:
        """Whether this is a real number."""
        return self.imaginary_box == _ZERO

    def to_fraction(self) -> Fraction:
        """The rational number that this is; ``InputError`` where it is none."""
        if not self.is_rational:
            raise InputError(f"{self} is not rational; interval(bits) encloses it")
        return self.real_box[0]

    def ball(self, bits: int) -> acb:
        """A certified ball of radius below 2^-bits (1 + |x|).

        >>> AlgebraicNumber.roots_of(fmpz_poly([-2, 0, 1]))[1].ball(100).real.rad() < 2.0**-100
        True
        """
        if self.is_rational:
            with ctx.workprec(bits + 2):
                return acb(arb(to_fmpq(self.real_box[0])))
        precision = max(bits, _FIRST_BITS)
        while True:
            held = [root for root in _roots(self.coefficients, precision) if self._holds(root)]
            if len(held) == 1 and _is_tight(held[0], bits):
                return held[0]
            precision *= 2

    def interval(self, bits: int) -> Interval:
        """Exact rational bounds (lo, hi) of a real number, hi - lo below 2^(1-bits) (1 + |x|).

        Raises ``InputError`` where the number is not real.
        """
        self._must_be_real()
        return self.real_box if self.is_rational else ball_interval(self.ball(bits).real)

    def to_sympy(self) -> sympy.Expr:
        """A sympy number: ``Rational``, radicals where the degree is 2, else ``CRootOf``."""
        from solvers.algebraic_text import to_sympy

        return to_sympy(self)

    def __float__(self) -> float:
        if self.is_rational:
            return float(self.real_box[0])
        self._must_be_real()
        return float(self.ball(_FIRST_BITS).real)

    def __complex__(self) -> complex:
        return complex(float(self)) if self.is_real else complex(self.ball(_FIRST_BITS))

    def __str__(self) -> str:
        from solvers.algebraic_text import text

        return text(self)

    def __eq__(self, other: object) -> bool:
        if is_exact(other):
            return self.is_rational and self.real_box[0] == to_fraction(other)
        if not isinstance(other, AlgebraicNumber):
            return NotImplemented
        return self.coefficients == other.coefficients and self._same_root(other)

    def __lt__(self, other: object) -> bool:
        if is_exact(other):
            other = AlgebraicNumber.rational(other)
        if not isinstance(other, AlgebraicNumber):
            return NotImplemented
        self._must_be_real()
        other._must_be_real()
        if self == other:
            return False
        bits = _FIRST_BITS
        while True:
            (low, high), (other_low, other_high) = self.interval(bits), other.interval(bits)
            if high < other_low or other_high < low:
                return high < other_low
            bits *= 2

    def __hash__(self) -> int:
        return hash(self.real_box[0]) if self.is_rational else hash(self.coefficients)

    def _same_root(self, other: AlgebraicNumber) -> bool:
        """Of two roots of one polynomial; its roots come in disjoint balls."""
        if not (
            _meet(self.real_box, other.real_box) and _meet(self.imaginary_box, other.imaginary_box)
        ):
            return False
        return bool(self.ball(_FIRST_BITS).overlaps(other.ball(_FIRST_BITS)))

    def _holds(self, root: acb) -> bool:
        parts = zip((root.real, root.imag), (self.real_box, self.imaginary_box), strict=True)
        return all(_meet(ball_interval(part), box) for part, box in parts)

    def _must_be_real(self) -> None:
        if not self.is_real:
            raise InputError(f"{self} is not real; ball(bits) encloses it in the complex plane")


def _meet(one: Interval, other: Interval) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _is_tight(ball: acb, bits: int) -> bool:
    bound = (1 + abs(ball)) * arb(2) ** (-bits)
    return bool(ball.real.rad() < bound) and bool(ball.imag.rad() < bound)


def _roots(coefficients: tuple[int, ...], bits: int) -> list[acb]:
    """Disjoint balls of all roots, the real ones first and ascending."""
    with ctx.workprec(2 * bits + 32):
        return complex_roots(fmpq_poly(list(coefficients)))


def _primitive(polynomial: fmpz_poly | fmpq_poly) -> tuple[int, ...]:
    """Coprime integer coefficients with a positive last one."""
    numerator = fmpq_poly(polynomial).numer()
    integers = [to_fraction(fmpq(c)).numerator for c in numerator.coeffs()]

    content = gcd(*integers) * (1 if integers and integers[-1] > 0 else -1)
    return tuple(c // content for c in integers) if content else ()
