"""Reduced rows have the same solutions, and fewer paths where degrees fall."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

import polynet as pn
from polynet import PolynomialSystem
from polynet.critical_system import critical_system
from solvers import Groebner, Homotopy, Outcome
from solvers.homotopy.complex_system import ComplexSystem, residuals
from solvers.homotopy.mixed_cells import mixed_cells
from solvers.homotopy.row_reduction import row_reduced, row_reduced_exactly

PAIR = PolynomialSystem.from_strings(
    ["x^2*y + 3*x*y - y + 1", "2*x^2*y + 6*x*y - 3*y^2 + x"], ["x", "y"]
)


def _critical(*widths: int) -> PolynomialSystem:
    network = pn.Network([pn.Dense(a, b, bias=False) for a, b in itertools.pairwise(widths)])
    data = pn.Dataset([range(2, 2 + widths[0])], [range(5, 5 + widths[-1])])
    l2 = [Fraction(1, k + 3) for k in range(network.n_parameters)]
    return critical_system(pn.collect(network, data, l2=l2).expand())


def _complex(system: PolynomialSystem) -> ComplexSystem:
    return ComplexSystem.of(
        system.names,
        [p.exponents for p in system.polynomials],
        [[complex(c) for c in p.coefficients] for p in system.polynomials],
    )


def test_top_terms_that_two_equations_share_go() -> None:
    assert PAIR.degrees == (3, 3)
    assert sorted(row_reduced_exactly(PAIR).degrees) == [2, 3]
    assert sorted(p.degree for p in row_reduced(_complex(PAIR)).polynomials) == [2, 3]


def test_reduced_rows_have_the_same_solutions() -> None:
    exact = Groebner()
    before, after = exact.solve(PAIR), exact.solve(row_reduced_exactly(PAIR))
    assert (before.n_finite, before.n_real) == (after.n_finite, after.n_real)
    np.testing.assert_allclose(before.solutions, after.solutions, atol=1e-12)


def test_reduced_rows_of_floats_vanish_where_the_system_does() -> None:
    system = _complex(PAIR)
    points = Groebner().solve(PAIR).solutions
    assert residuals(row_reduced(system), points).max() < 1e-12
    assert residuals(system, points).max() < 1e-12


def test_systems_whose_degrees_do_not_fall_stay_as_they_are() -> None:
    system = PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x*y - y^2 + x"])
    assert row_reduced_exactly(system) is system
    numeric = _complex(system)
    assert row_reduced(numeric) is numeric


@pytest.mark.parametrize(
    ("widths", "before", "after", "n_finite"),
    [((2, 1, 2), 33, 9, 9), ((2, 2, 2), 1089, 81, 33), ((3, 2, 3), 60025, 169, None)],
)
def test_networks_with_more_inputs_than_examples_have_far_fewer_paths(
    widths: tuple[int, ...], before: int, after: int, n_finite: int | None
) -> None:
    system = _critical(*widths)
    reduced = row_reduced_exactly(system)
    volumes = [
        mixed_cells([p.exponents for p in s.polynomials], with_origin=True, seed=0).mixed_volume
        for s in (system, reduced)
    ]
    assert volumes == [before, after]
    if n_finite is not None:
        found = Homotopy(start="polyhedral").solve(reduced)
        assert (found.n_finite, found.n_failed) == (n_finite, 0)


def test_dependent_and_contradictory_equations_are_seen() -> None:
    twice = PolynomialSystem.from_strings(["x^2 - y", "2*x^2 - 2*y"])
    assert row_reduced_exactly(twice).polynomials[1].is_zero
    against = PolynomialSystem.from_strings(["x^2 - y", "x^2 - y - 1"])
    solved = Homotopy().solve(row_reduced_exactly(against))
    assert solved.outcome is Outcome.INCONSISTENT
