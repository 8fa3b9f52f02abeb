"""All roots at once against FLINT's, and where there is no proof there are no roots."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from flint import acb, ctx, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.simultaneous_roots import enclosed_roots


def chebyshev(degree: int) -> fmpz_poly:
    """T_n, all of whose roots are real."""
    before, now = fmpz_poly([1]), fmpz_poly([0, 1])
    for _ in range(degree - 1):
        before, now = now, fmpz_poly([0, 2]) * now - before
    return now


def moved(polynomial: fmpz_poly, by: int) -> fmpz_poly:
    return polynomial(fmpz_poly([-by, 1]))


def wilkinson(degree: int) -> fmpz_poly:
    product = fmpz_poly([1])
    for k in range(1, degree + 1):
        product = product * fmpz_poly([-k, 1])
    return product


def of_flint(polynomial: fmpz_poly) -> list[acb]:
    pairs: Any = polynomial.complex_roots()  # the stubs leave out that multiplicities come along
    return [root for root, _ in pairs]


POLYNOMIALS = {
    "roots of unity": fmpz_poly([-1] + [0] * 39 + [1]),
    "Chebyshev": chebyshev(60),
    "Chebyshev, far from zero": moved(chebyshev(40), 10**4),
    "Wilkinson": wilkinson(50),
    "Wilkinson, not real": wilkinson(40) * 10 + fmpz_poly([7]),
    "sizes from 2^-200 to 2^200": fmpz_poly([2 ** (10 * k * (40 - k)) for k in range(41)]),
    "Mignotte": fmpz_poly([-2, 40, -200] + [0] * 6 + [1]),
}


@pytest.mark.parametrize("precision", [53, 160, 400])
@pytest.mark.parametrize("name", POLYNOMIALS)
def test_the_roots_are_those_of_flint(name: str, precision: int) -> None:
    polynomial = POLYNOMIALS[name]
    with ctx.workprec(precision):
        found, expected = enclosed_roots(polynomial), of_flint(polynomial)
    assert found is not None
    assert len(found) == polynomial.degree()
    for root in expected:
        (same,) = [ball for ball in found if ball.overlaps(root)]
        assert same.imag.is_zero() == root.imag.is_zero()
    assert all(ball.rel_accuracy_bits() >= precision - 2 for ball in found)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-(10**6), 10**6), min_size=3, max_size=40))
def test_found_roots_are_all_roots(coefficients: list[int]) -> None:
    polynomial = fmpz_poly(coefficients)
    found = enclosed_roots(polynomial)
    if found is not None:
        expected = of_flint(polynomial)
        assert len(found) == len(expected) == polynomial.degree()
        assert all(sum(ball.overlaps(root) for ball in found) == 1 for root in expected)


def test_known_roots_are_refined_in_place() -> None:
    polynomial = chebyshev(40)
    first = enclosed_roots(polynomial)
    assert first is not None
    with ctx.workprec(500):
        finer = enclosed_roots(polynomial, first)
    assert finer is not None
    assert all(a.contains(b) for a, b in zip(first, finer, strict=True))
    assert min(ball.rel_accuracy_bits() for ball in finer) >= 498


@pytest.mark.parametrize(
    "polynomial",
    [
        fmpz_poly([-2, 0, 1]) ** 2,
        fmpz_poly([0, 1, 1]),
        fmpz_poly([5]),
        fmpz_poly([-2, 40, -200] + [0] * 30 + [1]),
    ],
    ids=["double roots", "a root at zero", "no roots", "roots too close for floats"],
)
def test_without_proof_nothing_is_claimed(polynomial: fmpz_poly) -> None:
    assert enclosed_roots(polynomial) is None


def test_wrong_starting_points_give_right_roots_or_none() -> None:
    rng = np.random.default_rng(0)
    polynomial = wilkinson(20)
    near = [acb(complex(*rng.normal(size=2))) for _ in range(20)]
    found = enclosed_roots(polynomial, near)
    assert found is None or sorted(round(float(ball.real)) for ball in found) == [*range(1, 21)]
