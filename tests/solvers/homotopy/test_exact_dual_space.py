"""Multiplicities of rational zeros, against closed forms and the catalogue."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from polynet import PolynomialSystem
from solvers import Homotopy, Outcome
from solvers.homotopy.exact_dual_space import exact_multiplicity, rational_zero_near
from solvers.homotopy.local_dimension import examine_zero
from tests.catalogue import find_system


def _zero(*values: int) -> list[Fraction]:
    return list(map(Fraction, values))


@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 3), (5, 7)])
def test_powers_of_the_unknowns_have_the_product_as_multiplicity(a: int, b: int) -> None:
    system = PolynomialSystem.from_strings([f"(x - 3)^{a}", f"(2*y + 1)^{b}"])
    assert exact_multiplicity(system, [Fraction(3), Fraction(-1, 2)]) == a * b


@pytest.mark.parametrize(
    ("name", "zero"),
    [("dz1", 4 * [0]), ("cbms1", 3 * [0]), ("cbms2", 3 * [0]), ("kss5", 5 * [1])],
)
def test_multiplicities_are_those_of_the_catalogue(name: str, zero: list[int]) -> None:
    entry = find_system(name)
    assert exact_multiplicity(entry.system, _zero(*zero)) == entry.multiple[0][0]


def test_a_zero_on_a_family_is_not_counted_to_an_end() -> None:
    crossing = PolynomialSystem.from_strings(["x*y", "x^2*y + x*y^2"])
    assert exact_multiplicity(crossing, _zero(0, 0), limit=50) is None


def test_counting_stops_above_the_limit() -> None:
    system = PolynomialSystem.from_strings(["x^3", "y^4"])
    assert exact_multiplicity(system, _zero(0, 0), limit=12) == 12
    assert exact_multiplicity(system, _zero(0, 0), limit=11) is None


def test_only_zeros_of_the_exact_equations_are_taken() -> None:
    system = PolynomialSystem.from_strings(["x^2 - 1/4", "y^2"])
    near = np.array([0.5 + 1e-8, 1e-9j])
    assert rational_zero_near(system, near) == (Fraction(1, 2), Fraction(0))
    assert rational_zero_near(system, np.array([0.5 + 1e-4, 0])) is None
    assert rational_zero_near(system, np.array([0.5, 1e-3j])) is None
    assert rational_zero_near(PolynomialSystem.from_strings(["x^2 - 2"]), np.sqrt([2.0])) is None


def test_a_zero_that_deflation_does_not_make_regular_is_examined_exactly() -> None:
    """The equations of dz1 have no linear and no quadratic terms at the origin."""
    found = examine_zero(find_system("dz1").system, np.full(4, 1e-9 + 1e-10j), max_multiplicity=131)
    assert (found.isolated, found.multiplicity, found.exact) == (True, 131, True)
    assert found.point.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("seed", range(2))
def test_a_zero_of_multiplicity_131_leaves_nothing_open(seed: int) -> None:
    entry = find_system("dz1")
    found = Homotopy(seed=seed).solve(entry.system)
    assert found.outcome is Outcome.SOLVED
    assert (found.n_finite, found.n_real) == (entry.n_finite, entry.n_real)
    assert found.multiplicities.max() == 131
    assert "modulo a prime" in " ".join(found.notes)


def test_denominators_may_have_the_prime() -> None:
    system = PolynomialSystem.from_strings([f"x^2/{2**61 - 1} + x^3", "y^3 - x*y"])
    assert exact_multiplicity(system, _zero(0, 0)) == 6
