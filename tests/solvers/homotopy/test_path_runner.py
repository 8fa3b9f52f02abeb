"""Runs of paths: every path once, doubtful ones again with more care, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from polynet.polynomial_system import PolynomialSystem
from solvers.homotopy import path_runner
from solvers.homotopy.path_batches import Batch, batches_of, track_batch
from solvers.homotopy.path_runner import (
    CAREFUL,
    MOST_CAREFUL,
    NORMAL,
    PATIENT,
    PathRunner,
    RunState,
)
from solvers.homotopy.path_table import PathEnd
from solvers.homotopy.progress import PathProgress
from solvers.homotopy.start_systems import StartSystem, TotalDegree
from solvers.homotopy.target import Target
from solvers.homotopy.tracker import Settings

N = 20
IntArray = NDArray[np.int64]


def _runner(threads: int = 1, equation: str = f"x^{N} - 1", **options: object) -> PathRunner:
    """Of x^20 = 1, in three batches: 8, 8 and 4 paths."""
    rng = np.random.default_rng(4)
    target = Target.of(PolynomialSystem.from_strings([equation]), rng)
    start = TotalDegree(target, rng)
    return PathRunner.of(start, rng, threads=threads, **options)  # type: ignore[arg-type]


class Tracked:
    """Stands for ``track_batch``: path i goes to ``places[i]`` as ``codes[i]``, and is noted."""

    def __init__(
        self, codes: Sequence[int] | None = None, middle: list[complex] | None = None
    ) -> None:
        self.codes = np.array(codes if codes is not None else [PathEnd.REGULAR] * N)
        self.last_t = np.where(self.codes == PathEnd.FAILED, 0.5, 0.0)
        self.places = np.arange(1, N + 1).astype(np.complex128)
        self.middle = np.array(middle) if middle is not None else 100 * self.places
        self.calls: list[tuple[Settings, list[int]]] = []

    def __call__(self, start: StartSystem, paths: IntArray, settings: Settings) -> Batch:
        self.calls.append((settings, paths.tolist()))
        info = np.zeros((len(paths), 8))
        info[:, 0], info[:, 5] = self.codes[paths], self.last_t[paths]
        return paths, info, self.middle[paths, None], self.places[paths, None]

    def rounds(self) -> list[tuple[Settings, list[int]]]:
        """The settings of each round with all its paths."""
        merged: list[tuple[Settings, list[int]]] = []
        for settings, paths in self.calls:
            if merged and merged[-1][0] is settings:
                merged[-1][1].extend(paths)
            else:
                merged.append((settings, list(paths)))
        return merged


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Callable[[Tracked], Tracked]:
    """Put a stand-in in the place of ``track_batch``."""

    def put(tracked: Tracked) -> Tracked:
        monkeypatch.setattr(path_runner, "track_batch", tracked)
        return tracked

    return put


Put = Callable[[Tracked], Tracked]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_roots_of_unity_are_the_ends(threads: int) -> None:
    table = _runner(threads).run()
    assert table.count(PathEnd.REGULAR) == N
    numbers = np.angle(table.points[:, 0]) * N / (2 * np.pi)
    np.testing.assert_allclose(numbers, np.round(numbers), atol=1e-9)
    assert sorted(np.round(numbers).astype(int) % N) == list(range(N))
    np.testing.assert_allclose(np.abs(table.points), 1, rtol=1e-13)


def test_any_threads_and_executors_give_the_same_bits() -> None:
    alone = _runner(1).run()
    with ThreadPoolExecutor(2) as pool:
        runs = [_runner(2).run(), _runner(1, executor=pool).run()]
    for table in runs:
        for name, column in alone.columns.items():
            np.testing.assert_array_equal(table.columns[name], column)


def test_a_batch_gives_its_paths_the_same_bits_as_any_other() -> None:
    start = _runner().start
    paths, info, middle, ends = track_batch(start, np.arange(N), NORMAL)
    chosen = np.array([17, 3, 4])
    again = track_batch(start, chosen, NORMAL)
    np.testing.assert_array_equal(paths, np.arange(N))
    for some, own in zip(again[1:], (info, middle, ends), strict=True):
        np.testing.assert_array_equal(some, own[chosen])
    assert (info[:, 0] == PathEnd.REGULAR).all()
    assert (info[:, 6] > 0).all()


def test_good_paths_are_tracked_once(put: Put) -> None:
    tracked = put(Tracked())
    table = _runner().run()
    assert tracked.rounds() == [(NORMAL, list(range(N)))]
    assert table.points[:, 0].real.tolist() == list(range(1, N + 1))


def test_failed_paths_are_tracked_with_more_and_more_care(put: Put) -> None:
    codes = [PathEnd.REGULAR] * N
    codes[5] = codes[11] = PathEnd.FAILED
    tracked = put(Tracked(codes))
    table = _runner().run()
    assert tracked.rounds() == [
        (NORMAL, list(range(N))),
        (CAREFUL, [5, 11]),
        (MOST_CAREFUL, [5, 11]),
    ]
    assert np.flatnonzero(table.codes == PathEnd.FAILED).tolist() == [5, 11]


def test_paths_that_failed_near_the_end_are_tracked_again_once(put: Put) -> None:
    """With patience: digits are what they lack then, and shorter steps have none to give."""
    tracked = Tracked([PathEnd.FAILED] * 2 + [PathEnd.REGULAR] * (N - 2))
    tracked.last_t[0] = 1e-9
    put(tracked)
    _runner().run()
    assert tracked.rounds()[1:] == [(PATIENT, [0]), (CAREFUL, [1]), (MOST_CAREFUL, [1])]


def test_paths_that_end_together_count_as_failed(put: Put) -> None:
    """One of them has jumped: a solution is missing, whichever it is."""
    tracked = Tracked()
    tracked.places[7] = tracked.places[2] * (1 + 1e-9)
    put(tracked)
    runner = _runner()
    table = runner.run()
    assert [paths for _, paths in tracked.rounds()[1:]] == [[2, 7], [2, 7]]
    assert np.flatnonzero(table.codes == PathEnd.FAILED).tolist() == [2, 7]


def test_paths_that_met_on_the_way_are_tracked_again_and_kept_if_they_part(put: Put) -> None:
    middle = [100.0 * (i + 1) for i in range(N)]
    middle[9] = middle[0]
    tracked = Tracked(middle=[complex(m) for m in middle])
    tracked.codes[0] = tracked.codes[9] = PathEnd.AT_INFINITY
    put(tracked)
    table = _runner().run()
    assert [paths for _, paths in tracked.rounds()[1:]] == [[0, 9], [0, 9]]
    assert table.count(PathEnd.FAILED) == 0


def test_singular_ends_may_meet(put: Put) -> None:
    tracked = Tracked()
    tracked.places[7] = tracked.places[2]
    tracked.codes[[2, 7]] = PathEnd.SINGULAR
    assert put(tracked) is tracked
    table = _runner().run()
    assert len(tracked.rounds()) == 1
    assert table.count(PathEnd.SINGULAR) == 2


def test_a_run_goes_on_where_it_was_left(put: Put) -> None:
    first = _runner()
    states: list[tuple[int, list[bool]]] = []

    def stop(now: PathProgress) -> None:
        raise KeyboardInterrupt

    put(Tracked())
    first.progress, first.save = stop, lambda state: states.append((state.round, [*state.done]))
    first.run()
    assert first.interrupted
    assert states == [(0, [False] * 3), (0, [True, False, False])]
    assert first.table.count(PathEnd.UNTRACKED) == N - 8
    second, tracked = _runner(), put(Tracked())
    second.resume(first.state)
    table = second.run()
    assert tracked.rounds() == [(NORMAL, list(range(8, N)))]
    assert table.count(PathEnd.REGULAR) == N


def test_the_state_is_saved_when_an_error_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(start: StartSystem, paths: IntArray, settings: Settings) -> Batch:
        if 8 in paths:
            raise ZeroDivisionError
        return good(start, paths, settings)

    good = Tracked()
    monkeypatch.setattr(path_runner, "track_batch", fail)
    saved: list[int] = []
    runner = _runner()
    runner.save = lambda state: saved.append(int(state.done.sum()))
    with pytest.raises(ZeroDivisionError):
        runner.run()
    assert saved == [0, 1]


def test_states_say_what_is_left() -> None:
    state = RunState.new(N, 1)
    assert (state.round, state.paths.tolist(), state.finished) == (0, list(range(N)), False)
    assert state.done.tolist() == [False] * len(batches_of(N))
    state.enter_round(1, np.array([3, 4]))
    assert (state.round, state.paths.tolist(), state.done.tolist()) == (1, [3, 4], [False])
    state.enter_round(4, np.array([], np.int64))
    assert state.finished
    assert RunState.ended(state.table).finished


def test_an_ended_run_tracks_nothing(put: Put) -> None:
    done, tracked = _runner().run(), put(Tracked())
    runner = _runner()
    runner.resume(RunState.ended(done))
    assert runner.run() is done
    assert tracked.calls == []
