"""The trace test passes complete sets of solutions and no others."""

from __future__ import annotations

import numpy as np
import pytest

from polynet.parametric_system import ParametricSystem
from solvers.homotopy.covers import SliceCover
from solvers.homotopy.group_action import GroupAction
from solvers.homotopy.monodromy import Monodromy
from solvers.homotopy.monodromy_graph import MonodromyGraph
from solvers.homotopy.tilted_family import tilted
from solvers.homotopy.trace_slices import TOLERANCE, trace_error
from solvers.homotopy.trace_test import trace_test
from tests.solvers.homotopy.families import linear_family


@pytest.fixture(scope="module")
def solved():
    """The 2-2-2 network: its tilted family and all 33 solutions of it."""
    family = linear_family((2, 2, 2))
    pair = Monodromy(seed=0).solve(family).tilted_pair
    return SliceCover(tilted(family), np.random.default_rng(5)), pair


def test_a_complete_set_passes_with_three_paths_for_each_point(solved):
    cover, pair = solved
    test = trace_test(cover, pair.point, pair.solutions)
    assert test.passed
    assert (test.n_points, test.n_tracked) == (33, 99)
    assert test.error < 1e-11


@pytest.mark.parametrize("missing", [0, 7, 32])
def test_it_fails_where_one_solution_is_missing_and_finds_it(solved, missing):
    cover, pair = solved
    test = trace_test(cover, pair.point, np.delete(pair.solutions, missing, axis=0))
    assert not test.passed
    assert len(test.found) == 1
    assert np.abs(test.found[0] - pair.solutions[missing]).max() < 1e-9
    assert "further solutions" in str(test)


def test_it_fails_where_an_orbit_is_missing(solved):
    cover, pair = solved
    test = trace_test(cover, pair.point, pair.solutions[4:])
    assert not test.passed


def test_means_of_every_lesser_set_bend(solved):
    # Three parallel slices of all 33 points, by hand; each set with one point less is curved.
    cover, pair = solved
    rng = np.random.default_rng(1)
    first = cover.random_hyperplane(pair.solutions, rng)
    states = [cover.slice(pair.point, first + np.append(np.zeros(8), k)) for k in range(3)]
    graph = MonodromyGraph(cover, GroupAction.trivial(8))
    graph.add_node(cover.flat(pair.point))
    graph.nodes[0].add(pair.solutions)
    for state in states:
        graph.add_node(state, [0])
    graph.saturate()
    places = np.array([state[-1] for state in states])
    ends = [[graph.nodes[1 + k].representatives[graph.edges[k].forward] for k in range(3)]][0]
    assert trace_error(ends, places) < 1e-11
    for point in range(33):
        lesser = [np.delete(own, point, axis=0) for own in ends]
        assert trace_error(lesser, places) > 1e4 * TOLERANCE


def test_slices_of_different_sizes_have_no_trace():
    values = [np.ones((2, 1)), np.ones((2, 1)), np.ones((3, 1))]
    assert trace_error(values, np.arange(3.0)) == float("inf")


def test_points_of_a_slice_that_lead_to_infinity_are_told_apart():
    # x y = a, x^2 y = b has one solution, and three points on a slice.
    family = ParametricSystem.from_strings(["x*y - a", "x^2*y - b"], variables=["x", "y"])
    result = Monodromy(seed=0).solve(family)
    assert (result.trace.n_known, result.trace.n_points) == (1, 3)
    assert result.trace.passed


def test_tilting_keeps_names_apart():
    family = ParametricSystem.from_strings(["b0*x - 1"], parameters=["b0"])
    assert tilted(family).parameters == ("b0", "b0_")
