"""Parameter homotopies find what solving anew finds, at one target and at many."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from itertools import pairwise
from multiprocessing import get_context

import numpy as np
import pytest

import polynet as pn
from polynet.critical_family import CriticalFamily, critical_family
from polynet.critical_system import critical_system
from polynet.errors import InputError, ShapeError
from polynet.parametric_system import ParametricSystem
from solvers import Groebner, Homotopy, Outcome
from solvers.homotopy.generic_solve import generic_point, solve_generic
from solvers.homotopy.index_counts import hessian_indices, index_counts
from solvers.homotopy.parameter_homotopy import ParameterHomotopy
from solvers.homotopy.progress import PathProgress
from solvers.homotopy.start_pair import StartPair

QUADRATIC = ParametricSystem.from_strings(["x^2 + a*x + b"], variables=["x"])


def _linear(*widths: int) -> CriticalFamily:
    pairs = pairwise(widths)
    return critical_family(pn.Network([pn.Dense(a, b, bias=False) for a, b in pairs]), 1)


def _homotopy(family: ParametricSystem, **options: object) -> ParameterHomotopy:
    return ParameterHomotopy(family, solve_generic(family), **options)  # type: ignore[arg-type]


ONE = _linear(1, 1, 1)
TWO = _linear(2, 2, 2)


@pytest.fixture(scope="module")
def one() -> ParameterHomotopy:
    return _homotopy(ONE)


@pytest.fixture(scope="module")
def two() -> ParameterHomotopy:
    return _homotopy(TWO)


def _random_targets(family: CriticalFamily, m: int, seed: int = 0) -> np.ndarray:
    rng, n = np.random.default_rng(seed), family.n_variables
    data = rng.standard_normal((m, family.n_parameters - n))
    return np.hstack([data, rng.random((m, n))])


@pytest.mark.parametrize(
    ("widths", "n_complex"), [((1, 1, 1), 5), ((2, 1, 2), 9), ((1, 2, 1), 9), ((1, 1, 1, 1), 17)]
)
def test_real_data_are_solved_as_groebner_solves_them(
    widths: tuple[int, ...], n_complex: int
) -> None:
    family = _linear(*widths)
    target = [Fraction(k * k % 7 + 1, k + 2) for k in range(family.n_parameters)]
    found = _homotopy(family).follow(target)
    exact = Groebner().solve(family.at(target))
    assert found.n_finite == exact.n_finite == n_complex
    assert found.n_real == exact.n_real
    np.testing.assert_allclose(
        found.real_solutions[np.lexsort(found.real_solutions.round(6).T)],
        exact.real_solutions[np.lexsort(exact.real_solutions.round(6).T)],
        atol=1e-9,
    )


def test_a_collected_loss_has_the_critical_points_that_its_data_are_followed_to(
    two: ParameterHomotopy,
) -> None:
    data = pn.Dataset([[1, Fraction(1, 2)]], [[2, -1]])
    l2 = [Fraction(k, 20) for k in range(1, 9)]
    anew = Homotopy(start="polyhedral").solve(
        critical_system(pn.collect(TWO.network, data, l2=l2).expand())
    )
    found = two.follow(TWO.point(data, l2))
    assert (found.n_finite, found.n_real) == (anew.n_finite, anew.n_real) == (33, 5)
    assert found.outcome is Outcome.SOLVED
    np.testing.assert_allclose(
        np.linalg.norm(found.real_solutions, axis=1).round(9).sum(),
        np.linalg.norm(anew.real_solutions, axis=1).round(9).sum(),
    )


def test_one_hidden_weight_has_three_real_points_just_beyond_the_bound(
    one: ParameterHomotopy,
) -> None:
    targets = _random_targets(ONE, 50)
    found = one.follow_many(targets)
    x, y, first, second = targets.T
    beyond = np.abs(x * y) > np.sqrt(first * second)
    np.testing.assert_array_equal(found.n_real, np.where(beyond, 3, 1))
    np.testing.assert_array_equal(found.n_finite, 5)
    counts = index_counts(ONE, found)
    np.testing.assert_array_equal(counts[:, 0], np.where(beyond, 2, 1))
    np.testing.assert_array_equal(counts[:, 1], np.where(beyond, 1, 0))


def test_many_targets_are_the_targets_one_by_one(two: ParameterHomotopy) -> None:
    targets = _random_targets(TWO, 12, seed=1)
    many = two.follow_many(targets)
    for k, target in enumerate(targets):
        single = two.follow(target)
        assert (single.n_finite, single.n_real) == (many.n_finite[k], many.n_real[k])
        np.testing.assert_allclose(single.real_solutions, many.real_solutions[k], atol=1e-10)
    assert many.solved.all()
    assert many.n_finite_paths.tolist() == [33] * 12
    assert (many.n_real % 2 == 1).all()
    assert sum(many.real_counts().values()) == 12


def test_morse_counts_of_coercive_losses_are_one(two: ParameterHomotopy) -> None:
    many = two.follow_many(_random_targets(TWO, 10, seed=2))
    counts = index_counts(TWO, many)
    assert (counts.sum(axis=1) == many.n_real).all()
    assert (counts @ (-1) ** np.arange(9) == 1).all()


def test_threads_and_processes_give_the_same(one: ParameterHomotopy) -> None:
    targets = _random_targets(ONE, 30)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        spread = ParameterHomotopy(ONE, one.pair, executor=pool).follow_many(targets)
    alone = ParameterHomotopy(ONE, one.pair, threads=1).follow_many(targets)
    for left, right in zip(spread.real_solutions, alone.real_solutions, strict=True):
        np.testing.assert_allclose(left, right, atol=1e-12)


def test_zero_inputs_send_all_paths_but_one_to_infinity(two: ParameterHomotopy) -> None:
    target = _random_targets(TWO, 1)[0]
    target[:2] = 0
    found = two.follow(target)
    assert (found.n_finite, found.n_real, found.n_at_infinity, found.n_failed) == (1, 1, 32, 0)


def test_a_degenerate_origin_is_counted_with_its_multiplicity(one: ParameterHomotopy) -> None:
    # |x y| = sqrt(l1 l2): three real points have come together at the origin.
    found = one.follow([1, Fraction(1, 2), Fraction(1, 2), Fraction(1, 2)])
    assert found.n_failed == 0
    assert (found.n_finite, found.n_real, found.multiplicity_sum) == (3, 1, 5)
    assert found.multiplicities[found.is_real].tolist() == [3]
    assert hessian_indices(ONE, [1, 0.5, 0.5, 0.5], [[0, 0]]).tolist() == [-1]


def test_without_penalties_the_ends_lie_on_families(two: ParameterHomotopy) -> None:
    target = _random_targets(TWO, 1)[0]
    target[-8:] = 0
    found = two.follow(target)
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert (found.n_finite, found.n_failed) == (0, 0)
    many = two.follow_many([target])
    assert many.n_on_families[0] + many.n_at_infinity[0] == 33
    assert not many.solved[0]


def test_a_target_without_solutions_is_inconsistent() -> None:
    family = ParametricSystem.from_strings(["a*x - 1"], variables=["x"])
    found = _homotopy(family).follow([0])
    assert found.outcome is Outcome.INCONSISTENT
    assert (found.n_finite, found.n_at_infinity) == (0, 1)


def test_a_target_that_makes_an_equation_zero_has_families() -> None:
    family = ParametricSystem.from_strings(["a*x - a*y", "x*y - 1"], variables=["x", "y"])
    homotopy = _homotopy(family)
    assert homotopy.follow([2]).n_real == 2
    found = homotopy.follow([0])
    assert found.outcome is Outcome.POSITIVE_DIMENSIONAL
    assert "an equation is zero" in str(found)


def test_double_roots_are_found_with_their_multiplicity() -> None:
    found = _homotopy(QUADRATIC).follow([2, 1])
    assert found.multiplicities.tolist() == [2]
    np.testing.assert_allclose(found.solutions, [[-1]], atol=1e-6)


def test_pairs_are_read_back_as_they_were(
    tmp_path: pytest.TempPathFactory, two: ParameterHomotopy
) -> None:
    path = f"{tmp_path}/pair.json"
    two.pair.save(path)
    loaded = StartPair.load(path, TWO)
    np.testing.assert_array_equal(loaded.point, two.pair.point)
    np.testing.assert_array_equal(loaded.solutions, two.pair.solutions)
    assert loaded.complete
    assert (loaded.reason, loaded.start, loaded.seed) == (
        two.pair.reason,
        two.pair.start,
        two.pair.seed,
    )
    with pytest.raises(InputError, match="of another family"):
        StartPair.load(path, ONE)
    with pytest.raises(InputError, match="of another family"):
        ParameterHomotopy(QUADRATIC, loaded)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[1]",
        '{"format": "other", "version": 1}',
        '{"format": "polynet-start-pair", "version": 2}',
        '{"format": "polynet-start-pair", "version": 1}',
    ],
)
def test_files_that_are_no_pairs_are_refused(
    tmp_path: pytest.TempPathFactory, content: str
) -> None:
    path = f"{tmp_path}/pair.json"
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)
    with pytest.raises(InputError, match="start pair"):
        StartPair.load(path, ONE)


def test_one_squared_unit_on_xor_has_twenty_one_critical_points() -> None:
    network = pn.Network([pn.Dense(2, 1, bias=False), pn.Square(), pn.Dense(1, 1, bias=False)])
    family = critical_family(network, 4, parameters=("l2",), data=pn.datasets.xor())
    pair = solve_generic(family)
    assert (pair.n_solutions, pair.complete) == (21, True)
    l2 = [Fraction(1, 10), Fraction(1, 7), Fraction(1, 20)]
    found = ParameterHomotopy(family, pair).follow(family.point(l2=l2))
    exact = Groebner().solve(
        critical_system(pn.collect(network, pn.datasets.xor(), l2=l2).expand())
    )
    assert (found.n_finite, found.n_real) == (exact.n_finite, exact.n_real)
    assert found.n_finite == 21


def test_generic_solutions_do_not_depend_on_the_seed() -> None:
    for seed in range(5):
        pair = solve_generic(TWO, seed=seed)
        assert (pair.n_solutions, pair.complete) == (33, True)
        assert (np.abs(pair.solutions) > 1e-8).all(axis=1).sum() == 16


def test_a_point_that_the_caller_chose_is_not_called_generic() -> None:
    pair = solve_generic(QUADRATIC, point=[2j, 1])
    assert pair.n_solutions == 2
    assert not pair.complete
    found = ParameterHomotopy(QUADRATIC, pair).follow([-3, 2])
    assert found.outcome is Outcome.INCOMPLETE
    assert found.n_real == 2


def test_singular_generic_solutions_are_left_out_and_named() -> None:
    family = ParametricSystem.from_strings(["(x - a)^2*(x - 2*a)"], variables=["x"])
    pair = solve_generic(family)
    assert (pair.n_solutions, pair.complete) == (1, False)
    assert "1 solutions are singular" in pair.reason


def test_families_that_are_not_square_are_refused() -> None:
    family = ParametricSystem.from_strings(["x - a", "x^2 - b"], variables=["x"])
    with pytest.raises(InputError, match="2 equations in 1 variable"):
        solve_generic(family)


def test_targets_of_other_shapes_are_refused(one: ParameterHomotopy) -> None:
    with pytest.raises(ShapeError, match=r"shape \(3,\) for 4 parameters"):
        one.follow([1, 2, 3])
    with pytest.raises(ShapeError, match=r"are not \(m, n_parameters\)"):
        one.follow_many([1, 2, 3, 4])
    with pytest.raises(InputError, match="NaN"):
        one.follow([1, 2, 3, float("nan")])


def test_no_targets_are_no_rows(one: ParameterHomotopy) -> None:
    found = one.follow_many(np.empty((0, 4)))
    assert len(found) == 0
    assert "0 targets" in str(found)


def test_an_interrupt_keeps_what_was_tracked(one: ParameterHomotopy) -> None:
    def stop(now: PathProgress) -> None:
        if now.tracked >= 50:
            raise KeyboardInterrupt

    stopped = ParameterHomotopy(ONE, one.pair, threads=1, progress=stop)
    found = stopped.follow_many(_random_targets(ONE, 100))
    assert found.interrupted
    assert 0 < (found.n_finite == 5).sum() < 100
    assert ((found.n_finite == 5) | (found.n_failed == 5)).all()
    assert "interrupted" in str(found)


def test_complex_targets_are_reached(two: ParameterHomotopy) -> None:
    found = two.follow(generic_point(TWO.n_parameters, np.random.default_rng(7)))
    assert (found.n_finite, found.n_failed, found.n_singular) == (33, 0, 0)
