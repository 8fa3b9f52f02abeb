"""Solutions found along a graph of states, one path for each solution and edge."""

from __future__ import annotations

import numpy as np
import pytest

from polynet.parametric_system import ParametricSystem
from solvers.homotopy.covers import StratumCover
from solvers.homotopy.group_action import GroupAction
from solvers.homotopy.monodromy_graph import Limits, MonodromyGraph
from solvers.homotopy.segments import track_segment
from solvers.homotopy.strata import Stratum


@pytest.fixture
def cover():
    """x^2 = a."""
    family = ParametricSystem.from_strings(["x^2 - a"], variables=["x"])
    return StratumCover(family, Stratum.whole(family.supports))


def graph_with_seed(cover, *generators):
    graph = MonodromyGraph(cover, GroupAction.generated(generators, np.array([[1.0 + 0j]])))
    graph.add_node(np.array([1.0 + 0j]))
    graph.nodes[0].add(np.array([[1.0 + 0j]]))
    return graph


def test_a_loop_around_zero_exchanges_the_square_roots(cover):
    graph = graph_with_seed(cover)
    second = graph.add_node(np.exp(2j * np.pi / 3 * np.ones(1)), [0])
    graph.add_node(np.exp(4j * np.pi / 3 * np.ones(1)), [0, second])
    graph.saturate()
    assert graph.n_loops == 1
    assert np.allclose(np.sort(graph.nodes[0].points.real.ravel()), [-1, 1])
    # Two solutions along three edges.
    assert graph.n_tracked == 6
    assert (graph.n_failed, graph.n_conflicts) == (0, 0)


def test_a_loop_beside_zero_finds_nothing(cover):
    graph = graph_with_seed(cover)
    second = graph.add_node(np.array([2.0 + 1j]), [0])
    graph.add_node(np.array([2.0 - 1j]), [0, second])
    graph.saturate()
    assert len(graph.nodes[0]) == 1
    assert graph.n_tracked == 3


def test_the_orbit_of_the_seed_needs_no_path(cover):
    graph = graph_with_seed(cover, lambda points: -points)
    assert len(graph.nodes[0]) == 1
    assert len(graph.nodes[0].points) == 2


def test_exploring_stops_after_loops_without_progress(cover):
    graph = graph_with_seed(cover)
    reason = graph.explore(0, np.random.default_rng(0), Limits(idle_loops=6))
    assert reason == "stopped after 6 loops without new solutions (no proof)"
    assert len(graph.nodes[0]) == 2
    assert [loops for loops, _ in graph.rounds] == list(range(3, graph.n_loops + 1, 2))


def test_paths_through_a_branch_point_are_lost_and_nothing_else(cover):
    graph = graph_with_seed(cover)
    graph.nodes[0].add(np.array([[-1.0 + 0j]]))
    graph.add_node(np.array([-1.0 + 0j]), [0])  # straight through a = 0
    graph.saturate()
    assert len(graph.nodes[1]) == 0
    assert graph.n_failed == 2


def test_ends_on_a_coordinate_plane_are_refused_where_asked():
    family = ParametricSystem.from_strings(["x - a", "y - b"], variables=["x", "y"])
    cover = StratumCover(family, Stratum.whole(family.supports))
    table = cover.table(np.array([0.0j, 1.0]), np.array([1.0 + 0j, 1.0]))
    starts = np.array([[1.0 + 0j, 1.0]])
    assert track_segment(cover.tape, table, starts)[1].tolist() == [True]
    assert track_segment(cover.tape, table, starts, nonzero=True)[1].tolist() == [False]
