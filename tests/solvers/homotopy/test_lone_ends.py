"""Singular ends of one path: confirmed by another homotopy, or points of families."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from polynet.parametric_system import ParametricSystem
from solvers import Outcome
from solvers.homotopy.endpoints import endpoints
from solvers.homotopy.generic_solve import solve_generic
from solvers.homotopy.lone_ends import confirm_lone_ends
from solvers.homotopy.parameter_homotopy import ParameterHomotopy
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.target import Target

NONE = Target((), (), np.zeros(1, np.int64), ())


def _table(points: ArrayLike, codes: list[PathEnd]) -> PathTable:
    table = PathTable.empty(len(codes), 1)
    table.codes[:] = codes
    table.points[:, 0] = points
    table.conditions[:] = 1e13
    table.windings[:] = 1
    return table


def test_ends_that_both_homotopies_have_are_solutions() -> None:
    codes = [PathEnd.REGULAR, PathEnd.SINGULAR, PathEnd.SINGULAR]
    table = _table([5.0, 2.0 + 1e-9j, 7.0], codes)
    before = endpoints(table, NONE)
    assert (len(before.points), before.suspicious) == (1, 2)
    assert confirm_lone_ends(table, _table([5.0, 9.0, 2.0 + 1e-7], codes)) == 1
    after = endpoints(table, NONE)
    assert after.points[:, 0].tolist() == [2.0, 5.0]
    assert after.multiplicities.tolist() == [1, 1]
    assert after.is_real.all()
    assert after.path_of.tolist() == [1, 0]
    assert after.suspicious == 1


def test_a_path_that_never_moved_confirms_nothing() -> None:
    table = _table([0.0], [PathEnd.SINGULAR])
    table.conditions[:] = np.inf
    assert confirm_lone_ends(table, table) == 0
    assert endpoints(table, NONE).suspicious == 1


def test_points_of_a_family_are_not_listed_as_solutions() -> None:
    family = ParametricSystem.from_strings(
        ["x^2 + y^2 - 1 + a*x", "x^2 + y^2 - 1 + b*y + c"], variables=["x", "y"]
    )
    homotopy = ParameterHomotopy(family, solve_generic(family))
    found = homotopy.follow([0, 0, 0])
    assert (found.outcome, found.n_finite) == (Outcome.POSITIVE_DIMENSIONAL, 0)
    many = homotopy.follow_many([[0, 0, 0]])
    assert many.n_on_families.tolist() == [2]
