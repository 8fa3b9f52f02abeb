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
from dataclasses import dataclass
from itertools import pairwise
from math import log, pi

import numpy as np
from flint import acb, acb_poly, arb, ctx, fmpz, fmpz_poly
from numpy.typing import NDArray

__all__ = ["enclosed_roots"]

_ROUNDS = 60  # of the iteration: about twenty are usual
_SETTLED = 2.0**-40  # relative size of the last correction
_APART = 2.0**-45  # relative distance that floats tell without doubt
_LARGEST = 600.0  # logarithm of the size of a root
_GUARD = 32  # bits
_DOUBLINGS = 3  # of the precision

Numbers = NDArray[np.complex128]


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
    for doublings in range(_DOUBLINGS):
        # Around their mean roots differ most in size and direction, but for a few that are huge.
        for centre in dict.fromkeys((_mean(polynomial), fmpz(0))):
            moved = polynomial(fmpz_poly([centre, 1]))
            precision = (asked + degree + _GUARD << doublings) + centre.bit_length()
            with ctx.workprec(precision):
                start = [_middle(root - centre) for root in near] or _starting_points(moved)
                discs = _discs(_Polynomial.of(moved), start, asked, centre)
            if discs is not None:
                return discs
    return None


def _mean(polynomial: fmpz_poly) -> fmpz:
    """The integer nearest to the mean of the roots."""
    degree = int(polynomial.degree())
    total, count = -polynomial[degree - 1], degree * polynomial[degree]
    return (2 * total + count) // (2 * count)


@dataclass(frozen=True, slots=True)
class _Polynomial:
    """f and f' with coefficients as balls of the working precision."""

    value: acb_poly
    slope: acb_poly

    @classmethod
    def of(cls, polynomial: fmpz_poly) -> _Polynomial:
        return cls(acb_poly(polynomial), acb_poly(polynomial.derivative()))

    def step(self, z: acb) -> acb:
        """f(z) / f'(z), Newton's correction."""
        return self.value(z) / self.slope(z)


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


def _discs(f: _Polynomial, start: list[acb], asked: int, centre: fmpz) -> list[acb] | None:
    """The balls around the roots moved back by ``centre``; None where they are not disjoint."""
    points = _settled(f, start)
    if len(points) < f.value.degree():  # also where zero is a root
        return None
    discs = [_disc(f, point, asked, centre) for point in points]
    enclosed = [disc for disc in discs if disc is not None]
    return enclosed if len(enclosed) == len(discs) and _are_disjoint(enclosed) else None


def _settled(f: _Polynomial, points: list[acb]) -> list[acb]:
    """The points after Aberth's iteration; none where it does not settle."""
    points, moving = list(points), np.ones(len(points), bool)
    for _ in range(_ROUNDS):
        values = np.array([complex(z) for z in points])
        gaps = values[:, None] - values
        np.fill_diagonal(gaps, np.inf)
        if not (np.isfinite(values).all() and gaps.all()):
            return []
        repulsion = (1 / gaps).sum(axis=1)
        for i in np.flatnonzero(moving):
            newton = f.step(points[i])
            step = complex(newton)
            step /= 1 - step * complex(repulsion[i])
            size = float(abs(newton).upper()) if newton.contains(0) else abs(step)
            moving[i] = not size <= _SETTLED * abs(values[i])
            if moving[i] and newton.contains(0):
                return []  # the correction is not known at this precision
            points[i] = _middle(points[i] - step)
        if not moving.any():
            return points
    return []


def _disc(f: _Polynomial, point: acb, asked: int, centre: fmpz) -> acb | None:
    """A ball with a root of f, moved back by ``centre``, accurate to ``asked`` bits."""
    if abs(float(point.imag)) <= _SETTLED * abs(complex(point)):
        point = acb(point.real.mid())  # real, or not disjoint from its conjugate
    degree, best = f.value.degree(), arb("inf")
    while True:
        step = f.step(point)
        radius, root = degree * abs(step), point + centre
        if radius < abs(root) * arb(2) ** -asked:
            real = arb(root.real, radius)
            return acb(real) if point.imag == 0 else acb(real, arb(root.imag, radius))
        if not radius < best / 2:
            return None  # Newton's steps gain nothing any more
        moved, best = _middle(point - step), radius
        point = acb(moved.real) if point.imag == 0 else moved


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
