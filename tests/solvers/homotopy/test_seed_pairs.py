"""Seeds of monodromy: a random point, and parameters that make it a solution."""

from __future__ import annotations

import numpy as np
import pytest

from polynet.parametric_system import ParametricSystem
from solvers.homotopy.covers import StratumCover
from solvers.homotopy.seed_pairs import Seeding, linear_parameters, seed_pair
from solvers.homotopy.strata import Stratum, strata
from tests.solvers.homotopy.families import linear_family


def seeded(equations, variables):
    family = ParametricSystem.from_strings(equations, variables=variables)
    cover = StratumCover(family, Stratum.whole(family.supports))
    return cover, seed_pair(cover, np.random.default_rng(0))


def test_a_seed_solves_the_equations():
    cover, seed = seeded(["a*x^2*y + b", "x*y^2 + a*c*x"], ["x", "y"])
    assert seed.seeding is Seeding.FOUND
    assert cover.residuals(seed.state, seed.point[None])[0] < 1e-12


def test_seeds_of_every_stratum_with_solutions_are_found():
    family = linear_family((1, 2, 1))
    found = [
        seed_pair(StratumCover(family, stratum), np.random.default_rng(1)).seeding
        for stratum in strata(family.supports)
        if stratum.dimension
    ]
    # N_C* = 0: with both units alive the Jacobian is singular at every solution.
    assert found == [Seeding.EMPTY, Seeding.FOUND, Seeding.FOUND]


def test_strata_of_single_weights_have_no_seed_however_rounding_falls():
    # l w = 0 with w != 0 needs l = 0, which comes out as 0 or as 1e-17.
    family = linear_family((1, 1, 1, 1))
    for stratum in strata(family.supports):
        for seed in range(20 if stratum.dimension == 1 else 0):
            found = seed_pair(StratumCover(family, stratum), np.random.default_rng(seed))
            assert found.seeding is Seeding.EMPTY


@pytest.mark.parametrize(
    ("equations", "expected"),
    [
        (["x^2 - 2*a*b", "y^3*x - 1"], Seeding.NONE),
        (["x + y - a", "2*x + 2*y - b"], Seeding.EMPTY),
    ],
)
def test_where_there_is_no_seed_it_says_why(equations, expected):
    assert seeded(equations, ["x", "y"])[1].seeding is expected


def test_linear_parameters_are_linear_together():
    family = linear_family((1, 1, 1))
    names = [family.parameters[j] for j in linear_parameters(family.coefficient_map)]
    assert names == ["y0_0", "l2_w0_0_0", "l2_w1_0_0"]
