"""Rounded numbers replaced by the simplest fractions near them, with a report of the changes.

Measured or printed data such as 0.3333 are rational numbers with large denominators; exact
solvers are quicker on 1/3. Nothing does this unless it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from polynet.errors import InputError
from polynet.rational import is_exact, to_fraction

__all__ = ["Rationalisation", "rationalised", "simplest_fraction"]


@dataclass(frozen=True, slots=True)
class Rationalisation:
    """What was changed: of ``n_values`` numbers ``n_changed``, by ``largest_change`` at most.

    ``n_zeroed`` of the changed ones became zero.
    """

    tolerance: Fraction
    n_values: int
    n_changed: int
    n_zeroed: int
    largest_change: Fraction

    def __str__(self) -> str:
        if not self.n_changed:
            return f"rationalised: none of {self.n_values:,} numbers changed"
        zeroed = f", {self.n_zeroed:,} of them to zero" if self.n_zeroed else ""
        return (
            f"rationalised: {self.n_changed:,} of {self.n_values:,} numbers changed{zeroed}, "
            f"by {float(self.largest_change):.3g} at most (tolerance {float(self.tolerance):.3g})"
        )


def simplest_fraction(low: Fraction, high: Fraction) -> Fraction:
    """The fraction in [low, high] with the smallest denominator, then the smallest numerator.

    The first node of the Stern-Brocot tree in the interval, found along continued fractions.
    Source: Graham, Knuth, Patashnik, 'Concrete Mathematics', section 4.5. Cost: that of Euclid's
    algorithm.

    >>> simplest_fraction(Fraction(314, 100), Fraction(315, 100))
    Fraction(22, 7)
    >>> simplest_fraction(Fraction(-1, 3), Fraction(1, 100))
    Fraction(0, 1)
    """
    if low > high:
        raise InputError(f"the interval from {low} to {high} is empty; give low <= high")
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_fraction(-high, -low)
    quotients = []
    while low.denominator > 1 and (whole := low.numerator // low.denominator) + 1 > high:
        quotients.append(whole)
        low, high = 1 / (high - whole), 1 / (low - whole)
    found = Fraction(-(-low.numerator // low.denominator))
    for whole in reversed(quotients):
        found = whole + 1 / found
    return found


def rationalised(
    values: Sequence[Any], tolerance: Any
) -> tuple[tuple[Fraction, ...], Rationalisation]:
    """Each of ``values`` as the simplest fraction that differs by ``tolerance`` at most.

    Floats count as the rational numbers that they are. Raises ``InputError`` for a tolerance
    that is not between 0 and 1/2.

    >>> fractions, report = rationalised([0.1, 0.333, 2], Fraction(1, 1000))
    >>> [str(f) for f in fractions]
    ['1/10', '1/3', '2']
    >>> print(report)
    rationalised: 2 of 3 numbers changed, by 0.000333 at most (tolerance 0.001)
    """
    bound = _checked_tolerance(tolerance)
    exact = [to_fraction(v) if is_exact(v) else Fraction(float(v)) for v in values]
    simple = tuple(simplest_fraction(v - bound, v + bound) for v in exact)
    pairs = list(zip(exact, simple, strict=True))
    changes = [abs(old - new) for old, new in pairs]
    report = Rationalisation(
        tolerance=bound,
        n_values=len(exact),
        n_changed=sum(change > 0 for change in changes),
        n_zeroed=sum(bool(old) and not new for old, new in pairs),
        largest_change=max(changes, default=Fraction(0)),
    )
    return simple, report


def _checked_tolerance(tolerance: Any) -> Fraction:
    """``tolerance`` as a ``Fraction`` above 0 and below 1/2, or an ``InputError``."""
    try:
        bound = to_fraction(tolerance) if is_exact(tolerance) else Fraction(tolerance)
    except (TypeError, ValueError, OverflowError):
        bound = Fraction(0)
    if not 0 < bound < Fraction(1, 2):
        raise InputError(f"tolerance {tolerance!r} must be a number above 0 and below 1/2")
    return bound
