"""Executors of every kind give the same result as threads, and are sent little."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

from polynet import PolynomialSystem
from solvers import Homotopy, Outcome
from solvers.homotopy import path_batches
from solvers.homotopy.path_batches import batches_of
from solvers.homotopy.solutions import HomotopySolutions

CYCLIC_5 = [
    "a+b+c+d+e",
    "a*b+b*c+c*d+d*e+e*a",
    "a*b*c+b*c*d+c*d*e+d*e*a+e*a*b",
    "a*b*c*d+b*c*d*e+c*d*e*a+d*e*a*b+e*a*b*c",
    "a*b*c*d*e-1",
]


def _solved(executor: Executor | None, start: Any = "polyhedral") -> HomotopySolutions:
    system = PolynomialSystem.from_strings(CYCLIC_5)
    return Homotopy(seed=5, start=start, executor=executor).solve(system)


@pytest.mark.parametrize("start", ["polyhedral", "total-degree"])
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_process_pool_gives_the_same_bits(method: str, start: str) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        found = _solved(pool, start)
    whole = _solved(None, start)
    assert (found.n_finite, found.n_failed) == (70, 0)
    np.testing.assert_array_equal(found.solutions, whole.solutions)
    np.testing.assert_array_equal(found.paths.points, whole.paths.points)


def test_a_thread_pool_gives_the_same_bits() -> None:
    with ThreadPoolExecutor(3) as pool:
        found = _solved(pool)
    np.testing.assert_array_equal(found.solutions, _solved(None).solutions)


class Forgetful(Executor):
    """Runs work at once, as a process would that is new at every ``period``-th task."""

    def __init__(self, period: int) -> None:
        self.period, self.sent, self._max_workers = period, list[int](), 2

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """The finished future."""
        if len(self.sent) % self.period == 0:
            path_batches._starts.clear()
        self.sent.append(len(arguments[1]))
        future: Future[Any] = Future()
        future.set_result(work(*arguments, **named))
        return future


def test_the_start_system_is_sent_once_to_each_worker() -> None:
    executor = Forgetful(1000)
    assert _solved(executor).n_finite == 70
    assert len(executor.sent) == len(batches_of(70))
    assert [size > 0 for size in executor.sent] == [True, True] + [False] * 7


def test_a_worker_that_lacks_the_start_system_gets_it() -> None:
    executor = Forgetful(3)
    found = _solved(executor)
    np.testing.assert_array_equal(found.solutions, _solved(None).solutions)
    assert sum(size > 0 for size in executor.sent) > 2


class Broken(Forgetful):
    """Breaks after four tasks, as a pool does whose process was killed."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """A future that fails in the end."""
        if len(self.sent) < 4:
            return super().submit(work, *arguments, **named)
        from concurrent.futures.process import BrokenProcessPool

        raise BrokenProcessPool("a process was killed")


def test_a_broken_pool_keeps_what_was_found() -> None:
    found = _solved(Broken(1000))
    assert found.outcome is Outcome.INCOMPLETE
    assert (found.n_finite, found.n_untracked) == (32, 38)
    assert "the executor broke" in str(found)


@pytest.mark.parametrize(
    ("n_paths", "n_batches"), [(0, 0), (1, 1), (9, 2), (1024, 32), (10**6, 3907)]
)
def test_batches_cover_all_paths_in_order(n_paths: int, n_batches: int) -> None:
    batches = batches_of(n_paths)
    assert len(batches) == n_batches
    assert [i for place in batches for i in range(n_paths)[place]] == list(range(n_paths))
