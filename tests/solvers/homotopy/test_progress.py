"""Every solver of this package says in one way how far it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from polynet.parametric_system import ParametricSystem
from polynet.polynomial_system import PolynomialSystem
from solvers.homotopy.generic_solve import solve_generic
from solvers.homotopy.monodromy import Monodromy
from solvers.homotopy.parameter_homotopy import ParameterHomotopy
from solvers.homotopy.path_table import PathEnd, PathTable
from solvers.homotopy.progress import PathProgress, ProgressMeter, ProgressOption, reporting
from solvers.homotopy.solver import Homotopy

FAMILY = ParametricSystem.from_strings(["a*x^3 + b*x + c"], variables=["x"])
"""Three solutions at generic parameters, one at a = 0, two at b = -3, c = 2, a = 1: 1, 1, -2."""


def _homotopy(progress: ProgressOption) -> object:
    system = PolynomialSystem.from_strings(["x^3 - 2*x + 7"])
    return Homotopy(progress=progress).solve(system)


def _follow(progress: ProgressOption) -> object:
    return ParameterHomotopy(FAMILY, solve_generic(FAMILY), progress=progress).follow([1, -2, 7])


def _follow_many(progress: ProgressOption) -> object:
    homotopy = ParameterHomotopy(FAMILY, solve_generic(FAMILY), progress=progress)
    return homotopy.follow_many([[1, -2, 7], [2, 5, 1]])


def _monodromy(progress: ProgressOption) -> object:
    return Monodromy(progress=progress).solve(FAMILY)


RUNS = [_homotopy, _follow, _follow_many, _monodromy]
Run = Callable[[ProgressOption], object]


def _sum(now: PathProgress) -> int:
    return now.finite + now.singular + now.at_infinity + now.failed


@pytest.mark.parametrize("run", RUNS)
def test_a_callable_gets_counts_that_add_up_and_grow(run: Run) -> None:
    calls: list[PathProgress] = []
    run(calls.append)
    assert calls
    assert all(_sum(now) == now.tracked for now in calls)
    assert [now.tracked for now in calls] == sorted(now.tracked for now in calls)
    assert calls[-1].seconds >= calls[0].seconds >= 0


@pytest.mark.parametrize("run", RUNS)
def test_true_draws_a_bar_on_standard_error(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert " paths" in captured.err
    assert "0 failed" in captured.err


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("progress", [None, False])
def test_without_it_nothing_is_written(
    run: Run, progress: ProgressOption, capsys: pytest.CaptureFixture[str]
) -> None:
    run(progress)
    assert capsys.readouterr() == ("", "")


def test_many_targets_count_the_paths_to_all_of_them() -> None:
    calls: list[PathProgress] = []
    homotopy = ParameterHomotopy(FAMILY, solve_generic(FAMILY), threads=1, progress=calls.append)
    found = homotopy.follow_many([[1, -2, 7], [0, 2, -4], [1, -3, 2], [1, 0, 1]])
    assert {now.total for now in calls} == {12}
    assert [now.tracked for now in calls if now.round == 0] == [3, 6, 9, 12]
    assert [now.left for now in calls if now.round == 0] == [9, 6, 3, 0]
    last = calls[-1]
    # x^3 - 3 x + 2 = (x - 1)^2 (x + 2); at a = 0 two of three solutions go to infinity.
    assert (last.finite, last.singular, last.at_infinity, last.failed) == (8, 2, 2, 0)
    assert found.n_singular_paths.tolist() == [0, 0, 2, 0]
    assert found.n_finite_paths.tolist() == [3, 1, 3, 3]


def test_monodromy_says_how_many_solutions_are_known() -> None:
    calls: list[PathProgress] = []
    result = Monodromy(progress=calls.append).solve(FAMILY)
    assert all(now.total is now.left is now.seconds_left is None for now in calls)
    known = [now.solutions for now in calls]
    # The equation tilted by a constant has three solutions as well.
    assert known[-1] == result.n_solutions == 3
    assert calls[-1].tracked <= result.n_tracked


def test_the_meter_says_how_paths_ended_and_what_is_left() -> None:
    table = PathTable.empty(6, 1)
    table.codes[:4] = [PathEnd.REGULAR, PathEnd.FAILED, PathEnd.AT_INFINITY, PathEnd.SINGULAR]
    calls: list[PathProgress] = []
    meter = ProgressMeter(table, calls.append)
    meter.start_round(0, 6)
    meter.advance(4)
    (now,) = calls
    assert (now.tracked, now.total, now.left) == (4, 6, 2)
    assert (now.finite, now.failed, now.at_infinity, now.singular) == (1, 1, 1, 1)
    assert now.seconds_left == pytest.approx(now.seconds / 2)
    meter.start_round(1, 1)
    meter.advance(1)
    assert (calls[-1].round, calls[-1].left, calls[-1].seconds_left) == (1, 0, 0.0)


def test_a_bar_without_calls_draws_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    with reporting(True) as reporter:
        assert reporter is not None
    assert "paths" not in capsys.readouterr().err


def test_a_run_is_the_same_with_and_without_it() -> None:
    systems = [Homotopy(progress=p).solve(PolynomialSystem.from_strings(["x^5 - x - 1"]))
               for p in (None, lambda now: None)]  # fmt: skip
    assert np.array_equal(systems[0].solutions, systems[1].solutions)
