"""Runs that are stopped, in every way, keep what they found and go on from there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from polynet import PolynomialSystem
from solvers import Homotopy, Outcome
from solvers.homotopy.path_table import PathEnd
from solvers.homotopy.solutions import HomotopySolutions
from tests.solvers.homotopy.long_run import EQUATIONS

SCRIPT = Path(__file__).with_name("long_run.py")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def whole() -> HomotopySolutions:
    """The result of the run when nothing stops it."""
    return Homotopy(start="total-degree").solve(PolynomialSystem.from_strings(EQUATIONS))


@contextmanager
def _started(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The run in a process of its own, after a few batches."""
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), str(folder), *words],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        start_new_session=True,
    ) as run:
        assert run.stdout is not None
        for _ in range(5):
            assert run.stdout.readline() == "started\n"
        yield run


def _assert_same(found: HomotopySolutions, whole: HomotopySolutions) -> None:
    np.testing.assert_array_equal(found.solutions, whole.solutions)
    np.testing.assert_array_equal(found.multiplicities, whole.multiplicities)
    for name, column in whole.paths.columns.items():
        if name not in ("points", "fingerprints"):
            np.testing.assert_array_equal(found.paths.columns[name], column)


def test_the_run_has_all_its_solutions(whole: HomotopySolutions) -> None:
    assert (whole.n_finite, whole.n_failed, len(whole.paths)) == (256, 0, 256)


def test_goes_on_after_a_kill_to_the_same_bits(tmp_path: Path, whole: HomotopySolutions) -> None:
    with _started(tmp_path) as run:
        run.kill()
        assert run.wait() == -signal.SIGKILL
    assert not (tmp_path / "result.json").exists()
    calls = []
    solver = Homotopy(
        start="total-degree", checkpoint=tmp_path / "run.npz", progress=calls.append, threads=2
    )
    found = solver.solve(PolynomialSystem.from_strings(EQUATIONS))
    tracked_before = calls[0].tracked - 8
    assert 16 <= tracked_before < 256
    assert len(calls) == (256 - tracked_before) // 8
    _assert_same(found, whole)


@pytest.mark.parametrize("words", [(), ("2",)], ids=["threads", "processes"])
def test_interrupt_returns_what_was_found(
    tmp_path: Path, whole: HomotopySolutions, words: tuple[str, ...]
) -> None:
    with _started(tmp_path, *words) as run:
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to all processes
        assert run.wait(timeout=60) == 0
    found = HomotopySolutions.from_json(tmp_path / "result.json")
    assert found.outcome is Outcome.INCOMPLETE
    assert 0 < found.n_untracked == found.n_failed < 256
    assert found.n_finite == 256 - found.n_untracked
    assert f"interrupted: {found.n_untracked} paths were not tracked" in str(found)
    known = set(whole.solutions.round(12)[:, 0].tolist())
    assert set(found.solutions.round(12)[:, 0].tolist()) < known
    again = Homotopy(start="total-degree", checkpoint=tmp_path / "run.npz")
    _assert_same(again.solve(PolynomialSystem.from_strings(EQUATIONS)), whole)


def test_a_finished_run_is_not_tracked_again(tmp_path: Path, whole: HomotopySolutions) -> None:
    calls: list[object] = []
    for expected in (32, 32):
        solver = Homotopy(
            start="total-degree", checkpoint=tmp_path / "run.npz", progress=calls.append
        )
        found = solver.solve(PolynomialSystem.from_strings(EQUATIONS))
        assert len(calls) == expected
        _assert_same(found, whole)
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


def test_a_stop_in_any_round_and_attempt_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Paths that fail at first lead through all rounds and, as often, to further attempts.
    from solvers.homotopy import path_runner
    from solvers.homotopy.tracker import Settings

    hasty = Settings(max_steps=12)
    monkeypatch.setattr(path_runner, "_ROUNDS", (hasty, Settings(max_steps=14), hasty))
    system = PolynomialSystem.from_strings(["x^3 - 2*x*y + 1", "y^4 + x*y - 3"])
    whole = Homotopy(start="total-degree").solve(system)
    assert "runs with other random numbers" in str(whole)
    calls = []

    def stop(now: object) -> None:
        calls.append(now)
        raise KeyboardInterrupt

    file = tmp_path / "run.npz"
    for _ in range(200):
        before = len(calls)
        found = Homotopy(start="total-degree", checkpoint=file, progress=stop).solve(system)
        if len(calls) == before:
            break
    _assert_same(found, whole)
    assert found.notes == whole.notes
    assert len({call.round for call in calls}) == 3
    assert found.paths.count(PathEnd.UNTRACKED) == 0


def test_the_second_interrupt_is_one() -> None:
    from solvers.homotopy.interrupts import Interrupt, deferred_interrupts

    interrupt = Interrupt()

    def interrupted_twice() -> None:
        with deferred_interrupts(interrupt):
            signal.raise_signal(signal.SIGINT)
            assert interrupt.asked
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        interrupted_twice()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
