"""Ctrl-C at any moment: what is finished is kept, of the rest there is no record."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import compare
from compare import ExactSteps, FirstOrder, Trial, interrupts
from compare.baselines.objective import Objective
from polynet.cli import main
from solvers.training.record import StepCounts
from tests.compare.cases import Halving, curved_xor


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def records_in(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("one-square/*/*.json"))


@dataclass(frozen=True)
class Pressing:
    """Moves nothing, so that training ends after a pass; in pass ``at`` of all Ctrl-C is hit."""

    at: int
    passes: list[int] = field(default_factory=list, repr=False)

    def stepper(self, loss, free):
        return self

    def run_pass(self, weights, rng, number=1):
        self.passes.append(number)
        if len(self.passes) == self.at:
            press()
        return weights.copy(), StepCounts()


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        *((1, []), (2, []), (3, ["x-0"]), (4, ["x-0"])),
        *((at, ["groebner-0", "x-0", "x-1"]) for at in (5, 7)),  # all critical points come first
    ],
    ids=["loading", "run", "loading again", "second run", "first start", "third start"],
)
def test_exact_steps_end_at_once_and_leave_what_is_finished(at: int, kept: list[str], tmp_path):
    trainer = Pressing(at)
    with pytest.raises(KeyboardInterrupt):
        compare.run(curved_xor(), [ExactSteps("x", trainer)], repeats=2, starts=4, out=tmp_path)
    assert len(trainer.passes) == at
    assert records_in(tmp_path) == kept
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_exact_steps_alone_end_at_once_too():
    task = curved_xor()
    starts = np.array([task.start(seed) for seed in range(5)])
    for at in (1, 3):
        trainer = Pressing(at)
        with pytest.raises(KeyboardInterrupt):
            ExactSteps("x", trainer).ends(task, starts, {})
        assert len(trainer.passes) == at
    for at in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            ExactSteps("x", Pressing(at)).run(Trial(task, starts[0], 0, 60.0))


@pytest.mark.parametrize("at", [1, 2, 6, 12, 14])
def test_first_order_runs_end_at_once(at: int, tmp_path, monkeypatch):
    measured, measure = [], Objective.measure

    def pressing(objective, tested):
        measured.append(tested)
        if len(measured) == at:
            press()
        return measure(objective, tested)

    monkeypatch.setattr(Objective, "measure", pressing)
    with pytest.raises(KeyboardInterrupt):
        compare.run(curved_xor(), ["adam"], repeats=1, passes=1, starts=0, budget=0.1, out=tmp_path)
    assert len(measured) == at
    assert not records_in(tmp_path)


class Deaf(Halving):
    """Goes on after Ctrl-C, as solvers do that return what they have."""

    def run(self, trial):
        if trial.seed == 1:
            with suppress(KeyboardInterrupt):
                press()
        return super().run(trial)

    def ends(self, task, starts, settings):
        with suppress(KeyboardInterrupt):
            press()
        return starts

    @property
    def keeps_network(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("repeats", "kept"), [(3, ["halving-0"]), (1, ["groebner-0", "halving-0"])]
)
def test_what_a_method_makes_of_an_interrupt_is_not_recorded(repeats, kept, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        compare.run(
            curved_xor(), [Deaf(str(tmp_path / "diary"))], repeats=repeats, starts=3, out=tmp_path
        )
    assert records_in(tmp_path) == kept


def test_an_interrupt_that_was_caught_comes_again(monkeypatch):
    monkeypatch.setattr(interrupts, "_PATIENCE", 0.01)
    heard = []

    @interrupts.interrupts_raised()
    def wait() -> None:
        for busy in (press, partial(time.sleep, 20)):
            try:
                busy()
            except KeyboardInterrupt as interrupt:
                heard.append(interrupt)

    with pytest.raises(KeyboardInterrupt):
        wait()
    assert len(heard) == 2


def test_whoever_handles_the_signal_himself_goes_on_doing_so():
    heard = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        with interrupts.interrupts_raised():
            press()
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT]


@pytest.mark.parametrize(
    ("owner", "name", "kept"),
    [
        (ExactSteps, "_warm_up", []),
        (ExactSteps, "ends", ["groebner-0", "lbfgs-0", "linewise-newton-0"]),
        (FirstOrder, "run", ["linewise-newton-0"]),
    ],
)
def test_the_command_ends_with_status_130(owner, name: str, kept: list[str], tmp_path, monkeypatch):
    def pressing(*arguments):
        with suppress(KeyboardInterrupt):
            press()
        return original(*arguments)

    original = getattr(owner, name)
    monkeypatch.setattr(owner, name, pressing)
    words = ["compare", "xor", "--methods", "linewise-newton,lbfgs", "--budget", "0.1s"]
    words += ["--repeats", "1", "--starts", "2", "--workers", "1", "--out", str(tmp_path)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 130, done.output
    assert sorted(path.stem for path in tmp_path.glob("xor/*/*.json")) == kept
    assert not (tmp_path / "index.html").exists()
