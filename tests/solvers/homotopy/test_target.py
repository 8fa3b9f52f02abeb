"""Targets of exact and of complex systems, and of homotopies between parameters."""

from __future__ import annotations

import numpy as np
import pytest

from polynet import PolynomialSystem
from polynet.parametric_system import ParametricSystem
from solvers import Groebner
from solvers.homotopy.complex_system import ComplexSystem
from solvers.homotopy.target import Target

RNG = np.random.default_rng(0)
SYSTEM = PolynomialSystem.from_strings(
    ["x^2*y + 3*x*y - 1000*y + 1", "2*x^2*y + 6*x*y - 3/1000*y^2 + x"], ["x", "y"]
)


def _complex(system: PolynomialSystem) -> ComplexSystem:
    return ComplexSystem.of(
        system.names,
        [p.exponents for p in system.polynomials],
        [[complex(c) for c in p.coefficients] for p in system.polynomials],
    )


def test_complex_systems_have_the_target_of_the_exact_one() -> None:
    exact, numeric = Target.of(SYSTEM, RNG), Target.of(_complex(SYSTEM), RNG)
    points = Groebner().solve(SYSTEM).solutions
    for target in (exact, numeric):
        assert target.residuals(points / np.ldexp(1.0, target.scales)).max() < 1e-12
    assert exact.degrees == numeric.degrees == (3, 3)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_tables_are_scaled_by_powers_of_two(size: float) -> None:
    family = ParametricSystem.from_strings(["a*x^2*y - b", "x + b*y - a"], variables=["x", "y"])
    table = family.along([size, 3 / size], [1 + 1j, 2 - 1j])
    target, scaled = Target.of_table(family.supports, table)
    ratios = np.abs(scaled[table != 0] / table[table != 0])
    np.testing.assert_array_equal(np.log2(ratios) % 1, 0)
    np.testing.assert_array_equal(np.concatenate(target.coefficients), scaled[:, 0])
    sizes = np.abs(scaled[:, 0])
    assert sizes.max() <= 2
    assert not target.overdetermined


def test_zero_equations_of_a_table_are_kept() -> None:
    family = ParametricSystem.from_strings(["a*x - a", "x*y - 1"], variables=["x", "y"])
    target, scaled = Target.of_table(family.supports, family.along([0], [1j]))
    assert [own.any() for own in target.coefficients] == [False, True]
    assert np.isfinite(scaled).all()
