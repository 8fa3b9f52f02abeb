"""Float answers on thousands of polynomials, clustered and wildly scaled, against exact ones.

Floats are rational numbers: so each polynomial has an exact answer too. A float answer is right
where every point found makes the derivative vanish to rounding; every exact root has a point so
near that the derivative is within rounding all the way to it (an even root, which rounding
removes, may be missing); minima and maxima take turns; and the least value is the exact one to
rounding. That is all that the coefficients determine in this precision.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx, fmpq_poly
from numpy.typing import NDArray

from polynet.rational import to_fmpq
from solvers.univariate.batch import line_critical_points
from solvers.univariate.points import LineKind

FloatArray = NDArray[np.float64]
Generator = np.random.Generator

EPS, LARGEST = 2.0**-52, 1.7e308
ROUNDING = 64 * EPS  # times the degree: of evaluating the derivative


def with_critical_points(points: list[float], lead: float) -> FloatArray:
    """The polynomial whose derivative has these roots, rounded to floats at the end."""
    derivative = fmpq_poly([to_fmpq(Fraction(lead))])
    for point in points:
        derivative *= fmpq_poly([-to_fmpq(Fraction(point)), 1])
    return np.array([float(Fraction(int(c.p), int(c.q))) for c in derivative.integral().coeffs()])


def ordinary(rng: Generator, n: int) -> FloatArray:
    return rng.standard_normal(n + 1)


def small_integers(rng: Generator, n: int) -> FloatArray:
    return rng.integers(-5, 6, n + 1).astype(float)


def clustered(rng: Generator, n: int) -> FloatArray:
    """Up to three clusters of critical points, from 1e-16 to 0.1 wide."""
    centres = rng.standard_normal(rng.integers(1, 4)) * 10.0 ** rng.uniform(-3, 3)
    width = 10.0 ** rng.uniform(-16, -1, n - 1) * rng.standard_normal(n - 1)
    points = rng.choice(centres, n - 1) * (1.0 + width)
    return with_critical_points(points.tolist(), float(rng.standard_normal()))


def multiple(rng: Generator, n: int) -> FloatArray:
    """Multiple critical points at quarters."""
    centres = rng.integers(-8, 9, rng.integers(1, 4)) / 4
    return with_critical_points(rng.choice(centres, n - 1).tolist(), rng.choice([-1.0, 1.0, 3.0]))


def evenly_spaced(rng: Generator, n: int) -> FloatArray:
    return with_critical_points([float(k) for k in range(1, n)], 1.0)


def scaled(rng: Generator, n: int) -> FloatArray:
    """The value and the unknown in units of any size."""
    size, unit = 10.0 ** rng.uniform(-100, 100), 10.0 ** rng.uniform(-18, 18)
    return rng.standard_normal(n + 1) * size * unit ** np.arange(n + 1)


def wild(rng: Generator, n: int) -> FloatArray:
    """Coefficients three hundred orders apart."""
    return rng.standard_normal(n + 1) * 10.0 ** rng.uniform(-150, 150, n + 1)


def vanishing_lead(rng: Generator, n: int) -> FloatArray:
    """Leading coefficients that are noise, or nothing."""
    c, m = rng.standard_normal(n + 1), int(rng.integers(1, n))
    c[-m:] *= 10.0 ** rng.uniform(-300, -5, m) * rng.integers(0, 2, m)
    return c


def sum_of_squares(rng: Generator, n: int) -> FloatArray:
    parts = rng.standard_normal((rng.integers(1, 30), n // 2 + 1))
    return np.sum([np.convolve(part, part) for part in parts], axis=0)


def edges_of_floats(rng: Generator, n: int) -> FloatArray:
    sizes = 10.0 ** rng.choice([-320.0, -307.0, -300.0, 0.0, 300.0, 307.0], n + 1)
    return rng.choice([-1.0, 1.0], n + 1) * sizes


FAMILIES = [
    ordinary,
    small_integers,
    clustered,
    multiple,
    evenly_spaced,
    scaled,
    wild,
    vanishing_lead,
    sum_of_squares,
    edges_of_floats,
]


@pytest.mark.parametrize("family", FAMILIES)
def test_floats_answer_as_exact_numbers_up_to_rounding(
    family: Callable[[Generator, int], FloatArray],
) -> None:
    for seed in range(100):
        rng = np.random.default_rng(seed)
        Checked(family(rng, int(rng.integers(2, 11)))).agrees()


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_ten_thousand_polynomials(family: Callable[[Generator, int], FloatArray]) -> None:
    for seed in range(100, 1100):
        rng = np.random.default_rng(seed)
        Checked(family(rng, int(rng.integers(2, 11)))).agrees()


class Checked:
    """Coefficients ``c``, the float answer and the exact roots of the derivative."""

    def __init__(self, c: FloatArray) -> None:
        self.c, self.found = c, line_critical_points(c)
        self.polynomial = fmpq_poly([to_fmpq(Fraction(value)) for value in c])
        self.derivative = self.polynomial.derivative()
        self.degree = int(self.polynomial.degree())
        exponents = np.frexp(c[c != 0.0])[1]
        # Enough that terms at both ends of the coefficients are summed without loss.
        ctx.prec = 300 + 4 * int(np.ptp(exponents)) if len(exponents) else 300
        factors = self.derivative.numer().factor()[1] if self.degree > 1 else []
        # Exactly real roots have an imaginary part that is exactly zero.
        self.roots = [
            (root.real, multiplicity)
            for factor, multiplicity in factors
            for root, _ in factor.complex_roots()
            if root.imag == 0
        ]

    def agrees(self) -> None:
        try:
            even = self.degree % 2 == 0 and (self.degree < 1 or self.polynomial[self.degree] > 0)
            assert self.found.constant == (self.degree < 1)
            assert self.found.bounded_below == (self.degree < 1 or even)
            if self.degree < 1:
                assert not self.found.points
                return
            at = [point.t for point in self.found.points]
            assert all(one <= two for one, two in itertools.pairwise(at))
            assert all(self.vanishes_at(float(t)) for t in at)
            assert all(m % 2 == 0 or self.is_found(root) for root, m in self.roots)
            self.kinds_take_turns()
            self.least_is_least()
        except AssertionError as error:
            raise AssertionError(f"{self.c.tolist()}: {self.found}") from error
        finally:
            ctx.prec = 53

    def vanishes_at(self, t: float) -> bool:
        """To rounding, or changing its sign within the floats beside t."""
        if self.is_rounding(arb(t)):
            return True
        below, above = (arb(t) + arb(side) * step(t) for side in (-1, 1))
        return bool(value(self.derivative, below) * value(self.derivative, above) <= 0)

    def is_found(self, root: arb) -> bool:
        if abs(float(root)) > LARGEST:
            return True
        near = min((arb(point.t) for point in self.found.points), key=lambda t: abs(t - root))
        if abs(near - root) <= 4 * step(float(root)):
            return True
        return all(self.is_rounding(near + (root - near) * arb(k) / 8) for k in range(9))

    def is_rounding(self, x: arb) -> bool:
        slack = ROUNDING * self.degree * size(self.derivative, x)
        return bool(abs(value(self.derivative, x)) <= slack)

    def kinds_take_turns(self) -> None:
        kinds = [p.kind for p in self.found.points if p.kind is not LineKind.INFLECTION]
        assert all(one is not two for one, two in itertools.pairwise(kinds))

    def least_is_least(self) -> None:
        best = min((root for root, _ in self.roots), key=self.mid_value, default=None)
        if not self.found.bounded_below or best is None or abs(float(best)) > LARGEST:
            return
        assert self.found.least is not None
        x = arb(self.found.least.t)
        if abs(x - best) <= 4 * step(float(best)):
            return
        excess = value(self.polynomial, x) - value(self.polynomial, best)
        without = self.polynomial - self.polynomial[0]
        assert excess <= ROUNDING * self.degree * (size(without, x) + size(without, best))

    def mid_value(self, x: arb) -> Any:
        return value(self.polynomial, x).mid()


def step(t: float) -> arb:
    """The distance of floats at ``t``."""
    return arb(float(np.spacing(abs(t))))


def value(polynomial: fmpq_poly, x: arb) -> arb:
    total = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        total = total * x + arb(coefficient)
    return total


def size(polynomial: fmpq_poly, x: arb) -> arb:
    """sum_k |c_k| |x|^k: what rounding is relative to."""
    return value(fmpq_poly([abs(coefficient) for coefficient in polynomial.coeffs()]), abs(x))
