"""Parametrisations by conjugacy classes, and whether they contradict themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flint import fmpq, fmpq_poly, fmpz_poly

from solvers.groebner.engines.parametrisation import Parametrisation

FACTORS = (
    fmpz_poly([3, 0, 7]),  # no leading coefficient 1
    fmpz_poly([-2, 0, 0, 5, 0, 1]),
    fmpz_poly([-1, 4]),
    fmpz_poly([2, 1, 0, 0, 0, 0, 11]),
)
COORDINATES = (
    fmpq_poly([0, 1]),
    fmpq_poly([1, 2, 3]) / 5,
    fmpq_poly([0, 0, 1, -1]),
    fmpq_poly([7]),
)


def parametrisation(factors: tuple[fmpz_poly, ...]) -> Parametrisation:
    """The points x_j = p_j(t) at the roots of the product, t itself the first of them."""
    product = fmpz_poly([1])
    for factor in factors:
        product = product * factor
    w = fmpq_poly(product)
    numerators = tuple(p * w.derivative() % w for p in COORDINATES)
    return Parametrisation((fmpq(1), fmpq(0), fmpq(0), fmpq(0)), product, numerators, w.degree())


@pytest.mark.parametrize("count", range(1, len(FACTORS) + 1))
def test_each_class_has_the_coordinates_of_the_whole(count: int) -> None:
    whole = parametrisation(FACTORS[:count])
    found = whole.factored()
    assert {str(p.minimal_polynomial.numer()) for p in found} == set(map(str, FACTORS[:count]))
    for point in found:
        expected = [p % point.minimal_polynomial for p in COORDINATES]
        assert list(point.coordinates) == expected
        assert all(h.degree() < point.degree for h in point.numerators)


def test_a_wrong_form_or_a_double_root_is_noticed() -> None:
    right = parametrisation(FACTORS)
    assert right.is_consistent()
    assert not replace(right, form=(fmpq(1), fmpq(1), fmpq(0), fmpq(0))).is_consistent()
    assert not replace(right, numerators=right.numerators[::-1]).is_consistent()
    assert not parametrisation((FACTORS[0], FACTORS[0])).is_consistent()
    assert Parametrisation.empty(4).is_consistent()
