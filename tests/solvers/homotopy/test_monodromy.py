"""Monodromy finds every solution at generic parameters and proves it."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from polynet import Dense, Network
from polynet.critical_family import critical_family
from polynet.errors import InputError
from polynet.parametric_system import ParametricSystem
from polynet.symmetry import SignedPermutation
from solvers.homotopy.complex_system import ComplexSystem, residuals
from solvers.homotopy.generic_solve import solve_generic
from solvers.homotopy.monodromy import Monodromy
from solvers.homotopy.parameter_homotopy import ParameterHomotopy
from solvers.homotopy.start_pair import StartPair
from solvers.outcome import Outcome
from tests.solvers.homotopy.families import DEEP_LINEAR, linear_family, xor_family

SMALL = [row for row in DEEP_LINEAR if row[2] <= 49]
LARGE = [row for row in DEEP_LINEAR if row[2] > 49]


def without_zeros(result):
    return result.zero_patterns().get((), 0)


def check_row(row, seed, actions):
    widths, n_examples, n_solutions, n_without_zeros = row
    family = linear_family(widths, n_examples)
    result = Monodromy(seed=seed, group_actions=actions).solve(family)
    assert (result.n_solutions, result.complete) == (n_solutions, True)
    assert without_zeros(result) == n_without_zeros
    system = ComplexSystem.at(family, result.point)
    assert residuals(system, result.solutions).max() < 1e-12


@pytest.mark.parametrize("row", SMALL, ids=str)
@pytest.mark.parametrize("actions", [None, "network"])
def test_small_deep_linear_networks_have_their_published_counts(row, actions):
    for seed in range(3):
        check_row(row, seed, actions)


@pytest.mark.parametrize("row", LARGE, ids=str)
def test_larger_deep_linear_networks_have_their_published_counts(row):
    check_row(row, 0, "network")


@pytest.mark.slow
@pytest.mark.parametrize("row", LARGE, ids=str)
def test_larger_deep_linear_networks_have_their_published_counts_without_symmetries(row):
    for seed in range(3):
        check_row(row, seed, None)


@pytest.mark.slow
def test_the_2_2_3_network_has_73_solutions_on_every_seed():
    for seed in range(20):
        check_row(((2, 2, 3), 1, 73, 48), seed, None)
        check_row(((2, 2, 3), 1, 73, 48), seed, "network")


def test_square_activation_on_xor_has_21_solutions_with_one_unit_and_385_with_two():
    assert Monodromy(seed=0).solve(xor_family(1)).n_solutions == 21
    result = Monodromy(seed=0, group_actions="network").solve(xor_family(2))
    assert (result.n_solutions, result.complete) == (385, True)
    assert sorted(result.zero_patterns().values()) == [1, 20, 20, 344]


def test_strata_of_a_dead_unit_are_counted_apart():
    result = Monodromy(seed=0, group_actions="network").solve(linear_family((2, 2, 3)))
    assert [record.n_solutions for record in result.strata] == [48, 12, 12, 1]
    assert [record.n_orbits for record in result.strata] == [12, 6, 6, 1]
    assert [record.order for record in result.strata] == [4, 2, 2, 1]


def test_strata_without_solutions_at_generic_parameters_are_found_empty():
    result = Monodromy(seed=0, group_actions="network").solve(linear_family((1, 2, 1)))
    assert [record.n_solutions for record in result.strata] == [0, 4, 4, 1]


def test_monodromy_agrees_with_the_generic_solve_at_the_same_parameters():
    family = linear_family((2, 2, 2))
    pair = solve_generic(family, seed=4)
    result = Monodromy(seed=0).solve(family, pair)
    assert result.complete
    distances = np.abs(pair.solutions[:, None] - result.solutions[None]).max(axis=2)
    assert len(result.solutions) == len(pair.solutions) == 33
    assert distances.min(axis=1).max() < 1e-10


def test_a_start_pair_is_completed():
    family = linear_family((2, 2, 2))
    pair = solve_generic(family, seed=4)
    part = StartPair(
        pair.fingerprint, pair.variables, pair.parameters, pair.point, pair.solutions[:3],
        complete=False, reason="cut", start="test", seed=None,
    )  # fmt: skip
    result = Monodromy(seed=0).solve(family, part)
    assert (result.n_solutions, result.complete) == (33, True)
    assert np.array_equal(result.point, pair.point)


def test_special_parameters_do_not_count_as_complete():
    family = ParametricSystem.from_strings(["a*x^3 + x - b"], variables=["x"])
    special = StartPair(
        family.fingerprint, ("x",), ("a", "b"), np.array([0, 2]), np.array([[2]]),
        complete=False, reason="chosen", start="test", seed=None,
    )  # fmt: skip
    result = Monodromy(seed=0).solve(family, special)
    assert not result.complete
    assert "special" in result.reason


def test_the_start_pair_leads_to_real_data():
    family = linear_family((1, 1, 1))
    pair = Monodromy(seed=1).solve(family).start_pair()
    assert pair.complete
    assert "trace test passed" in pair.reason
    # N_R = 3 exactly where |x y| > sqrt(l1 l2)
    counts = ParameterHomotopy(family, pair).follow_many([[2, 1, 1, 1], [0.5, 1, 1, 1]]).n_real
    assert counts.tolist() == [3, 1]


def test_solve_at_reaches_singular_solutions():
    family = ParametricSystem.from_strings(["x^2 + a*x + b", "y^2 - x"], variables=["x", "y"])
    found = Monodromy().solve_at(family, [-2, 1])
    assert (found.n_finite, sorted(found.multiplicities.tolist())) == (2, [2, 2])


@pytest.mark.parametrize(
    ("equations", "count"),
    [
        (["x*y - a", "x^2*y - b"], 1),
        (["(x*y - 1)*(x - a)", "x*y*(y - b)"], 3),
        (["x^2*y^2 + x*y + a*x + b", "x*y^3 + c*y + d"], 4),
        (["x^2 - a*x", "y^2 - b*y + c"], 4),
    ],
)
def test_maps_that_lose_solutions_to_infinity_are_proved_too(equations, count):
    family = ParametricSystem.from_strings(equations, variables=["x", "y"])
    for seed in range(5):
        result = Monodromy(seed=seed).solve(family)
        assert (result.n_solutions, result.complete) == (count, True)


def test_a_family_of_two_components_is_solved_whole():
    # (x - p)(x - q)(x^2 - p): without right-hand sides no loop joins x = p and x^2 = p.
    family = ParametricSystem.from_strings(["(x - p)*(x - q)*(x^2 - p)"], variables=["x"])
    result = Monodromy(seed=2).solve(family)
    assert (result.n_solutions, result.complete) == (4, True)


def test_dependent_equations_have_no_isolated_solutions():
    family = ParametricSystem.from_strings(["x + y - a", "2*x + 2*y - b"], variables=["x", "y"])
    result = Monodromy(seed=0).solve(family)
    assert (result.n_solutions, result.complete) == (0, False)
    assert result.generic.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert "singular everywhere" in result.reason


def test_families_at_generic_parameters_are_reported():
    # (a b x - y)^2 without penalties: a b x = y, and the origin.
    network = Network([Dense(1, 1, bias=False), Dense(1, 1, bias=False)])
    family = critical_family(network, 1, parameters=("inputs", "targets"))
    result = Monodromy(seed=0).solve(family)
    assert (result.n_solutions, result.trace.n_known, result.trace.passed) == (1, 3, True)
    assert result.generic.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert "families of solutions" in result.start_pair().reason


def test_singular_solutions_at_generic_parameters_make_no_complete_pair():
    family = ParametricSystem.from_strings(["x^2", "y - a*x"], variables=["x", "y"])
    pair = Monodromy(seed=0).solve(family).start_pair()
    assert not pair.complete
    assert pair.reason == "1 solutions are singular at generic parameters"


def test_without_trace_test_it_stops_by_progress_and_says_so():
    result = Monodromy(seed=0, trace_test=False).solve(linear_family((2, 1, 2)))
    assert result.trace is None
    assert not result.complete
    assert "loops without new solutions (no proof)" in result.reason


def test_it_stops_at_the_count_asked_for():
    options = {"trace_test": False, "target_solutions_count": 4}
    result = Monodromy(seed=0, **options).solve(linear_family((2, 1, 2)))
    assert 4 <= len(result.tilted_pair.solutions) <= 9
    assert result.reason == "the 4 solutions asked for were found"


def test_it_stops_at_the_limit_of_loops():
    result = Monodromy(seed=0, trace_test=False, max_loops=3).solve(linear_family((2, 2, 2)))
    assert result.n_loops == 3
    assert "the limit" in result.reason


def test_group_actions_may_be_functions():
    family = ParametricSystem.from_strings(["x^4 + a*x^2 + b"], variables=["x"])
    result = Monodromy(seed=0, group_actions=[lambda points: -points]).solve(family)
    assert (result.n_solutions, result.complete) == (4, True)
    assert [record.n_orbits for record in result.strata] == [2]


def test_a_wrong_group_action_is_refused():
    family = ParametricSystem.from_strings(["x^4 + a*x^3 + b"], variables=["x"])
    flip = SignedPermutation("flip x", np.array([0]), np.array([-1]))
    with pytest.raises(InputError, match="'flip x' takes a solution to a point that is none"):
        Monodromy(seed=0, group_actions=[flip]).solve(family)


def test_network_actions_need_a_critical_family():
    family = ParametricSystem.from_strings(["x^2 - a"], variables=["x"])
    with pytest.raises(InputError, match="critical family"):
        Monodromy(group_actions="network").solve(family)


def test_families_that_are_not_square_are_refused():
    family = ParametricSystem.from_strings(["x + y - a"], variables=["x", "y"])
    with pytest.raises(InputError, match="1 equation in 2 variables"):
        Monodromy().solve(family)


def test_counts_below_one_are_refused():
    with pytest.raises(InputError, match="max_loops is 0"):
        Monodromy(max_loops=0)


def test_an_interrupt_keeps_what_was_found():
    def interrupt(now):
        if now.tracked > 30:
            raise KeyboardInterrupt

    result = Monodromy(seed=0, progress=interrupt).solve(linear_family((2, 2, 2)))
    assert result.interrupted
    assert not result.complete
    assert result.n_solutions > 0
    resumed = Monodromy(seed=1).solve(linear_family((2, 2, 2)), result.start_pair())
    assert (resumed.n_solutions, resumed.complete) == (33, True)


def test_the_same_seed_gives_the_same_solutions_on_any_threads():
    family = linear_family((2, 1, 2))
    one, two = (Monodromy(seed=3, threads=threads).solve(family) for threads in (1, 2))
    assert np.array_equal(one.solutions, two.solutions)


@pytest.mark.slow
def test_an_executor_of_processes_gives_the_same_solutions():
    family = linear_family((2, 1, 2))
    with ProcessPoolExecutor(2) as executor:
        spread = Monodromy(seed=3, executor=executor).solve(family)
    assert np.array_equal(spread.solutions, Monodromy(seed=3, threads=1).solve(family).solutions)


def test_the_printed_result_accounts_for_everything():
    result = Monodromy(seed=0, group_actions="network").solve(linear_family((2, 2, 3)))
    text = str(result)
    assert "73 solutions at generic parameters" in text
    assert "complete: trace test passed: the 73 solutions are all" in text
    assert "4 of 4 strata have solutions: 25 orbits" in text
    assert f"{result.n_known} known + 0 failed = {result.n_tracked} paths" in text
    assert "73 finite + 0 at infinity + 0 singular + 0 failed = 73 tracked" in text
    assert "48 with 0 zeros, 24 with 5 zeros, 1 with 10 zeros" in text
