"""Isolated points beside families: their multiplicities by hand and by homotopy."""

from __future__ import annotations

import numpy as np
import pytest

from polynet import PolynomialSystem
from solvers import Groebner, Homotopy, Outcome
from solvers.groebner.basis import integer_ring
from solvers.groebner.multiplicity_off_families import _vanishing
from solvers.groebner.zero_dimensional import separated_points

# Equations, the isolated points and their multiplicities.
CASES: dict[str, tuple[list[str], dict[tuple[float, ...], int]]] = {
    "simple": (["x*(x - 1)", "x*(y - 2)"], {(1, 2): 1}),
    "triple": (["x*(x - 1)", "x*(y - 2)^3"], {(1, 2): 3}),
    "conjugates": (
        ["(x - y)*(x^2 - 2)^2", "(x - y)*(y - 3)"],
        {(-(2**0.5), 3): 2, (2**0.5, 3): 2},
    ),
    "simple and double": (
        ["(x^2 + y^2 - 1)*(x - 5)*(x - 7)^2", "(x^2 + y^2 - 1)*y"],
        {(5, 0): 1, (7, 0): 2},
    ),
    "beside two families": (
        ["x*z*(x - 1)", "x*z*(y - 2)^2", "x*z*(z - y)^2 + x*z*(x - 1)*y"],
        {(1, 2, 2): 4},
    ),
    "three equations, two unknowns": (
        ["x*(x - 1)^2", "x*(y - 1)", "x*(x - 1)*(y + 4)"],
        {(1, 1): 1},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_multiplicities_are_those_counted_by_hand(name: str) -> None:
    equations, expected = CASES[name]
    found = Groebner().solve(PolynomialSystem.from_strings(equations))
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    points = [tuple(map(float, np.round(row, 9))) for row in found.solutions.real]
    assert points == [tuple(map(float, np.round(key, 9))) for key in sorted(expected)]
    assert found.multiplicities.tolist() == [expected[key] for key in sorted(expected)]
    assert found.n_singular == sum(m > 1 for m in expected.values())
    assert "unknown" not in found.singular_text


@pytest.mark.parametrize("name", ["simple", "triple", "conjugates", "simple and double"])
def test_the_homotopy_solver_counts_the_same(name: str) -> None:
    system = PolynomialSystem.from_strings(CASES[name][0])
    exact, numerical = Groebner().solve(system), Homotopy().solve(system)
    assert exact.multiplicities.tolist() == numerical.multiplicities.tolist()
    assert np.allclose(exact.solutions, numerical.solutions, atol=1e-6)


def test_what_cuts_a_family_off_meets_none_of_the_points() -> None:
    """By chance a combination of x and y would vanish at some of these points every other time."""
    ring = integer_ring(["x", "y"])
    x, y = ring.gens()
    pieces = [(y + j, x - i) for i in range(1, 6) for j in range(1, 6)]
    points, _ = separated_points(pieces, ring, seed=0)
    assert len(points) == 25
    for seed in range(100):
        found = _vanishing((y, x), points, ring, np.random.default_rng(seed))
        assert found is not None
        assert all(found(i, -j) for i in range(1, 6) for j in range(1, 6))
