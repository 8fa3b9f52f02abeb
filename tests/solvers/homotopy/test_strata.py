"""Sets of coordinates that can be zero together."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from polynet.errors import BudgetError
from polynet.parametric_system import ParametricSystem
from solvers.homotopy.strata import Stratum, strata
from tests.solvers.homotopy.families import linear_family, xor_family


def by_hand(supports):
    """All sets of variables on which as many equations vanish, by trying each."""
    n = supports[0].shape[1]
    found = []
    for size in range(n + 1):
        for zeros in combinations(range(n), size):
            vanish = [(s[:, list(zeros)] > 0).any(axis=1).all() for s in supports]
            if sum(vanish) >= size and (size or not any(vanish)):
                found.append(zeros)
    return found


MIXED = ["x^2 - a*x", "y*x - b*y", "z - x*y*c"]


@pytest.mark.parametrize(
    "family",
    [
        linear_family((1, 2, 1)),
        linear_family((2, 2, 2)),
        linear_family((1, 2, 2, 1)),
        xor_family(2),
        ParametricSystem.from_strings(MIXED, variables=["x", "y", "z"]),
    ],
)
def test_strata_are_those_found_by_trying_every_set(family):
    assert [stratum.zeros for stratum in strata(family.supports)] == by_hand(family.supports)


def test_dead_units_of_a_linear_network():
    found = strata(linear_family((2, 3, 2)).supports)
    assert [stratum.dimension for stratum in found] == [12, 8, 8, 8, 4, 4, 4, 0]
    assert all(len(stratum.equations) == stratum.dimension for stratum in found)


def test_points_are_lifted_with_zeros_in_place():
    stratum = strata(linear_family((1, 1, 1)).supports)[1]
    assert stratum.zeros == (0, 1)
    whole = Stratum.whole(linear_family((1, 1, 1)).supports)
    assert np.array_equal(whole.lifted(np.array([[1, 2j]])), [[1, 2j]])
    one = strata([np.array([[1, 0]]), np.array([[0, 2], [0, 0]])])[1]
    assert np.array_equal(one.lifted(np.array([[3j]])), [[0, 3j]])


def test_too_many_patterns_are_refused():
    with pytest.raises(BudgetError, match="over the limit of 4"):
        strata(linear_family((2, 2, 2)).supports, max_sets=4)
