"""All roots of a polynomial at once, enclosed: Aberth's iteration, and a proof afterwards.

Enters: an integer polynomial. Leaves: disjoint balls, one around each root, or None where roots are
multiple, zero, or too close together for floats to hold apart. Corrections and the repulsion of
the roots are floats; values of the polynomial are balls, of a precision that grows until they say
something. The proof is Laguerre's theorem: the disc of radius n |f(z)/f'(z)| around z has a root
of f, of degree n in it, so that n disjoint ones have one each. Source: Bini, 'Numerical computation
of polynomial zeros by means of Aberth's method' (1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log, pi

import numpy as np
from flint import acb, arb, ctx, fmpz, fmpz_poly
from numpy.typing import NDArray

from solvers.polynomial_values import PolynomialValues

__all__ = ["enclosed_roots"]

_ROUNDS = 60  # of the iteration: about twenty are usual
_SETTLED = 2.0**-40  # relative size of the last correction
_APART = 2.0**-45  # relative distance that floats tell without doubt
_LARGEST = 600.0  # logarithm of the size of a root
_FIRST_BITS = 64  # of the working precision
_UNKNOWN = 0.25  # relative error from which on a correction is not known
_MANY = 0.1  # of the points that still move
_GUARD = 32  # bits beyond those asked for, and
_GROWTH = 3  # times as many where they do not do
_DOUBLINGS = 3  # of the precision


def enclosed_roots(polynomial: fmpz_poly, near: Sequence[acb] = ()) -> list[acb] | None:
    """Disjoint balls around the roots, as accurate as the working precision, in any order.

    Exactly the real roots have an imaginary part that is exactly zero. ``near`` may have balls
    that are known, one for each root. Cost: for degree n about twenty times n values at n points.

    >>> roots = enclosed_roots(fmpz_poly([-2, 0, 0, 1]))
    >>> [round(float(root.real), 6) for root in roots if root.imag.is_zero()]
    [1.259921]
    """
    degree, asked = int(polynomial.degree()), ctx.prec
    if degree < 1 or not int(polynomial[0]):
        return None
    # Around their mean roots differ most in size and direction, but for a few that are huge.
    for centre in dict.fromkeys((_mean(polynomial), fmpz(0))):
        highest = (asked + degree + _GUARD << _DOUBLINGS) + centre.bit_length()
        newton = _Newton(polynomial(fmpz_poly([centre, 1])))
        if near:
            points = [_middle(root - centre) for root in near]
        else:
            points = _settled(newton, _starting_points(newton.polynomial), highest)
        discs = _discs(newton, points, asked, centre, highest)
        if discs is not None:
            return discs
    return None


def _mean(polynomial: fmpz_poly) -> fmpz:
    """The integer nearest to the mean of the roots."""
    degree = int(polynomial.degree())
    total, count = -polynomial[degree - 1], degree * polynomial[degree]
    return (2 * total + count) // (2 * count)


class _Newton:
    """Newton's corrections for one polynomial."""

    def __init__(self, polynomial: fmpz_poly) -> None:
        self.polynomial = polynomial
        self._known: tuple[int, PolynomialValues] | None = None

    def corrections(self, points: Sequence[acb]) -> list[acb]:
        """f(z) / f'(z) at all points, to the working precision."""
        if self._known is None or self._known[0] != ctx.prec:
            both = (self.polynomial, self.polynomial.derivative())
            self._known = ctx.prec, PolynomialValues(both)
        values, slopes = self._known[1].at(points)
        return [value / slope for value, slope in zip(values, slopes, strict=True)]


def _middle(ball: acb) -> acb:
    return acb(ball.real.mid(), ball.imag.mid())


def _starting_points(polynomial: fmpz_poly) -> list[acb]:
    """On circles whose radii are those of the Newton polygon; none where floats cannot hold them.

    Its upper hull has one edge from i to j for each j - i roots of about one size.
    """
    hull: list[tuple[int, float]] = []
    for k, coefficient in enumerate(map(int, polynomial.coeffs())):
        if coefficient:
            point = (k, log(abs(coefficient)))
            while len(hull) > 1 and _slope(hull[-2], hull[-1]) <= _slope(hull[-2], point):
                hull.pop()
            hull.append(point)
    points: list[acb] = []
    for first, last in pairwise(hull):
        count, size = last[0] - first[0], -_slope(first, last)
        if abs(size) > _LARGEST:
            return []
        # Turned by an angle of no meaning, so that no symmetry of the roots holds them up.
        angles = 2 * pi * (np.arange(count) / count + first[0] / polynomial.degree()) + 0.7
        points += [acb(complex(z)) for z in np.exp(size + 1j * angles)]
    return points


def _slope(first: tuple[int, float], last: tuple[int, float]) -> float:
    return (last[1] - first[1]) / (last[0] - first[0])


def _settled(newton: _Newton, points: list[acb], highest: int) -> list[acb]:
    """The points after Aberth's iteration; none where it does not settle up to that precision."""
    points, waiting = list(points), np.ones(len(points), bool)
    precision = _FIRST_BITS
    while waiting.any():
        if precision > highest:
            return []
        with ctx.workprec(precision):
            if not _iterate(newton, points, waiting):
                return []
        precision *= 2
    return points


def _iterate(newton: _Newton, points: list[acb], waiting: NDArray[np.bool_]) -> bool:
    """Moves the ``waiting`` points until they are settled or too many corrections are not known.

    False where points meet or go on and on.
    """
    held = np.zeros(len(points), bool)
    for _ in range(_ROUNDS):
        values = np.array([complex(z) for z in points])
        gaps = values[:, None] - values
        np.fill_diagonal(gaps, np.inf)
        if not (np.isfinite(values).all() and gaps.all()):
            return False
        repulsion = (1 / gaps).sum(axis=1)
        places = np.flatnonzero(waiting & ~held)
        corrections = newton.corrections([points[i] for i in places])
        for i, correction in zip(places, corrections, strict=True):
            size = abs(correction)
            held[i] = not size.rad() < size.mid() * _UNKNOWN
            step = complex(correction)
            step /= 1 - step * complex(repulsion[i])
            moved = float(size.upper()) if held[i] else abs(step)
            waiting[i] = not moved <= _SETTLED * abs(values[i])
            if not (held[i] and waiting[i]):
                points[i] = _middle(points[i] - step)
        if (held & waiting).sum() >= _MANY * waiting.sum():
            return True
    return False


def _discs(
    newton: _Newton, points: Sequence[acb], asked: int, centre: fmpz, highest: int
) -> list[acb] | None:
    """The balls around the roots moved back by ``centre``; None where they are not disjoint."""
    degree = int(newton.polynomial.degree())
    partners = _partners(points) if len(points) == degree else None  # else zero is a root, too
    if partners is None:
        return None
    near = {i: points[i] for i, partner in enumerate(partners) if partner is None}
    near |= {i: acb(points[i].real) for i, partner in enumerate(partners) if partner == i}
    found: dict[int, acb] = {}
    guard = _GUARD
    while near:
        if asked + guard > highest:
            return None
        with ctx.workprec(asked + guard):
            found |= _enclosed(newton, near, asked, centre)
        guard *= _GROWTH
    discs = [
        found[i] if partner is None else found[partner].conjugate()
        for i, partner in enumerate(partners)
    ]
    return discs if _are_disjoint(discs) else None


def _partners(points: Sequence[acb]) -> list[int | None] | None:
    """For points below the real axis the place of the conjugate one, for real ones their own.

    None for those above it. None at all where they do not come in pairs.
    """
    values = np.array([complex(z) for z in points])
    is_real = np.abs(values.imag) <= _SETTLED * np.abs(values)
    above = np.flatnonzero(~is_real & (values.imag > 0))
    below = np.flatnonzero(~is_real & (values.imag < 0))
    found: list[int | None] = [i if real else None for i, real in enumerate(is_real.tolist())]
    if len(above) != len(below):
        return None
    if len(above):
        nearest = np.abs(values[below, None].conj() - values[above]).argmin(axis=1)
        if len(set(nearest.tolist())) < len(above):
            return None
        for i, place in zip(below.tolist(), nearest.tolist(), strict=True):
            found[i] = int(above[place])
    return found


def _enclosed(newton: _Newton, near: dict[int, acb], asked: int, centre: fmpz) -> dict[int, acb]:
    """Balls with roots, moved back by ``centre``, accurate to ``asked`` bits, by their places.

    Their points leave ``near``. What is left there needs a higher precision, as Newton's steps
    gain nothing any more.
    """
    degree = int(newton.polynomial.degree())
    found: dict[int, acb] = {}
    best = dict.fromkeys(near, arb("inf"))
    while best:
        places = list(best)
        corrections = newton.corrections([near[i] for i in places])
        for i, correction in zip(places, corrections, strict=True):
            point = near[i]
            radius, root = degree * abs(correction), point + centre
            if radius < abs(root) * arb(2) ** -asked:
                real = arb(root.real, radius)
                found[i] = acb(real) if point.imag == 0 else acb(real, arb(root.imag, radius))
                del near[i], best[i]
            elif radius < best[i] / 2:
                moved, best[i] = _middle(point - correction), radius
                near[i] = acb(moved.real) if point.imag == 0 else moved
            else:
                del best[i]
    return found


def _are_disjoint(discs: Sequence[acb]) -> bool:
    """Whether the discs, which are within their balls, are apart: decided by floats, with room.

    A ball that is not real and touches the real axis could have a real root.
    """
    values = np.array([complex(disc) for disc in discs])
    radii = np.array([float(max(disc.real.rad(), disc.imag.rad()).upper()) for disc in discs])
    room = 4 * radii + _APART * np.abs(values)
    gaps = np.abs(values[:, None] - values)
    np.fill_diagonal(gaps, np.inf)
    apart = bool((gaps > room[:, None] + room).all())
    return apart and not any(d.imag.contains(0) and not d.imag.is_zero() for d in discs)
