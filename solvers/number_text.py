"""Numbers as text: exact ones of any size, floats, counts; floats from exact numbers of any size.

A number beyond the range of floats is infinite as a float on purpose: its exact value is kept
beside it, and is what is printed, in scientific notation.
"""

from __future__ import annotations

import math
from fractions import Fraction

from flint import arb, ctx, fmpq, fmpz

from polynet.rational import to_fmpq, to_fraction

__all__ = ["counted", "decimal", "exact_text", "fraction_of", "saturated", "short_or_decimal"]

_BITS = 128


def saturated(exact: Fraction) -> float:
    """The nearest float, infinite beyond the range of floats.

    >>> saturated(Fraction(1, 4)), saturated(Fraction(-(10**400)))
    (0.25, -inf)
    """
    try:
        return float(exact) + 0.0  # no negative zero
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def decimal(value: float, digits: int, exact: Fraction | None = None, ball: str = "") -> str:
    """``value`` with ``digits`` digits, by the exact number or ball where floats do not hold it.

    >>> decimal(-0.0, 3), decimal(float("inf"), 3, Fraction(10**400))
    ('0', '1.00e+400')
    """
    if math.isfinite(value) and (value or not exact):
        return f"{value + 0.0:.{digits}g}"
    with ctx.workprec(_BITS):
        if exact is not None:
            return str(arb(to_fmpq(exact)).str(digits, radius=False))
        return str(arb(ball).str(digits, radius=False)) if ball else f"{value:g}"


def short_or_decimal(
    longest: int, value: float, digits: int, exact: Fraction | None = None, ball: str = ""
) -> str:
    """The exact number where it has up to ``longest`` characters, else ``decimal``."""
    text = "" if exact is None else exact_text(exact)
    return text if 0 < len(text) <= longest else decimal(value, digits, exact, ball)


def exact_text(exact: Fraction) -> str:
    """``exact`` as ``"4/3"``, however many digits it has."""
    return str(to_fmpq(exact))


def fraction_of(text: str) -> Fraction:
    """The number that ``exact_text`` wrote; ``ValueError`` for other text."""
    numerator, _, denominator = text.partition("/")
    return to_fraction(fmpq(fmpz(numerator), fmpz(denominator or "1")))


def counted(number: int, one: str, many: str) -> str:
    """The number and the noun for it.

    >>> counted(1, "family", "families"), counted(2000, "family", "families")
    ('1 family', '2,000 families')
    """
    return f"{number:,} {one if number == 1 else many}"
