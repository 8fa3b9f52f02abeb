"""Singular zeros: isolated or on a family, how often, and to full accuracy."""

from __future__ import annotations

import numpy as np
import pytest
from flint import acb

from polynet import InputError, PolynomialSystem, ShapeError
from solvers.homotopy.deflation import deflated
from solvers.homotopy.dual_space import multiplicity
from solvers.homotopy.local_dimension import examine_zero
from solvers.homotopy.solver import Homotopy
from tests.catalogue import find_system

ISOLATED = [
    (("29/16*x^3 - 2*x*y", "y - x^2"), (0, 0), 3),
    (("y*(x - y)", "x + y - 2*x*y"), (0, 0), 2),
    (("x^2*(x - 1)", "y^2*(y - 1)^3"), (0, 0), 4),
    (("x^2*(x - 1)", "y^2*(y - 1)^3"), (1, 1), 3),
    (("x^2*(x - 1)", "y^2*(y - 1)^3"), (0, 1), 6),
    (("x^5", "y - x^2"), (0, 0), 5),
    (("x^2 + y^2 - 1", "x - 1"), (1, 0), 2),
]


@pytest.mark.parametrize(("equations", "zero", "many"), ISOLATED)
@pytest.mark.parametrize("error", [1e-4, 1e-6, 1e-12])
def test_isolated_zeros_are_refined_and_counted(
    equations: tuple[str, ...], zero: tuple[int, ...], many: int, error: float
) -> None:
    system = PolynomialSystem.from_strings(equations, ("x", "y"))
    found = examine_zero(system, np.array(zero) + error * np.array([1, -0.7j]))
    assert (found.isolated, found.dimension, found.multiplicity) == (True, 0, many)
    assert found.depth >= 1
    assert np.abs(found.point - zero).max() <= 1e-15


FAMILIES = [
    (("x*y", "x^2*y"), (0, 1), 1),
    (("x*y", "x^2*y"), (0, 0), 1),
    (("(x - y)^2", "(x - y)^3*(x + 1)"), (1, 1), 1),
    (("(x - y)^2*(x + 2)", "(x - y)*(x^2 + y^2 - 2)"), (0.5, 0.5), 1),
    (("(x - y)^2*(x + 2)", "(x - y)*(x^2 + y^2 - 2)"), (1, 1), 1),
    (("y^2 - x^3", "(y^2 - x^3)*(x + y)"), (1, 1), 1),
    (("x*(x + y + z)", "y*(x + y + z)", "z*(x + y + z)"), (1, -2, 1), 2),
    (("x^2 + y^2 + z^2 - 1", "x^3 + x*y^2 + x*z^2 - x", "0*z"), (0, 0, 1), 2),
]


@pytest.mark.parametrize(("equations", "zero", "dimension"), FAMILIES)
def test_points_of_families_are_told(
    equations: tuple[str, ...], zero: tuple[float, ...], dimension: int
) -> None:
    names = ("x", "y", "z")[: len(zero)]
    system = PolynomialSystem.from_strings(equations, names)
    found = examine_zero(system, np.array(zero) + 1e-7, max_multiplicity=40)
    assert (found.isolated, found.dimension) == (False, dimension)


@pytest.mark.parametrize(
    "name", ["caprasse", "cbms1", "cbms2", "decker2", "kss5", "mth191", "ojika1", "ojika2",
             "ojika3", "redcyc5", "rose", "solotarev"],
)  # fmt: skip
def test_singular_solutions_of_the_catalogue_have_their_multiplicity(name: str) -> None:
    entry = find_system(name)
    found = Homotopy().solve(entry.system)
    counts: dict[int, int] = {}
    for row in np.flatnonzero(found.multiplicities > 1):
        local = examine_zero(entry.system, found.solutions[row])
        assert local.isolated
        assert local.multiplicity is not None
        counts[local.multiplicity] = counts.get(local.multiplicity, 0) + 1
    assert tuple(sorted(counts.items())) == tuple(sorted(entry.multiple))


def test_a_regular_zero_needs_no_deflation() -> None:
    system = PolynomialSystem.from_strings(["x^2 - 2", "y - x"])
    found = examine_zero(system, np.array([1.414, 1.414]))
    assert (found.isolated, found.depth, found.multiplicity) == (True, 0, 1)
    np.testing.assert_allclose(found.point, np.sqrt([2, 2]), rtol=1e-15)


def test_where_no_zero_is_near_nothing_is_claimed() -> None:
    system = PolynomialSystem.from_strings(["x^2 + y^2 - 1", "x - y"])
    found = examine_zero(system, np.array([5.0, 3.0]))
    assert (found.isolated, found.dimension, found.multiplicity) == (None, None, None)


def test_bad_points_are_refused() -> None:
    system = PolynomialSystem.from_strings(["x^2", "y - x"])
    with pytest.raises(ShapeError, match=r"shape \(3,\), not \(2,\)"):
        examine_zero(system, np.zeros(3))
    with pytest.raises(InputError, match="not finite"):
        examine_zero(system, np.array([np.nan, 0]))


def test_deflation_doubles_the_unknowns_and_can_be_repeated() -> None:
    rng = np.random.default_rng(0)
    system = PolynomialSystem.from_strings(["x^3", "y - x"])
    once, rows = deflated(system, 1, rng)
    twice, _ = deflated(once, 1, rng)
    assert once.names == ("x", "y", "d1_x", "d1_y")
    assert twice.n_variables == 8
    assert (once.n_equations, rows.shape) == (5, (1, 2))


def test_counting_stops_above_the_limit() -> None:
    system = PolynomialSystem.from_strings(["x*y", "x^2*y"])
    count = multiplicity(system, [acb(0), acb(1)], limit=10)
    assert count is not None
    assert count > 10
